"""From tokens to proofs: chains, their steps and hints.

proof      =  "proof" ( "auto" | instance | chain | [ inverse ] part { part } ) "qed"
instance   =  "instance" "of" name [ "with" image { "," image } ]
image      =  name "=" ( index | "(" index { "," index } ")" )
           |  name [ "[" index { "," index } "]" ] "=" expression
inverse    =  "inverse" expression "coordinates" "{" [ expression { "," expression } ] "}"
part       =  "show" name ( "auto" | chain )
chain      =  [ expression ] step { step }
step       =  ( "=" | ">=" | "<=" ) expression [ "by" hint { "," hint } ]
hint       =  "auto" | "?" | rule | "definition" "of" name | [ "<-" ] name
"""

from __future__ import annotations

from bnproof.language.claims import ClaimParser
from bnproof.language.items import (
    AUTO,
    CITE,
    HOLE,
    RULE,
    RULE_HINTS,
    UNFOLD,
    Hint,
    Image,
    Instance,
    Part,
    Place,
    Proof,
    Step,
)
from bnproof.language.source import Span
from bnproof.language.tokens import STATEMENTS, Token
from bnproof.terms import RELATIONS, Index, Inverse, Term

MAX_HINTS = 24
MAX_IMAGES = 60


class ProofParser(ClaimParser):
    """One pass over the tokens of a source that holds proofs."""

    def proof(self) -> Proof | Instance | str:
        if self.token.text == "by":
            raise self.error(
                "syntax", "a proof that is to be found is 'proof auto qed'", self.token.span
            )
        if self.accept("auto"):
            self.expect("qed", "'qed'")
            return AUTO
        if self.token.text == "qed":
            problem = "a proof has one step or more; 'proof auto qed' has the steps found"
            raise self.error("chain", problem, self.token.span)
        if self.token.text == "instance" and self.following() == "of":
            return self.instance()
        if self.token.text not in ("show", "inverse"):
            proof = Proof((self.part("", self.token),))
            self.expect("qed", "'=' and the next term, or 'qed'")
            return proof
        witness = self.inverse() if self.token.text == "inverse" else None
        parts: list[Part] = []
        while not self.accept("qed"):
            self.expect("show", "'show' and a part of the claim, or 'qed'")
            if self.token.kind != "name" or self.token.text in ("auto", "qed", "show"):
                raise self.expected("a part of the claim, such as rank")
            name = self.advance()
            if any(part.name == name.text for part in parts):
                raise self.error("chain", f"{name.text} is shown already", name.span)
            if self.accept("auto"):
                parts.append(self.noted(Part(name.text, None, (), name.span), name))
            else:
                parts.append(self.part(name.text, name))
        return Proof(tuple(parts), witness)

    def following(self, places: int = 1) -> str:
        """The text of a token further on."""
        return self.tokens[min(self.position + places, len(self.tokens) - 1)].text

    def instance(self) -> Instance:
        """`instance of theorem with block = d, place = (i,p), X = x, a = g[d]`"""
        start = self.advance()
        self.expect("of", "'of'")
        name = self.expect_kind("name", "the theorem that this is an instance of")
        places: list[Place] = []
        images: list[Image] = []
        if self.accept("with"):
            for found in self.separated(self.place_or_image):
                if isinstance(found, Place):
                    places.append(found)
                else:
                    images.append(found)
        self.expect("qed", "',' or 'qed'" if places or images else "'with' or 'qed'")
        if len(places) + len(images) > MAX_IMAGES:
            problem = f"{MAX_IMAGES} sorts and arrays are allowed"
            raise self.error("limit", problem, start.span)
        return Instance(name.text, tuple(places), tuple(images), name.span)

    def place_or_image(self) -> Place | Image:
        """What a sort of a general theorem, or an array of it, is here."""
        name = self.expect_kind("name", "a sort or an array of the general theorem")
        formals: tuple[Index, ...] | None = None
        if self.accept("["):
            formals = tuple(self.separated(self.index))
            self.expect("]", "',' or ']'")
        self.expect("=", "'=' and what it is here")
        if formals is None and self.at_indices():
            bracket = self.accept("(")
            indices = tuple(self.separated(self.index) if bracket else [self.index()])
            if bracket:
                self.expect(")", "',' or ')'")
            return Place(name.text, indices, self.span_from(name))
        term = self.expression()
        return Image(name.text, formals, term, self.span_from(name))

    def at_indices(self) -> bool:
        """Whether an index follows alone, or several in brackets: a sort is mapped to them."""
        if self.token.text != "(":
            return self.is_letter(self.token) and self.following() != "["
        inside = self.tokens[min(self.position + 1, len(self.tokens) - 1)]
        return self.is_letter(inside) and self.following(2) in (",", ")")

    def is_letter(self, token: Token) -> bool:
        """Whether a name is that of an index."""
        stem = token.text.rstrip("0123456789")
        return token.kind == "name" and (stem in self.letters or stem in self.letters.values())

    def span_from(self, start: Token) -> Span:
        """From a token to the last one read."""
        return Span(start.span.start, self.tokens[self.position - 1].span.end)

    def inverse(self) -> Inverse:
        """`inverse B coordinates {V, ...}`"""
        start = self.advance()
        left_inverse = self.expression()
        self.expect("coordinates", "an operator or 'coordinates'")
        self.expect("{", "'{' and a coordinate for each vector of the span")
        coordinates: list[Term] = []
        if not self.accept("}"):
            coordinates = self.separated(self.expression)
            self.expect("}", "an operator, ',' or '}'")
        return self.noted(Inverse(left_inverse, tuple(coordinates)), start)

    def part(self, name: str, start: Token) -> Part:
        """A chain, up to the next part or the end of the proof."""
        relations = ("=", *RELATIONS)
        first = None if self.token.text in relations else self.expression()
        steps: list[Step] = []
        while self.token.text in relations:
            steps.append(self.step())
        if not steps and self.token.text in ("qed", "show"):
            problem = "a proof has one step or more"
            raise self.error("chain", problem, self.token.span)
        if not steps:
            raise self.expected("an operator, or '=' and the next term")
        return self.noted(Part(name, first, tuple(steps), start.span), start)

    def step(self) -> Step:
        """`= term by hints`"""
        start = self.advance()
        if self.token.text == "=":
            problem = "a step has one '='; leave the other one out"
            raise self.error("syntax", problem, self.token.span)
        term = self.expression()
        hints: list[Hint] = []
        if self.accept("by"):
            hints = self.separated(self.hint)
            if len(hints) > MAX_HINTS:
                problem = f"{MAX_HINTS} hints are allowed"
                raise self.error("limit", problem, start.span)
            if self.token.text == "of":
                problem = "did you mean 'definition of' a name?"
                raise self.error("syntax", problem, hints[-1].span)
            if self.token.kind == "name" and self.token.text not in (*STATEMENTS, "show", "qed"):
                raise self.expected("',' before the next hint, '=' or 'qed'")
        end = self.tokens[self.position - 1].span.end
        return Step(start.text, term, tuple(hints), Span(start.span.start, end))

    def hint(self) -> Hint:
        start = self.token
        if self.accept("?"):
            return Hint(HOLE, "?", start.span)
        if self.accept("auto"):
            return Hint(AUTO, "auto", start.span)
        if start.text in RULE_HINTS:
            self.advance()
            return Hint(RULE, start.text, start.span)
        if self.accept("definition"):
            self.expect("of", "'of'")
            name = self.expect_kind("name", "the name whose definition is used")
            return Hint(UNFOLD, name.text, Span(start.span.start, name.span.end))
        backwards = self.accept("<-")
        wanted = "a hint: a lemma or theorem, definition of N, " + ", ".join([*RULE_HINTS, AUTO])
        name = self.expect_kind("name", wanted)
        return Hint(CITE, name.text, Span(start.span.start, name.span.end), backwards)
