"""Indices of terms: free, bound, and replaced without capture."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bnproof.language import parse_term, print_term
from bnproof.terms import (
    Add,
    Blocked,
    Entry,
    Equation,
    Index,
    Mean,
    Mul,
    Number,
    Pow,
    Sum,
    TermError,
    Theory,
    as_equations,
    children,
    free_in_claim,
    free_indices,
    number,
    rebuild,
    rename_arrays,
    substitute,
)
from tests.strategies import FREE, evaluate, points, terms
from tests.theories import batchnorm

I, J, K = (Index(name, "sample") for name in "ijk")  # noqa: E741
D, E = (Index(name, "feature") for name in "de")


def test_free_indices_come_in_the_order_of_the_text() -> None:
    assert free_indices(parse_term("sum[i : i != k] G[i,d]*diff[x[j,e]] y[i,d]")) == (K, D, J, E)


def test_an_index_may_be_bound_here_and_free_there() -> None:
    assert free_indices(parse_term("y[i,d]*sum[i] y[i,d]")) == (I, D)


def test_substitution_renames_a_binder_that_would_capture() -> None:
    term = substitute(parse_term("sum[i : i != j] A[i,j]"), {J: I})
    assert print_term(term) == "sum[i1 : i1 != i] A[i1,i]"


def test_substitution_sees_the_indices_of_conditions() -> None:
    term = substitute(parse_term("sum[i : i != i1] x[j,d]*w[i]"), {J: I})
    assert print_term(term) == "sum[i2 : i2 != i1] x[i,d]*w[i2]"


def test_substitution_renames_the_binder_of_a_mean() -> None:
    assert print_term(substitute(parse_term("mean[i] A[i,j]"), {J: I})) == "mean[i1] A[i1,i]"


def test_substitution_reaches_the_variable_of_a_derivative() -> None:
    term = substitute(parse_term("diff[x[j,e]] y[k,d]"), {J: K, K: J})
    assert print_term(term) == "diff[x[k,e]] y[j,d]"


def test_substitution_leaves_bound_indices_alone() -> None:
    term = parse_term("sum[i] y[i,d]")
    assert substitute(term, {I: J}) == term


@settings(max_examples=200)
@given(st.data())
def test_substitution_is_evaluation_under_the_replaced_assignment(data: st.DataObject) -> None:
    term = data.draw(terms(depth=2))
    mapping = {index: data.draw(st.sampled_from(_like(index))) for index in FREE}
    point, at = data.draw(points(term))
    at = {**dict.fromkeys(FREE, 0), **at}
    moved = {index: at[mapping[index]] for index in FREE}
    assert evaluate(substitute(term, mapping), point, at) == evaluate(term, point, moved)


def _like(index: Index) -> list[Index]:
    return [other for other in FREE if other.sort == index.sort]


@given(terms(depth=3))
def test_rebuilding_a_term_from_its_children_gives_the_term(term: object) -> None:
    assert rebuild(term, children(term)) == term  # type: ignore[arg-type]


def test_arrays_are_renamed_under_derivatives_too() -> None:
    renamed = rename_arrays(parse_term("diff[x[j,e]] (x[i,d] + x)"), {"x": "w"})
    assert print_term(renamed) == "diff[w[j,e]] (w[i,d] + w)"


def test_blocked_takes_indices_that_the_loss_does_not_have() -> None:
    [equation] = as_equations(Blocked(parse_term("y[j,e]*y[k,f]")), batchnorm())
    assert equation == Equation(parse_term("diff[x[l,d]] (y[j,e]*y[k,f])"), parse_term("0"))


def test_a_claim_quantifies_the_free_indices_of_both_sides() -> None:
    assert free_in_claim(Equation(parse_term("y[j,d]"), parse_term("y[k,d]"))) == (J, D, K)


@pytest.mark.parametrize("value", [Fraction(-1), Fraction(1, 3), Fraction(1, 6)])
def test_numbers_are_non_negative_decimals(value: Fraction) -> None:
    with pytest.raises(TermError):
        Number(value)
    assert print_term(number(value)).lstrip("-") == str(abs(value))


def test_blocked_takes_indices_that_are_no_arrays_of_the_loss() -> None:
    [equation] = as_equations(Blocked(parse_term("j*y[i,e]")), batchnorm())
    assert print_term(equation.left) == "diff[x[k,f]] (j*y[i,e])"


def test_nodes_that_are_built_wrongly_are_refused() -> None:
    for build in (
        lambda: Add(()),
        lambda: Mul([Entry("a")]),  # type: ignore[arg-type]
        lambda: Entry("x", [I]),  # type: ignore[arg-type]
        lambda: Pow(Entry("a"), Fraction(1, 2)),  # type: ignore[arg-type]
        lambda: Sum((), (), Entry("a")),
        lambda: Mean((), Entry("a")),
        lambda: Theory([]),  # type: ignore[arg-type]
    ):
        with pytest.raises(TermError):
            build()


def test_terms_are_immutable() -> None:
    with pytest.raises(AttributeError):
        Entry("x").name = "y"  # type: ignore[misc]
