"""Batches, parameters and points of the domain of a claim, as Hypothesis strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any, TypeAlias

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from numpy.typing import NDArray

from bnproof.checks.entries import twin
from bnproof.checks.evaluator import Point, Position, Work
from bnproof.checks.floating import FloatEvaluator
from bnproof.checks.numbers import WorkExhausted
from bnproof.checks.points import SIZES_COST, Setting, assignments, small_sizes
from bnproof.strategies.terms import drawn_by
from bnproof.terms import (
    FEATURE,
    SAMPLE,
    BnproofError,
    Index,
    Input,
    Parameter,
    Sort,
    Theory,
)

LARGEST_SIZE = 4
MAX_ENTRIES = 300
# 10000 + k/1024 still fits the 24 bits of single precision.
MEAN = 10_000
SPREADS = 10
STEPS = 8
EPS_EXPONENTS = 17

Entries: TypeAlias = dict[Position, Fraction]
ExactBatch: TypeAlias = tuple[tuple[Fraction, ...], ...]


@st.composite
def exact_batches(
    draw: st.DrawFn,
    n: int,
    D: int,  # noqa: N803
    mean: int = MEAN,
    spreads: int = SPREADS,
) -> ExactBatch:
    """Batches of n samples with D features as rows of fractions, no feature of them constant.

    Args:
        draw: given by Hypothesis.
        n: the number of samples, at least 2.
        D: the number of features.
        mean: how far from 0 the mean of a feature may be, more or less.
        spreads: the spread of a feature is between 2^(-spreads) and 2^spreads, more or less; by
            default between 1e-3 and 1e3.

    Raises:
        BnproofError: there is only one sample, which is constant.
    """
    if n < 2 or D < 1:
        raise BnproofError(f"a batch of {n} x {D} has no variance; take n >= 2 and D >= 1")
    columns = []
    for _ in range(D):
        location, step = draw(_magnitudes(mean, spreads))
        column = draw(st.lists(st.integers(-STEPS, STEPS), min_size=n, max_size=n))
        if len(set(column)) == 1:
            column[-1] += 1
        columns.append([location + step * k for k in column])
    return tuple(zip(*columns, strict=True))


def batches(
    n: int,
    D: int,  # noqa: N803
    mean: int = MEAN,
    spreads: int = SPREADS,
    dtype: type[np.floating[Any]] = np.float64,
) -> st.SearchStrategy[NDArray[np.floating[Any]]]:
    """Batches as n x D arrays that can be standardized; see `exact_batches` for the arguments.

    `dtype` may be single precision, which represents every entry exactly as well.
    """
    return exact_batches(n, D, mean, spreads).map(
        lambda rows: np.array([list(map(float, row)) for row in rows], dtype=dtype)
    )


def parameters(
    sorts: Sequence[str],
    sizes: Mapping[str, int],
    *,
    symmetric: bool = False,
    sign: str | None = None,
    declared: Sequence[Sort] = (SAMPLE, FEATURE),
) -> st.SearchStrategy[NDArray[np.float64]]:
    """Arrays of parameters, such as gradients and Hessians of a loss.

    Args:
        sorts: the sorts of the indices: `("feature",)` for `g[d]`, `()` for a number.
        sizes: the value of each size, `{"n": 4, "D": 2}`.
        symmetric: whether the two indices commute.
        sign: `positive`, `nonzero`, `nonnegative` or `zero`, if that is known of every entry.
        declared: the sorts there are, with the names of their sizes.
    """
    theory = Theory((), tuple(declared))
    array = Parameter("parameter", tuple(sorts), symmetric)
    shape = tuple(sizes[theory.size_of(sort)] for sort in sorts)
    return _entries(array, shape, sign).map(
        lambda entries: np.array([float(v) for v in entries.values()]).reshape(shape)
    )


def sizes(setting: Setting, largest: int = LARGEST_SIZE) -> st.SearchStrategy[dict[str, int]]:
    """Sizes that a setting admits, `largest` of each at most; those that its free indices fit in."""
    work = Work(SIZES_COST * 10**4)
    try:
        fitting = [s for s in small_sizes(setting, largest, work) if _fits(setting, s)]
    except WorkExhausted:
        fitting = []
    return st.sampled_from(fitting) if fitting else st.nothing()


def assignments_of(
    setting: Setting, sizes: Mapping[str, int]
) -> st.SearchStrategy[dict[Index, int]]:
    """Positions, counted from 0, for the free indices of a setting; coincidences occur."""
    return drawn_by(_assignment, setting, sizes)


def points(
    setting: Setting, sizes: Mapping[str, int], mean: int = MEAN, spreads: int = SPREADS
) -> st.SearchStrategy[Point]:
    """Points of the domain of a setting: its hypotheses hold, and all radicands are positive.

    Where a radicand is not positive, as that of a constant feature at eps = 0, the inputs are moved
    apart before the point is given up. See `exact_batches` for `mean` and `spreads`.
    """
    return drawn_by(_point, setting, sizes, mean, spreads)


def _assignment(draw: st.DrawFn, setting: Setting, sizes: Mapping[str, int]) -> dict[Index, int]:
    chosen: dict[Index, int] = {}
    for index in setting.free:
        apart = [b if a == index else a for a, b in setting.unequal if index in (a, b)]
        taken = {chosen[other] for other in apart if other in chosen}
        free = [k for k in range(sizes[setting.theory.size_of(index.sort)]) if k not in taken]
        assume(free)
        chosen[index] = draw(st.sampled_from(free))
    return chosen


def _point(
    draw: st.DrawFn, setting: Setting, sizes: Mapping[str, int], mean: int, spreads: int
) -> Point:
    arrays: dict[str, Entries] = {}
    for array in setting.arrays:
        shape = tuple(sizes[setting.theory.size_of(sort)] for sort in array.sorts)
        if isinstance(array, Input):
            arrays[array.name] = draw(_input_entries(shape, mean, spreads))
            continue
        sign = setting.signs.get(array.name)
        if array.nonnegative:
            arrays[array.name] = draw(_nonnegative(shape, sign))
        else:
            arrays[array.name] = draw(_entries(array, shape, sign))
    functions = {
        function.name: tuple(
            Fraction(draw(st.integers(-STEPS, STEPS)), 4) for _ in range(setting.degree + 1)
        )
        for function in setting.functions
    }
    point = Point(sizes, arrays, functions)
    if not radicands_positive(setting, point):
        inputs = {a.name for a in setting.arrays if isinstance(a, Input)}
        moved = {name: _apart(e) if name in inputs else e for name, e in arrays.items()}
        point = Point(sizes, moved, functions)
        assume(radicands_positive(setting, point))
    return point


def radicands_positive(setting: Setting, point: Point) -> bool:
    """Whether double precision is sure that every radicand is positive at a point."""
    evaluator = FloatEvaluator(setting.theory, [point], "float64")
    for root in setting.roots:
        tensor = evaluator.values(root.radicand)
        if not bool(np.all(tensor.value > 2 * tensor.error)):
            return False
    return True


def _fits(setting: Setting, sizes: Mapping[str, int]) -> bool:
    """Whether a point is not too large, and the free indices can differ where they must."""
    shapes = ([sizes[setting.theory.size_of(s)] for s in a.sorts] for a in setting.arrays)
    if sum(map(prod, shapes)) > MAX_ENTRIES:
        return False
    try:
        return any(True for _ in assignments(setting, sizes, Work(SIZES_COST)))
    except WorkExhausted:
        return False


def _magnitudes(mean: int, spreads: int) -> st.SearchStrategy[tuple[int, Fraction]]:
    """A location and a step, simple ones often."""
    locations = st.one_of(st.just(0), st.integers(-mean, mean))
    exponents = st.one_of(st.just(0), st.integers(-spreads, spreads))
    return st.tuples(locations, exponents.map(lambda k: Fraction(2) ** k))


@st.composite
def _input_entries(draw: st.DrawFn, shape: tuple[int, ...], mean: int, spreads: int) -> Entries:
    """The entries of an input; those of each value of its last index have a magnitude of their own."""
    last = shape[-1] if shape else 1
    magnitudes = [draw(_magnitudes(mean, spreads)) for _ in range(last)]
    entries: Entries = {}
    for position in np.ndindex(*shape):
        location, step = magnitudes[position[-1] if position else 0]
        entries[position] = location + step * draw(st.integers(-STEPS, STEPS))
    return entries


@st.composite
def _entries(
    draw: st.DrawFn, array: Input | Parameter, shape: tuple[int, ...], sign: str | None
) -> Entries:
    """The entries of a parameter: halves and quarters."""
    least = {"positive": 1, "nonnegative": 0}.get(sign or "", -STEPS)
    numerators: st.SearchStrategy[int] = st.integers(least, STEPS)
    if sign == "zero":
        numerators = st.just(0)
    if sign == "nonzero":
        numerators = st.one_of(st.integers(1, STEPS), st.integers(-STEPS, -1))
    denominators = st.sampled_from([1, 1, 2, 4])
    entries: Entries = {}
    for position in np.ndindex(*shape):
        mirrored = entries.get(twin(array, position))
        entries[position] = (
            Fraction(draw(numerators), draw(denominators)) if mirrored is None else mirrored
        )
    return entries


@st.composite
def _nonnegative(draw: st.DrawFn, shape: tuple[int, ...], sign: str | None) -> Entries:
    """The entries of a constant such as eps: from 2^(-17), nearly 1e-5, on; 0 too if it may be."""
    positive = st.builds(
        lambda k, e: Fraction(k) * Fraction(2) ** e,
        st.integers(1, 3),
        st.one_of(st.just(0), st.integers(-EPS_EXPONENTS, 3)),
    )
    zero = st.just(Fraction(0))
    values = zero if sign == "zero" else positive if sign else st.one_of(positive, zero)
    return {position: draw(values) for position in np.ndindex(*shape)}


def _apart(entries: Entries) -> Entries:
    """Entries moved by amounts that differ between positions."""
    return {p: value + k * k for k, (p, value) in enumerate(entries.items())}
