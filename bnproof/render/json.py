"""The parts of a report as JSON objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bnproof.checks.larger_spaces import OutsideVector
from bnproof.checks.points import nested
from bnproof.checks.search import Counterexample
from bnproof.language import print_term
from bnproof.render.snippet import numpy_snippet
from bnproof.render.text import polynomial_text
from bnproof.terms import Input

if TYPE_CHECKING:
    from bnproof.derivation.discovery import FoundChain, FoundStep
    from bnproof.derivation.reports import CheckedStep
    from bnproof.separation import Separation


def failure_dict(found: Counterexample | OutsideVector) -> dict[str, Any]:
    """A point at which a claim fails; numbers are exact strings, and indices count from 1.

    Either both sides have different values, or a matrix annihilates a vector outside of a span.
    """
    if isinstance(found, OutsideVector):
        return {**_point_dict(found), "vector": found.nested()}
    return {
        **_point_dict(found),
        "lhs": str(found.left),
        "rhs": str(found.right),
        "numpy": numpy_snippet(found),
    }


def chain_dicts(chain: FoundChain) -> list[dict[str, Any]]:
    """The terms of a chain from the first one on, each with the hints that show it."""
    first: dict[str, Any] = {
        "part": chain.part or None,
        "relation": None,
        "term": print_term(chain.first),
        "hints": [],
    }
    return [first, *(step_dict(step, chain.part) for step in chain.steps)]


def step_dict(step: FoundStep | CheckedStep, part: str) -> dict[str, Any]:
    """A term of a chain with its hints."""
    return {
        "part": part or None,
        "relation": step.relation,
        "term": print_term(step.term),
        "hints": [str(hint) for hint in step.hints],
    }


def separation_dict(separation: Separation) -> dict[str, Any]:
    """Where the sides of what is no identity differ, and where they do not."""
    return {
        "differ_at": [dict(sizes) for sizes in separation.sizes],
        "equal_at": [dict(sizes) for sizes in separation.equal],
        "open_at": [dict(sizes) for sizes in separation.open],
        "witnesses": [failure_dict(witness) for witness in separation.witnesses],
    }


def _point_dict(found: Counterexample | OutsideVector) -> dict[str, Any]:
    """Sizes, eps, inputs, parameters and indices."""
    arrays = {
        array: nested(found.setting.theory, found.point, array, str)
        for array in found.setting.arrays
    }
    inputs = {array.name: value for array, value in arrays.items() if isinstance(array, Input)}
    others = {array.name: value for array, value in arrays.items() if array.name not in inputs}
    polynomials = found.point.functions.items()
    functions = {name: polynomial_text(coefficients) for name, coefficients in polynomials}
    eps = {"eps": others.pop("eps")} if "eps" in others else {}
    return {
        **found.point.sizes,
        **eps,
        **inputs,
        "params": others,
        **({"functions": functions} if functions else {}),
        "indices": {index.name: value + 1 for index, value in found.indices.items()},
    }
