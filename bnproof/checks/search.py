"""Counterexamples, and the exact re-check of what was proved.

A claim that the kernel did not prove fails somewhere; the search looks at the smallest sizes first and,
where it finds a point that separates the sides, makes its numbers as simple as it can. Every comparison
is exact. Random numbers come from a fixed seed, so that an answer repeats.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import TypeAlias

from bnproof.checks.entries import SMALL_SPREAD, twin
from bnproof.checks.evaluator import Evaluator, Point, Position, Work
from bnproof.checks.numbers import Exact, WorkExhausted
from bnproof.checks.points import (
    Domain,
    Setting,
    admits,
    assignments,
    domain_of,
    draw_point,
    in_domain,
    sizes_upwards,
    small_sizes,
)
from bnproof.terms import Equation, Index, Input, Parameter, Term, sides

SEED = 2205_15146
SPREADS = (SMALL_SPREAD, SMALL_SPREAD, 7, 40)
SIMPLEST = tuple(map(Fraction, (0, 1, -1, 2, -2, 3, -3, 4, -4)))
THOROUGH = 64
FEW_SIZES = 3
FEW_SPREAD = 7
SEARCH_WORK = 1_000_000
WORK_AT_SIZES = 100_000
SIMPLIFY_WORK = 200_000
RECHECK_SIZES = 4
RECHECK_GRID = 20
RECHECK_ASSIGNMENTS = 3
RECHECK_SPREAD = 4
RECHECK_POINTS = 8
RECHECK_WORK = 150_000
KNOWN_DOMAINS = 4_096

Progress: TypeAlias = Callable[[str], None]
# The terms of a chain, and the relations between them.
Walk: TypeAlias = tuple[Sequence[Term], Sequence[str]]


def silent(message: str) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A point and an index assignment at which an equation or inequality fails."""

    setting: Setting
    point: Point
    indices: Mapping[Index, int]
    left: Exact
    right: Exact


@dataclass(frozen=True, slots=True)
class Recheck:
    """The sizes of the exact points that agreed with a proof of some part, one for each point."""

    sizes: tuple[Mapping[str, int], ...]
    relation: str = "="
    part: str = ""


class SidesDiffer(Exception):
    """The exact evaluator separates the sides of a claim that the kernel proved: one of them is wrong."""

    def __init__(self, counterexample: Counterexample) -> None:
        super().__init__("the kernel proved a claim that the exact evaluator refutes")
        self.counterexample = counterexample


def find_counterexample(setting: Setting, progress: Progress) -> Counterexample | None:
    """The first separating point in order of n + D, its numbers simplified; None if none was found."""
    random = Random(SEED)
    work = Work(SEARCH_WORK)
    try:
        for count, sizes in enumerate(sizes_upwards(setting, work)):
            progress(f"looking for a counterexample at {sizes_text(sizes)}")
            spreads = SPREADS if count < THOROUGH else SPREADS[-1:]
            found = _find_at(setting, sizes, spreads, random, work)
            if found:
                return simplified(found)
    except WorkExhausted:
        pass
    return None


def find_at(setting: Setting, sizes: Mapping[str, int]) -> Counterexample | None:
    """A separating point at given sizes; None if none was found."""
    try:
        return _find_at(setting, sizes, SPREADS, Random(SEED), Work(WORK_AT_SIZES))
    except WorkExhausted:
        return None


def fails_somewhere(setting: Setting) -> bool:
    """Whether a claim fails at one of a few points at small sizes."""
    work = Work(WORK_AT_SIZES)
    random = Random(SEED)
    try:
        return any(
            _find_at(setting, sizes, (FEW_SPREAD,), random, work)
            for sizes in small_sizes(setting, FEW_SIZES, work)
        )
    except WorkExhausted:
        return False


def _find_at(
    setting: Setting,
    sizes: Mapping[str, int],
    spreads: Iterable[int],
    random: Random,
    work: Work,
) -> Counterexample | None:
    for point, indices in drawn(setting, sizes, spreads, random, work):
        found = separated(setting, point, indices, work)
        if found:
            return found
    return None


def drawn(
    setting: Setting,
    sizes: Mapping[str, int],
    spreads: Iterable[int],
    random: Random,
    work: Work,
) -> Iterator[tuple[Point, Mapping[Index, int]]]:
    """Points of the domain at given sizes, one for each spread and each assignment of the indices."""
    for spread in spreads:
        for indices in assignments(setting, sizes, work):
            point = draw_point(setting, sizes, random, spread, work)
            if point:
                yield point, indices


def recheck(
    setting: Setting,
    progress: Progress,
    chain: Walk | None = None,
    reach: int = RECHECK_SIZES,
) -> Recheck:
    """Evaluate what was proved at the small sizes that its scope admits, `reach` of each size.

    Where there are many sizes, there are fewer of each. A chain from one side to the other costs more,
    so at each size the free indices then take one of the few assignments in turn, not all of these.
    Raises `SidesDiffer`.
    """
    random = Random(SEED)
    terms, relations = chain or (sides(setting.equation), (setting.relation,))
    work = Work(RECHECK_WORK * len(relations))
    seen = []
    while reach > 1 and reach ** len(setting.open_sizes) > RECHECK_GRID:
        reach -= 1
    try:
        for turn, sizes in enumerate(_several(small_sizes(setting, reach, work))):
            progress(f"evaluating exactly at {sizes_text(sizes)}")
            few = list(itertools.islice(assignments(setting, sizes, work), RECHECK_ASSIGNMENTS))
            for indices in [few[turn % len(few)]] if chain and few else few:
                point = draw_point(setting, sizes, random, RECHECK_SPREAD, work)
                if point is None:
                    break
                found = _violated(setting, (terms, relations), point, indices, work)
                if found:
                    raise SidesDiffer(found)
                seen.append(sizes)
    except WorkExhausted:
        pass
    return Recheck(tuple(seen), setting.relation)


def _several(sizes: Iterable[dict[str, int]]) -> Iterator[dict[str, int]]:
    """Sizes, those of few again and again, so that the points at them are some."""
    found = list(sizes)
    for _ in range(-(-RECHECK_POINTS // max(len(found), 1))):
        yield from found


def _violated(
    setting: Setting, chain: Walk, point: Point, indices: Mapping[Index, int], work: Work
) -> Counterexample | None:
    """The first two neighbours in a chain that are not related as they should be at a point."""
    terms, relations = chain
    evaluator = Evaluator(setting.theory, point, work)
    values = [evaluator.value(term, indices) for term in terms]
    for k, (left, right) in enumerate(itertools.pairwise(values)):
        if not _holds(evaluator.sign(left - right), relations[k]):
            step = replace(
                setting, equation=Equation(terms[k], terms[k + 1]), relation=relations[k]
            )
            return Counterexample(step, point, indices, left, right)
    return None


def _holds(sign: int, relation: str) -> bool:
    """Whether a relation `=`, `>=` or `<=` holds, by the sign of left - right."""
    return sign == 0 or (sign > 0 and relation == ">=") or (sign < 0 and relation == "<=")


def smallest_sizes(setting: Setting) -> dict[str, int]:
    """The least value of each size, apart from the others, at which some point was found, if any.

    Where the sizes are too large to try, they are those that the hypotheses demand.
    """
    work = Work(RECHECK_WORK)
    least: dict[str, int] = {}
    try:
        for sizes in small_sizes(setting, RECHECK_SIZES, work):
            smaller = [name for name, size in sizes.items() if size < least.get(name, size + 1)]
            if smaller and _has_point(setting, sizes, work):
                least.update({name: sizes[name] for name in smaller})
            if least == setting.minimum:
                break
    except WorkExhausted:
        return least or dict(setting.minimum)
    return least


def inhabited(setting: Setting, sizes: Mapping[str, int]) -> bool:
    """Whether some point of the domain was found at given sizes."""
    try:
        return _has_point(setting, sizes, Work(WORK_AT_SIZES))
    except WorkExhausted:
        return False


def _has_point(setting: Setting, sizes: Mapping[str, int], work: Work) -> bool:
    """Whether the indices can be assigned at given sizes, and a point of the domain is found."""
    if not any(True for _ in assignments(setting, sizes, work)):
        return False
    if not setting.roots:
        return True
    found, cost = _search_of(domain_of(setting, sizes))
    work.spend(cost)
    return found


@lru_cache(maxsize=KNOWN_DOMAINS)
def _search_of(domain: Domain) -> tuple[bool, int]:
    """Whether a point of a domain is found, and the work that it takes. Raises `WorkExhausted`."""
    random, work = Random(SEED), Work(WORK_AT_SIZES)
    setting = domain.setting()
    found = any(draw_point(setting, setting.fixed, random, k, work) for k in SPREADS)
    return found, WORK_AT_SIZES - work.left


def separated(
    setting: Setting, point: Point, indices: Mapping[Index, int], work: Work
) -> Counterexample | None:
    """A counterexample if the claim fails at a point of the domain, else None."""
    chain = (sides(setting.equation), (setting.relation,))
    return _violated(setting, chain, point, indices, work)


def sizes_text(sizes: Mapping[str, int]) -> str:
    """`n = 2, D = 1`"""
    return ", ".join(f"{name} = {size}" for name, size in sizes.items())


def simplified(found: Counterexample) -> Counterexample:
    """The counterexample with its numbers replaced one by one by simpler ones while it stays one."""
    work = Work(SIMPLIFY_WORK)
    improved = True
    try:
        while improved:
            improved = False
            for array in reversed(found.setting.arrays):
                for position in found.point.arrays[array.name]:
                    simpler = _simpler_at(found, array, position, work)
                    if simpler:
                        found, improved = simpler, True
            for name in found.point.functions:
                simpler = _simpler_function(found, name, work)
                if simpler:
                    found, improved = simpler, True
    except WorkExhausted:
        pass
    return found


def _simpler_at(
    found: Counterexample, array: Input | Parameter, position: Position, work: Work
) -> Counterexample | None:
    """The counterexample with the simplest number at one position that keeps it one."""
    setting, arrays = found.setting, found.point.arrays
    for value in SIMPLEST:
        if value == arrays[array.name][position]:
            return None
        if not admits(setting, array, value):
            continue
        entries = {**arrays[array.name], position: value, twin(array, position): value}
        point = replace(found.point, arrays={**arrays, array.name: entries})
        if in_domain(setting, point, work):
            simpler = separated(setting, point, found.indices, work)
            if simpler:
                return simpler
    return None


def _simpler_function(found: Counterexample, name: str, work: Work) -> Counterexample | None:
    """The counterexample with a power in place of a function, the lowest that keeps it one."""
    degree = len(found.point.functions[name]) - 1
    for exponent in range(degree + 1):
        power = tuple(Fraction(k == exponent) for k in range(degree + 1))
        if power == found.point.functions[name]:
            return None
        point = replace(found.point, functions={**found.point.functions, name: power})
        simpler = separated(found.setting, point, found.indices, work)
        if simpler:
            return simpler
    return None
