"""Random entries meet what is known of their array."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from bnproof.checks.entries import SMALL_SPREAD, draw_entries, draw_permuted, permits
from bnproof.terms import Input, Parameter

H = Parameter("H", ("feature", "feature"), symmetric=True)
X = Input("x", ("sample", "feature", "pixel"))
SQUARE = list(product(range(3), repeat=2))


@pytest.mark.parametrize("sign", [None, "zero", "positive", "nonzero"])
@pytest.mark.parametrize("spread", [SMALL_SPREAD, 7])
def test_signs_and_symmetry_are_respected(sign: str | None, spread: int) -> None:
    entries = draw_entries(H, SQUARE, sign, Random(1), spread)
    assert all(permits(H, sign, value) for value in entries.values())
    assert all(entries[i, j] == entries[j, i] for i, j in SQUARE)
    assert all(abs(value) <= spread for value in entries.values())


def test_a_generic_point_has_no_zeros() -> None:
    for seed in range(20):
        assert all(draw_entries(H, SQUARE, None, Random(seed), SMALL_SPREAD + 1).values())


def test_eps_is_not_negative() -> None:
    eps = Parameter("eps", (), nonnegative=True)
    assert permits(eps, None, Fraction(0))
    assert not permits(eps, None, Fraction(-1))
    assert not permits(eps, "positive", Fraction(0))


def test_permuted_entries_are_the_same_along_one_index() -> None:
    grid = list(product(range(2), range(3), range(4)))
    axes = set()
    for seed in range(20):
        entries = draw_permuted(X, grid, Random(seed), 40)
        assert list(entries) == grid
        for axis in range(3):
            lines: dict[tuple[int, ...], list[Fraction]] = {}
            for position, value in entries.items():
                lines.setdefault(position[:axis] + position[axis + 1 :], []).append(value)
            if len({tuple(sorted(line)) for line in lines.values()}) == 1:
                axes.add(axis)
    assert axes == {0, 1, 2}
