"""Coefficients in lowest terms, against school arithmetic."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bnproof.closed_forms.size_fractions import in_lowest_terms
from bnproof.kernel import Budget, Calculus, Monomial, Polynomial
from bnproof.kernel.theorems import DEFAULT_STEPS
from bnproof.language import parse_term
from bnproof.terms import Parameter, Theory

THEORY = Theory((Parameter("a", ()), Parameter("b", ("feature",))))


def normal_forms(*texts: str) -> tuple[list[Polynomial], Calculus]:
    calculus = Calculus(THEORY, (), Budget(DEFAULT_STEPS))
    return [calculus.normal_form(parse_term(text)) for text in texts], calculus


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n/(n-1) - 1/(n-1)", "1"),
        ("a*n^2/(n-1) - a/(n-1)", "a*n + a"),
        ("(n-1)/(n-1)", "1"),
        ("1/(n-1) - n/(n-1) + 1", "0"),
        ("a/(n-1) - a*n/(n-1) + a", "0"),
        ("a/n/(n-1) - a/(n-1)", "-a/n"),
        ("(n^2 - D^2)*a/(n - D)", "a*n + a*D"),
        ("a*n/(n-1)/(n-1) - a/(n-1)/(n-1)", "a/(n-1)"),
        ("1/(n-1) + 1/(n-2) + a/(n-1)", "(2*n - 3)/(n-1)/(n-2) + a/(n-1)"),
        ("b[d]/(n-1) - n*b[d]/(n-1)", "-b[d]"),
        ("a/(n-1) + n", "a/(n-1) + n"),
        ("a*n + 1/n", "a*n + 1/n"),
    ],
)
def test_common_factors_are_gone(text: str, expected: str) -> None:
    (given, wanted), calculus = normal_forms(text, expected)
    letters = calculus.size_polynomials.inverted
    found = in_lowest_terms(given, letters, THEORY.sizes())
    assert found == in_lowest_terms(wanted, letters, THEORY.sizes())
    assert sum(power for m in found for (name, _), power in m.factors if name in letters) <= sum(
        power for m in wanted for (name, _), power in m.factors if name in letters
    )


def test_what_has_no_denominator_is_left_as_it_is() -> None:
    plain: Polynomial = {Monomial(((("a", ()), 1),), ()): Fraction(1, 2)}
    assert in_lowest_terms(plain, {}, ("n", "D")) is plain
