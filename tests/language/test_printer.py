"""What is printed parses back to the same term."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bnproof.language import parse_term, print_claim, print_hypothesis, print_term
from bnproof.language.claims import parse_claim, parse_hypotheses
from bnproof.language.source import Source
from bnproof.terms import Add, Equation, Mul, Neg, Number, Sum, Term
from tests.strategies import terms


@settings(max_examples=1000)
@given(terms(depth=4))
def test_a_printed_term_parses_back(term: Term) -> None:
    assert parse_term(print_term(term)) == term


@given(terms(depth=2), terms(depth=2))
def test_a_printed_claim_parses_back(left: Term, right: Term) -> None:
    claim = Equation(left, right)
    assert parse_claim(Source("printed", print_claim(claim))).claim == claim


@given(st.integers(0, 10**40), st.integers(0, 40))
def test_a_decimal_is_printed_exactly(digits: int, places: int) -> None:
    term = Number(Fraction(digits, 10**places))
    assert parse_term(print_term(term)) == term


@pytest.mark.parametrize(
    "text",
    [
        "diff[x[j,d]] (y[k,d]*y[l,d])",
        "diff[x[j,e]] sum[i,d] g[d]*y[i,d]",
        "(sum[i] a*b) + h",
        "a*(sum[i] b)*h",
        "2*sum[i] b*h",
        "a*(b/h)",
        "a/b*h",
        "-1/s[d]*(1/n + y[j,d])",
        "a - (b - h)",
        "-(-a)",
        "(-a)^2",
        "(a^2)^3",
        "s[d]^(-1)",
        "sum[d,e : d != e] H[d,e]*rho[d,e]",
        "0.5*a + 1e-5",
    ],
)
def test_the_author_sees_the_term_as_it_was_written(text: str) -> None:
    assert print_term(parse_term(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "projector[j,k] delta[j,k] rank n",
        "projector[j,d; k,e] delta[j,k]*delta[d,e] rank n*D",
        "nullspace[j,k] delta[j,k] - 1/n = span[i]{1}",
        "nullspace[j,d; k,e] delta[j,k]*delta[d,e] - 1/(n*D) = span[i,d]{1, 0*y[i,d]}",
        "nullspace[j,i; k,l] delta[j,k]*delta[i,l] = span[i,j]{}",
    ],
)
def test_a_matrix_is_printed_as_it_was_written(text: str) -> None:
    claim = parse_claim(Source("t", text)).claim
    assert print_claim(claim) == text
    assert parse_claim(Source("t", print_claim(claim))).claim == claim


def test_rows_and_columns_of_one_index_are_printed_without_a_semicolon() -> None:
    claim = parse_claim(Source("t", "projector[j; k] 0")).claim
    assert print_claim(claim) == "projector[j,k] 0"


def test_brackets_that_a_reader_could_miss_are_shown() -> None:
    assert print_term(parse_term("sum[i] a*b + h")) == "(sum[i] a*b) + h"
    assert print_term(parse_term("b*diff[x[j,e]] a*h")) == "b*diff[x[j,e]] (a*h)"


def test_equal_subterms_are_bracketed_by_their_place() -> None:
    total = parse_term("sum[i] a")
    assert isinstance(total, Sum)
    assert print_term(Add((total, total))) == "(sum[i] a) + sum[i] a"
    assert print_term(Mul((total, Neg(total)))) == "(sum[i] a)*(-sum[i] a)"


@pytest.mark.parametrize("text", ["eps = 0", "t[d] > 0", "gamma[d] != 0", "n >= 3", "j != k"])
def test_hypotheses_are_printed_as_they_are_read(text: str) -> None:
    [hypothesis] = parse_hypotheses(Source("t", text))[0]
    assert print_hypothesis(hypothesis) == text
