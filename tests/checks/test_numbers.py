"""Exact numbers against SymPy, pencil and paper."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from bnproof.checks.numbers import Exact, WorkExhausted, squarefree

rationals = st.fractions(min_value=-20, max_value=20, max_denominator=12)
positive = st.fractions(min_value=Fraction(1, 12), max_value=20, max_denominator=12)


@st.composite
def surds(draw: st.DrawFn) -> Exact:
    """A sum of up to three square roots."""
    total = Exact.rational(draw(rationals))
    for _ in range(draw(st.integers(0, 2))):
        total = total + Exact.rational(draw(rationals)) * Exact.rational(draw(positive)).sqrt()
    return total


def in_sympy(value: Exact) -> sympy.Expr:
    return sympy.Add(*(sympy.Rational(q) * sympy.sqrt(m) for (_, m), q in value.parts.items()))


@given(st.integers(1, 10**7))
def test_squarefree_parts_are_those_of_sympy(value: int) -> None:
    inside, outside = squarefree(value)
    assert inside * outside**2 == value
    assert all(power == 1 for power in sympy.factorint(inside).values())


@given(surds(), surds())
def test_sums_and_products_are_those_of_sympy(left: Exact, right: Exact) -> None:
    assert sympy.expand(in_sympy(left + right) - in_sympy(left) - in_sympy(right)) == 0
    assert sympy.expand(in_sympy(left * right) - in_sympy(left) * in_sympy(right)) == 0


@given(positive, positive)
def test_roots_multiply(left: Fraction, right: Fraction) -> None:
    product = Exact.rational(left).sqrt() * Exact.rational(right).sqrt()
    assert product == Exact.rational(left * right).sqrt()


@given(positive, rationals)
def test_inverses(radicand: Fraction, slope: Fraction) -> None:
    value = Exact.rational(radicand).sqrt() + Exact.rational(slope) * Exact({(1, 1): Fraction(1)})
    assert value * value.inverse() == Exact.rational(1)


def power(base: Exact, exponent: int) -> Exact:
    result = Exact.rational(1)
    for _ in range(exponent):
        result = result * base
    return result


@given(positive, st.integers(0, 5))
def test_derivatives_of_powers_and_roots(at: Fraction, exponent: int) -> None:
    x = Exact.rational(at).shifted(0)
    slope = exponent * at ** (exponent - 1) if exponent else 0
    assert power(x, exponent).derivative(0) == Exact.rational(slope)
    slope = Fraction(-exponent) / at ** (exponent + 1)
    assert power(x.inverse(), exponent).derivative(0) == Exact.rational(slope)
    assert x.sqrt().derivative(0) * Exact.rational(at).sqrt() == Exact.rational(Fraction(1, 2))


@given(positive)
def test_second_and_third_derivatives_of_a_root(at: Fraction) -> None:
    x = Exact.rational(at).shifted(0).shifted(1).shifted(2).sqrt()
    root = Exact.rational(at).sqrt()
    second = x.derivative(1).derivative(0)
    assert Exact({p: q for p, q in second.parts.items() if not p[0]}) * power(
        root, 3
    ) == Exact.rational(Fraction(-1, 4))
    third = x.derivative(2).derivative(1).derivative(0)
    assert third * power(root, 5) == Exact.rational(Fraction(3, 8))


def test_an_infinitesimal_squares_to_zero() -> None:
    tiny = Exact({(1, 1): Fraction(1)})
    assert not tiny * tiny


def test_a_number_too_large_to_split_ends_the_evaluation() -> None:
    with pytest.raises(WorkExhausted):
        squarefree((10**20 + 39) * (10**20 + 129))


def test_what_has_no_single_inverse_is_refused() -> None:
    with pytest.raises(ZeroDivisionError):
        Exact.rational(0).inverse()
    with pytest.raises(ArithmeticError):
        (Exact.rational(1) + Exact.rational(2).sqrt()).inverse()
    for outside in (Exact.rational(-1), Exact.rational(0), Exact.rational(2).sqrt()):
        with pytest.raises(ArithmeticError):
            outside.sqrt()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Exact.rational(0), "0"),
        (Exact.rational(Fraction(-1, 2)), "-1/2"),
        (Exact.rational(5).sqrt(), "sqrt(5)"),
        (-Exact.rational(5).sqrt(), "-sqrt(5)"),
        (Exact.rational(Fraction(4, 125)).sqrt(), "2*sqrt(5)/25"),
        (Exact.rational(1) - Exact.rational(2).sqrt(), "1 - sqrt(2)"),
    ],
)
def test_numbers_are_shown_as_people_write_them(value: Exact, text: str) -> None:
    assert str(value) == text
    assert float(value) == pytest.approx(float(sympy.sympify(text)))
