"""Prove or refute a claim: the kernel proves, the exact evaluator refutes and re-checks."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from bnproof.checks.search import (
    Progress,
    silent,
)
from bnproof.kernel import BudgetExhausted
from bnproof.language import (
    Source,
    Statement,
    print_hypothesis,
)
from bnproof.maps.normalisers import find
from bnproof.maps.vocabulary import Normaliser, Vocabulary, declaring, vocabulary_of
from bnproof.prover.confirmation import confirmed
from bnproof.prover.deciding import resolve
from bnproof.prover.examination import Outcome, examined, opened
from bnproof.prover.missing import missing_hypotheses
from bnproof.report import Report
from bnproof.terms import BnproofError

_OPEN = "two means of checking contradict each other"


class Disagreement(BnproofError):
    """Two means of checking a claim contradict each other: one of them is wrong. Please report it.

    Its `report` leaves the verdict open.
    """

    def __init__(self, report: Report) -> None:
        super().__init__((report.disagreement or "two means disagree").split("\n")[0])
        self.report = replace(report, verdict="undecided", reason=_OPEN)


def prove(
    claim: str,
    norm: str | Normaliser = "batch",
    assume: str | Iterable[str] = (),
    confirm: bool = False,
    progress: Progress = silent,
    declare: str | Iterable[str] = (),
) -> Report:
    """Decide a claim for every batch size n, every number of features D and every input.

    Args:
        claim: `A = B`, `A != B`, `A >= B`, `blocked L`, `not blocked L`, `projector[j,k] T rank R` or
            `nullspace[j,k] T = span[j]{u, v}`, with `assume ...` behind it if need be; a matrix may have
            rows of several indices, `projector[j,d; k,e] T`.
        norm: the normaliser whose vocabulary the claim uses: its name (`batch`, `layer`, `rms`, ...;
            see `bnproof.maps.normalisers`), a file that defines one, or a map of `bnproof.maps`.
        assume: a further hypothesis or several, such as `eps = 0`, `eps > 0`, `j != k`, `n >= 3`,
            `n = 2`, `gamma[d] != 0` or `G[i,d] = g[d]`.
        confirm: whether SymPy and floating point shall confirm the verdict, at drawn points.
        progress: called with a line of text before each piece of work.
        declare: declaring statements in front of the claim: `let u[i,d] = ...`, `param`, `input`, `root`,
            `use batchnorm(x[i,d] + c[d], eps) as shifted`, each in the words of those before it.

    Returns:
        A report: its `verdict` is `proved`, `refuted` or `undecided`.

    Raises:
        SourceError: the claim, a hypothesis or what is declared cannot be read or has no meaning.
        BnproofError: there is no such normaliser, or its file cannot be read.
        Disagreement: two means of checking contradict each other.
    """
    assume = (assume,) if isinstance(assume, str) else assume
    return prove_source(Source("claim", claim), norm, assume, confirm, progress, declare)


def prove_source(
    source: Source,
    norm: str | Normaliser = "batch",
    assume: Iterable[str] = (),
    confirm: bool = False,
    progress: Progress = silent,
    declare: str | Iterable[str] = (),
) -> Report:
    """Decide the claim in a source; see `prove`."""
    start = time.perf_counter()
    statement = vocabulary(norm, declare).claim(source, assume)
    with statement.located():
        report = _decided(statement, progress)
    if confirm:
        report = confirmed(report, progress)
    report = replace(report, seconds=time.perf_counter() - start)
    if report.disagreement:
        raise Disagreement(report)
    return report


def vocabulary(norm: str | Normaliser, declare: str | Iterable[str] = ()) -> Vocabulary:
    """The normaliser that is meant, and what is declared beside it.

    Raises `BnproofError` as `bnproof.maps.normalisers.find` does, and `SourceError`.
    """
    return vocabulary_of(find(norm) if isinstance(norm, str) else norm, declaring(declare))


def _decided(statement: Statement, progress: Progress) -> Report:
    """The report of a statement, its time as a whole left open."""
    progress("bringing both sides to their normal form")
    start = time.perf_counter()
    result: Outcome | None = None
    reason = None
    try:
        result = resolve(statement.claim, statement.theory, statement.hypotheses)
    except BudgetExhausted as error:
        reason = str(error)
    seconds = time.perf_counter() - start
    if result is None:
        return replace(opened(statement), reason=reason, kernel_seconds=seconds)
    report = replace(examined(statement, result, progress), kernel_seconds=seconds)
    if report.verdict == "refuted":
        missing = missing_hypotheses(statement, progress)
        report = replace(report, holds_if=tuple(map(print_hypothesis, missing)))
    return report
