"""Check one lemma or theorem: its proof, each hint of it, each of its hypotheses."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeAlias

from bnproof.checks.search import Progress, find_counterexample
from bnproof.derivation.elaboration import Goal
from bnproof.derivation.hints import Effort, HintSearch, resolved
from bnproof.derivation.reports import (
    UNPROVED,
    CheckedStep,
    Necessity,
    Problem,
    StatementReport,
)
from bnproof.kernel import (
    BudgetExhausted,
    Difference,
    Gap,
    Hints,
    Leftover,
    Steps,
    Theorem,
    decide,
)
from bnproof.language import print_hypothesis, print_term
from bnproof.language.items import AUTO, CITE, HOLE, Chain, Hint, Step
from bnproof.language.source import Span
from bnproof.prover import Disagreement, examined, setting_within
from bnproof.readback import to_term
from bnproof.render.text import counterexample_lines
from bnproof.report import Report
from bnproof.terms import (
    Equation,
    Hypothesis,
    Term,
    TermError,
    Theory,
    Unequal,
    as_equations,
    free_in_claim,
)

_SHOWN_TERMS = 6
_LONGEST_REST = 200


# What checks steps in a theory under hypotheses; statements with the same ones share it.
StepsIn: TypeAlias = Callable[[Theory, tuple[Hypothesis, ...]], Steps]


class StatementCheck:
    """The check of one goal, which may cite what is proved before it."""

    def __init__(
        self,
        goal: Goal,
        proved: Mapping[str, Theorem | None],
        steps_in: StepsIn,
        effort: Effort,
        progress: Progress,
        reach: int,
    ) -> None:
        self._effort = effort
        self._reach = reach
        self._goal = goal
        self._steps_in = steps_in
        self._statement = goal.statement
        self._proved = proved
        self._progress = progress
        self._problems: list[Problem] = []
        self._steps: list[CheckedStep] = []
        self._seconds = 0.0

    def run(self, report: StatementReport) -> StatementReport:
        """Fill in the report. Raises `TermError` and `SourceError` for what has no meaning."""
        result, status = self._proof(), UNPROVED
        verdict: Report | None = None
        if isinstance(result, Theorem | Difference):
            verdict = examined(
                self._statement, result, self._progress, self._goal.terms, self._reach
            )
            status = verdict.verdict
        necessities: tuple[Necessity, ...] = ()
        if isinstance(result, Difference) and verdict:
            self._refuted(verdict)
        elif isinstance(result, Theorem) and verdict:
            if verdict.counterexample:
                raise Disagreement(verdict)
            necessities = tuple(self._necessities())
        return replace(
            report,
            goal=self._goal,
            status=status,
            report=verdict,
            steps=tuple(self._steps),
            necessities=necessities,
            problems=tuple(self._problems),
            kernel_seconds=self._seconds,
        )

    def _complain(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        details: Iterable[str] = (),
        warning: bool = False,
    ) -> None:
        error = self._goal.error(code, message, span, details)
        self._problems.append(Problem(error, warning))

    @contextmanager
    def _kernel_time(self) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self._seconds += time.perf_counter() - start

    # Proofs

    def _proof(self) -> Theorem | Difference | None:
        """The theorem if the proof is one; else the difference if the claim is not true either."""
        result: Theorem | Difference | None = None
        proof = self._goal.assertion.proof
        if isinstance(proof, Chain):
            result = self._chain()
        elif proof is None:
            self._complain("no-proof", "this has no proof; 'proof auto qed' lets one be found")
        if isinstance(result, Theorem):
            return result
        try:
            with self._kernel_time():
                result = decide(
                    self._statement.claim, self._statement.theory, self._statement.hypotheses
                )
        except BudgetExhausted as error:
            self._complain("undecided", str(error))
            return None
        return None if proof != AUTO and isinstance(result, Theorem) else result

    def _refuted(self, verdict: Report) -> None:
        """Say that the claim is false, and where; or that it fails somewhere nobody found."""
        found = verdict.counterexample
        if found is None:
            self._complain("undecided", verdict.reason or "no verdict")
            return
        details = counterexample_lines(found)
        if verdict.difference:
            details.append(f"at all sizes, left - right = {verdict.difference}")
        self._complain("false-claim", "this is false", details=details)

    def _chain(self) -> Theorem | None:
        """The theorem of a chain whose steps all follow by their hints."""
        steps, terms = self._goal.steps, self._goal.terms
        hints = [self._resolved(step.hints) for step in steps]
        statement = self._statement
        theorem: Theorem | Gap | None = None
        with self._kernel_time():
            checker = self._steps_in(statement.theory, statement.hypotheses)
            try:
                theorem = checker.prove(statement.claim, terms, [h or Hints() for h in hints])
            except BudgetExhausted:
                theorem = None
            except TermError as error:
                if error.code == "chain":
                    self._complain_of_ends(error)
                    return None
                if error.code != "citation":
                    raise
        if None in hints or not isinstance(theorem, Theorem):
            theorem = None
            for term in terms:
                try:
                    checker.admit(term)
                except BudgetExhausted as error:
                    raise TermError("undecided", str(error), term) from error
        search = HintSearch(checker, statement.theory, self._proved, self._effort)
        for step, hint, left, right in zip(steps, hints, terms, terms[1:], strict=False):
            shown = theorem is not None
            if shown:
                self._warn_of_unneeded(search, step, left, right)
            else:
                shown = self._diagnosed(checker, search, step, hint, left, right)
            self._steps.append(CheckedStep(right, step.hints, shown))
        return theorem

    def _complain_of_ends(self, error: TermError) -> None:
        """Say what a chain should begin and end with."""
        details = []
        for equation in as_equations(self._statement.claim, self._statement.theory):
            details += [
                f"left  = {print_term(equation.left)}",
                f"right = {print_term(equation.right)}",
            ]
        _, span = self._statement.places.get(id(error.culprit), (None, None))
        self._complain(error.code, error.message, span, details)

    def _resolved(self, hints: Iterable[Hint]) -> Hints | None:
        """The hints for the kernel; None for a hole and where a hint means nothing."""
        found = [hint for hint in hints if hint.kind != HOLE]
        try:
            whole = resolved(found, self._statement.theory, self._proved)
        except TermError as error:
            span = error.culprit.span if isinstance(error.culprit, Hint) else None
            self._complain(error.code, error.message, span)
            return None
        return whole if len(found) == len(tuple(hints)) else None

    def _warn_of_unneeded(self, search: HintSearch, step: Step, left: Term, right: Term) -> None:
        needed = search.needed(left, right, step.hints)
        for hint in step.hints:
            if hint not in needed:
                problem = f"the step follows without '{hint}'"
                self._complain("unneeded-hint", problem, hint.span, warning=True)

    # What is wrong with a step

    def _diagnosed(
        self,
        checker: Steps,
        search: HintSearch,
        step: Step,
        hints: Hints | None,
        left: Term,
        right: Term,
    ) -> bool:
        """Whether a step is shown by its hints; if it is not, say why and what would help."""
        leftover: Leftover | None = None
        span = step.span
        try:
            if hints is not None:
                leftover = checker.leftover(left, right, hints)
                if leftover is None:
                    return True
            if self._is_false(step, left, right):
                return False
        except TermError as error:
            cited = next((h for h in step.hints if h.kind == CITE), None)
            self._complain("citation", self._uncitable(error), cited.span if cited else span)
            return False
        except BudgetExhausted as error:
            self._complain("undecided", f"{error}; cite less, or put a step in between", span)
            return False
        given = [hint for hint in step.hints if hint.kind != HOLE]
        would_do = search.smallest(left, right, given)
        advice = _advice(would_do)
        if any(hint.kind == HOLE for hint in step.hints):
            self._complain("hole", f"this step is still open; {advice}", span)
        elif leftover is not None:
            details = [f"left  = {print_term(left)}", f"right = {print_term(right)}"]
            if len(leftover.polynomial) <= _SHOWN_TERMS:
                rest = print_term(to_term(leftover.polynomial, leftover.inverses, leftover.opaque))
                if len(rest) <= _LONGEST_REST:
                    details.append(f"left - right, by these hints: {rest}")
            names = "what it names" if given else "arithmetic alone"
            problem = f"the step is true, but does not follow by {names}; {advice}"
            self._complain("weak-hints", problem, span, details)
        return False

    def _uncitable(self, error: TermError) -> str:
        if isinstance(error.culprit, Hypothesis):
            return f"this was proved under {print_hypothesis(error.culprit)}, which is not in force"
        return f"this cannot be cited here: {error.message}"

    def _is_false(self, step: Step, left: Term, right: Term) -> bool:
        """Whether a step is false at some point; if it may be, say so. Raises `BudgetExhausted`."""
        statement = self._statement
        equation = Equation(left, right)
        result = decide(equation, statement.theory, _about(equation, statement.hypotheses))
        if isinstance(result, Theorem):
            return False
        found = find_counterexample(setting_within(equation, statement, result), self._progress)
        if found is None:
            problem = "this step is not an identity, but no point that shows it was found"
            self._complain("undecided", problem, step.span)
            return True
        details = counterexample_lines(found)
        if len(result.polynomial) <= _SHOWN_TERMS:
            difference = print_term(to_term(result.polynomial, result.inverses))
            details.append(f"at all sizes, left - right = {difference}")
        self._complain("false-step", "this step is false", step.span, details)
        return True

    # What is known of a theorem

    def _necessities(self) -> Iterator[Necessity]:
        """Try the claim without each of its hypotheses."""
        hypotheses = self._statement.hypotheses
        for dropped in hypotheses:
            rest = tuple(h for h in hypotheses if h is not dropped)
            found = self._without(print_hypothesis(dropped), rest)
            if found.needed is False and dropped in self._goal.assertion.hypotheses:
                problem = f"the claim holds without {found.hypothesis}"
                self._complain("unneeded-hypothesis", problem, warning=True)
            yield found

    def _without(self, name: str, rest: Sequence[Hypothesis]) -> Necessity:
        statement = replace(self._statement, hypotheses=tuple(rest))
        try:
            result = decide(statement.claim, statement.theory, rest)
        except TermError as error:
            return Necessity(name, True, meaning=error.message)
        except BudgetExhausted:
            return Necessity(name, None)
        if isinstance(result, Theorem):
            return Necessity(name, False)
        setting = setting_within(result.equation, statement, result)
        found = find_counterexample(setting, self._progress)
        return Necessity(name, True if found else None, found)


def _about(equation: Equation, hypotheses: Iterable[Hypothesis]) -> tuple[Hypothesis, ...]:
    """The hypotheses that an equation can be decided under: those on its indices, and all others."""
    free = set(free_in_claim(equation))
    return tuple(h for h in hypotheses if not isinstance(h, Unequal) or set(h) <= free)


def _advice(would_do: tuple[list[Hint], bool] | None) -> str:
    """What an author can write instead."""
    if would_do is None:
        return "no hints were found that show it, so put a step in between"
    hints, smallest = would_do
    if not hints:
        return "it needs no hint"
    return f"{'' if smallest else 'for example '}'by {', '.join(map(str, hints))}' would do"
