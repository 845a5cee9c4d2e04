"""Prove or refute a claim: the kernel proves, the exact evaluator refutes and re-checks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from bnproof.checks.points import Setting, reached_arrays, setting_of
from bnproof.checks.search import (
    RECHECK_SIZES,
    Progress,
    Recheck,
    SidesDiffer,
    find_counterexample,
    recheck,
    silent,
)
from bnproof.kernel import BudgetExhausted, Difference, Theorem, decide
from bnproof.language import (
    Source,
    Statement,
    print_claim,
    print_hypothesis,
    print_term,
    read_statement,
)
from bnproof.maps.definitions import NORMS
from bnproof.readback import to_term
from bnproof.report import Report
from bnproof.scope import are_admitted, scope_of
from bnproof.terms import BnproofError, Equation, Hypothesis, Term, Theory, as_equations

_SHOWN_TERMS = 4
_NO_POINT = (
    "the normal form of left - right is not zero, so the claim fails at some size, but no point that "
    "shows it was found within the budget"
)

_DISAGREEMENT = "the kernel proved it and exact evaluation refutes it: bnproof is wrong"


class Normaliser(Protocol):
    """Anything with definitions and hypotheses of its own, such as the maps of `bnproof.maps`."""

    theory: Theory

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """What holds of its parameters."""


class Disagreement(BnproofError):
    """The kernel and the exact evaluator disagree: one of them is wrong. Please report it."""

    def __init__(self, report: Report) -> None:
        super().__init__(_DISAGREEMENT)
        self.report = report


def prove(
    claim: str,
    norm: str | Normaliser = "batch",
    assume: str | Iterable[str] = (),
    progress: Progress = silent,
) -> Report:
    """Decide a claim for every batch size n, every number of features D and every input.

    Args:
        claim: `A = B` or `blocked L` in the claim language, with `assume ...` behind it if need be.
        norm: the normaliser whose vocabulary the claim uses: `batch`, `layer`, or a map of
            `bnproof.maps`.
        assume: a further hypothesis or several, such as `eps = 0`, `eps > 0`, `j != k`, `n >= 3` or
            `gamma[d] != 0`.
        progress: called with a line of text before each piece of work.

    Returns:
        A report: its `verdict` is `proved`, `refuted` or `undecided`.

    Raises:
        SourceError: the claim or a hypothesis cannot be read or has no meaning.
        Disagreement: the kernel and the exact evaluator contradict each other.
    """
    assume = (assume,) if isinstance(assume, str) else assume
    return prove_source(Source("claim", claim), norm, assume, progress)


def prove_source(
    source: Source,
    norm: str | Normaliser = "batch",
    assume: Iterable[str] = (),
    progress: Progress = silent,
) -> Report:
    """Decide the claim in a source; see `prove`."""
    start = time.perf_counter()
    if isinstance(norm, str):
        if norm not in NORMS:
            raise BnproofError(f"{norm} is not a normaliser; known are {', '.join(NORMS)}")
        statement = read_statement(source, NORMS[norm](), assume)
    else:
        statement = read_statement(source, norm.theory, assume, norm.hypotheses)
    with statement.located():
        report = _decided(statement, progress)
    report = replace(report, seconds=time.perf_counter() - start)
    if report.theorem and report.counterexample:
        raise Disagreement(replace(report, theorem=None, verdict="undecided", reason=_DISAGREEMENT))
    return report


def _decided(statement: Statement, progress: Progress) -> Report:
    """The report of a statement, its time as a whole left open."""
    progress("bringing both sides to their normal form")
    start = time.perf_counter()
    result: Theorem | Difference | None = None
    reason = None
    try:
        result = decide(statement.claim, statement.theory, statement.hypotheses)
    except BudgetExhausted as error:
        reason = str(error)
    seconds = time.perf_counter() - start
    if result is None:
        return replace(_opened(statement), reason=reason, kernel_seconds=seconds)
    return replace(examined(statement, result, progress), kernel_seconds=seconds)


def examined(
    statement: Statement,
    result: Theorem | Difference,
    progress: Progress,
    chain: Sequence[Term] = (),
    reach: int = RECHECK_SIZES,
) -> Report:
    """The report of what the kernel says of a statement: its scope, and what exact evaluation says.

    The terms of the chain that proved it, if one did, are evaluated with it, at so many values of each
    size as `reach` says.
    Raises `TermError` (vacuous) where no point meets the hypotheses.
    """
    equations = _open_equations(result)
    if chain and isinstance(result, Theorem):
        equations = (Equation(chain[0], chain[-1]),)
    settings = [setting_within(e, statement, result, chain[1:-1]) for e in equations]
    scope = scope_of(statement, settings[0], result.nonzero_sizes)
    report = replace(_opened(statement), scope=scope, note=_note(statement))
    if isinstance(result, Theorem):
        return _rechecked(replace(report, theorem=result), settings, progress, chain[1:-1], reach)
    return _refuted(report, settings[0], result, progress)


def setting_within(
    equation: Equation,
    statement: Statement,
    result: Theorem | Difference,
    between: Sequence[Term] = (),
) -> Setting:
    """An equation on the domain that the kernel found, with the terms between its sides."""
    return setting_of(
        equation,
        statement.theory,
        statement.hypotheses,
        result.roots,
        lambda sizes: are_admitted(result.nonzero_sizes, sizes),
        between,
    )


def _opened(statement: Statement) -> Report:
    """The report of a statement of which nothing is known yet."""
    hypotheses = tuple(map(print_hypothesis, statement.hypotheses))
    return Report(print_claim(statement.claim), hypotheses)


def _note(statement: Statement) -> str | None:
    """A loss without the input is blocked from it for no reason worth proving."""
    if isinstance(statement.claim, Equation):
        return None
    reached = reached_arrays((statement.claim.loss,), statement.theory)
    names = [array.name for array in statement.theory.inputs() if array.name not in reached]
    return f"the loss does not contain {', '.join(names)}" if names else None


def _open_equations(result: Theorem | Difference) -> tuple[Equation, ...]:
    """The equations that a theorem proves, or the one that is in doubt."""
    if isinstance(result, Theorem):
        return as_equations(result.claim, result.theory)
    return (result.equation,)


def _rechecked(
    report: Report,
    settings: Iterable[Setting],
    progress: Progress,
    between: Sequence[Term],
    reach: int,
) -> Report:
    """The report of a theorem: proved, and evaluated exactly at small sizes."""
    rechecks: list[Recheck] = []
    counterexample = None
    for setting in settings:
        try:
            rechecks.append(recheck(setting, progress, between, reach))
        except SidesDiffer as error:
            counterexample = error.counterexample
    return replace(
        report, verdict="proved", rechecks=tuple(rechecks), counterexample=counterexample
    )


def _refuted(report: Report, setting: Setting, result: Difference, progress: Progress) -> Report:
    """The report of a claim with a non-zero normal form: refuted if a point shows it."""
    found = find_counterexample(setting, progress)
    difference = None
    if len(result.polynomial) <= _SHOWN_TERMS:
        difference = print_term(to_term(result.polynomial, result.inverses))
    return replace(
        report,
        verdict="refuted" if found else "undecided",
        counterexample=found,
        difference=difference,
        reason=None if found else _NO_POINT,
    )
