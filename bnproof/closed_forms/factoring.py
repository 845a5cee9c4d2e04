"""From polynomials to terms that read like the formulas in a paper (not trusted).

Common factors stand in front, `1/n*sum` is written as `mean`, terms that share a factor or a sum are
taken together where that makes the text shorter.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from bnproof.closed_forms.pieces import (
    Product,
    Summands,
    as_product,
    common,
    divided,
    indices_of,
    name_of,
    normal,
    opened,
    quotient,
    split,
    times,
)
from bnproof.closed_forms.products import ProductWriter, Vocabulary, cost, over
from bnproof.kernel import Monomial, Polynomial
from bnproof.kernel.signature import DELTA
from bnproof.readback import to_term
from bnproof.terms import Add, Index, Neg, Term, free_indices, number

# A group must save so much, or the plain sum reads better.
_MARGIN = 1
# Common factors stand in front even if this costs so much more.
_PATIENCE = 4
# Larger polynomials are written as they stand: nobody reads them as a formula.
MOST_TERMS = 48

_Pattern: TypeAlias = tuple[str, tuple[Index | int, ...], int]
_Writer: TypeAlias = Callable[[Summands, frozenset[str]], Term]


def readable(polynomial: Polynomial, vocabulary: Vocabulary, taken: Collection[str] = ()) -> Term:
    """A short term of a polynomial in the arrays of a vocabulary; it binds no letter that is taken."""
    if len(polynomial) > MOST_TERMS:
        return to_term(polynomial, vocabulary.inverses)
    summands = split(polynomial, vocabulary.symmetric)
    free = {
        index.name for product in summands for piece, _ in product for index in indices_of(piece)
    }
    scope = frozenset({*free, *taken, *vocabulary.ranks, *vocabulary.sizes.values()})
    modes = itertools.product((True, False), repeat=2)
    writers = (
        _Factoring(vocabulary, ProductWriter(vocabulary), means, calm) for means, calm in modes
    )
    return min((writer.term(summands, scope) for writer in writers), key=cost)


@dataclass(frozen=True)
class _Factoring:
    """Writes sums of products.

    With `means`, these are kept whole, else their 1/n is a common factor like any other. If it is
    `calm`, terms are taken together only for their constants and sums, so that symmetries stay visible.
    """

    vocabulary: Vocabulary
    _writer: ProductWriter
    means: bool
    calm: bool
    _ones: dict[tuple[object, ...], tuple[Term, int]] = field(default_factory=dict)
    _known: dict[tuple[object, ...], Term] = field(default_factory=dict)

    # Sums of products

    def term(self, summands: Summands, scope: frozenset[str]) -> Term:
        """The term of a polynomial, common factors in front."""
        if len(summands) <= 1:
            return self._plain(summands, scope)
        key = (frozenset(summands.items()), scope)
        if key not in self._known:
            self._known[key] = self._in_front(summands, scope, self._grouped)
        return self._known[key]

    def _in_front(self, summands: Summands, scope: frozenset[str], inner: _Writer) -> Term:
        """Common factors in front of what is left, if that is shorter than the plain sum."""
        value, shared = self._common(summands, self._kept())
        if value == 1 and not shared:
            return inner(summands, scope)
        value, tail = _signed(value, inner(divided(summands, value, shared), scope))
        whole = self._writer.product(value, shared, scope, (tail,))
        enough = self._plain_cost(summands, scope) + _PATIENCE
        return whole if cost(whole) <= enough else inner(summands, scope)

    def _common(self, summands: Summands, kept: Collection[str]) -> tuple[Fraction, Product]:
        """What divides every term, with the sign that makes the leading term positive."""
        value, shared = common(summands, kept)
        rest = divided(summands, value, shared)
        sign = 1 if min(rest.items(), key=self._leading)[1] > 0 else -1
        return sign * value, shared

    def _kept(self) -> Collection[str]:
        """The arrays whose negative powers stay inside: the sizes, if means are kept whole."""
        return tuple(self.vocabulary.sizes.values()) if self.means else ()

    def _plain(self, summands: Summands, scope: frozenset[str]) -> Term:
        """The sum as it stands, in natural order."""
        ordered = self._in_order(summands)
        return _sum([self._one(product, value, scope)[0] for product, value in ordered])

    def _plain_cost(self, summands: Summands, scope: frozenset[str]) -> int:
        """About what the sum costs as it stands."""
        return sum(self._one(p, value, scope)[1] + len(" + ") for p, value in summands.items()) - 3

    def _one(self, product: Product, value: Fraction, scope: frozenset[str]) -> tuple[Term, int]:
        """One term of a sum, and its cost."""
        key = (product, value, scope)
        if key not in self._ones:
            term = self._writer.product(value, product, scope)
            self._ones[key] = term, cost(term)
        return self._ones[key]

    def _in_order(self, summands: Summands) -> list[tuple[Product, Fraction]]:
        """The terms in natural order, but the leading one first where that avoids a minus sign."""
        ordered = sorted(summands.items(), key=lambda item: self._shape(item[0]))
        if ordered and ordered[0][1] < 0:
            first = min(ordered, key=self._leading)
            ordered = [first, *(item for item in ordered if item != first)]
        return ordered

    def _shape(self, product: Product) -> tuple[object, ...]:
        """Where a term stands in a sum.

        Deltas come first and sums last; then constants, what carries an input, and parameters. The
        degree does not count numbers, sizes, roots and abbreviations.
        """
        delta, sums, degree, entries, constants, sizes = self._degrees(product)
        kind = 0 if not degree else 1 if entries else 2
        return not delta, sums, kind, degree, constants, -sizes, product

    def _leading(self, item: tuple[Product, Fraction]) -> tuple[object, ...]:
        """Which term is to be positive: a delta or an input, rather than a constant or one over n."""
        delta, sums, degree, entries, constants, sizes = self._degrees(item[0])
        weight = (not (entries or sums), not (degree or sums), degree, constants > 0, -constants)
        return not delta, sums, -sizes, *weight, item[0]

    def _degrees(self, product: Product) -> tuple[bool, int, int, int, int, int]:
        """Whether there is a delta; sums, degrees in all, in inputs, in constants, in the sizes."""
        delta, sums, degree, entries, constants, sizes = False, 0, 0, 0, 0, 0
        for piece, power in product:
            name = name_of(piece)
            if piece.bound:
                sums += 1
            elif name == DELTA:
                delta = True
            elif name in self.vocabulary.sizes.values() or name in self.vocabulary.inverses:
                sizes += power
            elif name in self.vocabulary.simple:
                constants += abs(power)
            else:
                degree += abs(power)
                entries += name in self.vocabulary.inputs
        return delta, sums, degree, entries, constants, sizes

    # Groups of terms that share a factor or a sum

    def _grouped(self, summands: Summands, scope: frozenset[str]) -> Term:
        """A product of two sums, if there is one that is not much longer than a sum of groups."""
        groups = self._in_groups(summands, scope)
        parts = as_product(summands)
        if parts is None:
            return groups
        whole = self._of_two(*parts, scope)
        return whole if cost(whole) <= cost(groups) + _PATIENCE else groups

    def _of_two(self, left: Summands, right: Summands, scope: frozenset[str]) -> Term:
        """The product of two sums, each with a positive leading term."""
        sign, tails = Fraction(1), []
        for summands in (left, right):
            own = Fraction(1 if self._common(summands, ())[0] > 0 else -1)
            sign, tail = _signed(sign * own, self.term(divided(summands, own, ()), scope))
            tails.append(tail)
        tails.sort(key=lambda tail: (len(free_indices(tail)), cost(tail)))
        return self._writer.product(sign, (), scope, tuple(tails))

    def _in_groups(self, summands: Summands, scope: frozenset[str]) -> Term:
        """The sum with some of its terms taken together, the group that saves most first."""
        groups: list[tuple[Product, Term]] = []
        rest = dict(summands)
        while len(rest) > 1:
            best = max(self._groups(rest, scope), key=lambda group: group[0], default=None)
            if best is None or best[0] < _MARGIN:
                break
            _, members, write = best
            first = min(members, key=self._shape)
            groups.append((first, write(members, scope)))
            rest = {product: c for product, c in rest.items() if product not in members}
        leader = min(summands.items(), key=self._leading)[0]
        parts = [(p, self._one(p, value, scope)[0]) for p, value in rest.items()] + groups
        parts.sort(key=lambda part: self._shape(part[0]))
        if isinstance(parts[0][1], Neg):
            parts.sort(key=lambda part: part[0] != leader)
        return _sum([term for _, term in parts])

    def _groups(
        self, summands: Summands, scope: frozenset[str]
    ) -> Iterator[tuple[int, Summands, _Writer]]:
        """What can be taken together, how much it saves, and how it is written."""
        for members, pattern in self._candidates(summands):
            plain = self._plain_cost(members, scope)

            def write(
                members: Summands, scope: frozenset[str], pattern: _Pattern | None = pattern
            ) -> Term:
                if pattern is None:
                    return self.term(members, scope)
                return self._merged(members, pattern, scope, self._grouped)

            if pattern is None:
                shallow = self._in_front(members, scope, self._plain)
            elif self._is_uneven(*self._body(members, pattern, scope)):
                continue
            else:
                shallow = self._merged(members, pattern, scope, self._plain)
            yield plain - cost(shallow), members, write

    def _candidates(self, summands: Summands) -> Iterator[tuple[Summands, _Pattern | None]]:
        """The terms that have a power of one piece, and those with a sum over one array."""
        shared: dict[tuple[Monomial, bool], Summands] = {}
        sums: dict[_Pattern, Summands] = {}
        for product, value in summands.items():
            for piece, power in product:
                if self._is_shareable(piece, power):
                    shared.setdefault((piece, power > 0), {})[product] = value
                if power == 1:
                    for pattern, _ in _patterns(piece):
                        sums.setdefault(pattern, {})[product] = value
        seen = []
        for members in shared.values():
            if 1 < len(members) < len(summands) and members not in seen:
                seen.append(members)
                yield members, None
        for pattern, members in sums.items():
            if len(members) > 1:
                yield members, pattern

    def _is_shareable(self, piece: Monomial, power: int) -> bool:
        """Whether terms may be taken together because all of them have a power of a piece."""
        name = name_of(piece)
        if power < 0 and name in self._kept():
            return False
        constants = {*self.vocabulary.simple, *self.vocabulary.sizes.values()}
        return bool(piece.bound) or not self.calm or name in constants

    def _merged(
        self, members: Summands, pattern: _Pattern, scope: frozenset[str], inner: _Writer
    ) -> Term:
        """Terms under one sum: `sum[e] H[f,e]*a[e] - b*(sum[e] H[f,e]*c[e])` with H taken out."""
        body, names = self._body(members, pattern, scope)
        return self._summed(body, names, scope, inner)

    def _body(
        self, members: Summands, pattern: _Pattern, scope: frozenset[str]
    ) -> tuple[Summands, list[Index]]:
        """The polynomial under a sum that terms have in common, and new indices for the sum."""
        body: Summands = {}
        names: list[Index] = []
        for product, value in members.items():
            piece, bound = next(
                (p, b)
                for p, power in product
                if power == 1
                for q, b in _patterns(p)
                if q == pattern
            )
            names = names or self._writer.letters([index.sort for index in bound], scope)
            at = dict(zip(bound, names, strict=True))
            rest = quotient(product, ((piece, 1),))
            open_ = times(rest, opened(piece, at, self.vocabulary.symmetric))
            body[open_] = body.get(open_, Fraction(0)) + value
        return {product: value for product, value in body.items() if value}, names

    def _is_uneven(self, body: Summands, names: list[Index]) -> bool:
        """Whether a sum would mix terms that carry its index with terms that do not.

        `mean[i] G[i,e]*(1 + y[i,e]*y[j,e])` is short, but hides what is a mean; `1 - kappa[d]` is fine.
        If no term carries it, the sum is a factor like any other.
        """
        rest = divided(body, *common(body, ()))
        carrying = {p: any(not indices_of(q).isdisjoint(names) for q, _ in p) for p in rest}
        degrees = [sum(self._degrees(p)[1:3]) for p in rest if carrying[p]]
        return not any(carrying.values()) or (not all(carrying.values()) and any(degrees))

    def _summed(
        self, body: Summands, names: list[Index], scope: frozenset[str], inner: _Writer
    ) -> Term:
        """The sum of a polynomial over new indices: what does not carry them stands in front."""
        within = scope | {index.name for index in names}
        value, shared = self._common(body, ())
        outside = normal({p: k for p, k in shared if indices_of(p).isdisjoint(names)})
        inside = quotient(shared, outside)
        tails: tuple[Term, ...] = ()
        if len(body) > 1:
            value, tail = _signed(value, inner(divided(body, value, shared), within))
            tails = (tail,)
        averaged, outside = self._writer.averaged(outside, Counter(index.sort for index in names))
        whole = over(names, averaged, self._writer.product(Fraction(1), inside, within, tails))
        return self._writer.product(value, outside, scope, (whole,))


def _patterns(piece: Monomial) -> Iterator[tuple[_Pattern, tuple[Index, ...]]]:
    """The factors of a sum with places for its bound indices, and the indices in these places."""
    for (name, indices), power in piece.factors if piece.bound else ():
        places: dict[Index, int] = {}
        for index in indices:
            if index in piece.bound:
                places.setdefault(index, len(places))
        if places:
            yield (name, tuple(places.get(i, i) for i in indices), power), tuple(places)


def _sum(terms: list[Term]) -> Term:
    if not terms:
        return number(0)
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def _signed(value: Fraction, term: Term) -> tuple[Fraction, Term]:
    """A number times a term, the minus sign of the term given to the number."""
    return (-value, term.body) if isinstance(term, Neg) else (value, term)
