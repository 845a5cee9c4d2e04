"""Folders of derivations: those that must pass, those that must fail, those that must not crash.

The name of a file is what it is about. In `fail` its first line holds the codes of all errors that are
expected, in order, with the line of each: `# expect: false-step 7, chain 12`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bnproof.derivation.api import check
from bnproof.language.files import UnreadableError

FOLDER = Path(__file__).parent
EXPECTED = re.compile(r"#? ?expect: (.*?)(?: -->)?$", re.MULTILINE)


def files(kind: str) -> list[Path]:
    return sorted(path for path in (FOLDER / kind).iterdir() if path.suffix in (".md", ".bnp"))


@pytest.mark.parametrize("path", files("pass"), ids=lambda path: path.stem)
def test_what_is_right_passes_without_a_warning(path: Path) -> None:
    report = check(path)
    assert [str(problem) for problem in report.problems] == []
    assert report.proved
    assert report.counts()["proved"] > 0


@pytest.mark.parametrize("path", files("fail"), ids=lambda path: path.stem)
def test_what_is_wrong_is_refused_with_its_code_where_it_stands(path: Path) -> None:
    found = EXPECTED.search(path.read_text("utf-8"))
    assert found, f"{path} does not say what is expected"
    report = check(path)
    assert [f"{p.error.code} {p.error.line}" for p in report.problems] == found[1].split(", ")
    assert not report.proved or all(problem.warning for problem in report.problems)


@pytest.mark.parametrize("path", files("crash"), ids=lambda path: path.stem)
def test_what_is_hostile_ends_in_a_message(path: Path) -> None:
    found = messages(path)
    assert found
    assert all(0 < len(message) < 5_000 for message in found)


def messages(path: Path) -> list[str]:
    """What is said to be wrong with a file; nothing else may come of it."""
    try:
        report = check(path)
    except UnreadableError as error:
        return [str(error)]
    return [] if report.proved else [str(problem) for problem in report.problems]
