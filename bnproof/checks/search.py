"""Counterexamples, and the exact re-check of what was proved.

A claim that the kernel did not prove fails somewhere; the search looks at the smallest sizes first and,
where it finds a point that separates the sides, makes its numbers as simple as it can. Every comparison
is exact. Random numbers come from a fixed seed, so that an answer repeats.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import TypeAlias

from bnproof.checks.evaluator import Evaluator, Point, Position, Work, WorkExhausted
from bnproof.checks.numbers import Exact
from bnproof.checks.points import (
    Setting,
    admits,
    assignments,
    draw_point,
    in_domain,
    setting_of,
    sizes_upwards,
    twin,
)
from bnproof.terms import Equation, Hypothesis, Index, Input, Parameter, Theory

SEED = 2205_15146
SPREADS = (2, 2, 7, 40)
SIMPLEST = tuple(map(Fraction, (0, 1, -1, 2, -2, 3, -3, 4, -4)))
SEARCH_SIZES = 8
SEARCH_WORK = 3_000_000
SIMPLIFY_WORK = 300_000
RECHECK_SIZES = 4
RECHECK_ASSIGNMENTS = 3
RECHECK_SPREAD = 4
RECHECK_WORK = 150_000

Progress: TypeAlias = Callable[[str], None]
Admissible: TypeAlias = Callable[[Mapping[str, int]], bool]


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A point and an index assignment at which the sides of an equation have different values."""

    equation: Equation
    theory: Theory
    point: Point
    indices: Mapping[Index, int]
    left: Exact
    right: Exact


@dataclass(frozen=True, slots=True)
class Recheck:
    """How many exact points agreed with a proof, and the sizes at which they lie."""

    points: int
    sizes: tuple[Mapping[str, int], ...]


class SidesDiffer(Exception):
    """The exact evaluator separates the sides of a claim that the kernel proved: one of them is wrong."""

    def __init__(self, counterexample: Counterexample) -> None:
        super().__init__("the kernel proved a claim that the exact evaluator refutes")
        self.counterexample = counterexample


def find_counterexample(
    equation: Equation,
    theory: Theory,
    hypotheses: tuple[Hypothesis, ...],
    admissible: Admissible,
    progress: Progress,
) -> Counterexample | None:
    """The first separating point in order of n + D, its numbers simplified; None if none was found.

    `admissible` tells at which sizes the denominators of the claim are not zero.
    """
    setting = setting_of(equation, theory, hypotheses)
    random = Random(SEED)
    work = Work(SEARCH_WORK)
    try:
        for sizes in sizes_upwards(setting, SEARCH_SIZES):
            if not admissible(sizes):
                continue
            progress(f"looking for a counterexample at {sizes_text(sizes)}")
            for spread in SPREADS:
                for indices in assignments(setting, sizes):
                    point = draw_point(setting, sizes, random, spread, work)
                    found = point and separated(equation, setting, point, indices, work)
                    if found:
                        return _simplified(found, setting, Work(SIMPLIFY_WORK))
    except WorkExhausted:
        pass
    return None


def recheck(
    equation: Equation,
    theory: Theory,
    hypotheses: tuple[Hypothesis, ...],
    admissible: Admissible,
    progress: Progress,
) -> Recheck:
    """Evaluate a proved equation at the small sizes that its scope admits. Raises `SidesDiffer`."""
    setting = setting_of(equation, theory, hypotheses)
    random = Random(SEED)
    work = Work(RECHECK_WORK)
    count, seen = 0, []
    try:
        for sizes in small_sizes(setting):
            if not admissible(sizes):
                continue
            progress(f"evaluating exactly at {sizes_text(sizes)}")
            for indices in itertools.islice(assignments(setting, sizes), RECHECK_ASSIGNMENTS):
                point = draw_point(setting, sizes, random, RECHECK_SPREAD, work)
                if point is None:
                    break
                found = separated(equation, setting, point, indices, work)
                if found:
                    raise SidesDiffer(found)
                count += 1
                seen.append(sizes)
    except WorkExhausted:
        pass
    return Recheck(count, tuple(seen))


def smallest_sizes(
    equation: Equation,
    theory: Theory,
    hypotheses: tuple[Hypothesis, ...],
    admissible: Admissible,
) -> dict[str, int] | None:
    """The least value of each size at which some point meets the hypotheses; None if none was found."""
    setting = setting_of(equation, theory, hypotheses)
    random = Random(SEED)
    work = Work(RECHECK_WORK)
    least: dict[str, int] = {}
    try:
        for sizes in small_sizes(setting):
            if all(least.get(name, size + 1) <= size for name, size in sizes.items()):
                continue
            if not admissible(sizes) or not any(True for _ in assignments(setting, sizes)):
                continue
            if draw_point(setting, sizes, random, RECHECK_SPREAD, work):
                for name, size in sizes.items():
                    least[name] = min(size, least.get(name, size))
    except WorkExhausted:
        pass
    return least or None


def small_sizes(setting: Setting) -> Iterator[dict[str, int]]:
    """Four values of each size from its minimum on, or as many as there are free indices."""
    free = Counter(setting.theory.size_of(index.sort) for index in setting.free)
    return sizes_upwards(setting, max(RECHECK_SIZES, *free.values(), 1))


def separated(
    equation: Equation,
    setting: Setting,
    point: Point,
    indices: Mapping[Index, int],
    work: Work,
) -> Counterexample | None:
    """A counterexample if the sides of an equation differ at a point of the domain, else None."""
    evaluator = Evaluator(setting.theory, point, work)
    left, right = (evaluator.value(side, indices) for side in (equation.left, equation.right))
    if left == right:
        return None
    return Counterexample(equation, setting.theory, point, indices, left, right)


def sizes_text(sizes: Mapping[str, int]) -> str:
    """`n = 2, D = 1`"""
    return ", ".join(f"{name} = {size}" for name, size in sizes.items())


def _simplified(found: Counterexample, setting: Setting, work: Work) -> Counterexample:
    """The counterexample with its numbers replaced one by one by simpler ones while it stays one."""
    improved = True
    try:
        while improved:
            improved = False
            for array in reversed(setting.arrays):
                for position in found.point.arrays[array.name]:
                    simpler = _simpler_at(found, setting, array, position, work)
                    if simpler:
                        found, improved = simpler, True
    except WorkExhausted:
        pass
    return found


def _simpler_at(
    found: Counterexample,
    setting: Setting,
    array: Input | Parameter,
    position: Position,
    work: Work,
) -> Counterexample | None:
    """The counterexample with the simplest number at one position that keeps it one."""
    current = found.point.arrays[array.name][position]
    for value in SIMPLEST:
        if value == current:
            return None
        if not admits(setting, array.name, value):
            continue
        entries = {**found.point.arrays[array.name], position: value, twin(array, position): value}
        point = Point(found.point.sizes, {**found.point.arrays, array.name: entries})
        if in_domain(setting, point, work):
            simpler = separated(found.equation, setting, point, found.indices, work)
            if simpler:
                return simpler
    return None
