"""The hint `squares`: terms that are visibly not negative, and steps `>=` and `<=` by them.

It computes nothing but signs, so it may miss what is true; what it accepts must be true everywhere.
"""

from __future__ import annotations

import pytest

from bnproof.kernel import Chain, Difference, Gap, Steps, Theorem, decide
from bnproof.language import parse_term
from bnproof.language.claims import parse_claim, parse_hypotheses
from bnproof.language.source import Source
from bnproof.terms import Hypothesis, Parameter, Surplus, TermError
from tests.kernel.chains import BATCH, hints

THEORY = BATCH.extended(
    [
        Parameter("b", ("sample",)),
        Parameter("c", ()),
        Parameter("t", ("feature",)),
        Parameter("u", ()),
    ]
)


def given(assume: str) -> tuple[Hypothesis, ...]:
    return parse_hypotheses(Source("h", assume))[0] if assume else ()


def exceeds(left: str, right: str, assume: str = "", by: str = "squares") -> bool:
    """Whether left >= right is seen; that right <= left is seen is the same."""
    steps = Steps(THEORY, given(assume))
    larger, smaller = parse_term(left), parse_term(right)
    steps.admit(larger)
    steps.admit(smaller)
    seen = steps.exceeds(larger, ">=", smaller, hints(by))
    assert steps.exceeds(smaller, "<=", larger, hints(by)) == seen
    return seen


def is_seen(term: str, assume: str = "", by: str = "squares") -> bool:
    return exceeds(term, "0", assume, by)


@pytest.mark.parametrize(
    "term",
    [
        "0",
        "1",
        "3/2",
        "n",
        "n*D",
        "n/D",
        "eps",
        "eps/s[d]",
        "s[d]",
        "s[d]^3",
        "s[d]^(-1)",
        "s[d]*s[e]",
        "delta[j,k]",
        "delta[j,k]*delta[d,e]",
        "y[j,d]^2",
        "x[j,d]^4",
        "(x[j,d] - mu[d])^2",
        "(a[j] - 3*b[j])^2",
        "a[j]*a[j]",
        "a[j]*b[j]*a[j]*b[j]",
        "(a[j] - b[j])*(a[j] - b[j])",
        "a[j]*g[d]^2*a[j]*n",
        "(sum[i] a[i])*(sum[k] a[k])",
        "(sum[i] a[i])^2",
        "sum[i] a[i]^2",
        "mean[i] a[i]^2",
        "sum[d,e : d != e] (y[j,d]*y[j,e])^2",
        "sum[i] sum[d] s[d]*G[i,d]^2",
        "a[j]^2/s[d]",
        "a[j]^2/n^2",
        "a[j]^2 + s[d] + n",
        "-(-a[j]^2)",
        "(-a[j]^2)*(-b[j]^2)",
        "(-2)*(-a[j]^2)",
        "(-n)^2",
        "0*a[j]",
        "a[j]^0",
        "(diff[x[j,e]] y[k,d])^2",
        "n - 1",
        "n^2 - n",
        "n^2 - 1",
        "n*D - 1",
        "n*D - n",
        "(n-1)*(D-1)",
        "(n-1)*a[j]^2",
        "2*n - 2",
    ],
)
def test_what_is_visibly_not_negative_is_seen(term: str) -> None:
    assert is_seen(term)
    assert exceeds("0", f"-({term})")


@pytest.mark.parametrize(
    "term",
    [
        "y[j,d]",
        "x[j,d]",
        "a[j]*b[j]",
        "a[j]*a[k]",
        "a[j]^3",
        "a[j]^2*b[j]",
        "a[j]*a[j]*a[j]",
        "a[j]*b[j]*a[j]",
        "x[j,d] - mu[d]",
        "delta[j,k] - 1/n",
        "delta[j,k] - delta[j,l]",
        "1 - delta[j,k]*2",
        "sum[i] a[i]",
        "mean[i] a[i]",
        "sum[i] a[i]*b[i]",
        "(sum[i] a[i])*(sum[i] b[i])",
        "sum[i : i != j] a[i]",
        "g[d]",
        "g[d]*h[d]",
        "c",
        "c*s[d]",
        "S[j,k]",
        "S[j,j]",
        "-1",
        "-n",
        "-a[j]^2",
        "n - 2",
        "1 - n",
        "n - D",
        "n^2 - 2*n",
        "n*D - n - D",
        "n - 3*D",
        "a[j]^2 - b[j]^2",
        "s[d] - s[e]",
        "s[d] - 1",
        "eps - 1",
        "a[j]^2 - eps",
        "beta[d]",
        "gamma[d]",
        "gamma[d]*beta[d]",
        "diff[x[j,e]] y[k,d]",
        "diff[x[j,d]] y[j,d]^2",
        "rho[d,e]",
        "rho[d,d]",
    ],
)
def test_what_may_be_negative_or_is_not_seen_is_refused(term: str) -> None:
    assert not is_seen(term)


@pytest.mark.parametrize(
    ("term", "assume", "seen"),
    [
        ("n - 2", "n >= 2", True),
        ("n - 2", "n >= 1", False),
        ("n - 3", "n >= 2", False),
        ("n - 2", "n = 2", True),
        ("n - 2", "n = 3", True),
        ("2 - n", "n = 2", True),
        ("n^2 - 4", "n >= 2", True),
        ("n^2 - 3*n + 2", "n >= 2", True),
        ("n^2 - 5*n + 6", "n >= 3", True),
        ("n^2 - 5*n + 6", "n >= 2", True),
        ("n^2 - 5*n + 5", "n >= 2", False),
        ("n*D - 4", "n >= 2, D >= 2", True),
        ("n*D - 4", "n >= 2", False),
        ("(n-2)*(D-3)", "n >= 2, D >= 3", True),
        ("(n-2)*(D-3)", "n >= 2", False),
        ("(n-2)*a[j]^2/n", "n >= 2", True),
        ("(n-2)^3", "n >= 2", True),
        ("(n-2)^3", "", False),
        ("(n-2)^2", "", True),
        ("(n-2)*(n-2)", "", True),
        ("1/2*n - 1", "n >= 2", True),
        ("n/3 - 1", "n >= 2", False),
    ],
)
def test_a_polynomial_in_sizes_is_judged_by_their_bounds(
    term: str, assume: str, seen: bool
) -> None:
    assert is_seen(term, assume) == seen


@pytest.mark.parametrize(
    ("term", "assume", "seen"),
    [
        ("gamma[d]", "gamma[d] > 0", True),
        ("gamma[d]^3/s[d]", "gamma[d] > 0", True),
        ("1/gamma[d]", "gamma[d] > 0", True),
        ("sum[d] gamma[d]*y[j,d]^2", "gamma[d] > 0", True),
        ("gamma[d]*beta[d]", "gamma[d] > 0", False),
        ("gamma[d]", "gamma[d] != 0", False),
        ("1/gamma[d]", "gamma[d] != 0", False),
        ("1/gamma[d]^2", "gamma[d] != 0", True),
        ("beta[d]", "beta[d] = 0", True),
        ("-beta[d]", "beta[d] = 0", True),
        ("beta[d]*a[j]", "beta[d] = 0", True),
        ("beta[d] + a[j]", "beta[d] = 0", False),
        ("beta[d] - s[d]", "beta[d] = 0", False),
        ("eps", "eps = 0", True),
        ("-eps", "eps = 0", True),
        ("-eps", "", False),
        ("-eps", "eps > 0", False),
        ("a[j]/eps", "eps > 0", False),
        ("a[j]^2/eps", "eps > 0", True),
        ("G[i,d]", "G[i,d] > 0", True),
        ("G[i,d]", "G[i,d] = g[d]", False),
        ("G[i,d]", "G[i,d] = g[d], g[d] > 0", True),
        ("G[i,d]*g[e]", "G[i,d] = g[d]", False),
        ("G[i,d]*G[j,d]", "", False),
    ],
)
def test_a_parameter_has_the_sign_that_is_assumed(term: str, assume: str, seen: bool) -> None:
    assert is_seen(term, assume) == seen


@pytest.mark.parametrize(
    ("term", "by", "seen"),
    [
        ("kappa[d]", "squares", False),
        ("kappa[d]", "squares, definition of kappa", True),
        ("kappa[d]", "squares, definition of y", False),
        ("kappa[d]*a[j]^2", "squares, definition of kappa", True),
        ("var[d]", "squares", False),
        ("var[d]", "squares, definition of var", True),
        ("y[j,d]", "squares, definition of y", False),
        ("y[j,d]*(x[j,d]-mu[d])", "squares", False),
        ("mu[d]", "squares, definition of mu", False),
        ("rho[d,d]", "squares, definition of rho", True),
        ("rho[d,e]", "squares, definition of rho", False),
        ("1 - kappa[d]", "squares, definition of kappa", False),
    ],
)
def test_a_definition_is_looked_into_only_if_it_is_named(term: str, by: str, seen: bool) -> None:
    assert is_seen(term, by=by) == seen


@pytest.mark.parametrize(
    "by", ["", "linearity", "definition of kappa", "linearity, delta, statistics, root, derivative"]
)
def test_without_the_hint_nothing_is_larger(by: str) -> None:
    assert not exceeds("a[j]^2", "0", by=by)
    assert not exceeds("a[j]", "a[j]", by=by)


@pytest.mark.parametrize(
    ("left", "right", "seen"),
    [
        ("a[j]", "a[j]", True),
        ("a[j] + b[j]^2", "a[j]", True),
        ("a[j]", "a[j] - b[j]^2", True),
        ("a[j] - b[j]^2", "a[j]", False),
        ("a[j]", "a[j] + b[j]^2", False),
        ("a[j] + b[j]^2 + s[d]", "b[j]^2 + a[j]", True),
        ("a[j] + a[j]", "a[j]", False),
        ("a[j]", "a[j] + a[j]", False),
        ("a[j]^2", "-a[j]^2", True),
        ("-a[j]^2", "a[j]^2", False),
        ("-a[j]^2", "-a[j]^2", True),
        ("-a[j]^2", "-a[j]^2 - b[j]^2", True),
        ("-(a[j] - b[j]^2)", "-a[j]", True),
        ("sum[i] a[i]", "sum[k] a[k]", True),
        ("(sum[i] a[i]) + n", "sum[k] a[k]", True),
        ("a[j] + (b[j] + n)", "b[j] + a[j]", True),
        ("-(a[j] + b[j])", "-a[j]", False),
        ("(n - 1)*1 + a[j]^2", "a[j]^2", True),
        ("a[k]^2", "a[j]", False),
        ("a[j]", "a[k]", False),
        ("a[j]^2", "a[j]", False),
        ("2*a[j]^2", "a[j]^2", False),
        ("a[j]", "0", False),
        ("0", "a[j]", False),
        ("1", "0", True),
        ("0", "1", False),
        ("0", "0", True),
        ("n", "1", True),
    ],
)
def test_common_summands_are_left_out_and_nothing_else(left: str, right: str, seen: bool) -> None:
    assert exceeds(left, right) == seen


def test_a_term_that_has_no_meaning_cannot_be_a_square() -> None:
    steps = Steps(THEORY, ())
    for term in ("(1/a[j])^2", "(y[j,d]/y[j,d])^2", "(x[j])^2", "q[j]^2"):
        with pytest.raises(TermError):
            steps.admit(parse_term(term))


# Chains of inequalities


def shown(claim: str, *steps: str, assume: str = "") -> Theorem | Gap | Difference:
    """What a chain `relation term by hints` from the left side of an inequality on shows."""
    reading = parse_claim(Source("t", claim))
    first, *others = steps
    terms, relations, named = [parse_term(first)], [], []
    for step in others:
        relation, rest = step.split(" ", 1)
        term, _, by = rest.partition(" by ")
        terms.append(parse_term(term))
        relations.append(relation)
        named.append(hints(by))
    checker = Steps(THEORY, given(assume))
    return checker.prove(reading.claim, {"": Chain(terms, relations, named)})


def test_a_chain_that_descends_shows_that_its_first_term_is_larger() -> None:
    theorem = shown(
        "a[j]^2 + 2*a[j] >= 2*a[j] - b[j]^2 - s[d]",
        "a[j]^2 + 2*a[j]",
        ">= 2*a[j] by squares",
        "= a[j] + a[j]",
        ">= a[j] + a[j] - b[j]^2 by squares",
        ">= a[j] + a[j] - b[j]^2 - s[d] by squares",
        "= 2*a[j] - b[j]^2 - s[d]",
    )
    assert isinstance(theorem, Theorem)
    assert theorem.roots == {"s"}


def test_a_chain_that_ascends_shows_that_its_first_term_is_smaller() -> None:
    theorem = shown("a[j] <= a[j] + n", "a[j]", "<= a[j] + n by squares")
    assert isinstance(theorem, Theorem)


def test_the_first_step_down_that_is_not_seen_is_a_gap() -> None:
    gap = shown(
        "a[j]^2 >= -1", "a[j]^2", ">= 0 by squares", ">= b[j] by squares", ">= -1 by squares"
    )
    assert isinstance(gap, Gap)
    assert (gap.step, gap.leftover) == (1, None)


@pytest.mark.parametrize(
    ("claim", "step"),
    [
        ("a[j]^2 >= 0", "<= 0 by squares"),
        ("a[j]^2 <= 0", ">= 0 by squares"),
        ("a[j]^2 = 0", ">= 0 by squares"),
        ("-a[j]^2 = 0", "<= 0 by squares"),
    ],
)
def test_a_step_in_another_direction_than_its_claim_is_refused(claim: str, step: str) -> None:
    with pytest.raises(TermError) as caught:
        shown(claim, claim.split(" ", 1)[0], step)
    assert caught.value.code == "chain"


def test_an_inequality_is_shown_by_equal_terms_alone() -> None:
    assert isinstance(shown("2*a[j] >= a[j] + a[j]", "2*a[j]", "= a[j] + a[j]"), Theorem)


def test_an_inequality_that_is_cited_shows_no_equation() -> None:
    larger = shown("n >= 0", "n", ">= 0 by squares")
    assert isinstance(larger, Theorem)
    steps = Steps(THEORY, ())
    left, right = parse_term("n"), parse_term("0")
    steps.admit(left)
    steps.admit(right)
    for back in ("fact", "<- fact"):
        try:
            left_over = steps.leftover(left, right, hints(back, {"fact": larger}))
        except TermError as error:
            code = error.code
        else:
            code = "nothing shown" if left_over is not None else "shown"
        assert code in ("citation", "nothing shown")


# A surplus


@pytest.mark.parametrize(
    ("claim", "surplus"),
    [
        ("a[j]^2 >= 0", "a[j]^2"),
        ("a[j]^2 + b[j]^2 >= 2*a[j]*b[j]", "(a[j]-b[j])^2"),
        ("2*a[j]*b[j] <= a[j]^2 + b[j]^2", "(a[j]-b[j])^2"),
        ("n*D >= n", "n*(D-1)"),
        ("sum[i] y[i,d]^2 <= n", "n*kappa[d]"),
        ("kappa[d] <= 1", "(mean[i] (x[i,d]-mu[d])^2)/s[d]^2"),
        ("kappa[d] >= 0", "kappa[d]"),
        ("n*(sum[i] a[i]^2) >= (sum[i] a[i])^2", "n*(sum[i] (a[i] - mean[k] a[k])^2)"),
    ],
)
def test_a_surplus_that_is_a_square_proves(claim: str, surplus: str) -> None:
    reading = parse_claim(Source("t", claim))
    result = decide(reading.claim, THEORY, (), witness=Surplus(parse_term(surplus)))
    assert isinstance(result, Theorem)
    assert result.witness == Surplus(parse_term(surplus))


@pytest.mark.parametrize(
    ("claim", "surplus"),
    [
        ("a[j] >= 0", "a[j]"),
        ("a[j] >= b[j]", "a[j] - b[j]"),
        ("a[j]*b[j] >= 0", "a[j]*b[j]"),
        ("n >= 2", "n - 2"),
        ("-a[j]^2 >= 0", "-a[j]^2"),
        ("y[j,d] >= 0", "y[j,d]"),
    ],
)
def test_a_surplus_of_unknown_sign_is_refused(claim: str, surplus: str) -> None:
    reading = parse_claim(Source("t", claim))
    with pytest.raises(TermError) as caught:
        decide(reading.claim, THEORY, (), witness=Surplus(parse_term(surplus)))
    assert caught.value.code == "witness"


@pytest.mark.parametrize(
    ("claim", "surplus"),
    [
        ("a[j]^2 >= 1", "a[j]^2"),
        ("0 >= a[j]^2", "a[j]^2"),
        ("a[j]^2 <= 0", "a[j]^2"),
        ("a[j]^2 >= 0", "2*a[j]^2"),
        ("sum[i] y[i,d]^2 >= n", "n*kappa[d]"),
    ],
)
def test_a_surplus_that_is_not_the_difference_leaves_one(claim: str, surplus: str) -> None:
    reading = parse_claim(Source("t", claim))
    result = decide(reading.claim, THEORY, (), witness=Surplus(parse_term(surplus)))
    assert isinstance(result, Difference)


def test_an_inequality_without_a_surplus_is_no_theorem() -> None:
    with pytest.raises(TermError) as caught:
        decide(parse_claim(Source("t", "a[j]^2 >= 0")).claim, THEORY)
    assert caught.value.code == "witness"
