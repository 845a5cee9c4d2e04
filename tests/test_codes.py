"""The list of diagnostic codes is closed, and each of its examples causes the code it explains."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bnproof
from bnproof.codes import CODES
from bnproof.derivation.checking import Checker
from bnproof.language.source import Source

PACKAGE = Path(bnproof.__file__).parent
RAISED = re.compile(
    r"(?:TermError|SourceError|\.error|_error|_complain)\(\s*\"([a-z-]+)\"", re.MULTILINE
)


def test_every_code_that_is_raised_is_explained_and_no_other() -> None:
    raised = {code for path in PACKAGE.rglob("*.py") for code in RAISED.findall(path.read_text())}
    assert raised == set(CODES)


def test_explanations_are_sentences() -> None:
    for explanation in CODES.values():
        assert explanation.meaning.endswith(".")
        assert explanation.remedy.endswith(".")


@pytest.mark.parametrize("code", CODES)
def test_the_example_of_a_code_causes_it(code: str) -> None:
    report = Checker(lambda _: None).check_source(Source("example", CODES[code].example))
    found = {problem.error.code for problem in report.problems}
    assert code in found, found
