"""The commands on derivations: `check`, `list`, `show`, `axioms` and `explain`."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bnproof.checks.search import silent
from bnproof.cli.terminal import Exit, Progress, fail, shows_unicode, write_new
from bnproof.codes import CODES
from bnproof.derivation.api import load
from bnproof.derivation.checking import Checker
from bnproof.derivation.library import Location, located, shipped
from bnproof.derivation.reports import CheckReport, FileReport, StatementReport
from bnproof.language.files import UnreadableError
from bnproof.language.source import meant
from bnproof.maps.registry import named
from bnproof.prover import Disagreement
from bnproof.render.axioms import axioms_dict, axioms_text
from bnproof.render.check import check_text
from bnproof.render.listing import list_dict, list_text
from bnproof.render.show import show_file, show_normaliser, show_statement, show_unfolded
from bnproof.render.text import indented

_WIDTH = 80


def run_check(options: argparse.Namespace) -> Exit:
    """Check derivations, each to its end, and say what is wrong."""
    chosen, unreadable = _chosen(options.names)
    report, outcome = _checked(chosen, unreadable, options.confirm)
    if options.json:
        print(json.dumps(report.to_dict()))
    elif report.files:
        print(check_text(report, options.brief))
    is_good = report.proved and not (options.strict and report.problems)
    return max(outcome, _failed(unreadable), Exit.PROVED if is_good else Exit.NOT_PROVED)


def _chosen(names: Sequence[str]) -> tuple[Sequence[Location], list[str]]:
    """The derivations of some names, or all that ship if there is none; and what cannot be read."""
    locations: list[Location] = []
    unreadable: list[str] = []
    for name in names:
        try:
            locations += located([name])
        except UnreadableError as error:
            unreadable.append(str(error))
    return locations if names else shipped(), unreadable


def _failed(unreadable: Sequence[str]) -> Exit:
    """Say what could not be read, behind all that could."""
    sys.stdout.flush()
    return max((fail(Exit.USAGE, message) for message in unreadable), default=Exit.PROVED)


def _checked(
    locations: Sequence[Location], unreadable: list[str], confirm: bool = False
) -> tuple[CheckReport, Exit]:
    """The report of all that can be read; what cannot is noted, and a disagreement is exit code 3."""
    files: dict[Location, FileReport] = {}
    outcome = Exit.PROVED
    with Progress() as progress:
        checker = Checker(progress.show, confirm=confirm)
        for location in locations:
            try:
                files[location] = checker.check(location)
            except UnreadableError as error:
                unreadable.append(str(error))
            except Disagreement as error:
                progress.clear()
                outcome = fail(Exit.BROKEN, f"please report this: {error}\n{error.report}")
    return checker.report_of(files), outcome


def run_list(options: argparse.Namespace) -> Exit:
    """What ships, or what is named, and what came of it."""
    chosen, unreadable = _chosen(options.names)
    report, outcome = _checked(chosen, unreadable)
    if options.json:
        print(json.dumps(list_dict(report)))
    elif report.files:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDTH
        print(list_text(report, width))
    proved = Exit.PROVED if report.proved else Exit.NOT_PROVED
    return max(outcome, _failed(unreadable), proved)


class Found(NamedTuple):
    """A derivation, and the statements of it that were asked for, if not all of them were.

    What a paper states once may be several: false as it stands, and true under a hypothesis.
    """

    file: FileReport
    chosen: tuple[StatementReport, ...]

    @property
    def statements(self) -> tuple[StatementReport, ...]:
        """What was asked for."""
        return self.chosen or self.file.statements

    @property
    def outcome(self) -> Exit:
        """Whether all of it is proved, or refuted as claimed, and it is something."""
        proved = bool(self.statements) and all(s.as_claimed for s in self.statements)
        return Exit.PROVED if proved else Exit.NOT_PROVED


def find(name: str) -> Found:
    """Check what a name stands for. Raises `UnreadableError` if it stands for nothing."""
    location, wanted = _place(name)
    file = Checker(silent).check(location)
    if wanted is None:
        return Found(file, ())
    found = tuple(s for s in file.statements if s.name == wanted)
    found = found or tuple(s for s in file.statements if s.label == wanted)
    if not found:
        names = ", ".join(s.name for s in file.statements)
        raise UnreadableError(f"{location.name} has no statement {wanted}; it has {names}")
    return Found(file, found)


def _place(name: str) -> tuple[Location, str | None]:
    """The derivation that a name stands for, and the statement in it."""
    head, colon, wanted = name.rpartition(":")
    if colon and head and not Path(name).exists():
        return next(located([head])), wanted
    places = [] if Path(name).exists() else list(_statements(name))
    if len(places) > 1:
        names = ", ".join(place.name for place in places)
        raise UnreadableError(f"{name} stands in {names}; write {places[0].name}:NAME")
    if places:
        return places[0], name
    found = list(located([name]))
    if len(found) > 1:
        names = ", ".join(location.name for location in found)
        raise UnreadableError(f"{name} is a folder; name one of {names}")
    return found[0], None


def _statements(name: str) -> Iterator[Location]:
    """The derivations that ship and have a statement of this name."""
    for location in shipped():
        if name in load(location.path).names():
            yield location


def run_show(options: argparse.Namespace) -> Exit:
    """Print the definitions of a normaliser, or a derivation or a statement, for a reader."""
    normaliser = None if Path(options.name).exists() else named(options.name)
    if normaliser is not None:
        text = show_normaliser(normaliser)
        if options.output:
            return write_new(options.output, text + "\n")
        print(text)
        return Exit.PROVED
    try:
        found = find(options.name)
    except UnreadableError as error:
        return fail(Exit.USAGE, str(error))
    unicode = not options.ascii and (bool(options.output) or shows_unicode())
    if options.statement:
        text = "\n\n".join(show_unfolded(statement, unicode) for statement in found.statements)
    elif found.chosen:
        text = "\n\n".join(show_statement(statement, unicode) for statement in found.chosen)
    else:
        text = show_file(found.file, unicode)
    text += "".join(f"\n\n{problem}" for problem in found.file.problems)
    if options.output:
        return max(write_new(options.output, text + "\n"), found.outcome)
    print(text)
    return found.outcome


def run_axioms(options: argparse.Namespace) -> Exit:
    """Print what a theorem rests on."""
    try:
        found = find(options.name)
    except UnreadableError as error:
        return fail(Exit.USAGE, str(error))
    if options.json:
        print(json.dumps([axioms_dict(statement) for statement in found.statements]))
    else:
        blocks = [axioms_text(statement) for statement in found.statements]
        print("\n\n".join([*blocks, *map(str, found.file.problems)]))
    return found.outcome


def run_explain(options: argparse.Namespace) -> Exit:
    """Print what a diagnostic code means."""
    if options.code is None:
        width = max(map(len, CODES))
        for code, explanation in CODES.items():
            summary = explanation.meaning.split(". ")[0].rstrip(".")
            first, *others = textwrap.wrap(summary, _WIDTH - width - 2)
            print(
                f"{code:{width}}  {first}", *(f"{'':{width}}  {line}" for line in others), sep="\n"
            )
        return Exit.PROVED
    found = CODES.get(options.code)
    if found is None:
        hint = meant(options.code, CODES, "bnproof explain lists all codes")
        return fail(Exit.USAGE, f"{options.code} is not a diagnostic code; {hint}")
    for text in (found.meaning, f"What to do: {found.remedy}"):
        print("\n".join(textwrap.wrap(text, _WIDTH)))
    print("This causes it:")
    print("\n".join(indented(found.example.split("\n"))))
    return Exit.PROVED
