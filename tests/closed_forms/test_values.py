"""Closed forms with numbers put in; the expected numbers are those of pencil and paper."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bnproof.checks.evaluator import Evaluator, Point, Work
from bnproof.closed_forms.values import with_values
from bnproof.language import Source, read_statement
from bnproof.terms import BnproofError, Diff, Entry, Parameter, Term, free_indices, subterms
from tests.strategies import THEORY, terms
from tests.theories import theory_of

LEAK = "kappa[e]*h[e]*y[j,e]/s[e]"


def put_in(term: str, norm: str = "batch", **values: str) -> str:
    statement = read_statement(Source("term", f"0 = {term}"), theory_of(norm))
    numbers = {name: Fraction(value) for name, value in values.items()}
    return with_values(statement.claim.right, statement.theory, numbers)  # type: ignore[union-attr]


def test_roots_and_definitions_follow_from_var_and_eps() -> None:
    assert put_in(LEAK, eps="1", var="3") == "0.125*h[e]*y[j,e]"  # s = 2, kappa = 1/4


def test_a_root_that_is_irrational_has_six_digits() -> None:
    assert put_in(LEAK, eps="1e-5", var="0.01") == "0.00998502*h[e]*y[j,e]"


def test_a_name_stands_for_every_entry() -> None:
    assert put_in(LEAK, eps="1", var="3", h="16") == "2*y[j,e]"


def test_what_is_known_altogether_is_a_number() -> None:
    assert put_in(LEAK, eps="1", var="3", h="16", y="-1/4") == "-0.5"


def test_without_values_nothing_changes() -> None:
    assert put_in(LEAK) == LEAK


def test_what_follows_from_half_of_what_it_needs_keeps_its_name() -> None:
    assert put_in(LEAK, eps="1") == LEAK


def test_a_root_may_be_given() -> None:
    assert put_in(LEAK, eps="1", s="2") == "0.125*h[e]*y[j,e]"


def test_a_definition_may_be_given() -> None:
    assert put_in(LEAK, kappa="0.5") == "0.5*h[e]*y[j,e]/s[e]"


def test_eps_zero_makes_a_leak_vanish() -> None:
    assert put_in(LEAK, eps="0") == "0"


def test_a_sum_over_an_index_that_nothing_carries_counts_its_values() -> None:
    assert put_in("sum[i,d] h[d]", n="3", h="2") == "6*D"
    assert put_in("sum[i,d] h[d]", n="3", h="2", D="4") == "24"
    assert put_in("sum[i,d] h[d]", n="3") == "3*sum[d] h[d]"


def test_a_sum_under_a_condition_keeps_its_index() -> None:
    assert put_in("sum[d,e : d != e] h[d]", h="2") == "2*sum[d,e : d != e] 1"


def test_a_mean_of_equal_entries_is_one_of_them() -> None:
    assert put_in("mean[i] G[i,e]", G="3") == "3"
    assert put_in("mean[i] G[i,e]*y[i,e]", G="3") == "3*mean[i] y[i,e]"


def test_numbers_in_a_sum_are_added() -> None:
    text = "3/s[d]*(y[j,d]^2 - 1 + kappa[d] - y[j,d]*(mean[i] y[i,d]^3))"
    shown = "1.5*(y[j,d]^2 - 0.75 - y[j,d]*mean[i] y[i,d]^3)"
    assert put_in(text, eps="1", var="3") == shown


def test_a_delta_keeps_its_name_unless_its_indices_are_one() -> None:
    assert put_in("delta[j,k] - 1/n", n="4") == "delta[j,k] - 0.25"
    assert put_in("delta[j,j] - 1/n", n="4") == "0.75"


def test_negative_powers_of_what_has_no_value_stay_in_the_denominator() -> None:
    assert put_in("h[d]/s[d]^2", h="3") == "3/s[d]^2"
    assert put_in("h[d]*s[d]^(-2)", h="3") == "3/s[d]^2"


def test_even_powers_of_an_irrational_root_are_exact() -> None:
    assert put_in("s[d]^2 - var[d] - eps", eps="1e-5", var="0.01") == "0"


def test_layer_norm_has_statistics_of_its_own() -> None:
    assert put_in("D*(1 - kappa[i])", "layer", eps="1", var="3", D="8") == "6"


def test_a_name_that_is_not_known_is_refused_with_those_that_are() -> None:
    with pytest.raises(BnproofError, match=r"vra is not known; known are x, eps, mu, var"):
        put_in(LEAK, vra="0.01")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"eps": "-1"}, "eps is not negative, so it cannot be -1"),
        ({"eps": "0", "var": "0"}, r"the radicand of s must be positive, but .* = 0"),
        ({"eps": "1", "var": "-2"}, r"the radicand of s must be positive, but .* = -1"),
        ({"s": "0"}, "s is a positive root, so it cannot be 0"),
        ({"n": "0"}, "n counts, so it is 1, 2, 3, ..., and not 0"),
        ({"n": "2.5"}, "n counts, so it is 1, 2, 3, ..., and not 2.5"),
        ({"eps": "1", "var": "3", "s": "3"}, "s = 3 contradicts the other values: 2"),
        ({"eps": "1", "var": "3", "kappa": "1"}, "kappa = 1 contradicts the other values: 0.25"),
    ],
)
def test_values_outside_of_the_domain_are_refused(values: dict[str, str], message: str) -> None:
    with pytest.raises(BnproofError, match=message):
        put_in(LEAK, **values)


def test_a_division_by_zero_is_refused() -> None:
    with pytest.raises(BnproofError, match="n - 1 is zero, and is divided by"):
        put_in("n*(1 - kappa[d])/(n - 1)", n="1")


def test_numbers_beyond_floating_point_are_refused() -> None:
    with pytest.raises(BnproofError, match="too large"):
        put_in("h[d]^9", h=str(10**100))


# Positive, so that no value is outside of the domain and no sum of them cancels.
NUMBERS = st.fractions(min_value=1, max_value=4, max_denominator=4)
ARRAYS = [d for d in THEORY.declarations if isinstance(d, Parameter)]


def counts(index_sorts: tuple[str, ...], sizes: dict[str, int]) -> list[tuple[int, ...]]:
    ranges = [range(sizes[THEORY.size_of(sort)]) for sort in index_sorts]
    return list(itertools.product(*ranges))


def speaks_of_numbers_alone(term: Term) -> bool:
    known = {*(p.name for p in ARRAYS), *THEORY.sizes()}
    entries = [part for part in subterms(term) if isinstance(part, Entry)]
    return all(e.name in known for e in entries) and not any(
        isinstance(part, Diff) for part in subterms(term)
    )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(terms(depth=2).filter(speaks_of_numbers_alone), st.data())
def test_a_number_is_what_exact_evaluation_gives(term: Term, data: st.DataObject) -> None:
    sizes = {"n": data.draw(st.integers(1, 3)), "D": data.draw(st.integers(1, 3))}
    values = {p.name: data.draw(NUMBERS) for p in ARRAYS}
    arrays = {p.name: dict.fromkeys(counts(p.sorts, sizes), values[p.name]) for p in ARRAYS}
    shown = with_values(term, THEORY, values | {k: Fraction(v) for k, v in sizes.items()})
    assume("[" not in shown)
    evaluator = Evaluator(THEORY, Point(sizes, arrays), Work(10**6))
    exact = evaluator.value(term, dict.fromkeys(free_indices(term), 0))
    assert float(shown) == pytest.approx(float(exact), rel=1e-5)
