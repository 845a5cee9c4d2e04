"""Exact numbers against SymPy, pencil and paper."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bnproof.checks.numbers import Exact, squarefree

ONE, TWO = Exact.rational(1), Exact.rational(2)
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
    inside, outside, unsplit = squarefree(value)
    assert (inside * outside**2, unsplit) == (value, 1)
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


def test_a_number_too_large_to_split_has_a_root_all_the_same() -> None:
    value = 12 * (10**20 + 39) * (10**20 + 129)
    assert squarefree(value) == (3, 2, value // 12)
    root = Exact.rational(value).sqrt()
    assert root * root == Exact.rational(value)
    assert root != Exact.rational(value + 1).sqrt()


def test_what_is_not_positive_has_no_root_and_zero_no_inverse() -> None:
    zero = (Exact.rational(3) + Exact.rational(8).sqrt()).sqrt() - ONE - TWO.sqrt()
    for nothing in (Exact.rational(0), zero):
        with pytest.raises(ZeroDivisionError):
            nothing.inverse()
    for outside in (Exact.rational(-1), Exact.rational(0), zero, ONE - TWO.sqrt()):
        with pytest.raises(ArithmeticError):
            outside.sqrt()


@given(surds(), positive)
def test_sums_of_roots_have_inverses(value: Exact, radicand: Fraction) -> None:
    value = value + Exact.rational(radicand).sqrt() * TWO.sqrt()
    assume(value.sign())
    inverse = value.inverse()
    assert (value * inverse).parts == {(0, 1): Fraction(1)}
    assert float(inverse) == pytest.approx(float(1 / in_sympy(value).evalf(50)))


@st.composite
def nested(draw: st.DrawFn) -> tuple[Exact, sympy.Expr]:
    """A sum of a rational and of roots in which other roots occur, and the same in SymPy."""
    total, same = Exact.rational(0), sympy.Integer(0)
    for _ in range(draw(st.integers(1, 3))):
        q, p, r = draw(rationals), draw(positive), draw(positive)
        inside = Exact.rational(p) + Exact.rational(r).sqrt()
        total = total + Exact.rational(q) * inside.sqrt()
        root = sympy.sqrt(sympy.Rational(p) + sympy.sqrt(sympy.Rational(r)))
        same += sympy.Rational(q) * root
    return total, same


@given(nested(), nested())
@settings(max_examples=50)
def test_nested_roots_calculate_as_in_sympy(
    left: tuple[Exact, sympy.Expr], right: tuple[Exact, sympy.Expr]
) -> None:
    for ours, theirs in (
        (left[0] + right[0], left[1] + right[1]),
        (left[0] * right[0] - left[0], left[1] * right[1] - left[1]),
    ):
        value = theirs.evalf(60)
        assert abs(float(ours) - float(value)) <= 1e-13 * (1 + abs(float(value)))
        if abs(value) > 1e-40:
            assert ours.sign() == sympy.sign(value)


@given(nested())
@settings(max_examples=30, deadline=None)
def test_inverses_and_roots_of_nested_roots(drawn: tuple[Exact, sympy.Expr]) -> None:
    value = drawn[0] + Exact.rational(7).sqrt()
    assume(value.sign())
    assert value * value.inverse() == ONE
    assume(value.sign() > 0)
    assert value.sqrt() * value.sqrt() == value


@given(positive, positive)
def test_a_root_of_a_square_is_the_number_itself(p: Fraction, r: Fraction) -> None:
    number = Exact.rational(p) + Exact.rational(r).sqrt()
    root = (number * number).sqrt()
    assert root == number
    assert not root - number
    assert (root - number).sign() == 0
    assert (root + number).sign() == 1
    assert (root + number).inverse() * root == Exact.rational(Fraction(1, 2))
    assert (root - number - Exact.rational(Fraction(1, 10**100))).sign() == -1


def test_three_levels_of_roots_that_vanish() -> None:
    inner = (Exact.rational(5) + TWO * Exact.rational(6).sqrt()).sqrt()  # sqrt(2) + sqrt(3)
    middle = (inner + ONE).sqrt()
    outer = (middle * middle * middle * middle).sqrt()
    assert outer == TWO.sqrt() + Exact.rational(3).sqrt() + ONE
    assert (outer - middle * middle).sign() == 0


def test_proportional_radicands_have_proportional_roots() -> None:
    number = ONE + TWO.sqrt()
    one, nine = number.sqrt(), (Exact.rational(Fraction(9, 4)) * number).sqrt()
    assert (one.inverse() * nine).parts == {(0, 1): Fraction(3, 2)}
    assert len((one - nine).parts) == 1


def test_derivatives_of_nested_roots() -> None:
    x = TWO.shifted(0)
    value = (ONE + x.sqrt()).sqrt()
    slope = sympy.diff(sympy.sqrt(1 + sympy.sqrt(sympy.Symbol("x"))), "x").subs("x", 2)
    assert float(value.derivative(0)) == pytest.approx(float(slope))
    assert value.derivative(0) * (ONE + TWO.sqrt()).sqrt() * TWO == x.sqrt().derivative(0)


def test_what_costs_too_much_can_be_stopped() -> None:
    class Stopped(Exception):
        pass

    def stopped(_left: Exact, _right: Exact) -> Exact:
        raise Stopped

    number = (ONE + TWO.sqrt()).sqrt()
    for costly in (
        lambda: number.multiplied(number, stopped),
        lambda: number.inverse(stopped),
        lambda: (number + TWO).shifted(0).sqrt(stopped),
        lambda: ((ONE + TWO * TWO.sqrt() + TWO).sqrt() - ONE - TWO.sqrt()).sign(stopped),
    ):
        with pytest.raises(Stopped):
            costly()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Exact.rational(0), "0"),
        (Exact.rational(Fraction(-1, 2)), "-1/2"),
        (Exact.rational(5).sqrt(), "sqrt(5)"),
        (-Exact.rational(5).sqrt(), "-sqrt(5)"),
        (Exact.rational(Fraction(4, 125)).sqrt(), "2*sqrt(5)/25"),
        (Exact.rational(1) - Exact.rational(2).sqrt(), "1 - sqrt(2)"),
        ((ONE + TWO.sqrt()).sqrt(), "sqrt(1 + sqrt(2))"),
        (ONE - (TWO - TWO.sqrt()).sqrt() * TWO.sqrt(), "1 - sqrt(2)*sqrt(2 - sqrt(2))"),
        ((Exact.rational(4) + Exact.rational(8).sqrt()).sqrt(), "sqrt(2)*sqrt(2 + sqrt(2))"),
    ],
)
def test_numbers_are_shown_as_people_write_them(value: Exact, text: str) -> None:
    assert str(value) == text
    assert float(value) == pytest.approx(float(sympy.sympify(text)))


def test_long_nested_roots_are_shown_by_their_first_decimals() -> None:
    roots = [(Exact.rational(k) + TWO.sqrt()).sqrt() for k in (2, 3, 5, 7)]
    total = roots[0] + roots[1] + roots[2] + roots[3]
    digits = sum(sympy.sqrt(k + sympy.sqrt(2)) for k in (2, 3, 5, 7)).evalf(30)
    assert str(total) == f"{str(digits)[:17]}..."
    tiny = total * Exact.rational(Fraction(1, 10**30))
    assert str(tiny) == f"{str(digits)[:17]}E-30..."


def test_a_value_that_nested_roots_hide_is_printed_as_what_it_is() -> None:
    number = Exact.rational
    two, three, five = (number(k).sqrt() for k in (2, 3, 5))
    hidden = (number(5) + number(2) * number(6).sqrt()).sqrt() - two - three
    hidden = hidden + (number(7) + number(2) * number(10).sqrt()).sqrt() - two - five
    assert str(hidden) == "0"
    assert str(hidden - number(1)) == "-1"
    assert str(hidden + number(Fraction(-203, 8))) == "-25.375"
    assert float(hidden) == 0.0


def test_a_value_too_large_for_a_float_is_infinite() -> None:
    assert float(Exact.rational(10**340)) == float("inf")
    assert float(Exact.rational(-(10**340))) == float("-inf")


def test_a_float_is_right_where_large_numbers_cancel() -> None:
    two = Exact.rational(2).sqrt()
    one = (Exact.rational(3) + Exact.rational(2) * two).sqrt() - two
    large = Exact.rational(2**1200)
    assert float(large * one - (large - Exact.rational(3))) == 3.0
