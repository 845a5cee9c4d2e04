"""Closed forms: equal to the term by a theorem, and as short as the formulas of the catalogue.

The expected texts are those of the catalogue of claims, or follow from them with pencil and paper.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import assume as assuming
from hypothesis import given, settings

from bnproof.closed_forms.folding import closed_form
from bnproof.kernel import BudgetExhausted, Theorem, decide
from bnproof.language import Source, Statement, print_term, read_statement
from bnproof.language.expressions import parse_term
from bnproof.terms import (
    Diff,
    Entry,
    Equation,
    Hypothesis,
    Index,
    Input,
    Parameter,
    Sign,
    Term,
    TermError,
    Theory,
    Unequal,
    as_equations,
    subterms,
)
from tests.strategies import THEORY, terms
from tests.test_catalogue import CATALOGUE, Row
from tests.theories import let, theory_of, used

ZERO = ("eps = 0",)
EPS_IS_ZERO = (Sign(Entry("eps"), "zero"),)
# Catalogue texts may order factors otherwise, which costs or saves a bracket.
SLACK = 4


class Found(NamedTuple):
    statement: Statement
    term: Term
    text: str

    @property
    def is_equal(self) -> bool:
        left = as_equations(self.statement.claim, self.statement.theory)[0].left
        return proves(left, self.term, self.statement.theory, self.statement.hypotheses)


def proves(
    left: Term, right: Term, theory: Theory, hypotheses: tuple[Hypothesis, ...] = ()
) -> bool:
    return isinstance(decide(Equation(left, right), theory, hypotheses), Theorem)


def found(text: str, norm: str = "batch", assume: tuple[str, ...] = ()) -> Found:
    """The closed form of the left side of a claim, or of a term."""
    claim = text if "=" in text or text.startswith("blocked") else f"{text} = 0"
    theory = theory_of(norm)
    statement = read_statement(Source("term", claim), theory, assume)
    left = as_equations(statement.claim, statement.theory)[0].left
    term = closed_form(left, statement.theory, statement.hypotheses)
    return Found(statement, term, print_term(term))


def is_closed(term: Term) -> bool:
    return not any(isinstance(part, Diff) for part in subterms(term))


LEAK = "diff[x[j,e]] 1/2*sum[i,d] h[d]*y[i,d]^2"
UPSTREAM = "diff[x[j,e]] sum[i,d] G[i,d]*y[i,d]"
CORRELATED = "1/2*sum[i,d,e] H[d,e]*y[i,d]*y[i,e]"
PAIRS = "sum[i,k,d] w[d]*(y[i,d]-y[k,d])^2"

READS = [
    (UPSTREAM, "1/s[e]*(G[j,e] - (mean[i] G[i,e]) - y[j,e]*mean[i] G[i,e]*y[i,e])"),
    ("diff[x[j,e]] y[k,d]", "delta[d,e]/s[d]*(delta[j,k] - 1/n - y[j,d]*y[k,d]/n)"),
    (LEAK, "kappa[e]*h[e]*y[j,e]/s[e]"),
    (f"diff[x[j,f]] {CORRELATED}", "1/s[f]*sum[d] H[f,d]*(y[j,d] - rho[f,d]*y[j,f])"),
    (CORRELATED, "n/2*sum[d,e] H[d,e]*rho[d,e]"),
    (
        "diff[x[j,d]] sum[i] y[i,d]^3",
        "3/s[d]*(y[j,d]^2 - 1 + kappa[d] - y[j,d]*mean[i] y[i,d]^3)",
    ),
    (
        "diff[x[j,d]] sum[i] y[i,d]^4",
        "4/s[d]*(y[j,d]^3 - (mean[i] y[i,d]^3) - y[j,d]*mean[i] y[i,d]^4)",
    ),
    ("sum[i] y[i,d]^2", "n*(1 - kappa[d])"),
    (
        f"diff[x[l,f]] {LEAK}",
        "delta[e,f]*kappa[e]*h[e]/s[e]^2*(delta[j,l] - 1/n - 4*y[j,e]*y[l,e]/n)",
    ),
    (
        "sum[j] (diff[x[j,d]] sum[i] G[i,d]*y[i,d])^2",
        "1/s[d]^2*((sum[i] G[i,d]^2) - 1/n*(sum[i] G[i,d])^2"
        " - (1 + kappa[d])/n*(sum[i] G[i,d]*y[i,d])^2)",
    ),
    (
        "diff[x[l,d]] diff[x[j,d]] y[k,d]",
        "-1/(n*s[d]^2)*(delta[j,k]*y[l,d] + delta[j,l]*y[k,d] + delta[k,l]*y[j,d]"
        " - 1/n*(y[j,d] + y[k,d] + y[l,d] + 3*y[j,d]*y[k,d]*y[l,d]))",
    ),
    ("diff[gamma[e]] sum[i,d] g[d]*z[i,d]", "0"),
    ("diff[beta[e]] sum[i,d] g[d]*z[i,d]", "n*g[e]"),
    ("diff[eps] y[i,d]", "-y[i,d]/(2*s[d]^2)"),
    ("sum[i] x[i,d]", "n*mu[d]"),
    ("mean[i] (x[i,d]-mu[d])^2", "var[d]"),
    ("rho[d,d]", "1 - kappa[d]"),
    ("z[i,d]", "gamma[d]*y[i,d] + beta[d]"),
    ("y[i,d]", "(x[i,d] - mu[d])/s[d]"),
    ("s[d]", "s[d]"),
    (f"diff[x[j,e]] {PAIRS}", "4*n*kappa[e]*w[e]*y[j,e]/s[e]"),
    (PAIRS, "2*n^2*sum[d] w[d]*(1 - kappa[d])"),
    ("sum[i] y[i,d]^2*(n-1)/n", "(n - 1)*(1 - kappa[d])"),
    ("sum[i] y[i,d]^2/(n-1)", "n*(1 - kappa[d])/(n - 1)"),
    ("sum[d] (sum[i] G[i,d])^2", "sum[d] (sum[i] G[i,d])^2"),
]

ELSEWHERE = [
    (
        "layer",
        UPSTREAM,
        "1/s[j]*(G[j,e] - (mean[d] G[j,d]) - y[j,e]*mean[d] G[j,d]*y[j,d])",
    ),
    ("layer", "diff[x[j,e]] y[k,d]", "delta[j,k]/s[j]*(delta[d,e] - 1/D - y[j,d]*y[j,e]/D)"),
    ("layer", "sum[d] y[i,d]^2", "D*(1 - kappa[i])"),
    ("center", UPSTREAM, "G[j,e] - mean[i] G[i,e]"),
    ("center", "diff[x[j,e]] y[k,d]", "delta[d,e]*(delta[j,k] - 1/n)"),
    ("center", LEAK, "h[e]*y[j,e]"),
    ("scale", UPSTREAM, "1/s[e]*(G[j,e] - y[j,e]*mean[i] G[i,e]*y[i,e])"),
    ("scale", "diff[x[j,e]] y[k,d]", "delta[d,e]/s[d]*(delta[j,k] - y[j,d]*y[k,d]/n)"),
    ("scale", "sum[i] y[i,d]^2", "n*(1 - kappa[d])"),
    ("standardize", LEAK, "kappa[e]*h[e]*y[j,e]/s[e]"),
    ("affine", LEAK, "gamma[e]*h[e]*y[j,e]"),
    ("affine", "diff[x[j,e]] y[k,d]", "delta[d,e]*delta[j,k]*gamma[d]"),
]


@pytest.mark.parametrize(("term", "text"), READS)
def test_a_closed_form_reads_like_the_formula_in_a_paper(term: str, text: str) -> None:
    result = found(term)
    assert result.text == text
    assert result.is_equal


@pytest.mark.parametrize(("norm", "term", "text"), ELSEWHERE)
def test_other_normalisers_have_closed_forms_in_their_own_vocabulary(
    norm: str, term: str, text: str
) -> None:
    result = found(term, norm)
    assert result.text == text
    assert result.is_equal


@pytest.mark.parametrize("text", [LEAK, f"diff[x[l,f]] {LEAK}", f"diff[x[j,e]] {PAIRS}"])
def test_what_leaks_through_eps_is_zero_at_eps_zero(text: str) -> None:
    assert found(text, assume=ZERO).text == "0"


def test_the_gradient_through_the_affine_phase_is_gamma_times_the_one_before_it() -> None:
    whole = found("diff[x[j,e]] sum[i,d] G[i,d]*z[i,d]").text
    assert whole == found(UPSTREAM).text.replace("1/s[e]", "gamma[e]/s[e]")


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: f"{row.number} {row.claim} {row.assume}")
def test_every_left_side_of_the_catalogue_has_a_closed_form_that_is_provably_equal(
    row: Row,
) -> None:
    result = found(row.claim, row.norm, row.assume)
    assert is_closed(result.term)
    assert result.is_equal


def is_for_all_sizes(row: Row) -> bool:
    return not any(text.startswith(("n = ", "D = ")) for text in row.assume)


# A closed form is one for all sizes; the right side of a claim at fixed sizes can be shorter.
@pytest.mark.parametrize(
    "row",
    [
        r
        for r in CATALOGUE
        if r.verdict == "proved"
        and "diff" not in r.claim.partition(" = ")[2]
        and is_for_all_sizes(r)
    ],
    ids=lambda row: f"{row.number} {row.claim} {row.assume}",
)
def test_a_closed_form_is_about_as_short_as_the_right_side_of_the_catalogue(row: Row) -> None:
    result = found(row.claim, row.norm, row.assume)
    right = as_equations(result.statement.claim, result.statement.theory)[0].right
    assert len(result.text) <= len(print_term(right)) + SLACK


@settings(max_examples=200, deadline=None)
@given(terms(depth=3))
def test_the_closed_form_of_a_random_term_is_provably_equal(term: Term) -> None:
    result = closed_form(term, THEORY, ())
    assert is_closed(result)
    assert proves(term, result, THEORY)


@settings(max_examples=200, deadline=None)
@given(terms(depth=2))
def test_the_closed_form_of_a_random_term_at_eps_zero_is_provably_equal(term: Term) -> None:
    try:
        result = closed_form(term, THEORY, EPS_IS_ZERO)
    except TermError:
        assuming(False)
    assert is_closed(result)
    assert proves(term, result, THEORY, EPS_IS_ZERO)


@settings(max_examples=100, deadline=None)
@given(terms(depth=3))
def test_the_text_of_a_closed_form_reads_back_to_a_provably_equal_term(term: Term) -> None:
    text = print_term(closed_form(term, THEORY, ()))
    assert proves(term, parse_term(text), THEORY)


def test_a_closed_form_repeats() -> None:
    assert len({found(UPSTREAM).text for _ in range(3)}) == 1


def test_a_hypothesis_on_indices_is_used_where_the_term_has_them() -> None:
    text = "diff[x[j,d]] y[k,d]"
    assert found(text, assume=("j != k",)).text == "-1/s[d]*(1/n + y[j,d]*y[k,d]/n)"


def test_a_hypothesis_on_other_indices_is_left_out() -> None:
    apart = Unequal(Index("p", "sample"), Index("q", "sample"))
    term = closed_form(parse_term("sum[i] y[i,d]^2"), theory_of("batch"), (apart,))
    assert print_term(term) == "n*(1 - kappa[d])"


def test_a_theory_without_a_normaliser_gives_the_plain_normal_form() -> None:
    theory = Theory((Input("x", ("sample",)), Parameter("a", ())))
    term = closed_form(parse_term("diff[x[j]] sum[i] a*x[i]^2"), theory, ())
    assert print_term(term) == "2*a*x[j]"


def test_two_normalisers_of_two_inputs_are_both_folded() -> None:
    theory = Theory((*used("batchnorm", "x", "bn"), *used("layernorm", "u", "ln")))
    term = closed_form(parse_term("diff[x[j,e]] sum[i,d] ln.y[i,d]*bn.y[i,d]"), theory, ())
    assert print_term(term) == (
        "1/bn.s[e]*(ln.y[j,e] - (mean[i] ln.y[i,e]) - bn.y[j,e]*mean[i] bn.y[i,e]*ln.y[i,e])"
    )


def test_a_definition_that_has_no_meaning_is_no_hindrance_where_it_is_not_used() -> None:
    theory = theory_of("batch").extended((let("v[i,d]", "1/(x[i,d] - mu[d])"),))
    assert print_term(closed_form(parse_term("sum[i] x[i,d]"), theory, ())) == "n*mu[d]"


def test_definitions_that_lead_to_each_other_come_to_an_end() -> None:
    further = (let("v[d]", "s[d]^2 + s[d]^4"), let("w[d]", "s[d]^4 - s[d]^2"))
    theory = theory_of("batch").extended(further)
    term = parse_term("s[d]^8 + s[d]^6")
    assert proves(term, closed_form(term, theory, ()), theory)


def test_a_term_without_meaning_is_refused() -> None:
    with pytest.raises(TermError, match="unknown is not declared"):
        closed_form(Entry("unknown"), theory_of("batch"), ())


def test_a_term_that_is_too_large_ends_in_an_exhausted_budget() -> None:
    term = parse_term("(x[i,d] + gamma[d] + beta[d] + mu[d] + s[d] + eps)^40")
    with pytest.raises(BudgetExhausted):
        closed_form(term, theory_of("batch"), ())


def test_a_long_normal_form_is_written_out_in_reasonable_time() -> None:
    term = parse_term("diff[x[j,d]] (x[i,d] + gamma[d] + beta[d] + mu[d] + eps)^6")
    theory = theory_of("batch")
    assert proves(term, closed_form(term, theory, ()), theory)
