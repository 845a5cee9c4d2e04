"""Sums of squares: terms that show an inequality at a glance (not trusted).

A difference is put in its normal form in y, and squares are taken off until what is left is a sum of
products of non-negative letters and even powers. What is taken off comes from four ideas:

- statistics: `1 - kappa[d]` is `mean[i] y[i,d]^2`, and so for every power sum of squares;
- projections: `(sum A^2) - 1/n*(sum A*f)^2 - ...` is `sum (A - 1/n*f*(sum A*f) - ...)^2` for orthogonal
  f of length sqrt(n), such as 1 and y; for a single entry, A is a column of delta;
- completion: `a^2 + 2*a*b` is `(a + b)^2 - b^2`, also under a sum;
- Lagrange: `(sum A^2)*(sum B^2) - (sum A*B)^2` is `1/2*sum[i,l] (A[i]*B[l] - A[l]*B[i])^2`.

A square is only taken off if fewer monomials than before are left that may be negative, so this ends.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from bnproof.kernel import BudgetExhausted, Monomial, Polynomial
from bnproof.kernel.monomials import ONE, Atom, Factor, rename_atom
from bnproof.kernel.signature import DELTA
from bnproof.terms import (
    Add,
    Definition,
    Div,
    Equation,
    Hypothesis,
    Index,
    Mul,
    Neg,
    Parameter,
    Pow,
    Root,
    Sum,
    Term,
    Theory,
    children,
    free_indices,
    fresh_index,
    index_letters,
    number,
    rebuild,
    substitute,
)
from bnproof.witnesses import Letter, Product, Workspace, mentions, opened

MAX_DEPTH = 6
MAX_LETTERS = 6

Names: TypeAlias = Mapping[Index, Index]


def sum_of_squares(
    difference: Term, theory: Theory, hypotheses: Sequence[Hypothesis]
) -> Term | None:
    """A term equal to a difference that is non-negative as it stands, or None if none was found.

    It is made of non-negative numbers, sizes (and polynomials in them that are non-negative from the
    smallest admitted sizes on), roots, non-negative parameters, deltas, even powers, and products,
    quotients and sums of such. The kernel has proved that it equals the difference. Raises `TermError`
    for a theory, hypothesis or term without meaning.
    """
    try:
        workspace = Workspace(theory, hypotheses)
        numerator, denominator = workspace.calculus.size_polynomials.cleared(
            workspace.polynomial(difference)
        )
        signs = _Signs(workspace)
        if not signs.is_admitted(denominator):
            return None
        terms = _Search(workspace, signs).squares(numerator, MAX_DEPTH)
        if terms is None:
            return None
        found = _total(terms)
        if denominator != {ONE: 1}:
            found = Div(found, workspace.term(denominator))
        names = {index.name for index in free_indices(difference)}
        names |= {*theory.sizes(), *(declared.name for declared in theory.declarations)}
        found = _lettered(found, names)
        return found if workspace.holds(Equation(difference, found)) else None
    except BudgetExhausted:
        return None


class _Part(NamedTuple):
    """A polynomial in the sizes times a monomial without them."""

    sizes: Polynomial
    letters: Product
    monomial: Monomial


class _Square(NamedTuple):
    """`sizes * sum[indices] scale * base^2`, where the scale is visibly non-negative."""

    sizes: Polynomial
    indices: tuple[Index, ...]
    scale: Product
    base: Polynomial


class _Signs:
    """What is visibly non-negative in one workspace, and its terms."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._signature = workspace.calculus.signature

    def is_admitted(self, sizes: Polynomial) -> bool:
        """Whether a polynomial in the sizes has no negative coefficient in n - (the smallest n)."""
        ring = self._workspace.ring
        shifted: Polynomial = {}
        for monomial, coefficient in self._cleared(sizes)[1].items():
            product = ring.constant(coefficient)
            for name, power in _powers(monomial).items():
                least = ring.constant(self._signature.minimum[name])
                size = ring.add(ring.atom((name, ())), least)
                product = ring.multiply(product, ring.power(size, power))
            ring.add_to(shifted, product)
        return all(coefficient > 0 for coefficient in shifted.values())

    def is_signed(self, atom: Atom) -> bool:
        """Whether an entry is non-negative wherever it has a value."""
        name = atom[0]
        declared = self._signature.declared.get(name)
        return (
            name == DELTA
            or name in self._workspace.ring.sizes.values()
            or isinstance(declared, Root)
            or (isinstance(declared, Parameter) and declared.nonnegative)
            or self._signature.signs.get(name) == "positive"
        )

    def is_visible(self, letters: Product) -> bool:
        """Whether a product is made of squares, of letters with a sign, and of sums of such."""
        return self._factors(letters) is not None

    def shows(self, part: _Part) -> bool:
        """Whether a part of a polynomial is visibly non-negative."""
        return self.is_admitted(part.sizes) and self.is_visible(part.letters)

    def part(self, part: _Part) -> Term:
        """The term of a visible part."""
        return self._times(part.sizes, part.letters, [])

    def square(self, square: _Square) -> Term:
        """The term of a square; what does not depend on its indices stands in front of the sum."""
        inside = {
            letter: power
            for letter, power in square.scale.items()
            if any(mentions(letter, index) for index in square.indices)
        }
        base = Pow(_positive_first(self._workspace.term(square.base)), 2)
        body = self._times({ONE: 1}, inside, [base])
        if square.indices:
            body = _summed(square.indices, body)
        return self._times(square.sizes, _without(square.scale, inside), [body])

    def _factors(self, letters: Product) -> tuple[list[Factor], list[Term]] | None:
        """The entries of a visible product and the terms of its sums, or None."""
        plain: list[Factor] = []
        sums: list[Term] = []
        for letter, power in letters.items():
            if not isinstance(letter, Monomial):
                if power % 2 and not self.is_signed(letter):
                    return None
                plain.append((letter, power))
                continue
            term = self._sum(letter) if power % 2 else self._workspace.term({letter: 1})
            if term is None:
                return None
            sums.append(term if power == 1 else Pow(term, power))
        return plain, sums

    def _sum(self, piece: Monomial) -> Term | None:
        """A sum as one over a visible product, or None."""
        for index in piece.bound:
            fresh = self._workspace.ring.fresh(index.sort)
            letters = self._workspace.letters(opened(piece, {index: fresh}))
            if self.is_visible(letters):
                return _summed((fresh,), self._times({ONE: 1}, letters, []))
        return None

    def _times(self, sizes: Polynomial, letters: Product, others: list[Term]) -> Term:
        """A polynomial in the sizes times a visible product times other terms."""
        plain, sums = self._factors(letters) or ([], [])
        front: list[Term] = []
        if len(sizes) > 1:
            above, cleared = self._cleared(sizes)
            front.append(self._workspace.term(cleared))
            if above != ONE:
                front = [Div(front[0], self._workspace.term({above: 1}))]
            sizes = {ONE: 1}
        [(powers, scale)] = sizes.items()
        head = self._workspace.term({Monomial(tuple(sorted([*powers.factors, *plain])), ()): scale})
        if head != number(1):
            front += head.factors if isinstance(head, Mul) else [head]
        factors = [*front, *sums, *others] or [head]
        return factors[0] if len(factors) == 1 else Mul(tuple(factors))

    def _cleared(self, sizes: Polynomial) -> tuple[Monomial, Polynomial]:
        """The powers of sizes that a polynomial in them divides by, and the polynomial times these."""
        ring = self._workspace.ring
        lowest = {n: min(_powers(m).get(n, 0) for m in sizes) for n in ring.sizes.values()}
        above = Monomial(tuple(((n, ()), -k) for n, k in sorted(lowest.items()) if k < 0), ())
        return above, ring.multiply(sizes, {above: 1})


class _Search:
    """The search for squares in one workspace."""

    def __init__(self, workspace: Workspace, signs: _Signs) -> None:
        self.workspace = workspace
        self.ring = workspace.ring
        self.signs = signs

    def squares(self, polynomial: Polynomial, depth: int) -> list[Term] | None:
        """Visibly non-negative terms whose sum is the polynomial."""
        parts = self._parts(polynomial)
        doubtful = [part for part in parts if not self.signs.shows(part)]
        if not doubtful:
            return [self.signs.part(part) for part in parts]
        if not depth:
            return None
        for square in self._candidates(parts, doubtful):
            rest = self.ring.add(polynomial, self.ring.scale(self._expanded(square), -1))
            left = sum(not self.signs.shows(part) for part in self._parts(rest))
            terms = self.squares(rest, depth - 1) if left < len(doubtful) else None
            if terms is not None:
                return [self.signs.square(square), *terms]
        return self._under_sum(parts, depth)

    def _under_sum(self, parts: list[_Part], depth: int) -> list[Term] | None:
        """`sum[d] p(d)` for a sum that all parts stand under: `m = sum[d] m/D` without one."""
        for sort, size in self.ring.sizes.items():
            bound = [[i for i in part.monomial.bound if i.sort == sort] for part in parts]
            if max(map(len, bound)) != 1:
                continue
            index = self.ring.fresh(sort)
            inner: Polynomial = {}
            for part, found in zip(parts, bound, strict=True):
                body = opened(part.monomial, dict.fromkeys(found, index))
                value = self.ring.multiply(
                    part.sizes, self.workspace.multiplied(self.workspace.letters(body))
                )
                if not found:
                    value = self.ring.multiply(value, self.ring.atom((size, ()), -1))
                self.ring.add_to(inner, value)
            terms = self.squares(inner, depth - 1)
            if terms is not None:
                return [_summed((index,), _total(terms))]
        return None

    def _parts(self, polynomial: Polynomial) -> list[_Part]:
        """The parts of a polynomial, in an order that depends on nothing but itself."""
        parts, _ = self.workspace.calculus.size_polynomials.split(polynomial)
        return [_Part(parts[m], self.workspace.letters(m), m) for m in sorted(parts)]

    def _expanded(self, square: _Square) -> Polynomial:
        ring = self.ring
        base = ring.multiply(square.base, square.base)
        inner = ring.multiply(self.workspace.multiplied(square.scale), base)
        return ring.multiply(square.sizes, ring.bind(inner, square.indices))

    def _candidates(self, parts: list[_Part], doubtful: list[_Part]) -> Iterator[_Square]:
        free = [
            i for part in parts for i in _present(part.monomial) if i not in part.monomial.bound
        ]
        negative = [p for p in doubtful if self.signs.shows(p._replace(sizes=self._minus(p)))]
        mixed = [p for p in doubtful if not self.signs.is_visible(p.letters)]
        for part in negative:
            yield from self._statistics(part, free)
        for part in negative:
            yield from self._projections(part, negative)
        for part in parts:
            if self.signs.is_admitted(part.sizes):
                yield from self._completions(part, mixed)
                yield from self._completions(part, doubtful)
                yield from self._centred(part)
        for part in negative:
            yield from self._lagrange(part)

    def _minus(self, part: _Part) -> Polynomial:
        return self.ring.scale(part.sizes, -1)

    def _statistics(self, part: _Part, free: Sequence[Index]) -> Iterator[_Square]:
        """Squares of a letter whose power sum is exchanged: `q*(n - n*kappa[d])` for `-q*kappa[d]`."""
        for (name, power), (positions, formals, value) in self.ring.power_sums.items():
            declared = self.workspace.theory.find(name)
            if power != 2 or not isinstance(declared, Definition):
                continue
            for known in self._parts(value):
                sizes = _ratio(self.workspace, part.sizes, known.sizes)
                if sizes is None or not self.signs.is_admitted(self._minus(known)):
                    continue
                for at, names in self._instances(part.monomial, formals, free):
                    letters = self.workspace.letters(opened(part.monomial, names))
                    by = self.workspace.letters(opened(known.monomial, at))
                    scale = self._divided(letters, by)
                    if scale is None or not self.signs.is_visible(scale):
                        continue
                    others = iter(at[formal] for formal in formals)
                    entry = tuple(
                        self.ring.fresh(formal.sort) if k in positions else next(others)
                        for k, formal in enumerate(declared.formals)
                    )
                    indices = (*names.values(), *(entry[k] for k in positions))
                    yield _Square(sizes, indices, scale, self.ring.atom((name, entry)))

    def _instances(
        self, monomial: Monomial, formals: Sequence[Index], free: Sequence[Index]
    ) -> Iterator[tuple[Names, Names]]:
        """What formals can stand for in a monomial, and the names of bound indices among it."""
        present = dict.fromkeys((*_present(monomial), *free))
        choices = [[i for i in present if i.sort == formal.sort] for formal in formals]
        for chosen in itertools.product(*choices):
            names = {i: self.ring.fresh(i.sort) for i in chosen if i in monomial.bound}
            yield dict(zip(formals, (names.get(i, i) for i in chosen), strict=True)), names

    def _projections(self, part: _Part, negative: list[_Part]) -> Iterator[_Square]:
        """The length of what is left of A without its components along some f, for `-(sum A*f)^2`."""
        for letter in _squared(part.letters):
            outer = _without(part.letters, {letter: 2})
            if isinstance(letter, Monomial):
                indices = tuple(self.ring.fresh(index.sort) for index in letter.bound)
                [product, *_] = self._opened(letter, indices)
                for vector in _splits(product):
                    first = _without(product, vector)
                    others = self._partners(vector, indices, negative)
                    along = [first, *(other for other in others if other != first)]
                    yield self._projection(part, outer, indices, vector, along)
                    yield self._projection(part, outer, indices, vector, along[:1])
            elif not self.signs.is_signed(letter):
                yield from self._columns(part, outer, letter, negative)

    def _columns(
        self, part: _Part, outer: Product, letter: Atom, negative: list[_Part]
    ) -> Iterator[_Square]:
        """Projections of a column of delta, for `-y[j,d]^2`, with and without the one along 1."""
        for index in dict.fromkeys(letter[1]):
            fresh = self.ring.fresh(index.sort)
            entries = dict.fromkeys(
                (letter, *(a for other in negative for a in _squared(other.letters)))
            )
            along: list[Product] = [
                {rename_atom(atom, {index: fresh}): 1}
                for atom in entries
                if not isinstance(atom, Monomial) and index in atom[1]
            ]
            vector: Product = {(DELTA, tuple(sorted((fresh, index)))): 1}
            yield self._projection(part, outer, (fresh,), vector, [{}, *along])
            yield self._projection(part, outer, (fresh,), vector, along)

    def _partners(
        self, vector: Product, indices: tuple[Index, ...], negative: list[_Part]
    ) -> list[Product]:
        """The f of all `-(sum A*f)^2` with the same A."""
        found: list[Product] = []
        for other in negative:
            for letter in _squared(other.letters):
                if isinstance(letter, Monomial):
                    for product in self._opened(letter, indices):
                        rest = _without(product, vector)
                        if all(power > 0 for power in rest.values()) and rest not in found:
                            found.append(rest)
        return found

    def _opened(self, piece: Monomial, indices: tuple[Index, ...]) -> list[Product]:
        """What stands under a sum, with its bound indices under given names in any order."""
        orders = itertools.permutations(indices)
        sorts = [index.sort for index in piece.bound]
        return [
            self.workspace.letters(opened(piece, dict(zip(piece.bound, order, strict=True))))
            for order in orders
            if [index.sort for index in order] == sorts and len(order) == len(sorts)
        ]

    def _centred(self, part: _Part) -> Iterator[_Square]:
        """A square under a sum without its components along 1, and along 1 and its letters."""
        for piece in _single_sums(part.letters):
            indices = tuple(self.ring.fresh(index.sort) for index in piece.bound)
            outer = _without(part.letters, {piece: 1})
            product = self._opened(piece, indices)[0]
            if not self.signs.is_visible(outer) or any(k % 2 or k < 0 for k in product.values()):
                continue
            vector = {letter: power // 2 for letter, power in product.items()}
            count = self._count(indices, -1)
            scaled = part._replace(sizes=self.ring.multiply(self._minus(part), count))
            letters: list[Product] = [{letter: 1} for letter in vector]
            yield self._projection(scaled, outer, indices, vector, [{}])
            yield self._projection(scaled, outer, indices, vector, [{}, *letters])

    def _count(self, indices: tuple[Index, ...], power: int) -> Polynomial:
        """A power of the number of values that some indices take together."""
        return self.ring.product([((self.ring.sizes[i.sort], ()), power) for i in indices])

    def _projection(
        self,
        part: _Part,
        outer: Product,
        indices: tuple[Index, ...],
        vector: Product,
        along: list[Product],
    ) -> _Square:
        """`c * sum[i] (A[i] - 1/n*f[i]*(sum[l] A[l]*f[l]) - ...)^2`, taking `-c/n*(sum A*f)^2` away."""
        ring, workspace = self.ring, self.workspace
        count, share = self._count(indices, 1), self._count(indices, -1)
        base = workspace.multiplied(vector)
        for other in along:
            direction = workspace.multiplied(other)
            names = {index: ring.fresh(index.sort) for index in indices}
            product = ring.multiply(workspace.multiplied(vector), direction)
            dot = ring.bind(ring.instantiate(product, names), list(names.values()))
            shadow = ring.multiply(share, ring.multiply(dot, direction))
            base = ring.add(base, ring.scale(shadow, -1))
        return _Square(ring.multiply(count, self._minus(part)), indices, outer, base)

    def _completions(self, part: _Part, mixed: list[_Part]) -> Iterator[_Square]:
        """`c*(a + b + ...)^2` for `c*a^2` and all `2*c*a*b`, under the sum of a if it is one."""
        for piece in (None, *_single_sums(part.letters)):
            indices: tuple[Index, ...] = ()
            letters = part.letters
            if piece is not None:
                indices = tuple(self.ring.fresh(index.sort) for index in piece.bound)
                letters = _with(_without(letters, {piece: 1}), self._opened(piece, indices)[0])
            half = {a: k // 2 for a, k in letters.items() if k > 0 and k % 2 == 0}
            scale = {a: k for a, k in letters.items() if a not in half}
            if not self.signs.is_visible(scale):
                continue
            base = self.workspace.multiplied(half)
            count = len(base)
            for other in mixed:
                sizes = _ratio(self.workspace, other.sizes, part.sizes)
                rest = self._cofactor(other.monomial, _with(half, scale), indices)
                if sizes is not None and rest is not None:
                    partner = self.ring.multiply(
                        self.ring.scale(sizes, Fraction(1, 2)), self.workspace.multiplied(rest)
                    )
                    base = self.ring.add(base, partner)
            if len(base) > count:
                yield _Square(part.sizes, indices, scale, base)

    def _cofactor(
        self, monomial: Monomial, by: Product, indices: tuple[Index, ...]
    ) -> Product | None:
        """B with `monomial = sum[indices] by*b`, or None."""
        for chosen in itertools.permutations(monomial.bound, len(indices)):
            if [i.sort for i in chosen] == [i.sort for i in indices]:
                body = opened(monomial, dict(zip(chosen, indices, strict=True)))
                rest = self._divided(self.workspace.letters(body), by)
                if rest is not None:
                    return rest
        return None

    def _lagrange(self, part: _Part) -> Iterator[_Square]:
        """The square of a determinant for `-(sum A*B)^2`."""
        ring, workspace = self.ring, self.workspace
        for letter in _squared(part.letters):
            if not isinstance(letter, Monomial):
                continue
            outer = _without(part.letters, {letter: 2})
            indices = tuple(ring.fresh(index.sort) for index in letter.bound)
            names = {index: ring.fresh(index.sort) for index in indices}
            [product, *_] = self._opened(letter, indices)
            for vector in _splits(product):
                one = workspace.multiplied(vector)
                two = workspace.multiplied(_without(product, vector))
                there = ring.multiply(one, ring.instantiate(two, names))
                back = ring.multiply(ring.instantiate(one, names), two)
                base = ring.add(there, ring.scale(back, -1))
                half = ring.scale(self._minus(part), Fraction(1, 2))
                yield _Square(half, (*indices, *names.values()), outer, base)

    def _divided(self, letters: Product, by: Product) -> Product | None:
        """The quotient of two products, if nothing is divided by but units."""
        rest = _without(letters, by)
        for letter, power in rest.items():
            if power < 0 and (
                isinstance(letter, Monomial)
                or not self.workspace.calculus.signature.is_unit(letter[0])
            ):
                return None
        return rest


def _with(letters: Product, others: Product) -> Product:
    """The product of two products."""
    total = {a: letters.get(a, 0) + others.get(a, 0) for a in (*letters, *others)}
    return {letter: power for letter, power in total.items() if power}


def _without(letters: Product, others: Product) -> Product:
    """The quotient of two products."""
    return _with(letters, {letter: -power for letter, power in others.items()})


def _squared(letters: Product) -> list[Letter]:
    """The letters that a product holds squared."""
    return [letter for letter, power in letters.items() if power >= 2]


def _single_sums(letters: Product) -> list[Monomial]:
    """The sums that a product holds once."""
    return [a for a, power in letters.items() if isinstance(a, Monomial) and power == 1]


def _present(monomial: Monomial) -> tuple[Index, ...]:
    """The indices of a monomial."""
    return tuple(dict.fromkeys(index for (_, at), _ in monomial.factors for index in at))


def _splits(letters: Product) -> Iterator[Product]:
    """The divisors of a product of a few letters, 1 left out."""
    if len(letters) > MAX_LETTERS or min(letters.values()) < 0:
        return
    for powers in itertools.product(*(range(power + 1) for power in letters.values())):
        if any(powers):
            yield {a: k for a, k in zip(letters, powers, strict=True) if k}


def _ratio(workspace: Workspace, left: Polynomial, right: Polynomial) -> Polynomial | None:
    """The quotient of two polynomials in the sizes, if it is a plain one."""
    if left.keys() == right.keys():
        ratios = {Fraction(left[m]) / right[m] for m in left}
        if len(ratios) == 1:
            return workspace.ring.constant(ratios.pop())
    if len(right) != 1:
        return None
    inverse = workspace.inverse(right)
    return inverse and workspace.ring.multiply(left, inverse)


def _powers(monomial: Monomial) -> dict[str, int]:
    """The powers of the sizes in a monomial of nothing else."""
    return {name: power for (name, _), power in monomial.factors}


def _total(terms: Sequence[Term]) -> Term:
    """The sum of some terms."""
    if not terms:
        return number(0)
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def _summed(indices: tuple[Index, ...], body: Term) -> Term:
    """The sum of a term, a sum of a sum being one."""
    if isinstance(body, Sum):
        return Sum((*indices, *body.indices), (), body.body)
    return Sum(indices, (), body)


def _positive_first(term: Term) -> Term:
    """A sum that does not begin with a minus sign if it need not."""
    if isinstance(term, Add):
        return Add(tuple(sorted(term.terms, key=lambda part: isinstance(part, Neg))))
    return term


def _lettered(term: Term, taken: Collection[str]) -> Term:
    """The term with the usual letters for its bound indices."""
    if isinstance(term, Sum):
        names: dict[Index, Index] = {}
        for index in term.indices:
            used = {*taken, *(new.name for new in names.values())}
            names[index] = fresh_index(index.sort, index_letters(index.sort), used)
        taken = {*taken, *(index.name for index in names.values())}
        body = _lettered(substitute(term.body, names), taken)
        return Sum(tuple(names.values()), (), body)
    return rebuild(term, tuple(_lettered(child, taken) for child in children(term)))
