"""Chains as text, for tests of the kernel that do without files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bnproof.kernel import (
    RULES,
    SQUARES,
    Chain,
    Citation,
    Difference,
    Gap,
    Hints,
    Leftover,
    Steps,
    Theorem,
    decide,
)
from bnproof.language import parse_term
from bnproof.language.claims import parse_claim
from bnproof.language.source import Source
from bnproof.terms import Claim, Hypothesis, Parameter, Term, Theory, obligations
from tests.theories import batchnorm

BATCH = batchnorm().extended(
    [
        Parameter("g", ("feature",)),
        Parameter("h", ("feature",)),
        Parameter("a", ("sample",)),
        Parameter("G", ("sample", "feature")),
        Parameter("A", ("sample", "sample")),
        Parameter("S", ("sample", "sample"), symmetric=True),
    ]
)


def hints(text: str, facts: Mapping[str, Theorem] | None = None) -> Hints:
    """Hints as an author writes them; everything that is no rule or definition is a fact."""
    rules, definitions, citations = set(), set(), []
    for part in filter(None, map(str.strip, text.split(","))):
        if part in (*RULES, SQUARES):
            rules.add(part)
        elif part.startswith("definition of "):
            definitions.add(part.removeprefix("definition of "))
        else:
            fact = (facts or {})[part.removeprefix("<- ")]
            citations.append(Citation(fact, part.startswith("<- ")))
    return Hints(frozenset(rules), frozenset(definitions), tuple(citations))


def proved(text: str, theory: Theory = BATCH) -> Theorem:
    """The theorem of a claim, decided without a chain."""
    reading = parse_claim(Source("test", text))
    theorem = decide(reading.claim, theory, reading.hypotheses)
    assert isinstance(theorem, Theorem), text
    return theorem


def leftover(
    step: str,
    by: str = "",
    facts: Mapping[str, Theorem] | None = None,
    theory: Theory = BATCH,
    hypotheses: tuple[Hypothesis, ...] = (),
) -> Leftover | None:
    """What hints leave of `left = right`."""
    left, right = map(parse_term, step.split(" = "))
    steps = Steps(theory, hypotheses)
    steps.admit(left)
    steps.admit(right)
    return steps.leftover(left, right, hints(by, facts))


def shows(
    step: str, by: str = "", facts: Mapping[str, Theorem] | None = None, theory: Theory = BATCH
) -> bool:
    """Whether hints show a step."""
    return leftover(step, by, facts, theory) is None


def chain(claim: str, *steps: str, theory: Theory = BATCH) -> Theorem | Gap:
    """The chain of a claim from its first term on; a step is `term by hints`."""
    reading = parse_claim(Source("test", claim))
    first, *others = (step.split(" by ") for step in steps)
    terms = [parse_term(first[0]), *(parse_term(other[0]) for other in others)]
    named = [hints(other[1] if len(other) > 1 else "") for other in others]
    return prove_chain(Steps(theory, reading.hypotheses), reading.claim, terms, named, theory)


def prove_chain(
    steps: Steps,
    claim: Claim,
    terms: Sequence[Term],
    named: Sequence[Hints],
    theory: Theory = BATCH,
) -> Theorem | Gap:
    """What a chain of equal terms shows of a claim that is one equation."""
    [part] = obligations(claim, theory)
    chain = Chain(terms, ["="] * len(named), named)
    result = steps.prove(claim, {part: chain})
    assert not isinstance(result, Difference)
    return result
