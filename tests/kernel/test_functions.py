"""Values of smooth functions of which nothing is known: equal at equal arguments, and the chain rule."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bnproof.derivation.hints import everything
from bnproof.kernel import (
    RULES,
    Budget,
    BudgetExhausted,
    Calculus,
    Citation,
    Hints,
    Steps,
    Theorem,
    decide,
)
from bnproof.language import Source, parse_term
from bnproof.language.claims import parse_claim
from bnproof.readback import to_term
from bnproof.terms import (
    Add,
    Apply,
    Definition,
    Diff,
    Entry,
    Equation,
    Fixed,
    Function,
    Mul,
    Parameter,
    Sum,
    Term,
    TermError,
    Theory,
    number,
)
from tests.kernel.chains import hints
from tests.rewriting import MUTATIONS, changed
from tests.rewriting import RULES as IDENTITIES
from tests.strategies import FREE, FUNCTIONS, Scope, evaluate, points, terms_with_functions


def verdict(text: str, theory: Theory = FUNCTIONS) -> bool:
    reading = parse_claim(Source("test", text))
    return isinstance(decide(reading.claim, theory, reading.hypotheses), Theorem)


def refusal(text: str, theory: Theory = FUNCTIONS) -> str:
    with pytest.raises(TermError) as caught:
        verdict(text, theory)
    return caught.value.code


def fact(text: str) -> Theorem:
    reading = parse_claim(Source("fact", text))
    proved = decide(reading.claim, FUNCTIONS, reading.hypotheses)
    assert isinstance(proved, Theorem), text
    return proved


def shows(step: str, by: str = "", **facts: Theorem) -> bool:
    left, right = map(parse_term, step.split(" = "))
    steps = Steps(FUNCTIONS, ())
    steps.admit(left)
    steps.admit(right)
    return steps.leftover(left, right, hints(by, facts)) is None


# Equal arguments


@pytest.mark.parametrize(
    "claim",
    [
        "phi(x[i,d] + g[d]) = phi(g[d] + x[i,d])",
        "phi(sum[i] y[i,d]) = phi(0)",
        "phi(mean[i] x[i,d]) = phi(mu[d])",
        "phi(var[d] + eps) = phi(s[d]^2)",
        "phi(sum[d] s[d]*s[d]^(-1)) = phi(D)",
        "phi(H[d,e]) = phi(H[e,d])",
        "phi(A[i,j] + A[j,i]) = phi(A[j,i] + A[i,j])",
        "sum[i,j] phi(A[i,j] - A[j,i]) = sum[i,j] phi(A[j,i] - A[i,j])",
        "phi(x[i,d])*phi(x[i,d]) = phi(x[i,d])^2",
        "phi(psi(x[i,d]) + psi(g[d])) = phi(psi(g[d]) + psi(x[i,d]))",
        "act[i,d] = phi((x[i,d] - mu[d])/s[d])",
        "phi(sum[j] gap[j,k,d]) = phi(sum[i] psi(x[i,d] - x[k,d]))",
        "phi(eps) = phi(0) assume eps = 0",
        "phi(g[d]) = phi(0) assume g[d] = 0",
        "phi(A[i,j]) = phi(A[i,k]) assume A[i,j] = u[i]",
        "phi(1/(n-1) - 1/(n-1)) = phi(0)",
    ],
)
def test_values_at_equal_arguments_are_equal(claim: str) -> None:
    assert verdict(claim)


@pytest.mark.parametrize(
    "claim",
    [
        "phi(x[i,d]) = phi(x[j,d])",
        "phi(x[i,d]) = psi(x[i,d])",
        "phi(x[i,d]) = phi'(x[i,d])",
        "phi(2*x[i,d]) = 2*phi(x[i,d])",
        "phi(0) = 0",
        "phi(1) = 1",
        "phi(-x[i,d]) = -phi(x[i,d])",
        "phi(s[d]) = phi(-s[d])",
        "phi(H[d,e]*g[d]) = phi(H[e,d]*g[e])",
        "phi(A[i,j]) = phi(A[j,i])",
        "phi(A[i,j] - A[j,i]) = phi(A[j,i] - A[i,j])",
        "sum[i] phi(x[i,d]) = n*phi(mu[d])",
        "sum[i] phi(x[i,d]) = sum[i] phi(x[i,e])",
        "mean[i] phi(x[i,d]) = phi(mean[i] x[i,d])",
        "phi(psi(x[i,d])) = psi(phi(x[i,d]))",
        "gap[j,k,d] = gap[k,j,d]",
        "phi(A[i,j]) = phi(A[k,j]) assume A[i,j] = u[i]",
        "phi''''''''(x[i,d]) = 0",
    ],
)
def test_nothing_else_is_known_of_values(claim: str) -> None:
    assert not verdict(claim)


# Indices that coincide


@pytest.mark.parametrize(
    ("claim", "true"),
    [
        ("sum[i] delta[i,j]*phi(x[i,d]) = phi(x[j,d])", True),
        ("sum[i] delta[i,j]*phi(x[i,d] - x[j,d]) = phi(0)", True),
        ("delta[j,k]*phi(x[j,d] - x[k,d]) = delta[j,k]*phi(0)", True),
        ("phi(delta[j,k]*x[j,d]) = phi(delta[j,k]*x[k,d])", True),
        ("phi(delta[j,k]) = phi(0) assume j != k", True),
        ("phi(delta[j,k]) = phi(1) assume j != k", False),
        ("phi(delta[j,k]) = delta[j,k]", False),
        ("gap[j,j,d] = psi(0)", True),
        ("gap[j,k,d] = psi(0)", False),
        ("sum[j,k] delta[j,k]*gap[j,k,d] = n*psi(0)", True),
        ("sum[j,k] gap[j,k,d] = (sum[j,k : j != k] gap[j,k,d]) + n*psi(0)", True),
        ("sum[j,k] gap[j,k,d] = sum[j,k : j != k] gap[j,k,d]", False),
        ("phi(sum[j,k] delta[j,k]*gap[j,k,d]) = phi(n*psi(0))", True),
        ("phi(psi(x[i,d] - x[j,d])*delta[i,j]) = phi(delta[i,j]*psi(0))", True),
        ("sum[i] phi(A[i,i] - A[i,i]) = n*phi(0)", True),
        ("sum[i,j] delta[i,j]*phi(A[i,j]) = sum[i] phi(A[i,i])", True),
        ("sum[i,j] delta[i,j]*phi(A[i,j] - A[j,i]) = n*phi(0)", True),
        ("sum[j,k] gap[j,k,d]*u[k] = sum[j,k] psi(x[k,d] - x[j,d])*u[j]", True),
        ("sum[j,k] gap[j,k,d]*u[k] = sum[j,k] gap[j,k,d]*u[j]", False),
    ],
)
def test_arguments_at_indices_that_coincide(claim: str, true: bool) -> None:
    assert verdict(claim) == true


# The chain rule


@pytest.mark.parametrize(
    ("claim", "true"),
    [
        ("diff[x[j,e]] phi(x[i,d]) = delta[i,j]*delta[d,e]*phi'(x[i,d])", True),
        ("diff[x[j,e]] phi(x[i,d]) = delta[i,j]*delta[d,e]*phi'(x[j,e])", True),
        ("diff[x[j,e]] phi(x[i,d]) = delta[i,j]*phi'(x[j,e])", False),
        ("diff[x[j,e]] phi(x[i,d]) = delta[i,j]*delta[d,e]*phi(x[i,d])", False),
        ("diff[x[j,e]] phi(g[d]) = 0", True),
        ("diff[g[e]] phi(x[i,d]*g[d]) = delta[d,e]*x[i,d]*phi'(x[i,d]*g[d])", True),
        ("diff[x[j,e]] phi(y[i,d]) = phi'(y[i,d])*diff[x[j,e]] y[i,d]", True),
        (
            "diff[x[j,e]] act[i,d] = "
            "phi'(y[i,d])*delta[d,e]/s[d]*(delta[i,j] - 1/n - y[i,d]*y[j,d]/n)",
            True,
        ),
        ("diff[x[j,e]] sum[i] act[i,d] = 0", False),
        ("diff[x[j,e]] phi(sum[i] y[i,d]) = 0", True),
        ("diff[x[j,e]] phi(psi(x[i,d])) = phi'(psi(x[i,d]))*(diff[x[j,e]] psi(x[i,d]))", True),
        ("diff[x[j,d]] phi(x[i,d]*x[j,d]) = phi'(x[i,d]*x[j,d])*x[i,d]", False),
        ("diff[x[j,d]] phi(x[i,d]*x[j,d]) = phi'(x[i,d]*x[j,d])*x[i,d] assume i != j", True),
        (
            "diff[x[j,d]] phi(x[i,d]*x[j,d]) = phi'(x[i,d]*x[j,d])*(x[i,d] + delta[i,j]*x[j,d])",
            True,
        ),
        ("diff[x[j,d]] gap[j,k,d] = psi'(x[j,d] - x[k,d])", False),
        ("diff[x[j,d]] gap[j,k,d] = psi'(x[j,d] - x[k,d])*(1 - delta[j,k])", True),
        ("diff[x[j,d]] gap[j,j,d] = 0", True),
        (
            "diff[x[j,e]] phi(sum[i] psi(x[i,d])) = phi'(sum[i] psi(x[i,d]))*psi'(x[j,d])*delta[d,e]",
            True,
        ),
        (
            "diff[x[j,e]] phi(sum[i] psi(x[i,d])*psi(x[k,d])) = "
            "phi'(sum[i] psi(x[i,d])*psi(x[k,d]))*delta[d,e]"
            "*(psi'(x[j,d])*psi(x[k,d]) + delta[j,k]*psi'(x[k,d])*(sum[i] psi(x[i,d])))",
            True,
        ),
        ("diff[x[j,e]] diff[x[j,e]] phi(x[j,e]) = phi''(x[j,e])", True),
        ("diff[x[j,e]] diff[x[k,e]] phi(x[j,e] + x[k,e]) = phi''(x[j,e] + x[k,e])", False),
        (
            "diff[x[j,e]] diff[x[k,e]] phi(x[j,e] + x[k,e]) = "
            "phi''(x[j,e] + x[k,e])*(1 + 3*delta[j,k])",
            True,
        ),
        ("diff[x[j,e]] phi''''''''(x[j,e]) = phi''''''''(x[j,e])", False),
        ("diff[x[j,e]] phi'''''''(x[j,e]) = phi''''''''(x[j,e])", True),
        ("diff[eps] phi(s[d]) = phi'(s[d])/(2*s[d])", True),
        ("diff[eps] phi(s[d]) = phi'(s[d])/s[d]", False),
        ("blocked phi(sum[i,d] g[d]*y[i,d])", True),
        ("blocked phi(psi(sum[i] y[i,d]) + g[d])", True),
        ("blocked sum[i] phi(y[i,d])", False),
    ],
)
def test_the_chain_rule(claim: str, true: bool) -> None:
    assert verdict(claim) == true


# Sizes that are fixed


@pytest.mark.parametrize(
    ("claim", "true"),
    [
        ("phi(x[i,d]) = phi(mu[d]) assume n = 1", True),
        ("phi(y[i,d]) = phi(0) assume n = 1", True),
        ("phi(delta[j,k]) = phi(1) assume n = 1", True),
        ("phi(n) = phi(2) assume n = 2", True),
        ("phi(n*D) = phi(6) assume n = 2", False),
        ("phi(y[i,d]^2) = phi(1) assume n = 2, eps = 0", True),
        ("sum[i] phi(x[i,d]) = phi(x[j,d]) + phi(x[k,d]) assume n = 2, j != k", True),
        ("sum[i] phi(x[i,d]) = phi(x[j,d]) + phi(x[k,d]) assume n = 2", False),
        (
            "sum[i,l] gap[i,l,d] = 2*psi(0) + gap[j,k,d] + gap[k,j,d] assume n = 2, j != k",
            True,
        ),
        ("sum[i,l] gap[i,l,d] = 2*psi(0) + 2*gap[j,k,d] assume n = 2, j != k", False),
        ("diff[x[j,e]] phi(y[i,d]) = 0 assume n = 2, eps = 0", True),
        ("diff[x[j,e]] phi(y[i,d]) = 0 assume n = 2", False),
    ],
)
def test_values_at_fixed_sizes(claim: str, true: bool) -> None:
    assert verdict(claim) == true


# What has no meaning


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        ("1/phi(x[i,d]) = 1", "division"),
        ("phi(x[i,d])/phi(x[i,d]) = 1", "division"),
        ("phi(x[i,d])^(-2) = 1", "division"),
        ("phi(1/x[i,d]) = 1", "division"),
        ("1/(1 + phi(0)) = 1", "division"),
        ("phi = phi", "wrong-indices"),
        ("diff[phi] phi(x[i,d]) = 0", "wrong-indices"),
        ("x(g[d]) = 0", "wrong-indices"),
        ("n(g[d]) = 0", "wrong-indices"),
        ("chi(g[d]) = 0", "unknown-name"),
        ("phi(chi) = 0", "unknown-name"),
        ("phi(x[d,i]) = 0", "wrong-indices"),
        ("g[d] = g[d] assume phi > 0", "hypothesis"),
    ],
)
def test_what_has_no_meaning_is_refused(claim: str, code: str) -> None:
    assert refusal(claim) == code


@pytest.mark.parametrize("name", ["n", "delta", "x", "phi"])
def test_a_function_has_a_name_of_its_own(name: str) -> None:
    assert refusal("g[d] = g[d]", FUNCTIONS.extended((Function(name),))) == "name-clash"


def test_a_function_is_declared_before_it_is_used() -> None:
    late = Theory((Parameter("c", ()), Definition("h", (), Apply("rho", 0, Entry("c")))))
    assert refusal("c = c", late.extended((Function("rho"),))) == "unknown-name"


# Hints


@pytest.mark.parametrize(
    ("step", "enough", "not_enough"),
    [
        ("phi(x[i,d]+g[d]) = phi(g[d]+x[i,d])", "", None),
        ("phi(sum[i] x[i,d]) = phi(n*mu[d])", "statistics", "linearity, delta, derivative, root"),
        ("phi(sum[i] x[i,d]) = phi(n*mu[d])", "definition of mu", "linearity, delta"),
        (
            "phi(sum[i] (x[i,d]+g[d])) = phi((sum[i] x[i,d]) + n*g[d])",
            "linearity",
            "delta, statistics",
        ),
        ("phi(sum[i] delta[i,j]*x[i,d]) = phi(x[j,d])", "delta", "linearity"),
        ("sum[i] delta[i,j]*phi(x[i,d]) = phi(x[j,d])", "delta", "linearity"),
        (
            "sum[i] (phi(x[i,d]) + psi(x[i,d])) = (sum[i] phi(x[i,d])) + (sum[i] psi(x[i,d]))",
            "linearity",
            "delta",
        ),
        ("phi(y[i,d]) = phi((x[i,d]-mu[d])/s[d])", "definition of y", "definition of mu"),
        ("act[i,d] = phi(y[i,d])", "definition of act", "definition of y"),
        (
            "act[i,d] = phi((x[i,d]-mu[d])/s[d])",
            "definition of act, definition of y",
            "definition of act",
        ),
        ("phi(var[d]) = phi(s[d]^2 - eps)", "root", "statistics"),
        (
            "diff[x[j,e]] phi(x[i,d]) = phi'(x[i,d])*delta[i,j]*delta[d,e]",
            "derivative",
            "delta, linearity",
        ),
        (
            "diff[x[j,e]] phi(y[i,d]) = phi'(y[i,d])*(diff[x[j,e]] y[i,d])",
            "derivative",
            "definition of y",
        ),
        (
            "diff[x[j,e]] phi(x[i,d]) = phi'(x[j,e])*delta[i,j]*delta[d,e]",
            "derivative, delta",
            "derivative",
        ),
        (
            "diff[x[j,e]] act[i,d] = phi'(y[i,d])*(diff[x[j,e]] y[i,d])",
            "derivative, definition of act",
            "derivative",
        ),
        (
            "diff[x[j,e]] phi(s[d]) = phi'(s[d])*(diff[x[j,e]] var[d])/(2*s[d])",
            "derivative, root",
            "derivative",
        ),
        (
            "diff[x[j,d]] sum[i] phi(x[i,d]) = phi'(x[j,d])",
            "derivative, linearity, delta",
            "derivative, linearity",
        ),
        ("gap[j,j,d] = psi(0)", "definition of gap", "delta"),
        (
            "sum[j,k] delta[j,k]*gap[j,k,d] = n*psi(0)",
            "definition of gap, delta, linearity",
            "delta",
        ),
    ],
)
def test_a_step_with_functions_is_shown_by_its_hints(
    step: str, enough: str, not_enough: str | None
) -> None:
    assert shows(step, enough)
    assert not_enough is None or not shows(step, not_enough)


def test_a_value_is_seen_as_itself_alone_by_squares() -> None:
    steps, squares = Steps(FUNCTIONS, ()), hints("squares")
    for larger, smaller, seen in [
        ("phi(x[i,d]) + 1", "phi(x[i,d])", True),
        ("phi(x[i,d])^2", "0", True),
        ("phi(sum[i] x[i,d]) + n", "phi(sum[k] x[k,d])", True),
        ("phi(x[i,d])", "0", False),
        ("phi'(x[i,d]) + 1", "phi(x[i,d])", False),
        ("psi(x[i,d]) + 1", "phi(x[i,d])", False),
        ("phi(x[i,d])*phi'(x[i,d])", "0", False),
        ("phi(x[j,d]) + 1", "phi(x[i,d])", False),
    ]:
        left, right = parse_term(larger), parse_term(smaller)
        steps.admit(left)
        steps.admit(right)
        assert steps.exceeds(left, ">=", right, squares) == seen, larger


# Facts

SLOPE = "phi'(y[k,d])*(-1/s[d]*(1/n + y[j,d]*y[k,d]/n))"
APART = fact(f"diff[x[j,d]] phi(y[k,d]) = {SLOPE} assume j != k")
CENTERED = fact("phi(sum[i] y[i,d]) = phi(0)")


def test_a_fact_about_values_is_used_where_its_condition_holds() -> None:
    there = f"sum[j : j != k] diff[x[j,d]] phi(y[k,d]) = sum[j : j != k] {SLOPE}"
    assert shows(there, "apart", apart=APART)
    inside = f"psi(sum[j : j != k] diff[x[j,d]] phi(y[k,d])) = psi(sum[j : j != k] {SLOPE})"
    assert shows(inside, "apart", apart=APART)
    value = f"sum[j : j != k] psi(diff[x[j,d]] phi(y[k,d])) = sum[j : j != k] psi({SLOPE})"
    assert shows(value, "apart", apart=APART)


def test_a_fact_about_values_is_not_used_where_its_condition_may_fail() -> None:
    for step in (
        f"diff[x[j,d]] phi(y[k,d]) = {SLOPE}",
        f"sum[j] diff[x[j,d]] phi(y[k,d]) = sum[j] {SLOPE}",
        f"psi(sum[j] diff[x[j,d]] phi(y[k,d])) = psi(sum[j] {SLOPE})",
        f"sum[j : j != l] diff[x[j,d]] phi(y[k,d]) = sum[j : j != l] {SLOPE}",
        "diff[x[j,d]] phi(y[j,d]) = phi'(y[j,d])*(-1/s[d]*(1/n + y[j,d]*y[j,d]/n))",
    ):
        assert not shows(step, "apart, delta, linearity", apart=APART)


def test_a_fact_about_values_is_used_at_any_index() -> None:
    assert shows("phi(sum[k] y[k,e]) = phi(0)", "centered", centered=CENTERED)
    assert shows("psi(g[e]*phi(sum[k] y[k,e])) = psi(g[e]*phi(0))", "centered", centered=CENTERED)
    assert not shows("psi(sum[k] y[k,e]) = psi(0)", "centered", centered=CENTERED)
    assert not shows("phi'(sum[k] y[k,e]) = phi'(0)", "centered", centered=CENTERED)
    assert not shows("phi(sum[k] y[k,e]*g[d]) = phi(0)", "centered", centered=CENTERED)


def test_a_fact_at_indices_that_coincide() -> None:
    paired = fact("gap[j,k,d]*delta[j,k] = psi(0)*delta[j,k]")
    assert shows("gap[j,j,d] = psi(0)", "paired, delta", paired=paired)
    assert not shows("gap[j,k,d] = psi(0)", "paired, delta", paired=paired)


# At random


def chain_rule(_draw: st.DrawFn, term: Term, _scope: Scope) -> Term | None:
    """Diff phi(a) = phi'(a)*(diff a)"""
    match term:
        case Diff(variable, Apply(function, order, argument)):
            return Mul((Apply(function, order + 1, argument), Diff(variable, argument)))
    return None


def unfold(_draw: st.DrawFn, term: Term, _scope: Scope) -> Term | None:
    """act[i,d] = phi(y[i,d])"""
    match term:
        case Entry("act", indices):
            return Apply("phi", 0, Entry("y", indices))
    return None


def add_and_subtract_value(_draw: st.DrawFn, term: Term, _scope: Scope) -> Term | None:
    """A = a + phi(0 + a) - phi(a)"""
    value = Apply("phi", 0, term)
    return Add((term, Apply("phi", 0, Add((number(0), term))), Mul((number(-1), value))))


VALID = (*IDENTITIES, chain_rule, chain_rule, unfold, unfold, add_and_subtract_value)


@settings(max_examples=250)
@given(st.data())
def test_the_normal_form_of_a_term_with_functions_evaluates_as_the_term(
    data: st.DataObject,
) -> None:
    term = data.draw(terms_with_functions(depth=2))
    calculus = Calculus(FUNCTIONS, (), Budget(10**6))
    polynomial = calculus.normal_form(term)
    normal = to_term(polynomial, calculus.size_polynomials.inverted, calculus.opaque.meaning)
    point, at = data.draw(points(Add((term, normal)), theory=FUNCTIONS))
    assert evaluate(term, point, at, FUNCTIONS) == evaluate(normal, point, at, FUNCTIONS)


@settings(max_examples=400)
@given(st.data())
def test_a_term_with_functions_rewritten_by_valid_identities_is_proved_equal(
    data: st.DataObject,
) -> None:
    term = data.draw(terms_with_functions(depth=2))
    other = data.draw(changed(term, VALID, steps=4))
    assert isinstance(decide(Equation(term, other), FUNCTIONS), Theorem)


@settings(max_examples=300)
@given(st.data())
def test_a_mutant_with_functions_is_proved_only_if_exact_evaluation_agrees(
    data: st.DataObject,
) -> None:
    term = data.draw(terms_with_functions(depth=2))
    other = data.draw(changed(data.draw(changed(term, VALID, steps=2)), MUTATIONS, steps=1))
    try:
        proved = isinstance(decide(Equation(term, other), FUNCTIONS), Theorem)
    except TermError as error:
        assume(error.code != "division")  # a mutated denominator need not be a unit
        raise
    if proved:
        point, at = data.draw(points(Add((term, other)), theory=FUNCTIONS))
        assert evaluate(term, point, at, FUNCTIONS) == evaluate(other, point, at, FUNCTIONS)


DEFINITIONS = [d.name for d in FUNCTIONS.declarations if isinstance(d, Definition)]
CITED = [APART, CENTERED, fact("gap[j,j,d] = psi(0)"), fact("diff[x[j,e]] psi(g[d]) = 0")]


@st.composite
def some_hints(draw: st.DrawFn) -> Hints:
    rules = draw(st.sets(st.sampled_from(RULES)))
    definitions = draw(st.sets(st.sampled_from(DEFINITIONS)))
    cited = draw(st.lists(st.builds(Citation, st.sampled_from(CITED), st.booleans()), max_size=2))
    return Hints(frozenset(rules), frozenset(definitions), tuple(cited))


@settings(max_examples=250)
@given(st.data())
def test_a_step_with_functions_that_random_hints_show_is_true(data: st.DataObject) -> None:
    term = data.draw(terms_with_functions(depth=2))
    other = data.draw(changed(data.draw(changed(term, VALID, steps=2)), MUTATIONS, steps=1))
    if data.draw(st.booleans()):
        term, other = (Sum(FREE[:1], (), side) for side in (term, other))
    steps = Steps(FUNCTIONS, (), 200_000)
    try:
        steps.admit(term)
        steps.admit(other)
        shown = steps.leftover(term, other, data.draw(some_hints())) is None
    except TermError as error:
        assume(error.code != "division")
        raise
    except BudgetExhausted:
        return
    if shown:
        point, at = data.draw(points(Add((term, other)), theory=FUNCTIONS))
        assert evaluate(term, point, at, FUNCTIONS) == evaluate(other, point, at, FUNCTIONS)


@settings(max_examples=200)
@given(st.data())
def test_all_hints_show_every_true_step_with_functions(data: st.DataObject) -> None:
    term = data.draw(terms_with_functions(depth=2))
    other = data.draw(changed(term, VALID, steps=3))
    steps = Steps(FUNCTIONS, ())
    steps.admit(term)
    steps.admit(other)
    assert steps.leftover(term, other, everything(FUNCTIONS)) is None


@pytest.mark.parametrize("size", [Fixed("n", 1), Fixed("n", 2), Fixed("D", 1), Fixed("D", 2)])
def test_a_sum_inside_an_argument_captures_no_index_of_a_sum_around_it(size: Fixed) -> None:
    theory = Theory((Function("phi"), Parameter("t", ("feature",)), Parameter("u", ("feature",))))
    left = parse_term("sum[d] phi(t[d]*(sum[e] u[e]))")
    right = parse_term("D*phi(sum[e] t[e]*u[e])")
    found = decide(Equation(left, right), theory, (size,))
    assert isinstance(found, Theorem) == (size == Fixed("D", 1))
    steps = Steps(theory, (size,))
    for term in (left, right):
        steps.admit(term)
    shown = steps.leftover(left, right, Hints(frozenset({"sizes", "linearity"})))
    assert (shown is None) == (size == Fixed("D", 1))
