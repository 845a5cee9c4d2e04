"""Floating-point arrays with named axes, each number with a bound on its error (not trusted).

The bound is a running one, taken along with every operation: what is known of a number is that the
true value lies within `error` of it. It is what zero is judged against, since a sum of numbers of size
1e4 that cancel leaves 1e-3 in single precision where the truth is 0.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bnproof.checks.evaluator import Work
from bnproof.checks.numbers import WorkExhausted

Label: TypeAlias = Hashable
Floats: TypeAlias = NDArray[np.floating[Any]]
# NumPy has its limits.
MAX_AXES = 30
# What an operation costs beside the numbers that it yields.
_OVERHEAD = 1000

_Parts: TypeAlias = tuple[Floats, Floats, Floats]
# The coefficient of each product of infinitesimals, these as a bit mask; one that is left out is 0.
Dual: TypeAlias = "dict[int, Tensor]"


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """An array with a label for each axis, and two more arrays of its shape.

    Attributes:
        labels: the names of the axes.
        value: the numbers, in the precision that is examined.
        error: how far they are from the truth at most, in double precision.
        scale: how large they are; where nothing but error is left of a sum, how large its terms were.
    """

    labels: tuple[Label, ...]
    value: Floats
    error: Floats
    scale: Floats

    def spread_to(self, labels: tuple[Label, ...]) -> _Parts:
        """Its arrays with axes in this order, those that it does not have being of length 1."""
        if labels == self.labels:
            return self.value, self.error, self.scale
        own = {label: axis for axis, label in enumerate(self.labels)}
        order = [own[label] for label in labels if label in own]
        shape = [self.value.shape[own[label]] if label in own else 1 for label in labels]
        value, error, scale = (
            part.transpose(order).reshape(shape) for part in (self.value, self.error, self.scale)
        )
        return value, error, scale

    def renamed(self, names: Mapping[Label, Label]) -> Tensor:
        """The tensor with other labels; where two become the same, its diagonal."""
        labels = [names.get(label, label) for label in self.labels]
        distinct = tuple(dict.fromkeys(labels))
        if len(distinct) == len(labels):
            return Tensor(distinct, self.value, self.error, self.scale)
        axes: Any = [distinct.index(label) for label in labels]
        kept: Any = list(range(len(distinct)))
        parts: Any = (self.value, self.error, self.scale)
        return Tensor(distinct, *(np.einsum(part, axes, kept) for part in parts))


class Arithmetic:
    """The operations on tensors in one precision, each paid for by the numbers that it yields.

    u is the unit roundoff: a sum, product, quotient or root is that of its operands but for a factor
    between 1 - u and 1 + u.
    """

    def __init__(self, dtype: type[np.floating[Any]], work: Work) -> None:
        self.dtype = dtype
        information = np.finfo(dtype)
        self.unit = float(information.eps) / 2
        self.smallest = float(information.smallest_subnormal)
        self._work = work

    def exact(self, labels: tuple[Label, ...], values: NDArray[Any]) -> Tensor:
        """Numbers that the precision represents, such as deltas and sizes."""
        value = np.asarray(values, dtype=self.dtype)
        return Tensor(labels, value, np.zeros(value.shape), _magnitude(value))

    def rounded(self, labels: tuple[Label, ...], values: NDArray[Any], exact: bool) -> Tensor:
        """Rational numbers as doubles, `exact` telling whether both precisions represent them all."""
        tensor = self.exact(labels, values)
        if exact:
            return tensor
        error = self.unit * tensor.scale + self.smallest
        return Tensor(labels, tensor.value, error, tensor.scale)

    def constant(self, value: float) -> Tensor:
        """A number without axes that the precision represents."""
        return self.exact((), np.asarray(value))

    def negative(self, a: Tensor) -> Tensor:
        """The negative -a."""
        return Tensor(a.labels, -a.value, a.error, a.scale)

    def sum(self, a: Tensor, b: Tensor) -> Tensor:
        """The sum a + b."""
        labels, (va, ea, sa), (vb, eb, sb) = self._aligned(a, b)
        value = va + vb
        magnitude = _magnitude(value)
        error = ea + eb + self.unit * magnitude
        return Tensor(labels, value, error, np.where(magnitude > error, magnitude, sa + sb))

    def product(self, a: Tensor, b: Tensor) -> Tensor:
        """The product a*b, with an error of |a|*eb + |b|*ea + ea*eb + u*|a*b|."""
        labels, (va, ea, sa), (vb, eb, sb) = self._aligned(a, b)
        ma, mb = _magnitude(va), _magnitude(vb)
        magnitude = ma * mb
        error = ma * eb + mb * ea + ea * eb + self.unit * magnitude
        error = error + self.smallest * (magnitude > 0)
        return Tensor(labels, va * vb, error, sa * sb)

    def quotient(self, a: Tensor, b: Tensor) -> Tensor:
        """The quotient a/b, with an error of (ea + |a/b|*eb)/(|b| - eb) + u*|a/b|.

        It is unknown, and its bound infinite, if b may be near 0.
        """
        labels, (va, ea, sa), (vb, eb, _) = self._aligned(a, b)
        value = va / vb
        magnitude, mb = _magnitude(value), _magnitude(vb)
        error = (ea + magnitude * eb) / (mb - eb) + self.unit * magnitude
        error = error + self.smallest * (magnitude > 0)
        return Tensor(labels, value, np.where(2 * eb < mb, error, np.inf), sa / mb)

    def root(self, a: Tensor) -> Tensor:
        """The positive root, with an error of ea/sqrt(a) + u*sqrt(a); unknown if a may be near 0."""
        self._work.spend(_OVERHEAD + a.value.size)
        value = np.sqrt(a.value)
        magnitude = _magnitude(value)
        error = a.error / magnitude + self.unit * magnitude
        known = 2 * a.error < a.value
        return Tensor(a.labels, value, np.where(known, error, np.inf), magnitude)

    def total(self, a: Tensor, labels: Iterable[Label]) -> Tensor:
        """The sum over axes that a has; m terms in any order add (m - 1)*u*(the sum of |terms|)."""
        axes = tuple(a.labels.index(label) for label in labels)
        kept = tuple(label for axis, label in enumerate(a.labels) if axis not in axes)
        count = prod(a.value.shape[axis] for axis in axes)
        self._work.spend(_OVERHEAD + a.value.size)
        value = np.sum(a.value, axis=axes, dtype=self.dtype)
        rounding = (count - 1) * self.unit * np.sum(_magnitude(a.value), axis=axes)
        error = np.sum(a.error, axis=axes) + rounding
        magnitude = _magnitude(value)
        scale = np.where(magnitude > error, magnitude, np.sum(a.scale, axis=axes))
        return Tensor(kept, np.asarray(value), np.asarray(error), scale)

    def _aligned(self, a: Tensor, b: Tensor) -> tuple[tuple[Label, ...], _Parts, _Parts]:
        """Both with the axes of both; what comes of them is paid for before it is made."""
        labels = tuple(dict.fromkeys((*a.labels, *b.labels)))
        if len(labels) > MAX_AXES:
            raise WorkExhausted(f"a term has more than {MAX_AXES} indices")
        one, two = a.spread_to(labels), b.spread_to(labels)
        shapes = zip(one[0].shape, two[0].shape, strict=True)
        self._work.spend(_OVERHEAD + prod(max(p, q) for p, q in shapes))
        return labels, one, two


class DualArithmetic(Arithmetic):
    """The operations on truncated series in infinitesimals e_0, e_1, ... whose squares are 0."""

    def plus(self, left: Dual, right: Dual) -> Dual:
        """The sum."""
        total = dict(left)
        for mask, part in right.items():
            total[mask] = self.sum(total[mask], part) if mask in total else part
        return total

    def times(self, left: Dual, right: Dual) -> Dual:
        """The product; that of an infinitesimal with itself is 0."""
        product: Dual = {}
        for one, a in left.items():
            for two, b in right.items():
                if not one & two:
                    product = self.plus(product, {one | two: self.product(a, b)})
        return product

    def over(self, left: Dual, right: Dual) -> Dual:
        """The quotient q = a/b, from q*b = a.

        q_S = (a_S - sum of q_T*b_(S-T))/b_0        over the proper parts T of S
        """
        divisor = right.get(0, self.constant(0))
        quotient: Dual = {}
        for mask in self._masks(left, right):
            parts = [
                self.product(quotient[one], right[mask ^ one])
                for one in _submasks(mask)
                if one in quotient and mask ^ one in right
            ]
            numerator = self._less(left.get(mask), parts)
            if numerator is not None:
                quotient[mask] = self.quotient(numerator, divisor)
        return quotient

    def root_of(self, radicand: Dual) -> Dual:
        """The positive root r = sqrt(a), from r*r = a.

        r_S = (a_S - sum of r_T*r_(S-T))/(2*r_0)        over the proper parts T of S that are not 0
        """
        first = self.root(radicand.get(0, self.constant(0)))
        twice = self.sum(first, first)
        root = {0: first}
        for mask in self._masks(radicand):
            parts = [
                self.product(root[one], root[mask ^ one])
                for one in _submasks(mask)
                if one and one in root and mask ^ one in root
            ]
            numerator = self._less(radicand.get(mask), parts)
            if mask and numerator is not None:
                root[mask] = self.quotient(numerator, twice)
        return root

    def power(self, base: Dual, exponent: int) -> Dual:
        """A power by repeated multiplication."""
        power: Dual = {0: self.constant(1)}
        for _ in range(abs(exponent)):
            power = self.times(power, base)
        return power if exponent >= 0 else self.over({0: self.constant(1)}, power)

    def _less(self, part: Tensor | None, subtracted: Iterable[Tensor]) -> Tensor | None:
        """A tensor minus others; None is 0."""
        for other in subtracted:
            negative = self.negative(other)
            part = negative if part is None else self.sum(part, negative)
        return part

    def _masks(self, *duals: Dual) -> Iterator[int]:
        """The products of infinitesimals that may occur in what is made of these, the smaller first."""
        every = 0
        for dual in duals:
            for mask in dual:
                every |= mask
        self._work.spend(3 ** every.bit_count())
        return _submasks(every)


def _submasks(mask: int) -> Iterator[int]:
    """All parts of a bit mask, the smaller first."""
    return (part for part in range(mask + 1) if part & mask == part)


def _magnitude(values: NDArray[Any]) -> Floats:
    """Absolute values in double precision."""
    magnitude: Floats = np.abs(values).astype(np.float64)
    return magnitude
