"""What an expression means: binding, prefix operators, numerals and Unicode forms."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bnproof.language import parse_term
from bnproof.terms import (
    Add,
    Delta,
    Diff,
    Div,
    Entry,
    Index,
    Mean,
    Mul,
    Neg,
    Number,
    Pow,
    Sum,
    Unequal,
)

I, J, K = (Index(name, "sample") for name in "ijk")  # noqa: E741
D, E = (Index(name, "feature") for name in "de")
A, B, C = Entry("a"), Entry("b"), Entry("h")


def num(value: int) -> Number:
    return Number(Fraction(value))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("a + b - h", Add((A, B, Neg(C)))),
        ("a - (b + h)", Add((A, Neg(Add((B, C)))))),
        ("(a + b) + h", Add((Add((A, B)), C))),
        ("a*b*h", Mul((A, B, C))),
        ("a*(b*h)", Mul((A, Mul((B, C))))),
        ("a/b*h", Mul((Div(A, B), C))),
        ("a*b/h", Div(Mul((A, B)), C)),
        ("a/(b*h)", Div(A, Mul((B, C)))),
        ("a/b/h", Div(Div(A, B), C)),
        ("-a^2", Neg(Pow(A, 2))),
        ("(-a)^2", Pow(Neg(A), 2)),
        ("-a*b", Neg(Mul((A, B)))),
        ("a*-b*h", Mul((A, Neg(B), C))),
        ("a/-b*h", Mul((Div(A, Neg(B)), C))),
        ("a^-1", Pow(A, -1)),
        ("a^(-1)", Pow(A, -1)),
        ("2*a^2", Mul((num(2), Pow(A, 2)))),
        ("sum[i] a*b + h", Add((Sum((I,), (), Mul((A, B))), C))),
        ("a*sum[i] b*h", Mul((A, Sum((I,), (), Mul((B, C)))))),
        ("sum[i] -a*b", Sum((I,), (), Neg(Mul((A, B))))),
        ("sum[i] sum[d] a", Sum((I,), (), Sum((D,), (), A))),
        ("sum[i,d] a", Sum((I, D), (), A)),
        ("sum[d,e : d != e] a", Sum((D, E), (Unequal(D, E),), A)),
        ("mean[i] a", Mean((I,), A)),
        ("b*diff[x[j,e]] a*h", Mul((B, Diff(Entry("x", (J, E)), Mul((A, C)))))),
        ("delta[j,k]", Delta(J, K)),
        ("1e-5", Number(Fraction(1, 100_000))),
        ("0.125", Number(Fraction(1, 8))),
        ("∂[x[j,e]] Σ[i] γ[d]*μ[d] − ε·β[d]", None),
    ],
)
def test_a_text_is_this_term(text: str, term: object) -> None:
    if term is None:
        term = parse_term("diff[x[j,e]] sum[i] gamma[d]*mu[d] - eps*beta[d]")
    assert parse_term(text) == term
