"""Random false claims: NumPy sees the counterexample, and what is said to be missing is missing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

import bnproof
from bnproof.checks.floating import compare
from bnproof.checks.search import Counterexample
from bnproof.language import print_claim
from bnproof.language.claims import parse_hypotheses
from bnproof.language.source import Source
from bnproof.strategies import claims
from bnproof.terms import Equation, Fixed, Hypothesis, Shared, Sign, Unequal
from tests.strategies import FREE, THEORY

# True under a hypothesis alone, with a place for something that may be wrong or not.
PATTERNS = (
    "sum[i] y[i,d]^2 = {n}",
    "blocked {c}*sum[i,d] h[d]*(y[i,d]-t[d])^2",
    "blocked sum[i,d] {c}*G[i,d]*y[i,d]",
    "diff[x[j,d]] y[k,d] = -{c}/s[d]*(1/n + y[j,d]*y[k,d]/n)",
    "sum[i] y[i,d]^4 = {c}",
    "projector[j,k] delta[j,k] - {c}/n - y[j,d]*y[k,d]/n",
    "sum[i] z[i,d]^2 = {c}*n*gamma[d]^2",
    "nullspace[j,k] delta[j,k] - {c}/n - y[j,d]*y[k,d]/n = span[j]{{1, y[j,d]}}",
    "projector[j,d; k,e] delta[d,e]*(delta[j,k] - {c}/n - y[j,d]*y[k,d]/n)",
    "nullspace[j,d; k,e] delta[j,k]*delta[d,e] - {c}/(n*D) = span[j,d]{{1}}",
    "{c}*y[j,d]^2 <= n - 1",
    "G[i,d]*sum[k] G[k,d] = {c}*n*G[i,d]^2",
)


@settings(max_examples=150)
@given(claims(THEORY, FREE, depth=2))
def test_numpy_separates_the_sides_at_every_counterexample(claim: Equation) -> None:
    found = decided(print_claim(claim)).counterexample
    if found is not None:
        assert seen(found) != "agree", print_claim(claim)


@settings(max_examples=60)
@given(st.sampled_from(PATTERNS), st.sampled_from(["1", "2", "1/2", "9/2", "n"]))
def test_what_is_missing_is_assumed_and_proved_and_fails_at_the_counterexample(
    pattern: str, number: str
) -> None:
    text = pattern.format(c=number, n=f"n*{number}")
    report = decided(text)
    if not report.holds_if:
        return
    assert bnproof.prove(text, assume=report.holds_if).verdict == "proved", text
    if report.counterexample:
        assert any(violated(text, report.counterexample) for text in report.holds_if), text


def decided(text: str) -> bnproof.Report:
    """The report of a claim in the vocabulary of the tests; a term without meaning is no claim."""
    try:
        return bnproof.prove(text)
    except bnproof.SourceError:
        return bnproof.Report(text)


def seen(found: Counterexample) -> str:
    """What NumPy says of the sides at a point, in double precision."""
    [comparison] = compare(found.setting, [found.point], "float64", at=found.indices)
    gap = abs(float(found.left - found.right))
    return "unclear" if gap <= comparison.bound else comparison.outcome


def violated(text: str, found: Counterexample) -> bool:
    """Whether a point does not meet a hypothesis."""
    [hypothesis], _ = parse_hypotheses(Source("hypothesis", text))
    return not meets(hypothesis, found)


def meets(hypothesis: Hypothesis, found: Counterexample) -> bool:
    """Whether a point meets a hypothesis, as anybody would read it."""
    point = found.point
    match hypothesis:
        case Fixed(size, value):
            return point.sizes[size] == value
        case Unequal(left, right):
            return found.indices[left] != found.indices[right]
        case Sign(entry, "zero"):
            return not any(point.arrays[entry.name].values())
        case Sign(entry, "positive"):
            return all(value > 0 for value in point.arrays[entry.name].values())
        case Shared(entry, source):
            kept = [entry.indices.index(index) for index in source.indices]
            entries: dict[tuple[int, ...], set[object]] = {}
            for position, entry_value in point.arrays[entry.name].items():
                entries.setdefault(tuple(position[k] for k in kept), set()).add(entry_value)
            return all(len(values) == 1 for values in entries.values())
    raise AssertionError(hypothesis)
