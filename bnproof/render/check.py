"""The report of a check as plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bnproof.checks.larger_spaces import OutsideVector
from bnproof.checks.search import Counterexample, sizes_text
from bnproof.language.items import REFUTED_KIND, Inexpressible
from bnproof.render.report import refutation_lines, scope_lead, sizes_lines
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
    for entry in file.entries:
        if isinstance(entry, Inexpressible):
            lines += indented([f"not expressible: {entry.label}"])
        else:
            lines += indented(_statement_lines(entry, min(width, _WIDTH)))
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
    if statement.kind == REFUTED_KIND:
        yield from indented(refutation_lines(report) if statement.as_claimed else ())
    elif report.separation:
        yield from (f"  {line}" for line in sizes_lines(report.separation))
    for found in statement.necessities:
        if found.needed:
            yield f"  {necessity_text(found)}"
    if statement.unwritten:
        yield f"  {unwritten_text(statement)}"


def unwritten_text(statement: StatementReport) -> str:
    """Which hypotheses the paper does not write, in a sentence."""
    verb = "is" if len(statement.unwritten) == 1 else "are"
    return f"{' and '.join(statement.unwritten)} {verb} not written in the paper"


def necessity_text(found: Necessity) -> str:
    """What becomes of a theorem without a hypothesis."""
    if found.counterexample:
        at = place_text(found.counterexample)
        return f"without {found.hypothesis} it fails, for example at {at}"
    if found.meaning:
        reason = found.meaning.split(";")[0]
        return f"without {found.hypothesis} it has no meaning: {reason}"
    if found.needed is False:
        return f"it holds without {found.hypothesis} as well"
    return f"whether it needs {found.hypothesis} was not found out"


def place_text(found: Counterexample | OutsideVector) -> str:
    """The sizes, indices and constants of a point, in short."""
    at = [sizes_text(found.point.sizes)]
    at += [f"{index.name} = {value + 1}" for index, value in found.indices.items()]
    constants = [array for array in found.setting.arrays if not array.sorts]
    at += [f"{array.name} = {found.point.arrays[array.name][()]}" for array in constants]
    return ", ".join(at)


def summary(report: CheckReport) -> str:
    """How many derivations and statements were checked, and what came of them."""
    counts = report.counts()
    files = _count(len(report.files), "derivation")
    statements = _count(sum(counts.values()), "statement")
    warnings = sum(problem.warning for problem in report.problems)
    errors = len(report.problems) - warnings
    found = [f"{number} {status}" for status, number in counts.items()]
    if report.proved and len(counts) < 2:
        found = [f"all {status}" for status in counts] or ["nothing to prove"]
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
