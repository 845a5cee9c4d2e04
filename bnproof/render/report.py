"""The report of a verdict on one claim as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from bnproof.checks.search import Counterexample, sizes_text
from bnproof.render.snippet import numpy_snippet
from bnproof.render.text import (
    broken,
    confirmation_line,
    counterexample_lines,
    indented,
    outside_lines,
    preamble_lines,
    recheck_line,
    scope_lines,
    span,
)
from bnproof.terms import Different, NotBlocked

if TYPE_CHECKING:
    from bnproof.report import Report
    from bnproof.separation import Separation


def report_lines(report: Report) -> Iterator[str]:
    """What was found out about a claim, below its verdict."""
    if report.statement:
        yield from preamble_lines(report.statement)
    if report.scope:
        yield from scope_lines(report.scope, scope_lead(report))
    yield from refutation_lines(report)
    if report.theorem:
        parts = [recheck.part for recheck in report.rechecks if recheck.part]
        behind = f", for each part: {', '.join(parts)}" if parts else ""
        if report.shown_by:
            yield from shown_by_lines(report)
        yield f"kernel: the normal form of left - right is 0{behind}"
    yield from map(recheck_line, report.rechecks)
    yield from map(confirmation_line, report.confirmations)
    if report.disagreement:
        yield from ["two means disagree, so bnproof is wrong:", *report.disagreement.split("\n")]
    if report.note:
        yield f"note: {report.note}"
    if report.counterexample:
        yield from ["in NumPy:", ""]
        yield from indented(numpy_snippet(report.counterexample).split("\n"))


def refutation_lines(report: Report) -> Iterator[str]:
    """Where a claim fails, or why nothing was decided."""
    if report.counterexample:
        if report.part:
            yield f"{report.part}:"
        yield from counterexample_lines(report.counterexample)
        if report.difference:
            yield f"at all sizes, left - right = {report.difference}"
    if report.outside:
        yield from outside_lines(report.outside)
    if report.separation:
        yield from separation_lines(report.separation)
    if report.reason:
        yield f"because {report.reason}"
    if report.holds_if:
        yield f"it holds if {' and '.join(report.holds_if)}"


def scope_lead(report: Report) -> str:
    """What stands in front of the scope."""
    claim = report.statement.claim if report.statement else None
    if isinstance(claim, Different | NotBlocked):
        return "no identity on" if report.proved else "claimed to be no identity on"
    return "for every" if report.proved else "claimed for every"


def shown_by_lines(report: Report) -> Iterator[str]:
    """The terms that a reader can check an inequality or a null space by."""
    for line in report.shown_by:
        yield from broken(line)


def separation_lines(separation: Separation) -> Iterator[str]:
    """Where the sides differ and where they do not, and one point at which they do."""
    yield from sizes_lines(separation)
    for witness in separation.witnesses[:1]:
        yield from _example(witness)


def sizes_lines(separation: Separation) -> Iterator[str]:
    """The sizes at which the sides differ, and those at which they do not."""
    if separation.witnesses:
        yield f"the sides differ at {sizes_list(separation.sizes)}"
    if separation.equal:
        yield f"they are equal at {sizes_list(separation.equal)}, as the kernel proves"
    if separation.open:
        yield f"no difference was found at {sizes_list(separation.open)}"


def _example(witness: Counterexample) -> Iterator[str]:
    first, *others = counterexample_lines(witness)
    yield first.replace("it fails at", "they differ, for example, at")
    yield from others


def sizes_list(sizes: Sequence[Mapping[str, int]]) -> str:
    """Some sizes in few words: `n = 3..6, D = 1..4` where they are all combinations."""
    names = list(dict.fromkeys(name for known in sizes for name in known))
    if any(set(known) != set(names) for known in sizes):
        return "; ".join(map(sizes_text, sizes))
    values = {name: sorted({known[name] for known in sizes}) for name in names}
    if _is_grid(sizes, values):
        return ", ".join(f"{name} = {span(found)}" for name, found in values.items())
    first, *_ = names
    groups: dict[str, list[int]] = {}
    for value in values[first]:
        rest = [{k: v for k, v in s.items() if k != first} for s in sizes if s[first] == value]
        groups.setdefault(sizes_list(rest), []).append(value)
    return "; ".join(f"{first} = {span(found)}, {rest}" for rest, found in groups.items())


def _is_grid(sizes: Sequence[Mapping[str, int]], values: Mapping[str, Sequence[int]]) -> bool:
    count = 1
    for found in values.values():
        count *= len(found)
    return count == len(sizes)
