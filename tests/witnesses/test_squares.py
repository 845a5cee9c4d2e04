"""Sums of squares: every one equals its difference and is non-negative by its shape alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import prod

import pytest

from bnproof.kernel import Theorem, decide
from bnproof.language import parse_term
from bnproof.language.claims import parse_hypotheses
from bnproof.language.printer import print_term
from bnproof.language.source import Source
from bnproof.terms import (
    Add,
    AtLeast,
    Definition,
    Delta,
    Div,
    Entry,
    Equation,
    Hypothesis,
    Mean,
    Mul,
    Neg,
    Number,
    Parameter,
    Pow,
    Root,
    Sign,
    Sum,
    Term,
    TermError,
    Theory,
    children,
    subterms,
)
from bnproof.witnesses.squares import sum_of_squares
from tests.theories import batchnorm, centering, layernorm, scaling

PARAMETERS = (
    Parameter("G", ("sample", "feature")),
    Parameter("K", ("sample", "feature")),
    Parameter("a", ()),
    Parameter("b", ()),
    Parameter("c", ()),
    Parameter("t", ("feature",)),
)
BATCH = batchnorm().extended(PARAMETERS)
GRADIENT = "diff[x[j,d]] sum[i] G[i,d]*y[i,d]"


def assumed(assume: Sequence[str]) -> tuple[Hypothesis, ...]:
    return tuple(h for text in assume for h in parse_hypotheses(Source("test", text))[0])


def squares(difference: str, *assume: str, theory: Theory = BATCH) -> Term | None:
    return sum_of_squares(parse_term(difference), theory, assumed(assume))


def size_value(term: Term, size: int) -> Fraction | None:
    """The value of a polynomial where all sizes are the same, None for any other term."""
    match term:
        case Number(value):
            return Fraction(value)
        case Entry("n" | "D"):
            return Fraction(size)
    parts = [size_value(part, size) for part in children(term)]
    values = [value for value in parts if value is not None]
    if len(values) < len(parts) or not values:
        return None
    match term:
        case Neg():
            return -values[0]
        case Pow(_, exponent):
            return Fraction(values[0] ** exponent)
        case Add():
            return sum(values, Fraction(0))
        case Mul():
            return prod(values, start=Fraction(1))
    return None


def shows(term: Term, theory: Theory, hypotheses: Sequence[Hypothesis]) -> bool:
    """Whether a term is non-negative by its shape."""
    least = max([1, *(h.minimum for h in hypotheses if isinstance(h, AtLeast))])
    signs = {h.entry.name: h.sign for h in hypotheses if isinstance(h, Sign)}

    def shown(term: Term) -> bool:
        sizes = [size_value(term, n) for n in range(least, least + 9)]
        if all(value is not None and value >= 0 for value in sizes):
            return True
        match term:
            case Number() | Delta():
                return True
            case Entry(name):
                declared = theory.find(name)
                if isinstance(declared, Definition):
                    return shown(declared.body)
                signed = isinstance(declared, Parameter) and declared.nonnegative
                positive = signs.get(name) in ("zero", "positive")
                return isinstance(declared, Root) or signed or positive
            case Pow(base, exponent):
                return exponent % 2 == 0 or shown(base)
            case Add(parts):
                return all(map(shown, parts))
            case Mul(parts):
                return all(shown(p) or k % 2 == 0 for p, k in Counter(parts).items())
            case Div(numerator, denominator):
                return shown(numerator) and shown(denominator)
            case Sum(_, _, body) | Mean(_, body):
                return shown(body)
        return False

    return shown(term)


FOUND: list[tuple[str, list[str]]] = [
    (f"1/s[d]^2*(sum[i] G[i,d]^2) - sum[j] ({GRADIENT})^2", []),
    (f"sum[j] ({GRADIENT})^2", []),
    (f"sum[j,d] ({GRADIENT})^2", []),
    ("1 - kappa[d]", []),
    ("kappa[d]", []),
    ("n - sum[i] y[i,d]^2", []),
    ("var[d]", []),
    ("y[j,d]^2 + y[k,d]^2 - 2*y[j,d]*y[k,d]", []),
    ("(mean[i] x[i,d]^2) - mu[d]^2", []),
    ("n*(sum[i] G[i,d]^2) - (sum[i] G[i,d])^2", []),
    ("sum[d] (n*(sum[i] G[i,d]^2) - (sum[i] G[i,d])^2)", []),
    ("n - 1", []),
    ("(n - 1)/n", []),
    ("n^2 - 3*n + 2", ["n >= 2"]),
    ("n - 1 - y[j,d]^2", ["eps = 0"]),
    ("n - 1 - y[j,d]^2", []),
    ("1 - rho[d,e]^2", ["eps = 0"]),
    ("1 - rho[d,e]^2", []),
    ("(mean[i] y[i,d]^4) - 1", ["eps = 0"]),
    ("(mean[i] y[i,d]^4) - 1 - (mean[i] y[i,d]^3)^2", ["eps = 0"]),
    ("D - sum[d] kappa[d]", []),
    ("sum[i,k] (y[i,d] - y[k,d])^4", []),
    ("(sum[i] G[i,d]^2)*(sum[i] K[i,d]^2) - (sum[i] G[i,d]*K[i,d])^2", []),
    ("(sum[i] G[i,d]^2) - 1/n*(sum[i] G[i,d]*y[i,d])^2", []),
    ("sum[i] (G[i,d] - K[i,d])^2", []),
    ("sum[i] (G[i,d] - t[d])^2", []),
    ("a^2 + b^2 + c^2 - a*b - b*c - c*a", []),
    ("(n - 1)*(a - b)^2", []),
    ("eps*a^2 - 2*eps*a*b + eps*b^2", []),
    ("1/(n - 1)*(sum[i] (x[i,d] - mu[d])^2)", []),
    ("a", ["a > 0"]),
    ("a*y[j,d]^2", ["a > 0"]),
    ("delta[j,k]", []),
    ("0", []),
]


@pytest.mark.parametrize(("difference", "assume"), FOUND)
def test_what_is_found_equals_the_difference_and_is_non_negative_at_sight(
    difference: str, assume: list[str]
) -> None:
    found = squares(difference, *assume)
    assert found is not None
    hypotheses = assumed(assume)
    claim = Equation(parse_term(difference), found)
    assert isinstance(decide(claim, BATCH, hypotheses), Theorem)
    assert shows(found, BATCH, hypotheses)


@pytest.mark.parametrize(("difference", "assume"), FOUND)
def test_what_is_found_can_be_printed_and_read_again(difference: str, assume: list[str]) -> None:
    found = squares(difference, *assume)
    assert found is not None
    again = parse_term(print_term(found))
    assert isinstance(decide(Equation(found, again), BATCH, assumed(assume)), Theorem)


@pytest.mark.parametrize(
    ("difference", "theory"),
    [
        ("(mean[i] x[i,d]^2) - mu[d]^2", centering()),
        ("n - sum[i] y[i,d]^2", scaling()),
        ("1 - kappa[i]", layernorm()),
        ("D - sum[d] y[i,d]^2", layernorm()),
        ("D - 1 - y[i,d]^2", layernorm()),
    ],
)
def test_other_normalisers_have_their_own_squares(difference: str, theory: Theory) -> None:
    found = squares(difference, theory=theory)
    assert found is not None
    assert isinstance(decide(Equation(parse_term(difference), found), theory), Theorem)
    assert shows(found, theory, ())


FALSE: list[tuple[str, list[str]]] = [
    ("y[j,d]", []),
    ("1 - 2*kappa[d]", []),
    ("-1", []),
    ("n - 2", []),
    ("-y[j,d]^2", []),
    ("y[j,d]^2 - 1", []),
    ("n - 2 - y[j,d]^2", ["eps = 0"]),
    ("a^2 - 3*a*b + b^2", []),
    ("a", []),
    ("-a", ["a > 0"]),
    ("a", ["a != 0"]),
    ("mu[d]", []),
    ("n*(sum[i] G[i,d]^2) - 2*(sum[i] G[i,d])^2", []),
    ("(sum[i] G[i,d]^2) - (sum[i] G[i,d])^2", []),
    ("sum[i] y[i,d]^3", []),
    ("y[j,d]*y[k,d]", []),
    ("rho[d,e]", []),
    ("1/(n - 2)", []),
    ("(mean[i] y[i,d]^4) - 2", ["eps = 0"]),
    (f"sum[j] ({GRADIENT})^2 - 1/s[d]^2*(sum[i] G[i,d]^2)", []),
]


@pytest.mark.parametrize(("difference", "assume"), FALSE)
def test_what_is_negative_somewhere_has_no_squares(difference: str, assume: list[str]) -> None:
    assert squares(difference, *assume) is None


def test_a_variance_is_the_mean_of_its_squares() -> None:
    assert squares("1 - kappa[d]") == parse_term("1/n*sum[i] y[i,d]^2")


def test_the_spread_of_a_vector_is_centred() -> None:
    found = squares("n*(sum[i] G[i,d]^2) - (sum[i] G[i,d])^2")
    assert found == parse_term("n*sum[i] (G[i,d] - 1/n*(sum[j] G[j,d]))^2")


def test_a_search_without_end_is_given_up() -> None:
    assert squares("(a + b + c + t[d] + t[e] + y[j,d] + y[k,d])^12 - a") is None


def test_a_difference_with_an_undeclared_array_is_refused() -> None:
    with pytest.raises(TermError):
        squares("Q[i]^2")


def test_nothing_found_holds_a_derivative() -> None:
    found = squares(f"sum[j] ({GRADIENT})^2")
    assert found is not None
    assert {type(term) for term in subterms(found)} <= {
        Add,
        Div,
        Entry,
        Mul,
        Neg,
        Number,
        Pow,
        Sum,
    }
