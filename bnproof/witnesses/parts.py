"""What a search for squares works on: a polynomial in parts, and squares to take off it (not trusted)."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from bnproof.closed_forms.pieces import Product
from bnproof.kernel import Monomial, Polynomial
from bnproof.kernel.ring import Ring
from bnproof.terms import Index
from bnproof.witnesses.workspace import Workspace


class Part(NamedTuple):
    """A polynomial in the sizes times a monomial without them, which is a product of pieces."""

    sizes: Polynomial
    product: Product
    monomial: Monomial


class Square(NamedTuple):
    """`sizes * sum[indices] scale * base^2`, where the scale is visibly non-negative."""

    sizes: Polynomial
    indices: tuple[Index, ...]
    scale: Product
    base: Polynomial


def parts_of(workspace: Workspace, polynomial: Polynomial) -> list[Part]:
    """The parts of a polynomial, in an order that depends on nothing but itself."""
    parts, _ = workspace.size_polynomials.split(polynomial)
    return [Part(parts[m], workspace.split(m), m) for m in sorted(parts)]


def negated(workspace: Workspace, part: Part) -> Part:
    """Minus a part."""
    return part._replace(sizes=workspace.ring.scale(part.sizes, -1))


def expanded_square(workspace: Workspace, square: Square) -> Polynomial:
    """The normal form of a square."""
    ring = workspace.ring
    base = ring.multiply(square.base, square.base)
    inner = ring.multiply(workspace.expanded(square.scale), base)
    return ring.multiply(square.sizes, ring.bind(inner, square.indices))


# Polynomials in the sizes


def size_ratio(workspace: Workspace, left: Polynomial, right: Polynomial) -> Polynomial | None:
    """The quotient of two polynomials in the sizes, if it is a plain one."""
    if left.keys() == right.keys():
        ratios = {Fraction(left[m]) / right[m] for m in left}
        if len(ratios) == 1:
            return workspace.ring.constant(ratios.pop())
    if len(right) != 1:
        return None
    inverse = workspace.inverse(right)
    return inverse and workspace.ring.multiply(left, inverse)


def size_count(ring: Ring, indices: tuple[Index, ...], power: int = 1) -> Polynomial:
    """A power of the number of values that some indices take together."""
    return ring.product([((ring.sizes[index.sort], ()), power) for index in indices])


def size_numerator(ring: Ring, sizes: Polynomial) -> tuple[Polynomial, Monomial]:
    """A polynomial in the sizes as one without negative powers, and the powers that divide it."""
    lowest = {n: min(size_powers(m).get(n, 0) for m in sizes) for n in ring.sizes.values()}
    below = Monomial(tuple(((n, ()), -k) for n, k in sorted(lowest.items()) if k < 0), ())
    return ring.multiply(sizes, {below: 1}), below


def size_powers(monomial: Monomial) -> dict[str, int]:
    """The powers of the sizes in a monomial of nothing else."""
    return {name: power for (name, _), power in monomial.factors}
