"""Several statistics of one input: crossed, nested, of means and of roots; what a pencil says of them.

Where nothing else is said, x is an input over samples and features (and pixels), and every claim holds
or fails in whatever order the statistics are declared.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from bnproof.kernel import BudgetExhausted, Difference, Theorem, decide
from bnproof.language.claims import parse_hypotheses
from bnproof.language.source import Source
from bnproof.terms import (
    Declaration,
    Definition,
    Function,
    Hypothesis,
    Input,
    Parameter,
    Root,
    TermError,
    Theory,
    index_sorts,
)
from tests.pixels import LETTERS, SORTS, claim_of, let, term_of

EPS = Parameter("eps", (), nonnegative=True)
FLAT = Input("x", ("sample", "feature"))
IMAGES = Input("x", ("sample", "feature", "pixel"))


def root(head: str, radicand: str) -> Root:
    return Root(head.partition("[")[0], let(head, "0").formals, term_of(radicand))


def theory(*declared: Declaration) -> Theory:
    there = {"sample", "feature", *(sort for d in declared for sort in index_sorts(d))}
    return Theory((EPS, *declared), tuple(sort for sort in SORTS if sort.name in there))


def verdict(claim: str, declared: Theory, assume: str = "") -> Theorem | Difference:
    hypotheses = given(assume, declared.sizes()) if assume else ()
    return decide(claim_of(claim), declared, hypotheses)


def given(text: str, sizes: tuple[str, ...]) -> tuple[Hypothesis, ...]:
    return parse_hypotheses(Source("assume", text), LETTERS, sizes)[0]


def holds(claim: str, declared: Theory, assume: str = "") -> bool:
    return isinstance(verdict(claim, declared, assume), Theorem)


def refusal(claim: str, declared: Theory, assume: str = "") -> str:
    with pytest.raises(TermError) as caught:
        verdict(claim, declared, assume)
    return caught.value.code


MU, NU = let("mu[d]", "mean[i] x[i,d]"), let("nu[i]", "mean[d] x[i,d]")
S = root("s[d]", "(mean[i] (x[i,d] - mu[d])^2) + eps")
R = root("r[i]", "(mean[d] (x[i,d] - nu[i])^2) + eps")
TOTAL = let("m", "mean[i,d] x[i,d]")
POOLED = root("t", "mean[i,d] (x[i,d] - mu[d])^2")
BATCH, LAYER = (MU, S), (NU, R)


# Crossed statistics


@pytest.mark.parametrize("declared", [theory(FLAT, MU, NU), theory(FLAT, NU, MU)])
def test_two_crossed_means_agree_on_the_sum_of_all_entries(declared: Theory) -> None:
    assert holds("D*(sum[i] nu[i]) = n*(sum[d] mu[d])", declared)
    assert holds("sum[i,d] x[i,d] = n*(sum[d] mu[d])", declared)
    assert holds("(sum[i] nu[i])^2 = n^2/D^2*(sum[d] mu[d])*(sum[i,d] x[i,d]/n)", declared)
    assert not holds("sum[i] nu[i] = sum[d] mu[d]", declared)


@pytest.mark.parametrize("declared", [theory(FLAT, MU, NU), theory(FLAT, NU, MU)])
def test_a_crossed_mean_is_exchanged_only_where_nothing_else_carries_its_index(
    declared: Theory,
) -> None:
    assert holds("sum[i,d] x[i,d]*nu[i] = D*(sum[i] nu[i]^2)", declared)
    assert holds("sum[i,d] x[i,d]*mu[d] = n*(sum[d] mu[d]^2)", declared)
    assert not holds("sum[i] nu[i]^2 = n/D*(sum[d] mu[d]^2)", declared)
    assert not holds("sum[i,d] x[i,d]*nu[i]*mu[d] = D*(sum[i] nu[i]^2)*(mean[d] mu[d])", declared)


@pytest.mark.parametrize(
    "declared", [theory(FLAT, *p, *q) for p, q in permutations((BATCH, LAYER))]
)
def test_two_crossed_roots_agree_on_the_sum_of_all_squares(declared: Theory) -> None:
    squares = "sum[i,d] x[i,d]^2"
    assert holds(f"{squares} = n*(sum[d] (s[d]^2 + mu[d]^2)) - n*D*eps", declared)
    assert holds(f"{squares} = D*(sum[i] (r[i]^2 + nu[i]^2)) - n*D*eps", declared)
    assert holds("mean[d] (s[d]^2 + mu[d]^2) = mean[i] (r[i]^2 + nu[i]^2)", declared)
    assert not holds("mean[d] s[d]^2 = mean[i] r[i]^2", declared)


@pytest.mark.parametrize("order", [*permutations((MU, NU, TOTAL))])
def test_three_means_agree_in_every_order(order: tuple[Definition, ...]) -> None:
    declared = theory(FLAT, *order)
    assert holds("mean[d] mu[d] = m", declared)
    assert holds("mean[i] nu[i] = m", declared)
    assert holds("sum[i,d] (x[i,d] - mu[d] - nu[i] + m) = 0", declared)
    assert holds("sum[i] (x[i,d] - mu[d] - nu[i] + m) = 0", declared)
    assert not holds("mu[d] = m", declared)


@pytest.mark.parametrize("order", [*permutations(("d", "i", "p"))])
def test_means_over_each_of_three_sorts_agree_pair_by_pair(order: tuple[str, ...]) -> None:
    means = {
        "d": let("a[i,p]", "mean[d] x[i,d,p]"),
        "i": let("b[d,p]", "mean[i] x[i,d,p]"),
        "p": let("c[i,d]", "mean[p] x[i,d,p]"),
    }
    declared = theory(IMAGES, *(means[sort] for sort in order))
    assert holds("mean[i] a[i,p] = mean[d] b[d,p]", declared)
    assert holds("mean[p] a[i,p] = mean[d] c[i,d]", declared)
    assert holds("mean[i,p] a[i,p] = mean[i,d] c[i,d]", declared)
    assert not holds("mean[i] a[i,p] = mean[i] a[i,q]", declared)


# Nested statistics

WITHIN = (
    let("m[i,d]", "mean[p] x[i,d,p]"),
    root("r[i,d]", "(mean[p] (x[i,d,p] - m[i,d])^2) + eps"),
)
ALL = (
    let("mu[d]", "mean[i,p] x[i,d,p]"),
    root("s[d]", "(mean[i,p] (x[i,d,p] - mu[d])^2) + eps"),
)
NESTED = [theory(IMAGES, *WITHIN, *ALL), theory(IMAGES, *ALL, *WITHIN)]


@pytest.mark.parametrize("declared", NESTED)
def test_a_mean_of_means_is_the_mean_of_all(declared: Theory) -> None:
    assert holds("sum[i] m[i,d] = n*mu[d]", declared)
    assert holds("sum[p] (x[i,d,p] - mu[d]) = P*(m[i,d] - mu[d])", declared)
    assert not holds("m[i,d] = mu[d]", declared)


@pytest.mark.parametrize("declared", NESTED)
def test_the_variance_is_the_mean_of_variances_and_the_variance_of_means(declared: Theory) -> None:
    total = "s[d]^2 - eps = (mean[i] (r[i,d]^2 - eps)) + (mean[i] (m[i,d] - mu[d])^2)"
    assert holds(total, declared)
    assert holds("mean[i] (m[i,d] - mu[d])^2 = (mean[i] m[i,d]^2) - mu[d]^2", declared)
    assert not holds("s[d]^2 = mean[i] r[i,d]^2", declared)


@pytest.mark.parametrize("declared", NESTED)
def test_derivatives_of_nested_statistics_are_those_of_their_definitions(declared: Theory) -> None:
    own = "delta[i,j]*delta[d,e]"
    assert holds(f"diff[x[j,e,q]] m[i,d] = {own}/P", declared)
    assert holds("diff[x[j,e,q]] mu[d] = delta[d,e]/(n*P)", declared)
    assert holds(f"diff[x[j,e,q]] r[i,d] = {own}*(x[i,d,q] - m[i,d])/(P*r[i,d])", declared)
    assert holds("diff[x[j,e,q]] s[d] = delta[d,e]*(x[j,d,q] - mu[d])/(n*P*s[d])", declared)
    assert not holds("diff[x[j,e,q]] s[d] = delta[d,e]*(x[j,d,q] - m[j,d])/(n*P*s[d])", declared)


@pytest.mark.parametrize("declared", NESTED)
def test_nested_statistics_at_fixed_sizes(declared: Theory) -> None:
    assert holds("m[j,d] = mu[d]", declared, "n = 1")
    assert holds("x[j,d,q] = m[j,d]", declared, "P = 1")
    assert holds("m[j,d] + m[k,d] = 2*mu[d]", declared, "n = 2, j != k")
    assert not holds("m[j,d] = m[k,d]", declared, "n = 2")
    assert not holds("m[j,d] = mu[d]", declared, "P = 1")


# Statistics of statistics


def test_the_variance_of_means_is_a_statistic_of_its_own() -> None:
    means = let("m[i,d]", "mean[p] x[i,d,p]")
    between = root("b[d]", "(mean[i] (m[i,d] - mu[d])^2) + eps")
    for order in [(means, ALL[0], between), (ALL[0], means, between)]:
        declared = theory(IMAGES, *order)
        assert holds("sum[i] m[i,d]^2 = n*(b[d]^2 - eps + mu[d]^2)", declared)
        assert holds("diff[x[j,e,q]] b[d] = delta[d,e]*(m[j,d] - mu[d])/(n*P*b[d])", declared)
        assert not holds("sum[i] m[i,d]^2 = n*mu[d]^2", declared)


def test_within_between_and_total_are_related_by_pythagoras() -> None:
    between = root("b[d]", "mean[i] (m[i,d] - mu[d])^2")
    within = (WITHIN[0], root("r[i,d]", "mean[p] (x[i,d,p] - m[i,d])^2"))
    total = (ALL[0], root("s[d]", "mean[i,p] (x[i,d,p] - mu[d])^2"))
    for order in [(*within, *total, between), (*total, *within, between)]:
        declared = theory(IMAGES, *order)
        assert holds("s[d]^2 = b[d]^2 + (mean[i] r[i,d]^2)", declared)
        assert not holds("s[d] = b[d] + (mean[i] r[i,d])", declared)


def test_a_root_of_the_squares_of_roots() -> None:
    declared = theory(FLAT, *BATCH, root("t", "mean[d] s[d]^2"))
    assert holds("sum[d] s[d]^2 = D*t^2", declared)
    assert holds("t^2 = (mean[i,d] x[i,d]^2) - (mean[d] mu[d]^2) + eps", declared)
    assert holds("diff[x[j,e]] t = (x[j,e] - mu[e])/(n*D*t)", declared)
    assert not holds("t = mean[d] s[d]", declared)


def test_the_root_mean_square_of_means() -> None:
    declared = theory(FLAT, MU, root("t", "mean[d] mu[d]^2"))
    assert holds("sum[d] mu[d]^2 = D*t^2", declared)
    assert holds("diff[x[j,e]] t = mu[e]/(n*D*t)", declared)


@pytest.mark.parametrize("order", [*permutations((POOLED, S))])
def test_a_pooled_variance_agrees_with_that_of_each_feature(order: tuple[Root, ...]) -> None:
    # Solved for the squares of mu, the pooled one would lead from x to mu and from mu back to x.
    declared = theory(FLAT, MU, *order)
    assert holds("t^2 = (mean[d] s[d]^2) - eps", declared)
    assert holds("sum[i,d] x[i,d]^2 = n*D*t^2 + n*(sum[d] mu[d]^2)", declared)
    assert not holds("t^2 = mean[d] s[d]^2", declared)


def test_two_roots_of_two_inputs_that_lead_to_each_other_come_to_an_end() -> None:
    both = Input("w", ("sample", "feature"))
    first = root("r[d]", "(mean[i] x[i,d]^2) + 3*(mean[i] w[i,d]^2)")
    second = root("q[d]", "(mean[i] x[i,d]^2) + (mean[i] w[i,d]^2) + eps")
    declared = theory(FLAT, both, first, second)
    assert holds("mean[i] w[i,d]^2 = (r[d]^2 - q[d]^2 + eps)/2", declared)
    assert holds("mean[i] x[i,d]^2 = (3*q[d]^2 - r[d]^2 - 3*eps)/2", declared)


# Factors, scope


def test_unbiased_factors_cancel_between_nested_roots() -> None:
    within = (WITHIN[0], root("r[i,d]", "(sum[p] (x[i,d,p] - m[i,d])^2)/(P-1)"))
    total = (ALL[0], root("s[d]", "(sum[i,p] (x[i,d,p] - mu[d])^2)/(n*P-1)"))
    claim = "(n*P-1)*s[d]^2 = (P-1)*(sum[i] r[i,d]^2) + P*(sum[i] (m[i,d] - mu[d])^2)"
    for order in [(*within, *total), (*total, *within)]:
        found = verdict(claim, theory(IMAGES, *order))
        assert isinstance(found, Theorem)
        assert len(found.nonzero_sizes) == 2
        assert found.roots == {"r", "s"}


def test_a_claim_about_one_statistic_does_not_carry_the_scope_of_another() -> None:
    unbiased = root("s[d]", "n/(n-1)*(mean[i] (x[i,d] - mu[d])^2) + eps")
    for order in [(MU, unbiased, *LAYER), (*LAYER, MU, unbiased)]:
        found = verdict("mean[d] mu[d] = mean[i] nu[i]", theory(FLAT, *order))
        assert isinstance(found, Theorem)
        assert not found.nonzero_sizes
        assert not found.roots


# What no letter stands for


@pytest.mark.parametrize(
    "second",
    [
        "mean[i] x[i,d]^2",
        "(mean[i] (x[i,d] - mu[d])^2) + 1",
        "2*(mean[i] x[i,d]^2) + mu[d]^2 + eps",
        "s[d]^2",
        "s[d]^2*s[d]^2 + eps",
        "mu[d]^2 + eps",
        "(sum[i] x[i,d])^2",
        "sum[i] x[i,d]^3*mu[d] + eps",
        "2",
        "n*D",
    ],
)
def test_a_root_of_nothing_new_is_known_by_its_square(second: str) -> None:
    declared = theory(FLAT, *BATCH, root("z[d]", second), let("w[i,d]", "x[i,d]/z[d]"))
    assert holds(f"z[d]^2 = {second}", declared)
    assert holds(f"2*z[d]*(diff[x[j,e]] z[d]) = diff[x[j,e]] ({second})", declared)
    assert holds("w[i,d]*z[d] = x[i,d]", declared)
    assert not holds("z[d] = s[d] + 1", declared)
    assert not holds("1/z[d] = z[d]", declared)
    assert holds("s[d]^2 = (mean[i] x[i,d]^2) - mu[d]^2 + eps", declared)


def test_a_second_mean_of_the_same_power_sum_is_the_first() -> None:
    declared = theory(FLAT, MU, let("m[d]", "mean[i] x[i,d]"), *LAYER)
    assert holds("m[d] = mu[d]", declared)
    assert holds("mean[d] m[d] = mean[i] nu[i]", declared)


def test_a_mean_whose_factor_is_zero_is_zero() -> None:
    zero = let("w[i,d]", "(n/(n-1) - 1/(n-1) - 1)*x[i,d]")
    assert holds("m[d] = 0", theory(FLAT, zero, let("m[d]", "mean[i] w[i,d]")))


def test_a_value_of_a_function_is_part_of_no_statistic() -> None:
    phi = Function("phi")
    fx = let("f[i,d]", "phi(x[i,d])")
    declared = theory(FLAT, phi, fx, let("m[d]", "mean[i] f[i,d]"), *BATCH)
    assert holds("m[d] = mean[i] phi(x[i,d])", declared)
    assert not holds("m[d] = phi(mu[d])", declared)
    with_root = theory(FLAT, phi, fx, root("t[d]", "(mean[i] x[i,d]^2) + phi(eps)"))
    assert holds("t[d]^2 = (mean[i] x[i,d]^2) + phi(eps)", with_root)
    assert holds("2*t[d]*(diff[eps] t[d]) = phi'(eps)", with_root)
    assert not holds("t[d]^2 = mean[i] x[i,d]^2", with_root)


# Sizes that are fixed


def test_a_size_below_a_root_stays_a_size() -> None:
    # With D taken for a letter, its powers were lost in 1/(D+1).
    declared = theory(FLAT, MU, root("s[d]", "(mean[i] (x[i,d] - mu[d])^2) + D"))
    for wrong in ("1/(D+1) = 1", "1/(D+1) = 1/2", "1/(2*D+1) = 1/2 + 0*s[d]", "D = 1"):
        assert not holds(wrong, declared, "n = 1")
    assert holds("(D+1)/(D+1) = 1 + 0*s[d]", declared, "n = 1")


@pytest.mark.parametrize(
    "order", [*permutations((BATCH, (root("r[i]", "(mean[d] x[i,d]^2) + eps"),)))]
)
def test_a_root_that_is_the_same_everywhere_may_still_stand_under_a_sum(
    order: tuple[tuple[Declaration, ...], ...],
) -> None:
    declared = theory(FLAT, *(d for group in order for d in group))
    assert holds("sum[d] s[d]^2*mu[d] = eps*(sum[d] mu[d])", declared, "n = 1")
    assert not holds("sum[d] s[d]^2*mu[d] = sum[d] mu[d]", declared, "n = 1")


def test_crossed_means_of_one_feature() -> None:
    for order in [(MU, NU, POOLED), (NU, MU, POOLED)]:
        declared = theory(FLAT, *order)
        assert holds("x[i,d] = nu[i]", declared, "D = 1")
        assert holds("mean[i] nu[i] = mu[d]", declared, "D = 1")
        assert not holds("nu[i] = mu[d]", declared, "D = 1")


def test_the_relations_of_crossed_statistics_come_to_an_end_at_fixed_sizes() -> None:
    declared = theory(FLAT, MU, NU, POOLED)
    for claim in ("sum[i] nu[i]^2 = n*(1 + mu[d]^2)", "nu[i]^2*mu[d]^2 = nu[j]^2*mu[d]^2"):
        try:
            assert not holds(claim, declared, "n = 3, D = 1")
        except BudgetExhausted:
            pytest.fail("a relation leads back to itself")


def test_a_power_sum_of_one_sample_needs_no_root() -> None:
    declared = theory(FLAT, *BATCH)
    assert holds("x[i,d]^2 = mu[d]^2", declared, "n = 1, eps = 0")
    assert holds("sum[i] y[i,d]^2 = n*(1 - eps/s[d]^2)", theory(FLAT, *BATCH, _standardized()))


def _standardized() -> Definition:
    return let("y[i,d]", "(x[i,d] - mu[d])/s[d]")


# Parameters that a root stands for

RUNNING = theory(
    FLAT,
    Parameter("v", ("feature",)),
    Parameter("m", ("feature",)),
    root("s[d]", "v[d] + eps"),
    let("y[i,d]", "(x[i,d] - m[d])/s[d]"),
)


def test_a_running_variance_is_the_square_of_its_root() -> None:
    assert holds("v[d] = s[d]^2 - eps", RUNNING)
    assert holds("v[d]/s[d]^2 = 1 - eps/s[d]^2", RUNNING)
    assert holds("sum[d] v[d] = (sum[d] s[d]^2) - D*eps", RUNNING)
    assert holds("1/v[d] = 1/s[d]^2", RUNNING, "eps = 0")
    assert not holds("v[d] = s[d]^2", RUNNING)
    assert not holds("v[d] = v[e]", RUNNING)
    assert refusal("1/v[d] = 1/s[d]^2", RUNNING) == "division"


def test_what_no_root_is_named_in_says_nothing_of_roots() -> None:
    found = verdict("sum[d] v[d]*delta[d,e] = v[e]", RUNNING)
    assert isinstance(found, Theorem)
    assert not found.roots
    found = verdict("1/v[d] = 1/v[d]", RUNNING, "eps = 0")
    assert isinstance(found, Theorem)
    assert found.roots == {"s"}


def test_one_differentiates_by_a_running_variance() -> None:
    assert holds("diff[v[e]] v[d] = delta[d,e]", RUNNING)
    assert holds("diff[v[e]] s[d] = delta[d,e]/(2*s[d])", RUNNING)
    assert holds("diff[v[e]] y[i,d] = -delta[d,e]*y[i,d]/(2*s[d]^2)", RUNNING)
    assert holds("diff[eps] v[d] = 0", RUNNING)
    assert holds("diff[eps] s[d] = 1/(2*s[d])", RUNNING)
    assert holds("diff[x[j,e]] y[i,d] = delta[i,j]*delta[d,e]/s[d]", RUNNING)
    assert holds("diff[x[j,e]] s[d] = 0", RUNNING)


def test_a_running_variance_stands_beside_the_statistics_of_its_batch() -> None:
    v, s = Parameter("v", ("feature",)), root("q[d]", "v[d] + eps")
    for declared in (theory(FLAT, v, *BATCH, s), theory(FLAT, v, s, *BATCH)):
        assert holds("s[d]^2 - q[d]^2 = (mean[i] x[i,d]^2) - mu[d]^2 - v[d]", declared)
        assert not holds("s[d] = q[d]", declared)


def test_the_indices_of_a_parameter_may_stand_in_another_order() -> None:
    declared = theory(
        FLAT, Parameter("v", ("feature", "feature")), root("s[d,e]", "2*v[e,d] + eps")
    )
    assert holds("v[d,e] = (s[e,d]^2 - eps)/2", declared)
    assert holds("diff[v[c,f]] s[d,e] = delta[c,e]*delta[f,d]/s[d,e]", declared)
    assert not holds("v[d,e] = (s[d,e]^2 - eps)/2", declared)


@pytest.mark.parametrize(
    ("radicand", "assume"),
    [
        ("v[d]^2 + eps", ""),
        ("v[d]*g[d] + eps", ""),
        ("W[d,d] + eps", ""),
        ("g[d]^2*mean[e] v[e] + eps", ""),
        ("v[d] + (mean[e] v[e]) + eps", ""),
        ("eps", ""),
        ("v[d] + eps", "v[d] = 0"),
        ("H[d,d] + eps", ""),
        ("v[d] - v[d] + eps", ""),
        ("v[d] + eps", "G[i,d] = v[d]"),
    ],
)
def test_a_root_of_parameters_that_are_not_free_is_known_by_its_square(
    radicand: str, assume: str
) -> None:
    declared = theory(
        FLAT,
        Parameter("v", ("feature",)),
        Parameter("g", ("feature",)),
        Parameter("W", ("feature", "feature")),
        Parameter("H", ("feature", "feature"), symmetric=True),
        Parameter("G", ("sample", "feature")),
        root("s[d]", radicand),
    )
    assert holds(f"s[d]^2 = {radicand}", declared, assume)
    if "mean" not in radicand:
        assert holds(f"1/s[d] = s[d]/({radicand})", declared, assume)
    assert not holds("s[d] = s[d]^2", declared, assume)


@pytest.mark.parametrize("second", ["v[d] + eps", "v[d] + 1", "4*v[d]", "v[d] + g[d]^2"])
def test_a_second_root_of_one_parameter_is_known_by_its_square(second: str) -> None:
    declared = theory(
        FLAT,
        Parameter("v", ("feature",)),
        Parameter("g", ("feature",)),
        root("s[d]", "v[d] + eps"),
        root("r[d]", second),
    )
    assert holds(f"r[d]^2 = {second}", declared)
    assert holds("r[d] = s[d]", declared) == (second == "v[d] + eps")
    assert not holds("r[d] = s[d] + g[d]", declared)
    assert holds("v[d] = s[d]^2 - eps", declared)


def test_a_parameter_in_an_earlier_root_or_mean_has_a_root_that_its_square_tells() -> None:
    v = Parameter("v", ("feature",))
    shifted = (let("w[i,d]", "x[i,d] + v[d]"), let("m[d]", "mean[i] w[i,d]"))
    other, last = root("r[d]", "(mean[i] x[i,d]^2) + v[d]"), root("s[d]", "v[d] + eps")
    for declared in (theory(FLAT, v, *shifted, last), theory(FLAT, v, other, last)):
        assert holds("s[d]^2 = v[d] + eps", declared)
        assert holds("diff[v[e]] s[d] = delta[d,e]/(2*s[d])", declared)
        assert not holds("s[d]^2 = v[d]", declared)


def test_two_parameters_are_solved_one_after_the_other() -> None:
    v, w = Parameter("v", ("feature",)), Parameter("w", ("feature",))
    declared = theory(FLAT, v, w, root("s[d]", "v[d] + eps"), root("r[d]", "w[d] + v[d]"))
    assert holds("w[d] = r[d]^2 - s[d]^2 + eps", declared)
    assert holds("diff[v[e]] r[d] = delta[d,e]/(2*r[d])", declared)
    assert holds("diff[v[e]] w[d] = 0", declared)


def test_a_root_of_a_parameter_that_is_positive_by_hypothesis() -> None:
    declared = theory(FLAT, Parameter("v", ("feature",)), root("s[d]", "v[d] + eps"))
    assert holds("v[d] = s[d]^2 - eps", declared, "v[d] > 0")
    assert not holds("v[d] = s[d]^2", declared, "v[d] > 0")
