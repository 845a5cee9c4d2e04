"""Literate Markdown: the fenced blocks that are meant for the checker."""

from __future__ import annotations

import re

from bnproof.language.source import Source

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([^\s`]*)")


def literate(name: str, text: str) -> Source:
    """The source of a Markdown file: everything but the blocks marked `bnproof` is prose.

    A block that is not closed ends with the file, as in CommonMark.
    """
    return Source(name, text, masked="".join(_masked(text)))


def _masked(text: str) -> list[str]:
    lines = []
    fence, is_code = "", False
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        match = _FENCE.match(line)
        if not fence:
            lines.append(_blank(line))
            if match:
                fence, is_code = match[1], match[2] == "bnproof"
        elif match and match[1].startswith(fence) and line.strip() == match[1]:
            lines.append(_blank(line))
            fence = ""
        else:
            lines.append(line if is_code else _blank(line))
    return lines


def _blank(line: str) -> str:
    """The line with every character replaced by a space, its end kept."""
    return "".join(c if c in "\r\n" else " " for c in line)
