"""From what a search for squares has found to terms that show it (not trusted)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bnproof.closed_forms.pieces import Product, indices_of
from bnproof.kernel import Monomial, Polynomial
from bnproof.kernel.monomials import ONE
from bnproof.terms import (
    Add,
    Div,
    Index,
    Mul,
    Neg,
    Pow,
    Sum,
    Term,
    children,
    fresh_index,
    index_letters,
    number,
    rebuild,
    substitute,
)
from bnproof.witnesses.parts import Part, Square, size_numerator
from bnproof.witnesses.signs import Signs
from bnproof.witnesses.workspace import Workspace


class Writer:
    """Writes visible parts and squares as terms that are non-negative as they stand."""

    def __init__(self, workspace: Workspace, signs: Signs) -> None:
        self._workspace = workspace
        self._signs = signs

    def part(self, part: Part) -> Term:
        """The term of a visible part."""
        return self._times(part.sizes, part.product, [])

    def square(self, square: Square) -> Term:
        """The term of a square; what does not depend on its indices stands in front of the sum."""
        outside = tuple(f for f in square.scale if indices_of(f[0]).isdisjoint(square.indices))
        inside = tuple(f for f in square.scale if f not in outside)
        base = Pow(_positive_first(self._workspace.term(square.base)), 2)
        body = self._times({ONE: 1}, inside, [base])
        if square.indices:
            body = summed(square.indices, body)
        return self._times(square.sizes, outside, [body])

    def _times(self, sizes: Polynomial, product: Product, others: list[Term]) -> Term:
        """A polynomial in the sizes times a visible product times other terms."""
        front: list[Term] = []
        if len(sizes) > 1:
            front, sizes = [self._size(sizes)], {ONE: 1}
        [(powers, scale)] = sizes.items()
        plain = [(piece.factors[0][0], power) for piece, power in product if not piece.bound]
        sums = [self._sum(piece, power) for piece, power in product if piece.bound]
        head = self._workspace.term({Monomial(tuple(sorted([*powers.factors, *plain])), ()): scale})
        if head != number(1):
            front += head.factors if isinstance(head, Mul) else [head]
        factors = [*front, *sums, *others] or [head]
        return factors[0] if len(factors) == 1 else Mul(tuple(factors))

    def _size(self, sizes: Polynomial) -> Term:
        """A polynomial in the sizes as one quotient."""
        numerator, below = size_numerator(self._workspace.ring, sizes)
        term = self._workspace.term(numerator)
        return term if below == ONE else Div(term, self._workspace.term({below: 1}))

    def _sum(self, piece: Monomial, power: int) -> Term:
        """A power of a sum; if it is odd, the sum is one over a visible product."""
        body = self._signs.visible_body(piece) if power % 2 else None
        if body is None:
            term = self._workspace.term({piece: 1})
        else:
            index, product = body
            term = summed((index,), self._times({ONE: 1}, product, []))
        return term if power == 1 else Pow(term, power)


def total(terms: Sequence[Term]) -> Term:
    """The sum of some terms."""
    if not terms:
        return number(0)
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def summed(indices: tuple[Index, ...], body: Term) -> Term:
    """The sum of a term over indices, a sum of a sum being one."""
    if isinstance(body, Sum):
        return Sum((*indices, *body.indices), (), body.body)
    return Sum(indices, (), body)


def with_usual_letters(term: Term, taken: Collection[str]) -> Term:
    """The term with the usual letters for its bound indices, but for those that are taken."""
    if isinstance(term, Sum):
        names: dict[Index, Index] = {}
        for index in term.indices:
            used = {*taken, *(new.name for new in names.values())}
            names[index] = fresh_index(index.sort, index_letters(index.sort), used)
        taken = {*taken, *(index.name for index in names.values())}
        body = with_usual_letters(substitute(term.body, names), taken)
        return Sum(tuple(names.values()), (), body)
    return rebuild(term, tuple(with_usual_letters(child, taken) for child in children(term)))


def _positive_first(term: Term) -> Term:
    """A sum that does not begin with a minus sign if it need not."""
    if isinstance(term, Add):
        return Add(tuple(sorted(term.terms, key=lambda part: isinstance(part, Neg))))
    return term
