"""What a verdict leaves open: what leaks, in closed form, and at which sizes."""

from __future__ import annotations

import pytest

import bnproof
from bnproof.blindness.api import blind
from bnproof.blindness.deciding import Cell
from bnproof.language import print_term


def cell_of(norm: str, term: str) -> Cell:
    return blind(norm, term).cell(term)


# Each from the catalogue, or the derivative of y by x done by hand.
LEAKS = [
    ("batch", "diagonal", "kappa[e]*h[e]*y[j,e]/s[e]"),
    ("unbiased", "diagonal", "kappa[e]*h[e]*y[j,e]/s[e]"),
    ("batch", "third-order", "w[e]/(2*s[e])*(y[j,e]^2 - 1 + kappa[e] - y[j,e]*mean[i] y[i,e]^3)"),
    ("layer", "isotropic", "kappa[j]*h*y[j,e]/s[j]"),
    ("layer", "first-order", "1/s[j]*(g[e] - (mean[d] g[d]) - y[j,e]*mean[d] g[d]*y[j,d])"),
    ("rms", "first-order", "1/s[j]*(g[e] - y[j,e]*mean[d] g[d]*y[j,d])"),
    ("center", "diagonal", "h[e]*y[j,e]"),
    ("evaluation", "first-order", "g[e]/s[e]"),
    ("evaluation", "isotropic", "h*y[j,e]/s[e]"),
    ("frozen", "third-order", "w[e]*y[j,e]^2/(2*s[e])"),
    ("images", "diagonal", "kappa[e]*h[e]*y[j,e,q]/s[e]"),
]


@pytest.mark.parametrize(("norm", "term", "expected"), LEAKS)
def test_the_leak_is_what_pencil_finds(norm: str, term: str, expected: str) -> None:
    leak = cell_of(norm, term).leak
    assert leak is not None
    assert leak.theorem is not None
    assert bnproof.prove(f"{print_term(leak.closed_form)} = {expected}", norm).proved


def test_the_leak_of_a_diagonal_term_is_printed_as_the_paper_would() -> None:
    leak = cell_of("batch", "diagonal").leak
    assert leak is not None
    assert print_term(leak.closed_form) == "kappa[e]*h[e]*y[j,e]/s[e]"


def test_the_gradient_of_the_off_diagonal_term_is_that_of_the_corollary() -> None:
    leak = cell_of("batch", "off-diagonal").leak
    assert leak is not None
    expected = "1/s[f]*sum[e : e != f] H[f,e]*(y[j,e] - rho[f,e]*y[j,f])"
    claim = f"{print_term(leak.closed_form)} = {expected}"
    assert bnproof.prove(claim, assume="eps = 0").proved


def test_what_is_blocked_leaks_nothing() -> None:
    assert cell_of("batch", "first-order").leak is None
    assert cell_of("batch", "first-order").survey is None


@pytest.mark.parametrize(
    ("term", "always", "at_zero"),
    [
        ("diagonal", [{"n": 1}], []),
        ("off-diagonal", [{"D": 1}, {"n": 1}], [{"n": 2}]),
        ("third-order", [{"n": 2}, {"n": 1}], []),
        ("pairwise4", [{"n": 1}], [{"n": 2}, {"n": 3}]),
        ("squared", [{"n": 1}], [{"n": 2}]),
    ],
)
def test_sizes_that_block_by_accident_are_those_of_the_catalogue(
    term: str, always: list[dict[str, int]], at_zero: list[dict[str, int]]
) -> None:
    survey = cell_of("batch", term).survey
    assert survey is not None
    assert sorted(map(str, survey.equal)) == sorted(map(str, always))
    assert sorted(map(str, survey.only_there)) == sorted(map(str, at_zero))
    assert not survey.separation.open


def test_images_block_by_accident_where_samples_and_pixels_are_few() -> None:
    survey = cell_of("images", "third-order").survey
    assert survey is not None
    assert {"n": 1, "P": 2} in survey.equal
    assert {"n": 2, "P": 1} in survey.equal
    assert {"n": 1, "D": 1, "P": 3} in survey.smallest


def test_an_answer_says_all_of_this_in_words() -> None:
    text = str(blind("batch", ["diagonal", "off-diagonal"]))
    assert "BLOCKED AT eps = 0, for every n >= 2, D >= 1" in text
    assert "    diff[x[j,e]] L = kappa[e]*h[e]*y[j,e]/s[e]" in text.splitlines()
    assert "NOT BLOCKED, not even at eps = 0" in text
    assert "  blocked by accident at n = 2, if eps = 0 (proved)" in text.splitlines()
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("norm", ["batch", "images", "layer", "frozen", "group"])
def test_details_are_readable_at_80_columns(norm: str) -> None:
    assert max(map(len, str(blind(norm)).splitlines())) <= 80
