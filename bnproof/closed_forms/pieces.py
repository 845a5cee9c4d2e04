"""Polynomials as ordinary sums of products, whose letters are atoms and whole sums (not trusted).

A tensor monomial falls into pieces that share no bound index: `sum[0,1] x[0]*x[1]*a` is the product of
`a` and the square of `sum[0] x[0]`. Seen that way, common factors can be taken out as in school.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import TypeAlias

from bnproof.kernel import Budget, Monomial, Polynomial
from bnproof.kernel.monomials import Atom, Factor, canonical, rename_atom
from bnproof.kernel.theorems import DEFAULT_STEPS
from bnproof.terms import Index

# A power of an atom, or of a sum none of whose factors could stand in front of it.
Product: TypeAlias = tuple[tuple[Monomial, int], ...]
# The coefficients of the products that a polynomial is the sum of.
Summands: TypeAlias = dict[Product, Fraction]


def split(polynomial: Polynomial, symmetric: Collection[str]) -> Summands:
    """A polynomial as a sum of products of pieces."""
    summands: Summands = {}
    for monomial, coefficient in polynomial.items():
        product = split_factors(monomial.factors, monomial.bound, symmetric)
        summands[product] = summands.get(product, Fraction(0)) + coefficient
    return {product: c for product, c in summands.items() if c}


def split_factors(
    factors: Iterable[Factor],
    bound: Collection[Index],
    symmetric: Collection[str],
    budget: Budget | None = None,
) -> Product:
    """The pieces of `sum[bound] product(factors)`; every bound index is carried by some factor.

    Each piece has a budget of its own unless one is given.
    """
    groups: list[tuple[set[Index], list[Factor]]] = []
    for factor in factors:
        carried, parts = {index for index in factor[0][1] if index in bound}, [factor]
        apart = []
        for group in groups:
            if carried.isdisjoint(group[0]):
                apart.append(group)
            else:
                carried, parts = carried | group[0], group[1] + parts
        groups = [*apart, (carried, parts)]
    powers: dict[Monomial, int] = {}
    for indices, parts in groups:
        power = 1
        if not indices:
            [(atom, power)] = parts
            parts = [(atom, 1)]
        piece = canonical(dict(parts), indices, symmetric, budget or Budget(DEFAULT_STEPS))
        powers[piece] = powers.get(piece, 0) + power
    return normal(powers)


def normal(powers: Mapping[Monomial, int]) -> Product:
    """The product of powers of pieces."""
    return tuple(sorted((piece, power) for piece, power in powers.items() if power))


def times(left: Product, right: Product) -> Product:
    """The product of two products."""
    powers = dict(left)
    for piece, power in right:
        powers[piece] = powers.get(piece, 0) + power
    return normal(powers)


def inverse(product: Product) -> Product:
    """One over a product."""
    return tuple((piece, -power) for piece, power in product)


def quotient(left: Product, right: Product) -> Product:
    """The quotient of two products."""
    return times(left, inverse(right))


def common(summands: Summands, kept: Collection[str]) -> tuple[Fraction, Product]:
    """What divides every term: a positive number, and the powers of pieces that all of them have.

    Negative powers of the arrays in `kept` stay where they are.
    """
    values = list(summands.values())
    size = Fraction(gcd(*(v.numerator for v in values)), lcm(*(v.denominator for v in values)))
    products = [dict(product) for product in summands]
    shared: dict[Monomial, int] = {}
    for piece in products[0]:
        powers = [product.get(piece, 0) for product in products]
        if min(powers) > 0:
            shared[piece] = min(powers)
        elif max(powers) < 0 and name_of(piece) not in kept:
            shared[piece] = max(powers)
    return size, normal(shared)


def divided(summands: Summands, number: Fraction, product: Product) -> Summands:
    """The terms without a common factor."""
    other = inverse(product)
    return {times(p, other): c / number for p, c in summands.items()}


def as_product(summands: Summands) -> tuple[Summands, Summands] | None:
    """Two sums whose product a sum is, if its parts by the powers of some piece are proportional."""
    for piece in sorted({piece for product in summands for piece, _ in product}):
        parts: dict[int, Summands] = {}
        for product, value in summands.items():
            power = dict(product).get(piece, 0)
            parts.setdefault(power, {})[times(product, ((piece, -power),))] = value
        if len(parts) == 1 or len({len(part) for part in parts.values()} | {1}) != 2:
            continue
        left: Summands = {}
        rights = []
        for power, part in parts.items():
            value, shared = common(part, ())
            right = divided(part, value, shared)
            if right[min(right)] < 0:
                value, right = -value, {p: -c for p, c in right.items()}
            left[times(shared, normal({piece: power}))] = value
            rights.append(right)
        if all(right == rights[0] for right in rights):
            return left, rights[0]
    return None


def piece_of(atom: Atom) -> Monomial:
    """An atom as a piece."""
    return Monomial(((atom, 1),), ())


def name_of(piece: Monomial) -> str:
    """The array of an atom; sums have none."""
    return "" if piece.bound else piece.factors[0][0][0]


def indices_of(piece: Monomial) -> set[Index]:
    """The free indices of a piece."""
    return {i for (_, at), _ in piece.factors for i in at if i not in piece.bound}


def opened(
    piece: Monomial,
    names: Mapping[Index, Index],
    symmetric: Collection[str],
    budget: Budget | None = None,
) -> Product:
    """What stands under the sum over some bound indices of a monomial, these under other names."""
    bound = [index for index in piece.bound if index not in names]
    # The others keep their numbers; a letter is no number, so nothing is captured.
    factors = [(rename_atom(atom, names), power) for atom, power in piece.factors]
    return split_factors(factors, bound, symmetric, budget)
