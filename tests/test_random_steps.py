"""Random steps with random hints: what they show is true, and all of them show what is true."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bnproof.derivation.hints import everything
from bnproof.kernel import RULES, BudgetExhausted, Citation, Hints, Steps, Theorem, decide
from bnproof.language import Source
from bnproof.language.claims import parse_claim
from bnproof.terms import Add, Definition, Equation, Sum, Term, TermError, Unequal
from tests.rewriting import MUTATIONS, changed
from tests.rewriting import RULES as IDENTITIES
from tests.strategies import FREE, THEORY, evaluate, points, terms

J, K, D, E = FREE
DEFINITIONS = [d.name for d in THEORY.declarations if isinstance(d, Definition)]
# Results to cite, one of them under a condition that is seldom in force.
FACTS = [
    "sum[i] y[i,d] = 0",
    "sum[i] x[i,d] = n*mu[d]",
    "sum[i] y[i,d]^2 = n*(1 - kappa[d])",
    "rho[d,e] = rho[e,d]",
    "diff[x[j,e]] y[k,d] = delta[d,e]/s[d]*(delta[j,k] - 1/n - y[j,d]*y[k,d]/n)",
    "diff[x[j,d]] y[k,d] = -1/s[d]*(1/n + y[j,d]*y[k,d]/n) assume j != k",
    "x[j,d]*delta[j,k] = 0 assume j != k",
]


def theorem(text: str) -> Theorem:
    reading = parse_claim(Source("fact", text))
    proved = decide(reading.claim, THEORY, reading.hypotheses)
    assert isinstance(proved, Theorem)
    return proved


PROVED = [theorem(text) for text in FACTS]


@st.composite
def hints(draw: st.DrawFn) -> Hints:
    rules = draw(st.sets(st.sampled_from(RULES)))
    definitions = draw(st.sets(st.sampled_from(DEFINITIONS)))
    cited = draw(st.lists(st.builds(Citation, st.sampled_from(PROVED), st.booleans()), max_size=2))
    return Hints(frozenset(rules), frozenset(definitions), tuple(cited))


def steps(*admitted: Term) -> Steps:
    found = Steps(THEORY, (), 200_000)
    for term in admitted:
        try:
            found.admit(term)
        except TermError as error:
            assume(error.code != "division")  # a mutated denominator need not be a unit
            raise
    return found


def shown(found: Steps, left: Term, right: Term, by: Hints) -> bool:
    try:
        return found.leftover(left, right, by) is None
    except BudgetExhausted:
        return False


@settings(max_examples=400)
@given(st.data())
def test_a_step_that_random_hints_show_is_true(data: st.DataObject) -> None:
    term = data.draw(terms(depth=2))
    other = data.draw(changed(data.draw(changed(term, IDENTITIES, steps=2)), MUTATIONS, steps=1))
    if shown(steps(term, other), term, other, data.draw(hints())):
        assert isinstance(decide(Equation(term, other), THEORY), Theorem)
        point, at = data.draw(points(Add((term, other))))
        assert evaluate(term, point, at) == evaluate(other, point, at)


@settings(max_examples=300)
@given(st.data())
def test_a_fact_is_used_under_random_sums_only_where_it_holds(data: st.DataObject) -> None:
    """The two sides of a fact, in a sum with or without the condition that the fact needs."""
    fact = data.draw(st.sampled_from(PROVED))
    assert isinstance(fact.claim, Equation)
    conditions = data.draw(st.sampled_from([(), (Unequal(J, K),), (Unequal(K, J),)]))
    factor = data.draw(terms(depth=1))
    left, right = (
        Sum((J,), conditions, Add((side, factor))) for side in (fact.claim.left, fact.claim.right)
    )
    cited = Hints(data.draw(hints()).rules, citations=(Citation(fact),))
    if shown(steps(left, right), left, right, cited):
        assert isinstance(decide(Equation(left, right), THEORY), Theorem)


@settings(max_examples=400)
@given(st.data())
def test_all_hints_show_every_step_that_is_true(data: st.DataObject) -> None:
    term = data.draw(terms(depth=2))
    other = data.draw(changed(term, IDENTITIES, steps=4))
    found = Steps(THEORY, ())
    found.admit(term)
    found.admit(other)
    assert found.leftover(term, other, everything(THEORY)) is None
