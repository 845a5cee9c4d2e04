"""Prove or refute a claim: the kernel proves, the exact evaluator refutes and re-checks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace

from bnproof.checks.search import (
    Admissible,
    Progress,
    Recheck,
    SidesDiffer,
    find_counterexample,
    recheck,
)
from bnproof.kernel import BudgetExhausted, Difference, Theorem, decide
from bnproof.language import Source, Statement, print_claim, print_term, read_statement
from bnproof.maps.definitions import NORMS
from bnproof.readback import to_term
from bnproof.report import Report
from bnproof.scope import admits, scope_of
from bnproof.terms import BnproofError, Theory, as_equations

_SHOWN_TERMS = 4
_NO_POINT = (
    "the normal form of left - right is not zero, so the claim fails at some size, but no point that "
    "shows it was found within the budget"
)


def _silent(message: str) -> None:
    """Show no progress."""


class Disagreement(BnproofError):
    """The kernel and the exact evaluator disagree: one of them is wrong. Please report it."""

    def __init__(self, report: Report) -> None:
        super().__init__("the kernel proved a claim that exact evaluation refutes")
        self.report = report


def prove(
    claim: str,
    norm: str | Theory = "batch",
    assume: Iterable[str] = (),
    progress: Progress = _silent,
) -> Report:
    """Decide a claim for every batch size n, every number of features D and every input.

    Args:
        claim: `A = B` or `blocked L` in the claim language, with `assume ...` behind it if need be.
        norm: the normaliser whose vocabulary the claim uses, `batch` or `layer`, or a theory.
        assume: further hypotheses, such as `eps = 0`, `eps > 0`, `j != k`, `n >= 3`, `gamma[d] != 0`.
        progress: called with a line of text before each piece of work.

    Returns:
        A report: its `verdict` is `proved`, `refuted` or `undecided`.

    Raises:
        SourceError: the claim or a hypothesis cannot be read or has no meaning.
        Disagreement: the kernel and the exact evaluator contradict each other.
    """
    return prove_source(Source("claim", claim), theory_of(norm), assume, progress)


def theory_of(norm: str | Theory) -> Theory:
    """The definitions of a normaliser by its name. Raises `BnproofError` for an unknown one."""
    if isinstance(norm, Theory):
        return norm
    if norm not in NORMS:
        raise BnproofError(f"{norm} is not a normaliser; known are {', '.join(NORMS)}")
    return NORMS[norm]()


def prove_source(
    source: Source,
    theory: Theory,
    assume: Iterable[str] = (),
    progress: Progress = _silent,
) -> Report:
    """Decide the claim in a source; see `prove`."""
    start = time.perf_counter()
    statement = read_statement(source, theory, assume)
    with statement.located():
        report = _decided(statement, progress)
    report = replace(report, seconds=time.perf_counter() - start)
    if report.theorem and report.counterexample:
        raise Disagreement(report)
    return report


def _decided(statement: Statement, progress: Progress) -> Report:
    """The report of a statement, its time as a whole left open."""
    text = print_claim(statement.claim)
    start = time.perf_counter()
    try:
        result = decide(statement.claim, statement.theory, statement.hypotheses)
    except BudgetExhausted as error:
        return Report(text, reason=str(error), kernel_seconds=time.perf_counter() - start)
    report = Report(text, kernel_seconds=time.perf_counter() - start)

    def admissible(sizes: Mapping[str, int]) -> bool:
        return admits(result.nonzero_sizes, sizes)

    if isinstance(result, Theorem):
        return _rechecked(replace(report, theorem=result), statement, result, admissible, progress)
    return _refuted(report, statement, result, admissible, progress)


def _rechecked(
    report: Report,
    statement: Statement,
    theorem: Theorem,
    admissible: Admissible,
    progress: Progress,
) -> Report:
    """The report of a theorem: proved, and evaluated exactly at small sizes."""
    rechecks: list[Recheck] = []
    counterexample = scope = None
    for equation in as_equations(theorem.claim, theorem.theory):
        scope = scope_of(statement, equation, theorem.nonzero_sizes)
        try:
            rechecks.append(
                recheck(equation, theorem.theory, theorem.hypotheses, admissible, progress)
            )
        except SidesDiffer as error:
            counterexample = error.counterexample
    return replace(
        report,
        verdict="proved",
        scope=scope,
        rechecks=tuple(rechecks),
        counterexample=counterexample,
    )


def _refuted(
    report: Report,
    statement: Statement,
    result: Difference,
    admissible: Admissible,
    progress: Progress,
) -> Report:
    """The report of a claim with a non-zero normal form: refuted if a point shows it."""
    scope = scope_of(statement, result.equation, result.nonzero_sizes)
    found = find_counterexample(
        result.equation, statement.theory, statement.hypotheses, admissible, progress
    )
    difference = None
    if len(result.polynomial) <= _SHOWN_TERMS:
        difference = print_term(to_term(result.polynomial, result.inverses))
    return replace(
        report,
        verdict="refuted" if found else "undecided",
        scope=scope,
        counterexample=found,
        difference=difference,
        reason=None if found else _NO_POINT,
    )
