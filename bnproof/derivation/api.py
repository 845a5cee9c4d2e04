"""Derivations in Python: load one, check some."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bnproof.checks.search import Progress, silent
from bnproof.derivation.checking import Checker
from bnproof.derivation.library import Location, located, shipped
from bnproof.derivation.reports import CheckReport, FileReport
from bnproof.language.files import UnreadableError, read_source
from bnproof.language.items import Assertion, Document, Metadata
from bnproof.maps.registry import read_document


@dataclass(frozen=True, repr=False)
class Derivation:
    """A derivation that was read but not checked."""

    location: Location
    document: Document

    @property
    def name(self) -> str:
        """What it is called: the name that it ships under, or its file."""
        return self.location.name

    @property
    def title(self) -> str | None:
        """Its title, if it states one."""
        metadata = [m for m, _ in self.document.items if isinstance(m, Metadata)]
        return {m.kind: m.text for m in metadata}.get("title")

    @property
    def statements(self) -> tuple[str, ...]:
        """The names of its lemmas and theorems."""
        return tuple(a.name for a, _ in self.document.items if isinstance(a, Assertion))

    def names(self) -> frozenset[str]:
        """The names of its lemmas and theorems, those that they have in a paper included."""
        found = [a for a, _ in self.document.items if isinstance(a, Assertion)]
        return frozenset(n for a in found for n in (a.name, a.label) if n)

    def __repr__(self) -> str:
        return f"<Derivation {self.name}>"

    def check(self, confirm: bool = False, progress: Progress = silent) -> FileReport:
        """Check it; see `check`. Raises `UnreadableError` and `Disagreement`."""
        return Checker(progress, confirm=confirm).check(self.location)


def load(name: str | Path) -> Derivation:
    """Read a derivation: a file, or one that ships, by its name (`zhou2024/first-order`).

    What is wrong with it is in its `document.errors`, and in the report of its `check`.
    Raises `UnreadableError` for a name that leads nowhere.
    """
    locations = list(located([str(name)]))
    if len(locations) > 1:
        names = ", ".join(location.name for location in locations)
        raise UnreadableError(f"{name} is a folder; load one of {names}")
    [location] = locations
    return Derivation(location, read_document(read_source(location.path, str(location.path))))


def check(*names: str | Path, confirm: bool = False, progress: Progress = silent) -> CheckReport:
    """Check derivations: files, names or folders of what ships, or all that ships if none is named.

    With `confirm`, SymPy and floating point confirm each verdict, at points that Hypothesis draws.
    Raises `UnreadableError` for a name that leads nowhere, and `Disagreement` where two means of
    checking contradict each other.
    """
    locations = located(map(str, names)) if names else shipped()
    return Checker(progress, confirm=confirm).check_all(locations)
