"""Confirmation of verdicts by means that share no code with the kernel or the exact evaluator.

SymPy differentiates and decides on explicit matrices; NumPy evaluates in double and single precision,
at points that Hypothesis draws. All three are imported only when something is to be confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bnproof.checks.evaluator import Point, Work
from bnproof.checks.numbers import WorkExhausted
from bnproof.checks.points import Setting, nested
from bnproof.checks.search import Counterexample, Progress, silent, sizes_text
from bnproof.language.printer import print_term
from bnproof.terms import Index, sides

if TYPE_CHECKING:
    from bnproof.checks.explicit import Examination
    from bnproof.checks.floating import Comparison, Measured

EXAMPLES = 20
PRECISIONS = ("float64", "float32")
_ROUNDING = 1e-12
_SHOWN_SIZES = 3
_EXACT_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What one of the means says of a verdict.

    Attributes:
        means: `explicit` (SymPy on explicit matrices), `float64` or `float32`.
        points: the number of points at which it bears the verdict out.
        sizes: the sizes at which it does, each once.
        how: what it says, in words for one line.
        disagreement: the claim, sizes, indices, point and values that contradict the verdict, if any do;
            then one of the means is wrong.
        part: the part of the claim that it speaks of, where there are several.
    """

    means: str
    points: int
    sizes: tuple[Mapping[str, int], ...]
    how: str
    disagreement: str | None = None
    part: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The confirmation as an object of `--json`."""
        return {
            "means": self.means,
            "part": self.part or None,
            "points": self.points,
            "sizes": [dict(sizes) for sizes in self.sizes],
            "how": self.how,
            "disagreement": self.disagreement,
        }


def confirm_equal(
    setting: Setting,
    examples: int = EXAMPLES,
    seed: int | None = None,
    progress: Progress = silent,
) -> tuple[Confirmation, ...]:
    """Confirm what is proved: by SymPy at small sizes, and in floating point at drawn points.

    Args:
        setting: what is proved, and on which domain.
        examples: how many points Hypothesis draws.
        seed: what they depend on; without one they are always the same.
        progress: called with a line of text before each piece of work.
    """
    from bnproof.checks.drawing import drawn_at, drawn_points
    from bnproof.checks.explicit import examine

    progress("writing the claim out with SymPy")
    examination = examine(setting, lambda sizes, count: drawn_at(setting, sizes, count, seed))
    confirmations = [_explicit_confirmation(setting, examination)]
    progress(f"drawing {examples} points with Hypothesis")
    points = drawn_points(setting, examples, seed)
    for precision in PRECISIONS:
        progress(f"evaluating in {precision}")
        confirmations.append(_float_confirmation(setting, points, precision))
    return tuple(confirmations)


def confirm_differs(found: Counterexample) -> tuple[Confirmation, ...]:
    """Confirm a counterexample: the claim fails there, exactly and as far as floating point sees it."""
    return (
        _explicit_counterexample(found),
        *(_float_counterexample(found, precision) for precision in PRECISIONS),
    )


def _explicit_confirmation(setting: Setting, examination: Examination) -> Confirmation:
    """What SymPy says of a proved equation."""
    seen = _distinct((*examination.symbolic, *examination.points))
    found = examination.separation
    if found:
        values = (_expression_text(found.left), _expression_text(found.right))
        text = _disagreement(setting, "SymPy", found.point, found.indices, values)
        how = f"SymPy: it fails at {sizes_text(found.point.sizes)}"
        return Confirmation("explicit", len(examination.points), seen, how, text)
    parts = []
    if examination.symbolic:
        parts.append(f"for all inputs at {_reach(examination.symbolic)}")
    if examination.points:
        parts.append(f"at {_count(examination.points)} of {_reach(examination.points)}")
    how = "SymPy: too large for it"
    if parts:
        how = f"SymPy: {_holds(setting)} {', and '.join(parts)}"
    return Confirmation("explicit", len(examination.points), seen, how)


def _float_confirmation(setting: Setting, points: Sequence[Point], precision: str) -> Confirmation:
    """What a precision says of a proved equation."""
    compared = list(_compared(setting, points, precision))
    agreeing = [point for point, comparison in compared if comparison.outcome == "agree"]
    unclear = [point for point, comparison in compared if comparison.outcome == "unclear"]
    differing = [pair for pair in compared if pair[1].outcome == "differ"]
    sizes = _distinct(point.sizes for point in agreeing)
    if differing:
        point, comparison = min(differing, key=lambda pair: _length(pair[0]))
        values = (_measured_text(comparison.left), _measured_text(comparison.right))
        text = _disagreement(setting, precision, point, comparison.indices, values)
        how = f"{precision}: it fails at {_count(differing)}"
        return Confirmation(precision, len(agreeing), sizes, how, text)
    how = f"{precision}: no point within its budget"
    if compared:
        how = f"{precision}: rounding hides the sides at all {_count(unclear)}"
    if agreeing:
        reach = f"{_count(agreeing)} of {_reach(sizes)}"
        how = f"{precision}: {_holds(setting)} up to rounding at {reach}"
        how += f"; at {len(unclear)} more, rounding hides them" if unclear else ""
    return Confirmation(precision, len(agreeing), sizes, how)


def _compared(
    setting: Setting, points: Sequence[Point], precision: str
) -> Iterable[tuple[Point, Comparison]]:
    """The points with what is found there, those of the same sizes at once, as far as the budget goes."""
    from bnproof.checks.floating import FLOAT_WORK, compare

    work = Work(FLOAT_WORK)
    for sizes in _distinct(point.sizes for point in points):
        group = [point for point in points if point.sizes == sizes]
        try:
            yield from zip(group, compare(setting, group, precision, work), strict=True)
        except WorkExhausted:
            return


def _explicit_counterexample(found: Counterexample) -> Confirmation:
    """What SymPy says of a counterexample."""
    from bnproof.checks import explicit

    sizes = (found.point.sizes,)
    work = Work(explicit.TOTAL_WORK)
    try:
        written = explicit.Written(found.setting, found.point.sizes, work)
        both = written.both_sides(found.indices)
        separation = both.separated_at(found.point, work)
    except (explicit.NotDefinedError, explicit.UndecidedError, WorkExhausted):
        return Confirmation("explicit", 0, (), "SymPy: the counterexample is too large for it")
    if separation:
        how = "SymPy: it fails at the counterexample, exactly"
        return Confirmation("explicit", 1, sizes, how)
    values = (str(found.left), str(found.right))
    text = _disagreement(found.setting, "exact evaluation", found.point, found.indices, values)
    how = "SymPy: it holds at the counterexample"
    return Confirmation("explicit", 0, sizes, how, f"{text}\nSymPy finds that it holds there")


def _float_counterexample(found: Counterexample, precision: str) -> Confirmation:
    """What a precision says of a counterexample.

    It contradicts it only where its error bound is below the distance of the exact values.
    """
    from bnproof.checks.floating import FLOAT_WORK, compare

    sizes = (found.point.sizes,)
    try:
        work = Work(FLOAT_WORK)
        [comparison] = compare(found.setting, [found.point], precision, work, found.indices)
    except WorkExhausted:
        how = f"{precision}: the counterexample is too large for it"
        return Confirmation(precision, 0, (), how)
    if comparison.outcome == "differ":
        how = f"{precision}: it fails at the counterexample, by more than rounding"
        return Confirmation(precision, 1, sizes, how)
    gap = abs(float(found.left - found.right))
    largest = abs(float(found.left)) + abs(float(found.right))
    if comparison.outcome == "unclear" or gap <= comparison.bound + _ROUNDING * largest:
        how = f"{precision}: rounding hides that it fails at the counterexample"
        return Confirmation(precision, 0, (), how)
    values = (str(found.left), str(found.right))
    text = _disagreement(found.setting, "exact evaluation", found.point, found.indices, values)
    there = f"{_measured_text(comparison.left)} and {_measured_text(comparison.right)}"
    how = f"{precision}: it holds at the counterexample"
    return Confirmation(precision, 0, sizes, how, f"{text}\nin {precision} they are {there}")


# Words


def _disagreement(
    setting: Setting,
    means: str,
    point: Point,
    indices: Mapping[Index, int],
    values: tuple[str, str],
) -> str:
    """All that is needed to look into a contradiction; indices count from 1."""
    left, right = sides(setting.equation)
    at = [sizes_text(point.sizes), *(f"{i.name} = {k + 1}" for i, k in indices.items())]
    lines = [
        f"{means} finds that this claim fails:",
        f"  {print_term(left)} {setting.relation} {print_term(right)}",
        f"at {', '.join(at)}",
    ]
    for array in setting.arrays:
        entries = str(nested(setting.theory, point, array, str)).replace("'", "")
        lines.append(f"  {array.name} = {entries}")
    return "\n".join([*lines, f"left  = {values[0]}", f"right = {values[1]}"])


def _holds(setting: Setting) -> str:
    return "both sides agree" if setting.relation == "=" else f"left {setting.relation} right"


def _measured_text(measured: Measured) -> str:
    return f"{measured.value!r} (off by at most {measured.error:.1e})"


def _expression_text(expression: Any) -> str:
    """A number of SymPy: exactly if that is short, and as a decimal."""
    exact, decimal = str(expression), str(expression.evalf(15))
    if expression.is_Integer:
        return exact
    return f"{exact} = {decimal}" if len(exact) <= _EXACT_LENGTH else decimal


def _count(points: Sequence[object]) -> str:
    return "1 point" if len(points) == 1 else f"{len(points)} points"


def _distinct(sizes: Iterable[Mapping[str, int]]) -> tuple[Mapping[str, int], ...]:
    """Each of them once, the smallest total first."""
    found = {tuple(s.items()): s for s in sizes}
    return tuple(sorted(found.values(), key=lambda s: (sum(s.values()), *reversed([*s.values()]))))


def _reach(sizes: Sequence[Mapping[str, int]]) -> str:
    """`n = 2, D = 1 and n = 3, D = 1` for a few sizes, `12 sizes, n = 1..4, D = 1..3` for many."""
    distinct = _distinct(sizes)
    if len(distinct) <= _SHOWN_SIZES:
        return " and ".join(map(sizes_text, distinct))
    spans = []
    for name in distinct[0]:
        values = sorted({s[name] for s in distinct})
        spans.append(f"{name} = {values[0]}" + (f"..{values[-1]}" if len(values) > 1 else ""))
    return f"{len(distinct)} sizes, {', '.join(spans)}"


def _length(point: Point) -> tuple[int, int]:
    """How long a point is to write down: its sizes, then its numbers."""
    numbers = (str(value) for entries in point.arrays.values() for value in entries.values())
    return sum(point.sizes.values()), sum(map(len, numbers))
