"""A hint is a promise: a step is shown by what it names, and by nothing else."""

from __future__ import annotations

import pytest

from bnproof.kernel import (
    RULES,
    BudgetExhausted,
    Citation,
    ForgeryError,
    Hints,
    Steps,
    Theorem,
    decide,
)
from bnproof.language import parse_term
from bnproof.terms import (
    Claim,
    Definition,
    Entry,
    Equation,
    Hypothesis,
    Index,
    Input,
    Mul,
    Neg,
    Parameter,
    Root,
    Sum,
    TermError,
    Theory,
    Unequal,
)
from tests.kernel.chains import BATCH, hints, leftover, prove_chain, proved, shows
from tests.theories import EPS, X, layernorm, let, root, scaling

ALWAYS = [
    "2*a[j]*(a[k] + 1) = 2*a[k]*a[j] + 2*a[j]",
    "a[j]/s[d]*s[d] = a[j]",
    "mean[i] a[i] = 1/n*sum[i] a[i]",
    "sum[i] a[i]*G[i,d] = sum[k] G[k,d]*a[k]",
    "sum[i] 0*a[i] = 0",
    "sum[i,d] G[i,d] = sum[d,i] G[i,d]",
    "sum[i] sum[d] G[i,d] = sum[d] sum[i] G[i,d]",
    "diff[x[j,e]] (y[k,d] + y[k,d]) = diff[x[j,e]] (2*y[k,d])",
    "sum[i] (a[i] + 1)*(a[i] - 1) = sum[i] (a[i]^2 - 1)",
    "(sum[i] a[i])*(sum[i] a[i]) = (sum[k] a[k])^2",
    "rho[d,e]*rho[e,d] = rho[e,d]*rho[d,e]",
]


@pytest.mark.parametrize("step", ALWAYS)
def test_arithmetic_and_bound_names_need_no_hint(step: str) -> None:
    assert shows(step)


NEEDS = [
    ("sum[i] (a[i] + 1) = (sum[i] a[i]) + n", "linearity"),
    ("sum[i] 2*a[i] = 2*sum[i] a[i]", "linearity"),
    ("sum[i] 1 = n", "linearity"),
    ("(sum[i] a[i])^2 = sum[i,k] a[i]*a[k]", "linearity"),
    ("sum[i] delta[i,j]*a[i] = a[j]", "delta"),
    ("delta[j,k]*a[j] = delta[j,k]*a[k]", "delta"),
    ("delta[j,k]^2 = delta[j,k]", "delta"),
    ("delta[j,j] = 1", "delta"),
    ("sum[i] delta[i,j] = 1", "delta"),
    ("diff[x[j,e]] 0 = 0", "derivative"),
    ("diff[x[j,e]] g[d] = 0", "derivative"),
    ("diff[x[j,e]] x[k,d] = delta[j,k]*delta[d,e]", "derivative"),
    ("diff[x[j,e]] y[k,d]^2 = 2*y[k,d]*(diff[x[j,e]] y[k,d])", "derivative"),
    ("diff[x[j,e]] (sum[i] y[i,d]) = sum[i] (diff[x[j,e]] y[i,d])", "derivative"),
    ("diff[beta[e]] y[k,d] = 0", "derivative"),
    ("y[k,d] = (x[k,d] - mu[d])/s[d]", "definition of y"),
    ("n*mu[d] = sum[i] x[i,d]", "definition of mu"),
    ("var[d] = s[d]^2 - eps", "root"),
    ("1/(var[d] + eps) = 1/s[d]^2", "root"),
    ("sum[i] x[i,d] = n*mu[d]", "statistics"),
    ("sum[i] x[i,d]^2 = n*(s[d]^2 - eps + mu[d]^2)", "statistics"),
    ("diff[x[j,e]] s[d] = 1/(2*s[d])*(diff[x[j,e]] var[d])", "root, derivative"),
    ("diff[x[j,e]] var[d] = 2*s[d]*(diff[x[j,e]] s[d])", "root, derivative"),
    ("sum[i] y[i,d] = 0", "linearity, definition of y, definition of mu"),
    ("diff[x[j,e]] mu[d] = delta[d,e]/n", "derivative, delta, definition of mu"),
]


@pytest.mark.parametrize(("step", "by"), NEEDS, ids=[step for step, _ in NEEDS])
def test_a_step_follows_by_its_hints_and_by_no_fewer(step: str, by: str) -> None:
    assert shows(step, by)
    named = by.split(", ")
    for left_out in named:
        assert not shows(step, ", ".join(hint for hint in named if hint != left_out)), left_out


@pytest.mark.parametrize(
    ("step", "by"),
    [
        ("sum[i] y[i,d] = n", "linearity, definition of y, definition of mu"),
        ("sum[i] a[i] = n*a[j]", "linearity, delta"),
        ("delta[j,k] = 0", "delta"),
        ("sum[d] s[d]/s[d] = 1", "linearity"),
        ("diff[x[j,e]] y[k,d]^2 = 2*y[k,d]", "derivative"),
        ("s[d]^2 = var[d]", "root"),
        ("sum[i] x[i,d]^2 = n*mu[d]^2", "statistics"),
    ],
)
def test_no_hints_show_what_is_false(step: str, by: str) -> None:
    assert not shows(step, by)
    everything = [*RULES, *(f"definition of {name}" for name in ("y", "z", "mu", "var", "rho"))]
    assert not shows(step, ", ".join(everything))


@pytest.mark.parametrize("theory", [BATCH, layernorm(), scaling()], ids=["batch", "layer", "rms"])
def test_all_hints_together_show_the_slope_of_every_root(theory: Theory) -> None:
    [declared] = [d for d in theory.declarations if isinstance(d, Root)]
    index = declared.formals[0]
    term = f"diff[x[j,e]] s[{index.name}]"
    definitions = frozenset(d.name for d in theory.declarations if isinstance(d, Definition))
    steps = Steps(theory, ())
    left = parse_term(f"({term})*2*s[{index.name}]")
    right = parse_term(f"diff[x[j,e]] s[{index.name}]^2")
    steps.admit(left)
    assert steps.leftover(left, right, Hints(frozenset(RULES), definitions)) is None


# Citations

CENTERED = {"centered": proved("sum[i] y[i,d] = 0")}


def test_a_fact_is_used_at_any_instance_and_inside_sums_and_derivatives() -> None:
    for step in (
        "sum[k] y[k,e] = 0",
        "3*g[d]*(sum[i] y[i,d]) = 0",
        "sum[d] g[d]*(sum[i] y[i,d]) = 0",
        "diff[x[j,e]] sum[d] g[d]*(sum[i] y[i,d]) = diff[x[j,e]] 0",
        "(sum[i] y[i,d])*(sum[i] y[i,e]) = 0",
        "1/(n + (sum[i] y[i,d])) = 1/n",
    ):
        assert shows(step, "centered", CENTERED), step


def test_a_fact_does_not_touch_a_sum_that_something_else_is_part_of() -> None:
    assert not shows("sum[i] a[i]*y[i,d] = 0", "centered", CENTERED)
    assert not shows("sum[i] a[i]*y[i,d] = 0", "centered, linearity", CENTERED)
    assert not shows("sum[i] y[i,d]*y[i,e] = 0", "centered, linearity", CENTERED)
    assert not shows("sum[i,d] y[i,d]^2 = 0", "centered, linearity", CENTERED)


def test_a_fact_reaches_a_factor_of_a_sum_with_linearity() -> None:
    assert not shows("sum[i,d] g[d]*y[i,d] = 0", "centered", CENTERED)
    assert shows("sum[i,d] g[d]*y[i,d] = 0", "centered, linearity", CENTERED)


def test_a_fact_is_used_backwards_only_where_it_says_so() -> None:
    facts = {"mean": proved("sum[i] x[i,d] = n*mu[d]")}
    assert shows("sum[i] x[i,d] = n*mu[d]", "<- mean", facts)
    assert shows("g[d]*mu[d] = g[d]/n*(sum[k] x[k,d])", "<- mean", facts)


def test_a_fact_is_used_where_its_indices_coincide() -> None:
    facts = {"jacobian": proved(JACOBIAN)}
    assert shows("diff[x[j,d]] y[k,d] = delta[d,d]/s[d]*" + PROJECTED, "jacobian", facts)
    coinciding = "diff[x[j,d]] y[j,d] = delta[d,d]/s[d]*(delta[j,j] - 1/n - y[j,d]*y[j,d]/n)"
    assert shows(coinciding, "jacobian", facts)
    assert shows(f"sum[j] {coinciding.replace(' = ', ' = sum[j] ')}", "jacobian", facts)


PROJECTED = "(delta[j,k] - 1/n - y[j,d]*y[k,d]/n)"
JACOBIAN = f"diff[x[j,e]] y[k,d] = delta[d,e]/s[d]*{PROJECTED}"
OFF = "diff[x[j,d]] y[k,d] = -1/s[d]*(1/n + y[j,d]*y[k,d]/n)"


def test_a_fact_under_a_condition_needs_the_condition() -> None:
    facts = {"off": proved(f"{OFF} assume j != k")}
    summed = OFF.replace("diff", "sum[j] (diff", 1).replace(" = ", ") = sum[j] ")
    assert not shows(OFF, "off", facts)
    assert not shows(summed, "off", facts)
    for condition in ("[j : j != k]", "[j : k != j]"):
        assert shows(summed.replace("[j]", condition), "off", facts)
    assert not shows(summed.replace("[j]", "[j,i : i != k]"), "off", facts)
    assert shows(summed.replace("[j]", "[j,i : i != k, j != k]"), "off", facts)


def test_a_fact_needs_its_other_hypotheses() -> None:
    facts = {"unit": proved("sum[i] y[i,d]^2 = n assume eps = 0")}
    with pytest.raises(TermError) as caught:
        shows("sum[i] y[i,d]^2 = n", "unit", facts)
    assert caught.value.code == "citation"


def test_a_fact_of_another_theory_is_refused() -> None:
    facts = {"centered": proved("sum[i] y[i,d] = 0", BATCH)}
    with pytest.raises(TermError) as caught:
        shows("sum[i] x[i,d] = 0", "centered", facts, scaling())
    assert caught.value.code == "citation"


def test_only_theorems_are_cited() -> None:
    class Forged:
        claim: Claim = Equation(parse_term("0"), parse_term("1"))
        theory = BATCH
        hypotheses: tuple[Hypothesis, ...] = ()

    steps = Steps(BATCH, ())
    forged = Hints(citations=(Citation(Forged()),))
    with pytest.raises(ForgeryError):
        steps.leftover(parse_term("0"), parse_term("1"), forged)


def test_a_symmetry_can_be_cited_without_end() -> None:
    facts = {"symmetric": proved("rho[d,e] = rho[e,d]")}
    assert shows("g[d]*rho[d,e] - g[d]*rho[e,d] = 0", "symmetric", facts)


def test_rewriting_without_end_is_no_verdict() -> None:
    growing = {"growing": proved("mu[d] = mu[d]*(1 + mu[d]) - mu[d]^2")}
    assert not shows("mu[d] = mu[e]", "growing", growing)
    facts = {"up": proved("g[d]*a[j] = g[d]*a[j]*s[d]/s[d]")}
    assert shows("g[d]*a[j] = a[j]*g[d]", "up", facts)


# What hostile reviews found


def test_letters_for_inverses_of_sizes_are_not_mixed_up() -> None:
    unbiased = Theory(
        (
            X,
            EPS,
            let("mu[d]", "mean[i] x[i,d]"),
            let("v[d]", "1/(n-1)*sum[i] (x[i,d]-mu[d])^2"),
            root("s[d]", "v[d]+eps"),
        )
    )
    false = "(sum[i] x[i,d]^2) + 0/(n-2) = (n-1)*(s[d]^2-eps) + n*(n-1)/(n-2)*mu[d]^2"
    assert not shows(false, "statistics, linearity", theory=unbiased)
    true = "sum[i] x[i,d]^2 = (n-1)*(s[d]^2-eps) + n*mu[d]^2"
    assert shows(true, "statistics, linearity", theory=unbiased)


def test_a_result_with_a_size_in_front_is_solved_for_the_rest() -> None:
    facts = {"scaled": proved("(n-1)*a[j] = (n-1)*(a[j] + g[d] - g[d])")}
    assert shows("a[j] = a[j]", "scaled", facts)
    fact = {"unbiased": proved("(n-1)*(sum[i] x[i,d]) = n*(n-1)*mu[d]")}
    assert shows("sum[i] x[i,d] = n*mu[d]", "unbiased", fact)


def test_the_root_of_something_else_narrows_nothing() -> None:
    theory = BATCH.extended(
        [Input("w", ("sample", "feature")), root("r[d]", "(sum[i] w[i,d]^2)/(n-2) + eps")]
    )
    claim = Equation(parse_term("var[d] + eps"), parse_term("s[d]^2"))
    theorem = prove_chain(Steps(theory, ()), claim, [claim.left, claim.right], [hints("root")])
    assert isinstance(theorem, Theorem)
    assert theorem.nonzero_sizes == ()


def test_a_result_that_leads_to_nothing_is_used() -> None:
    swap = proved("delta[j,k]*a[m]*(sum[i] y[i,d]) = delta[j,m]*a[k]*(sum[i] y[i,d])")
    assert not shows("delta[j,k]*a[m]*(sum[i] y[i,d]) = 0", "swap", {"swap": swap})


def test_a_fact_that_leads_back_to_a_mean_ends() -> None:
    facts = {"solved": proved("x[j,d] = s[d]*y[j,d] + mu[d]")}
    by = "derivative, statistics, definition of mu, solved"
    assert not shows("diff[x[j,e]] (sum[i] x[i,d]) = delta[d,e]*2", by, facts)


def test_many_equal_roles_exhaust_the_budget_and_not_the_memory() -> None:
    letters = [Index(f"j{k}", "sample") for k in range(14)]
    product = Mul(tuple(Entry("a", (letter,)) for letter in letters))
    i = Index("i", "sample")
    term = Sum((i,), (), Mul((Entry("a", (i,)), product)))
    steps = Steps(BATCH, (), 20_000)
    with pytest.raises(BudgetExhausted):
        steps.leftover(term, Neg(term), Hints())


def test_many_coincidences_exhaust_the_budget() -> None:
    letters = [Index(f"j{k}", "sample") for k in range(11)]
    apart = [Unequal(p, q) for k, p in enumerate(letters) for q in letters[:k]]
    product = Mul(tuple(Entry("a", (letter,)) for letter in letters))
    theorem = decide(Equation(product, product), BATCH, apart)
    steps = Steps(BATCH, (), 20_000)
    left, right = parse_term("a[j]"), parse_term("a[j] + 1")
    cited = Hints(citations=(Citation(theorem),))  # type: ignore[arg-type]
    assert steps.leftover(left, right, cited) is not None


def test_the_derivative_of_an_atom_binds_nothing_that_is_bound_around_it() -> None:
    theory = Theory(
        (
            X,
            EPS,
            Parameter("t", ("feature",)),
            Parameter("g", ("feature",)),
            root("s[d]", "(mean[i] x[i,d]^2) + t[d]*(sum[e] g[e]^2) + eps"),
        )
    )
    step = "diff[t[f]] (sum[d] s[d]) = 1/(2*s[f])*(sum[e] g[e]^2)"
    assert proved(step, theory)
    assert shows(step, "derivative, root, linearity, delta", theory=theory)


def test_what_is_left_over_names_its_parts() -> None:
    left = leftover("sum[i] y[i,d] = 0", "definition of y")
    assert left is not None
    assert len(left.polynomial) == len(left.opaque) == 1
    [whole] = left.opaque.values()
    assert [index.sort for index in whole.bound] == ["sample"]
    assert hints("linearity").rules == {"linearity"}
