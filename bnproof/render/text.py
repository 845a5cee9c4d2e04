"""The parts of a report as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from bnproof.checks.confirm import Confirmation
from bnproof.checks.larger_spaces import OutsideVector
from bnproof.checks.points import nested
from bnproof.checks.search import Counterexample, Recheck, sizes_text
from bnproof.language import Statement, print_term
from bnproof.scope import Scope

_HINT_COLUMN = 62
_LINE = 88
NARROW = 80
_WIDTH = 96
_INDENT = 4
_GLUED = "\0=\0"
_SIGNS = "+-=\N{MINUS SIGN}"


def indented(lines: Iterable[str]) -> list[str]:
    """The lines, each moved to the right."""
    return [f"  {line}".rstrip() for line in lines]


def scope_lines(scope: Scope, lead: str) -> list[str]:
    """What a verdict speaks of, behind words such as `for every`."""
    lines = [scope_text(scope, lead)]
    if scope.domain:
        lines[0] += f", where {', '.join(scope.domain)}"
    if scope.declared:
        lines.append(f"declared by use: {', '.join(scope.declared)}")
    return lines


def preamble_lines(statement: Statement) -> Iterator[str]:
    """What was declared in front of a claim, so that a reader knows what its names mean."""
    for declared in statement.preamble:
        yield from broken(f"declared: {declared.text}")


def scope_text(scope: Scope, lead: str) -> str:
    """The sizes and hypotheses of a scope; sizes that are fixed come in front of `every`."""
    fixed = [size for size in scope.sizes if ">=" not in size and "!=" not in size]
    rest = [size for size in scope.sizes if size not in fixed] + list(scope.hypotheses)
    if fixed:
        lead = f"{lead.removesuffix(' every')} {', '.join(fixed)}"
        lead += " and every" if rest else ""
    return f"{lead} {', '.join(rest)}".rstrip()


def counterexample_lines(found: Counterexample) -> list[str]:
    """The point, the indices and both sides, exactly."""
    equation = found.setting.equation
    return [
        *_point_lines(found, "it fails at"),
        f"left  = {_evaluated(print_term(equation.left), str(found.left))}",
        f"right = {_evaluated(print_term(equation.right), str(found.right))}",
    ]


def outside_lines(found: OutsideVector) -> list[str]:
    """A point at which a null space is larger than a span, and a vector that shows it."""
    vector = str(found.nested()).replace("'", "")
    return [
        *_point_lines(found, "it fails at"),
        f"there the matrix annihilates {vector}, which is not in the span",
    ]


def _point_lines(found: Counterexample | OutsideVector, lead: str) -> list[str]:
    """The sizes, the indices and all entries of a point."""
    at = [sizes_text(found.point.sizes)]
    at += [f"{index.name} = {value + 1}" for index, value in found.indices.items()]
    more = found.setting.arrays or found.point.functions
    lines = [f"{lead} {', '.join(at)}" + (", and" if more else "")]
    for array in found.setting.arrays:
        entries = str(nested(found.setting.theory, found.point, array, str)).replace("'", "")
        lines.append(f"  {array.name} = {entries}")
    for name, coefficients in found.point.functions.items():
        lines.append(f"  {name}(u) = {polynomial_text(coefficients)}")
    return lines


def polynomial_text(coefficients: Sequence[Fraction], variable: str = "u") -> str:
    """A polynomial, the highest power first: `1/2*u^2 - u`."""
    terms = []
    for exponent, coefficient in reversed(list(enumerate(coefficients))):
        power = {0: "", 1: variable}.get(exponent, f"{variable}^{exponent}")
        size = "" if power and abs(coefficient) == 1 else str(abs(coefficient))
        if coefficient:
            terms.append((coefficient < 0, "*".join(filter(None, (size, power)))))
    if not terms:
        return "0"
    text = "".join(f" {'-' if negative else '+'} {term}" for negative, term in terms)
    return f"-{text[3:]}" if text[1] == "-" else text[3:]


def _evaluated(term: str, value: str) -> str:
    """A side and its value, unless it is its value."""
    return term if term == value else f"{term} = {value}"


def recheck_line(recheck: Recheck) -> str:
    """How far exact evaluation confirms a proof."""
    behind = f" of {recheck.part}" if recheck.part else ""
    if not recheck.sizes:
        return f"exact evaluation{behind}: no point within its budget"
    names = recheck.sizes[0]
    reach = (f"{name} = {span(sizes[name] for sizes in recheck.sizes)}" for name in names)
    points = "1 point" if len(recheck.sizes) == 1 else f"{len(recheck.sizes)} points"
    what = "both sides agree" if recheck.relation == "=" else f"left {recheck.relation} right"
    return f"exact evaluation{behind}: {what} at {points}, {', '.join(reach)}"


def confirmation_line(confirmation: Confirmation) -> str:
    """What another means says of a verdict."""
    means, _, what = confirmation.how.partition(": ")
    return f"{means}{f' of {confirmation.part}' if confirmation.part else ''}: {what}"


def span(values: Iterable[int]) -> str:
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
        *most, last = broken(term)
        lines += most
        if by and (most or len(last) + 2 > column or column + len(by) > _WIDTH):
            indent = " " * (_INDENT if column + len(by) > _WIDTH else column)
            lines.append(last)
            lines += textwrap.wrap(by, _WIDTH, initial_indent=indent, subsequent_indent=indent)
        else:
            lines.append(f"{last:{column}}{by}".rstrip())
    return lines


def broken(text: str, width: int = _LINE) -> list[str]:
    """A formula on several lines if it is long, each but the first indented.

    A line ends in front of a sign outside of all brackets, else in front of one inside as few as can be.
    """
    lines = [text]
    while len(lines[-1]) > width:
        line = lines.pop()
        places = [(depth, -k) for k, depth in _signs(line) if _INDENT < k <= width]
        if not places:
            return [*lines, line]
        place = -min(places)[1]
        lines += [line[:place].rstrip(), " " * _INDENT + line[place:]]
    return lines


def _signs(text: str) -> Iterator[tuple[int, int]]:
    """Where the signs between terms stand in a formula, and inside how many brackets."""
    depth = 0
    for k, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if text[k - 1 : k + 2].strip(" ") == character and character in _SIGNS and k:
            yield k, depth


def wrapped(text: str, width: int = NARROW, hanging: int = 4) -> list[str]:
    """Words on lines of a width; an equation is broken behind its sign only if it must be."""
    lines = textwrap.wrap(
        text.replace(" = ", _GLUED),
        width,
        subsequent_indent=" " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_GLUED, " = ") for line in lines]
