"""Which hypotheses of a general theorem are in force where it has an instance (not trusted)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod

from bnproof.derivation.instances.reindexing import Reindexing
from bnproof.kernel import Difference, Theorem, decide
from bnproof.language import print_claim, print_hypothesis, print_term
from bnproof.language.statements import Statement
from bnproof.terms import (
    AtLeast,
    Entry,
    Equation,
    Fixed,
    Hypothesis,
    Index,
    Number,
    Parameter,
    Root,
    Shared,
    Sign,
    Term,
    Unequal,
    about,
    number,
    subterms,
)


def decided(equation: Equation, statement: Statement) -> Theorem | Difference:
    """What the kernel says of an equation under the hypotheses of a statement.

    Raises `TermError` and `BudgetExhausted`.
    """
    return decide(equation, statement.theory, about(equation, statement.hypotheses))


class Assumptions:
    """The hypotheses of a statement, as those of a general theorem are looked up in them."""

    def __init__(self, statement: Statement, reindexing: Reindexing) -> None:
        self._statement = statement
        self._reindexing = reindexing
        self._here = statement.theory

    def is_nonnegative(self, term: Term) -> bool:
        """Whether a term is seen to be never below zero, as eps is."""
        if isinstance(term, Entry):
            found = self._here.find(term.name)
            sure = isinstance(found, Root) or (isinstance(found, Parameter) and found.nonnegative)
            return sure or self._has_sign(term, ("positive", "zero"))
        return isinstance(term, Number)

    def in_force(self, hypothesis: Hypothesis) -> bool:
        """Whether a hypothesis of the theorem is assumed here, or holds anyway.

        That free indices differ is looked at with the claim, which tells what they are here.
        """
        match hypothesis:
            case Sign(entry, sign):
                return self._has_required_sign(self._reindexing.term(entry), sign)
            case Shared(entry, source):
                equation = Equation(self._reindexing.term(entry), self._reindexing.term(source))
                return isinstance(decided(equation, self._statement), Theorem)
            case AtLeast(size, minimum):
                return prod(map(self._least, self._factors(size))) >= minimum
            case Fixed(size, value):
                values = {
                    h.size: h.value for h in self._statement.hypotheses if isinstance(h, Fixed)
                }
                return prod(values.get(factor, 0) for factor in self._factors(size)) == value
        return True

    def _has_required_sign(self, term: Term, sign: str) -> bool:
        if sign == "zero":
            return isinstance(decided(Equation(term, number(0)), self._statement), Theorem)
        if isinstance(term, Entry):
            if isinstance(self._here.find(term.name), Root) or term.name in self._here.sizes():
                return True
            return self._has_sign(term, ("positive", sign))
        return isinstance(term, Number) and term.value > 0

    def _has_sign(self, entry: Entry, signs: Iterable[str]) -> bool:
        """Whether a parameter is assumed to have one of some signs."""
        assumed = (h for h in self._statement.hypotheses if isinstance(h, Sign))
        return any(h.entry.name == entry.name and h.sign in signs for h in assumed)

    def _factors(self, size: str) -> list[str]:
        """The sizes whose product a size of the theorem is here."""
        term = self._reindexing.sizes[size]
        return [part.name for part in subterms(term) if isinstance(part, Entry)]

    def _least(self, size: str) -> int:
        """What a size is at least, by hypothesis."""
        found = [1]
        for hypothesis in self._statement.hypotheses:
            match hypothesis:
                case AtLeast(name, bound) | Fixed(name, bound) if name == size:
                    found.append(bound)
        return max(found)

    def put(self, hypothesis: Hypothesis) -> str:
        """A hypothesis of the theorem as it would stand here."""
        match hypothesis:
            case Sign(entry, sign):
                relation = {"zero": "=", "nonzero": "!=", "positive": ">"}[sign]
                return f"{print_term(self._reindexing.term(entry))} {relation} 0"
            case Shared(entry, source):
                return print_claim(
                    Equation(self._reindexing.term(entry), self._reindexing.term(source))
                )
            case AtLeast(size, bound):
                return f"{print_term(self._reindexing.sizes[size])} >= {bound}"
            case Fixed(size, bound):
                return f"{print_term(self._reindexing.sizes[size])} = {bound}"
        return print_hypothesis(hypothesis)

    def unmet(
        self, hypotheses: Iterable[Hypothesis], names: Mapping[Index, Index]
    ) -> Unequal | None:
        """The first hypothesis that free indices of the theorem differ which is not in force here.

        `names` tells what these are here. Tuples differ where one of their entries does.
        """
        for hypothesis in hypotheses:
            if isinstance(hypothesis, Unequal):
                ours, theirs = (
                    [names.get(i, i) for i in self._reindexing.indices([index])]
                    for index in hypothesis
                )
                entries = {frozenset(pair) for pair in zip(ours, theirs, strict=True)}
                assumed = (h for h in self._statement.hypotheses if isinstance(h, Unequal))
                if not any(frozenset(pair) in entries for pair in assumed):
                    return hypothesis
        return None
