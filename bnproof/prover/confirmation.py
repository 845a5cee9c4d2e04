"""Confirm verdicts by SymPy and in floating point, at points that Hypothesis draws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bnproof.checks.confirm import EXAMPLES, Confirmation, confirm_differs, confirm_equal
from bnproof.checks.points import Setting
from bnproof.checks.search import Counterexample, Progress
from bnproof.report import Report

_WITNESSES = 3


def confirmed(
    report: Report, progress: Progress, examples: int = EXAMPLES, seed: int | None = None
) -> Report:
    """The report of a verdict with what the other means say of it.

    What is proved is confirmed at small sizes and at `examples` drawn points, part by part; what is
    refuted at its counterexample, and what is no identity at the first points that separate its sides.
    """
    found: list[Confirmation] = []
    if report.verdict == "proved":
        found += confirmed_parts(report.settings, progress, examples, seed)
    for witness in _failures(report):
        found += confirm_differs(witness)
    return replace(report, confirmations=tuple(found))


def confirmed_parts(
    settings: Mapping[str, Setting], progress: Progress, examples: int, seed: int | None
) -> Iterator[Confirmation]:
    """What the other means say of some equations and inequalities, each by its name."""
    for part, setting in settings.items():
        for confirmation in confirm_equal(setting, examples, seed, progress):
            yield replace(confirmation, part=part if len(settings) > 1 else "")


def _failures(report: Report) -> Iterable[Counterexample]:
    """The points at which something is said to fail."""
    if report.counterexample:
        return (report.counterexample,)
    return report.separation.witnesses[:_WITNESSES] if report.separation else ()
