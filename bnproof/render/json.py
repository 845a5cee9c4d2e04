"""The parts of a report as JSON objects."""

from __future__ import annotations

from typing import Any

from bnproof.checks.points import nested
from bnproof.checks.search import Counterexample
from bnproof.render.snippet import numpy_snippet
from bnproof.terms import Input


def counterexample_dict(found: Counterexample) -> dict[str, Any]:
    """A counterexample; numbers are exact strings, and indices count from 1."""
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
