"""What the verdict on a term leaves open: what of it passes, and at which sizes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from bnproof.blindness.shapes import Shape
from bnproof.checks.search import silent, smallest_sizes
from bnproof.closed_forms.deriving import Derived
from bnproof.closed_forms.folding import closed_form
from bnproof.kernel import BudgetExhausted, Difference, Theorem, decide
from bnproof.language import Statement
from bnproof.prover import Disagreement
from bnproof.prover.deciding import resolve
from bnproof.prover.examination import examined, setting_within
from bnproof.separation import Separation, separate
from bnproof.terms import (
    Blocked,
    Diff,
    Entry,
    Equation,
    Fixed,
    Index,
    Term,
    TermError,
    all_indices,
    obligations,
)

# The closed form of a gradient, with its theorem and its steps.
Leak: TypeAlias = Derived

_EVALUATED = 2
_STEPS = 200_000


@dataclass(frozen=True)
class Survey:
    """At which small sizes a term is blocked or not.

    Attributes:
        separation: exact points at which it is not blocked, and the sizes at which the kernel proved that
            it is, under the weakest hypothesis under which it fails.
        equal: sizes at which it is blocked whatever eps is, as the kernel proves.
    """

    separation: Separation
    equal: tuple[Mapping[str, int], ...]

    @property
    def smallest(self) -> list[Mapping[str, int]]:
        """The sizes at which it is not blocked, without those that are larger than others of them."""
        sizes = self.separation.sizes
        return [s for s in sizes if not any(_below(other, s) for other in sizes)]

    @property
    def only_there(self) -> list[Mapping[str, int]]:
        """The sizes at which it is blocked under that hypothesis, and not otherwise."""
        return [
            sizes
            for sizes in self.separation.equal
            if not any(known.items() <= sizes.items() for known in self.equal)
        ]


def leak_of(statement: Statement, shape: Shape) -> Leak | None:
    """The gradient of a loss in closed form; None if none was found within the budget.

    Raises `Disagreement` if the exact evaluator contradicts the kernel.
    """
    loss = _loss(statement)
    used = {index.name for index in all_indices(loss)}
    used |= {d.name for d in statement.theory.declarations}
    variable: list[Index] = []
    [array] = statement.theory.inputs()
    for sort in array.sorts:
        variable.append(shape.index(sort, used | {index.name for index in variable}))
    gradient = Diff(Entry(array.name, tuple(variable)), loss)
    try:
        found = closed_form(gradient, statement.theory, statement.hypotheses)
        equation = Equation(gradient, shape.lettered(found))
        statement = replace(statement, claim=equation)
        theorem = decide(equation, statement.theory, statement.hypotheses)
        report = examined(statement, theorem, silent, reach=_EVALUATED)
    except BudgetExhausted:
        return None
    if report.theorem is None or report.counterexample:
        raise Disagreement(report)
    return Derived(statement, gradient, equation.right, report, {})


def survey_of(failing: Statement, whole: Statement) -> Survey | None:
    """At which small sizes a statement fails, and the same one without the last hypothesis.

    None if the kernel's budget is spent.
    """
    try:
        result = resolve(failing.claim, failing.theory, failing.hypotheses)
    except BudgetExhausted:
        return None
    if not isinstance(result, Difference):
        return None
    setting = setting_within(result.equation, failing, result)
    names = tuple(setting.minimum)
    separation = separate([setting], failing.theory, failing.hypotheses, {}, silent)
    open_ = [dict.fromkeys(chosen, 1) for chosen in _subsets(names)]
    equal: list[Mapping[str, int]] = []
    for sizes in (*separation.equal, *open_):
        known = any(other.items() <= sizes.items() for other in equal)
        if not known and _is_blocked_at(whole, sizes):
            equal = [other for other in equal if not sizes.items() <= other.items()]
            equal.append(sizes)
    return Survey(separation, tuple(equal))


def _subsets(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The non-empty sets of some names, the smallest first."""
    for count in range(1, len(names) + 1):
        yield from itertools.combinations(names, count)


def _is_blocked_at(statement: Statement, sizes: Mapping[str, int]) -> bool:
    """Whether the kernel proves a statement at sizes at which there is something to block."""
    fixed = tuple(Fixed(name, size) for name, size in sizes.items())
    there = replace(statement, hypotheses=(*statement.hypotheses, *fixed))
    try:
        theorem = decide(there.claim, there.theory, there.hypotheses, _STEPS)
        if not isinstance(theorem, Theorem):
            return False
        [equation] = obligations(there.claim, there.theory).values()
        return bool(smallest_sizes(setting_within(equation, there, theorem)))
    except (BudgetExhausted, TermError):
        return False


def _loss(statement: Statement) -> Term:
    if not isinstance(statement.claim, Blocked):
        raise TypeError("a loss is claimed to be blocked")
    return statement.claim.loss


def _below(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    """Whether some sizes are smaller than others, and none of them larger."""
    return one != other and all(size <= other[name] for name, size in one.items())
