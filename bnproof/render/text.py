"""Reports as plain text for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bnproof.checks.points import nested
from bnproof.checks.search import Counterexample, Recheck, sizes_text
from bnproof.language import print_term
from bnproof.render.snippet import numpy_snippet
from bnproof.report import Report
from bnproof.scope import Scope


def report_text(report: Report, snippet: bool = True) -> str:
    """The verdict, what it speaks of, and what stands behind it."""
    lines: list[str] = []
    if report.scope:
        lines += _scope_lines(report.scope, "for" if report.theorem else "claimed for")
    if report.counterexample:
        lines += _counterexample_lines(report.counterexample)
    if report.difference and report.counterexample:
        lines.append(f"at all sizes, left - right = {report.difference}")
    if report.reason:
        lines.append(f"because {report.reason}")
    if report.theorem:
        lines.append("kernel: the normal form of left - right is 0")
        lines += map(_recheck_line, report.rechecks)
    if snippet and report.counterexample:
        lines += ["in NumPy:", ""]
        lines += _indented(numpy_snippet(report.counterexample).split("\n"))
    return "\n".join([report.headline(), *_indented(lines)])


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}".rstrip() for line in lines]


def _scope_lines(scope: Scope, lead: str) -> list[str]:
    lines = [f"{lead} every {', '.join(scope.sizes + scope.hypotheses)}"]
    if scope.domain:
        lines[0] += f", where {', '.join(scope.domain)}"
    if scope.declared:
        lines.append(f"declared by use: {', '.join(scope.declared)}")
    return lines


def _counterexample_lines(found: Counterexample) -> list[str]:
    """The point, the indices and both sides, exactly."""
    at = [sizes_text(found.point.sizes)]
    at += [f"{index.name} = {value + 1}" for index, value in found.indices.items()]
    lines = [f"it fails at {', '.join(at)}, and"]
    for array in found.setting.arrays:
        entries = str(nested(found.setting.theory, found.point, array, str)).replace("'", "")
        lines.append(f"  {array.name} = {entries}")
    equation = found.setting.equation
    return [
        *lines,
        f"left  = {_evaluated(print_term(equation.left), str(found.left))}",
        f"right = {_evaluated(print_term(equation.right), str(found.right))}",
    ]


def _evaluated(term: str, value: str) -> str:
    """A side and its value, unless it is its value."""
    return term if term == value else f"{term} = {value}"


def _recheck_line(recheck: Recheck) -> str:
    """How far exact evaluation confirms a proof."""
    if not recheck.sizes:
        return "exact evaluation: no point within its budget"
    names = recheck.sizes[0]
    reach = (f"{name} = {_span(sizes[name] for sizes in recheck.sizes)}" for name in names)
    points = "1 point" if len(recheck.sizes) == 1 else f"{len(recheck.sizes)} points"
    return f"exact evaluation: both sides agree at {points}, {', '.join(reach)}"


def _span(values: Iterable[int]) -> str:
    seen = Counter(values)
    return f"{min(seen)}..{max(seen)}" if len(seen) > 1 else str(min(seen))
