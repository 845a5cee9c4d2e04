"""Null spaces that are larger than a claim says: an exact vector outside of the span."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from bnproof.checks.evaluator import Evaluator, Point, Work
from bnproof.checks.numbers import Exact, WorkExhausted
from bnproof.checks.points import Setting, sizes_upwards
from bnproof.checks.search import SEED, SPREADS, Progress, drawn, sizes_text
from bnproof.terms import Index, NullSpace

SEARCH_WORK = 400_000


@dataclass(frozen=True, slots=True)
class OutsideVector:
    """A point at which a matrix annihilates a vector that is not in the span.

    The entries of `vector` are in the order of its indices, of which the last one runs fastest; `shape`
    has the size that belongs to each.
    """

    setting: Setting
    point: Point
    indices: Mapping[Index, int]
    vector: tuple[Fraction, ...]
    shape: tuple[int, ...]

    def nested(self) -> object:
        """The vector as text, in nested lists where it has several indices: `["1", "-1/2"]`."""
        entries: list[object] = [str(value) for value in self.vector]
        for size in reversed(self.shape[1:]):
            entries = [entries[k : k + size] for k in range(0, len(entries), size)]
        return entries


def find_outside(claim: NullSpace, setting: Setting, progress: Progress) -> OutsideVector | None:
    """The first point found at which the null space is larger than the span; None if none was found.

    Only points at which each row of the matrix is rational, but for a common factor, are looked at.
    """
    random, work = Random(SEED), Work(SEARCH_WORK)
    try:
        for sizes in sizes_upwards(setting, work):
            progress(f"looking for a larger null space at {sizes_text(sizes)}")
            for point, indices in drawn(setting, sizes, SPREADS, random, work):
                vector = _outside(claim, setting, point, indices, work)
                if vector:
                    shape = _shape(claim, setting, point)
                    return OutsideVector(setting, point, indices, vector, shape)
    except WorkExhausted:
        pass
    return None


def _outside(
    claim: NullSpace, setting: Setting, point: Point, indices: Mapping[Index, int], work: Work
) -> tuple[Fraction, ...] | None:
    """A vector of the null space at a point that is not in the span, if there is one."""
    evaluator = Evaluator(setting.theory, point, work)
    shape = _shape(claim, setting, point)
    columns = _assignments(claim.columns, shape)
    matrix = [
        _rational(
            [evaluator.value(claim.matrix, {**indices, **row, **column}) for column in columns]
        )
        for row in _assignments(claim.rows, shape)
    ]
    entries = _assignments(claim.vector, shape)
    span = [
        _rational([evaluator.value(vector, {**indices, **entry}) for entry in entries])
        for vector in claim.span
    ]
    rows = [row for row in matrix if row is not None]
    vectors = [vector for vector in span if vector is not None]
    if len(rows) < len(matrix) or len(vectors) < len(span):
        return None
    for candidate in _null_space(rows, len(columns), work):
        if _rank([*vectors, candidate], work) > _rank(vectors, work):
            return tuple(candidate)
    return None


def _shape(claim: NullSpace, setting: Setting, point: Point) -> tuple[int, ...]:
    """How many values each index of a row has."""
    return tuple(point.sizes[setting.theory.size_of(row.sort)] for row in claim.rows)


def _assignments(indices: tuple[Index, ...], shape: tuple[int, ...]) -> list[dict[Index, int]]:
    """All values of some indices together, in the order of the entries of a vector."""
    places = itertools.product(*map(range, shape))
    return [dict(zip(indices, place, strict=True)) for place in places]


def _rational(row: Sequence[Exact]) -> list[Fraction] | None:
    """A row without the square root that all its entries have in common; None if they have none."""
    roots = {m for value in row for _, m in value.parts}
    if len(roots) > 1:
        return None
    return [next(iter(value.parts.values()), Fraction(0)) for value in row]


def _reduced(
    rows: Sequence[Sequence[Fraction]], work: Work
) -> tuple[list[list[Fraction]], list[int]]:
    """The reduced row echelon form without zero rows, and the columns of its pivots."""
    left = [list(row) for row in rows]
    pivots: list[int] = []
    width = len(left[0]) if left else 0
    for column in range(width):
        work.spend(len(left) * width)
        done = len(pivots)
        found = next((k for k in range(done, len(left)) if left[k][column]), None)
        if found is None:
            continue
        left[done], left[found] = left[found], left[done]
        pivot = left[done][column]
        left[done] = [value / pivot for value in left[done]]
        for k, row in enumerate(left):
            if k != done and row[column]:
                share = row[column]
                left[k] = [a - share * b for a, b in zip(row, left[done], strict=True)]
        pivots.append(column)
    return left[: len(pivots)], pivots


def _rank(rows: Sequence[Sequence[Fraction]], work: Work) -> int:
    return len(_reduced(rows, work)[1])


def _null_space(rows: Sequence[Sequence[Fraction]], width: int, work: Work) -> list[list[Fraction]]:
    """A basis of the vectors that some rows annihilate."""
    reduced, pivots = _reduced(rows, work)
    basis = []
    for column in range(width):
        if column in pivots:
            continue
        vector = [Fraction(int(k == column)) for k in range(width)]
        for row, pivot in zip(reduced, pivots, strict=True):
            vector[pivot] = -row[column]
        basis.append(vector)
    return basis
