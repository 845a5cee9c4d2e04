"""Standardized inputs: which they are, what stands for an input, and what can be divided by."""

from __future__ import annotations

import pytest

from bnproof.closed_forms.standardized import Standardized
from bnproof.kernel import Budget, Calculus
from bnproof.language import parse_term
from bnproof.language.claims import parse_hypotheses
from bnproof.language.source import Source
from bnproof.readback import to_term
from bnproof.terms import Input, Term, Theory
from tests.theories import batchnorm, let, theory_of, used

STEPS = 100_000
RESIDUAL = Theory(
    (
        Input("x", ("sample", "feature")),
        Input("u", ("sample", "feature")),
        let("v[i,d]", "x[i,d] + u[i,d]"),
        let("mu[d]", "mean[i] v[i,d]"),
    )
)


def standardized(
    theory: Theory, *assume: str, with_statistics: bool = False
) -> tuple[Calculus, Standardized]:
    hypotheses = [h for text in assume for h in parse_hypotheses(Source("test", text))[0]]
    calculus = Calculus(theory, hypotheses, Budget(STEPS))
    found = Standardized(calculus, theory, Budget(STEPS), with_statistics=with_statistics)
    return calculus, found


def rewritten(term: str, theory: Theory) -> Term:
    calculus, found = standardized(theory)
    return to_term(found.without_inputs(calculus.normal_form(parse_term(term))))


@pytest.mark.parametrize(
    ("theory", "names"),
    [
        (batchnorm(), {"y"}),
        (theory_of("center"), {"y"}),
        (theory_of("scale"), {"y"}),
        (theory_of("affine"), set()),
        (Theory((*used("batchnorm", "x", "bn"), *used("layernorm", "u", "ln"))), {"bn.y", "ln.y"}),
    ],
)
def test_the_standardized_input_is_the_first_that_can_be_solved_for_the_input(
    theory: Theory, names: set[str]
) -> None:
    assert standardized(theory)[1].names == names


def test_an_affine_phase_can_be_solved_where_gamma_is_not_zero() -> None:
    assert standardized(theory_of("affine"), "gamma[d] != 0")[1].names == {"y"}


def test_an_input_without_statistics_can_be_left_alone() -> None:
    _, found = standardized(theory_of("affine"), "gamma[d] != 0", with_statistics=True)
    assert found.names == set()


def test_only_an_input_with_statistics_is_replaced_by_another_input() -> None:
    assert standardized(RESIDUAL)[1].names == set()
    assert standardized(RESIDUAL, with_statistics=True)[1].names == {"v"}


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("x[i,d] - mu[d]", "s[d]*y[i,d]"),
        ("y[i,d]", "y[i,d]"),
        ("sum[i] y[i,d]", "0"),
        ("sum[i] y[i,d]^3", "sum[i] y[i,d]^3"),
    ],
)
def test_an_input_is_replaced_by_its_standardized_input(term: str, expected: str) -> None:
    assert rewritten(term, batchnorm()) == parse_term(expected)


def test_an_input_that_carries_its_indices_in_another_order_is_replaced() -> None:
    theory = theory_of("center").extended((let("w[d,i]", "x[i,d] - mu[d]"),))
    turned = Theory(tuple(d for d in theory.declarations if d.name != "y"))
    assert rewritten("x[i,d] - mu[d]", turned) == parse_term("w[d,i]")


def test_a_hypothesis_on_the_formals_of_a_definition_does_not_change_it() -> None:
    theory = batchnorm().extended((let("same[j,k]", "delta[j,k]"),))
    _, found = standardized(theory, "j != k")
    values = {unfolded.name: unfolded.value for unfolded in found.definitions()}
    assert values["same"]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("2", "1/2"),
        ("n*s[d]^2", "1/(n*s[d]^2)"),
        ("var[d] + eps", "1/s[d]^2"),
        ("s[d]*n - s[d]", "1/(s[d]*(n - 1))"),
        ("1/(n - 1)", "n - 1"),
    ],
)
def test_a_product_of_units_and_sizes_has_an_inverse(term: str, expected: str) -> None:
    calculus, found = standardized(batchnorm())
    inverse = found.inverse(calculus.normal_form(parse_term(term)))
    assert inverse == calculus.normal_form(parse_term(expected))


@pytest.mark.parametrize("term", ["0", "eps", "y[i,d]", "s[d] + 1", "sum[d] s[d]"])
def test_what_may_be_zero_or_is_a_sum_has_no_inverse(term: str) -> None:
    calculus, found = standardized(batchnorm())
    assert found.inverse(calculus.normal_form(parse_term(term))) is None
