"""Sums of squares: terms that show an inequality at a glance (not trusted).

A difference is put in its normal form in y, and squares are taken off until what is left is a sum of
products of non-negative pieces and even powers. A square is only taken off if fewer parts than before
are left that may be negative, so this ends.
"""

from __future__ import annotations

from collections.abc import Sequence

from bnproof.checks.points import reached_arrays
from bnproof.kernel import BudgetExhausted, Polynomial
from bnproof.kernel.monomials import ONE
from bnproof.terms import Div, Equation, Hypothesis, Shared, Sign, Term, Theory, free_indices
from bnproof.witnesses.candidates import Candidates
from bnproof.witnesses.parts import Part, expanded_square, parts_of
from bnproof.witnesses.signs import Signs
from bnproof.witnesses.workspace import Workspace
from bnproof.witnesses.writing import Writer, summed, total, with_usual_letters

MAX_DEPTH = 6


def sum_of_squares(
    difference: Term, theory: Theory, hypotheses: Sequence[Hypothesis]
) -> Term | None:
    """A term equal to a difference that is non-negative as it stands, or None if none was found.

    It is made of non-negative numbers, sizes (and polynomials in them that are non-negative from the
    smallest admitted sizes on), roots, non-negative parameters, deltas, even powers, and products,
    quotients and sums of such. The kernel has proved that it equals the difference.

    Args:
        difference: any term of the theory.
        theory: what it is written in.
        hypotheses: what is assumed.

    Raises:
        TermError: for a theory, hypothesis or term without meaning.
    """
    found = None
    for part, about in (_mentioned(difference, theory, hypotheses), (theory, hypotheses)):
        found = found or _in_theory(difference, part, about)
    return found


def _mentioned(
    difference: Term, theory: Theory, hypotheses: Sequence[Hypothesis]
) -> tuple[Theory, Sequence[Hypothesis]]:
    """What a term reaches of a theory: an input whose mean it does not mention stays as it is."""
    reached = reached_arrays((difference,), theory)
    shared = [h for h in hypotheses if isinstance(h, Shared) and h.entry.name in reached]
    reached |= {hypothesis.source.name for hypothesis in shared}
    declared = tuple(d for d in theory.declarations if d.name in reached)
    about = [h for h in hypotheses if not isinstance(h, Sign | Shared) or h.entry.name in reached]
    return Theory(declared, theory.sorts), about


def _in_theory(difference: Term, theory: Theory, hypotheses: Sequence[Hypothesis]) -> Term | None:
    """A sum of squares in one theory, if one is found within the budget."""
    try:
        workspace = Workspace(theory, hypotheses)
        found = _found(workspace, workspace.polynomial(difference))
        if found is None:
            return None
        names = {index.name for index in free_indices(difference)}
        names |= {*theory.sizes(), *(declared.name for declared in theory.declarations)}
        found = with_usual_letters(found, names)
        return found if workspace.proves(Equation(difference, found)) else None
    except BudgetExhausted:
        return None


def _found(workspace: Workspace, polynomial: Polynomial) -> Term | None:
    """Visibly non-negative terms for the numerator of a polynomial, over its denominator."""
    numerator, denominator = workspace.size_polynomials.cleared(polynomial)
    signs = Signs(workspace)
    if not signs.is_admitted(denominator):
        return None
    terms = _Search(workspace, signs).squares(numerator, MAX_DEPTH)
    if terms is None:
        return None
    found = total(terms)
    return found if denominator == {ONE: 1} else Div(found, workspace.term(denominator))


class _Search:
    """The search for squares in one workspace."""

    def __init__(self, workspace: Workspace, signs: Signs) -> None:
        self._workspace = workspace
        self._signs = signs
        self._candidates = Candidates(workspace, signs)
        self._writer = Writer(workspace, signs)

    def squares(self, polynomial: Polynomial, depth: int) -> list[Term] | None:
        """Visibly non-negative terms whose sum is the polynomial."""
        ring = self._workspace.ring
        parts = parts_of(self._workspace, polynomial)
        doubtful = self._doubtful(parts)
        if not doubtful:
            return [self._writer.part(part) for part in parts]
        if not depth:
            return None
        for square in self._candidates.squares(parts, doubtful):
            expanded = expanded_square(self._workspace, square)
            rest = ring.add(polynomial, ring.scale(expanded, -1))
            left = self._doubtful(parts_of(self._workspace, rest))
            terms = self.squares(rest, depth - 1) if len(left) < len(doubtful) else None
            if terms is not None:
                return [self._writer.square(square), *terms]
        return self._under_sum(parts, depth)

    def _doubtful(self, parts: list[Part]) -> list[Part]:
        """The parts that may be negative."""
        return [part for part in parts if not self._signs.shows(part)]

    def _under_sum(self, parts: list[Part], depth: int) -> list[Term] | None:
        """`sum[d] p(d)` for a sum that all parts stand under: `m = sum[d] m/D` without one."""
        ring = self._workspace.ring
        for sort, size in ring.sizes.items():
            bound = [[i for i in part.monomial.bound if i.sort == sort] for part in parts]
            if max(map(len, bound)) != 1:
                continue
            index = ring.fresh(sort)
            inner: Polynomial = {}
            for part, found in zip(parts, bound, strict=True):
                body = self._workspace.opened(part.monomial, dict.fromkeys(found, index))
                value = ring.multiply(part.sizes, self._workspace.expanded(body))
                if not found:
                    value = ring.multiply(value, ring.atom((size, ()), -1))
                ring.add_to(inner, value)
            terms = self.squares(inner, depth - 1)
            if terms is not None:
                return [summed((index,), total(terms))]
        return None
