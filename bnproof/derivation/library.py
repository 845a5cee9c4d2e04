"""The derivations that ship with the package, and the names they go by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from bnproof.language.files import BARE, MARKDOWN, UnreadableError, read_text
from bnproof.language.source import meant

_INDEX_PAGE = "README.md"


class Location(NamedTuple):
    """A derivation: its file, and the name that it is shown under."""

    path: Path
    name: str


def shipped() -> tuple[Location, ...]:
    """The derivations that ship, each named by its folder and its file: `zhou2024/first-order`."""
    root = _root()
    paths = sorted(p for p in root.rglob(f"*{MARKDOWN}") if p.name != _INDEX_PAGE)
    return tuple(Location(p, p.relative_to(root).with_suffix("").as_posix()) for p in paths)


def _root() -> Path:
    """The folder of derivations: in the installed package, else beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "derivations"
    return installed if installed.is_dir() else package.parent / "derivations"


def located(names: Iterable[str]) -> Iterator[Location]:
    """The derivations of the given names or files; a name may be a folder, such as `zhou2024`.

    Raises `UnreadableError` for a name that is neither a file nor shipped.
    """
    for name in names:
        path = Path(name)
        if path.is_dir():
            yield from _inside(path)
            continue
        if path.suffix in (MARKDOWN, BARE) or path.exists():
            yield Location(path, name)
            continue
        found = [
            s for s in shipped() if s.name == name or s.name.startswith(f"{name.rstrip('/')}/")
        ]
        found = found or [s for s in shipped() if s.name.split("/")[-1] == name]
        if not found:
            known = [s.name for s in shipped()]
            hint = meant(name, [*known, *(k.split("/")[-1] for k in known)], "see bnproof list")
            problem = f"{name} is neither a file ({MARKDOWN}, {BARE}) nor a derivation that ships"
            raise UnreadableError(f"{problem}; {hint}")
        yield from found


def _inside(folder: Path) -> Iterator[Location]:
    """The derivations in a folder: `.bnp` files, and pages that have a block for the checker."""
    found = 0
    for path in sorted(folder.iterdir()):
        page = path.suffix == MARKDOWN and "bnproof" in read_text(str(path), str(path))
        if path.is_file() and (page or path.suffix == BARE):
            found += 1
            yield Location(path, str(path))
    if not found:
        raise UnreadableError(f"{folder} is a folder without derivations ({MARKDOWN}, {BARE})")


def shipped_as(name: str) -> Path | None:
    """The file of a derivation that ships under exactly this name."""
    return next((location.path for location in shipped() if location.name == name), None)
