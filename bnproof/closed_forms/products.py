"""Products of powers and sums as terms: quotients, means and the order of factors (not trusted)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from bnproof.closed_forms.pieces import Product, name_of, normal, opened, times
from bnproof.kernel import Monomial, Polynomial
from bnproof.kernel.monomials import Atom, Factor
from bnproof.kernel.signature import DELTA
from bnproof.language import print_term
from bnproof.readback import to_term
from bnproof.terms import (
    Add,
    Delta,
    Div,
    Entry,
    Index,
    Mean,
    Mul,
    Neg,
    Pow,
    Sum,
    Term,
    fresh_indices,
    number,
)

# A bracket that is no longer stands among the factors and not behind them.
_SHORT = 14
# More bound indices than this stay under one sum, as there are too many ways to nest it.
_MOST_OPENED = 3
# Every bound index is one more thing to keep in mind.
_BINDING = 8
_BINDER = re.compile(r"\b(?:sum|mean)\[([^\]]*)\]")
_ENTRY = re.compile(r"\b(?!(?:sum|mean|diff)\[)[A-Za-z][\w.]*(?:\[[^\]]*\])?")


@dataclass(frozen=True)
class Vocabulary:
    """The arrays of a theory as a writer sees them.

    `sizes` maps each sort to its size, `ranks` each array to its place in a product. `simple` arrays
    count as constants, such as `kappa`; `inputs` are what a formula is about, such as x and y.
    `inverses` are the polynomials in the sizes that are divided by.
    """

    sizes: Mapping[str, str]
    ranks: Mapping[str, int]
    simple: Collection[str]
    inputs: Collection[str]
    symmetric: Collection[str]
    inverses: Mapping[str, Polynomial]


def cost(term: Term) -> int:
    """How hard a term is to read: its length, each entry counted as a letter, and then its sums."""
    text = print_term(term)
    bound = sum(len(indices.split(",")) for indices in _BINDER.findall(text))
    return len(_ENTRY.sub("a", text)) + text.count("(") + _BINDING * bound


@dataclass(frozen=True)
class ProductWriter:
    """Writes products in one vocabulary; it remembers the indices that it binds."""

    vocabulary: Vocabulary
    _bound: set[Index] = field(default_factory=set)

    def product(
        self,
        value: Fraction,
        product: Product,
        scope: frozenset[str],
        tails: tuple[Term, ...] = (),
    ) -> Term:
        """A number times powers of pieces times other terms, what it is divided by behind a `/`."""
        above: list[Term] = [] if abs(value.numerator) == 1 else [number(abs(value.numerator))]
        below: list[Term] = [] if value.denominator == 1 else [number(value.denominator)]
        behind: list[Term] = []
        left = product
        for piece, power in product:
            if piece.bound:
                counts = Counter(index.sort for index in piece.bound)
                averaged, left = self.averaged(left, {s: k * power for s, k in counts.items()})
                behind.append(_power(self._total(piece, averaged, scope), power))
        for piece, power in sorted(left, key=self._place):
            if not piece.bound:
                atom, power = self._atom(piece, power)
                (above if power > 0 else below).append(_power(atom, abs(power)))
        for tail in tails:
            short = isinstance(tail, Add) and len(print_term(tail)) <= _SHORT
            (above if short else behind).append(tail)
        head = _times(above)
        if below:
            head = Div(head, _times(below))
        term = _times(([head] if above or below else []) + behind)
        return Neg(term) if value < 0 else term

    def _place(self, item: tuple[Monomial, int]) -> tuple[object, ...]:
        """Sizes come first, in their order, and then the arrays by their ranks."""
        name, sizes = name_of(item[0]), list(self.vocabulary.sizes.values())
        if name in sizes:
            return 0, sizes.index(name), item
        return 1, self.vocabulary.ranks.get(name, 0), item

    def averaged(
        self, product: Product, counts: Mapping[str, int]
    ) -> tuple[frozenset[str], Product]:
        """The sorts whose sums become means, and what is left of a product that pays for them."""
        averaged = set()
        powers = dict(product)
        for sort, count in counts.items():
            size = Monomial((((self.vocabulary.sizes[sort], ()), 1),), ())
            if powers.get(size, 0) <= -count:
                powers[size] += count
                averaged.add(sort)
        return frozenset(averaged), normal(powers)

    def _atom(self, piece: Monomial, power: int) -> tuple[Term, int]:
        """The term of an atom; the inverse of a polynomial in the sizes is that with less power."""
        [((name, indices), _)] = piece.factors
        if name in self.vocabulary.inverses:
            return to_term(self.vocabulary.inverses[name]), -power
        return self._entry((name, indices)), power

    def _entry(self, atom: Atom) -> Term:
        name, indices = atom
        if name == DELTA:
            return Delta(*indices)
        if name in self.vocabulary.symmetric:
            indices = tuple(sorted(indices, key=lambda index: (index in self._bound, index)))
        return Entry(name, indices)

    def _total(self, piece: Monomial, averaged: frozenset[str], scope: frozenset[str]) -> Term:
        """The sum that a piece is, all at once or one index outside of the others."""
        candidates = [self._opening(piece, piece.bound, averaged, scope)]
        if 1 < len(piece.bound) <= _MOST_OPENED:
            candidates += [self._opening(piece, (i,), averaged, scope) for i in piece.bound]
        return min(candidates, key=cost)

    def _opening(
        self,
        piece: Monomial,
        outer: tuple[Index, ...],
        averaged: frozenset[str],
        scope: frozenset[str],
    ) -> Term:
        """The sum that a piece is, `outer` of its indices outside of the others."""
        names = self.letters([index.sort for index in outer], scope)
        body = opened(piece, dict(zip(outer, names, strict=True)), self.vocabulary.symmetric)
        rest = [index.sort for index in piece.bound if index not in outer]
        for sort, count in Counter(s for s in rest if s in averaged).items():
            size: Factor = ((self.vocabulary.sizes[sort], ()), 1)
            body = times(body, ((Monomial((size,), ()), -count),))
        within = scope | {index.name for index in names}
        return over(names, averaged, self.product(Fraction(1), body, within))

    def letters(self, sorts: list[str], scope: frozenset[str]) -> list[Index]:
        """New bound indices of some sorts."""
        names = list(fresh_indices(sorts, scope))
        self._bound.update(names)
        return names


def over(names: list[Index], averaged: frozenset[str], body: Term) -> Term:
    """The sum of a term over indices, which is a mean over those of averaged sorts."""
    summed = tuple(index for index in names if index.sort not in averaged)
    meant = tuple(index for index in names if index.sort in averaged)
    if summed:
        body = Sum(summed, (), body)
    return Mean(meant, body) if meant else body


def _times(factors: list[Term]) -> Term:
    parts = [
        p for factor in factors for p in (factor.factors if isinstance(factor, Mul) else (factor,))
    ]
    if not parts:
        return number(1)
    return parts[0] if len(parts) == 1 else Mul(tuple(parts))


def _power(base: Term, exponent: int) -> Term:
    return base if exponent == 1 else Pow(base, exponent)
