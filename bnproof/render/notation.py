"""Unicode for the words of the claim language."""

from __future__ import annotations

import re

from bnproof.language.tokens import UNICODE

# Of two characters for one word, the first is shown.
_SHOWN = {word: character for character, word in reversed(UNICODE.items())}
_WORD = re.compile(
    r"(?<![A-Za-z0-9_.])("
    + "|".join(sorted((re.escape(w) for w in _SHOWN if w.isalpha()), key=len, reverse=True))
    + r")(?![A-Za-z0-9_.])|"
    + "|".join(re.escape(w) for w in _SHOWN if not w.isalpha())
)


def pretty(text: str) -> str:
    """A printed term or claim in Unicode; it reads back as the same term."""
    return _WORD.sub(lambda match: _SHOWN[match.group()], text)
