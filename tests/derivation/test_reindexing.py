"""Terms over other sorts of indices; what is expected was written down by hand."""

from __future__ import annotations

import pytest

from bnproof.derivation.instances.reindexing import Pattern, Reindexing
from bnproof.language import parse_term, print_claim, print_term
from bnproof.language.claims import parse_claim
from bnproof.language.source import Source
from bnproof.terms import (
    Definition,
    Entry,
    Index,
    Input,
    Mul,
    Parameter,
    Sort,
    Term,
    TermError,
    Theory,
)

GENERAL = dict.fromkeys("kl", "block") | dict.fromkeys("uvw", "place")
HERE = dict.fromkeys("pq", "pixel")
FEATURE, PIXEL = Index("d", "feature"), Index("p", "pixel")
SAMPLE, OTHER = Index("i", "sample"), Index("j", "sample")


def reindexing(**patterns: Pattern) -> Reindexing:
    """A block is a feature, and a place is a sample and a pixel."""
    body = parse_term("mean[u] X[k,u]", GENERAL)
    theory = Theory(
        (
            Input("X", ("block", "place")),
            Parameter("w", ("place", "place")),
            Parameter("a", ("block",)),
            Definition("M", (Index("k", "block"),), body),
        ),
        (Sort("block", "K"), Sort("place", "N")),
    )
    known = {
        "X": Pattern((FEATURE, SAMPLE, PIXEL), Entry("x", (SAMPLE, FEATURE, PIXEL))),
        "a": Pattern((FEATURE,), Entry("g", (FEATURE,))),
        **patterns,
    }
    sizes: dict[str, Term] = {"K": Entry("D"), "N": Mul((Entry("n"), Entry("P")))}
    return Reindexing(
        theory, {"block": (FEATURE,), "place": (SAMPLE, PIXEL)}, sizes, known, {"phi": "psi"}
    )


@pytest.mark.parametrize(
    ("general", "here"),
    [
        ("sum[u] X[k,u]", "sum[i,p] x[i,d,p]"),
        ("1/N*(mean[u] a[k]*X[k,u])", "1/(n*P)*mean[i,p] g[d]*x[i,d,p]"),
        ("delta[u,v]*delta[k,l]", "(delta[i,i1]*delta[p,p1])*delta[d,d1]"),
        (
            "sum[u,v : u != v] X[k,u]*X[k,v]",
            "sum[i,p,i1,p1] (1 - delta[i,i1]*delta[p,p1])*(x[i,d,p]*x[i1,d,p1])",
        ),
        ("sum[k,l : k != l] a[k]*a[l]", "sum[d,d1 : d != d1] g[d]*g[d1]"),
        ("diff[X[l,v]] sum[u] X[k,u]^2", "diff[x[i1,d1,p1]] sum[i,p] x[i,d,p]^2"),
        ("phi'(X[k,u])", "psi'(x[i,d,p])"),
    ],
)
def test_a_term_over_pairs_of_indices(general: str, here: str) -> None:
    names = reindexing()
    names.indices([Index("k", "block"), Index("u", "place")])
    assert print_term(names.term(parse_term(general, GENERAL))) == here


def test_a_definition_without_a_name_here_is_unfolded() -> None:
    found = reindexing().term(parse_term("sum[u] (X[k,u] - M[k])", GENERAL))
    names = sorted(part for part in ("x[", "mean[", "M[") if part in print_term(found))
    assert names == ["mean[", "x["]


def test_a_definition_with_a_name_here_is_not() -> None:
    named = reindexing(M=Pattern((FEATURE,), Entry("mu", (FEATURE,))))
    assert print_term(named.term(parse_term("sum[u] M[k]", GENERAL))) == "sum[i,p] mu[d]"


def test_what_a_pattern_binds_is_not_captured() -> None:
    inner = parse_term("sum[i] w[i,d]")
    found = reindexing(a=Pattern((FEATURE,), inner)).term(
        parse_term("sum[k,u] a[k]*X[k,u]", GENERAL)
    )
    assert print_term(found) == "sum[d,i1,p] (sum[i] w[i,d])*x[i1,d,p]"


def test_swapped_indices_are_replaced_at_once() -> None:
    swapped = Pattern((SAMPLE, PIXEL, OTHER, Index("q", "pixel")), Entry("b", (OTHER, SAMPLE)))
    found = reindexing(w=swapped).term(parse_term("sum[u,v] w[u,v]", GENERAL))
    assert print_term(found) == "sum[i,p,i1,p1] b[i1,i]"


def test_a_row_of_a_matrix_becomes_a_row_of_two_indices() -> None:
    claim = parse_claim(
        Source("claim", "projector[u,v] delta[u,v] - 1/N rank N - 1"), GENERAL, ["N"]
    )
    found = print_claim(reindexing().claim(claim.claim))
    expected = "projector[i,p; i1,p1] delta[i,i1]*delta[p,p1] - 1/(n*P) rank n*P - 1"
    assert found == expected


def test_one_differentiates_by_an_array_alone() -> None:
    other = reindexing(X=Pattern((FEATURE, SAMPLE, PIXEL), parse_term("2*x[i,d,p]", HERE)))
    with pytest.raises(TermError, match="one differentiates by X"):
        other.term(parse_term("diff[X[l,v]] X[k,u]", GENERAL))
