"""The parts of a report as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bnproof.checks.points import nested
from bnproof.checks.search import Counterexample, Recheck, sizes_text
from bnproof.language import print_term
from bnproof.scope import Scope

_HINT_COLUMN = 62


def indented(lines: Iterable[str]) -> list[str]:
    """The lines, each moved to the right."""
    return [f"  {line}".rstrip() for line in lines]


def scope_lines(scope: Scope, lead: str) -> list[str]:
    """What a verdict speaks of, behind a word such as `for`."""
    lines = [f"{lead} every {', '.join(scope.sizes + scope.hypotheses)}"]
    if scope.domain:
        lines[0] += f", where {', '.join(scope.domain)}"
    if scope.declared:
        lines.append(f"declared by use: {', '.join(scope.declared)}")
    return lines


def counterexample_lines(found: Counterexample) -> list[str]:
    """The point, the indices and both sides, exactly."""
    at = [sizes_text(found.point.sizes)]
    at += [f"{index.name} = {value + 1}" for index, value in found.indices.items()]
    lines = [f"it fails at {', '.join(at)}" + (", and" if found.setting.arrays else "")]
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


def recheck_line(recheck: Recheck) -> str:
    """How far exact evaluation confirms a proof."""
    if not recheck.sizes:
        return "exact evaluation: no point within its budget"
    names = recheck.sizes[0]
    reach = (f"{name} = {_span(sizes[name] for sizes in recheck.sizes)}" for name in names)
    points = "1 point" if len(recheck.sizes) == 1 else f"{len(recheck.sizes)} points"
    return f"exact evaluation: both sides agree at {points}, {', '.join(reach)}"


def _span(values: Iterable[int]) -> str:
    """`1..4` for values without a gap, else all of them."""
    seen = sorted(set(values))
    if len(seen) > 1 and seen[-1] - seen[0] == len(seen) - 1:
        return f"{seen[0]}..{seen[-1]}"
    return " or ".join(map(str, seen))


def aligned_steps(steps: Sequence[tuple[str, str]]) -> list[str]:
    """Steps `= term` with their hints in a column; behind a long term they get a line of their own."""
    column = min(max(len(term) for term, _ in steps) + 2, _HINT_COLUMN)
    lines = []
    for term, by in steps:
        if by and len(term) + 2 > column:
            lines += [term, f"{'':{column}}{by}"]
        else:
            lines.append(f"{term:{column}}{by}".rstrip())
    return lines
