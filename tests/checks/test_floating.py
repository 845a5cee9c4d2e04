"""The floating-point evaluator against NumPy written by hand, and its error bounds against the truth."""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bnproof import strategies
from bnproof.checks.evaluator import Evaluator, Point, Work
from bnproof.checks.floating import Comparison, FloatEvaluator, compare
from bnproof.checks.numbers import WorkExhausted
from bnproof.checks.points import Setting, setting_of
from bnproof.language import Source, parse_term, read_statement
from bnproof.terms import Equation, Index, Parameter, Pow, as_equations
from tests.theories import batchnorm, theory_of

I, J, L = (Index(name, "sample") for name in "ijl")  # noqa: E741
D, E = Index("d", "feature"), Index("e", "feature")
THEORY = batchnorm().extended(
    (
        Parameter("G", ("sample", "feature")),
        Parameter("A", ("sample", "sample")),
    )
)
RANDOM = np.random.default_rng(2205)
X = RANDOM.normal(3, 2, (4, 3))
G = RANDOM.normal(0, 1, (4, 3))
A = RANDOM.normal(0, 1, (4, 4))
EPS = 0.125


def point(x: NDArray[np.float64] = X, eps: float = EPS) -> Point:
    n, features = x.shape
    arrays = {
        "x": x,
        "eps": np.array(eps),
        "G": np.resize(G, x.shape),
        "A": np.resize(A, (n, n)),
        "gamma": np.full(features, 2.0),
        "beta": np.full(features, 3.0),
    }
    exact = {
        name: {p: Fraction(float(array[p])) for p in np.ndindex(array.shape)}
        for name, array in arrays.items()
    }
    return Point({"n": n, "D": features}, exact)


def value(text: str, at: dict[Index, int], dtype: str = "float64") -> float:
    return FloatEvaluator(THEORY, [point()], dtype).value(parse_term(text), at).value


def standardized(x: NDArray[np.float64] = X) -> NDArray[np.float64]:
    return np.asarray((x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + EPS))


def gradient_by_pytorchs_formula() -> NDArray[np.float64]:
    """The vector-Jacobian product of batch norm as frameworks implement it."""
    y, s = standardized(), np.sqrt(X.var(axis=0) + EPS)
    return np.asarray((G - G.mean(axis=0) - y * (G * y).mean(axis=0)) / s)


def claims(text: str, *assume: str, norm: str = "batch") -> list[Setting]:
    statement = read_statement(Source("claim", text), theory_of(norm), assume)
    return [
        setting_of(equation, statement.theory, statement.hypotheses)
        for equation in as_equations(statement.claim, statement.theory)
        if isinstance(equation, Equation)
    ]


def compared(text: str, at: Point, dtype: str, *assume: str) -> Comparison:
    [claim] = claims(text, *assume)
    arrays = {a.name: at.arrays[a.name] for a in claim.arrays if a.name in at.arrays}
    for array in claim.arrays:
        shape = [at.sizes[claim.theory.size_of(sort)] for sort in array.sorts]
        arrays.setdefault(
            array.name, {p: Fraction(k + 1) for k, p in enumerate(np.ndindex(*shape))}
        )
    [comparison] = compare(claim, [Point(at.sizes, arrays)], dtype)
    return comparison


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-14), ("float32", 1e-5)])
def test_batch_norm_is_that_of_numpy(dtype: str, tolerance: float) -> None:
    y = standardized()
    for i, d in np.ndindex(X.shape):
        assert value("y[i,d]", {I: i, D: d}, dtype) == pytest.approx(y[i, d], rel=tolerance)
        expected = 2 * y[i, d] + 3
        assert value("z[i,d]", {I: i, D: d}, dtype) == pytest.approx(expected, rel=tolerance)


def test_single_precision_is_used_where_it_is_asked_for() -> None:
    tensor = FloatEvaluator(THEORY, [point()], "float32").values(parse_term("y[i,d]"))
    assert tensor.value.dtype == np.float32


def test_a_gradient_is_the_one_that_frameworks_compute() -> None:
    expected = gradient_by_pytorchs_formula()
    for j, e in np.ndindex(X.shape):
        found = value("diff[x[j,e]] sum[i,d] G[i,d]*y[i,d]", {J: j, E: e})
        assert found == pytest.approx(expected[j, e], abs=1e-14)


def test_a_second_derivative_is_a_difference_of_gradients() -> None:
    h, shift = 1e-5, np.zeros_like(X)
    shift[1, 2] = h

    def gradient(x: NDArray[np.float64]) -> float:
        y, s = standardized(x), np.sqrt(x.var(axis=0) + EPS)
        cubes = 3 * y**2
        projected = cubes - cubes.mean(axis=0) - y * (cubes * y).mean(axis=0)
        return float((projected / s)[0, 2])

    term = "diff[x[l,e]] diff[x[j,e]] sum[i,d] y[i,d]^3"
    expected = (gradient(X + shift) - gradient(X - shift)) / (2 * h)
    assert value(term, {J: 0, L: 1, E: 2}) == pytest.approx(expected, abs=1e-8)


def test_coinciding_indices_are_diagonals() -> None:
    assert value("A[j,j]", {J: 2}) == A[2, 2]
    assert value("sum[i] A[i,i]", {}) == pytest.approx(np.trace(A))
    assert value("sum[i,j : i != j] A[i,j]", {}) == pytest.approx(A.sum() - np.trace(A))
    assert value("sum[j] diff[x[j,d]] x[j,d]^2", {D: 1}) == pytest.approx(2 * X[:, 1].sum())


def test_an_index_that_nothing_carries_is_a_factor() -> None:
    assert value("sum[i,d] 1", {}) == 12
    assert value("mean[i] x[j,d]", {J: 1, D: 0}) == X[1, 0]


def test_negative_powers_and_parameters_are_differentiated() -> None:
    s = np.sqrt(X[:, 0].var() + EPS)
    assert value("diff[eps] s[d]^(-2)", {D: 0}) == pytest.approx(-1 / s**4)
    assert value("diff[gamma[e]] z[i,d]", {I: 0, D: 1, E: 0}) == 0


@settings(max_examples=60)
@given(st.data())
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_truth_lies_within_the_error_bound(dtype: str, data: st.DataObject) -> None:
    free = (J, D)
    term = data.draw(strategies.terms(THEORY, free, depth=2))
    claim = setting_of(Equation(term, parse_term("s[d]")), THEORY)
    sizes = data.draw(strategies.sizes(claim, 2))
    at = {
        J: data.draw(st.integers(0, sizes["n"] - 1)),
        D: data.draw(st.integers(0, sizes["D"] - 1)),
    }
    drawn = data.draw(strategies.points(claim, sizes, mean=100, spreads=3))
    try:
        exact = Evaluator(THEORY, drawn, Work(10**5)).value(term, at)
    except WorkExhausted:
        return
    measured = FloatEvaluator(THEORY, [drawn], dtype).value(term, at)
    if np.isfinite(measured.error):
        slack = 1e-15 * abs(float(exact))
        assert abs(measured.value - float(exact)) <= 2 * measured.error + slack


def far_away(spread: float) -> Point:
    return point(1e4 + spread * np.round(RANDOM.normal(0, 3, (4, 2))), eps=0)


@pytest.mark.parametrize("spread", [1.0, 2.0**-3, 2.0**-7, 2.0**-10])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_blocked_gradient_far_from_the_origin_raises_no_false_alarm(
    spread: float, dtype: str
) -> None:
    batch = far_away(spread)
    first = compared("blocked sum[i,d] g[d]*y[i,d]", batch, dtype)
    second = compared("blocked sum[i,d] h[d]*y[i,d]^2", batch, dtype, "eps = 0")
    assert first.outcome != "differ"
    assert second.outcome != "differ"
    if dtype == "float64":
        assert first.outcome == second.outcome == "agree"


def test_single_precision_is_blind_where_the_spread_is_its_own_rounding() -> None:
    batch = far_away(2.0**-10)
    assert (
        compared("blocked sum[i,d] h[d]*y[i,d]^2", batch, "float32", "eps = 0").outcome == "unclear"
    )


def test_a_gradient_that_is_not_blocked_is_seen() -> None:
    comparison = compared("blocked sum[i,d] G[i,d]*y[i,d]", point(), "float32")
    assert comparison.outcome == "differ"
    assert abs(comparison.left.value - comparison.right.value) > comparison.bound


def test_a_dropped_eps_is_seen_although_it_is_small() -> None:
    batch = point(eps=1e-5)
    assert compared("sum[i] y[i,d]^2 = n", batch, "float64").outcome == "differ"
    assert compared("sum[i] y[i,d]^2 = n*(1 - kappa[d])", batch, "float64").outcome == "agree"


def test_every_assignment_is_looked_at_but_those_excluded() -> None:
    assert compared("A[i,j] = A[i,j] + delta[i,j]", point(), "float64").outcome == "differ"
    apart = compared("A[i,j] = A[i,j] + delta[i,j]", point(), "float64", "i != j")
    assert apart.outcome == "agree"


@pytest.mark.parametrize(
    "claim",
    ["((x[i,d]^64)^64)^64 = 0", "1/(n-4) = 1", "1/(x[i,d] - x[i,d]) = 0"],
    ids=["overflow", "pole", "zero over zero"],
)
def test_what_has_no_finite_bound_is_unclear_and_no_warning_escapes(claim: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compared(claim, point(10 * X), "float32").outcome == "unclear"


def test_the_work_is_bounded() -> None:
    evaluator = FloatEvaluator(THEORY, [point()], "float64", Work(10**5))
    with pytest.raises(WorkExhausted):
        evaluator.values(parse_term("diff[x[j,d]] " * 12 + "s[d]"))
    with pytest.raises(WorkExhausted):
        FloatEvaluator(THEORY, [point()], "float64").values(Pow(parse_term("x[i,d]"), 10**6))
    many = "*".join(f"x[i{k},d]" for k in range(40))
    with pytest.raises(WorkExhausted):
        FloatEvaluator(THEORY, [point(X[:1])], "float64").values(parse_term(many))


def test_several_points_are_evaluated_at_once() -> None:
    [claim] = claims("sum[i] y[i,d]^2 = n")
    points = [point(eps=eps) for eps in (0, 1, 0)]
    outcomes = [comparison.outcome for comparison in compare(claim, points, "float64")]
    assert outcomes == ["agree", "differ", "agree"]
