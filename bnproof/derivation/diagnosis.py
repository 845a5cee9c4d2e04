"""Say what is wrong with a step of a chain, and what an author can do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from bnproof.checks.search import Progress, find_counterexample
from bnproof.derivation.hints import HintSearch
from bnproof.kernel import BudgetExhausted, Difference, Hints, Leftover, Steps, Theorem, decide
from bnproof.language import Statement, print_hypothesis, print_term
from bnproof.language.items import CITE, HOLE, Hint, Step
from bnproof.prover.deciding import resolve
from bnproof.prover.examination import difference_text, setting_within
from bnproof.readback import to_term
from bnproof.render.text import counterexample_lines
from bnproof.terms import (
    Equation,
    Hypothesis,
    Inequality,
    Surplus,
    Term,
    TermError,
    about,
)

_SHOWN_TERMS = 6
_LONGEST_REST = 200

# Takes a code, a message, its place, and further lines.
Complain: TypeAlias = Callable[..., None]


class StepDiagnosis:
    """The steps of one statement, those that are not shown complained of."""

    def __init__(
        self,
        statement: Statement,
        steps: Steps,
        search: HintSearch,
        complain: Complain,
        progress: Progress,
    ) -> None:
        self._statement = statement
        self._steps = steps
        self._search = search
        self._complain = complain
        self._progress = progress

    def is_shown(self, step: Step, hints: Hints | None, left: Term, right: Term) -> bool:
        """Whether a step is shown by its hints; if it is not, say why and what would help."""
        leftover: Leftover | None = None
        span = step.span
        if step.relation != "=":
            return self._is_inequality_shown(step, hints, left, right)
        try:
            if hints is not None:
                leftover = self._steps.leftover(left, right, hints)
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
        would_do = self._search.smallest(left, right, given)
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

    def _is_inequality_shown(
        self, step: Step, hints: Hints | None, left: Term, right: Term
    ) -> bool:
        """Whether a step `>=` is shown by its hints; if it is not, say why and what would help."""
        if hints is not None and self._steps.exceeds(left, step.relation, right, hints):
            return True
        statement = self._statement
        claimed = Inequality(left, step.relation, right)
        try:
            result = resolve(claimed, statement.theory, about(claimed, statement.hypotheses))
        except BudgetExhausted as error:
            self._complain("undecided", str(error), step.span)
            return False
        if isinstance(result, Difference):
            found = find_counterexample(setting_within(claimed, statement, result), self._progress)
            if found:
                details = counterexample_lines(found)
                self._complain("false-step", "this step is false", step.span, details)
                return False
        details = [f"left  = {print_term(left)}", f"right = {print_term(right)}"]
        if isinstance(result, Theorem) and isinstance(result.witness, Surplus):
            details.append(f"their difference is {print_term(result.witness.term)}")
        if any(hint.kind == HOLE for hint in step.hints):
            self._complain("hole", "this step is still open", step.span, details)
            return False
        problem = (
            f"a step '{step.relation}' is shown 'by squares': one side is the other one plus or minus "
            "terms that are visibly not negative"
        )
        self._complain("weak-hints", problem, step.span, details)
        return False

    def _uncitable(self, error: TermError) -> str:
        if isinstance(error.culprit, Hypothesis):
            return f"this was proved under {print_hypothesis(error.culprit)}, which is not in force"
        return f"this cannot be cited here: {error.message}"

    def _is_false(self, step: Step, left: Term, right: Term) -> bool:
        """Whether a step is false at some point; if it may be, say so. Raises `BudgetExhausted`."""
        statement = self._statement
        equation = Equation(left, right)
        result = decide(equation, statement.theory, about(equation, statement.hypotheses))
        if isinstance(result, Theorem):
            return False
        found = find_counterexample(setting_within(equation, statement, result), self._progress)
        if found is None:
            problem = "this step is not an identity, but no point that shows it was found"
            self._complain("undecided", problem, step.span)
            return True
        details = counterexample_lines(found)
        difference = difference_text(equation, result, statement)
        if difference:
            details.append(f"at all sizes, left - right = {difference}")
        self._complain("false-step", "this step is false", step.span, details)
        return True


def _advice(would_do: tuple[list[Hint], bool] | None) -> str:
    """What an author can write instead."""
    if would_do is None:
        return "no hints were found that show it, so put a step in between"
    hints, smallest = would_do
    if not hints:
        return "it needs no hint"
    return f"{'' if smallest else 'for example '}'by {', '.join(map(str, hints))}' would do"
