"""From tokens to claims and hypotheses.

claim      =  expression ("=" | ">=" | "<=") expression
           |  expression "!=" expression [ sizes ]
           |  "blocked" expression  |  "not" "blocked" expression [ sizes ]
           |  "projector" matrix expression [ "rank" expression ]
           |  "nullspace" matrix expression "=" span
matrix     =  "[" j "," k "]"  |  "[" j { "," j } ";" k { "," k } "]"
span       =  "span" "[" j { "," j } "]" "{" [ expression { "," expression } ] "}"
sizes      =  "at" size "=" integer { "," size "=" integer }
hypothesis =  i "!=" j  |  size (">=" | "=") integer  |  entry ("=" | "!=" | ">") "0"  |  entry "=" entry
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bnproof.language.expressions import ExpressionParser
from bnproof.language.source import Source, Span, meant
from bnproof.language.tokens import MAX_LENGTH
from bnproof.terms import (
    FEATURE,
    LARGEST_FIXED,
    RELATIONS,
    SAMPLE,
    AtLeast,
    Blocked,
    Claim,
    Different,
    Equation,
    Fixed,
    Hypothesis,
    Index,
    Inequality,
    NotBlocked,
    NullSpace,
    Projector,
    Shared,
    Sign,
    Term,
    Unequal,
)

MAX_SPAN = 8
MAX_PLACES = 8
NO_LETTERS: Mapping[str, str] = {}
_SIZES = (SAMPLE.size, FEATURE.size)
_HEADS = ("blocked", "not", "projector", "nullspace")

# An index, and where it stands.
_Placed: TypeAlias = tuple[Index, Span]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a parse yields: the claim, its hypotheses, and where each part stands in the source.

    `spans` is keyed by the identity of a node, since equal nodes may stand in several places.
    """

    source: Source
    claim: Claim
    hypotheses: tuple[Hypothesis, ...]
    spans: Mapping[int, Span]


def parse_claim(
    source: Source, letters: Mapping[str, str] = NO_LETTERS, sizes: Iterable[str] = _SIZES
) -> Reading:
    """Parse `CLAIM` or `CLAIM assume HYPOTHESIS, ...`. Raises `SourceError`.

    `letters` are those of indices of further sorts, and `sizes` the names of all sizes.
    """
    parser = ClaimParser(source, letters=letters, sizes=sizes)
    claim = parser.claim()
    return Reading(source, claim, parser.assumed("claim"), parser.spans)


def parse_typed_term(
    source: Source, letters: Mapping[str, str] = NO_LETTERS, sizes: Iterable[str] = _SIZES
) -> Reading:
    """Parse `TERM` or `TERM assume HYPOTHESIS, ...`, as a claim that the term equals itself.

    Raises `SourceError`.
    """
    parser = ClaimParser(source, letters=letters, sizes=sizes)
    if parser.token.kind == "end":
        raise parser.error("syntax", "expected a term, found nothing", parser.token.span)
    term = parser.expression()
    if parser.token.text in ("=", "!=", *RELATIONS):
        problem = (
            "this is a claim; a term alone is derived, and a claim is proved by 'bnproof prove'"
        )
        raise parser.error("syntax", problem, parser.token.span)
    return Reading(source, Equation(term, term), parser.assumed("term"), parser.spans)


def parse_hypotheses(
    source: Source, letters: Mapping[str, str] = NO_LETTERS, sizes: Iterable[str] = _SIZES
) -> tuple[tuple[Hypothesis, ...], Mapping[int, Span]]:
    """Parse hypotheses with commas between them, and where they stand. Raises `SourceError`."""
    parser = ClaimParser(source, letters=letters, sizes=sizes)
    hypotheses = tuple(parser.separated(parser.hypothesis))
    parser.finish("',' or the end")
    return hypotheses, parser.spans


class ClaimParser(ExpressionParser):
    """One pass over the tokens of a source that holds claims and hypotheses."""

    def __init__(
        self,
        source: Source,
        limit: int = MAX_LENGTH,
        letters: Mapping[str, str] = NO_LETTERS,
        sizes: Iterable[str] = _SIZES,
    ) -> None:
        super().__init__(source, limit)
        self.letters |= letters
        self.sizes = list(sizes)

    def assumed(self, what: str) -> tuple[Hypothesis, ...]:
        """The hypotheses behind a claim or term, which ends there."""
        hypotheses: tuple[Hypothesis, ...] = ()
        if self.accept("assume"):
            hypotheses = tuple(self.separated(self.hypothesis))
        wanted = f"an operator, 'assume' or the end of the {what}"
        self.finish("',' or the end" if hypotheses else wanted)
        return hypotheses

    def claim(self) -> Claim:
        start = self.token
        if start.kind == "end":
            raise self.error("syntax", "expected a claim, found nothing", start.span)
        return self.noted(self.bare_claim(), start)

    def bare_claim(self) -> Claim:
        if self.accept("blocked"):
            return Blocked(self.expression())
        if self.accept("not"):
            self.expect("blocked", "'blocked'")
            return NotBlocked(self.expression(), self.at_sizes())
        if self.accept("projector"):
            return self.projector()
        if self.accept("nullspace"):
            return self.null_space()
        start = self.token
        left = self.expression()
        relation = self.token.text
        if relation in ("<", ">"):
            problem = f"claims with '{relation}' are not decided, but those with '{relation}=' are"
            raise self.error("unsupported", problem, self.token.span)
        if relation not in ("=", "!=", *RELATIONS):
            hint = meant(start.text, _HEADS, "")
            if hint and self.token.kind == "name":
                raise self.error("syntax", f"'{start.text}' begins no claim; {hint}", start.span)
            raise self.expected("an operator or '='")
        self.advance()
        if relation == "=" and self.token.text in ("<", ">"):
            problem = f"this is written {self.token.text}="
            raise self.error("syntax", problem, self.token.span)
        if self.token.text == "=":
            problem = "a claim has one '='; leave the other one out"
            raise self.error("syntax", problem, self.token.span)
        right = self.expression()
        if self.token.text in ("=", "!=", *RELATIONS):
            problem = f"a claim has one relation, so '{self.token.text}' is one too many"
            raise self.error("syntax", problem, self.token.span)
        if relation == "!=":
            return Different(left, right, self.at_sizes())
        return Equation(left, right) if relation == "=" else Inequality(left, relation, right)

    def at_sizes(self) -> tuple[tuple[str, int], ...]:
        """The sizes behind `at`, if there are any, each once."""
        if not self.accept("at"):
            return ()
        start = self.token
        sizes = tuple(self.separated(self.size))
        if len({name for name, _ in sizes}) < len(sizes):
            raise self.error("hypothesis", "a size is named twice", start.span)
        return sizes

    def size(self) -> tuple[str, int]:
        """`n = 3`"""
        token = self.expect_kind("name", "a size, as in n = 3")
        if token.text not in self.sizes:
            problem = f"{token.text} is not a size; sizes are {', '.join(self.sizes)}"
            raise self.error("syntax", problem, token.span)
        self.expect("=", f"'=' behind {token.text}")
        value = self.expect_kind("number", "an integer")
        if self.integer(value) < 1:
            raise self.error("hypothesis", "sizes are at least 1", value.span)
        return token.text, self.integer(value)

    def projector(self) -> Projector:
        rows, columns = self.matrix_indices()
        matrix = self.bounded_by((*rows, *columns))
        rank = self.expression() if self.accept("rank") else None
        return Projector(rows, columns, matrix, rank)

    def null_space(self) -> NullSpace:
        rows, columns = self.matrix_indices()
        matrix = self.bounded_by((*rows, *columns))
        self.expect("=", "an operator or '='")
        self.expect("span", "'span', as in span[j]{1, y[j,d]}")
        start = self.token
        self.expect("[", "'['")
        placed = self.separated(self.placed_index)
        self.expect("]", "',' or ']'")
        self.check_distinct(placed)
        vector = tuple(index for index, _ in placed)
        if [index.sort for index in vector] != [row.sort for row in rows]:
            what = "index" if len(rows) == 1 else "indices"
            sorts = " and a ".join(row.sort for row in rows)
            problem = f"the vectors have the {what} of a {sorts}, as the matrix has"
            raise self.error("wrong-indices", problem, start.span)
        self.expect("{", "'{' and the vectors")
        span: list[Term] = []
        if not self.accept("}"):
            span = self.separated(lambda: self.bounded_by(vector))
            self.expect("}", "an operator, ',' or '}'")
        if len(span) > MAX_SPAN:
            problem = f"up to {MAX_SPAN} vectors are allowed"
            raise self.error("limit", problem, start.span)
        return NullSpace(rows, columns, matrix, vector, tuple(span))

    def matrix_indices(self) -> tuple[tuple[Index, ...], tuple[Index, ...]]:
        """The rows and columns behind `projector` or `nullspace`: `[j,k]` or `[j,q; k,p]`."""
        start = self.token
        self.expect("[", "'[', as in [j,k]")
        rows = self.separated(self.placed_index)
        if self.accept(";"):
            columns = self.separated(self.placed_index)
            self.expect("]", "',' or ']'")
            self.check_pairing(rows, columns)
            return tuple(index for index, _ in rows), tuple(index for index, _ in columns)
        if len(rows) == 1:
            raise self.expected("',' or ';'")
        self.expect("]", "',', ';' or ']'")
        if len(rows) > 2:
            problem = "a semicolon stands between the indices of rows and columns: [j,q; k,p]"
            raise self.error("wrong-indices", problem, start.span)
        (row, _), (column, _) = rows
        if row == column or row.sort != column.sort:
            problem = "a matrix has two different indices of one sort, as in [j,k]"
            raise self.error("wrong-indices", problem, start.span)
        return (row,), (column,)

    def placed_index(self) -> _Placed:
        span = self.token.span
        return self.index(), span

    def check_pairing(self, rows: list[_Placed], columns: list[_Placed]) -> None:
        """Rows and columns are counted alike, and by different letters."""
        self.check_distinct([*rows, *columns])
        if len(rows) > MAX_PLACES:
            problem = f"a row has up to {MAX_PLACES} indices"
            raise self.error("limit", problem, rows[MAX_PLACES][1])
        if len(rows) != len(columns):
            count = "1 index" if len(rows) == 1 else f"{len(rows)} indices"
            problem = f"a row of {count} and a column of {len(columns)}; a column has as many"
            span = Span(rows[0][1].start, columns[-1][1].end)
            raise self.error("wrong-indices", problem, span)
        for (row, _), (column, span) in zip(rows, columns, strict=True):
            if row.sort != column.sort:
                problem = f"{column.name} is a {column.sort} index in the place of {row.name}, "
                raise self.error("wrong-indices", f"{problem}a {row.sort} index", span)

    def check_distinct(self, indices: list[_Placed]) -> None:
        """No letter stands for two things."""
        seen: set[Index] = set()
        for index, span in indices:
            if index in seen:
                problem = f"{index.name} stands here twice; use another letter"
                raise self.error("wrong-indices", problem, span)
            seen.add(index)

    def bounded_by(self, indices: tuple[Index, ...]) -> Term:
        """An expression inside of which some indices are bound."""
        self.bound += [index.name for index in indices]
        term = self.expression()
        del self.bound[-len(indices) :]
        return term

    def hypothesis(self) -> Hypothesis:
        start = self.token
        name = self.expect_kind("name", "a hypothesis, such as eps = 0, eps > 0, j != k or n >= 3")
        relation = self.token.text
        following = self.tokens[min(self.position + 1, len(self.tokens) - 1)].kind
        if name.text in self.sizes:
            return self.noted(self.size_bound(name.text), start)
        if relation == "!=" and following == "name":
            left = self.as_index(name)
            self.advance()
            right = self.index()
            return self.noted(Unequal(left, right), start)
        if relation == "=" and following == "name" and name.text in self.letters:
            problem = "that two indices are equal is not assumed; write one of them for both"
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
        if relation == "=" and self.tokens[self.position + 1].kind == "name":
            self.advance()
            return self.noted(Shared(entry, self.entry()), start)
        signs = {"=": "zero", "!=": "nonzero", ">": "positive"}
        if relation not in signs:
            raise self.expected(f"'= 0', '> 0' or '!= 0' behind {name.text}")
        self.advance()
        if self.token.text != "0":
            raise self.expected("0 (a parameter is assumed to be = 0, != 0 or > 0)")
        self.advance()
        return self.noted(Sign(entry, signs[relation]), start)

    def size_bound(self, size: str) -> AtLeast | Fixed:
        relation = self.token
        if relation.text not in (">=", ">", "="):
            raise self.expected(f"'>=' or '=' behind {size}")
        self.advance()
        bound = self.expect_kind("number", "an integer")
        value = self.integer(bound)
        if relation.text != "=":
            return AtLeast(size, value + (relation.text == ">"))
        if not 1 <= value <= LARGEST_FIXED:
            problem = f"sizes are fixed at 1 to {LARGEST_FIXED}"
            raise self.error("hypothesis", problem, bound.span)
        return Fixed(size, value)
