"""Claims as somebody types them: what is declared by use, and where errors point."""

from __future__ import annotations

import pytest

from bnproof.kernel import decide
from bnproof.language import Source, SourceError, read_statement
from bnproof.terms import Function, Parameter
from tests.theories import batchnorm

BATCH = batchnorm()


def declared(claim: str) -> tuple[Parameter | Function, ...]:
    return read_statement(Source("t", claim), BATCH).declared


def test_single_letters_are_declared_by_their_use() -> None:
    assert declared("a*g[d]*G[i,d]*H[d,e]*x[i,d] = w2[d]") == (
        Parameter("a", ()),
        Parameter("g", ("feature",)),
        Parameter("G", ("sample", "feature")),
        Parameter("H", ("feature", "feature"), symmetric=True),
        Parameter("w2", ("feature",)),
    )


def decided(claim: str) -> None:
    statement = read_statement(Source("t", claim), BATCH)
    with statement.located():
        decide(statement.claim, statement.theory)


def test_what_stands_in_front_of_a_bracket_is_a_function() -> None:
    assert declared("phi(y[i,d]) = phi'(y[i,d])*g[d]") == (
        Function("phi"),
        Parameter("g", ("feature",)),
    )


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("a(y[i,d]) = 0", "a takes no argument"),
        ("y(2*x[i,d]) = 0", "y is no function"),
        ("2*n(1 - kappa[d]) = 0", "n is no function"),
        ("phi(x[i,d]) = phi", "phi is a function and wants an argument"),
    ],
)
def test_a_product_or_an_index_is_not_taken_for_a_function(claim: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        decided(claim)


def test_h_is_symmetric_only_with_two_indices_of_one_sort() -> None:
    assert declared("H[i,d] = 0") == (Parameter("H", ("sample", "feature")),)
    assert declared("H[d] = 0") == (Parameter("H", ("feature",)),)
    assert declared("dG[i,d] = 0") == (Parameter("dG", ("sample", "feature")),)
    assert declared("A[d,e] = 0") == (Parameter("A", ("feature", "feature")),)


def test_an_index_letter_may_name_a_parameter_where_it_is_no_index() -> None:
    assert declared("x[i,d] + c[d] = 0") == (Parameter("c", ("feature",)),)


ERRORS = [
    (
        "gama[d] = 0",
        "t:1:1: unknown-name: gama is not known (a parameter is a single letter); did you mean gamma?",
    ),
    (
        "y[i,d]*foo = 0",
        "t:1:8: unknown-name: foo is not known (a parameter is a single letter); known are x,",
    ),
    ("x[d,i] = 0", "t:1:1: wrong-indices: x takes [sample, feature], but is given [feature"),
    ("a + y[i,d]*a[d] = 0", "t:1:12: wrong-indices: a takes no index, but is given [feature]"),
    (
        "1 + 1/(x[i,d]-mu[d]) = 0",
        "t:1:8: division: cannot divide by this, since it is not a product",
    ),
    ("1 + t[d]/t[d] = 0", "t:1:10: division: cannot divide by t[d], which may be zero; assume"),
    ("x[i,d]/(s[d]+eps) = 0", "t:1:9: division: cannot divide by this, since it is not a product"),
    (
        "sum[d] 1/t[d] = 0",
        "t:1:10: division: cannot divide by t[d], which may be zero; assume t[d] !=",
    ),
    ("1/(sum[d] t[d]) = 0", "t:1:4: division: cannot divide by this, since it is not a product"),
    ("1/eps = 0", "t:1:3: division: cannot divide by eps, which may be zero; assume eps > 0"),
    ("diff[y[j,e]] x[i,d] = 0", "t:1:6: not-differentiable: one cannot differentiate by y"),
    ("diff[H[d,e]] H[d,e] = 1", "t:1:6: not-differentiable: one cannot differentiate by H"),
    ("a = 0 assume j != k", "t:1:14: hypothesis: j is not a free index of the claim"),
    ("a = 0 assume b > 0", "t:1:14: hypothesis: b does not occur in the claim"),
    ("a = 0 assume x[i,d] > 0", "t:1:14: hypothesis: x is not a parameter"),
    ("a = 0 assume eps = 0, eps > 0", "t:1:23: vacuous: eps cannot be zero and not zero"),
]


@pytest.mark.parametrize(("claim", "message"), ERRORS)
def test_an_error_points_at_its_cause(claim: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        _decide(claim)
    assert str(caught.value).startswith(message)


def _decide(claim: str) -> None:
    statement = read_statement(Source("t", claim), BATCH)
    with statement.located():
        decide(statement.claim, statement.theory, statement.hypotheses)


def test_the_caret_stands_under_the_cause() -> None:
    with pytest.raises(SourceError) as caught:
        _decide("1 + 1/(x[i,d]-mu[d]) = 0")
    assert str(caught.value).split("\n")[1:] == [
        "  1 + 1/(x[i,d]-mu[d]) = 0",
        "         ^^^^^^^^^^^^",
    ]


def test_a_long_line_is_cut_around_the_cause() -> None:
    with pytest.raises(SourceError) as caught:
        _decide("a + " * 100 + "foo" + " + a" * 100 + " = 0")
    _, line, caret = str(caught.value).split("\n")
    assert len(line) < 90
    assert line[caret.index("^") : caret.rindex("^") + 1] == "foo"


def test_an_error_in_a_hypothesis_points_into_the_hypothesis() -> None:
    with pytest.raises(SourceError) as caught:
        read_statement(Source("t", "a = 0"), BATCH, ["eps = 0", "eps = 1"])
    assert str(caught.value).startswith("assume:1:7: syntax: expected 0 (a")
