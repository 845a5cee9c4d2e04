"""Thousands of random claims: what is equal is proved, and nothing false ever is."""

import hypothesis
from hypothesis import given, settings
from hypothesis import strategies as st

import bnproof
from bnproof.kernel import Theorem, decide
from bnproof.language import SourceError, print_claim
from bnproof.terms import Add, Delta, Entry, Equation, Mul, Sign, Unequal, number
from tests.rewriting import INDEX_RULES, MUTATIONS, RULES, changed
from tests.strategies import FREE, THEORY, evaluate, points, sums, terms

J, K, D, E = FREE
APART = (Unequal(J, K), Unequal(D, E))
# Nothing, but it makes all four indices free in a claim, which hypotheses on them ask for.
MENTIONS = Mul((number(0), Delta(J, K), Delta(D, E)))
EPS_IS_ZERO = (Sign(Entry("eps"), "zero"),)


@settings(max_examples=1500)
@given(st.data())
def test_a_term_rewritten_by_valid_identities_is_proved_equal(data: st.DataObject) -> None:
    term = data.draw(terms(depth=2))
    other = data.draw(changed(term, RULES, steps=4))
    assert isinstance(decide(Equation(term, other), THEORY), Theorem)


@settings(max_examples=500)
@given(st.data())
def test_a_term_rewritten_by_valid_identities_is_proved_equal_at_eps_zero(
    data: st.DataObject,
) -> None:
    term = data.draw(terms(depth=2))
    other = data.draw(changed(term, RULES, steps=4))
    assert isinstance(decide(Equation(term, other), THEORY, EPS_IS_ZERO), Theorem)


@settings(max_examples=500)
@given(st.data())
def test_a_term_rewritten_under_inequalities_between_indices_is_proved_equal(
    data: st.DataObject,
) -> None:
    term = Add((data.draw(sums(depth=2, scope=FREE)), MENTIONS))
    other = data.draw(changed(term, INDEX_RULES, steps=8))
    assert isinstance(decide(Equation(term, other), THEORY, APART), Theorem)


@settings(max_examples=500)
@given(st.data())
def test_no_mutant_is_proved_under_inequalities_that_exact_evaluation_refutes(
    data: st.DataObject,
) -> None:
    term = Add((data.draw(sums(depth=2, scope=FREE)), MENTIONS))
    other = data.draw(changed(term, INDEX_RULES, steps=6))
    other = data.draw(changed(other, MUTATIONS, steps=1))
    decided(Equation(term, other), ["j != k", "d != e"])


def decided(claim: Equation, assume: list[str]) -> str:
    """The verdict of a claim; a contradiction between kernel and evaluator raises."""
    try:
        verdict = bnproof.prove(print_claim(claim), assume=assume).verdict
    except SourceError as error:
        hypothesis.assume(error.code != "division")  # a mutated denominator need not be a unit
        raise
    assert verdict in ("proved", "refuted")
    return verdict


@settings(max_examples=1000)
@given(st.data())
def test_a_mutant_is_proved_only_if_exact_evaluation_agrees(data: st.DataObject) -> None:
    term = data.draw(terms(depth=2))
    other = data.draw(changed(data.draw(changed(term, RULES, steps=2)), MUTATIONS, steps=1))
    if decided(Equation(term, other), []) == "proved":
        point, at = data.draw(points(Add((term, other))))
        assert evaluate(term, point, at) == evaluate(other, point, at)
