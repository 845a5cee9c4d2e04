"""From tokens to what a document asserts: lemmas, theorems, and what is refuted or inexpressible.

assertion  =  ( "lemma" | "theorem" ) name { about } claim [ proof ]
           |  "refuted" name { about } claim
           |  "inexpressible" string string { string }
about      =  "of" string | string | assume
assume     =  "assume" [ "unwritten" ] hypothesis { "," hypothesis }

What is `unwritten` is assumed like anything else; only reports tell it apart. What is `refuted` is
claimed to be false, and `inexpressible` says of what a paper states (its name there, in the first
string) why it is no claim.
"""

from __future__ import annotations

from bnproof.language.items import (
    REFUTED_KIND,
    RULE_HINTS,
    Assertion,
    Inexpressible,
    Instance,
    Proof,
)
from bnproof.language.sorts import SortParser
from bnproof.language.source import meant
from bnproof.language.tokens import STATEMENTS, Token
from bnproof.terms import Hypothesis

MAX_HYPOTHESES = 24


class AssertionParser(SortParser):
    """One pass over the tokens of a source that holds assertions.

    `asserted` is the name of the one that is read.
    """

    asserted: Token | None = None

    def assertion(self, start: Token) -> Assertion:
        is_refuted = start.text == REFUTED_KIND
        what = "refuted claim" if is_refuted else start.text
        wanted = f"the name of the {what}"
        if self.token.kind == "string":
            wanted += f", as in: {start.text} NAME of {self.token.text}"
        name = self.asserted = self.expect_kind("name", wanted)
        if self.token.text == ":":
            raise self.error("syntax", "no ':' stands behind the name", self.token.span)
        if "." in name.text or name.text in RULE_HINTS:
            problem = f"{name.text} cannot be the name of a {what}"
            raise self.error("name-clash", problem, name.span)
        label = text = None
        hypotheses: list[Hypothesis] = []
        unwritten: list[Hypothesis] = []
        while True:
            if self.accept("of"):
                label = self.string("the name that it has in the paper, in quotes")
            elif self.token.kind == "string":
                text = self.string("a text")
            elif self.accept("assume"):
                found, is_unwritten = self.assumed_here()
                hypotheses += found
                unwritten += found if is_unwritten else ()
            else:
                break
        hypotheses = list(self.bounded(tuple(hypotheses), name))
        claim = self.claim()
        proof: Proof | Instance | str | None = None
        if is_refuted:
            self.check_end_of_refuted(start)
        else:
            proof = self.proof_behind()
        return Assertion(
            start.text,
            name.text,
            label,
            text,
            tuple(hypotheses),
            claim,
            proof,
            name.span,
            tuple(unwritten),
        )

    def proof_behind(self) -> Proof | Instance | str | None:
        """The proof of a lemma or theorem, if there is one behind its claim."""
        if self.token.text == "assume" and self.tokens[self.position - 1].text != "qed":
            self.check_no_late_hypothesis()
        if self.accept("proof"):
            return self.proof()
        if self.token.kind != "end" and self.token.text not in STATEMENTS:
            hint = meant(self.token.text, ["proof"], "")
            if hint:
                raise self.error("syntax", hint, self.token.span)
            raise self.expected("an operator or 'proof'")
        return None

    def check_end_of_refuted(self, start: Token) -> None:
        """Refuse a proof of what is refuted, and hypotheses that seem to be meant for it."""
        if self.token.text == "proof":
            problem = (
                "what is refuted has no proof, but a counterexample; what is true is a 'theorem'"
            )
            raise self.error("syntax", problem, self.token.span)
        before = self.before_on_line(self.token)
        further_in = before.strip() or len(before) > len(self.before_on_line(start))
        if self.token.text == "assume" and further_in:
            problem = (
                "hypotheses stand between the name and the claim; an 'assume' for what follows begins "
                "a line"
            )
            raise self.error("syntax", problem, self.token.span)
        self.end_of_statement()

    def before_on_line(self, token: Token) -> str:
        """What stands in front of a token on its line."""
        return self.source.code[: token.span.start].rpartition("\n")[2]

    def check_no_late_hypothesis(self) -> None:
        """Refuse `CLAIM assume ... proof`: a claim in a file has its hypotheses in front of it."""
        later = self.tokens[self.position :]
        following = next((t.text for t in later[1:] if t.text in (*STATEMENTS, "proof")), "")
        if following == "proof":
            problem = "hypotheses stand between the name and the claim"
            raise self.error("syntax", problem, self.token.span)

    def inexpressible(self) -> Inexpressible:
        label = self.filled_string("what the paper calls it, in quotes")
        reasons = [self.filled_string("the reason why no claim of the language says it, in quotes")]
        while self.token.kind == "string":
            reasons.append(self.filled_string("a text"))
        self.end_of_statement()
        return Inexpressible(label, " ".join(reasons))

    def assumed_here(self) -> tuple[tuple[Hypothesis, ...], bool]:
        """The hypotheses behind `assume`, and whether the paper leaves them unwritten."""
        unwritten = self.accept("unwritten")
        if unwritten and self.token.kind != "name":
            raise self.expected(
                "the hypothesis that the paper does not write, as in unwritten eps = 0"
            )
        return tuple(self.separated(self.one_hypothesis)), unwritten

    def one_hypothesis(self) -> Hypothesis:
        if self.token.text == "unwritten":
            problem = (
                "'unwritten' stands right behind 'assume', for all that follows up to the next one"
            )
            raise self.error("syntax", problem, self.token.span)
        return self.hypothesis()

    def bounded(self, hypotheses: tuple[Hypothesis, ...], token: Token) -> tuple[Hypothesis, ...]:
        if len(hypotheses) > MAX_HYPOTHESES:
            problem = f"{MAX_HYPOTHESES} hypotheses are allowed"
            raise self.error("limit", problem, token.span)
        return hypotheses

    def end_of_statement(self) -> None:
        if self.token.kind != "end" and self.token.text not in STATEMENTS:
            raise self.expected("an operator or the next statement")

    def string(self, wanted: str) -> str:
        return self.expect_kind("string", wanted).text[1:-1]

    def filled_string(self, wanted: str) -> str:
        start = self.token
        text = self.string(wanted).strip()
        if not text:
            raise self.error("syntax", f"these quotes are empty; expected {wanted}", start.span)
        return text
