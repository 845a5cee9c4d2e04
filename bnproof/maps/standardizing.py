"""Which normalisers are the one of `normalisers/general`: a mean taken off, a variance divided by.

>>> from bnproof.maps.normalisers import find
>>> standardization_of(find("instance"))
Standardization(block=('sample', 'feature'), place=('pixel',), root='s')
>>> standardization_of(find("rms")) is None
True
"""

from __future__ import annotations

from typing import NamedTuple

from bnproof.kernel import BudgetExhausted, Theorem, decide
from bnproof.maps.definitions import Normaliser
from bnproof.terms import (
    Add,
    Entry,
    Equation,
    Index,
    Input,
    Mean,
    Mul,
    Neg,
    Parameter,
    Pow,
    Root,
    Term,
    TermError,
    number,
    substitute,
)

EPS = "eps"


class Standardization(NamedTuple):
    """What a normaliser averages over: the sorts of a `block`, and those of a `place` in it.

    `root` is the array that the deviations from the mean of a block are divided by.
    """

    block: tuple[str, ...]
    place: tuple[str, ...]
    root: str


def standardization_of(normaliser: Normaliser) -> Standardization | None:
    """What the output of a normaliser is the standardization over, if it is one.

    There is a root s whose indices are some of those of the input x, and, with the mean over all others,

        s*y = x - mean x        s^2 = mean (x - mean x)^2 + eps

    as the kernel proves; eps may be missing. Then the output is an instance of `normalisers/general`.
    """
    [given] = normaliser.theory.inputs()
    indices = _letters(given)
    for declared in normaliser.theory.declarations:
        if isinstance(declared, Root):
            sorts = tuple(index.sort for index in declared.formals)
            if len(set(sorts)) < len(sorts) or not set(sorts) < set(given.sorts):
                continue
            block = tuple(index for index in indices if index.sort in sorts)
            place = tuple(index for index in indices if index.sort not in sorts)
            by_sort = {index.sort: index for index in block}
            scale = Entry(declared.name, tuple(by_sort[sort] for sort in sorts))
            if _standardizes(normaliser, Entry(given.name, indices), scale, place):
                names = [tuple(index.sort for index in part) for part in (block, place)]
                return Standardization(names[0], names[1], declared.name)
    return None


def _letters(given: Input) -> tuple[Index, ...]:
    """An index for each index of the input."""
    return tuple(Index(f"{sort}{number}", sort) for number, sort in enumerate(given.sorts, 1))


def _standardizes(
    normaliser: Normaliser, entry: Entry, scale: Entry, place: tuple[Index, ...]
) -> bool:
    """Whether the output is the deviation of an entry over a root, and that the one of the variance."""
    others = {index: index._replace(name=f"{index.name}0") for index in place}
    mean = Mean(tuple(others.values()), substitute(entry, others))
    deviation = Add((entry, Neg(mean)))
    variance = Mean(place, Pow(deviation, 2))
    eps = normaliser.theory.find(EPS)
    smallest: Term = Entry(EPS) if isinstance(eps, Parameter) and not eps.sorts else number(0)
    output = Entry(normaliser.output, entry.indices)
    equations = (
        Equation(Mul((scale, output)), deviation),
        Equation(Pow(scale, 2), Add((variance, smallest))),
    )
    try:
        return all(
            isinstance(decide(equation, normaliser.theory, normaliser.hypotheses), Theorem)
            for equation in equations
        )
    except (TermError, BudgetExhausted):
        return False
