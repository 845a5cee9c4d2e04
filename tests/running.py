"""The command line as tests run it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from bnproof import cli


class Finished(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Finished]


def running(capsys: pytest.CaptureFixture[str]) -> Run:
    """What runs a command, none of which ends in a traceback or blames bnproof itself."""

    def finished(*arguments: str) -> Finished:
        try:
            code = cli.main(list(arguments))
        except SystemExit as error:
            code = int(error.code or 0)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        assert "itself is wrong" not in captured.err
        return Finished(code, captured.out, captured.err)

    return finished
