"""Which squares may be worth taking off a polynomial to show that it is non-negative (not trusted).

They come from four ideas:

- statistics: `1 - kappa[d]` is `mean[i] y[i,d]^2`, and so for every power sum of squares;
- projections: `(sum A^2) - 1/n*(sum A*f)^2 - ...` is `sum (A - 1/n*f*(sum A*f) - ...)^2` for orthogonal
  f of length sqrt(n), such as 1 and y; for a single entry, A is a column of delta;
- completion: `a^2 + 2*a*b` is `(a + b)^2 - b^2`, also under a sum;
- Lagrange: `(sum A^2)*(sum B^2) - (sum A*B)^2` is `1/2*sum[i,l] (A[i]*B[l] - A[l]*B[i])^2`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from bnproof.closed_forms.pieces import Product, name_of, piece_of, quotient, times
from bnproof.kernel import Monomial
from bnproof.kernel.monomials import rename_atom
from bnproof.kernel.ring import PowerSum
from bnproof.kernel.signature import DELTA
from bnproof.terms import Definition, Index
from bnproof.witnesses.parts import Part, Square, negated, parts_of, size_count, size_ratio
from bnproof.witnesses.signs import Signs
from bnproof.witnesses.workspace import Workspace

MAX_PIECES = 6

_Names: TypeAlias = Mapping[Index, Index]


class Candidates:
    """Squares for the polynomials of one workspace."""

    def __init__(self, workspace: Workspace, signs: Signs) -> None:
        self._workspace = workspace
        self._ring = workspace.ring
        self._signs = signs

    def squares(self, parts: list[Part], doubtful: list[Part]) -> Iterator[Square]:
        """Squares that a sum of parts may hold, some of which are not visibly non-negative."""
        free = [
            i for part in parts for i in _present(part.monomial) if i not in part.monomial.bound
        ]
        negative = [p for p in doubtful if self._signs.shows(negated(self._workspace, p))]
        mixed = [p for p in doubtful if not self._signs.is_visible(p.product)]
        for part in negative:
            yield from self._statistics(part, free)
        for part in negative:
            yield from self._projections(part, negative)
        for part in parts:
            if self._signs.is_admitted(part.sizes):
                yield from self._completions(part, mixed)
                yield from self._completions(part, doubtful)
                yield from self._centred(part)
        for part in negative:
            yield from self._lagrange(part)

    # Statistics

    def _statistics(self, part: Part, free: Sequence[Index]) -> Iterator[Square]:
        """Squares of an array whose power sum is exchanged: `q*(n - n*kappa[d])` for `-q*kappa[d]`."""
        for name, (positions, formals, value) in self._squares():
            declared = self._workspace.theory.find(name)
            if not isinstance(declared, Definition):
                continue
            for known in parts_of(self._workspace, value):
                sizes = size_ratio(self._workspace, part.sizes, known.sizes)
                negative = negated(self._workspace, known)
                if sizes is None or not self._signs.is_admitted(negative.sizes):
                    continue
                for at, names in self._instances(part.monomial, formals, free):
                    product = self._workspace.opened(part.monomial, names)
                    scale = self._divided(product, self._workspace.opened(known.monomial, at))
                    if scale is None or not self._signs.is_visible(scale):
                        continue
                    others = iter(at[formal] for formal in formals)
                    entry = tuple(
                        self._ring.fresh(formal.sort) if k in positions else next(others)
                        for k, formal in enumerate(declared.formals)
                    )
                    indices = (*names.values(), *(entry[k] for k in positions))
                    yield Square(sizes, indices, scale, self._ring.atom((name, entry)))

    def _squares(self) -> Iterator[tuple[str, PowerSum]]:
        """The sums of squares of an array that are exchanged."""
        for (name, power), exchanged in self._ring.power_sums.items():
            yield from ((name, known) for known in exchanged if power == 2)

    def _instances(
        self, monomial: Monomial, formals: Sequence[Index], free: Sequence[Index]
    ) -> Iterator[tuple[_Names, _Names]]:
        """What formals can stand for in a monomial, and the names of bound indices among it."""
        present = dict.fromkeys((*_present(monomial), *free))
        choices = [[i for i in present if i.sort == formal.sort] for formal in formals]
        for chosen in itertools.product(*choices):
            names = {i: self._ring.fresh(i.sort) for i in chosen if i in monomial.bound}
            yield dict(zip(formals, (names.get(i, i) for i in chosen), strict=True)), names

    # Projections

    def _projections(self, part: Part, negative: list[Part]) -> Iterator[Square]:
        """The length of what is left of A without its components along some f, for `-(sum A*f)^2`."""
        for piece in _squared(part.product):
            outer = quotient(part.product, ((piece, 2),))
            if piece.bound:
                indices = self._fresh(piece.bound)
                [product, *_] = self._bodies(piece, indices)
                for vector in _divisors(product):
                    first = quotient(product, vector)
                    others = self._partners(vector, indices, negative)
                    along = [first, *(other for other in others if other != first)]
                    yield self._projection(part, outer, indices, vector, along)
                    yield self._projection(part, outer, indices, vector, along[:1])
            elif not self._signs.is_signed(piece):
                yield from self._columns(part, outer, piece, negative)

    def _columns(
        self, part: Part, outer: Product, piece: Monomial, negative: list[Part]
    ) -> Iterator[Square]:
        """Projections of a column of delta, for `-y[j,d]^2`, with and without the one along 1."""
        squared = (other for found in negative for other in _squared(found.product))
        entries = [p.factors[0][0] for p in dict.fromkeys((piece, *squared)) if not p.bound]
        for index in dict.fromkeys(piece.factors[0][0][1]):
            fresh = self._ring.fresh(index.sort)
            along: list[Product] = [
                ((piece_of(rename_atom(atom, {index: fresh})), 1),)
                for atom in entries
                if index in atom[1]
            ]
            column = piece_of((DELTA, tuple(sorted((fresh, index)))))
            yield self._projection(part, outer, (fresh,), ((column, 1),), [(), *along])
            yield self._projection(part, outer, (fresh,), ((column, 1),), along)

    def _partners(
        self, vector: Product, indices: tuple[Index, ...], negative: list[Part]
    ) -> list[Product]:
        """The f of all `-(sum A*f)^2` with the same A."""
        found: list[Product] = []
        for part in negative:
            for piece in _squared(part.product):
                for product in self._bodies(piece, indices) if piece.bound else ():
                    rest = quotient(product, vector)
                    if all(power > 0 for _, power in rest) and rest not in found:
                        found.append(rest)
        return found

    def _centred(self, part: Part) -> Iterator[Square]:
        """A square under a sum without its components along 1, and along 1 and its pieces."""
        for piece in _single_sums(part.product):
            indices = self._fresh(piece.bound)
            outer = quotient(part.product, ((piece, 1),))
            product = self._bodies(piece, indices)[0]
            if not self._signs.is_visible(outer) or any(k % 2 or k < 0 for _, k in product):
                continue
            vector = tuple((p, k // 2) for p, k in product)
            share = size_count(self._ring, indices, -1)
            sizes = self._ring.multiply(negated(self._workspace, part).sizes, share)
            scaled = part._replace(sizes=sizes)
            pieces: list[Product] = [((p, 1),) for p, _ in vector]
            yield self._projection(scaled, outer, indices, vector, [()])
            yield self._projection(scaled, outer, indices, vector, [(), *pieces])

    def _projection(
        self,
        part: Part,
        outer: Product,
        indices: tuple[Index, ...],
        vector: Product,
        along: list[Product],
    ) -> Square:
        """`c * sum[i] (A[i] - 1/n*f[i]*(sum[l] A[l]*f[l]) - ...)^2`, taking `-c/n*(sum A*f)^2` away."""
        ring, workspace = self._ring, self._workspace
        count, share = size_count(ring, indices), size_count(ring, indices, -1)
        whole = base = workspace.expanded(vector)
        for other in along:
            direction = workspace.expanded(other)
            names = {index: ring.fresh(index.sort) for index in indices}
            product = ring.instantiate(ring.multiply(whole, direction), names)
            dot = ring.bind(product, list(names.values()))
            shadow = ring.multiply(share, ring.multiply(dot, direction))
            base = ring.add(base, ring.scale(shadow, -1))
        return Square(ring.multiply(count, negated(workspace, part).sizes), indices, outer, base)

    # Completion

    def _completions(self, part: Part, mixed: list[Part]) -> Iterator[Square]:
        """`c*(a + b + ...)^2` for `c*a^2` and all `2*c*a*b`, under the sum of a if it is one."""
        for piece in (None, *_single_sums(part.product)):
            indices: tuple[Index, ...] = ()
            product = part.product
            if piece is not None:
                indices = self._fresh(piece.bound)
                outer = quotient(product, ((piece, 1),))
                product = times(outer, self._bodies(piece, indices)[0])
            half = tuple((p, k // 2) for p, k in product if k > 0 and k % 2 == 0)
            scale = tuple((p, k) for p, k in product if k < 0 or k % 2)
            if not self._signs.is_visible(scale):
                continue
            base = self._workspace.expanded(half)
            count = len(base)
            for other in mixed:
                sizes = size_ratio(self._workspace, other.sizes, part.sizes)
                rest = self._cofactor(other.monomial, times(half, scale), indices)
                if sizes is not None and rest is not None:
                    sizes = self._ring.scale(sizes, Fraction(1, 2))
                    partner = self._ring.multiply(sizes, self._workspace.expanded(rest))
                    base = self._ring.add(base, partner)
            if len(base) > count:
                yield Square(part.sizes, indices, scale, base)

    def _cofactor(
        self, monomial: Monomial, by: Product, indices: tuple[Index, ...]
    ) -> Product | None:
        """B with `monomial = sum[indices] by*B`, or None."""
        for names in _namings(monomial.bound, indices):
            rest = self._divided(self._workspace.opened(monomial, names), by)
            if rest is not None:
                return rest
        return None

    # Lagrange's identity

    def _lagrange(self, part: Part) -> Iterator[Square]:
        """The square of a determinant for `-(sum A*B)^2`."""
        ring, workspace = self._ring, self._workspace
        half = ring.scale(part.sizes, Fraction(-1, 2))
        for piece in _squared(part.product):
            if not piece.bound:
                continue
            outer = quotient(part.product, ((piece, 2),))
            indices = self._fresh(piece.bound)
            names = dict(zip(indices, self._fresh(indices), strict=True))
            [product, *_] = self._bodies(piece, indices)
            for vector in _divisors(product):
                one = workspace.expanded(vector)
                two = workspace.expanded(quotient(product, vector))
                there = ring.multiply(one, ring.instantiate(two, names))
                back = ring.multiply(ring.instantiate(one, names), two)
                base = ring.add(there, ring.scale(back, -1))
                yield Square(half, (*indices, *names.values()), outer, base)

    # Products

    def _fresh(self, indices: Sequence[Index]) -> tuple[Index, ...]:
        """New names for indices."""
        return tuple(self._ring.fresh(index.sort) for index in indices)

    def _bodies(self, piece: Monomial, indices: tuple[Index, ...]) -> list[Product]:
        """What stands under a sum, with its bound indices under given names in any order."""
        if len(piece.bound) != len(indices):
            return []
        namings = _namings(piece.bound, indices)
        return [self._workspace.opened(piece, names) for names in namings]

    def _divided(self, product: Product, by: Product) -> Product | None:
        """The quotient of two products, if nothing is divided by but units."""
        rest = quotient(product, by)
        for piece, power in rest:
            if power < 0 and not self._workspace.signature.is_unit(name_of(piece)):
                return None
        return rest


def _squared(product: Product) -> list[Monomial]:
    """The pieces that a product holds squared."""
    return [piece for piece, power in product if power >= 2]


def _single_sums(product: Product) -> list[Monomial]:
    """The sums that a product holds once."""
    return [piece for piece, power in product if piece.bound and power == 1]


def _divisors(product: Product) -> Iterator[Product]:
    """The divisors of a product of a few pieces, 1 left out."""
    if len(product) > MAX_PIECES or min(power for _, power in product) < 0:
        return
    for powers in itertools.product(*(range(power + 1) for _, power in product)):
        if any(powers):
            yield tuple((p, k) for (p, _), k in zip(product, powers, strict=True) if k)


def _present(monomial: Monomial) -> tuple[Index, ...]:
    """The indices of a monomial."""
    return tuple(dict.fromkeys(index for (_, at), _ in monomial.factors for index in at))


def _namings(bound: tuple[Index, ...], names: tuple[Index, ...]) -> Iterator[_Names]:
    """All ways to give names to as many of some bound indices, each to one of its sort."""
    for chosen in itertools.permutations(bound, len(names)):
        if [index.sort for index in chosen] == [index.sort for index in names]:
            yield dict(zip(chosen, names, strict=True))
