"""What every command needs of a terminal: exit codes, progress and messages."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from enum import IntEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from bnproof.terms import BnproofError

_PATIENCE = 2.0


class Exit(IntEnum):
    """What an exit code means."""

    PROVED = 0
    NOT_PROVED = 1
    USAGE = 2
    BROKEN = 3


def fail(code: Exit, message: str) -> Exit:
    """Say on standard error why a command ends with a code."""
    print(f"bnproof: {message}", file=sys.stderr)
    return code


def unusable(error: BnproofError) -> Exit:
    """Say on standard error why a normaliser or a file cannot be used; 1 for what is wrong in a file."""
    if hasattr(error, "span"):
        print(error, file=sys.stderr)
        return Exit.NOT_PROVED
    return fail(Exit.USAGE, str(error))


def write_new(name: str, text: str) -> Exit:
    """Write a file that does not exist yet, and say so, or say why it cannot be written."""
    try:
        with open(name, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return fail(Exit.USAGE, exists_already(name))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return fail(Exit.USAGE, f"cannot write {name}: {reason}")
    print(f"bnproof: wrote {name}", file=sys.stderr)
    return Exit.PROVED


def exists_already(name: str) -> str:
    """Why a file is not written."""
    return f"{name} exists already, and is left as it is; name another file"


def shows_unicode() -> bool:
    """Whether standard output can show the letters of formulas."""
    from bnproof.language.tokens import UNICODE

    try:
        "".join(UNICODE).encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class Progress:
    """A line on a terminal about work that takes long; nothing where the output is piped."""

    def __init__(self) -> None:
        self._message = ""
        self._since = time.monotonic()
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._width = 0

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *details: object) -> None:
        self._done.set()
        self.clear()

    def show(self, message: str) -> None:
        """Say what is being done; it appears once the user has waited for a while."""
        self._message = message

    def clear(self) -> None:
        """Take the line away, before something else is printed, and begin to wait anew."""
        with self._lock:
            self._since = time.monotonic()
            self._message = ""
            if self._width:
                print(f"\r{' ' * self._width}\r", end="", file=sys.stderr, flush=True)
                self._width = 0

    def _watch(self) -> None:
        while not self._done.wait(0.2):
            with self._lock:
                seconds = time.monotonic() - self._since
                if self._message and seconds > _PATIENCE and not self._done.is_set():
                    line = f"{self._message} ({seconds:.0f} s)"
                    line = line[: shutil.get_terminal_size().columns - 1]
                    print(f"\r{line.ljust(self._width)}", end="", file=sys.stderr, flush=True)
                    self._width = max(self._width, len(line))
