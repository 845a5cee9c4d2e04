"""Theories, hypotheses and terms without meaning are refused; those with meaning are derived from."""

from __future__ import annotations

import pytest

from bnproof.kernel import Theorem, decide
from bnproof.language import parse_term
from bnproof.language.claims import parse_hypotheses
from bnproof.language.source import Source
from bnproof.terms import (
    FEATURE,
    SAMPLE,
    AtLeast,
    Blocked,
    Definition,
    Entry,
    Equation,
    Hypothesis,
    Index,
    Mean,
    Parameter,
    Sign,
    Sort,
    TermError,
    Theory,
    Unequal,
)
from tests.theories import EPS, X, batchnorm, let, root, scaling

PARAMETERS = (
    Parameter("t", ("feature",)),
    Parameter("H", ("feature", "feature"), symmetric=True),
)
BATCH = batchnorm().extended(PARAMETERS)


def hypothesis(text: str) -> Hypothesis:
    [parsed] = parse_hypotheses(Source("test", text))[0]
    return parsed


def proves(left: str, right: str, *assume: str, theory: Theory = BATCH) -> bool:
    claim = Equation(parse_term(left), parse_term(right))
    return isinstance(decide(claim, theory, tuple(map(hypothesis, assume))), Theorem)


def refusal(left: str, *assume: str, theory: Theory = BATCH) -> str:
    with pytest.raises(TermError) as caught:
        proves(left, "0", *assume, theory=theory)
    return caught.value.code


NOT_UNITS = """
    x[i,d]-mu[d]; t[d]; s[d]+eps; eps; var[d]; 0; n-n; sum[i] y[i,d]; delta[i,j]; sum[d] s[d]; mu[d];
    y[i,d]; s[d]+s[e]; 1-kappa[d]; t[d]*s[d]; H[d,d]
"""


@pytest.mark.parametrize("denominator", [text.strip() for text in NOT_UNITS.split(";")])
def test_only_units_divide(denominator: str) -> None:
    assert refusal(f"1/({denominator})") == "division"
    assert refusal(f"({denominator})^(-1)") == "division"


@pytest.mark.parametrize(
    ("denominator", "assume"),
    [
        ("t[d]", "t[d] != 0"),
        ("t[d]", "t[d] > 0"),
        ("eps", "eps > 0"),
        ("eps", "eps != 0"),
        ("var[d]", "eps = 0"),
        ("s[d] + eps", "eps = 0"),
        ("1 - kappa[d]", "eps = 0"),
        ("delta[j,k] - 1", "j != k"),
        ("-3*n*D*s[d]^3*eps^2", "eps > 0"),
        ("n/(n+1) - 1", "n >= 1"),
    ],
)
def test_hypotheses_and_normal_forms_make_units(denominator: str, assume: str) -> None:
    assert proves(f"({denominator})/({denominator})", "1", assume)


def test_fractions_of_sizes_are_compared_over_a_common_denominator() -> None:
    assert proves("n/(n-1) - 1/(n-1)", "1")
    assert proves("1/(n-1) - 1/(n+1)", "2/(n^2-1)")
    assert proves("1/(1/(n-1))", "n - 1")
    assert proves("1/(n/(n-1) - 1/(n-1))", "1")
    assert not proves("1/(n-1)", "1/n")


@pytest.mark.parametrize("variable", ["y[i,d]", "s[d]", "H[d,e]", "n", "mu[d]"])
def test_one_differentiates_only_by_what_varies_freely(variable: str) -> None:
    assert refusal(f"diff[{variable}] y[j,e]") == "not-differentiable"


def test_one_differentiates_by_eps_where_nothing_fixes_it() -> None:
    assert proves("diff[eps] s[d]", "1/(2*s[d])")
    assert proves("diff[eps] kappa[d]", "var[d]/s[d]^4")
    assert proves("diff[eps] x[i,d]*var[d]", "0")
    assert refusal("diff[eps] s[d]", "eps = 0") == "not-differentiable"


def test_one_does_not_differentiate_by_a_constrained_parameter() -> None:
    # With beta replaced by 0 first, the derivative of z by beta would come out as 0.
    assert refusal("diff[beta[e]] z[i,d]", "beta[d] = 0") == "not-differentiable"


@pytest.mark.parametrize(
    "pair", [("eps = 0", "eps > 0"), ("t[d] = 0", "t[d] != 0"), ("eps = 0", "eps != 0")]
)
def test_contradictory_signs_are_vacuous(pair: tuple[str, str]) -> None:
    assert refusal("t[d]", *pair) == "vacuous"
    assert refusal("t[d]", *reversed(pair)) == "vacuous"


def test_hypotheses_constrain_parameters_only() -> None:
    for text in ("x[i,d] > 0", "y[i,d] = 0", "H[d,d] = 0"):
        assert refusal("t[d]", text) == "hypothesis"
    claim = Equation(Entry("n"), Entry("n"))
    for bad in (AtLeast("m", 2), Unequal(Index("j", "sample"), Index("j", "sample"))):
        with pytest.raises(TermError):
            decide(claim, BATCH, (bad,))


def test_inequalities_between_indices_are_transitive_through_deltas() -> None:
    assert proves("delta[j,k]*delta[k,l]", "0", "j != l")
    assert proves("sum[i] delta[j,i]*delta[i,k]", "0", "j != k")
    assert not proves("delta[j,k]*delta[k,l]", "0*x[m,d]", "j != m")


def test_a_hypothesis_on_free_indices_says_nothing_of_bound_ones() -> None:
    zero = "0*delta[j,k]"  # so that j and k are free in the claim
    assert proves("sum[j,k] delta[j,k]", f"n + {zero}", "j != k")
    assert not proves("sum[j,k] delta[j,k]", zero, "j != k")
    assert proves("sum[j : j != k] x[j,d]", f"n*mu[d] - x[k,d] + {zero}", "j != k")
    assert proves("sum[k] diff[x[j,d]] x[k,d]", f"1 + {zero}", "j != k")
    assert not proves("mean[j] delta[j,k]", zero, "j != k")


def test_a_hypothesis_on_free_indices_says_nothing_of_formals() -> None:
    defined = BATCH.extended((let("E[j,k]", "delta[j,k]"), let("W[d,e]", "delta[d,e]*t[d]")))
    assert proves("E[i,i] + 0*delta[j,k]", "1", "j != k", theory=defined)
    assert proves("W[f,f] + 0*delta[d,e]", "t[f]", "d != e", theory=defined)
    assert proves("E[j,k]", "0", "j != k", theory=defined)


def test_inequalities_are_between_free_indices_of_the_claim() -> None:
    pair = Unequal(Index("j", "sample"), Index("k", "sample"))
    for claim in (Blocked(parse_term("x[k,d]")), Equation(parse_term("x[k,d]"), parse_term("0"))):
        with pytest.raises(TermError):
            decide(claim, BATCH, (pair,))


def test_nothing_is_blocked_where_there_is_no_input() -> None:
    with pytest.raises(TermError):
        decide(Blocked(Entry("unheard", ())), Theory((Parameter("a", ()),)))


def test_names_cannot_meet_letters_of_the_kernel() -> None:
    for name in ("1/#0", "a b", "~1", ""):
        assert refusal("1", theory=Theory((X, Parameter(name, ())))) == "syntax"
    delta = Theory((X,), (SAMPLE, FEATURE, Sort("pixel", "delta")))
    assert refusal("1", theory=delta) == "name-clash"


def test_what_is_no_hypothesis_is_refused() -> None:
    claim = Equation(Entry("n"), Entry("n"))
    with pytest.raises(TermError):
        decide(claim, BATCH, ("n = 2",))  # type: ignore[arg-type]
    with pytest.raises(TermError):
        Sign(Entry("eps"), "negative")
    with pytest.raises(TermError):
        AtLeast("n", 2.5)  # type: ignore[arg-type]


def test_the_domain_reaches_through_means_and_radicands() -> None:
    theory = Theory(
        (
            X,
            EPS,
            let("v[d]", "mean[i] x[i,d]^2"),
            root("s[d]", "v[d] + eps"),
            let("w[i,d]", "x[i,d]*(v[d]+eps)/(v[d]+eps)"),
            let("m[d]", "mean[i] w[i,d]"),
        )
    )
    claim = Equation(parse_term("n*m[d]"), parse_term("sum[i] x[i,d]"))
    proved = decide(claim, theory)
    assert isinstance(proved, Theorem)
    assert proved.roots == {"s"}


def test_sizes_that_an_unused_definition_divides_by_do_not_narrow_the_scope() -> None:
    unbiased = Theory(
        (
            X,
            let("mu[d]", "mean[i] x[i,d]"),
            root("r[d]", "1/(n-1)*(sum[i] (x[i,d]-mu[d])^2)"),
            let("y[i,d]", "(x[i,d]-mu[d])/r[d]"),
        )
    )
    for left, right, narrowed in [("n*mu[d]", "sum[i] x[i,d]", 0), ("y[i,d]", "y[i,d]", 1)]:
        proved = decide(Equation(parse_term(left), parse_term(right)), unbiased)
        assert isinstance(proved, Theorem)
        assert len(proved.nonzero_sizes) == narrowed


def test_sorts_do_not_share_a_name_or_a_size() -> None:
    for other in (Sort("pixel", "n"), Sort("sample", "P")):
        theory = Theory((X,), (SAMPLE, FEATURE, other))
        assert refusal("1", theory=theory) == "name-clash"


def test_a_zero_parameter_vanishes() -> None:
    assert proves("z[i,d]", "gamma[d]*y[i,d]", "beta[d] = 0")
    assert proves("kappa[d]", "0", "eps = 0")


def test_symmetric_arrays_commute_their_indices() -> None:
    assert proves("H[d,e]", "H[e,d]")
    assert proves("sum[d,e] H[d,e]*t[d]", "sum[d,e] H[e,d]*t[d]")


def test_a_declared_twice_name_is_refused() -> None:
    assert refusal("1", theory=BATCH.extended((Parameter("t", ()),))) == "name-clash"
    assert refusal("1", theory=BATCH.extended((Parameter("n", ()),))) == "name-clash"


def test_a_definition_cannot_use_itself_or_a_later_one() -> None:
    circular = Theory((X, let("a[d]", "mean[i] x[i,d]*a[d]")))
    assert refusal("a[d]", theory=circular) == "unknown-name"
    stray = Theory((X, let("a[d]", "x[i,d]")))
    assert refusal("a[d]", theory=stray) == "unknown-index"
    later = Theory((X, let("a[d]", "mean[i] b[i,d]"), let("b[i,d]", "x[i,d]")))
    assert refusal("a[d]", theory=later) == "unknown-name"


def test_symmetry_takes_two_indices_of_one_sort() -> None:
    for sorts in (("feature",), ("sample", "feature"), ("feature",) * 3):
        theory = Theory((X, Parameter("T", sorts, symmetric=True)))
        assert refusal("1", theory=theory) == "wrong-indices"


def test_index_names_cannot_meet_bound_indices() -> None:
    numbered = Entry("t", (Index("0", "feature"),))
    with pytest.raises(TermError):
        decide(Equation(numbered, numbered), BATCH)


def test_wrong_sorts_and_unknown_names_are_refused() -> None:
    assert refusal("q[i]") == "unknown-name"
    assert refusal("x[d,i]") == "wrong-indices"
    assert refusal("x[i]") == "wrong-indices"
    assert refusal("n[i]") == "wrong-indices"


def test_other_statistics_are_derived_from_their_definitions() -> None:
    assert proves("sum[i] y[i,d]^2", "n", "eps = 0", theory=scaling())
    assert not proves("sum[i] y[i,d]", "0", "eps = 0", theory=scaling())
    unbiased = Theory(
        (
            X,
            EPS,
            let("mu[d]", "mean[i] x[i,d]"),
            root("r[d]", "1/(n-1)*(sum[i] (x[i,d]-mu[d])^2) + eps"),
            let("y[i,d]", "(x[i,d]-mu[d])/r[d]"),
        )
    )
    assert proves("sum[i] y[i,d]^2", "n - 1", "eps = 0", theory=unbiased)
    assert proves("diff[x[j,e]] sum[i,d] y[i,d]", "0", theory=unbiased)


def test_a_mean_of_a_defined_array_is_an_ordinary_definition() -> None:
    theory = Theory(
        (
            X,
            let("mu[d]", "mean[i] x[i,d]"),
            let("w[i,d]", "x[i,d] - mu[d]"),
            Definition("m", (Index("d", "feature"),), Mean((Index("i", "sample"),), _w())),
        )
    )
    assert proves("m[d]", "0", theory=theory)


def _w() -> Entry:
    return Entry("w", (Index("i", "sample"), Index("d", "feature")))


def test_a_sign_on_a_scalar_is_kept() -> None:
    theory = Theory((X, Parameter("a", ())))
    claim = Equation(parse_term("a/a"), parse_term("1"))
    assert isinstance(decide(claim, theory, (Sign(Entry("a"), "nonzero"),)), Theorem)
