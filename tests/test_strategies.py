"""What the strategies promise: standardizable batches, points of a domain, terms with a meaning."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bnproof import strategies
from bnproof.checks.evaluator import Evaluator, Point, Work
from bnproof.checks.points import Setting, admits, in_domain, setting_of
from bnproof.kernel import decide
from bnproof.language import Source, parse_term, print_claim, read_statement
from bnproof.terms import (
    BnproofError,
    Entry,
    Equation,
    Index,
    Parameter,
    Term,
    Theory,
    free_indices,
)
from tests.theories import batchnorm, layernorm, theory_of

PARAMETERS = (
    Parameter("g", ("feature",)),
    Parameter("G", ("sample", "feature")),
    Parameter("H", ("feature", "feature"), symmetric=True),
)
THEORIES = (batchnorm().extended(PARAMETERS), layernorm().extended(PARAMETERS))


def setting(claim: str, *assume: str) -> Setting:
    statement = read_statement(Source("claim", claim), theory_of("batch"), assume)
    assert isinstance(statement.claim, Equation)
    return setting_of(statement.claim, statement.theory, statement.hypotheses)


@given(st.data(), st.integers(2, 5), st.integers(1, 3))
def test_no_feature_of_a_batch_is_constant_even_in_single_precision(
    data: st.DataObject, n: int, features: int
) -> None:
    x = data.draw(strategies.batches(n, features, dtype=np.float32))
    assert x.shape == (n, features)
    assert np.all(x.max(axis=0) > x.min(axis=0))


@given(strategies.exact_batches(4, 2))
def test_single_precision_represents_every_entry_of_an_exact_batch(
    rows: tuple[tuple[Fraction, ...], ...],
) -> None:
    entries = [value for row in rows for value in row]
    assert all(Fraction(float(np.float32(float(value)))) == value for value in entries)


def test_the_means_and_spreads_of_batches_vary_over_magnitudes() -> None:
    seen: list[NDArray[np.floating]] = []

    @settings(max_examples=200)
    @given(strategies.batches(4, 1))
    def collect(x: NDArray[np.floating]) -> None:
        seen.append(x)

    collect()
    spreads = [x.std() for x in seen]
    assert min(spreads) < 1e-2
    assert max(spreads) > 1e3
    assert max(abs(x.mean()) for x in seen) > 5e3


def test_batches_shrink_to_small_integers() -> None:
    assert find(strategies.batches(3, 1), lambda _: True).tolist() == [[0.0], [0.0], [1.0]]


def test_a_batch_of_one_sample_is_refused() -> None:
    with pytest.raises(BnproofError, match="no variance"):
        find(strategies.batches(1, 2), lambda _: True)


@given(strategies.parameters(("feature", "feature"), {"n": 2, "D": 3}, symmetric=True))
def test_symmetric_parameters_are_symmetric(h: NDArray[np.float64]) -> None:
    assert h.shape == (3, 3)
    assert np.array_equal(h, h.T)


@pytest.mark.parametrize(
    ("sign", "holds"),
    [
        ("positive", lambda v: v > 0),
        ("nonnegative", lambda v: v >= 0),
        ("nonzero", lambda v: v != 0),
        ("zero", lambda v: v == 0),
    ],
)
def test_parameters_have_the_sign_that_is_asked_for(
    sign: str, holds: Callable[[NDArray[np.float64]], NDArray[np.bool_]]
) -> None:
    sizes = {"n": 2, "D": 3}

    @given(strategies.parameters(("sample", "feature"), sizes, sign=sign))
    def check(g: NDArray[np.float64]) -> None:
        assert np.all(holds(g))

    check()


CLAIM = setting("sum[i,d] gamma[d]*H[d,d]*y[i,d]^2/eps = y[j,e]", "eps > 0", "gamma[d] != 0")
AT_ZERO = setting("y[i,d] = w[d]*y[k,d]", "eps = 0", "i != k", "n >= 3", "w[d] > 0")


@pytest.mark.parametrize("claim", [CLAIM, AT_ZERO], ids=["eps > 0", "eps = 0"])
@given(data=st.data())
def test_points_and_assignments_meet_the_hypotheses(data: st.DataObject, claim: Setting) -> None:
    sizes = data.draw(strategies.sizes(claim))
    assert all(sizes[name] >= least for name, least in claim.minimum.items())
    at = data.draw(strategies.assignments_of(claim, sizes))
    assert set(at) == set(claim.free)
    assert all(at[one] != at[two] for one, two in claim.unequal)
    point = data.draw(strategies.points(claim, sizes))
    assert in_domain(claim, point, Work(10**7))
    for array in claim.arrays:
        entries = point.arrays[array.name]
        assert all(admits(claim, array, value) for value in entries.values())
    for (d, e), value in point.arrays.get("H", {}).items():
        assert point.arrays["H"][e, d] == value


def test_a_constant_feature_is_moved_apart_where_eps_is_zero() -> None:
    point = find(strategies.points(AT_ZERO, {"n": 3, "D": 1}), lambda _: True)
    assert len(set(point.arrays["x"].values())) > 1


def test_there_is_no_point_outside_of_the_domain() -> None:
    claim = setting("y[i,d] = 0", "eps = 0")
    drawn: list[Point] = []

    @settings(max_examples=20)
    @given(st.sampled_from([1, 2]).flatmap(lambda n: strategies.points(claim, {"n": n, "D": 1})))
    def collect(point: Point) -> None:
        drawn.append(point)

    collect()
    assert {point.sizes["n"] for point in drawn} == {2}


@settings(max_examples=300)
@given(st.data())
def test_random_claims_have_a_meaning_and_can_be_read_back(data: st.DataObject) -> None:
    theory = data.draw(st.sampled_from(THEORIES))
    claim = data.draw(strategies.claims(theory))
    decide(claim, theory)  # raises `TermError` for what has no meaning
    assert read_statement(Source("claim", print_claim(claim)), theory).claim == claim


@given(st.data())
def test_the_free_indices_of_random_terms_are_those_allowed(data: st.DataObject) -> None:
    allowed = (Index("j", "sample"), Index("e", "feature"))
    term = data.draw(strategies.terms(THEORIES[0], allowed))
    assert set(free_indices(term)) <= set(allowed)


@given(strategies.terms(Theory(())))
def test_a_theory_without_arrays_has_terms_all_the_same(term: Term) -> None:
    decide(Equation(term, parse_term("0")), Theory(()))


def test_terms_shrink_to_the_simplest() -> None:
    term = find(strategies.terms(THEORIES[0], (Index("j", "sample"),)), lambda _: True)
    assert term == Entry("eps")


def test_exact_evaluation_takes_the_points_as_they_are() -> None:
    claim = setting("sum[i] y[i,d]^2 = n", "eps = 0")
    point = find(strategies.points(claim, {"n": 4, "D": 1}), lambda _: True)
    value = Evaluator(claim.theory, point, Work(10**6)).value(
        claim.equation.left, {Index("d", "feature"): 0}
    )
    assert str(value) == "4"
