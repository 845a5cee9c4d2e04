"""From text to tokens: names, numbers, strings and operators, with their positions."""

from __future__ import annotations

import re
from typing import NamedTuple

from bnproof.language.source import Source, SourceError, Span

MAX_LENGTH = 20_000
MAX_DIGITS = 100

STATEMENTS = (
    *("title", "source", "import", "use", "index", "input", "param", "function", "let", "root"),
    "assume",
    *("lemma", "theorem", "refuted", "inexpressible"),
)
_OPERATORS = {"sum", "mean", "diff", "delta"}
_CLAIMS = {"blocked", "not", "at", "projector", "rank", "nullspace", "span"}
_INSIDE = {"as", "of", "proof", "qed", "by", "definition", "auto", "show", "inverse", "coordinates"}
_INSIDE |= {"unwritten"}
_ATTRIBUTES = {"symmetric", "positive", "nonzero"}
KEYWORDS = frozenset({*STATEMENTS, *_OPERATORS, *_CLAIMS, *_INSIDE, *_ATTRIBUTES})

_TOKEN = re.compile(
    r"""
      (?P<number> \d+ (?: \.\d+ )? (?: [eE][+-]?\d+ )? )
    | (?P<name>   [A-Za-z][A-Za-z0-9_]* (?: \.[A-Za-z][A-Za-z0-9_]* )? )
    | (?P<string> "[^"\n]*" )
    | (?P<symbol> <- | != | >= | <= | [-+*/^()\[\]{},:;=<>?.|!&'] )
    | (?P<space>  (?: [ \t\n] | \r\n )+ | \#[^\n\r]* )
    """,
    re.VERBOSE | re.ASCII,
)

UNICODE = {
    "∂": "diff",
    "Σ": "sum",
    "∑": "sum",
    "δ": "delta",
    "ε": "eps",
    "γ": "gamma",
    "β": "beta",
    "μ": "mu",
    "ρ": "rho",
    "κ": "kappa",
    "≠": "!=",
    "≥": ">=",
    "≤": "<=",
    "−": "-",
    "·": "*",
}


class Token(NamedTuple):
    """A token: its kind (number, name, string, symbol or end), its ASCII text and where it stands."""

    kind: str
    text: str
    span: Span


def tokenize(source: Source, limit: int = MAX_LENGTH) -> list[Token]:
    """The tokens of the code of a source, an `end` token last; `#` begins a comment.

    Raises `SourceError` for a character that the language does not have, and for a text that is too
    long to be meant.
    """
    text = source.code
    if len(text) > limit:
        problem = f"this has {len(text)} characters; {limit} are allowed"
        raise SourceError("limit", problem, source, Span(0, 1))
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        if text[position] in UNICODE:
            plain = UNICODE[text[position]]
            kind = "name" if plain.isalpha() else "symbol"
            tokens.append(Token(kind, plain, Span(position, position + 1)))
            position += 1
            continue
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise _unexpected(source, position)
        span = Span(position, match.end())
        _check_printable(source, span)
        if match.lastgroup != "space":
            tokens.append(Token(match.lastgroup, match.group(), span))
        position = match.end()
    tokens.append(Token("end", "", Span(len(text.rstrip()), len(text.rstrip()) + 1)))
    return tokens


def _check_printable(source: Source, span: Span) -> None:
    """Refuse what cannot be seen: a comment or a string must not hide anything from a reader."""
    text = source.code[span.start : span.end]
    if not text.isprintable():
        for place, character in enumerate(text, span.start):
            if not (character.isprintable() or character in " \t\r\n"):
                raise _unexpected(source, place)


def _unexpected(source: Source, position: int) -> SourceError:
    """The error for a character that begins no token; it names look-alikes by their code."""
    character = source.text[position]
    if character == '"':
        problem = "this string does not end on its line"
        return SourceError("syntax", problem, source, Span(position, position + 1))
    shown = f"'{character}'" if character.isprintable() else "this character"
    if not character.isascii() or not character.isprintable():
        shown += f" (U+{ord(character):04X})"
    problem = f"{shown} is not part of the language"
    return SourceError("syntax", problem, source, Span(position, position + 1))
