"""Text from files that strangers wrote."""

from __future__ import annotations

import sys
from pathlib import Path

from bnproof.language.markdown import literate
from bnproof.language.source import Source, printable
from bnproof.terms import BnproofError

MAX_BYTES = 4_000_000
MARKDOWN = ".md"
BARE = ".bnp"


class UnreadableError(BnproofError, OSError):
    """A file, or standard input, that cannot be read as text."""


def read_text(name: str, shown: str) -> str:
    """The text of a file, or of standard input for `-`. Raises `UnreadableError`."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with open(name, "rb") as file:
                data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise UnreadableError(
                f"{shown} has more than {MAX_BYTES} bytes, which is too much to check"
            )
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"{shown} is not UTF-8 text: byte {error.start + 1} is wrong"
        raise UnreadableError(problem) from error
    except UnreadableError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(f"cannot read {printable(shown)}: {reason}") from error


def read_source(path: Path, shown: str) -> Source:
    """The source of a derivation: literate Markdown, or bare code in a `.bnp` file."""
    text = read_text(str(path), shown)
    return Source(shown, text) if path.suffix == BARE else literate(shown, text)
