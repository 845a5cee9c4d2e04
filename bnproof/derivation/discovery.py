"""Find the steps of a proof that nobody wrote down."""

from __future__ import annotations

from collections.abc import Sequence

from bnproof.derivation.hints import NOWHERE, HintSearch, resolved
from bnproof.kernel import Steps
from bnproof.language import print_term
from bnproof.language.items import AUTO, RULE, UNFOLD, Hint
from bnproof.language.statements import Statement
from bnproof.readback import to_term
from bnproof.terms import Definition, Term, alike, as_equations, number

MAX_LENGTH = 240
_ORDER = ("linearity", "derivative", UNFOLD, "root", "delta", "statistics", AUTO)

# A term of a chain, and the hints that show it equal to the term before it.
FoundStep = tuple[Term, list[Hint]]


def find_steps(statement: Statement) -> tuple[Term, list[FoundStep]]:
    """The first term of a chain for a true claim, and its steps, each with hints that show it.

    From a small set of hints that show the claim at once, the terms in between are the normal forms by
    more and more of them, in the order in which one would calculate.
    Raises `TermError` and `BudgetExhausted`.
    """
    equation = as_equations(statement.claim, statement.theory)[0]
    left, right = equation.left, equation.right
    steps = Steps(statement.theory, statement.hypotheses)
    steps.admit(left)
    steps.admit(right)
    search = HintSearch(steps, statement.theory, {})
    found = search.smallest(left, right)
    hints = found[0] if found else [Hint(AUTO, AUTO, NOWHERE)]
    whole = [(right, hints)]
    if len(hints) < 2:
        return left, whole
    ordered = sorted(hints, key=lambda hint: _rank(hint, statement))
    chain: list[FoundStep] = []
    for count in range(1, len(ordered)):
        before = chain[-1][0] if chain else left
        term = _reduced(steps, before, ordered[:count], statement)
        if len(print_term(term)) > MAX_LENGTH:
            continue
        steps.admit(term)
        needed = _needed(search, before, term, ordered[:count])
        if needed and alike(term, right):
            return left, [*chain, (right, needed)]
        if needed:
            chain.append((term, needed))
    while chain:
        needed = _needed(search, chain[-1][0], right, ordered)
        if needed is not None:
            return left, [*chain, (right, needed)]
        chain.pop()
    return left, whole


def _rank(hint: Hint, statement: Statement) -> tuple[int, int]:
    """The place of a hint in a calculation: what is defined last is unfolded first."""
    kind = hint.name if hint.kind == RULE else hint.kind
    names = [d.name for d in statement.theory.declarations if isinstance(d, Definition)]
    place = -names.index(hint.name) if hint.kind == UNFOLD else 0
    return (_ORDER.index(kind), place)


def _reduced(steps: Steps, term: Term, hints: Sequence[Hint], statement: Statement) -> Term:
    """The normal form of a term by hints, as a term."""
    zero = number(0)
    leftover = steps.leftover(term, zero, resolved(hints, statement.theory, {}))
    if leftover is None:
        return zero
    return to_term(leftover.polynomial, leftover.inverses, leftover.opaque)


def _needed(
    search: HintSearch, left: Term, right: Term, hints: Sequence[Hint]
) -> list[Hint] | None:
    """Those of the hints that a step cannot do without."""
    if not search.shows(left, right, hints):
        return None
    return search.needed(left, right, hints)
