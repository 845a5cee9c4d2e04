"""The pages on losses prove what the catalogue lists, and hold for the functions used in practice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from bnproof.derivation.checking import Checker
from bnproof.derivation.library import located
from bnproof.derivation.reports import CheckReport

Array: TypeAlias = NDArray[np.float64]


@pytest.fixture(scope="module")
def report() -> CheckReport:
    checker = Checker(lambda _: None, reach=2)
    return CheckReport(tuple(checker.check(location) for location in located(["losses"])))


def test_every_page_is_proved_without_a_warning(report: CheckReport) -> None:
    assert report.proved
    assert [str(problem) for problem in report.problems] == []
    assert len(report.files) == 7


# What section 2 of the catalogue lists, and the hypotheses that each cannot do without.
CATALOGUE = {
    "gaussian_value": ("2.1", []),
    "gaussian_blocked": ("2.1", ["eps = 0"]),
    "gaussian_leak": ("2.1", []),
    "squared_error_gradient": ("2.2", []),
    "squared_error_gradient_without_eps": ("2.2", ["eps = 0"]),
    "shared_target_blocked": ("2.2", ["eps = 0", "t[i,d] = a[d]"]),
    "invisible_targets": ("2.2", ["eps = 0"]),
    "labels_enter_projected": ("2.3", []),
    "smooth_gradient": ("2.3", []),
    "blind_to_first_and_second_derivative": ("2.3", ["eps = 0"]),
    "smooth_hessian": ("2.3", []),
    "softmax_hessian": ("2.4", []),
    "uniform_hessian": ("2.4", []),
    "diagonal_share": ("2.4", []),
    "softmax_diagonal_blocked": ("2.4", ["eps = 0"]),
    "softmax_gradient": ("2.4", []),
    "pairwise_blocked": ("2.5", ["eps = 0"]),
    "pairwise_leak": ("2.5", []),
    "pairwise_fourth_powers": ("2.5", []),
    "pairwise_fourth_for_three": ("2.5", ["eps = 0", "n = 3"]),
    "pairwise_fourth_blocked_for_two": ("2.5", ["eps = 0", "n = 2"]),
    "pairwise_fourth_blocked_for_three": ("2.5", ["eps = 0", "n = 3"]),
}


@pytest.mark.parametrize("name", CATALOGUE)
def test_what_the_catalogue_lists_is_there_under_the_hypotheses_it_needs(
    report: CheckReport, name: str
) -> None:
    found = report.find(name)
    assert found
    assert sorted(n.hypothesis for n in found.necessities if n.needed) == CATALOGUE[name][1]
    assert found.steps
    assert all(step.shown for step in found.steps)


# What is not blocked, and the batch size from which on it is not.
NOT_BLOCKED = {
    "gaussian_not_blocked": 2,
    "squared_error_not_blocked": 3,
    "smooth_not_blocked": 3,
    "pairwise_fourth_not_blocked": 4,
    "pair_weights_not_blocked": 3,
}


@pytest.mark.parametrize("name", NOT_BLOCKED)
def test_what_is_not_blocked_is_not_from_the_size_on_that_the_page_names(
    report: CheckReport, name: str
) -> None:
    found = report.find(name)
    assert found
    assert found.report
    assert found.report.separation
    sizes = {point["n"] for point in found.report.separation.sizes}
    assert min(sizes) == NOT_BLOCKED[name]
    assert {min(sizes) + k for k in range(3)} <= sizes
    assert not found.report.separation.open


N, D, EPS = 5, 3, 0.3
RANDOM = np.random.default_rng(1)
X: Array = RANDOM.normal(size=(N, D))
T: Array = RANDOM.random(size=(N, D))


def standardized(x: Array) -> tuple[Array, Array]:
    s = np.sqrt(x.var(axis=0) + EPS)
    return (x - x.mean(axis=0)) / s, s


def projected(upstream: Array) -> Array:
    """`1/s[e]*(sum[i] P[j,i,e]*G[i,e])` at X."""
    y, s = standardized(X)
    found: Array = (upstream - upstream.mean(axis=0) - y * (upstream * y).mean(axis=0)) / s
    return found


def slope(loss: Callable[[Array], float], x: Array = X, h: float = 1e-6) -> Array:
    """The gradient, by central differences."""
    found = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = h
        found[place] = (loss(x + step) - loss(x - step)) / (2 * h)
    return found


def sigmoid(u: Array) -> Array:
    return 1 / (1 + np.exp(-u))


def softmax(u: Array) -> Array:
    found: Array = np.exp(u) / np.exp(u).sum(axis=-1, keepdims=True)
    return found


def test_the_logistic_gradient_is_that_of_the_logistic_loss() -> None:
    def loss(x: Array) -> float:
        y, _ = standardized(x)
        return float((np.log1p(np.exp(y)) - T * y).sum())

    y, _ = standardized(X)
    assert slope(loss) == pytest.approx(projected(sigmoid(y) - T), abs=1e-7)


def test_the_softmax_gradient_is_that_of_the_cross_entropy() -> None:
    def loss(x: Array) -> float:
        y, _ = standardized(x)
        return float(np.log(np.exp(y).sum(axis=1)).sum() - (T * y).sum())

    y, _ = standardized(X)
    assert slope(loss) == pytest.approx(projected(softmax(y) - T), abs=1e-7)


def test_differentiated_by_logits_the_probabilities_give_the_hessian_of_the_page() -> None:
    logits = X[0]
    p = softmax(logits)
    for d in range(D):
        found = slope(lambda u, d=d: float(softmax(u)[d]), logits)  # type: ignore[misc]
        assert found == pytest.approx(p[d] * (np.eye(D)[d] - p), abs=1e-7)


def test_the_squares_and_the_volume_of_a_flow_send_back_one_plus_kappa() -> None:
    def loss(x: Array) -> float:
        y, s = standardized(x)
        return float((y**2).sum() / 2 + N * np.log(s).sum())

    y, s = standardized(X)
    assert slope(loss) == pytest.approx((1 + EPS / s**2) * y / s, abs=1e-7)
