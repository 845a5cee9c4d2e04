"""From tokens to claims and hypotheses.

claim      =  expression "=" expression  |  "blocked" expression
hypothesis =  i "!=" j  |  size ">=" integer  |  entry ("=" | "!=" | ">") "0"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bnproof.language.expressions import ExpressionParser
from bnproof.language.source import Source, SourceError, Span
from bnproof.language.tokens import LATER, MAX_LENGTH, Token
from bnproof.terms import (
    FEATURE,
    SAMPLE,
    AtLeast,
    Blocked,
    Claim,
    Equation,
    Hypothesis,
    Sign,
    Unequal,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a parse yields: the claim, its hypotheses, and where each part stands in the source.

    `spans` is keyed by the identity of a node, since equal nodes may stand in several places.
    """

    source: Source
    claim: Claim
    hypotheses: tuple[Hypothesis, ...]
    spans: Mapping[int, Span]


def parse_claim(source: Source) -> Reading:
    """Parse `CLAIM` or `CLAIM assume HYPOTHESIS, ...`. Raises `SourceError`."""
    parser = ClaimParser(source)
    claim = parser.claim()
    hypotheses: tuple[Hypothesis, ...] = ()
    if parser.accept("assume"):
        hypotheses = tuple(parser.separated(parser.hypothesis))
    parser.finish("'assume' or the end of the claim" if not hypotheses else "',' or the end")
    return Reading(source, claim, hypotheses, parser.spans)


def parse_hypotheses(source: Source) -> tuple[tuple[Hypothesis, ...], Mapping[int, Span]]:
    """Parse hypotheses with commas between them, and where they stand. Raises `SourceError`."""
    parser = ClaimParser(source)
    hypotheses = tuple(parser.separated(parser.hypothesis))
    parser.finish("',' or the end")
    return hypotheses, parser.spans


class ClaimParser(ExpressionParser):
    """One pass over the tokens of a source that holds claims and hypotheses."""

    def __init__(self, source: Source, limit: int = MAX_LENGTH) -> None:
        super().__init__(source, limit)
        self.sizes = [SAMPLE.size, FEATURE.size]

    def claim(self) -> Claim:
        start = self.token
        if start.kind == "end":
            raise self.error("syntax", "expected a claim, found nothing", start.span)
        if start.text == "not" or start.text in LATER:
            raise self.unsupported(start)
        if self.accept("blocked"):
            return self.noted(Blocked(self.expression()), start)
        left = self.expression()
        if self.token.text in ("!=", ">=", "<=", ">", "<"):
            raise self.unsupported(self.token)
        self.expect("=", "an operator or '='")
        if self.token.text == "=":
            raise self.error(
                "syntax", "a claim has one '='; leave the other one out", self.token.span
            )
        right = self.expression()
        if self.token.text == "=":
            raise self.error("syntax", "a claim has one '='", self.token.span)
        return self.noted(Equation(left, right), start)

    def unsupported(self, token: Token) -> SourceError:
        problem = f"claims with '{token.text}' are not decided; those that are: A = B, blocked L"
        return self.error("unsupported", problem, token.span)

    def hypothesis(self) -> Hypothesis:
        start = self.token
        name = self.expect_kind("name", "a hypothesis, such as eps = 0, eps > 0, j != k or n >= 3")
        relation = self.token.text
        if name.text in self.sizes:
            return self.noted(self.size_bound(name.text), start)
        if relation == "!=" and self.tokens[self.position + 1].kind == "name":
            left = self.as_index(name)
            self.advance()
            right = self.index()
            return self.noted(Unequal(left, right), start)
        if relation == "=" and self.tokens[self.position + 1].kind == "name":
            problem = "that two things are equal is not assumed; write one of them for both"
            raise self.error("hypothesis", problem, start.span)
        if relation in (">=", "<=", "<"):
            raise self.error(
                "syntax",
                f"only the sizes {' and '.join(self.sizes)} have bounds; a parameter is = 0, != 0 or > 0",
                name.span,
            )
        self.position -= 1
        entry = self.entry()
        relation = self.token.text
        signs = {"=": "zero", "!=": "nonzero", ">": "positive"}
        if relation not in signs:
            raise self.expected(f"'= 0', '> 0' or '!= 0' behind {name.text}")
        self.advance()
        if self.token.text != "0":
            raise self.expected("0 (a parameter is assumed to be = 0, != 0 or > 0)")
        self.advance()
        return self.noted(Sign(entry, signs[relation]), start)

    def size_bound(self, size: str) -> AtLeast:
        relation = self.token
        if relation.text == "=":
            problem = f"a fixed size is not decided; {size} >= 2, for example, is"
            raise self.error("unsupported", problem, relation.span)
        if relation.text not in (">=", ">"):
            raise self.expected(f"'>=' behind {size}")
        self.advance()
        bound = self.expect_kind("number", "an integer")
        return AtLeast(size, self.integer(bound) + (relation.text == ">"))
