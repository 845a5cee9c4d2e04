"""The table of normalisers and Taylor terms, against the catalogue and pencil."""

from __future__ import annotations

import pytest

import bnproof
from bnproof.blindness.api import Blindness, blind
from bnproof.blindness.deciding import Cell
from bnproof.language import print_term

TERMS = ("first-order", "constant", "diagonal", "isotropic", "off-diagonal", "third-order")

# Centering blocks what is linear with one coefficient along what is averaged; dividing by the root mean
# square blocks what is quadratic likewise, at eps = 0.
BATCH = ("every eps", "every eps", "eps = 0", "eps = 0", "no", "no")
OVER_FEATURES = ("no", "every eps", "no", "eps = 0", "no", "no")
NOTHING = ("no",) * 6
TABLE = {
    "batch": BATCH,
    "images": BATCH,
    "unbiased": BATCH,
    "ghost": BATCH,
    "layer": OVER_FEATURES,
    "rms": ("no", "no", "no", "eps = 0", "no", "no"),
    "instance": BATCH,
    "group": OVER_FEATURES,
    "center": ("always", "always", "no", "no", "no", "no"),
    "scale": ("no", "no", "eps = 0", "eps = 0", "no", "no"),
    "evaluation": NOTHING,
    "frozen": NOTHING,
}


@pytest.fixture(scope="module")
def table() -> Blindness:
    return blind("all")


def cells_of(found: Blindness, norm: str) -> list[Cell]:
    [row] = [row for row in found.rows if row.norm.short == norm]
    return [cell for cell in row.cells if isinstance(cell, Cell)]


def test_the_table_has_the_normalisers_in_order(table: Blindness) -> None:
    assert tuple(row.norm.short for row in table.rows) == tuple(TABLE)
    assert table.headings == TERMS
    assert table.decided


@pytest.mark.parametrize("norm", TABLE)
def test_each_row_is_what_pencil_says(table: Blindness, norm: str) -> None:
    assert tuple(cell.verdict for cell in cells_of(table, norm)) == TABLE[norm]


def test_what_is_blocked_has_a_theorem_and_what_is_not_an_exact_point(table: Blindness) -> None:
    for norm in TABLE:
        for cell in cells_of(table, norm):
            blocked = cell.proof is not None and cell.proof.theorem is not None
            assert blocked == (cell.verdict != "no")
            assert (cell.counterexample is not None) == (cell.verdict in ("no", "eps = 0"))
            found = cell.counterexample
            assert found is None or found.left != found.right


def test_the_point_of_a_term_that_is_never_blocked_is_at_eps_0(table: Blindness) -> None:
    for norm in TABLE:
        for cell in cells_of(table, norm):
            if cell.counterexample and "eps" in cell.counterexample.point.arrays:
                [eps] = cell.counterexample.point.arrays["eps"].values()
                assert (eps == 0) == (cell.verdict == "no")


@pytest.mark.parametrize("norm", ["batch", "images", "layer", "group", "scale"])
def test_prove_says_the_same(table: Blindness, norm: str) -> None:
    for cell in cells_of(table, norm):
        claim = f"blocked {print_term(cell.subject.term)}"
        assert bnproof.prove(claim, norm).proved == cell.blocked
        if cell.verdict == "eps = 0":
            assert bnproof.prove(claim, norm, "eps = 0").proved


def test_the_smallest_sizes_are_those_of_the_catalogue(table: Blindness) -> None:
    sizes = {
        (norm, cell.subject.key): cell.counterexample.point.sizes
        for norm in TABLE
        for cell in cells_of(table, norm)
        if cell.counterexample
    }
    assert sizes["batch", "off-diagonal"] == {"n": 3, "D": 2}
    assert sizes["batch", "third-order"] == {"n": 3, "D": 1}
    assert sizes["layer", "first-order"] == {"n": 1, "D": 3}
    assert sizes["instance", "third-order"] == {"n": 1, "D": 1, "P": 3}


def test_the_table_is_readable_at_80_columns(table: Blindness) -> None:
    lines = str(table).splitlines()
    assert max(map(len, lines)) <= 80
    assert all(line.isascii() for line in lines)
    shown = {line.split()[0]: line for line in lines if line}
    for norm, verdicts in TABLE.items():
        assert [verdict for verdict in verdicts if verdict not in shown[norm]] == []


def test_what_a_theorem_leaves_out_stands_below_the_table(table: Blindness) -> None:
    assert "unbiased: for n >= 2" in str(table).splitlines()
    assert not any(line.startswith("batch: for") for line in str(table).splitlines())


@pytest.mark.parametrize(
    ("norm", "averaged"),
    [("layer", "g[i]"), ("instance", "g[i,d]"), ("group", "g[i,a]"), ("ghost", "g[a,d]")],
)
def test_a_coefficient_that_is_constant_along_the_averaged_indices_is_blocked(
    norm: str, averaged: str
) -> None:
    found = blind(norm, ["averaged-first-order", "averaged-diagonal"])
    first, second = cells_of(found, norm)
    assert averaged in print_term(first.subject.term)
    assert (first.verdict, second.verdict) == ("every eps", "eps = 0")


def test_details_have_the_averaged_terms_where_they_are_others() -> None:
    keys = {
        norm: [c.subject.key for c in cells_of(blind(norm), norm)] for norm in ("batch", "layer")
    }
    assert keys["batch"] == list(TERMS)
    assert keys["layer"] == [*TERMS, "averaged-first-order", "averaged-diagonal"]
