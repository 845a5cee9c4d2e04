"""Unicode for formulas: it reads back as the same term."""

from __future__ import annotations

import pytest
from hypothesis import given

from bnproof.language import parse_term, print_term
from bnproof.render.notation import pretty
from bnproof.render.text import aligned_steps, broken
from bnproof.terms import Term
from tests.strategies import terms


@given(terms())
def test_a_pretty_term_reads_back_as_the_same_term(term: Term) -> None:
    text = print_term(term)
    assert parse_term(pretty(text)) == parse_term(text) == term


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("diff[x[j,e]] (mu[d]*gamma[d])", "∂[x[j,e]] (μ[d]·γ[d])"),
        ("sum[i : i != j] -delta[i,j]", "Σ[i : i ≠ j] −δ[i,j]"),
        ("ln.mu[i] - mux[i]", "ln.mu[i] − mux[i]"),
        ("eps >= 0", "ε ≥ 0"),
    ],
)
def test_words_become_letters(text: str, shown: str) -> None:
    assert pretty(text) == shown


def test_long_formulas_are_broken_in_front_of_signs_outside_of_brackets() -> None:
    text = f"a[i] + {'b' * 60} - ({'c' * 20} + {'d' * 40}) + e[j]"
    assert broken(text) == [
        f"a[i] + {'b' * 60}",
        f"    - ({'c' * 20} + {'d' * 40}) + e[j]",
    ]
    assert broken("short + text") == ["short + text"]
    assert broken("x" * 200) == ["x" * 200]


def test_hints_stand_in_a_column_or_on_a_line_of_their_own() -> None:
    assert aligned_steps([("= a", "by x"), ("= bbb", "by y"), ("= c", "")]) == [
        "= a    by x",
        "= bbb  by y",
        "= c",
    ]
    assert aligned_steps([("= " + "a" * 70, "by x"), ("= b", "by y")]) == [
        "= " + "a" * 70,
        " " * 62 + "by x",
        "= b" + " " * 59 + "by y",
    ]
