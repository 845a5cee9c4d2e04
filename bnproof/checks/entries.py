"""Random entries of inputs and parameters."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import TypeAlias

from bnproof.checks.evaluator import Position
from bnproof.terms import Input, Parameter

SMALL_SPREAD = 2

Entries: TypeAlias = dict[Position, Fraction]


def permits(array: Input | Parameter, sign: str | None, value: Fraction) -> bool:
    """Whether an entry of an array may have this value under a hypothesis on its sign."""
    if value < 0 and isinstance(array, Parameter) and array.nonnegative:
        return False
    match sign:
        case "zero":
            return value == 0
        case "positive":
            return value > 0
        case "nonzero":
            return value != 0
    return True


def twin(array: Input | Parameter, position: Position) -> Position:
    """The position that has the same entry by symmetry; itself if there is none."""
    symmetric = isinstance(array, Parameter) and array.symmetric
    return position[::-1] if symmetric else position


def draw_entries(
    array: Input | Parameter,
    grid: Sequence[Position],
    sign: str | None,
    random: Random,
    spread: int,
) -> Entries:
    """Random integers up to `spread` that meet the hypothesis on their sign and the symmetry."""
    entries: Entries = {}
    for position in grid:
        mirrored = entries.get(twin(array, position))
        drawn = _draw_value(array, sign, random, spread) if mirrored is None else mirrored
        entries[position] = drawn
    return entries


def draw_permuted(array: Input, grid: Sequence[Position], random: Random, spread: int) -> Entries:
    """Random integers up to `spread`, those along one index always the same but for their order.

    So what averages over this index has the same mean and variance everywhere, and roots of expressions
    in their roots lie in a small field: numbers remain short.
    """
    axis = random.randrange(len(array.sorts))
    count = 1 + max(position[axis] for position in grid)
    drawn = [_draw_value(array, None, random, spread) for _ in range(count)]
    orders: dict[Position, list[Fraction]] = {}
    entries: Entries = {}
    for position in grid:
        line = position[:axis] + position[axis + 1 :]
        if line not in orders:
            orders[line] = random.sample(drawn, count)
        entries[position] = orders[line][position[axis]]
    return entries


def _draw_value(
    array: Input | Parameter, sign: str | None, random: Random, spread: int
) -> Fraction:
    """A random permitted entry; with a large spread none is 0, since a generic point has no zeros."""
    if sign == "zero":
        return Fraction(0)
    while True:
        value = Fraction(random.randint(-spread, spread))
        if permits(array, sign, value) and (value or spread <= SMALL_SPREAD):
            return value
