"""What ships: what each paper states and what came of it, then the theorems of each derivation."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bnproof.derivation.reports import (
    PROVED,
    REFUTED_AS_CLAIMED,
    CheckReport,
    FileReport,
    StatementReport,
)
from bnproof.language.items import REFUTED_KIND, Inexpressible
from bnproof.render.check import place_text, summary
from bnproof.render.json import failure_dict
from bnproof.render.report import sizes_list
from bnproof.render.text import NARROW, indented, wrapped
from bnproof.report import Report

# What became of a statement of a paper; the other words are those of a check.
AS_STATED = "proved-as-stated"
CONDITIONAL = "proved-under-extra-hypothesis"
REFUTED = "refuted"
INEXPRESSIBLE = "not-expressible"

_NO_PAPER = "without a source"
_SHORT = 40
_COLUMN = 28


@dataclass(frozen=True)
class Row:
    """What a paper states under some name, and what a statement of a derivation says of it.

    What is not expressible has a `reason` in the place of a statement.
    """

    label: str
    file: FileReport
    statement: StatementReport | None
    reason: str | None = None

    @property
    def status(self) -> str:
        """One word for a machine."""
        if self.statement is None:
            return INEXPRESSIBLE
        if self.statement.status == PROVED:
            return CONDITIONAL if self.extra else AS_STATED
        if self.statement.status == REFUTED_AS_CLAIMED:
            return REFUTED  # the word for what is false and meant to be true as well
        return self.statement.status.replace(" ", "-")

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """Those of the paper that it cannot do without."""
        needed = needed_hypotheses(self.statement) if self.statement else ()
        return tuple(hypothesis for hypothesis in needed if hypothesis not in self.extra)

    @property
    def extra(self) -> tuple[str, ...]:
        """Those that the paper does not write, but for one that it can do without.

        Of several that it can do without one by one, none is left out: it may need one of them.
        """
        if self.statement is None:
            return ()
        unwritten = self.statement.unwritten
        idle = set(unwritten) & set(idle_hypotheses(self.statement))
        return tuple(h for h in unwritten if h not in idle or len(idle) > 1)

    def __str__(self) -> str:
        """The status for a reader, with all that belongs to it."""
        if self.statement is None:
            return f"not expressible: {self.reason}"
        written, extra = ", ".join(self.hypotheses), ", ".join(self.extra)
        if self.status == AS_STATED:
            return f"proved as stated{_bracketed(written)}"
        if self.status == CONDITIONAL:
            what = "an extra hypothesis" if len(self.extra) == 1 else "extra hypotheses"
            return f"proved under {what}: {extra}{_bracketed(written, 'besides ')}"
        if self.status == REFUTED:
            assumed = ", ".join((*self.hypotheses, *self.extra))
            return f"refuted{_bracketed(assumed)}: {failure_text(self.statement.report)}"
        return status_text(self.statement)

    def lines(self, width: int) -> list[str]:
        """The status, and behind or below it the place where it stands."""
        place = f"in {self.file.name}"
        if self.statement:
            place = f"{self.statement.name} {place}"
        lines = wrapped(str(self), width, hanging=2)
        row = f"{lines[0]:{_COLUMN}}"
        row = f"{row.rstrip()}  {place}" if len(lines[0]) >= _COLUMN else row + place
        if len(lines) == 1 and len(row) <= width:
            return [row]
        return [*lines, f"  {place}"]

    def to_dict(self) -> dict[str, Any]:
        """The row as an object of `bnproof list --json`."""
        report = self.statement.report if self.statement else None
        fails = report and (report.counterexample or report.outside)
        return {
            "label": self.label,
            "status": self.status,
            "derivation": self.file.name,
            "name": self.statement.name if self.statement else None,
            "hypotheses": list(self.hypotheses),
            "extra_hypotheses": list(self.extra),
            "counterexample": failure_dict(fails) if fails else None,
            "holds_if": list(report.holds_if) if report else [],
            "reason": report.reason if report else self.reason,
        }


def _bracketed(text: str, lead: str = "") -> str:
    return f" ({lead}{text})" if text else ""


def rows_of(files: Iterable[FileReport]) -> dict[str, list[Row]]:
    """What each paper states: its theorems by their numbers, the rest in the order of the files.

    What has one name in the paper stands together.
    """
    papers: dict[str, dict[str, list[Row]]] = {}
    for file in files:
        for entry in file.entries:
            if entry.label:
                labels = papers.setdefault(file.paper or _NO_PAPER, {})
                if isinstance(entry, Inexpressible):
                    row = Row(entry.label, file, None, entry.reason)
                else:
                    row = Row(entry.label, file, entry)
                labels.setdefault(entry.label, []).append(row)
    return {
        paper: [row for label in sorted(labels, key=_rank) for row in labels[label]]
        for paper, labels in papers.items()
    }


def _rank(label: str) -> tuple[bool, list[int]]:
    """Theorems come first, in the order of their numbers."""
    is_theorem = label.startswith("Theorem")
    return (not is_theorem, [int(k) for k in re.findall(r"\d+", label)] if is_theorem else [])


def failure_text(report: Report | None) -> str:
    """Where a claim fails, and when it holds, in short."""
    if report is None:
        return ""
    text = report.reason or ""
    if report.counterexample:
        found = report.counterexample
        text = f"{report.part or 'it fails'} at {place_text(found)}"
        sides = f"left = {found.left}, right = {found.right}"
        text += f" ({sides})" if len(sides) <= _SHORT else ""
    elif report.outside:
        text = f"the null space is larger at {place_text(report.outside)}"
    elif report.separation and report.separation.equal:
        text = f"the sides are equal at {sizes_list(report.separation.equal)}"
    return f"{text}; it holds if {' and '.join(report.holds_if)}" if report.holds_if else text


def idle_hypotheses(statement: StatementReport) -> list[str]:
    """The hypotheses without which a theorem holds as well."""
    return [found.hypothesis for found in statement.necessities if found.needed is False]


def needed_hypotheses(statement: StatementReport) -> tuple[str, ...]:
    """The hypotheses that a statement is made under, but for those that it can do without."""
    assumed = statement.report.assumed if statement.report else ()
    return tuple(h for h in assumed if h not in idle_hypotheses(statement))


def status_text(statement: StatementReport) -> str:
    """The status, with the hypotheses that a theorem cannot do without."""
    needed = needed_hypotheses(statement) if statement.status == PROVED else ()
    return f"{statement.status} under {', '.join(needed)}" if needed else statement.status


def list_dict(report: CheckReport) -> dict[str, Any]:
    """What ships: what each paper states, then the theorems of each derivation."""
    return {
        "papers": [
            {"source": paper, "statements": [row.to_dict() for row in rows]}
            for paper, rows in rows_of(report.files).items()
        ],
        "derivations": [
            {
                "derivation": file.name,
                "title": file.title,
                "source": file.paper,
                "theorems": [
                    {"name": s.name, "label": s.label, "text": s.text, "status": status_text(s)}
                    for s in _listed(file)
                ],
            }
            for file in report.files
        ],
    }


def list_text(report: CheckReport, width: int = NARROW) -> str:
    """What each paper states, under its own names, then the theorems of each derivation."""
    blocks = []
    for paper, rows in rows_of(report.files).items():
        lines = [paper]
        for label, group in itertools.groupby(rows, lambda row: row.label):
            lines += indented(wrapped(label, width - 2))
            for row in group:
                lines += indented(indented(row.lines(width - 4)))
        blocks.append("\n".join(lines))
    for file in report.files:
        head = f"{file.name}: {file.title}" if file.title else file.name
        blocks.append("\n".join([head, *_table([(s.name, status_text(s)) for s in _listed(file)])]))
    return "\n\n".join([*blocks, summary(report)])


def _listed(file: FileReport) -> list[StatementReport]:
    """What a derivation is there for: its lemmas are not."""
    return [s for s in file.statements if s.kind in ("theorem", REFUTED_KIND)]


def _table(rows: list[tuple[str, str]]) -> list[str]:
    """The rows with their columns aligned."""
    width = max((len(name) for name, _ in rows), default=0)
    return [f"  {name:{width}}  {status}" for name, status in rows]
