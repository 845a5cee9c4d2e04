"""Check what a derivation says is false: only an exact counterexample makes it so."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from bnproof.checks.search import Progress
from bnproof.derivation.elaboration import Goal
from bnproof.derivation.hints import Effort
from bnproof.derivation.reports import (
    NOT_REFUTED,
    PROVED,
    REFUTED,
    REFUTED_AS_CLAIMED,
    Problem,
    StatementReport,
)
from bnproof.kernel import BudgetExhausted
from bnproof.language import Statement, print_hypothesis
from bnproof.prover import Disagreement
from bnproof.prover.deciding import resolve
from bnproof.prover.examination import examined
from bnproof.prover.missing import missing_hypotheses
from bnproof.render.report import scope_lead
from bnproof.render.text import scope_lines
from bnproof.report import Report

# What the search for a missing hypothesis costs, counted in tries of steps.
_MISSING_EFFORT = 500


def checked_refuted(
    goal: Goal, effort: Effort, progress: Progress, reach: int, report: StatementReport
) -> StatementReport:
    """Fill in the report of a claim that is said to be false.

    It is `refuted as claimed` where an exact point shows it (or, for a claim that something is no
    identity, the kernel's proof that it is one), and an error where it is proved or undecided.
    Raises `TermError` and `SourceError` for what has no meaning, and `Disagreement`.
    """
    statement = goal.statement
    start = time.perf_counter()
    try:
        result = resolve(statement.claim, statement.theory, statement.hypotheses)
    except BudgetExhausted as error:
        return _not_refuted(report, goal, f"this is not refuted: {error}")
    seconds = time.perf_counter() - start
    verdict = examined(statement, result, progress, reach=reach)
    if verdict.theorem and verdict.counterexample:
        raise Disagreement(verdict)
    verdict = with_what_is_missing(verdict, statement, effort, progress)
    report = replace(report, goal=goal, report=verdict, kernel_seconds=seconds)
    match verdict.verdict:
        case "refuted":
            return replace(report, status=REFUTED_AS_CLAIMED)
        case "proved":
            problem = "this is not refuted but true: it is proved by 'theorem' and 'proof auto qed'"
            return _not_refuted(report, goal, problem, _proved_for(verdict))
    return _not_refuted(report, goal, f"this is not refuted: {verdict.reason or 'no verdict'}")


def with_what_is_missing(
    verdict: Report, statement: Statement, effort: Effort, progress: Progress
) -> Report:
    """The report of a false claim with hypotheses under which it holds, as long as effort is left."""
    if verdict.verdict != REFUTED or effort.left < 0:
        return verdict
    effort.left -= _MISSING_EFFORT
    missing = missing_hypotheses(statement, progress)
    return replace(verdict, holds_if=tuple(map(print_hypothesis, missing)))


def _proved_for(verdict: Report) -> list[str]:
    if verdict.scope is None:
        return []
    return [f"{PROVED} {line}" for line in scope_lines(verdict.scope, scope_lead(verdict))]


def _not_refuted(
    report: StatementReport, goal: Goal, problem: str, details: Iterable[str] = ()
) -> StatementReport:
    error = goal.error("not-refuted", problem, details=details)
    return replace(report, goal=goal, status=NOT_REFUTED, problems=(Problem(error),))
