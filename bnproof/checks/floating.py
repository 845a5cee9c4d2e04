"""Floating-point evaluation of terms, as a user of NumPy would have it (not trusted).

Straight from the definitions, in single or double precision: a sum is added up, a definition evaluated
for all its indices at once, a derivative taken with infinitesimals e_0, e_1, ... whose squares are 0.
Two sides agree if they are no further apart than the running error bounds of both allow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bnproof.checks.evaluator import Point, Work, derived
from bnproof.checks.numbers import WorkExhausted
from bnproof.checks.points import Setting
from bnproof.checks.tensors import MAX_AXES, Dual, DualArithmetic, Label, Tensor
from bnproof.terms import (
    Add,
    Apply,
    Declaration,
    Definition,
    Delta,
    Diff,
    Div,
    Entry,
    Function,
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
    sides,
)

POINT = "point"
DTYPES: Mapping[str, type[np.floating[Any]]] = {"float64": np.float64, "float32": np.float32}
FLOAT_WORK = 30_000_000
# A bound is itself computed with rounding, so it is doubled.
SAFETY = 2.0
# With a larger bound than this part of the terms, a difference would hardly be seen.
VISIBLE = 0.01

Precision: TypeAlias = str


@dataclass(frozen=True, slots=True)
class Measured:
    """A number and how far it is from the truth at most."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides of an equation or inequality at a point and an assignment of its free indices.

    `outcome` is `agree` if it holds up to rounding, `differ` if not, and `unclear` where the precision
    does not suffice to tell.
    """

    outcome: str
    indices: Mapping[Index, int]
    left: Measured
    right: Measured

    @property
    def bound(self) -> float:
        """How far apart the sides may be if they are equal."""
        return SAFETY * (self.left.error + self.right.error)


class FloatEvaluator:
    """Values of terms at several points of the same sizes, for all values of their free indices at once.

    Raises `WorkExhausted` for what takes too long.
    """

    def __init__(
        self, theory: Theory, points: Sequence[Point], dtype: Precision, work: Work | None = None
    ) -> None:
        self._theory = theory
        self._points = points
        self._sizes = points[0].sizes
        self._work = work or Work(FLOAT_WORK)
        self._arithmetic = DualArithmetic(DTYPES[dtype], self._work)
        self._varied: tuple[str, ...] = ()
        self._known: dict[tuple[str, tuple[str, ...]], Dual] = {}

    def values(self, term: Term) -> Tensor:
        """The values of a term; its axes are among `POINT` and its free indices."""
        with np.errstate(all="ignore"):
            return self._dual(term).get(0) or self._arithmetic.constant(0)

    def value(self, term: Term, at: Mapping[Index, int]) -> Measured:
        """The value of a term at the first point, its free indices assigned and counted from 0."""
        tensor = self.values(term)
        where = tuple(0 if label == POINT else at[_index(label)] for label in tensor.labels)
        return Measured(float(tensor.value[where]), float(tensor.error[where]))

    def _dual(self, term: Term) -> Dual:
        """A term with its derivatives by the infinitesimals in force."""
        self._work.spend()
        calculate = self._arithmetic
        match term:
            case Number(number):
                return {0: self._number(number)}
            case Entry(name, indices):
                return self._entry(name, indices)
            case Delta(left, right):
                return {0: self._delta(left, right)}
            case Neg(body):
                return {mask: calculate.negative(part) for mask, part in self._dual(body).items()}
            case Add(terms):
                total = self._dual(terms[0])
                for other in terms[1:]:
                    total = calculate.plus(total, self._dual(other))
                return total
            case Mul(factors):
                product = self._dual(factors[0])
                for factor in factors[1:]:
                    product = calculate.times(product, self._dual(factor))
                return product
            case Div(numerator, denominator):
                return calculate.over(self._dual(numerator), self._dual(denominator))
            case Pow(base, exponent):
                return calculate.power(self._dual(base), exponent)
            case Sum(indices, conditions, body):
                total = self._dual(body)
                for left, right in conditions:
                    same = calculate.negative(self._delta(left, right))
                    apart = {0: calculate.sum(calculate.constant(1), same)}
                    total = calculate.times(total, apart)
                return {mask: self._summed(part, indices) for mask, part in total.items()}
            case Mean(indices, body):
                count = calculate.constant(self._count(indices))
                return {
                    mask: calculate.quotient(self._summed(part, indices), count)
                    for mask, part in self._dual(body).items()
                }
            case Diff(variable, body):
                return self._derivative(variable, body)
            case Apply(name, order, argument):
                return self._polynomial(name, order, self._dual(argument))

    def _polynomial(self, name: str, order: int, argument: Dual) -> Dual:
        """The derivative of a function, which is a polynomial, by Horner's rule."""
        rows = [derived(point.functions[name], order) for point in self._points]
        total: Dual = {0: self._arithmetic.constant(0)}
        for numbers in reversed(list(zip(*rows, strict=True))):
            values, exact = self._converted(numbers)
            coefficient = {0: self._arithmetic.rounded((POINT,), values, exact)}
            product = self._arithmetic.times(total, argument)
            total = self._arithmetic.plus(product, coefficient)
        return total

    # Entries

    def _number(self, number: Fraction) -> Tensor:
        values, exact = self._converted([number])
        return self._arithmetic.rounded((), values[0], exact)

    def _delta(self, left: Label, right: Label, sort: str | None = None) -> Tensor:
        """The Kronecker delta of two labels, those of indices if no sort is named."""
        if left == right:
            return self._arithmetic.constant(1)
        size = self._sizes[self._theory.size_of(sort or _index(left).sort)]
        return self._arithmetic.exact((left, right), np.eye(size))

    def _entry(self, name: str, indices: tuple[Index, ...]) -> Dual:
        if name in self._sizes:
            return {0: self._arithmetic.constant(self._sizes[name])}
        key = (name, self._varied)
        if key not in self._known:
            self._known[key] = self._computed(name)
        declared = self._theory.find(name)
        names: dict[Label, Label] = dict(zip(_axes(declared), indices, strict=True))
        return {mask: part.renamed(names) for mask, part in self._known[key].items()}

    def _computed(self, name: str) -> Dual:
        """A declared array for all values of its indices, which label its axes."""
        match declared := self._theory.find(name):
            case Definition(_, _, body):
                return self._dual(body)
            case Root(_, _, radicand):
                return self._arithmetic.root_of(self._dual(radicand))
        entries = [point.arrays[name] for point in self._points]
        sorts = index_sorts(declared) if declared else ()
        shape = [len(entries), *(self._sizes[self._theory.size_of(sort)] for sort in sorts)]
        flat = [e[position] for e in entries for position in np.ndindex(*shape[1:])]
        values, exact = self._converted(flat)
        axes = _axes(declared)
        dual = {0: self._arithmetic.rounded((POINT, *axes), values.reshape(shape), exact)}
        for bit, varied in enumerate(self._varied):
            if varied == name:
                slope = self._arithmetic.constant(1)
                for axis, (label, sort) in enumerate(zip(axes, sorts, strict=True)):
                    same = self._delta(label, _direction(bit, axis), sort)
                    slope = self._arithmetic.product(slope, same)
                dual[1 << bit] = slope
        return dual

    def _converted(self, numbers: Sequence[Fraction]) -> tuple[NDArray[Any], bool]:
        """Rational numbers in the precision, and whether it represents them all."""
        values = np.array([_double(number) for number in numbers]).astype(self._arithmetic.dtype)
        finite = bool(np.all(np.isfinite(values)))
        pairs = zip(numbers, values, strict=True)
        return values, finite and all(Fraction(float(value)) == number for number, value in pairs)

    # Sums and derivatives

    def _count(self, indices: Sequence[Index]) -> int:
        return prod(self._sizes[self._theory.size_of(index.sort)] for index in indices)

    def _summed(self, part: Tensor, indices: Sequence[Index]) -> Tensor:
        """The sum over indices; one that labels no axis is a factor."""
        total = self._arithmetic.total(part, [i for i in indices if i in part.labels])
        count = self._count([index for index in indices if index not in part.labels])
        if count == 1:
            return total
        return self._arithmetic.product(total, self._arithmetic.constant(count))

    def _derivative(self, variable: Entry, body: Term) -> Dual:
        """The derivative in all directions at once, then in those that the indices name."""
        bit = len(self._varied)
        self._varied = (*self._varied, variable.name)
        dual = self._dual(body)
        self._varied = self._varied[:bit]
        names: dict[Label, Label] = {
            _direction(bit, axis): index for axis, index in enumerate(variable.indices)
        }
        return {
            mask ^ (1 << bit): part.renamed(names)
            for mask, part in dual.items()
            if mask & (1 << bit)
        }


def compare(
    setting: Setting,
    points: Sequence[Point],
    dtype: Precision,
    work: Work | None = None,
    at: Mapping[Index, int] | None = None,
) -> list[Comparison]:
    """Both sides of an equation or inequality at points of the same sizes, one comparison for each.

    It is that of the assignment `at` of the free indices; without one, of the worst: the first that
    differs, else the first that is unclear, else any. Raises `WorkExhausted`.
    """
    labels = (POINT, *setting.free)
    sizes = [points[0].sizes[setting.theory.size_of(index.sort)] for index in setting.free]
    shape = (len(points), *sizes)
    work = work or Work(FLOAT_WORK)
    work.spend(len(shape) * prod(shape))
    if len(shape) > MAX_AXES:
        raise WorkExhausted(f"the claim has more than {MAX_AXES - 1} free indices")
    evaluator = FloatEvaluator(setting.theory, points, dtype, work)
    left, right = (evaluator.values(side) for side in sides(setting.equation))
    one, two = left.spread_to(labels), right.spread_to(labels)
    with np.errstate(all="ignore"):
        gap = one[0].astype(np.float64) - two[0].astype(np.float64)
        gap = {"=": np.abs(gap), ">=": -gap, "<=": gap}[setting.relation]
        bound = SAFETY * (one[1] + two[1])
        unclear = bound > VISIBLE * np.maximum(one[2], two[2]) + np.finfo(DTYPES[dtype]).tiny
        unclear |= ~(np.isfinite(gap) & np.isfinite(bound))
        rank = np.where(np.isfinite(gap) & (gap > bound), 2, np.where(unclear, 1, 0))
    asked = np.broadcast_to(_asked(setting, sizes, at), shape)
    rank = np.where(asked, np.broadcast_to(rank, shape), -1)

    def measured(parts: tuple[NDArray[Any], ...], where: tuple[int, ...]) -> Measured:
        value, error = (float(np.broadcast_to(part, shape)[where]) for part in parts[:2])
        return Measured(value, error)

    comparisons = []
    for k, ranks in enumerate(rank):
        position = tuple(int(i) for i in np.unravel_index(int(np.argmax(ranks)), ranks.shape))
        outcome = ("agree", "unclear", "differ", "unclear")[int(ranks[position])]
        indices = dict(zip(setting.free, position, strict=True))
        where = (k, *position)
        comparisons.append(Comparison(outcome, indices, measured(one, where), measured(two, where)))
    return comparisons


def _asked(
    setting: Setting, sizes: Sequence[int], at: Mapping[Index, int] | None
) -> NDArray[np.bool_]:
    """Which assignments of the free indices are looked at."""
    grid = dict(zip(setting.free, np.indices(sizes), strict=True))
    asked = np.ones(tuple(sizes), dtype=bool)
    for one, two in setting.unequal:
        asked &= grid[one] != grid[two]
    for index, value in (at or {}).items():
        asked &= grid[index] == value
    return asked


def _double(number: Fraction) -> float:
    """A rational number in double precision, infinite if it is too large."""
    try:
        return float(number)
    except OverflowError:
        return np.inf if number > 0 else -np.inf


def _index(label: Label) -> Index:
    if not isinstance(label, Index):
        raise TypeError(f"{label} is no index")
    return label


def _axes(declared: Declaration | None) -> tuple[Label, ...]:
    """The labels of the axes of a declared array: its formals, or else their numbers."""
    match declared:
        case None | Function():
            return ()
        case Definition(_, formals, _) | Root(_, formals, _):
            return formals
    return tuple(range(len(declared.sorts)))


def _direction(bit: int, axis: int) -> Label:
    """The label of an axis of the array that the infinitesimal e_bit varies."""
    return ("direction", bit, axis)
