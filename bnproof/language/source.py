"""Source text and the errors that point into it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bnproof.terms import BnproofError

_WINDOW = 72
_LONGEST_DETAIL = 600


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of text that somebody wrote: its name, and the line of the name at which it begins.

    `masked` is the text with prose blanked out, where there is prose; see `code`.
    """

    name: str
    text: str
    first_line: int = 1
    masked: str | None = None

    @property
    def code(self) -> str:
        """What is meant for the checker: as long as the text, each character at its place."""
        return self.text if self.masked is None else self.masked


@dataclass(frozen=True, slots=True)
class Span:
    """The characters from `start` up to, but not including, `end` of a source."""

    start: int
    end: int


class SourceError(BnproofError, ValueError):
    """Something that a source says cannot be read or has no meaning.

    `str()` gives `name:line:column: code: message`, the line, a caret under the part at fault, and the
    `details`, which are lines of text.
    """

    def __init__(
        self, code: str, message: str, source: Source, span: Span, details: Iterable[str] = ()
    ) -> None:
        message = _clipped(message)
        super().__init__(message)
        self.details = tuple(_clipped(line) for line in details)
        self.code = code
        self.message = message
        self.source = source
        self.span = span

    @property
    def line(self) -> int:
        """The line of the part at fault, from 1."""
        before = self.source.text[: self.span.start]
        return self.source.first_line + before.count("\n")

    @property
    def column(self) -> int:
        """The column of the part at fault, from 1."""
        return self.span.start - self._line_start() + 1

    def _line_start(self) -> int:
        return self.source.text.rfind("\n", 0, self.span.start) + 1

    def __str__(self) -> str:
        place = f"{printable(self.source.name)}:{self.line}:{self.column}"
        lines = [f"{place}: {self.code}: {self.message}"]
        if self.source.text.strip():
            lines.append(self.excerpt())
        return "\n".join([*lines, *(f"  {line}".rstrip() for line in self.details)])

    def excerpt(self) -> str:
        """The line at fault, cut to a window where it is long, and the caret under it."""
        start = self._line_start()
        line = printable(self.source.text[start:].split("\n", 1)[0])
        caret = self.span.start - start
        width = max(1, min(self.span.end, start + len(line)) - self.span.start)
        left = max(0, min(caret - _WINDOW // 2, len(line) - _WINDOW))
        shown, head, tail = line[left : left + _WINDOW], "", ""
        if left:
            head = "..."
        if left + _WINDOW < len(line):
            tail = "..."
        pointer = " " * (len(head) + caret - left) + "^" * min(width, _WINDOW - (caret - left))
        return f"  {head}{shown}{tail}\n  {pointer}"


def meant(name: str, known: Iterable[str], otherwise: str, likeness: float = 0.6) -> str:
    """`did you mean NAME?` for the known name that is nearest, if one is near; else the other text."""
    import difflib

    near = difflib.get_close_matches(name, list(known), 1, likeness)
    return f"did you mean {near[0]}?" if near else otherwise


def printable(text: str) -> str:
    """The text with every character that does not print replaced by one that does."""
    return "".join(
        c if c.isprintable() else " " if c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def _clipped(line: str) -> str:
    """The line, cut where nobody would read on."""
    return line if len(line) <= _LONGEST_DETAIL else f"{line[:_LONGEST_DETAIL]} ..."
