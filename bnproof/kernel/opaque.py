"""Parts of a term that are left as they are, named like arrays (trusted).

The value of a function of which nothing is known, and, where no hint says how to take it apart, a sum or
a derivative, is an entry of an array that nothing is known of: a function of its free indices, defined by
what stands inside. Whatever holds for every such array holds for this one. Two parts with the same inside
get the same name, whatever their indices are called, so that they can be matched and cancelled.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from bnproof.kernel.monomials import Atom, Coefficient, Monomial, Polynomial
from bnproof.kernel.ring import Ring
from bnproof.terms import Index


class Opaque(NamedTuple):
    """What an opaque atom stands for.

    A `sum` of `body` over `bound`; the derivative of `body` by the entry of `array` at `at`; the value at
    `body` of the derivative of a `function` that has this `order`; or, with none of these, `body` itself,
    as a denominator. `formals` are the indices that the atom carries, in order.
    """

    formals: tuple[Index, ...]
    bound: tuple[Index, ...]
    array: str
    at: tuple[Index, ...]
    body: Polynomial
    function: str = ""
    order: int = 0


_Key: TypeAlias = tuple[
    tuple[Index, ...],
    tuple[Index, ...],
    str,
    tuple[Index, ...],
    tuple[tuple[Monomial, Coefficient], ...],
    str,
    int,
]
_Role: TypeAlias = tuple[int, str, tuple[object, ...]]


class OpaqueAtoms:
    """The opaque atoms of one calculus; their names hold a `#`, so that no array can have one."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._names: dict[_Key, str] = {}
        self.meaning: dict[str, Opaque] = {}
        self._symmetric: set[str] = set()
        self._hidden: dict[str, int] = {}

    def total(self, body: Polynomial, bound: tuple[Index, ...]) -> Atom:
        """The atom of `sum[bound] body`."""
        return self._atom(body, bound, "", ())

    def slope(self, body: Polynomial, variable: Atom) -> Atom:
        """The atom of `diff[variable] body`."""
        return self._atom(body, (), *variable)

    def value(self, function: str, order: int, body: Polynomial) -> Atom:
        """The atom of the derivative of a function, of some order, at `body`."""
        return self._atom(body, (), "", (), function, order)

    def bracket(self, body: Polynomial) -> Atom:
        """The atom of `(body)`."""
        return self._atom(body, (), "", ())

    def hidden(self, atom: Atom) -> int:
        """How many sums and derivatives stand inside an atom."""
        known = self.meaning.get(atom[0])
        if known is None or atom[0] in self._hidden:
            return self._hidden.get(atom[0], 0)
        inside = (sum(self.hidden(a) for a, _ in m.factors) + len(m.bound) for m in known.body)
        count = len(known.bound) + bool(known.array) + max(inside, default=0)
        self._hidden[atom[0]] = count
        return count

    def instance(self, atom: Atom) -> Opaque:
        """What an atom stands for at its indices; what it binds gets fresh names.

        No index of it may be the number of a bound one, which the sums inside have as well.
        """
        name, indices = atom
        if any(index.name[:1].isdigit() for index in indices):
            raise ValueError(
                "a part is opened under a sum whose indices have no names of their own"
            )
        known = self.meaning[name]
        names = dict(zip(known.formals, indices, strict=True))
        names |= {index: self._ring.fresh(index.sort) for index in known.bound}
        bound, at = (tuple(names[i] for i in part) for part in (known.bound, known.at))
        body = self._ring.instantiate(known.body, names)
        return known._replace(formals=indices, bound=bound, at=at, body=body)

    def _atom(
        self,
        body: Polynomial,
        bound: tuple[Index, ...],
        array: str,
        at: tuple[Index, ...],
        function: str = "",
        order: int = 0,
    ) -> Atom:
        """The atom of a part: the smallest of its descriptions under all admissible numberings.

        A description says all about a part but the names of its free indices, so parts with one
        description are one function of these, in the order of their numbers.
        """
        best: _Key | None = None
        found: set[tuple[Index, ...]] = set()
        for numbering in self._numberings(body, bound, at):
            names = {index: Index(f"${k}", index.sort) for k, index in enumerate(numbering)}
            formals, bound_, at_ = (
                tuple(names[i] for i in part)
                for part in (numbering[: len(numbering) - len(bound)], bound, at)
            )
            inside = self._ring.instantiate(body, names)
            inner = tuple(sorted(inside.items()))
            key = (formals, tuple(sorted(bound_)), array, at_, inner, function, order)
            if best is None or key < best:
                best, found = key, set()
            if key == best:
                found.add(numbering[: len(formals)])
        if best is None:
            raise ValueError("a part has at least one numbering")
        name = self._names.get(best)
        if name is None:
            name = self._names[best] = f"#{len(self._names)}"
            self.meaning[name] = Opaque(*best[:4], dict(best[4]), *best[5:])
        if len(found) > 1:
            self._symmetric.add(name)
        return (name, min(found))

    def is_settled(self, atom: Atom) -> bool:
        """Whether a part has the name that it would get at its present indices.

        It does if these differ, and no two of them have the same role in it.
        """
        name, indices = atom
        return name not in self._symmetric and len(set(indices)) == len(indices)

    def _numberings(
        self, body: Polynomial, bound: tuple[Index, ...], at: tuple[Index, ...]
    ) -> Iterator[tuple[Index, ...]]:
        """Orders of the indices of a part, the bound ones last, all that no invariant tells apart.

        An index is described by the factors that carry it. Those described alike are tried in every
        order, as long as the budget lasts.
        """
        roles: dict[Index, list[tuple[object, ...]]] = defaultdict(list)
        for index in bound:
            roles[index] = []
        for place, index in enumerate(at):
            roles[index].append(("at", place))
        for monomial, coefficient in body.items():
            for (name, indices), power in monomial.factors:
                symmetric = name in self._ring.symmetric
                for place, index in enumerate(indices):
                    if index not in monomial.bound:
                        where = 0 if symmetric else place
                        roles[index].append((name, where, power, str(coefficient)))
        classes: dict[_Role, list[Index]] = defaultdict(list)
        for index, found in roles.items():
            classes[index in bound, index.sort, tuple(sorted(map(str, found)))].append(index)
        for numbering in _arrangements([classes[role] for role in sorted(classes)]):
            self._ring.budget.spend(1 + len(body))
            yield numbering


def _arrangements(classes: Sequence[Sequence[Index]]) -> Iterator[tuple[Index, ...]]:
    """The orders of all classes, one behind the other; made one by one, since there may be many."""
    if not classes:
        yield ()
        return
    for head in itertools.permutations(classes[0]):
        for rest in _arrangements(classes[1:]):
            yield (*head, *rest)
