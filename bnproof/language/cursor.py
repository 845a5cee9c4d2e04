"""A cursor over the tokens of a source, which notes where each node that is read stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bnproof.language.source import Source, SourceError, Span
from bnproof.language.tokens import KEYWORDS, MAX_LENGTH, Token, tokenize

T = TypeVar("T")


class Cursor:
    """A place in the tokens of a source.

    `spans` is keyed by the identity of a node, since equal nodes may stand in several places.
    """

    def __init__(self, source: Source, limit: int = MAX_LENGTH) -> None:
        self.source = source
        self.tokens = tokenize(source, limit)
        self.position = 0
        self.spans: dict[int, Span] = {}
        # Nodes stay alive, so that no other one comes to have the same identity.
        self._noted: list[object] = []

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def advance(self) -> Token:
        token = self.token
        self.position += 1
        return token

    def accept(self, text: str) -> bool:
        if self.token.text == text and self.token.kind != "end":
            self.position += 1
            return True
        return False

    def expect(self, text: str, wanted: str) -> None:
        if not self.accept(text):
            raise self.expected(wanted)

    def expect_kind(self, kind: str, wanted: str) -> Token:
        if self.token.kind != kind or self.token.text in KEYWORDS:
            raise self.expected(wanted)
        return self.advance()

    def separated(self, item: Callable[[], T]) -> list[T]:
        items = [item()]
        while self.accept(","):
            items.append(item())
        return items

    def finish(self, wanted: str) -> None:
        if self.token.kind != "end":
            raise self.expected(wanted)

    def noted(self, node: T, start: Token) -> T:
        """Note where a node stands: from its first token to the last one read."""
        end = self.tokens[max(self.position - 1, 0)].span.end
        self._noted.append(node)
        self.spans.setdefault(id(node), Span(start.span.start, max(end, start.span.end)))
        return node

    def expected(self, wanted: str) -> SourceError:
        token = self.token
        found = "the end" if token.kind == "end" else f"'{token.text}'"
        if token.text in KEYWORDS and "name" in wanted:
            found += ", which is a word of the language"
        return self.error("syntax", f"expected {wanted}, found {found}", token.span)

    def error(self, code: str, message: str, span: Span) -> SourceError:
        return SourceError(code, message, self.source, span)
