"""The exact evaluator: terms at a point, straight from the definitions.

It shares no code with the kernel and knows no rule about sums, means or roots: a sum is added up, a
definition evaluated, a derivative taken with exact infinitesimals.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import perm, prod
from typing import TypeAlias

from bnproof.checks.numbers import Exact, WorkExhausted
from bnproof.terms import (
    Add,
    Apply,
    Declaration,
    Definition,
    Delta,
    Diff,
    Div,
    Entry,
    Index,
    Mean,
    Mul,
    Neg,
    Number,
    Pow,
    Root,
    Sum,
    Term,
    Theory,
    index_sorts,
)

MAX_BITS = 13_000
# What numbers of so many bits cost is twice what those of a few do.
LARGE_BITS = 1_000

Position: TypeAlias = tuple[int, ...]
Assignment: TypeAlias = Mapping[Index, int]


class Work:
    """Counts evaluated terms, so that a search ends."""

    def __init__(self, limit: int) -> None:
        self.left = limit

    def spend(self, count: int = 1) -> None:
        """Count terms or entries; raise `WorkExhausted` when they are too many."""
        self.left -= count
        if self.left < 0:
            raise WorkExhausted("the evaluator's budget is spent")


@dataclass(frozen=True, slots=True)
class Point:
    """Sizes, and a rational for every entry of every input and parameter; positions count from 0.

    A function is a polynomial there: the coefficients of 1, u, u^2, ...
    """

    sizes: Mapping[str, int]
    arrays: Mapping[str, Mapping[Position, Fraction]]
    functions: Mapping[str, Sequence[Fraction]] = field(default_factory=dict)


def positions(
    theory: Theory, sizes: Mapping[str, int], declaration: Declaration, work: Work
) -> Iterator[Position]:
    """All positions of a declared array at given sizes."""
    return _grid([sizes[theory.size_of(sort)] for sort in index_sorts(declaration)], work)


def derived(coefficients: Sequence[Fraction], order: int) -> list[Fraction]:
    """The coefficients of a derivative of a polynomial: `k*(k-1)*...*c[k]` in front of u^(k-order)."""
    return [c * perm(k, order) for k, c in enumerate(coefficients)][order:]


def _grid(counts: list[int], work: Work) -> Iterator[Position]:
    """All tuples below some counts; their number is paid for before any of them is made."""
    work.spend(prod(counts))
    return itertools.product(*map(range, counts))


class Evaluator:
    """Values of terms at one point.

    Raises `ZeroDivisionError` and `ArithmeticError` outside of the domain.
    """

    def __init__(self, theory: Theory, point: Point, work: Work) -> None:
        self._theory = theory
        self._point = point
        self._work = work
        self._declared = {d.name: d for d in theory.declarations}
        self._size = {sort.name: point.sizes[sort.size] for sort in theory.sorts}
        self._varied: tuple[tuple[str, Position], ...] = ()
        self._known: dict[tuple[object, ...], Exact] = {}

    def value(self, term: Term, at: Assignment) -> Exact:
        """The value of a term under an assignment of its free indices."""
        self._work.spend()
        match term:
            case Number(number):
                return Exact.rational(number)
            case Entry(name, indices):
                return self._entry(name, tuple([at[index] for index in indices]))
            case Delta(left, right):
                return Exact.rational(at[left] == at[right])
            case Neg(body):
                return -self.value(body, at)
            case Add(terms):
                total = self.value(terms[0], at)
                for other in terms[1:]:
                    total = self._plus(total, self.value(other, at))
                return total
            case Mul(factors):
                product = self.value(factors[0], at)
                for factor in factors[1:]:
                    if not product.parts:  # in the domain every factor has a value
                        return product
                    product = self._times(product, self.value(factor, at))
                return product
            case Div(numerator, denominator):
                inverse = self.value(denominator, at).inverse(self._times)
                return self._times(self.value(numerator, at), inverse)
            case Pow(base, exponent):
                power = self.value(base, at)
                if exponent < 0:
                    power = power.inverse(self._times)
                product = Exact.rational(1)
                for _ in range(abs(exponent)):
                    product = self._times(product, power)
                return product
            case Sum(indices, conditions, body):
                total = Exact.rational(0)
                for inner in self._assignments(indices, at):
                    if all(inner[left] != inner[right] for left, right in conditions):
                        total = self._plus(total, self.value(body, inner))
                return total
            case Mean(indices, body):
                total, count = Exact.rational(0), 0
                for inner in self._assignments(indices, at):
                    total, count = self._plus(total, self.value(body, inner)), count + 1
                return total * Exact.rational(Fraction(1, count))
            case Diff(Entry(name, indices), body):
                varied = self._varied
                self._varied = (*varied, (name, tuple([at[index] for index in indices])))
                value = self.value(body, at).derivative(len(varied))
                self._varied = varied
                return value
            case Apply(name, order, argument):
                at_argument = self.value(argument, at)
                total = Exact.rational(0)
                for coefficient in reversed(derived(self._point.functions[name], order)):
                    total = self._plus(self._times(total, at_argument), Exact.rational(coefficient))
                return total

    def radicands_positive(self, roots: Iterable[Root]) -> bool:
        """Whether the radicand of every entry of these roots is positive."""
        for root in roots:
            for position in positions(self._theory, self._point.sizes, root, self._work):
                at = dict(zip(root.formals, position, strict=True))
                if self.sign(self.value(root.radicand, at)) <= 0:
                    return False
        return True

    def sign(self, value: Exact) -> int:
        """-1, 0 or 1 for a value of a term."""
        self._work.spend(len(value.parts))
        return value.sign(self._times)

    def _times(self, left: Exact, right: Exact) -> Exact:
        """The product, paid for by its parts, and more where numbers are large."""
        count = len(left.parts) * len(right.parts)
        self._work.spend(count)
        product = left.multiplied(right, self._times)
        self._work.spend(count * (_bits(product) // LARGE_BITS))
        return product

    def _plus(self, left: Exact, right: Exact) -> Exact:
        """The sum, paid for by its parts."""
        self._work.spend(len(right.parts))
        total = left + right
        _bits(total)
        return total

    def _assignments(self, indices: tuple[Index, ...], at: Assignment) -> Iterator[Assignment]:
        """The assignments of bound indices, on top of those around them."""
        for values in _grid([self._size[index.sort] for index in indices], self._work):
            yield {**at, **dict(zip(indices, values, strict=True))}

    def _entry(self, name: str, position: Position) -> Exact:
        """An entry of an array, under the infinitesimals that are in force."""
        if name in self._point.sizes:
            return Exact.rational(self._point.sizes[name])
        key = (name, position, self._varied)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._computed(self._declared[name], position)
        return known

    def _computed(self, declared: Declaration, position: Position) -> Exact:
        match declared:
            case Definition(_, formals, body):
                return self.value(body, dict(zip(formals, position, strict=True)))
            case Root(_, formals, radicand):
                inside = self.value(radicand, dict(zip(formals, position, strict=True)))
                return inside.sqrt(self._times)
        value = Exact.rational(self._point.arrays[declared.name][position])
        for bit, varied in enumerate(self._varied):
            if varied == (declared.name, position):
                value = value.shifted(bit)
        return value


def _bits(value: Exact) -> int:
    """The bits of the largest number in a value. Raises `WorkExhausted` if it is too large to go on."""
    bits = value.bits()
    if bits > MAX_BITS:
        raise WorkExhausted(f"exact evaluation meets numbers of more than {MAX_BITS} bits")
    return bits
