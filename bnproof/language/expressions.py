"""From tokens to terms: a Pratt parser.

    expression =  ["-"] product { ("+" | "-") product }
    product    =  power { ("*" | "/") power }
    power      =  operand [ "^" integer ]
    operand    =  number | name [ "[" indices "]" ] | "delta" "[" i "," j "]" | "(" expression ")"
               |  name { "'" } "(" expression ")"
               |  ("sum" | "mean") "[" indices [ ":" i "!=" j ] "]" product
               |  "diff" "[" name "[" indices "]" "]" product

A prefix operator takes the whole product behind it. Nothing is evaluated here but numerals.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from bnproof.language.cursor import Cursor, T
from bnproof.language.source import Source, Span
from bnproof.language.tokens import KEYWORDS, MAX_DIGITS, MAX_LENGTH, Token
from bnproof.terms import (
    Add,
    Apply,
    Delta,
    Diff,
    Div,
    Entry,
    Index,
    Mean,
    Mul,
    Neg,
    Number,
    Pow,
    Sum,
    Term,
    Unequal,
)

MAX_DEPTH = 60
MAX_EXPONENT = 64
MAX_ORDER = 8
MAX_INDICES = 500

LETTERS: Mapping[str, str] = dict.fromkeys("ijklmpq", "sample") | dict.fromkeys("cdef", "feature")

_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}
_SIGNED = _PRODUCT = 1
_FACTOR = 2


def parse_term(text: str, letters: Mapping[str, str] | None = None) -> Term:
    """Parse a term alone, with the `letters` of further sorts of indices. Raises `SourceError`."""
    parser = ExpressionParser(Source("term", text))
    parser.letters |= letters or {}
    term = parser.expression()
    parser.finish("an operator or the end of the term")
    return term


class ExpressionParser(Cursor):
    """One pass over the tokens of a source that holds expressions."""

    def __init__(self, source: Source, limit: int = MAX_LENGTH) -> None:
        super().__init__(source, limit)
        self.letters = dict(LETTERS)
        self.depth = 0
        self.bound: list[str] = []
        self.used_as_index: dict[str, Span] = {}
        self.used_as_array: dict[str, Span] = {}

    def expression(self, floor: int = 0) -> Term:
        """Pratt's loop: an operand, then every operator that binds tighter than `floor`."""
        depth = self.depth
        self.deepen()
        start = self.token
        left = self.negation(max(floor, _SIGNED)) if start.text == "-" else self.operand()
        while _BINDING.get(self.token.text, 0) > floor:
            self.deepen()
            match self.token.text:
                case "+" | "-":
                    left = self.sum_of_terms(left)
                case "*":
                    factors = [left]
                    while self.accept("*"):
                        factors.append(self.expression(_FACTOR))
                    left = Mul(tuple(factors))
                case "/":
                    self.advance()
                    left = Div(left, self.expression(_FACTOR))
                case _:
                    left = Pow(left, self.exponent())
            self.noted(left, start)
        self.depth = depth
        before, token = self.tokens[self.position - 1], self.token
        if before.kind == "number" and token.kind == "name" and before.span.end == token.span.start:
            problem = f"a product is written {before.text}*{token.text}"
            raise self.error("syntax", problem, Span(before.span.start, token.span.end))
        return left

    def deepen(self) -> None:
        """One more level of the term; the bound keeps every recursion over terms shallow."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            problem = f"brackets and operators are nested more than {MAX_DEPTH} deep"
            raise self.error("limit", problem, self.token.span)

    def sum_of_terms(self, first: Term) -> Term:
        """`first + b - c ...`"""
        terms = [first]
        while self.token.text in ("+", "-"):
            start = self.advance()
            term = self.expression(_PRODUCT)
            terms.append(self.noted(Neg(term), start) if start.text == "-" else term)
        return Add(tuple(terms))

    def negation(self, floor: int) -> Term:
        """`-a*b` is `-(a*b)` and `-a^2` is `-(a^2)`, but `c/-a*b` is `(c/(-a))*b`."""
        start = self.advance()
        return self.noted(Neg(self.expression(floor)), start)

    def exponent(self) -> int:
        """The integer behind `^`; `2^3^2` is refused, since it is read in two ways."""
        self.advance()
        bracket = self.accept("(")
        sign = -1 if self.accept("-") else 1
        token = self.expect_kind("number", "an integer exponent")
        value = sign * self.integer(token)
        if bracket:
            if self.token.text == "/":
                raise self.error("syntax", "an exponent is an integer", self.token.span)
            self.expect(")", "')'")
        if abs(value) > MAX_EXPONENT:
            problem = f"exponents go up to {MAX_EXPONENT}"
            raise self.error("limit", problem, token.span)
        if self.token.text == "^":
            problem = "a^b^c is read in two ways; write (a^b)^c or a^(b*c)"
            raise self.error("syntax", problem, self.token.span)
        return value

    def operand(self) -> Term:
        start = self.token
        term = self.bare_operand()
        return self.noted(term, start)

    def bare_operand(self) -> Term:
        token = self.token
        if token.kind == "number":
            self.advance()
            return Number(self.decimal(token))
        if self.accept("("):
            inner = self.expression()
            self.expect(")", "an operator or ')'")
            return inner
        match token.text:
            case "sum":
                return self.sum_operator()
            case "mean":
                return self.mean_operator()
            case "diff":
                return self.diff_operator()
            case "delta":
                return self.delta_operand()
        if token.text == "*":
            raise self.error(
                "syntax", "expected a term, found '*'; a power is written a^2", token.span
            )
        if token.kind != "name" or token.text in KEYWORDS:
            raise self.expected("a term")
        if self.tokens[self.position + 1].text in ("(", "'"):
            return self.value_of_function()
        return self.entry()

    def value_of_function(self) -> Apply:
        """`phi(T)`, `phi'(T)`, `phi''(T)`, ..."""
        name = self.advance()
        if name.text in ("sqrt", "root"):
            problem = "a square root has a name, as s[d] is the root of var[d] + eps"
            raise self.error("syntax", problem, name.span)
        order = 0
        while self.accept("'"):
            order += 1
        if order > MAX_ORDER:
            raise self.error("limit", f"derivatives go up to order {MAX_ORDER}", name.span)
        primes = "'" * order
        bracket = self.token
        self.expect("(", f"'(' and the argument, as in {name.text}{primes}(y[i,d])")
        following = self.tokens[min(self.position + 1, len(self.tokens) - 1)].text
        if self.token.text in self.letters and following in (",", ")"):
            problem = f"indices stand in square brackets, as in {name.text}[{self.token.text}]"
            raise self.error("syntax", problem, bracket.span)
        argument = self.expression()
        self.expect(")", "an operator or ')'")
        self.used_as_array.setdefault(name.text, name.span)
        self.check_roles(name)
        return Apply(name.text, order, argument)

    def entry(self) -> Entry:
        """A name with its indices, if it has any."""
        token = self.expect_kind("name", "the name of an array")
        indices: tuple[Index, ...] = ()
        if self.accept("["):
            indices = tuple(self.few(self.separated(self.index), token))
            self.expect("]", "',' or ']'")
        self.used_as_array.setdefault(token.text, token.span)
        self.check_roles(token)
        return self.noted(Entry(token.text, indices), token)

    def sum_operator(self) -> Term:
        indices = self.open_binder()
        conditions: list[Unequal] = []
        if self.accept(":"):
            conditions = self.separated(lambda: self.condition(indices))
        self.expect("]", "',', ':' or ']'" if not conditions else "',' or ']'")
        return Sum(indices, tuple(conditions), self.bound_body(indices))

    def mean_operator(self) -> Term:
        indices = self.open_binder()
        if self.token.text == ":":
            problem = "a mean has no condition; write a sum and divide it by its number of terms"
            raise self.error("syntax", problem, self.token.span)
        self.expect("]", "',' or ']'")
        return Mean(indices, self.bound_body(indices))

    def open_binder(self) -> tuple[Index, ...]:
        """The indices behind `sum[` or `mean[`, each new; they are in force until `bound_body`."""
        self.advance()
        self.expect("[", "'['")
        found: list[Index] = []
        while True:
            token = self.token
            index = self.index()
            if index.name in self.bound:
                problem = f"{index.name} is bound already; use another letter for this sum"
                raise self.error("binder-clash", problem, token.span)
            self.bound.append(index.name)
            found.append(index)
            if not self.accept(","):
                return tuple(self.few(found, token))

    def few(self, found: list[T], token: Token) -> list[T]:
        """The indices or sorts that were found, if there are not more than anybody means."""
        if len(found) > MAX_INDICES:
            raise self.error("limit", f"{MAX_INDICES} indices are allowed", token.span)
        return found

    def condition(self, indices: tuple[Index, ...]) -> Unequal:
        start = self.token
        left = self.index()
        self.expect("!=", "'!='")
        right = self.index()
        if left.sort != right.sort or left == right:
            problem = f"{left.name} and {right.name} must be two different indices of one sort"
            raise self.error("wrong-indices", problem, start.span)
        if left not in indices and right not in indices:
            problem = "a condition is on an index that its sum binds"
            raise self.error("wrong-indices", problem, start.span)
        return Unequal(left, right)

    def bound_body(self, indices: tuple[Index, ...]) -> Term:
        body = self.expression(_PRODUCT)
        del self.bound[-len(indices) :]
        return body

    def diff_operator(self) -> Term:
        self.advance()
        self.expect("[", "'['")
        variable = self.entry()
        self.expect("]", "']'")
        return Diff(variable, self.expression(_PRODUCT))

    def delta_operand(self) -> Term:
        start = self.advance()
        self.expect("[", "'['")
        left = self.index()
        self.expect(",", "','")
        right = self.index()
        self.expect("]", "']'")
        if left.sort != right.sort:
            problem = f"delta compares a {left.sort} index with a {right.sort} index"
            raise self.error("wrong-indices", problem, start.span)
        return Delta(left, right)

    # Indices and numbers

    def index(self) -> Index:
        return self.as_index(self.expect_kind("name", "an index letter"))

    def as_index(self, token: Token) -> Index:
        """The index that a name stands for: its first letter tells the sort, digits may follow.

        A sort without usual letters has indices of its own name, such as `frame1`, where terms are
        printed; so that is read as well.
        """
        letter, digits = token.text[0], token.text[1:]
        stem = token.text.rstrip("0123456789")
        if len(stem) > 1 and stem in self.letters.values():
            self.used_as_index.setdefault(token.text, token.span)
            self.check_roles(token)
            return Index(token.text, stem)
        if letter not in self.letters or (digits and not digits.isdigit()):
            known: dict[str, list[str]] = {}
            for name, sort in self.letters.items():
                known.setdefault(f"{sort}s", []).append(name)
            listed = ", ".join(f"{' '.join(names)} are {sorts}" for sorts, names in known.items())
            problem = f"{token.text} is not an index; {listed}"
            raise self.error("unknown-index", problem, token.span)
        self.used_as_index.setdefault(token.text, token.span)
        self.check_roles(token)
        return Index(token.text, self.letters[letter])

    def check_roles(self, token: Token) -> None:
        if token.text in self.used_as_index and token.text in self.used_as_array:
            problem = f"{token.text} is used as an index and as an array; rename one of them"
            raise self.error("name-clash", problem, token.span)

    def integer(self, token: Token) -> int:
        if not token.text.isdigit():
            raise self.error("syntax", f"expected an integer, found {token.text}", token.span)
        return self.decimal(token).numerator

    def decimal(self, token: Token) -> Fraction:
        """The exact value of a numeral; its size is checked before it is computed."""
        mantissa, _, exponent = token.text.lower().partition("e")
        shift = exponent.lstrip("+-").lstrip("0")
        too_long = len(token.text) > 2 * MAX_DIGITS or len(shift) > 3
        if too_long or len(mantissa) + int(shift or "0") > MAX_DIGITS:
            raise self.error("limit", f"numbers go up to {MAX_DIGITS} digits", token.span)
        return Fraction(token.text)
