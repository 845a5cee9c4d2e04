"""Thousands of random claims: what is equal is proved, and nothing false ever is."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

import bnproof
from bnproof.kernel import Theorem, decide
from bnproof.language import SourceError, print_claim
from bnproof.terms import Add, Entry, Equation, Sign
from tests.rewriting import MUTATIONS, RULES, changed
from tests.strategies import THEORY, evaluate, points, terms

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


@settings(max_examples=1000)
@given(st.data())
def test_a_mutant_is_proved_only_if_exact_evaluation_agrees(data: st.DataObject) -> None:
    term = data.draw(terms(depth=2))
    other = data.draw(changed(data.draw(changed(term, RULES, steps=2)), MUTATIONS, steps=1))
    claim = print_claim(Equation(term, other))
    try:
        report = bnproof.prove(claim)
    except SourceError as error:
        assume(error.code != "division")  # a mutated denominator need not be a unit
        raise
    assert report.verdict in ("proved", "refuted")
    if report.verdict == "proved":
        point, at = data.draw(points(Add((term, other))))
        assert evaluate(term, point, at) == evaluate(other, point, at)
