"""Unicode for formulas: it reads back, and it can be taken back."""

from __future__ import annotations

import pytest
from hypothesis import given

from bnproof.language import parse_term, print_term
from bnproof.render.notation import plain, pretty
from bnproof.terms import Term
from tests.strategies import terms


@given(terms())
def test_a_pretty_term_reads_back_as_the_same_term(term: Term) -> None:
    text = print_term(term)
    assert parse_term(pretty(text)) == parse_term(text) == term
    assert plain(pretty(text)) == text


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
