"""Points that meet the hypotheses of a claim: sizes, index assignments and rational entries."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from random import Random
from typing import NamedTuple, TypeAlias

from bnproof.checks.entries import SMALL_SPREAD, draw_entries, draw_permuted, permits
from bnproof.checks.evaluator import Evaluator, Point, Position, Work, positions
from bnproof.checks.numbers import WorkExhausted
from bnproof.terms import (
    Apply,
    AtLeast,
    Declaration,
    Diff,
    Entry,
    Equation,
    Fixed,
    Function,
    Hypothesis,
    Index,
    Inequality,
    Input,
    Mean,
    Parameter,
    Root,
    Sign,
    Sort,
    Term,
    Theory,
    Unequal,
    defining_terms,
    free_in_claim,
    number,
    sides,
    subterms,
    with_shared,
)

TRIES = 12
MANY_ENTRIES = 9
SIZES_COST = 100
MAX_FREE = 40
MAX_DEGREE = 10

Admissible: TypeAlias = Callable[[Mapping[str, int]], bool]


@dataclass(frozen=True, slots=True)
class Setting:
    """An equation or inequality with all that it speaks of.

    `relation` is what stands between its sides, `free` are its free indices and `reached` the
    declarations that its terms reach; `minimum`, `fixed`, `signs` and `unequal` are its hypotheses, and
    `admissible` tells at which sizes no denominator is zero. What is shared by hypothesis is defined in
    its theory. It is `stacked` if a root occurs in the radicand of another one.
    """

    equation: Equation
    theory: Theory
    free: tuple[Index, ...]
    reached: tuple[Declaration, ...]
    unequal: tuple[Unequal, ...]
    signs: Mapping[str, str]
    minimum: Mapping[str, int]
    admissible: Admissible
    fixed: Mapping[str, int] = field(default_factory=dict)
    relation: str = "="
    stacked: bool = False

    @property
    def arrays(self) -> tuple[Input | Parameter, ...]:
        """The arrays that a point has entries for."""
        return tuple(d for d in self.reached if isinstance(d, Input | Parameter))

    @property
    def functions(self) -> tuple[Function, ...]:
        """The functions that a point has polynomials for."""
        return tuple(d for d in self.reached if isinstance(d, Function))

    @property
    def degree(self) -> int:
        """A degree at which the polynomials tell the derivatives apart that its terms speak of."""
        terms = (*sides(self.equation), *defining_terms(self.reached))
        parts = [part for term in terms for part in subterms(term)]
        order = max((part.order for part in parts if isinstance(part, Apply)), default=0)
        return min(MAX_DEGREE, 2 + order + sum(isinstance(part, Diff) for part in parts))

    @property
    def open_sizes(self) -> tuple[str, ...]:
        """The sizes that no hypothesis fixes."""
        return tuple(name for name in self.minimum if name not in self.fixed)

    @property
    def averaged(self) -> frozenset[str]:
        """The sizes of what the definitions that it reaches average over."""
        parts = (part for term in defining_terms(self.reached) for part in subterms(term))
        means = (part for part in parts if isinstance(part, Mean))
        sorts = (index.sort for mean in means for index in mean.indices)
        return frozenset(map(self.theory.size_of, sorts))

    @property
    def roots(self) -> tuple[Root, ...]:
        """The roots whose radicands are positive at every point of the domain."""
        return tuple(d for d in self.reached if isinstance(d, Root))


def setting_of(
    claimed: Equation | Inequality,
    theory: Theory,
    hypotheses: Iterable[Hypothesis] = (),
    roots: Iterable[str] = (),
    admissible: Admissible = all,
    between: Iterable[Term] = (),
) -> Setting:
    """Gather the setting of an equation or inequality.

    `roots` are those that it divides by without naming them, `between` the terms of a chain from one side
    to the other.
    """
    hypotheses = tuple(hypotheses)
    theory = with_shared(theory, hypotheses)
    minimum = dict.fromkeys(theory.sizes(), 1)
    fixed: dict[str, int] = {}
    signs: dict[str, str] = {}
    unequal: list[Unequal] = []
    for hypothesis in hypotheses:
        match hypothesis:
            case AtLeast(size, least):
                minimum[size] = max(minimum[size], least)
            case Fixed(size, value):
                minimum[size] = fixed[size] = value
            case Sign(Entry(name), sign):
                signs[name] = "positive" if signs.get(name) == "positive" else sign
            case Unequal():
                unequal.append(hypothesis)
    names = reached_arrays([*sides(claimed), *map(Entry, roots), *between], theory)
    reached = tuple(d for d in theory.declarations if d.name in names)
    return Setting(
        Equation(claimed.left, claimed.right),
        theory,
        free_in_claim(claimed),
        reached,
        tuple(unequal),
        signs,
        minimum,
        admissible,
        fixed,
        claimed.relation if isinstance(claimed, Inequality) else "=",
        _are_stacked([d for d in reached if isinstance(d, Root)], theory),
    )


def _are_stacked(roots: Sequence[Root], theory: Theory) -> bool:
    """Whether one of some roots occurs in the radicand of another."""
    names = {root.name for root in roots}
    return not names.isdisjoint(reached_arrays([root.radicand for root in roots], theory))


def reached_arrays(terms: Iterable[Term], theory: Theory) -> set[str]:
    """The names of the arrays and functions that terms mention, through definitions and radicands."""
    reached: set[str] = set()
    waiting = list(terms)
    while waiting:
        for term in subterms(waiting.pop()):
            if isinstance(term, Apply):
                reached.add(term.function)
            if not isinstance(term, Entry) or term.name in reached:
                continue
            reached.add(term.name)
            declared = theory.find(term.name)
            waiting += defining_terms([declared] if declared else ())
    return reached


def sizes_upwards(setting: Setting, work: Work) -> Iterator[dict[str, int]]:
    """All admissible sizes without end, the smallest total first; the same ones if all are fixed."""
    open_ = setting.open_sizes
    for total in itertools.count() if open_ else itertools.repeat(0):
        for offsets in _splits(total, len(open_)):
            work.spend(SIZES_COST)
            sizes = _offset(setting, dict(zip(open_, offsets, strict=True)))
            if setting.admissible(sizes):
                yield sizes


def small_sizes(
    setting: Setting, count: int, work: Work, averaged: int | None = None
) -> Iterator[dict[str, int]]:
    """Admissible sizes up to `count` beyond the first ones, the smallest total first.

    There are more of a size if so many of its indices have to be apart, and `averaged` of the sizes of
    what is averaged over, if that is given.
    """
    first = next(sizes_upwards(setting, work))
    apart = {index for pair in setting.unequal for index in pair}
    needed = Counter(setting.theory.size_of(index.sort) for index in apart)
    ranges = []
    for name, least in setting.minimum.items():
        wanted = averaged if averaged and name in setting.averaged else count
        reach = first[name] - least + max(wanted, needed[name])
        ranges.append(range(1 if name in setting.fixed else reach))
    work.spend(SIZES_COST * prod(map(len, ranges)))
    for chosen in sorted(
        itertools.product(*ranges), key=lambda values: (sum(values), values[::-1])
    ):
        sizes = _offset(setting, dict(zip(setting.minimum, chosen, strict=True)))
        if setting.admissible(sizes):
            yield sizes


def _splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to write a total as a sum of naturals, the first as large as possible at first."""
    if parts <= 1:
        yield (total,) * parts
        return
    for last in range(total + 1):
        for others in _splits(total - last, parts - 1):
            yield (*others, last)


def _offset(setting: Setting, offsets: Mapping[str, int]) -> dict[str, int]:
    """The least sizes that the hypotheses demand, plus an offset each."""
    return {name: size + offsets.get(name, 0) for name, size in setting.minimum.items()}


def assignments(
    setting: Setting, sizes: Mapping[str, int], work: Work
) -> Iterator[dict[Index, int]]:
    """The assignments of the free indices up to a relabelling of samples and of features.

    The points of the domain stay the same as a set when samples are renumbered everywhere, so only which
    indices coincide matters: the first index of a sort is 0, each later one an earlier value or the next
    new one. All distinct comes first. Raises `WorkExhausted` for more indices than anybody means.
    """
    if len(setting.free) > MAX_FREE:
        raise WorkExhausted(f"the claim has more than {MAX_FREE} free indices")
    apart = {index for pair in setting.unequal for index in pair}
    order = sorted(setting.free, key=lambda index: index not in apart)

    def extend(done: dict[Index, int], waiting: list[Index]) -> Iterator[dict[Index, int]]:
        work.spend()
        if not waiting:
            yield {index: done[index] for index in setting.free}
            return
        index, *rest = waiting
        used = {done[other] for other in done if other.sort == index.sort}
        limit = min(len(used) + 1, sizes[setting.theory.size_of(index.sort)])
        for value in reversed(range(limit)):
            chosen = {**done, index: value}
            if all(
                chosen.get(left, -1) != chosen.get(right, -2) for left, right in setting.unequal
            ):
                yield from extend(chosen, rest)

    return extend({}, order)


def draw_point(
    setting: Setting, sizes: Mapping[str, int], random: Random, spread: int, work: Work
) -> Point | None:
    """A random point of the domain with integer entries up to `spread`, or None if none was hit."""
    for _ in range(TRIES):
        arrays = {
            array.name: _draw_array(setting, sizes, array, random, spread, work)
            for array in setting.arrays
        }
        functions = {
            function.name: tuple(
                Fraction(random.randint(-spread, spread)) for _ in range(setting.degree + 1)
            )
            for function in setting.functions
        }
        point = Point(sizes, arrays, functions)
        if in_domain(setting, point, work):
            return point
    return None


class Domain(NamedTuple):
    """What decides whether a point at given sizes lies in the domain: the roots and what they reach."""

    declarations: tuple[Declaration, ...]
    sorts: tuple[Sort, ...]
    signs: tuple[tuple[str, str], ...]
    sizes: tuple[tuple[str, int], ...]
    stacked: bool

    def setting(self) -> Setting:
        """A setting that has this domain at these sizes, and claims nothing."""
        sizes = dict(self.sizes)
        return Setting(
            equation=Equation(number(0), number(0)),
            theory=Theory(self.declarations, self.sorts),
            free=(),
            reached=self.declarations,
            unequal=(),
            signs=dict(self.signs),
            minimum=sizes,
            admissible=all,
            fixed=sizes,
            stacked=self.stacked,
        )


def domain_of(setting: Setting, sizes: Mapping[str, int]) -> Domain:
    """The domain of a setting at given sizes."""
    names = reached_arrays([Entry(root.name) for root in setting.roots], setting.theory)
    return Domain(
        tuple(d for d in setting.reached if d.name in names),
        setting.theory.sorts,
        tuple(sorted((name, sign) for name, sign in setting.signs.items() if name in names)),
        tuple(sorted(sizes.items())),
        setting.stacked,
    )


def in_domain(setting: Setting, point: Point, work: Work) -> bool:
    """Whether every root that the claim reaches has a positive radicand at the point."""
    return Evaluator(setting.theory, point, work).radicands_positive(setting.roots)


def admits(setting: Setting, array: Input | Parameter, value: Fraction) -> bool:
    """Whether an entry of an array may have this value under the hypotheses."""
    return permits(array, setting.signs.get(array.name), value)


def _draw_array(
    setting: Setting,
    sizes: Mapping[str, int],
    array: Input | Parameter,
    random: Random,
    spread: int,
    work: Work,
) -> dict[Position, Fraction]:
    """Random entries of an array; those of a large batch are simple where roots of them are nested."""
    grid = list(positions(setting.theory, sizes, array, work))
    simple = setting.stacked and spread > SMALL_SPREAD and len(grid) > MANY_ENTRIES
    if simple and isinstance(array, Input):
        return draw_permuted(array, grid, random, spread)
    return draw_entries(array, grid, setting.signs.get(array.name), random, spread)


def nested(
    theory: Theory,
    point: Point,
    array: Input | Parameter,
    show: Callable[[Fraction], object],
    at: Position = (),
) -> object:
    """The entries of an array as nested lists, each entry shown by `show`; a scalar is no list."""
    if len(at) == len(array.sorts):
        return show(point.arrays[array.name][at])
    size = point.sizes[theory.size_of(array.sorts[len(at)])]
    return [nested(theory, point, array, show, (*at, k)) for k in range(size)]
