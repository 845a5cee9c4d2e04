"""Reports as JSON objects."""

from __future__ import annotations

from typing import Any

from bnproof.checks.points import nested
from bnproof.checks.search import Counterexample
from bnproof.render.snippet import numpy_snippet
from bnproof.report import Report
from bnproof.terms import Input


def report_dict(report: Report) -> dict[str, Any]:
    """The object that `bnproof prove --json` prints for a claim; exact numbers are strings."""
    return {
        "claim": report.claim,
        "assume": list(report.assumed),
        "verdict": report.verdict,
        "scope": str(report.scope) if report.scope else None,
        "counterexample": _counterexample(report.counterexample),
        "difference": report.difference,
        "reason": report.reason,
        "checks": {
            "kernel": {"proved": report.theorem is not None, "seconds": report.kernel_seconds},
            "exact": {
                "points": sum(len(recheck.sizes) for recheck in report.rechecks),
                "agrees": not (report.theorem and report.counterexample),
            },
        },
        "seconds": report.seconds,
    }


def _counterexample(found: Counterexample | None) -> dict[str, Any] | None:
    """A counterexample; indices count from 1, as in the claim language."""
    if found is None:
        return None
    arrays = {
        array: nested(found.setting.theory, found.point, array, str)
        for array in found.setting.arrays
    }
    inputs = {array.name: value for array, value in arrays.items() if isinstance(array, Input)}
    others = {array.name: value for array, value in arrays.items() if array.name not in inputs}
    eps = {"eps": others.pop("eps")} if "eps" in others else {}
    return {
        **found.point.sizes,
        **eps,
        **inputs,
        "params": others,
        "indices": {index.name: value + 1 for index, value in found.indices.items()},
        "lhs": str(found.left),
        "rhs": str(found.right),
        "numpy": numpy_snippet(found),
    }
