"""The report of a check as plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bnproof.checks.search import sizes_text
from bnproof.render.report import scope_lead, sizes_lines
from bnproof.render.text import indented, scope_text

if TYPE_CHECKING:
    from bnproof.derivation.reports import CheckReport, FileReport, Necessity, StatementReport

_WIDTH = 34


def check_text(report: CheckReport, brief: bool = False) -> str:
    """All derivations and a summary; briefly, only what is wrong and the summary."""
    if brief:
        return "\n".join([*map(str, report.problems), summary(report)])
    blocks = [file_text(file) for file in report.files]
    return "\n\n".join([*blocks, summary(report)])


def file_text(file: FileReport) -> str:
    """One line for each statement, then what is wrong."""
    lines = [f"{file.name}: {file.title}" if file.title else file.name]
    width = max((len(s.headline()) for s in file.statements), default=0)
    for statement in file.statements:
        lines += indented(_statement_lines(statement, min(width, _WIDTH)))
    lines += [str(problem) for problem in file.problems]
    return "\n".join(lines)


def statement_text(statement: StatementReport) -> str:
    """One statement, and what is wrong with it."""
    return "\n".join([*_statement_lines(statement, 0), *map(str, statement.problems)])


def _statement_lines(statement: StatementReport, width: int) -> Iterator[str]:
    report = statement.report
    if report is None or report.scope is None:
        yield statement.headline()
        return
    speaks_of = scope_text(report.scope, scope_lead(report))
    yield f"{statement.headline():{width}}  {speaks_of}"
    if report.separation:
        yield from (f"  {line}" for line in sizes_lines(report.separation))
    for found in statement.necessities:
        if found.needed:
            yield f"  {necessity_text(found)}"


def necessity_text(found: Necessity) -> str:
    """What becomes of a theorem without a hypothesis."""
    if found.counterexample:
        point = found.counterexample.point
        at = [sizes_text(point.sizes)]
        at += [f"{i.name} = {value + 1}" for i, value in found.counterexample.indices.items()]
        constants = [a for a in found.counterexample.setting.arrays if not a.sorts]
        at += [f"{a.name} = {point.arrays[a.name][()]}" for a in constants]
        return f"without {found.hypothesis} it fails, for example at {', '.join(at)}"
    if found.meaning:
        reason = found.meaning.split(";")[0]
        return f"without {found.hypothesis} it has no meaning: {reason}"
    if found.needed is False:
        return f"it holds without {found.hypothesis} as well"
    return f"whether it needs {found.hypothesis} was not found out"


def summary(report: CheckReport) -> str:
    """How many derivations and statements were checked, and what came of them."""
    counts = report.counts()
    files = _count(len(report.files), "derivation")
    statements = _count(sum(counts.values()), "statement")
    warnings = sum(problem.warning for problem in report.problems)
    errors = len(report.problems) - warnings
    found = [f"{number} {status}" for status, number in counts.items()]
    if report.proved:
        found = ["all proved"] if counts else ["nothing to prove"]
    found += confirmation_summary(report)
    told = [_count(n, what) for n, what in ((errors, "error"), (warnings, "warning")) if n]
    behind = f"; {', '.join(told)}" if told else ""
    return f"{files}, {statements}: {', '.join(found) or 'nothing to prove'}{behind}"


def confirmation_summary(report: CheckReport) -> list[str]:
    """How many verdicts SymPy and floating point bear out, if they were asked."""
    reports = [s.report for file in report.files for s in file.statements if s.report]
    asked = [r for r in reports if r.confirmations]
    if not asked:
        return []
    confirmed = Counter(
        means
        for r in asked
        for means in {c.means for c in r.confirmations}
        if all(c.sizes for c in r.confirmations if c.means == means)
    )
    names = {"explicit": "SymPy", "float64": "float64", "float32": "float32"}
    told = ", ".join(f"{confirmed[means]} by {names[means]}" for means in names)
    return [f"confirmed {told}"]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def list_dict(report: CheckReport) -> dict[str, Any]:
    """What ships: the theorems of each derivation, and what came of them."""
    return {
        "derivations": [
            {
                "derivation": file.name,
                "title": file.title,
                "source": file.paper,
                "theorems": [
                    {"name": s.name, "label": s.label, "text": s.text, "status": status_text(s)}
                    for s in file.statements
                    if s.kind == "theorem"
                ],
            }
            for file in report.files
        ]
    }


def list_text(report: CheckReport) -> str:
    """What a paper states, under its own names, then all theorems of each derivation."""
    blocks = []
    for paper in dict.fromkeys(file.paper for file in report.files if file.paper):
        rows = [
            (s.label, status_text(s), f"{s.name} in {file.name}")
            for file in report.files
            for s in file.statements
            if s.label and file.paper == paper
        ]
        if rows:
            blocks.append("\n".join([paper, *_table(sorted(rows, key=lambda row: _place(row[0])))]))
    for file in report.files:
        rows = [(s.name, status_text(s), "") for s in file.statements if s.kind == "theorem"]
        head = f"{file.name}: {file.title}" if file.title else file.name
        blocks.append("\n".join([head, *_table(rows)]))
    return "\n\n".join([*blocks, summary(report)])


def _place(label: str) -> tuple[bool, str]:
    """Theorems before corollaries, in the order of their numbers."""
    return (not label.startswith("Theorem"), label)


def _table(rows: list[tuple[str, str, str]]) -> list[str]:
    """The rows with their columns aligned."""
    widths = [max((len(row[k]) for row in rows), default=0) for k in range(2)]
    return [f"  {a:{widths[0]}}  {b:{widths[1]}}  {c}".rstrip() for a, b, c in rows]


def status_text(statement: StatementReport) -> str:
    """The status, with the hypotheses that a theorem cannot do without."""
    needed = [found.hypothesis for found in statement.necessities if found.needed]
    if statement.report and statement.report.separation:
        needed = list(statement.report.assumed)
    return f"{statement.status} under {', '.join(needed)}" if needed else statement.status
