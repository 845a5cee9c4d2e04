"""Sizes that a hypothesis fixes: what holds at n = 2 and n = 3 by accident, and what does not.

At eps = 0 two standardized values are 1 and -1, so nothing moves them. Three, a, b, -(a + b), with
a^2 + ab + b^2 = 3/2, have (a^2 + b^2 + (a + b)^2)^2 = 2*(a^4 + b^4 + (a + b)^4), so 9 = 2*sum y^4.
"""

from __future__ import annotations

import pytest

import bnproof
from bnproof.kernel import BudgetExhausted, Difference, Hints, Steps, Theorem, decide
from bnproof.language import Source, SourceError, parse_term, read_statement
from bnproof.terms import (
    Add,
    AtLeast,
    Entry,
    Equation,
    Fixed,
    Hypothesis,
    Index,
    Input,
    Parameter,
    Sign,
    Sort,
    Sum,
    TermError,
    Theory,
    Unequal,
)
from tests.kernel.chains import BATCH, hints
from tests.theories import (
    EPS,
    X,
    affine,
    batchnorm,
    centering,
    layernorm,
    let,
    root,
    scaling,
)

ZERO = "eps = 0"
UNBIASED = Theory(
    (
        X,
        EPS,
        let("mu[d]", "mean[i] x[i,d]"),
        let("var[d]", "1/(n-1)*sum[i] (x[i,d]-mu[d])^2"),
        root("s[d]", "var[d] + eps"),
        let("y[i,d]", "(x[i,d]-mu[d])/s[d]"),
    )
)
THEORIES = {
    "batch": batchnorm(),
    "layer": layernorm(),
    "center": centering(),
    "scale": scaling(),
    "affine": affine(),
    "unbiased": UNBIASED,
}


def verdict(claim: str, assume: str, norm: str = "batch") -> Theorem | Difference:
    statement = read_statement(Source("t", claim), THEORIES[norm], (assume,))
    return decide(statement.claim, statement.theory, statement.hypotheses)


def holds(claim: str, assume: str, norm: str = "batch") -> bool:
    return isinstance(verdict(claim, assume, norm), Theorem)


def refusal(claim: str, assume: str, norm: str = "batch") -> str:
    with pytest.raises(TermError) as caught:
        verdict(claim, assume, norm)
    return caught.value.code


PAIRS = f"n = 2, {ZERO}"
TRIPLES = f"n = 3, {ZERO}"


@pytest.mark.parametrize(
    "claim",
    [
        "y[i,d]^2 = 1",
        "y[i,d]^4 = 1",
        "y[i,d]^3 = y[i,d]",
        "sum[i] y[i,d]^3 = 0",
        "rho[d,e]^2 = 1",
        "rho[d,e]*rho[e,f] = rho[d,f]",
        "y[i,d]*y[i,e] = rho[d,e]",
        "(x[i,d]-mu[d])^2 = var[d]",
        "sum[i,k] (x[i,d]-x[k,d])^2 = 8*var[d]",
        "diff[x[j,e]] y[k,d] = 0",
        "diff[x[j,e]] rho[d,f] = 0",
        "diff[x[j,e]] (y[k,d]*s[d]) = delta[d,e]*(delta[j,k] - 1/2)",
        "delta[j,k] - 1/n - y[j,d]*y[k,d]/n = 0",
        "y[j,d]*y[k,d] = 2*delta[j,k] - 1",
    ],
)
def test_two_samples_are_standardized_to_plus_and_minus_one(claim: str) -> None:
    assert holds(claim, PAIRS)


@pytest.mark.parametrize(
    "loss",
    [
        "sum[i,d] g[d]*(y[i,d]-t[d])",
        "sum[i,d] h[d]*(y[i,d]-t[d])^2",
        "sum[i,d,e] H[d,e]*y[i,d]*y[i,e]",
        "sum[i,d,e : d != e] H[d,e]*(y[i,d]-t[d])*(y[i,e]-t[e])",
        "sum[i] y[i,d]^3",
        "sum[i] y[i,d]^4",
        "sum[i,d] G[i,d]*y[i,d]",
        "sum[i,d] G[i,d]*z[i,d]",
        "sum[i,k,d] w[d]*(y[i,d]-y[k,d])^4",
        "sum[i,k] A[i,k]*y[i,d]*y[k,e]",
        "sum[i,d] G[i,d]*y[i,d]^5",
        "y[i,d]",
    ],
)
def test_two_samples_without_eps_learn_nothing_at_all(loss: str) -> None:
    assert holds(f"blocked {loss}", PAIRS)


@pytest.mark.parametrize(
    "claim",
    [
        "y[i,d]^2 = 1",
        "rho[d,e]^2 = 1",
        "blocked sum[i,d] G[i,d]*y[i,d]",
        "blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]",
        "blocked sum[i,d] h[d]*y[i,d]^2",
    ],
)
def test_with_eps_two_samples_are_not_frozen(claim: str) -> None:
    assert not holds(claim, "n = 2")
    assert not holds(claim, "n = 2, eps > 0")


def test_with_eps_two_samples_obey_what_holds_for_all_sizes() -> None:
    assert holds("sum[i] y[i,d]^2 = 2*(1 - kappa[d])", "n = 2")
    assert holds("y[i,d]^2 = 1 - kappa[d]", "n = 2")
    assert holds("blocked sum[i,d] g[d]*y[i,d]", "n = 2")
    assert holds("sum[i] y[i,d]^3 = 0", "n = 2")


@pytest.mark.parametrize(
    "claim",
    ["y[i,d] = 1", "y[i,d] = -y[k,d]", "rho[d,e] = 1", "rho[d,e] = y[i,d]*y[k,e]", "y[i,d] = 0"],
)
def test_what_is_false_of_two_samples_is_a_difference(claim: str) -> None:
    assert not holds(claim, PAIRS)


@pytest.mark.parametrize(
    ("claim", "true"),
    [
        ("y[j,d] = -y[k,d]", True),
        ("delta[j,k] = 0", True),
        ("diff[x[j,d]] (x[k,d]-mu[d]) = -1/2", True),
        ("sum[i : i != j] y[i,d] = y[k,d]", True),
        ("x[j,d] + x[k,d] = 2*mu[d]", True),
        ("y[j,d] = y[k,d]", False),
    ],
)
def test_two_different_samples_of_two_are_both_of_them(claim: str, true: bool) -> None:
    assert holds(claim, "n = 2, j != k") == true


def test_three_different_samples_are_all_three() -> None:
    assert holds("y[i,d] + y[j,d] + y[k,d] = 0", "n = 3, i != j, i != k, j != k")
    assert not holds("y[i,d] + y[j,d] + y[k,d] = 0", "n = 4, i != j, i != k, j != k")


@pytest.mark.parametrize(
    "claim",
    [
        "sum[i] y[i,d]^4 = 9/2",
        "sum[i,k] (y[i,d]-y[k,d])^4 = 81",
        "sum[i,k] (y[i,d]-y[k,d])^2 = 18",
        "y[i,d]^3 = 3/2*y[i,d] + 1/3*sum[k] y[k,d]^3",
        "blocked sum[i] y[i,d]^4",
        "blocked sum[i,d] h[d]*y[i,d]^4",
        "blocked sum[i,k,d] w[d]*(y[i,d]-y[k,d])^4",
        "sum[i] (x[i,d]-mu[d])^4 = 9/2*var[d]^2",
    ],
)
def test_three_samples_have_their_fourth_powers_by_accident(claim: str) -> None:
    assert holds(claim, TRIPLES)


@pytest.mark.parametrize(
    "claim",
    [
        "sum[i] y[i,d]^3 = 0",
        "blocked sum[i] y[i,d]^3",
        "blocked sum[i] y[i,d]^5",
        "blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]",
        "sum[i] y[i,d]^4 = 9/4",
        "sum[i,k] (y[i,d]-y[k,d])^4 = 80",
        "y[i,d]^3 = 3/2*y[i,d]",
        "rho[d,e]^2 = 1",
        "y[i,d]^2 = 1",
    ],
)
def test_what_is_false_of_three_samples_is_a_difference(claim: str) -> None:
    assert isinstance(verdict(claim, TRIPLES), Difference)


@pytest.mark.parametrize(
    "claim",
    [
        "sum[i] y[i,d]^4 = 9/2",
        "sum[i] y[i,d]^4 = 8",
        "sum[i,k] (y[i,d]-y[k,d])^4 = 81",
        "blocked sum[i] y[i,d]^4",
        "blocked sum[i,k,d] w[d]*(y[i,d]-y[k,d])^4",
    ],
)
def test_four_samples_have_no_fourth_powers_by_accident(claim: str) -> None:
    assert not holds(claim, f"n = 4, {ZERO}")


def test_three_samples_with_eps_have_fourth_powers_in_terms_of_kappa() -> None:
    assert holds("sum[i] y[i,d]^4 = 9/2*(1 - kappa[d])^2", "n = 3")
    assert not holds("sum[i] y[i,d]^4 = 9/2", "n = 3")
    assert not holds("blocked sum[i] y[i,d]^4", "n = 3")


@pytest.mark.parametrize(
    "claim",
    [
        "y[i,d] = 0",
        "x[i,d] = mu[d]",
        "x[i,d] = x[k,d]",
        "var[d] = 0",
        "s[d] = s[e]",
        "s[d]^2 = eps",
        "s[d]*s[e] = eps",
        "kappa[d] = 1",
        "delta[j,k] = 1",
        "z[i,d] = beta[d]",
        "rho[d,e] = 0",
        "blocked sum[i,d] G[i,d]*y[i,d]^2",
        "diff[x[j,e]] y[k,d] = 0",
        "diff[eps] s[d] = 1/(2*s[d])",
        "diff[eps] (s[d]*s[e]) = 1",
        "sum[d] s[d] = D*s[e]",
        "eps/s[d] = s[e]",
    ],
)
def test_a_single_sample_is_its_mean_and_every_root_is_that_of_eps(claim: str) -> None:
    assert holds(claim, "n = 1")


@pytest.mark.parametrize("claim", ["s[d] = 1", "s[d] = eps", "x[i,d] = x[i,e]", "mu[d] = 0"])
def test_what_is_false_of_a_single_sample_is_a_difference(claim: str) -> None:
    assert not holds(claim, "n = 1")


@pytest.mark.parametrize("assume", ["n = 1, eps = 0", "eps = 0, n = 1"])
def test_a_single_sample_without_eps_is_vacuous(assume: str) -> None:
    assert refusal("y[i,d] = 0", assume) == "vacuous"
    assert refusal("s[d] = s[e]", assume) == "vacuous"


def test_a_single_sample_without_eps_is_fine_where_nothing_is_divided_by_a_root() -> None:
    assert holds("x[i,d] - mu[d] = eps", "n = 1, eps = 0")


@pytest.mark.parametrize(
    ("claim", "true"),
    [
        ("y[i,d]^2 = 1", True),
        ("y[i,d]*y[i,e] = 2*delta[d,e] - 1", True),
        ("blocked sum[i,d] G[i,d]*y[i,d]", True),
        ("blocked sum[i,d] g[d]*y[i,d]", True),
        ("blocked sum[i] (y[i,d] - y[i,e])^3", True),
        ("sum[d] y[i,d]^3 = 0", True),
        ("rho[d,e]^2 = 1", True),
        ("y[i,d] = y[j,d]", False),
        ("sum[i] y[i,d] = 0", False),
    ],
)
def test_layer_norm_of_two_features_is_frozen(claim: str, true: bool) -> None:
    assert holds(claim, "D = 2, eps = 0", "layer") == true


def test_layer_norm_does_not_freeze_two_samples() -> None:
    assert not holds("y[i,d]^2 = 1", PAIRS, "layer")


def test_layer_norm_of_one_feature_is_zero() -> None:
    assert holds("y[i,d] = 0", "D = 1", "layer")
    assert holds("s[i] = s[j]", "D = 1", "layer")


@pytest.mark.parametrize(
    ("claim", "true"),
    [
        ("H[e,f] = H[f,e]", True),
        ("sum[c,d : c != d] H[c,d] = 2*H[e,f]", True),
        ("H[e,e]*H[f,f] = H[e,f]^2", False),
        ("sum[c,d] H[c,d] = H[e,e] + H[f,f] + 2*H[e,f]", True),
        ("sum[c,d] G[c,d] = G[e,e] + G[f,f] + 2*G[e,f]", False),
        ("sum[c,d] G[c,d] = G[e,e] + G[f,f] + G[e,f] + G[f,e]", True),
    ],
)
def test_a_symmetric_matrix_of_two_features_has_three_entries(claim: str, true: bool) -> None:
    assert holds(claim, "D = 2, e != f") == true


def test_the_off_diagonal_term_of_one_feature_is_nothing() -> None:
    assert holds("sum[d,e : d != e] H[d,e]*y[i,d]*y[i,e] = 0", "D = 1")
    assert holds("blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]", f"D = 1, {ZERO}")
    assert not holds("blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]", f"D = 2, {ZERO}")


@pytest.mark.parametrize(
    ("claim", "assume"),
    [
        ("n = 2", "n = 2"),
        ("n^3 - 8 = 0", "n = 2"),
        ("n*D = 6", "n = 2, D = 3"),
        ("1/(n-1) = 1", "n = 2"),
        ("1/(n-1)*sum[i] (x[i,d]-mu[d])^2 = 2*var[d]", "n = 2"),
        ("1/(n^2+n) = 1/6", "n = 2"),
        ("1/(n+D-1) = 1/(D+1)", "n = 2"),
        ("sum[i] 1 = 2", "n = 2"),
        ("sum[i,k : i != k] 1 = 6", "n = 3"),
        ("mean[i] a[i] = 1/2*sum[i] a[i]", "n = 2"),
        ("sum[d] s[d]^(-1)*s[d] = 8", "D = 8"),
    ],
)
def test_a_size_that_is_fixed_is_a_number(claim: str, assume: str) -> None:
    assert holds(claim, assume)


@pytest.mark.parametrize(
    ("claim", "assume"),
    [
        ("0/(n-2) = 0", "n = 2"),
        ("1/(n-2)*(n-2) = 1", "n = 2"),
        ("1/(n-D) = 1/(n-D)", "n = 2, D = 2"),
        ("1/(n-1) = 1/(n-1)", "n = 1"),
        ("1/((n-1)*(n-2)) = 0", "n = 2"),
    ],
)
def test_a_division_by_zero_at_a_fixed_size_is_vacuous(claim: str, assume: str) -> None:
    with pytest.raises(SourceError) as caught:
        bnproof.prove(claim, assume=assume)
    assert caught.value.code == "vacuous"


def test_only_the_size_that_is_fixed_is_a_number() -> None:
    assert not holds("D = 2", "n = 2")
    assert not holds("n = 2", "D = 2")
    assert not holds("n = 3", "n = 2")


@pytest.mark.parametrize(
    "hypotheses",
    [
        (Fixed("n", 2), Fixed("n", 3)),
        (Fixed("n", 2), AtLeast("n", 3)),
        (AtLeast("n", 3), Fixed("n", 2)),
        (Fixed("n", 8), AtLeast("n", 9)),
    ],
)
def test_two_values_of_a_size_are_a_contradiction(hypotheses: tuple[Hypothesis, ...]) -> None:
    claim = read_statement(Source("t", "1 = 2"), BATCH).claim
    with pytest.raises(TermError) as caught:
        decide(claim, BATCH, hypotheses)
    assert caught.value.code == "vacuous"


def test_a_bound_that_a_fixed_size_meets_is_no_contradiction() -> None:
    assert holds("y[i,d]^2 = 1", f"n >= 2, n = 2, {ZERO}")
    assert holds("y[i,d]^2 = 1", f"n = 2, n = 2, {ZERO}")


@pytest.mark.parametrize("value", [9, 0, -1, 10**30])
def test_sizes_are_fixed_at_one_to_eight(value: int) -> None:
    with pytest.raises(TermError) as caught:
        Fixed("n", value)
    assert caught.value.code == "hypothesis"


def test_the_value_of_a_size_is_an_integer() -> None:
    for value in (True, 2.0, "2", None):
        with pytest.raises(TermError):
            Fixed("n", value)  # type: ignore[arg-type]


def test_only_sizes_are_fixed() -> None:
    claim = read_statement(Source("t", "1 = 1"), BATCH).claim
    for name in ("x", "m", "eps"):
        with pytest.raises(TermError) as caught:
            decide(claim, BATCH, (Fixed(name, 2),))
        assert caught.value.code == "hypothesis"


def test_eight_samples_are_not_too_many() -> None:
    assert holds("sum[i] y[i,d]^2 = 8", f"n = 8, {ZERO}")
    assert holds("blocked sum[i,d] h[d]*y[i,d]^2", f"n = 8, {ZERO}")
    assert not holds("sum[i] y[i,d]^3 = 0", f"n = 8, {ZERO}")


def test_a_budget_that_is_spent_is_no_verdict() -> None:
    statement = read_statement(Source("t", "(sum[i] y[i,d]^4)^4 = 0"), BATCH, ("n = 8",))
    with pytest.raises(BudgetExhausted):
        decide(statement.claim, statement.theory, statement.hypotheses, steps=2_000)


@pytest.mark.parametrize(
    ("claim", "true"),
    [
        ("y[i,d]^2 = 1/2", True),
        ("sum[i] y[i,d]^2 = 1", True),
        ("sum[i] y[i,d]^2 = 2", False),
        ("blocked sum[i,d] G[i,d]*y[i,d]", True),
    ],
)
def test_the_variance_with_n_minus_one_is_known_at_n_two(claim: str, true: bool) -> None:
    assert holds(claim, PAIRS, "unbiased") == true


def test_the_variance_with_n_minus_one_has_no_meaning_at_n_one() -> None:
    assert refusal("y[i,d] = 0", "n = 1", "unbiased") == "vacuous"


def test_the_variance_with_n_minus_one_at_n_three() -> None:
    assert holds("sum[i] y[i,d]^4 = 2", TRIPLES, "unbiased")
    assert not holds("sum[i] y[i,d]^4 = 9/2", TRIPLES, "unbiased")


@pytest.mark.parametrize(
    ("claim", "assume", "true"),
    [
        ("y[j,d] = -y[k,d]", "n = 2, j != k", True),
        ("y[j,d]^2 = y[k,d]^2", "n = 2", True),
        ("sum[i] y[i,d]^3 = 0", "n = 2", True),
        ("sum[i] y[i,d]^3 = 3*y[i,d]*y[j,d]*y[k,d]", "n = 3, i != j, i != k, j != k", True),
        ("sum[i] y[i,d]^3 = 0", "n = 3", False),
        ("blocked sum[i,d] h[d]*y[i,d]^2", "n = 2", False),
        ("blocked sum[i,d] G[i,d]*y[i,d]", "n = 1", True),
        ("y[i,d] = 0", "n = 1", True),
    ],
)
def test_centering_alone_leaves_one_relation(claim: str, assume: str, true: bool) -> None:
    assert holds(claim, assume, "center") == true


@pytest.mark.parametrize(
    ("claim", "assume", "true"),
    [
        ("y[i,d]^2 = 1", f"n = 1, {ZERO}", True),
        ("blocked sum[i,d] g[d]*y[i,d]", f"n = 1, {ZERO}", True),
        ("y[i,d]^2 = 1", "n = 1", False),
        ("y[i,d] = 1", f"n = 1, {ZERO}", False),
        ("y[i,d]^2 = 1 - eps/s[d]^2", "n = 1", True),
        ("y[j,d]^2 + y[k,d]^2 = 2", f"n = 2, {ZERO}, j != k", True),
        ("y[j,d]^2 + y[k,d]^2 = 2", f"n = 2, {ZERO}", False),
        ("sum[i] y[i,d]^2 = 2", f"n = 2, {ZERO}", True),
        ("sum[i] y[i,d]^3 = 0", f"n = 2, {ZERO}", False),
        ("blocked sum[i,d] g[d]*y[i,d]", f"n = 2, {ZERO}", False),
    ],
)
def test_scaling_alone_leaves_one_relation(claim: str, assume: str, true: bool) -> None:
    assert holds(claim, assume, "scale") == true


def test_the_affine_map_leaves_the_entries_free() -> None:
    assert not holds("sum[i] y[i,d] = 0", "n = 2", "affine")
    assert holds("sum[i] y[i,d] = y[j,d] + y[k,d]", "n = 2, j != k", "affine")


@pytest.mark.parametrize(
    ("claim", "assume", "true"),
    [
        (
            "delta[j,k]*(1 - delta[j,l]) + delta[j,l] + delta[k,l]*(1 - delta[j,k]) = 1",
            "n = 2",
            True,
        ),
        (
            "delta[j,k]*(1 - delta[j,l]) + delta[j,l] + delta[k,l]*(1 - delta[j,k]) = 1",
            "n = 3",
            False,
        ),
        ("(y[j,d]-y[k,d])*(y[k,d]-y[l,d])*(y[l,d]-y[j,d]) = 0", "n = 2", True),
        ("(y[j,d]-y[k,d])*(y[k,d]-y[l,d])*(y[l,d]-y[j,d]) = 0", "n = 3", False),
        ("(a[j]-a[k])*(a[k]-a[l])*(a[l]-a[j]) = 0", "n = 2", True),
        ("(a[j]-a[k])*(b[j]-b[k]) = 0", "n = 1", True),
        ("(a[j]-a[k])*(b[j]-b[k]) = 0", "n = 2", False),
    ],
)
def test_free_indices_are_split_into_cases(claim: str, assume: str, true: bool) -> None:
    assert holds(claim, assume) == true


def test_more_different_indices_than_entries_are_vacuous() -> None:
    with pytest.raises(SourceError) as caught:
        bnproof.prove("y[i,d] + y[j,d] + y[k,d] = 1", assume="n = 2, i != j, i != k, j != k")
    assert caught.value.code == "vacuous"


def test_two_inputs_have_relations_of_their_own() -> None:
    theory = Theory(
        (
            *batchnorm().declarations,
            Input("w", ("sample", "feature")),
            let("m[d]", "mean[i] w[i,d]"),
            root("r[d]", "(mean[i] (w[i,d]-m[d])^2) + eps"),
        )
    )
    given = (Sign(Entry("eps"), "zero"), Fixed("n", 2))
    for claim, true in [
        ("((w[i,d]-m[d])/r[d])^2 = 1", True),
        ("y[i,d]^2*((w[i,e]-m[e])/r[e])^2 = 1", True),
        ("y[i,d]*(w[i,d]-m[d])/r[d] = 1", False),
    ]:
        statement = read_statement(Source("t", claim), theory, (), given)
        result = decide(statement.claim, theory, given)
        assert isinstance(result, Theorem) == true, claim


def test_roots_of_two_inputs_with_one_eps_coincide_at_one_sample() -> None:
    theory = Theory(
        (
            *batchnorm().declarations,
            Input("w", ("sample", "feature")),
            let("m[d]", "mean[i] w[i,d]"),
            root("r[d]", "(mean[i] (w[i,d]-m[d])^2) + eps"),
        )
    )
    for claim in ("s[d]^2 = eps", "r[d]^2 = eps", "r[d] = r[e]", "s[d] = s[e]", "r[d] = s[e]"):
        statement = read_statement(Source("t", claim), theory, ("n = 1",))
        assert isinstance(decide(statement.claim, theory, statement.hypotheses), Theorem), claim


# Hinted steps


def step_shown(step: str, by: str, *hypotheses: Hypothesis, theory: Theory = BATCH) -> bool:
    left, right = map(parse_term, step.split(" = "))
    steps = Steps(theory, hypotheses)
    steps.admit(left)
    steps.admit(right)
    return steps.leftover(left, right, hints(by)) is None


EPS_ZERO = Sign(Entry("eps"), "zero")


@pytest.mark.parametrize(
    ("step", "by", "shown"),
    [
        ("sum[i] a[i] = sum[k] a[k]", "", True),
        ("n = 2", "sizes", True),
        ("n = 2", "", False),
        ("n = 2", "linearity, delta, statistics, root, derivative", False),
        ("sum[i] 1 = 2", "linearity, sizes", True),
        ("sum[i] 1 = 2", "linearity", False),
        ("(a[j]-a[k])*(a[k]-a[l])*(a[l]-a[j]) = 0", "sizes", True),
        ("(a[j]-a[k])*(a[k]-a[l])*(a[l]-a[j]) = 0", "linearity, delta", False),
        ("(x[i,d]-mu[d])^2 = s[d]^2", "sizes", False),
        ("(x[i,d]-mu[d])^2 = s[d]^2", "statistics", False),
        ("(x[i,d]-mu[d])^2 = s[d]^2", "sizes, statistics", True),
        ("y[i,d]^2 = 1", "sizes, statistics", False),
        ("y[i,d]^2 = 1", "definition of y, sizes, statistics", True),
        ("y[i,d]^2 = 1", "definition of y, statistics", False),
        ("y[i,d]^2 = 1", "definition of y, sizes", False),
        ("sum[i] y[i,d]^3 = 0", "linearity, definition of y, sizes, statistics", True),
    ],
)
def test_sizes_and_statistics_are_hints_of_their_own(step: str, by: str, shown: bool) -> None:
    assert step_shown(step, by, EPS_ZERO, Fixed("n", 2)) == shown


@pytest.mark.parametrize(
    ("step", "by"),
    [
        ("n = 2", "sizes"),
        ("(a[j]-a[k])*(a[k]-a[l])*(a[l]-a[j]) = 0", "sizes"),
        ("(x[i,d]-mu[d])^2 = s[d]^2", "sizes, statistics"),
        ("D = 2", "sizes"),
    ],
)
def test_without_a_fixed_size_the_hint_says_nothing(step: str, by: str) -> None:
    assert not step_shown(step, by, EPS_ZERO)
    assert not step_shown(step, by, EPS_ZERO, AtLeast("n", 2))


def test_the_hint_does_not_speak_of_a_size_that_is_not_fixed() -> None:
    assert not step_shown("D = 2", "sizes", Fixed("n", 2))
    assert not step_shown("a[j] = a[k]", "sizes", Fixed("n", 2))


def test_a_true_step_that_needs_no_size_is_shown_with_the_hint_as_well() -> None:
    assert step_shown("sum[i] (a[i] + 1) = (sum[i] a[i]) + n", "linearity, sizes", Fixed("n", 3))
    assert step_shown("sum[i] delta[i,j]*a[i] = a[j]", "delta, sizes", Fixed("n", 3))


def test_a_checker_knows_whether_a_size_is_fixed() -> None:
    assert Steps(BATCH, (Fixed("n", 2),)).fixes_sizes
    assert not Steps(BATCH, (AtLeast("n", 2),)).fixes_sizes


def test_hints_of_nothing_show_no_size() -> None:
    steps = Steps(BATCH, (Fixed("n", 2),))
    left, right = parse_term("n"), parse_term("2")
    steps.admit(left)
    steps.admit(right)
    assert steps.leftover(left, right, Hints()) is not None


def test_a_parameter_of_a_sort_of_its_own_can_have_a_fixed_size() -> None:
    theory = Theory(
        (Parameter("q", ("pixel",)), let("m", "0")),
        (*batchnorm().sorts, Sort("pixel", "P")),
    )
    pixels = [Index(letter, "pixel") for letter in ("a", "b")]
    entries = [Entry("q", (pixel,)) for pixel in pixels]
    total = Sum((Index("u", "pixel"),), (), Entry("q", (Index("u", "pixel"),)))
    claim = Equation(total, Add(tuple(entries)))
    assert isinstance(decide(claim, theory, (Fixed("P", 2), Unequal(*pixels))), Theorem)
    assert isinstance(decide(claim, theory, (Fixed("P", 3), Unequal(*pixels))), Difference)
    assert isinstance(decide(claim, theory, (Fixed("P", 2),)), Difference)
