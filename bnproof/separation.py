"""Claims that something is no identity: where its sides differ, and where they cannot."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bnproof.checks.evaluator import Work
from bnproof.checks.numbers import WorkExhausted
from bnproof.checks.points import Setting, small_sizes
from bnproof.checks.search import (
    Counterexample,
    Progress,
    find_at,
    find_counterexample,
    inhabited,
    simplified,
    sizes_text,
)
from bnproof.kernel import BudgetExhausted, Theorem, decide
from bnproof.terms import (
    LARGEST_FIXED,
    Equation,
    Fixed,
    Hypothesis,
    TermError,
    Theory,
    about,
)

GRID = 3
AVERAGED = 6
FEWER = 4
# Of more open sizes than these, fewer values are tried: so many of each, and of what is averaged over.
MANY_SIZES = 2
COARSE = (2, 3)
FEW = 3
GRID_WORK = 50_000
FIXED_STEPS = 200_000


@dataclass(frozen=True, slots=True)
class Separation:
    """Exact points at which the sides of an equation differ, one for each of some sizes.

    `equal` are sizes at which the kernel has proved that they do not, `open` those about which nothing
    was found out; both may leave sizes out, and then speak of all their values.
    """

    witnesses: tuple[Counterexample, ...]
    equal: tuple[Mapping[str, int], ...]
    open: tuple[Mapping[str, int], ...]

    @property
    def sizes(self) -> list[Mapping[str, int]]:
        """The sizes at which the sides differ at some point."""
        return [witness.point.sizes for witness in self.witnesses]


def separate(
    settings: Sequence[Setting],
    theory: Theory,
    hypotheses: Sequence[Hypothesis],
    named: Mapping[str, int],
    progress: Progress,
) -> Separation:
    """Separate the sides of one of some equations, at the sizes that are named, else at small ones."""
    witnesses: list[Counterexample] = []
    equal: list[Mapping[str, int]] = []
    open_: list[Mapping[str, int]] = []
    tried: dict[tuple[tuple[str, int], ...], bool] = {}
    equations = [setting.equation for setting in settings]

    def is_equal(sizes: Mapping[str, int]) -> bool:
        key = tuple(sizes.items())
        if key not in tried:
            tried[key] = _is_equal(equations, theory, hypotheses, sizes)
        return tried[key]

    if named:
        return _separated_at(settings, named, is_equal, progress)
    for sizes in _grid(settings[0]):
        if any(known.items() <= sizes.items() for known in equal):
            continue
        progress(f"separating the sides at {sizes_text(sizes)}")
        found = next(filter(None, (find_at(setting, sizes) for setting in settings)), None)
        if found:
            witnesses.append(found if witnesses else simplified(found))
        elif inhabited(settings[0], sizes):
            known = next(filter(is_equal, _parts(sizes)), None)
            (open_ if known is None else equal).append(known or sizes)
    if not witnesses:
        further = filter(None, (find_counterexample(setting, progress) for setting in settings))
        witnesses += itertools.islice(further, 1)
    return Separation(tuple(witnesses), tuple(equal), tuple(open_))


def _separated_at(
    settings: Sequence[Setting],
    named: Mapping[str, int],
    is_equal: Callable[[Mapping[str, int]], bool],
    progress: Progress,
) -> Separation:
    """A point at the sizes that are named, whatever the others are; else whether there can be none."""
    if is_equal(named):
        return Separation((), (dict(named),), ())
    for setting in settings:
        fixed = {**setting.fixed, **named}
        there = replace(setting, fixed=fixed, minimum={**setting.minimum, **named})
        found = find_counterexample(there, progress)
        if found:
            return Separation((found,), (), ())
    return Separation((), (), (dict(named),))


def differ_at(
    setting: Setting,
    theory: Theory,
    hypotheses: Sequence[Hypothesis],
    named: Mapping[str, int],
) -> bool:
    """Whether the sides of an equation differ at the sizes that are named, else at some small ones.

    This is quick, and misses what only a long search would find.
    """
    if named and _is_equal([setting.equation], theory, hypotheses, named):
        return False
    fixed = {**setting.fixed, **named}
    there = replace(setting, fixed=fixed, minimum={**setting.minimum, **named})
    few = itertools.islice(_grid(there), FEW)
    return any(find_at(there, sizes) is not None for sizes in few)


def _parts(sizes: Mapping[str, int]) -> Iterator[Mapping[str, int]]:
    """Some of the sizes, the others left open: one, two, ... and at last all of them."""
    for count in range(1, len(sizes) + 1):
        yield from map(dict, itertools.combinations(sizes.items(), count))


def _grid(setting: Setting) -> Iterator[Mapping[str, int]]:
    """Small sizes of the domain, more of those that are averaged over, fewer if there are many sizes."""
    work = Work(GRID_WORK)
    least = min((setting.minimum[name] for name in setting.averaged), default=1)
    reach, averaged = GRID, AVERAGED if least == 1 else FEWER
    if len(setting.open_sizes) > MANY_SIZES:
        reach, averaged = COARSE
    try:
        yield from small_sizes(setting, reach, work, averaged)
    except WorkExhausted:
        return


def _is_equal(
    equations: Iterable[Equation],
    theory: Theory,
    hypotheses: Sequence[Hypothesis],
    sizes: Mapping[str, int],
) -> bool:
    """Whether the kernel proves all equations at sizes that are fixed."""
    if max(sizes.values()) > LARGEST_FIXED:
        return False
    whole = (*hypotheses, *(Fixed(name, size) for name, size in sizes.items()))
    try:
        return all(
            isinstance(decide(e, theory, about(e, whole), FIXED_STEPS), Theorem) for e in equations
        )
    except (BudgetExhausted, TermError):
        return False
