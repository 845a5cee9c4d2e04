"""Each rule of the normal form against exact evaluation, at sizes where indices collide."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bnproof.checks.evaluator import Point
from bnproof.kernel import Budget, Calculus, Theorem, decide
from bnproof.readback import to_term
from bnproof.terms import (
    Add,
    Delta,
    Diff,
    Div,
    Entry,
    Equation,
    Index,
    Mul,
    Number,
    Pow,
    Sum,
    Term,
    Unequal,
    number,
    substitute,
)
from tests.strategies import FREE, THEORY, entries, evaluate, points, terms, units

J, K, D, E = FREE
I = Index("i", "sample")  # noqa: E741
C = Index("c", "feature")
N, WIDTH, EPS = Entry("n"), Entry("D"), Entry("eps")
MU, S = Entry("mu", (D,)), Entry("s", (D,))


def x(sample: Index, feature: Index) -> Entry:
    return Entry("x", (sample, feature))


def holds(data: st.DataObject, left: Term, right: Term) -> None:
    """Both the kernel and the exact evaluator, at a random point, say that the sides are equal."""
    point, at = data.draw(points(Add((left, right))))
    assert evaluate(left, point, at) == evaluate(right, point, at)
    assert isinstance(decide(Equation(left, right), THEORY), Theorem)


@settings(max_examples=400)
@given(st.data())
def test_the_normal_form_of_a_term_evaluates_as_the_term(data: st.DataObject) -> None:
    term = data.draw(terms(depth=2))
    calculus = Calculus(THEORY, (), Budget(10**6))
    normal = to_term(calculus.normal_form(term), calculus.size_polynomials.inverted)
    point, at = data.draw(points(Add((term, normal))))
    assert evaluate(term, point, at) == evaluate(normal, point, at)


@settings(max_examples=60)
@given(st.data())
def test_rule_1_products_distribute_and_bound_indices_are_renamed_apart(
    data: st.DataObject,
) -> None:
    left, right = data.draw(terms(1, (*FREE, I))), data.draw(terms(1, (*FREE, I)))
    other = Index("l", "sample")
    product = Mul((Sum((I,), (), left), Sum((I,), (), right)))
    apart = Sum((I, other), (), Mul((left, substitute(right, {I: other}))))
    holds(data, product, apart)


@settings(max_examples=60)
@given(st.data())
def test_rule_1_sums_are_linear(data: st.DataObject) -> None:
    left, right = data.draw(terms(1, (*FREE, I))), data.draw(terms(1, (*FREE, I)))
    scaled = Mul((number(Fraction(3, 2)), left))
    parts = Add((Mul((number(Fraction(3, 2)), Sum((I,), (), left))), Sum((I,), (), right)))
    holds(data, Sum((I,), (), Add((scaled, right))), parts)


@settings(max_examples=60)
@given(st.data())
def test_rule_2_a_delta_with_a_bound_index_contracts_it(data: st.DataObject) -> None:
    body = data.draw(terms(1, (*FREE, I)))
    holds(data, Sum((I,), (), Mul((Delta(I, J), body))), substitute(body, {I: J}))


@settings(max_examples=60)
@given(st.data())
def test_rule_2_free_indices_that_a_delta_identifies_are_interchangeable(
    data: st.DataObject,
) -> None:
    body = data.draw(terms(1))
    delta = Delta(J, K)
    holds(data, Mul((delta, body)), Mul((delta, substitute(body, {K: J}))))


@given(st.data())
def test_rule_2_deltas_chain_and_are_idempotent(data: st.DataObject) -> None:
    other = Index("l", "sample")
    chained = Mul((Delta(J, K), Delta(K, other), x(other, D)))
    holds(data, chained, Mul((Delta(J, other), Delta(J, K), Delta(J, K), x(J, D))))


@settings(max_examples=60)
@given(st.data())
def test_rule_2_a_condition_leaves_out_the_coincidence(data: st.DataObject) -> None:
    body = data.draw(terms(1, (*FREE, I)))
    without = Sum((I,), (Unequal(I, J),), body)
    holds(data, Add((without, substitute(body, {I: J}))), Sum((I,), (), body))


@settings(max_examples=60)
@given(st.data())
def test_rule_3_an_index_that_nothing_carries_counts(data: st.DataObject) -> None:
    body = data.draw(terms(1))
    holds(data, Sum((I, C), (), body), Mul((N, WIDTH, body)))


@given(st.data())
def test_rule_3_applies_to_an_index_that_cancellation_leaves_empty(data: st.DataObject) -> None:
    root = Entry("s", (C,))
    holds(data, Sum((C,), (), Mul((root, Pow(root, -1)))), WIDTH)


@given(st.data())
def test_rule_4_the_first_power_sum_is_the_mean(data: st.DataObject) -> None:
    weight = data.draw(entries((D, E, J, K)))
    holds(data, Sum((I,), (), Mul((weight, x(I, D)))), Mul((weight, N, MU)))


@given(st.data())
def test_rule_4_the_second_power_sum_is_the_root_and_the_mean(data: st.DataObject) -> None:
    squares = Add((Pow(S, 2), Mul((Number(Fraction(-1) * -1), Pow(MU, 2)))))
    holds(data, Sum((I,), (), Pow(x(I, D), 2)), Add((Mul((N, squares)), Mul((_minus(N), EPS)))))


def _minus(term: Term) -> Term:
    return Mul((number(-1), term))


@given(st.data())
def test_rule_4_fires_when_features_coincide(data: st.DataObject) -> None:
    mixed = Sum((I, C), (), Mul((Delta(C, D), x(I, C), x(I, D))))
    holds(data, mixed, Sum((I,), (), Pow(x(I, D), 2)))


def test_rule_4_does_not_fire_when_another_factor_carries_the_index() -> None:
    weighted = Sum((I,), (), Mul((Entry("G", (I, D)), x(I, D))))
    separate = Mul((Sum((I,), (), Entry("G", (I, D))), MU))
    assert not isinstance(decide(Equation(weighted, separate), THEORY), Theorem)


@settings(max_examples=60)
@given(st.data())
def test_rule_5_derivatives_are_those_of_exact_infinitesimals(data: st.DataObject) -> None:
    body = data.draw(terms(1))
    variable = data.draw(entries(FREE, ("x", "G", "gamma", "u", "eps")))
    calculus = Calculus(THEORY, (), Budget(10**6))
    normal = to_term(calculus.normal_form(Diff(variable, body)), {})
    point, at = data.draw(points(Add((Diff(variable, body), normal))))
    assert evaluate(Diff(variable, body), point, at) == evaluate(normal, point, at)


@given(st.data())
def test_rule_5_a_root_varies_as_its_radicand(data: st.DataObject) -> None:
    centered = Add((x(J, D), _minus(MU)))
    expected = Div(Mul((Delta(D, E), centered)), Mul((N, S)))
    holds(data, Diff(x(J, E), S), expected)


@settings(max_examples=60)
@given(st.data())
def test_division_by_a_unit_is_undone_by_multiplication(data: st.DataObject) -> None:
    body, unit = data.draw(terms(1)), data.draw(units(FREE))
    holds(data, Mul((Div(body, unit), unit)), body)


@pytest.mark.parametrize("power", [1, 2, 3])
@given(st.data())
def test_division_by_a_polynomial_in_the_sizes(power: int, data: st.DataObject) -> None:
    base = Add((N, WIDTH, number(1)))
    holds(data, Mul((Pow(base, power), Pow(base, -power))), number(1))


def test_a_definition_is_unfolded_without_capture() -> None:
    # mu[d] = mean[i] x[i,d] inside a sum over i must not see that i.
    inside = Sum((I,), (), Mul((x(I, D), MU)))
    point = Point(
        {"n": 2, "D": 1},
        {"x": {(0, 0): Fraction(1), (1, 0): Fraction(3)}, "eps": {(): Fraction(1)}},
    )
    assert evaluate(inside, point, {D: 0}).parts == {(0, 1): Fraction(8)}
    expected = Mul((N, Pow(MU, 2)))
    assert isinstance(decide(Equation(inside, expected), THEORY), Theorem)
