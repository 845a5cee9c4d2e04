"""Find the steps of a proof that nobody wrote down."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bnproof.checks.points import reached_arrays
from bnproof.closed_forms.folding import closed_form
from bnproof.derivation.hints import NOWHERE, HintSearch, resolved
from bnproof.kernel import SQUARES, Steps, Theorem
from bnproof.language import print_term
from bnproof.language.items import AUTO, RULE, UNFOLD, Hint
from bnproof.language.statements import Statement
from bnproof.readback import to_term
from bnproof.terms import (
    Add,
    Definition,
    Diff,
    Equation,
    Inequality,
    Neg,
    Surplus,
    Term,
    about,
    alike,
    children,
    number,
    obligations,
    rebuild,
    subterms,
)

MAX_LENGTH = 240
MAX_INNER = 4
_ORDER = ("linearity", "derivative", UNFOLD, "root", "delta", "statistics", "sizes", AUTO)


class FoundStep(NamedTuple):
    """A term of a chain, its relation to the term before it, and hints that show it."""

    relation: str
    term: Term
    hints: list[Hint]


class FoundChain(NamedTuple):
    """The chain of a part of a claim: its name, its first term and its steps."""

    part: str
    first: Term
    steps: list[FoundStep]


def find_chains(statement: Statement, theorem: Theorem) -> list[FoundChain]:
    """A chain for each part of a claim that the kernel has proved.

    Raises `TermError` and `BudgetExhausted`.
    """
    parts = obligations(statement.claim, statement.theory, theorem.witness)
    return [_find_chain(statement, name, part, theorem) for name, part in parts.items()]


def _find_chain(
    statement: Statement, name: str, part: Equation | Inequality, theorem: Theorem
) -> FoundChain:
    """The chain of one part; that of an inequality adds what makes up the difference."""
    if isinstance(part, Equation):
        return FoundChain(name, part.left, find_steps(statement, part.left, part.right))
    surplus = theorem.witness.term if isinstance(theorem.witness, Surplus) else number(0)
    signed = Neg(surplus) if part.relation == "<=" else surplus
    middle: Term = signed if part.right == number(0) else Add((part.right, signed))
    steps = [] if alike(part.left, middle) else find_steps(statement, part.left, middle)
    last = FoundStep(part.relation, part.right, _sign_hints(statement, part, middle))
    return FoundChain(name, part.left, [*steps, last])


def _sign_hints(statement: Statement, part: Inequality, middle: Term) -> list[Hint]:
    """What the last step of an inequality needs to name: `squares`, and definitions it looks into."""
    steps = Steps(statement.theory, about(part, statement.hypotheses))
    steps.admit(middle)
    steps.admit(part.right)
    reached = reached_arrays((middle,), statement.theory)
    names = [
        d.name
        for d in statement.theory.declarations
        if isinstance(d, Definition) and d.name in reached
    ]
    hints = [Hint(RULE, SQUARES, NOWHERE), *(Hint(UNFOLD, name, NOWHERE) for name in names)]
    search = HintSearch(steps, statement.theory, {})
    return search.needed(middle, part.right, hints, part.relation)


def find_steps(statement: Statement, left: Term, right: Term) -> list[FoundStep]:
    """The steps from one term to another that it equals, each with hints that show it.

    From a small set of hints that show them equal at once, the terms in between are the normal forms by
    more and more of them, in the order in which one would calculate.
    Raises `TermError` and `BudgetExhausted`.
    """
    equation = Equation(left, right)
    hypotheses = about(equation, statement.hypotheses)
    steps = Steps(statement.theory, hypotheses)
    steps.admit(left)
    steps.admit(right)
    search = HintSearch(steps, statement.theory, {})
    found = search.smallest(left, right)
    hints = found[0] if found else [Hint(AUTO, AUTO, NOWHERE)]
    whole = [FoundStep("=", right, hints)]
    if len(hints) < 2:
        return whole
    jacobians = _by_jacobians(steps, search, statement, left, right)
    if jacobians:
        return jacobians
    ordered = sorted(hints, key=lambda hint: _rank(hint, statement))
    chain: list[FoundStep] = []
    for count in range(1, len(ordered)):
        before = chain[-1].term if chain else left
        term = _reduced(steps, before, ordered[:count], statement)
        if len(print_term(term)) > MAX_LENGTH:
            continue
        steps.admit(term)
        needed = _needed(search, before, term, ordered[:count])
        if needed and alike(term, right):
            return [*chain, FoundStep("=", right, needed)]
        if needed:
            chain.append(FoundStep("=", term, needed))
    while chain:
        needed = _needed(search, chain[-1].term, right, ordered)
        if needed is not None:
            return [*chain, FoundStep("=", right, needed)]
        chain.pop()
    return whole


def _by_jacobians(
    steps: Steps, search: HintSearch, statement: Statement, left: Term, right: Term
) -> list[FoundStep] | None:
    """The steps of a derivative by the chain rule: the derivatives of what is inside come first.

    None where there are none, or where they do not make it simpler.
    """
    if not any(isinstance(part, Diff) for part in subterms(left)):
        return None
    rules = [Hint(RULE, name, NOWHERE) for name in ("derivative", "linearity")]
    opened = _reduced(steps, left, rules, statement)
    inner = {part for part in subterms(opened) if isinstance(part, Diff)}
    if not 0 < len(inner) <= MAX_INNER or alike(opened, left):
        return None
    found = {part: closed_form(part, statement.theory, statement.hypotheses) for part in inner}
    filled = _replaced(opened, found)
    if max(len(print_term(term)) for term in (opened, filled)) > MAX_LENGTH:
        return None
    chain = []
    for term, following in itertools.pairwise([left, opened, filled, right]):
        steps.admit(following)
        hints = search.smallest(term, following)
        if hints is None:
            return None
        if not alike(term, following):
            chain.append(FoundStep("=", following, hints[0]))
    return chain


def _replaced(term: Term, found: Mapping[Diff, Term]) -> Term:
    """A term with some derivatives replaced, the outermost first."""
    if isinstance(term, Diff) and term in found:
        return found[term]
    return rebuild(term, tuple(_replaced(child, found) for child in children(term)))


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
