"""Exact elimination in matrices of normal forms, dividing by nothing but units (not trusted)."""

from __future__ import annotations

from typing import TypeAlias

from bnproof.kernel import Polynomial
from bnproof.kernel.monomials import ONE
from bnproof.witnesses.workspace import Workspace

Matrix: TypeAlias = list[list[Polynomial]]


def solution(workspace: Workspace, matrix: Matrix, right: Matrix) -> Matrix | None:
    """A solution X of `matrix X = right`, unknowns without a pivot being 0, or None.

    None as well where an entry is left that the kernel cannot divide by.
    """
    width = len(matrix[0]) if matrix else 0
    rows = [[*row, *values] for row, values in zip(matrix, right, strict=True)]
    pivots: dict[int, int] = {}
    while (pivot := _pivot(workspace, rows, width, pivots)) is not None:
        at, across, inverse = pivot
        pivots[at] = across
        _eliminate(workspace, rows, at, across, inverse)
    unused = [row for k, row in enumerate(rows) if k not in pivots]
    if not all(workspace.is_zero(entry) for row in unused for entry in row):
        return None
    count = len(right[0]) if right else 0
    found: Matrix = [[{} for _ in range(count)] for _ in range(width)]
    for at, across in pivots.items():
        found[across] = rows[at][width:]
    return found


def _pivot(
    workspace: Workspace, rows: Matrix, width: int, pivots: dict[int, int]
) -> tuple[int, int, Polynomial] | None:
    """The simplest unit in a row and a column without a pivot, and its inverse.

    Numbers come first, n - 1 and such last.
    """
    best: tuple[tuple[bool, int], int, int, Polynomial] | None = None
    for r, row in enumerate(rows):
        for c, entry in enumerate(row[:width]):
            if r in pivots or c in pivots.values() or workspace.is_zero(entry):
                continue
            inverse = workspace.inverse(entry)
            if inverse is None:
                continue
            cost = (len(inverse) > 1 or len(entry) > 1, sum(len(m.factors) for m in inverse))
            if best is None or cost < best[0]:
                best = (cost, r, c, inverse)
    return best and best[1:]


def _eliminate(
    workspace: Workspace, rows: Matrix, at: int, across: int, inverse: Polynomial
) -> None:
    """Make a pivot 1 by its inverse, and what stands in its column in other rows 0."""
    ring = workspace.ring
    rows[at] = [ring.multiply(inverse, entry) for entry in rows[at]]
    for k, row in enumerate(rows):
        if k != at and row[across]:
            scale = ring.scale(row[across], -1)
            rows[k] = [
                ring.add(entry, ring.multiply(scale, above))
                for entry, above in zip(row, rows[at], strict=True)
            ]


def transposed(matrix: Matrix) -> Matrix:
    """The matrix with rows for columns; what has no rows has no columns either."""
    return [list(column) for column in zip(*matrix, strict=True)]


def determinant(workspace: Workspace, matrix: Matrix) -> Polynomial:
    """The determinant, by expansion along the first row."""
    if not matrix:
        return {ONE: 1}
    ring = workspace.ring
    total: Polynomial = {}
    for k, entry in enumerate(matrix[0]):
        if entry:
            minor = [[*row[:k], *row[k + 1 :]] for row in matrix[1:]]
            product = ring.multiply(entry, determinant(workspace, minor))
            total = ring.add(total, ring.scale(product, (-1) ** k))
    return total
