"""What would make a refuted claim true: `holds_if`, the smallest set of hypotheses that is found."""

from __future__ import annotations

from typing import NamedTuple

import pytest

import bnproof
from bnproof import maps
from bnproof.prover import Normaliser

P = "(delta[j,k] - 1/n - y[j,d]*y[k,d]/n)"


class Row(NamedTuple):
    """A claim that is false, and what it lacks."""

    claim: str
    lacks: tuple[str, ...]
    assume: tuple[str, ...] = ()
    norm: str | Normaliser = "batch"


ZERO = ("eps = 0",)

ROWS = [
    # eps
    Row("sum[i] y[i,d]^2 = n", ZERO),
    Row("rho[d,d] = 1", ZERO),
    Row("blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", ZERO),
    Row("blocked sum[i,d] h[d]*(z[i,d]-t[d])^2", ZERO),
    Row("blocked 1/2*sum[i,d] y[i,d]^2", ZERO),
    Row("diff[x[l,f]] diff[x[j,e]] sum[i,d] h[d]*(y[i,d]-t[d])^2 = 0", ZERO),
    Row(f"sum[k] {P}*y[k,d] = 0", ZERO),
    Row(f"projector[j,k] {P} rank n - 2", ZERO),
    Row(f"nullspace[j,k] {P} = span[j]{{1, y[j,d]}}", ZERO),
    Row(f"nullspace[j,k] {P} = span[j]{{1}}", ("eps > 0",)),
    Row("projector[j,d; k,e] delta[d,e]*(delta[j,k] - 1/n - y[j,d]*y[k,e]/n) rank D*(n - 2)", ZERO),
    Row("sum[i] y[i,d]^2 >= n", ZERO),
    Row("blocked sum[i,d] h[i]*(y[i,d]-t[i])^2", ZERO, (), "layer"),
    Row("blocked sum[i,d] h[d]*y[i,d]^2", ZERO, (), maps.Scaling()),
    Row("diff[gamma[d]] 1/2*sum[i,e] h[e]*z[i,e]^2 = n*h[d]*gamma[d]", ZERO, ("beta[d] = 0",)),
    # what all samples share
    Row("blocked sum[i,d] G[i,d]*y[i,d]", ("G[i,d] = g[d]",)),
    Row("blocked sum[i,d] G[i,d]*z[i,d]", ("G[i,d] = g[d]",)),
    Row("blocked sum[i,d] G[i,d]*(y[i,d]-t[d])", ("G[i,d] = g[d]",)),
    Row("diff[gamma[d]] sum[i,e] G[i,e]*z[i,e] = 0", ("G[i,d] = g[d]",)),
    Row("blocked sum[i,d] G[i,d]*y[i,d]^2", ("G[i,d] = g[d]",), ZERO),
    Row("blocked sum[i,d] G[i,d]*y[i,d]^2", ("eps = 0", "G[i,d] = g[d]")),
    # indices that may coincide
    Row("diff[x[j,d]] y[k,d] = -1/s[d]*(1/n + y[j,d]*y[k,d]/n)", ("j != k",)),
    Row("delta[j,k] = 0", ("j != k",)),
    Row("diff[x[j,e]] y[k,d] = 0", ("e != d",)),
    Row("diff[x[j,d]] (x[k,d] - mu[d]) = -1/n", ("j != k",)),
    Row("1 - delta[d,e] = 1", ("d != e",)),
    # small sizes
    Row("sum[i] y[i,d]^4 = 9/2", ("n = 3",), ZERO),
    Row("sum[i] y[i,d]^4 = 9/2", ("eps = 0", "n = 3")),
    Row("blocked sum[i] y[i,d]^4", ("n = 2",), ZERO),
    Row("blocked sum[i] y[i,d]^3", ("n = 2",)),
    Row("y[i,d]^2 = 1", ("eps = 0", "n = 2")),
    Row("blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]", ("n = 2",), ZERO),
    Row("blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]", ("eps = 0", "n = 2")),
    Row("sum[i,k] (y[i,d]-y[k,d])^4 = 81", ("n = 3",), ZERO),
    # parameters that are zero
    Row("sum[i] z[i,d] = 0", ("beta[d] = 0",)),
    Row("sum[i] z[i,d]^2 = n*gamma[d]^2", ("beta[d] = 0",), ZERO),
    Row("sum[i] z[i,d]^2 = n*gamma[d]^2", ("eps = 0", "beta[d] = 0")),
    Row("z[i,d] = gamma[d]*y[i,d]", ("beta[d] = 0",)),
    # inequalities
    Row("g[d] >= 0", ("g[d] > 0",)),
    Row("g[d]*kappa[d] >= 0", ("g[d] > 0",)),
    Row("g[d]*h[d] >= 0", ("g[d] > 0", "h[d] > 0")),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.claim} {row.assume}")
def test_what_a_false_claim_lacks(row: Row) -> None:
    report = bnproof.prove(row.claim, norm=row.norm, assume=row.assume)
    assert report.verdict == "refuted"
    assert report.holds_if == row.lacks


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.claim} {row.assume}")
def test_with_what_it_lacks_it_is_proved(row: Row) -> None:
    report = bnproof.prove(row.claim, norm=row.norm, assume=(*row.assume, *row.lacks))
    assert report.verdict == "proved"


@pytest.mark.parametrize(
    ("claim", "assume"),
    [
        ("1 = 2", ()),
        ("n = n + 1", ()),
        ("y[i,d] = 1", ()),
        ("sum[i] y[i,d] = 1", ()),
        ("x[i,d] = 0", ()),
        ("a = b", ()),
        ("sum[i] y[i,d]^2 = 2*n", ()),
        ("sum[i] y[i,d]^4 = 8", ()),
        ("diff[x[j,e]] x[k,d] = 1", ()),
        ("kappa[d] = 1/2", ()),
        ("-1 >= 0", ()),
        ("-y[i,d]^2 >= 0", ZERO),
        (f"projector[j,k] {P} rank n - 1", ()),
    ],
)
def test_what_is_hopeless_lacks_nothing(claim: str, assume: tuple[str, ...]) -> None:
    report = bnproof.prove(claim, assume=assume)
    assert report.verdict == "refuted"
    assert report.holds_if == ()


@pytest.mark.parametrize(
    "claim",
    [
        "g[d] = 0",
        "2*g[d]*h[d] = 0",
        "sum[i,d] G[i,d] = 0",
        "sum[i] a[i]*x[i,d] = 0",
        "blocked sum[i,d] a[i]*x[i,d]",
        "blocked a*x[i,d]",
        "a*y[i,d]^3 = 0",
        "gamma[d]*g[d] = 0",
    ],
)
def test_a_claim_is_not_saved_by_a_hypothesis_that_makes_it_one_about_nothing(claim: str) -> None:
    report = bnproof.prove(claim)
    assert report.verdict == "refuted"
    assert not any(
        found.endswith("= 0") and not found.startswith("eps") for found in report.holds_if
    )


@pytest.mark.parametrize(
    ("claim", "assume"),
    [
        ("y[i,d]^2 = 1 - kappa[d]", ("n = 3",)),
        ("sum[i] y[i,d]^2 = n", ("eps > 0",)),
        ("sum[i] y[i,d]^2 = n", ("n = 1",)),
        ("y[i,d]^2 = 1", ("eps > 0",)),
        ("sum[i] y[i,d]^4 = 9/2", ("eps = 0", "n >= 4")),
        ("blocked sum[i] y[i,d]^3", ("eps = 0", "n >= 3")),
        ("blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]", ("eps = 0", "n >= 4", "D >= 4")),
        ("delta[j,k] + delta[k,l] + delta[j,l] = 0", ("n = 2",)),
        ("gamma[d] = 0", ("gamma[d] != 0",)),
    ],
)
def test_no_hypothesis_is_named_that_contradicts_the_others(
    claim: str, assume: tuple[str, ...]
) -> None:
    report = bnproof.prove(claim, assume=assume)
    assert report.verdict == "refuted"
    if report.holds_if:
        again = bnproof.prove(claim, assume=(*assume, *report.holds_if))
        assert again.verdict == "proved"
    assert not {"eps = 0", "eps > 0"} & set(report.holds_if) or not any("eps" in a for a in assume)


def test_a_parameter_that_one_differentiates_by_is_not_constrained() -> None:
    report = bnproof.prove("diff[g[e]] sum[i,d] g[d]*x[i,d] = 0")
    assert report.verdict == "refuted"
    assert not any(found.startswith("g") for found in report.holds_if)


def test_what_is_shared_gets_a_name_that_is_not_taken() -> None:
    report = bnproof.prove("blocked sum[i,d] G[i,d]*y[i,d] + 0*g[d]")
    assert report.verdict == "refuted"
    [found] = report.holds_if
    assert found.startswith("G[i,d] = ")
    assert found != "G[i,d] = g[d]"
    claim = "blocked sum[i,d] G[i,d]*y[i,d] + 0*g[d]"
    assert bnproof.prove(claim, assume=found).verdict == "proved"


@pytest.mark.parametrize(
    ("claim", "assume"),
    [
        ("sum[i] y[i,d] != 0", ()),
        ("not blocked sum[i,d] g[d]*y[i,d]", ()),
        ("not blocked sum[i,d] h[d]*y[i,d]^2", ZERO),
        ("not blocked sum[i,d] G[i,d]*y[i,d] at n = 2", ZERO),
    ],
)
def test_what_is_an_identity_is_not_made_unequal_by_a_hypothesis(
    claim: str, assume: tuple[str, ...]
) -> None:
    report = bnproof.prove(claim, assume=assume)
    assert report.verdict == "refuted"
    assert report.holds_if == ()


def test_what_is_proved_or_undecided_lacks_nothing() -> None:
    assert bnproof.prove("sum[i] y[i,d] = 0").holds_if == ()
    assert bnproof.prove("sum[i] y[i,d]^2 = n", assume=ZERO).holds_if == ()
