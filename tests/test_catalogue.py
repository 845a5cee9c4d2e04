"""The verdicts of the catalogue: what the paper and its neighbours claim, and what is false.

Each row is a claim, its hypotheses, the normaliser and the verdict, as pencil and paper give it. The
numbers are those of the sections "The paper" and "Around it" of the catalogue of claims.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

import bnproof
from bnproof import maps
from bnproof.prover import Normaliser


class Row(NamedTuple):
    number: str
    claim: str
    verdict: str
    assume: tuple[str, ...] = ()
    norm: str = "batch"


ZERO = ("eps = 0",)
POSITIVE = ("eps > 0",)


def P(j: str, k: str) -> str:  # noqa: N802
    """The matrix that standardization multiplies an upstream gradient by, times s[d]."""
    return f"(delta[{j},{k}] - 1/n - y[{j},d]*y[{k},d]/n)"


PP = f"(sum[q] {P('j', 'q')}*{P('q', 'k')})"
GRADIENT = "diff[x[j,e]] sum[i,d] G[i,d]*y[i,d]"
PROJECTED = "1/s[e]*(G[j,e] - mean[i] G[i,e] - y[j,e]*(mean[i] G[i,e]*y[i,e]))"
SQUARED_LENGTH = "sum[j] (diff[x[j,d]] sum[i,e] G[i,e]*y[i,e])^2"
CUBIC = "3/s[d]*(y[j,d]^2 - 1 + kappa[d] - y[j,d]*(mean[i] y[i,d]^3))"
LEAK = "diff[x[j,e]] 1/2*sum[i,d] h[d]*y[i,d]^2"
HESSIAN_LEAK = (
    "delta[e,f]*h[e]*eps*((delta[j,l]-1/n)/s[e]^4 - 4*(x[j,e]-mu[e])*(x[l,e]-mu[e])/(n*s[e]^6))"
)

CATALOGUE = [
    Row("1.1", "sum[i] (x[i,d]-mu[d]) = 0", "proved"),
    Row("1.1", "sum[i] (x[i,d]-mu[d]) = mu[d]", "refuted"),
    Row("1.1", "sum[q] (delta[j,q]-1/n)*(delta[q,k]-1/n) = delta[j,k]-1/n", "proved"),
    Row("1.1", "sum[q] (delta[j,q]-1/n)*(delta[q,k]-1/n) = delta[j,k]", "refuted"),
    Row("1.1", "sum[j] (delta[j,j] - 1/n) = n - 1", "proved"),
    Row("1.1", "sum[k] (delta[j,k]-1/n) = 0", "proved"),
    Row("1.1", "diff[x[j,e]] (x[k,d]-mu[d]) = delta[d,e]*(delta[j,k]-1/n)", "proved"),
    Row("1.2", "sum[i] y[i,d] = 0", "proved"),
    Row("1.2", "sum[i] z[i,d] = 0", "refuted"),
    Row("1.2", "sum[i] z[i,d] = n*beta[d]", "proved"),
    Row("1.3", "sum[i] y[i,d]^2 = n*(1 - kappa[d])", "proved"),
    Row("1.3", "sum[i] y[i,d]^2 = n", "proved", ZERO),
    Row("1.3", "sum[i] y[i,d]^2 = n", "refuted"),
    Row("1.3", "sum[i] y[i,d]^2 = n", "refuted", POSITIVE),
    Row("1.4", f"diff[x[j,e]] y[k,d] = delta[d,e]/s[d]*{P('j', 'k')}", "proved"),
    Row("1.4", f"diff[x[j,e]] y[k,d] = 1/s[d]*{P('j', 'k')}", "refuted"),
    Row("1.4", "diff[x[j,e]] y[k,d] = delta[d,e]/s[d]*(delta[j,k] - 1/n)", "refuted"),
    Row("1.4", f"diff[x[j,d]] y[k,d] = {P('j', 'k')}", "refuted"),
    Row("1.5", f"{PP} = {P('j', 'k')}", "proved", ZERO),
    Row("1.5", f"{PP} = {P('j', 'k')}", "refuted"),
    Row("1.5", f"{PP} - {P('j', 'k')} = -kappa[d]/n*y[j,d]*y[k,d]", "proved"),
    Row("1.5", f"sum[j] {P('j', 'j')} = n - 2", "proved", ZERO),
    Row("1.5", f"sum[j] {P('j', 'j')} = n - 2 + kappa[d]", "proved"),
    Row("1.5", f"sum[j] {P('j', 'j')} = n - 1", "refuted"),
    Row("1.5", f"sum[k] {P('j', 'k')} = 0", "proved"),
    Row("1.5", f"sum[k] {P('j', 'k')}*y[k,d] = 0", "proved", ZERO),
    Row("1.5", f"sum[k] {P('j', 'k')}*y[k,d] = 0", "refuted"),
    Row("1.5", f"sum[k] {P('j', 'k')}*y[k,d] = kappa[d]*y[j,d]", "proved"),
    Row("1.6", "blocked sum[i,d] g[d]*(y[i,d]-t[d])", "proved"),
    Row("1.6", "blocked sum[i,d] g[d]*(y[i,d]-t[d])", "proved", POSITIVE),
    Row("1.6", "blocked sum[i,d] G[i,d]*(y[i,d]-t[d])", "refuted"),
    Row("1.6", "blocked sum[i,d] g[d]*(y[i,d]-t[d])", "refuted", (), "layer"),
    Row("1.6", "blocked sum[i,d] g[i]*(y[i,d]-t[i])", "proved", (), "layer"),
    Row("1.6", "blocked sum[i,d] a*y[i,d]", "proved", (), "layer"),
    Row("1.7", "blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", "proved", ZERO),
    Row("1.7", "blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", "refuted"),
    Row("1.7", "blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", "refuted", POSITIVE),
    Row("1.7", "blocked sum[i,d] h[d]*(y[i,d]-t[i,d])^2", "refuted", ZERO),
    Row("1.7", "blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", "refuted", ZERO, "layer"),
    Row("1.7", "blocked sum[i,d] h[i]*(y[i,d]-t[i])^2", "proved", ZERO, "layer"),
    Row("1.7", f"{LEAK} = kappa[e]*h[e]*y[j,e]/s[e]", "proved"),
    Row("1.7", f"{LEAK} = h[e]*y[j,e]/s[e]", "refuted"),
    Row(
        "1.8",
        "1/2*sum[i,d,e] H[d,e]*y[i,d]*y[i,e]"
        " = n/2*(sum[d,e : d != e] H[d,e]*rho[d,e]) + n/2*sum[d] H[d,d]",
        "proved",
        ZERO,
    ),
    Row(
        "1.8",
        "1/2*sum[i,d,e] H[d,e]*y[i,d]*y[i,e] = n/2*sum[d,e : d != e] H[d,e]*rho[d,e]",
        "refuted",
        ZERO,
    ),
    Row(
        "1.8",
        "diff[x[j,f]] 1/2*sum[i,d,e] H[d,e]*y[i,d]*y[i,e]"
        " = 1/s[f]*sum[e] H[f,e]*(y[j,e] - rho[f,e]*y[j,f])",
        "proved",
    ),
    Row("1.8", "blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]", "refuted", ZERO),
    Row("1.8", "blocked sum[i,d,e : d != e] H[d,e]*y[i,d]*y[i,e]", "refuted", ZERO),
    Row("1.8", "rho[d,d] = 1", "proved", ZERO),
    Row("1.8", "rho[d,d] = 1 - kappa[d]", "proved"),
    Row("1.9", "blocked sum[i,d] g[d]*(z[i,d]-t[d])", "proved"),
    Row("1.9", "blocked sum[i,d] h[d]*(z[i,d]-t[d])^2", "proved", ZERO),
    Row("1.9", "blocked sum[i,d] h[d]*(z[i,d]-t[d])^2", "refuted"),
    Row(
        "1.9", "blocked sum[i,d] h[d]*(z[i,d]-t[d])^2/gamma[d]", "proved", (*ZERO, "gamma[d] != 0")
    ),
    Row(
        "1.9",
        "diff[x[j,f]] 1/2*sum[i,d,e] H[d,e]*z[i,d]*z[i,e]"
        " = gamma[f]/s[f]*sum[e] H[f,e]*gamma[e]*(y[j,e] - rho[f,e]*y[j,f])",
        "proved",
    ),
    Row("1.11", "diff[beta[d]] sum[i,e] g[e]*(z[i,e]-t[e]) = n*g[d]", "proved"),
    Row("1.11", "diff[gamma[d]] sum[i,e] g[e]*(z[i,e]-t[e]) = 0", "proved"),
    Row("1.11", "diff[gamma[d]] sum[i,e] G[i,e]*z[i,e] = 0", "refuted"),
    Row(
        "1.11",
        "diff[gamma[d]] 1/2*sum[i,e] h[e]*z[i,e]^2 = n*h[d]*gamma[d]",
        "proved",
        (*ZERO, "beta[d] = 0"),
    ),
    Row(
        "1.11",
        "diff[gamma[d]] 1/2*sum[i,e] h[e]*z[i,e]^2 = n*h[d]*gamma[d]",
        "refuted",
        ("beta[d] = 0",),
    ),
    Row("1.12", "diff[x[l,f]] diff[x[j,e]] sum[i,d] g[d]*(y[i,d]-t[d]) = 0", "proved"),
    Row("1.12", "diff[x[l,f]] diff[x[j,e]] sum[i,d] h[d]*(y[i,d]-t[d])^2 = 0", "proved", ZERO),
    Row("1.12", "diff[x[l,f]] diff[x[j,e]] sum[i,d] h[d]*(y[i,d]-t[d])^2 = 0", "refuted"),
    Row("1.12", f"diff[x[l,f]] {LEAK} = {HESSIAN_LEAK}", "proved"),
    Row("1.12", f"diff[x[l,f]] {LEAK} = {HESSIAN_LEAK.replace('4*', '2*')}", "refuted"),
    Row("1.13", f"{GRADIENT} = {PROJECTED}", "proved"),
    Row("1.13", f"{GRADIENT} = {PROJECTED.replace('mean', 'sum')}", "refuted"),
    Row("1.13", f"diff[x[j,e]] sum[i,d] (g[d]+G[i,d])*y[i,d] = {PROJECTED}", "proved"),
    Row(
        "1.13",
        "diff[x[j,e]] sum[i,d] h[i,d]*y[i,d]^2"
        " = diff[x[j,e]] sum[i,d] (h[i,d] - mean[k] h[k,d])*y[i,d]^2",
        "proved",
        ZERO,
    ),
    Row("1.14", f"diff[x[j,d]] sum[i] y[i,d]^3 = {CUBIC}", "proved"),
    Row("1.14", "blocked sum[i] y[i,d]^3", "refuted", ZERO),
    Row("1.14", "blocked sum[i] y[i,d]^4", "refuted", ZERO),
    Row("1.14", "sum[i] y[i,d]^4 = 9/2", "refuted", ZERO),
    Row("1.14", "sum[i] y[i,d]^4 = 9/2", "proved", (*ZERO, "n = 3")),
    Row("1.14", "sum[i] y[i,d]^4 = 9/2", "refuted", ("n = 3",)),
    Row("1.14", "sum[i] y[i,d]^4 = 9/2", "refuted", (*ZERO, "n = 4")),
    Row("1.14", "blocked sum[i] y[i,d]^3", "proved", (*ZERO, "n = 2")),
    Row("1.14", "blocked sum[i] y[i,d]^3", "refuted", (*ZERO, "n = 3")),
    Row("1.14", "blocked sum[i] y[i,d]^4", "proved", (*ZERO, "n = 2")),
    Row("1.14", "blocked sum[i] y[i,d]^4", "proved", (*ZERO, "n = 3")),
    Row("1.14", "blocked sum[i] y[i,d]^4", "refuted", (*ZERO, "n = 4")),
    Row("1.8", "blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]", "proved", (*ZERO, "n = 2")),
    Row("1.8", "blocked sum[i,d,e : d != e] H[d,e]*y[i,d]*y[i,e]", "proved", (*ZERO, "n = 2")),
    Row("1.8", "blocked sum[i,d,e : d != e] H[d,e]*y[i,d]*y[i,e]", "proved", ("D = 1",)),
    Row("1.8", "blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]", "refuted", (*ZERO, "n = 3")),
    Row("1.8", "blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]", "refuted", ("n = 2",)),
    Row("1.6", "blocked sum[i,d] G[i,d]*y[i,d]", "proved", (*ZERO, "n = 2")),
    Row("1.6", "blocked sum[i,d] G[i,d]*y[i,d]", "proved", ("n = 1",)),
    Row("1.6", "blocked sum[i,d] G[i,d]*y[i,d]", "proved", ("G[i,d] = g[d]",)),
    Row("1.6", "blocked sum[i,d] g[d]*(y[i,d]-t[d])", "proved", (*ZERO, "D = 2"), "layer"),
    Row("1.7", "blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", "proved", (*ZERO, "D = 2"), "layer"),
    Row("1.7", "blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", "refuted", (*ZERO, "D = 3"), "layer"),
    Row("2.1", "blocked 1/2*sum[i,d] y[i,d]^2", "proved", ZERO),
    Row("2.1", "blocked 1/2*sum[i,d] y[i,d]^2", "refuted"),
    Row(
        "2.2",
        "diff[x[j,e]] 1/2*sum[i,d] (y[i,d]-t[i,d])^2"
        " = -1/s[e]*(t[j,e] - mean[i] t[i,e] - y[j,e]*(mean[i] t[i,e]*y[i,e]))",
        "proved",
        ZERO,
    ),
    Row("2.5", "blocked sum[i,k,d] w[d]*(y[i,d]-y[k,d])^2", "proved", ZERO),
    Row("2.5", "blocked sum[i,k,d] w[d]*(y[i,d]-y[k,d])^4", "refuted", ZERO),
    Row("2.5", "blocked sum[i,k,d] w[d]*(y[i,d]-y[k,d])^4", "proved", (*ZERO, "n = 3")),
    Row("2.5", "sum[i,k] (y[i,d]-y[k,d])^4 = 81", "proved", (*ZERO, "n = 3")),
    Row("2.5", "sum[i,k] (y[i,d]-y[k,d])^4 = 81", "refuted", (*ZERO, "n = 4")),
    Row("3.1", f"sum[j] {GRADIENT} = 0", "proved"),
    Row("3.1", f"sum[j] y[j,e]*({GRADIENT}) = kappa[e]/s[e]*sum[i] G[i,e]*y[i,e]", "proved"),
    Row("3.1", f"sum[j] y[j,e]*({GRADIENT}) = 0", "proved", ZERO),
    Row("3.1", f"sum[j] y[j,e]*({GRADIENT}) = 0", "refuted"),
    Row(
        "3.2",
        f"{SQUARED_LENGTH} = 1/s[d]^2*((sum[i] G[i,d]^2) - 1/n*(sum[i] G[i,d])^2"
        " - (1+kappa[d])/n*(sum[i] G[i,d]*y[i,d])^2)",
        "proved",
    ),
    Row(
        "3.2",
        f"{SQUARED_LENGTH} = 1/s[d]^2*((sum[i] G[i,d]^2) - 1/n*(sum[i] G[i,d])^2"
        " - 1/n*(sum[i] G[i,d]*y[i,d])^2)",
        "refuted",
    ),
    Row(
        "3.3",
        "diff[x[l,d]] diff[x[j,d]] y[k,d] = -1/(n*s[d]^2)"
        f"*(y[l,d]*{P('k', 'j')} + y[j,d]*{P('k', 'l')} + y[k,d]*{P('j', 'l')})",
        "proved",
    ),
    Row(
        "3.3",
        f"diff[x[l,d]] diff[x[j,d]] y[k,d] = -1/(n*s[d]^2)*(y[l,d]*{P('k', 'j')})",
        "refuted",
    ),
    Row(
        "3.4",
        f"sum[i] (diff[x[j,d]] y[i,d])*h[d]*(diff[x[l,d]] y[i,d]) = h[d]/s[d]^2*{P('j', 'l')}",
        "proved",
        ZERO,
    ),
    Row(
        "3.4",
        f"sum[i] h[d]*y[i,d]*(diff[x[j,d]] diff[x[l,d]] y[i,d]) = -h[d]/s[d]^2*{P('j', 'l')}",
        "proved",
        ZERO,
    ),
    Row("3.4", "(sum[i] (diff[x[j,d]] y[i,d])*h[d]*(diff[x[l,d]] y[i,d])) = 0", "refuted", ZERO),
    Row("3.7", "sum[i] y[i,d]^2*(n-1)/n = n - 1", "proved", ZERO),
    Row("eps", "diff[eps] y[i,d] = -y[i,d]/(2*s[d]^2)", "proved"),
    Row("eps", "diff[eps] y[i,d] = -y[i,d]/s[d]^2", "refuted"),
    Row("units", "sum[d] s[d]*s[d]^(-1) = D", "proved"),
    Row("units", "sum[i,d] y[i,d]^2 = n*D", "proved", ZERO),
    Row("indices", "diff[x[j,d]] y[k,d] = -1/s[d]*(1/n + y[j,d]*y[k,d]/n)", "refuted"),
    Row(
        "indices",
        "diff[x[j,d]] y[k,d] = -1/s[d]*(1/n + y[j,d]*y[k,d]/n)",
        "proved",
        ("j != k",),
    ),
]


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: f"{row.number} {row.claim} {row.assume}")
def test_the_catalogue_is_decided_as_it_says(row: Row) -> None:
    report = bnproof.prove(row.claim, norm=row.norm, assume=row.assume)
    assert report.verdict == row.verdict
    assert (report.theorem is not None) == (row.verdict == "proved")
    assert (report.counterexample is not None) == (row.verdict == "refuted")


class Matrix(NamedTuple):
    """A projector, a null space or an inequality: what is claimed of it, and what fails if it is false.

    `fails` begins the words for the part that fails; `larger` for a null space beyond the span.
    """

    number: str
    claim: str
    verdict: str
    assume: tuple[str, ...] = ()
    fails: str = ""


CENTERING = "delta[j,k] - 1/n"
UPSTREAM = "1/s[d]^2*(sum[i] G[i,d]^2)"

MATRICES = [
    Matrix("1.1", f"projector[j,k] {CENTERING} rank n - 1", "proved"),
    Matrix("1.1", f"projector[j,k] {CENTERING} rank n", "refuted", (), "the trace"),
    Matrix("1.1", f"nullspace[j,k] {CENTERING} = span[j]{{1}}", "proved"),
    Matrix("1.1", f"nullspace[j,k] {CENTERING} = span[j]{{1, x[j,d]}}", "refuted", (), "x[j,d]"),
    Matrix("1.1", f"nullspace[j,k] {CENTERING} = span[j]{{}}", "refuted", (), "larger"),
    Matrix("1.5", f"projector[j,k] {P('j', 'k')} rank n - 2", "proved", ZERO),
    Matrix("1.5", f"projector[j,k] {P('j', 'k')} rank n - 1", "refuted", ZERO, "the trace"),
    Matrix(
        "1.5", f"projector[j,k] {P('j', 'k')} rank n - 2", "refuted", (), "it is not idempotent"
    ),
    Matrix("1.5", f"projector[j,k] {P('j', 'k')}", "refuted", POSITIVE, "it is not idempotent"),
    Matrix("1.5", f"nullspace[j,k] {P('j', 'k')} = span[j]{{1, y[j,d]}}", "proved", ZERO),
    Matrix("1.5", f"nullspace[j,k] {P('j', 'k')} = span[j]{{1}}", "refuted", ZERO, "larger"),
    Matrix("1.5", f"nullspace[j,k] {P('j', 'k')} = span[j]{{y[j,d]}}", "refuted", ZERO, "larger"),
    Matrix("1.5", f"nullspace[j,k] {P('j', 'k')} = span[j]{{1}}", "proved", POSITIVE),
    Matrix("1.5", f"nullspace[j,k] {P('j', 'k')} = span[j]{{1, y[j,d]}}", "refuted", (), "y[j,d]"),
    Matrix(
        "1.5", f"nullspace[j,k] {P('j', 'k')} = span[j]{{1, y[j,d]}}", "refuted", POSITIVE, "y[j,d]"
    ),
    Matrix("1.5", f"nullspace[j,k] {P('j', 'k')} = span[j]{{}}", "refuted", POSITIVE, "larger"),
    Matrix("3.2", f"{SQUARED_LENGTH} <= {UPSTREAM}", "proved"),
    Matrix("3.2", f"{UPSTREAM} >= {SQUARED_LENGTH}", "proved"),
    Matrix("3.2", f"{SQUARED_LENGTH} >= {UPSTREAM}", "refuted"),
    Matrix("3.2", f"{SQUARED_LENGTH} >= 0", "proved"),
    Matrix("1.3", "sum[i] y[i,d]^2 <= n", "proved"),
    Matrix("1.3", "sum[i] y[i,d]^2 >= n", "refuted"),
    Matrix("1.3", "sum[i] y[i,d]^2 >= n", "proved", ZERO),
    Matrix("1.7", "kappa[d] >= 0", "proved"),
    Matrix("1.7", "kappa[d] <= 1", "proved"),
    Matrix("1.7", "kappa[d] >= 1", "refuted"),
]


@pytest.mark.parametrize("row", MATRICES, ids=lambda row: f"{row.number} {row.claim} {row.assume}")
def test_matrices_and_inequalities_are_decided_as_the_catalogue_says(row: Matrix) -> None:
    report = bnproof.prove(row.claim, assume=row.assume)
    assert report.verdict == row.verdict
    assert (report.theorem is not None) == (row.verdict == "proved")
    assert (report.outside is not None) == (row.fails == "larger")
    failed = report.verdict == "refuted" and row.fails != "larger"
    assert (report.counterexample is not None) == failed
    assert report.part.startswith(row.fails if row.fails != "larger" else "")
    assert bool(report.part) == (row.fails not in ("", "larger"))


class Apart(NamedTuple):
    """What is no identity, and from which sizes on; below them it is one."""

    number: str
    claim: str
    assume: tuple[str, ...] = ()
    norm: str | Normaliser = "batch"
    n: int = 1
    D: int = 1


class Least(NamedTuple):
    """Sizes within the domain of a claim: a batch of one has no variance where eps is zero."""

    n: int
    D: int


VARIED: dict[tuple[object, tuple[str, ...]], Least] = {
    ("batch", ZERO): Least(2, 1),
    ("layer", ZERO): Least(1, 2),
}

APART = [
    Apart("1.3", "sum[i] y[i,d]^2 != n"),
    Apart("1.3", "sum[i] y[i,d]^2 != n", POSITIVE),
    Apart("1.5", f"{PP} != {P('j', 'k')}", POSITIVE, n=2),
    Apart("1.5", f"sum[j] {P('j', 'j')} != n - 2", POSITIVE),
    Apart("1.5", f"sum[k] {P('j', 'k')}*y[k,d] != 0", POSITIVE, n=2),
    Apart("1.6", "not blocked sum[i,d] G[i,d]*(y[i,d]-t[d])", n=2),
    Apart("1.6", "not blocked sum[i,d] G[i,d]*(y[i,d]-t[d])", ZERO, n=3),
    Apart("1.6", "not blocked sum[i,d] g[d]*(y[i,d]-t[d])", (), "layer", D=2),
    Apart("1.6", "not blocked sum[i,d] g[d]*(y[i,d]-t[d])", ZERO, "layer", D=3),
    Apart("1.7", "not blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", n=2),
    Apart("1.7", "not blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", POSITIVE, n=2),
    Apart("1.7", "not blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", ZERO, "layer", D=3),
    Apart("1.8", "not blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]", ZERO, n=3, D=2),
    Apart("1.8", "not blocked sum[i,d,e : d != e] H[d,e]*y[i,d]*y[i,e]", ZERO, n=3, D=2),
    Apart("1.9", "not blocked sum[i,d] h[d]*z[i,d]^2", POSITIVE, n=2),
    Apart("1.9", "not blocked sum[i,d] G[i,d]*z[i,d]", ZERO, n=3),
    Apart("1.10", "not blocked sum[i,d] h[d]*y[i,d]^2", (), maps.Centering(), n=2),
    Apart("1.10", "not blocked sum[i,d] g[d]*y[i,d]", (), maps.Scaling()),
    Apart("1.10", "not blocked sum[i,d] g[d]*y[i,d]", ZERO, maps.Scaling(), n=2),
    Apart("1.10", "not blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", ZERO, maps.Scaling(), n=2),
    Apart("1.12", "not blocked diff[x[k,f]] sum[i,d] h[d]*y[i,d]^2", POSITIVE, n=2),
    Apart("1.14", "not blocked sum[i] y[i,d]^3", n=3),
    Apart("1.14", "not blocked sum[i] y[i,d]^3", ZERO, n=3),
    Apart("1.14", "not blocked sum[i] y[i,d]^4", ZERO, n=4),
    Apart("2.5", "not blocked sum[i,k,d] w[d]*(y[i,d]-y[k,d])^4", ZERO, n=4),
]


@pytest.mark.parametrize("row", APART, ids=lambda row: f"{row.number} {row.claim} {row.assume}")
def test_what_is_no_identity_is_one_at_the_small_sizes_of_the_catalogue(row: Apart) -> None:
    report = bnproof.prove(row.claim, norm=row.norm, assume=row.assume)
    assert report.verdict == "proved"
    assert report.theorem is None
    assert report.counterexample is None
    assert report.separation is not None
    apart = {(sizes["n"], sizes["D"]) for sizes in report.separation.sizes}
    assert len(apart) == len(report.separation.sizes)
    assert report.separation.open == ()
    assert all(n >= row.n and d >= row.D for n, d in apart)
    assert {(n, d) for n in range(row.n, 4) for d in range(row.D, 4)} <= apart

    # The kernel has proved that below these sizes, and nowhere else, it is an identity.
    named = row.norm if isinstance(row.norm, str) else ""
    least = VARIED.get((named, row.assume), Least(1, 1))
    below = [{"n": n} for n in range(least.n, row.n)] + [{"D": d} for d in range(least.D, row.D)]
    assert sorted(map(str, report.separation.equal)) == sorted(map(str, below))


@pytest.mark.parametrize("row", APART, ids=lambda row: f"{row.number} {row.claim} {row.assume}")
def test_what_is_no_identity_differs_at_a_size_that_is_named(row: Apart) -> None:
    n, d = row.n + 1, row.D + 1
    report = bnproof.prove(f"{row.claim} at n = {n}, D = {d}", norm=row.norm, assume=row.assume)
    assert report.verdict == "proved"
    assert report.separation is not None
    assert [dict(sizes) for sizes in report.separation.sizes] == [{"n": n, "D": d}]


BELOW = [row for row in APART if row.n > 2 or row.D > 2]


@pytest.mark.parametrize("row", BELOW, ids=lambda row: f"{row.number} {row.claim} {row.assume}")
def test_what_is_an_identity_at_a_size_that_is_named_is_refuted(row: Apart) -> None:
    size, least = ("n", row.n) if row.n > 2 else ("D", row.D)
    report = bnproof.prove(f"{row.claim} at {size} = {least - 1}", norm=row.norm, assume=row.assume)
    assert report.verdict == "refuted"
    assert report.counterexample is None
    assert report.separation is not None
    assert report.separation.sizes == []
    assert list(report.separation.equal) == [{size: least - 1}]


def test_fourth_powers_of_three_samples_alone_add_up_to_nine_halves() -> None:
    # Two samples give 2, four give anything from 4 to 28/3.
    report = bnproof.prove("sum[i] y[i,d]^4 != 9/2", assume=ZERO)
    assert report.verdict == "proved"
    assert report.separation is not None
    assert list(report.separation.equal) == [{"n": 3}]
    assert {2, 4, 5} <= {sizes["n"] for sizes in report.separation.sizes}


class Phase(NamedTuple):
    """What one phase alone blocks."""

    claim: str
    norm: Normaliser
    verdict: str
    assume: tuple[str, ...] = ()


PHASES = [
    Phase("blocked sum[i,d] g[d]*(y[i,d]-t[d])", maps.Centering(), "proved"),
    Phase("blocked sum[i,d] h[d]*y[i,d]^2", maps.Centering(), "refuted"),
    Phase("blocked sum[i,d] g[d]*y[i,d]", maps.Scaling(), "refuted", ZERO),
    Phase("blocked sum[i,d] h[d]*y[i,d]^2", maps.Scaling(), "proved", ZERO),
    Phase("blocked sum[i,d] h[d]*y[i,d]^2", maps.Scaling(), "refuted"),
    Phase("blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", maps.Scaling(), "refuted", ZERO),
    Phase("blocked sum[i,d] g[d]*(y[i,d]-t[d])", maps.Standardization(), "proved"),
    Phase("blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", maps.Standardization(), "proved", ZERO),
    Phase("blocked sum[i,d] g[d]*y[i,d]", maps.Affine(), "refuted"),
    Phase("blocked sum[i,d] h[d]*y[i,d]^2", maps.Affine(), "refuted"),
]


@pytest.mark.parametrize("row", PHASES, ids=lambda row: f"{type(row.norm).__name__} {row.claim}")
def test_which_phase_is_to_blame(row: Phase) -> None:
    assert bnproof.prove(row.claim, norm=row.norm, assume=row.assume).verdict == row.verdict
