"""Tensor monomials and their canonical names (trusted; rule 6 of the normal form).

A monomial is a product of powers of array entries, some of whose indices are bound by a sum over all
samples or features: `sum[0,1] x[0,d]*H[d,1]*x[0,1]`. Two monomials that differ only in the names of
their bound indices, in the order of their factors, or in the order of the two indices of a symmetric
array are the same function, for every n and D. `canonical` gives all of them one name, so that like
monomials can be collected and a sum of monomials is zero exactly when nothing is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from bnproof.terms import BnproofError, Index, Unequal

Atom: TypeAlias = tuple[str, tuple[Index, ...]]
Factor: TypeAlias = tuple[Atom, int]
Coefficient: TypeAlias = int | Fraction


class Monomial(NamedTuple):
    """Powers of atoms under a sum over `bound`; canonical when made by `canonical`."""

    factors: tuple[Factor, ...]
    bound: tuple[Index, ...]


Polynomial: TypeAlias = dict[Monomial, Coefficient]

ONE = Monomial((), ())


class BudgetExhausted(BnproofError):
    """The kernel's budget of steps is spent; the claim is neither proved nor refuted by this."""


class Budget:
    """Counts the kernel's steps, each a look at one factor, so that no input makes it run for ever."""

    def __init__(self, steps: int) -> None:
        if type(steps) is not int:
            raise TypeError("a budget is a number of steps")
        self.limit = steps
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take some steps; raise `BudgetExhausted` when none is left."""
        self.left -= steps
        if self.left < 0:
            raise BudgetExhausted(f"the normal form takes more than {self.limit} steps")


def rename_atom(atom: Atom, names: Mapping[Index, Index]) -> Atom:
    """The atom with its indices replaced."""
    name, indices = atom
    return (name, tuple([names.get(index, index) for index in indices])) if indices else atom


def partitions(free: Sequence[Index], unequal: Collection[Unequal]) -> Iterator[list[list[Index]]]:
    """All ways to let indices coincide, those of one sort only, and none that are unequal."""
    if not free:
        yield []
        return
    *others, last = free
    apart = {index for pair in unequal if last in pair for index in pair}
    for partition in partitions(others, unequal):
        yield [*partition, [last]]
        for k, block in enumerate(partition):
            if block[0].sort == last.sort and apart.isdisjoint(block):
                yield [*partition[:k], [*block, last], *partition[k + 1 :]]


def canonical(
    factors: Mapping[Atom, int],
    bound: Collection[Index],
    symmetric: Collection[str],
    budget: Budget,
) -> Monomial:
    """The canonical name of a monomial whose bound indices are all carried by some factor.

        sum[i] m   equals   sum[i'] m[i := i']       (i' not free in m)

    Bound indices are numbered 0, 1, ... in an order that depends on the shape of the monomial alone.
    Free indices keep their names; since those begin with a letter, no number can meet one.
    """
    order = _order(list(factors.items()), bound, symmetric, budget) if len(bound) > 1 else bound
    names = {index: Index(str(k), index.sort) for k, index in enumerate(order)}
    named = [(_named(atom, names, symmetric), power) for atom, power in factors.items()]
    return Monomial(tuple(sorted(named)), tuple(names.values()))


def _named(atom: Atom, names: Mapping[Index, Index], symmetric: Collection[str]) -> Atom:
    """The atom under its new index names, the indices of a symmetric array in order."""
    if names:
        atom = rename_atom(atom, names)
    return (atom[0], tuple(sorted(atom[1]))) if atom[0] in symmetric else atom


_Code: TypeAlias = tuple[object, ...]
_Mark: TypeAlias = tuple[str, str]


class _Piece(NamedTuple):
    """A numbering of bound indices, and the code that it gives the factors they are carried by."""

    code: _Code
    order: list[Index]


def _order(
    factors: list[Factor], bound: Collection[Index], symmetric: Collection[str], budget: Budget
) -> list[Index]:
    """The bound indices in canonical order: those of the piece with the smallest code first."""
    pieces = _pieces(factors, bound, budget)
    coded = [_code(part, open_, {}, symmetric, budget) for part, open_ in pieces]
    return [index for piece in sorted(coded, key=_piece_code) for index in piece.order]


def _piece_code(piece: _Piece) -> _Code:
    return piece.code


def _pieces(
    factors: list[Factor], open_: Collection[Index], budget: Budget
) -> list[tuple[list[Factor], list[Index]]]:
    """The factors that carry open indices, split into parts that share none of these."""
    pieces: list[tuple[list[Factor], list[Index]]] = []
    for factor in factors:
        carried = {index for index in factor[0][1] if index in open_}
        if not carried:
            continue
        budget.spend(1 + len(pieces))
        apart, parts, indices = [], [factor], carried
        for piece in pieces:
            if carried.isdisjoint(piece[1]):
                apart.append(piece)
            else:
                parts = piece[0] + parts
                indices = indices.union(piece[1])
        pieces = [*apart, (parts, sorted(indices))]
    return pieces


def _code(
    factors: list[Factor],
    open_: list[Index],
    levels: Mapping[Index, Index],
    symmetric: Collection[str],
    budget: Budget,
) -> _Piece:
    """The smallest code of one piece over all admissible numberings of its open indices.

    Where invariants tell all of them apart, there is one numbering. Otherwise an index of the smallest
    colour class is numbered by its depth; what is left falls into pieces that no longer share an index,
    which are coded apart and sorted, so that a product of eight equal sums costs eight codes and not 8!
    of them. Only indices that no invariant tells apart are all tried.
    """
    classes = _classes(factors, open_, levels, symmetric, budget)
    if len(classes) == len(open_):
        order = [index for (index,) in classes]
        first = len(levels)
        names = {i: Index(str(k), i.sort) for k, i in enumerate(order, first)}
        every = [(_named(atom, {**levels, **names}, symmetric), power) for atom, power in factors]
        return _Piece((order[0].sort, tuple(sorted(every)), ()), order)
    best: _Piece | None = None
    for index in min(classes, key=len):
        deeper = {**levels, index: Index(str(len(levels)), index.sort)}
        rest = [other for other in open_ if other != index]
        closed = [
            (_named(atom, deeper, symmetric), power)
            for atom, power in factors
            if not any(other in rest for other in atom[1])
        ]
        inner = [
            _code(part, left, deeper, symmetric, budget)
            for part, left in _pieces(factors, rest, budget)
        ]
        inner.sort(key=_piece_code)
        code = (index.sort, tuple(sorted(closed)), tuple(piece.code for piece in inner))
        if best is None or code < best.code:
            best = _Piece(code, [index, *(i for piece in inner for i in piece.order)])
    if best is None:
        raise ValueError("a piece of a monomial carries at least one bound index")
    return best


def _classes(
    factors: list[Factor],
    open_: list[Index],
    levels: Mapping[Index, Index],
    symmetric: Collection[str],
    budget: Budget,
) -> list[list[Index]]:
    """The open indices in the classes that colour refinement cannot tell apart, in their order."""
    if len(open_) == 1:
        return [open_]
    colours: dict[Index, int] = dict.fromkeys(open_, 0)
    count = 1
    while True:
        budget.spend(len(open_) * len(factors))
        seen = {
            index: (index.sort, _surroundings(index, factors, colours, levels, symmetric))
            for index in open_
        }
        ranks = {view: rank for rank, view in enumerate(sorted(set(seen.values())))}
        colours = {index: ranks[view] for index, view in seen.items()}
        if len(ranks) in (count, len(colours)):
            break
        count = len(ranks)
    classes: list[list[Index]] = [[] for _ in ranks]
    for index, colour in colours.items():
        classes[colour].append(index)
    return classes


def _surroundings(
    index: Index,
    factors: list[Factor],
    colours: Mapping[Index, int],
    levels: Mapping[Index, Index],
    symmetric: Collection[str],
) -> tuple[tuple[str, int, tuple[_Mark, ...]], ...]:
    """What an open index sees: the factors that carry it, other open indices by their colours."""

    def mark(other: Index) -> _Mark:
        if other == index:
            return ("", "")
        if other in colours:
            return (f"?{colours[other]}", other.sort)
        return levels.get(other, other)

    seen = []
    for (name, indices), power in factors:
        if index in indices:
            marks = [mark(other) for other in indices]
            seen.append((name, power, tuple(sorted(marks) if name in symmetric else marks)))
    return tuple(sorted(seen))
