"""Which parts of a claim should be which parts of another one (not trusted)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bnproof.terms import (
    Blocked,
    Claim,
    Equation,
    Index,
    Inequality,
    NullSpace,
    Projector,
    Term,
    free_in_claim,
    sides,
    substitute,
    with_sides,
)

MAX_MATCHES = 120


class Pair(NamedTuple):
    """A term of a claim here and the one that it should be, and what they are called."""

    name: str
    here: Term
    wanted: Term


def matches(wanted: Claim, here: Claim) -> Iterator[dict[Index, Index]]:
    """What the free indices of one claim may be among those of another, the nearest way first."""
    theirs, ours = free_in_claim(wanted), free_in_claim(here)
    if sorted(i.sort for i in theirs) != sorted(i.sort for i in ours):
        return
    sorts = list(dict.fromkeys(index.sort for index in theirs))
    orders = [itertools.permutations([i for i in ours if i.sort == sort]) for sort in sorts]
    for chosen in itertools.islice(itertools.product(*orders), MAX_MATCHES):
        names: dict[Index, Index] = {}
        for sort, indices in zip(sorts, chosen, strict=True):
            names |= dict(zip([i for i in theirs if i.sort == sort], indices, strict=True))
        yield names


def renamed(claim: Claim, names: Mapping[Index, Index]) -> Claim:
    """The claim with other free indices, to be shown."""
    return with_sides(claim, [substitute(side, names) for side in sides(claim)])


def pairs(here: Claim, wanted: Claim, names: Mapping[Index, Index]) -> Iterator[Pair]:
    """The terms of two claims that should be the same; none if the claims are not alike.

    `names` tells what the free indices of the claim that is wanted are here.
    """
    match here, wanted:
        case (Equation(), Equation()):
            yield from _sides(here, wanted, names)
        case (Inequality(), Inequality()) if here.relation == wanted.relation:
            yield from _sides(here, wanted, names)
        case (Blocked(), Blocked()):
            yield Pair("loss", here.loss, substitute(wanted.loss, names))
        case (Projector(), Projector()) if _are_alike(here, wanted):
            if here.rank is None or wanted.rank is not None:
                yield Pair("matrix", here.matrix, _entry(wanted, here, names))
            if here.rank is not None and wanted.rank is not None:
                yield Pair("rank", here.rank, substitute(wanted.rank, names))
        case (NullSpace(), NullSpace()) if _are_alike(here, wanted):
            if len(here.span) == len(wanted.span):
                yield Pair("matrix", here.matrix, _entry(wanted, here, names))
                inside = {**names, **dict(zip(wanted.vector, here.vector, strict=True))}
                for ours, theirs in zip(here.span, wanted.span, strict=True):
                    yield Pair("vector", ours, substitute(theirs, inside))


def _sides(
    here: Equation | Inequality, wanted: Equation | Inequality, names: Mapping[Index, Index]
) -> Iterator[Pair]:
    yield Pair("left side", here.left, substitute(wanted.left, names))
    yield Pair("right side", here.right, substitute(wanted.right, names))


def _are_alike(here: Projector | NullSpace, wanted: Projector | NullSpace) -> bool:
    """Whether two matrices have rows of the same sorts."""
    return [i.sort for i in here.rows] == [i.sort for i in wanted.rows]


def _entry(
    wanted: Projector | NullSpace, here: Projector | NullSpace, names: Mapping[Index, Index]
) -> Term:
    """An entry of a matrix in the letters of another claim, all of them at once."""
    old, new = (*wanted.rows, *wanted.columns), (*here.rows, *here.columns)
    return substitute(wanted.matrix, {**names, **dict(zip(old, new, strict=True))})
