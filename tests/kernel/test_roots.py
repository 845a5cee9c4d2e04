"""Roots of other roots, and of what another root stands for already."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bnproof.kernel import Budget, Calculus, Difference, Theorem, decide
from bnproof.language import Source, read_statement
from bnproof.maps.declaring import Declarations
from bnproof.maps.registry import read_document
from bnproof.readback import to_term
from bnproof.terms import Declaration, Entry, Index, Input, Parameter, TermError, Theory
from tests.theories import EPS, X, let, root, scaling

PARAMETERS = """
input x[sample,feature]
param eps
param a positive
param c[feature]
param gamma[feature] nonzero
param w[feature,feature]
param b[feature]
param g[feature]
param h[feature]
param G[sample,feature]
"""


def standardized(entry: str, name: str, over: str = "i", at: str = "d", scale: str = "1") -> str:
    """Standardization of a term: its statistics and its output go by names that begin with `name`."""
    return f"""
let {name}mu[{at}] = mean[{over}] {entry}
let {name}var[{at}] = mean[{over}] ({entry} - {name}mu[{at}])^2
root {name}s[{at}]: {name}s[{at}]^2 = {scale}*{name}var[{at}] + eps
let {name}y[i,d] = ({entry} - {name}mu[{at}])/{name}s[{at}]
"""


BATCH = standardized("x[i,d]", "")
LINEAR = "let u[i,d] = (sum[e] w[d,e]*x[i,e]) + b[d]"
BEHIND = "let u[i,d] = (sum[e] w[d,e]*y[i,e]) + b[d]"
DEEPER = "let v[i,d] = sum[e] w[d,e]*Ty[i,e]"
RMS = "root q[d]: q[d]^2 = (mean[i] x[i,d]^2) + eps\nlet v[i,d] = x[i,d]/q[d]"
THEORIES = {
    "shifted": BATCH + standardized("(x[i,d] + c[d])", "T"),
    "shifted first": standardized("(x[i,d] + c[d])", "T") + BATCH,
    "scaled": BATCH + standardized("a*x[i,d]", "T"),
    "scaled first": standardized("a*x[i,d]", "T") + BATCH,
    "twice": BATCH + standardized("y[i,d]", "T"),
    "affine": BATCH + standardized("gamma[d]*y[i,d]", "T"),
    "linear": LINEAR + standardized("u[i,d]", "T"),
    "stack": BATCH + BEHIND + standardized("u[i,d]", "T"),
    "three": BATCH + BEHIND + standardized("u[i,d]", "T") + DEEPER + standardized("v[i,d]", "Q"),
    "layer": BATCH + standardized("y[i,d]", "T", over="d", at="i"),
    "unbiased": BATCH + standardized("x[i,d]", "T", scale="n/(n-1)"),
    "rms": BATCH + RMS,
    "two linear": LINEAR
    + standardized("u[i,d]", "T")
    + "let v[i,d] = a*(sum[e] w[d,e]*x[i,e])"
    + standardized("v[i,d]", "Q"),
}


def theory_of(name: str) -> Declarations:
    document = read_document(Source(name, PARAMETERS + THEORIES[name]))
    for error in document.errors:
        raise error
    declared = Declarations(document.source, document.spans)
    for item, span in document.items:
        declared.enter(item, span)
    return declared


def result_of(name: str, claim: str) -> Theorem | Difference:
    known = theory_of(name)
    statement = read_statement(Source("claim", claim), known.theory, (), known.hypotheses)
    return decide(statement.claim, statement.theory, statement.hypotheses)


# What a pencil shows: y of a shifted input is y, the squares of an output of BN add up to n*(1 - kappa)
# with the kappa of that very BN, what stands in front of BN is blind to a shift of what it gets.
TRUE = {
    "shifted": ["Ty[i,d] = y[i,d]", "Ts[d] = s[d]", "diff[c[e]] Ty[i,d] = 0"],
    "shifted first": ["Ty[i,d] = y[i,d]", "Ts[d] = s[d]"],
    "scaled": [
        "Ty[i,d] = y[i,d] assume eps = 0",
        "Ts[d] = a*s[d] assume eps = 0",
        "Ts[d]^2 = a^2*s[d]^2 + (1 - a^2)*eps",
        "Ty[i,d]*Ts[d] = a*y[i,d]*s[d]",
    ],
    "scaled first": ["Ty[i,d] = y[i,d] assume eps = 0", "Ty[i,d]*Ts[d] = a*y[i,d]*s[d]"],
    "twice": [
        "Ty[i,d] = y[i,d] assume eps = 0",
        "Ts[d] = 1 assume eps = 0",
        "Ty[i,d] = y[i,d]/Ts[d]",
        "Ts[d]^2 = 1 - eps/s[d]^2 + eps",
        "1/(Tvar[d] + eps) = 1/Ts[d]^2",
        "sum[d] 1/Ts[d]^2*(1 - eps/s[d]^2 + eps) = D",
        "sum[i,d] Ty[i,d]^2 = n*(sum[d] (1 - eps/Ts[d]^2))",
        "Ty[i,d]^2 = 1 assume eps = 0, n = 2",
        "sum[i] Ty[i,d]^3 = 0 assume n = 2",
        "Ty[i,d] = 0 assume n = 1",
        "Ts[d]^2 = eps assume n = 1",
    ],
    "affine": [
        "Ty[i,d]^2 = y[i,d]^2 assume eps = 0",
        "Ts[d]^2 = gamma[d]^2 assume eps = 0",
        "Ty[i,d]*Ts[d] = gamma[d]*y[i,d]",
        "Ty[i,d] = y[i,d] assume eps = 0, gamma[d] > 0",
        "1/(gamma[d]^2*(1 - eps/s[d]^2) + eps) = 1/Ts[d]^2",
    ],
    "linear": [
        "diff[b[e]] sum[i,d] G[i,d]*Ty[i,d] = 0",
        "sum[e] w[d,e]*(diff[w[d,e]] sum[i,f] G[i,f]*Ty[i,f]) = eps/Ts[d]^2*(sum[i] G[i,d]*Ty[i,d])",
        "sum[e] w[d,e]*(diff[w[d,e]] sum[i,f] G[i,f]*Ty[i,f]) = 0 assume eps = 0",
        "sum[i] Ty[i,d]^2 = n*(1 - eps/Ts[d]^2)",
        "sum[i,d] Ty[i,d]^2 = n*D assume eps = 0",
    ],
    "stack": [
        "sum[j] diff[x[j,e]] sum[i,d] G[i,d]*Ty[i,d] = 0",
        "sum[j] y[j,e]*(diff[x[j,e]] sum[i,d] G[i,d]*Ty[i,d]) = 0 assume eps = 0",
        "blocked sum[i,d] g[d]*Ty[i,d]",
        "blocked sum[i,d] h[d]*Ty[i,d]^2 assume eps = 0",
        "diff[x[j,e]] sum[i,d] G[i,d]*Ty[i,d] = 1/s[e]*(sum[k] (delta[j,k] - 1/n - y[j,e]*y[k,e]/n)"
        "*(sum[d] w[d,e]/Ts[d]*(G[k,d] - mean[i] G[i,d] - Ty[k,d]*(mean[i] G[i,d]*Ty[i,d]))))",
    ],
    "three": [
        "sum[i] Qy[i,d] = 0",
        "sum[i,d] Qy[i,d]^2 = n*D assume eps = 0",
        "blocked sum[i,d] h[d]*Qy[i,d]^2 assume eps = 0",
        "sum[j] diff[x[j,e]] sum[i,d] G[i,d]*Qy[i,d] = 0",
    ],
    "layer": [
        "sum[d] Ty[i,d] = 0",
        "sum[i,d] Ty[i,d]^2 = n*D assume eps = 0",
        "sum[j] diff[x[j,e]] sum[i,d] G[i,d]*Ty[i,d] = 0",
        "blocked sum[i,d] Ty[i,d]^2 assume eps = 0",
    ],
    "unbiased": [
        "Ty[i,d]^2 = (n-1)/n*y[i,d]^2 assume eps = 0",
        "Ts[d]*s[e] = Ts[e]*s[d] assume eps = 0",
        "sum[d] Ts[d]/s[d] = D*Ts[e]/s[e] assume eps = 0",
        "(n-1)*(Ts[d]^2 - eps) = n*(s[d]^2 - eps)",
    ],
    "rms": [
        "q[d]^2 = s[d]^2 + mu[d]^2",
        "sum[i,d] v[i,d]^2 = n*D assume eps = 0",
        "1/(mean[i] x[i,d]^2) = 1/q[d]^2 assume eps = 0",
        "blocked sum[i,d] h[d]*v[i,d]^2 assume eps = 0",
    ],
    "two linear": ["Ty[i,d] = Qy[i,d] assume eps = 0", "Qs[d] = a*Ts[d] assume eps = 0"],
}
FALSE = {
    "shifted": ["Ty[i,d] = y[i,d] + c[d]", "diff[c[e]] Ts[d] = delta[d,e]"],
    "scaled": ["Ty[i,d] = y[i,d]", "Ts[d] = a*s[d]", "Ts[d] = s[d] assume eps = 0"],
    "twice": ["Ty[i,d] = y[i,d]", "Ts[d] = 1", "Ts[d] = Ts[e]", "sum[d] 1/Ts[d]^2 = D"],
    "affine": ["Ty[i,d] = y[i,d] assume eps = 0", "Ts[d] = gamma[d] assume eps = 0"],
    "linear": [
        "sum[e] w[d,e]*(diff[w[d,e]] sum[i,f] G[i,f]*Ty[i,f]) = 0",
        "sum[i] Ty[i,d]^2 = n",
        "blocked sum[i,d] G[i,d]*Ty[i,d]",
    ],
    "stack": [
        "blocked sum[i,d] h[d]*Ty[i,d]^2",
        "blocked sum[i,d] G[i,d]*Ty[i,d] assume eps = 0",
        "sum[e] diff[x[j,e]] sum[i,d] G[i,d]*Ty[i,d] = 0",
    ],
    "layer": [
        "sum[i] Ty[i,d] = 0 assume eps = 0",
        "blocked sum[i,d] h[d]*Ty[i,d]^2 assume eps = 0",
    ],
    "unbiased": ["Ts[d] = s[d] assume eps = 0", "Ty[i,d] = y[i,d]"],
    "rms": ["q[d] = s[d]", "q[d] = s[d] + mu[d]", "blocked sum[i,d] h[d]*v[i,d]^2"],
    "two linear": ["Ty[i,d] = Qy[i,d]", "Qs[d] = a*Ts[d]"],
}


def cases(table: dict[str, list[str]]) -> Iterable[tuple[str, str]]:
    return [(name, claim) for name, claims in table.items() for claim in claims]


@pytest.mark.parametrize(("name", "claim"), cases(TRUE))
def test_what_is_true_of_a_stack_is_proved(name: str, claim: str) -> None:
    assert isinstance(result_of(name, claim), Theorem)


@pytest.mark.parametrize(("name", "claim"), cases(FALSE))
def test_what_is_false_of_a_stack_is_not_proved(name: str, claim: str) -> None:
    assert isinstance(result_of(name, claim), Difference)


def test_a_difference_names_the_roots_because_of_which_it_decides_nothing() -> None:
    open_ = result_of("linear", "Ty[i,d] = 1")
    assert isinstance(open_, Difference)
    assert open_.composite == {"Ts"}
    closed = result_of("stack", "s[d] = 1")
    assert isinstance(closed, Difference)
    assert not closed.composite


def test_a_theorem_on_a_multiple_of_a_root_needs_that_root_to_exist() -> None:
    theorem = result_of("scaled", "Ty[i,d] = y[i,d] assume eps = 0")
    assert isinstance(theorem, Theorem)
    assert theorem.roots == {"s", "Ts"}


@pytest.mark.parametrize(
    ("name", "entry"), [("unbiased", "Ts"), ("twice", "Ts"), ("scaled", "Ts"), ("affine", "Ts")]
)
def test_what_is_presented_is_equal_and_mentions_declared_arrays_alone(
    name: str, entry: str
) -> None:
    known = theory_of(name)
    calculus = Calculus(known.theory, known.hypotheses, Budget(10**6))
    term = Entry(entry, (Index("d", "feature"),))
    polynomial = calculus.presented(calculus.normal_form(term))
    back = to_term(polynomial, calculus.size_polynomials.inverted)
    assert calculus.is_zero(
        calculus.ring.add(
            calculus.normal_form(back), calculus.ring.scale(calculus.normal_form(term), -1)
        )
    )


def test_the_root_of_a_number_is_known_by_its_square() -> None:
    theory = Theory((X, root("r", "2"), root("t", "8")))
    calculus = Calculus(theory, (), Budget(10**6))
    for left, right in (("r^2", "2"), ("t", "2*r"), ("1/r", "r/2"), ("1/(r*t)", "1/4")):
        assert isinstance(_decided(theory, f"{left} = {right}"), Theorem)
    assert isinstance(_decided(theory, "r = 3/2"), Difference)
    assert calculus.signature.is_unit("r")


def test_a_second_root_of_one_power_sum_is_a_root_of_what_the_first_one_stands_for() -> None:
    twice = scaling().extended((root("r[d]", "mean[i] x[i,d]^2"),))
    assert isinstance(_decided(twice, "r[d]^2 = s[d]^2 - eps"), Theorem)
    assert isinstance(_decided(twice, "r[d] = s[d] assume eps = 0"), Theorem)
    assert isinstance(_decided(twice, "r[d] = s[d]"), Difference)


def test_a_radicand_with_sums_over_more_and_fewer_indices_has_a_root() -> None:
    theory = Theory((X, root("r[d]", "(sum[i] x[i,d]^2) + sum[i,c] x[i,c]^2")))
    claim = "sum[d] r[d]^2 = (D+1)*(sum[i,d] x[i,d]^2)"
    assert isinstance(_decided(theory, claim), Theorem)
    assert isinstance(_decided(theory, claim.replace("D+1", "D")), Difference)


def test_a_radicand_that_is_never_positive_is_refused() -> None:
    with pytest.raises(TermError) as caught:
        _decided(Theory((X, root("r", "1 - 1"))), "r = r")
    assert caught.value.code == "vacuous"


def _decided(theory: Theory, claim: str) -> Theorem | Difference:
    statement = read_statement(Source("claim", claim), theory)
    return decide(statement.claim, statement.theory, statement.hypotheses)


def test_what_is_shared_may_be_declared_after_what_it_is_the_mean_of() -> None:
    declared = Theory(
        (
            Input("W", ("feature",)),
            Parameter("X", ("sample",)),
            let("x[i,d]", "X[i]*W[d]"),
            let("mu[d]", "mean[i] x[i,d]"),
            Parameter("q", ()),
        )
    )
    statement = read_statement(Source("claim", "mu[d] = q*W[d] assume X[i] = q"), declared)
    result = decide(statement.claim, statement.theory, statement.hypotheses)
    assert isinstance(result, Theorem)


# What a hostile review found: a root is a multiple of others only where these are positive.

V = Parameter("v", ("feature",))
U = Parameter("u", ("feature",))


@pytest.mark.parametrize(
    ("declared", "claim"),
    [
        ((root("s[d]", "v[d]"), root("r[d]", "v[d]^2")), "r[d] = v[d]"),
        ((root("r[d]", "v[d]^2"), root("s[d]", "v[d]")), "diff[v[e]] r[d] = delta[d,e]"),
        (
            (root("s[d]", "mean[i] x[i,d]"), root("r[d]", "(mean[i] x[i,d])^2")),
            "r[d] = mean[i] x[i,d]",
        ),
        (
            (root("z[d]", "u[d] + v[d]^2"), root("r[d]", "(u[d] + v[d]^2)^2")),
            "r[d] = u[d] + v[d]^2",
        ),
    ],
)
def test_a_multiple_of_a_root_is_one_where_that_root_exists(
    declared: tuple[Declaration, ...], claim: str
) -> None:
    result = _decided(Theory((X, V, U, *declared)), claim)
    if isinstance(result, Theorem):
        assert {d.name for d in declared} == result.roots
    shown = _decided(Theory((X, V, U, *declared)), "r[d]^2 = r[d]^2")
    assert isinstance(shown, Theorem)


@pytest.mark.parametrize(
    "radicand", ["0*r[d]", "r[d] - r[d]", "0*r[d] - 1", "v[d]^2 + 1 - r[d]^2", "v[d]^2 - r[d]^2"]
)
def test_a_radicand_that_is_no_positive_number_behind_another_root_is_refused(
    radicand: str,
) -> None:
    theory = Theory((X, V, root("r[d]", "v[d]^2 + 1"), root("q[d]", radicand)))
    with pytest.raises(TermError) as caught:
        _decided(theory, "r[d] = r[d]")
    assert caught.value.code == "vacuous"


def test_a_root_of_a_root_that_is_the_same_everywhere_has_an_answer_at_one_sample() -> None:
    declared = (
        EPS,
        let("mu[d]", "mean[i] x[i,d]"),
        let("var[d]", "mean[i] (x[i,d] - mu[d])^2"),
        root("s[d]", "var[d] + eps"),
        root("t[d]", "s[d] + 1"),
    )
    theory = Theory((X, *declared))
    assert isinstance(_decided(theory, "t[d] = s[d] assume n = 1, eps > 0"), Difference)
    assert isinstance(_decided(theory, "t[d]^2 = s[e] + 1 assume n = 1, eps > 0"), Theorem)


@pytest.mark.parametrize(
    ("roots", "claim"),
    [
        (("6", "2", "3"), "r = s*t"),
        (("2", "1/2", "3"), "r*s = 1"),
        (("(n+1)^2", "2", "3"), "r = n + 1"),
    ],
)
def test_what_is_left_over_of_letters_decides_nothing(
    roots: tuple[str, str, str], claim: str
) -> None:
    declared = [root(name, text) for name, text in zip("rst", roots, strict=True)]
    result = _decided(Theory((X, *declared)), claim)
    assert isinstance(result, Theorem) or result.composite


def test_a_square_is_taken_out_of_a_radicand_only_where_its_sign_is_known() -> None:
    s, r = root("s[d]", "v[d]^2 + 1"), root("r[d]", "(v[d]^2 + 1)^2")
    doubtful = _decided(Theory((X, V, s, r)), "r[d] = v[d]^2 + 1")
    assert isinstance(doubtful, Difference)
    assert doubtful.composite
    mentioned = root("r[d]", "s[d]^3*(v[d]^2 + 1)/s[d]")
    assert isinstance(_decided(Theory((X, V, s, mentioned)), "r[d] = v[d]^2 + 1"), Theorem)
    once = root("r[d]", "4*(v[d]^2 + 1)")
    assert isinstance(_decided(Theory((X, V, s, once)), "r[d] = 2*s[d]"), Theorem)
    inverse = root("r", "(1/(n-1))^2")
    assert isinstance(_decided(Theory((X, inverse)), "r = 1/(n-1)"), Theorem)
    either = root("r", "(1/(n-2))^2")
    assert isinstance(_decided(Theory((X, either)), "r = 1/(n-2)"), Difference)
