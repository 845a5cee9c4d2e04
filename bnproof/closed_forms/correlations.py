"""Correlations in place of means of products: `rho[d,e]` for `mean[i] y[i,d]*y[i,e]` (not trusted)."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from bnproof.closed_forms.standardized import Standardized
from bnproof.kernel import Monomial, Polynomial
from bnproof.kernel.monomials import Atom, Factor
from bnproof.terms import Index


class _Correlation(NamedTuple):
    """`scale * rho[a,b]` for `sum[i] y[i,a]*y[i,b]`, the sum running over one place of y.

    `left` and `right` are the other indices of the two entries.
    """

    array: str
    place: int
    entry: Atom
    left: tuple[Index, ...]
    right: tuple[Index, ...]
    scale: Polynomial


class Correlations:
    """The definitions of a theory that are means of products of two standardized entries.

    `names` are those of the definitions.
    """

    def __init__(self, standardized: Standardized) -> None:
        self._standardized = standardized
        self._correlations = list(self._found())
        self.names = {known.entry[0] for known in self._correlations}

    def applied(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with correlations for sums over two standardized entries alone."""
        return self._standardized.rewritten(polynomial, self._related)

    def _found(self) -> Iterator[_Correlation]:
        """The correlations; one between indices of the same sort is symmetric.

        rho[a,b] = c*(sum[i] y[i,a]*y[i,b])            c a unit
        -------------------------------------------------------
        sum[i] y[i,a]*y[i,b] = rho[a,b]/c
        """
        names, ring = self._standardized.names, self._standardized.ring
        for name, formals, value in self._standardized.definitions():
            folded = self._standardized.without_inputs(value)
            if len(folded) != 1 or name in names:
                continue
            [(monomial, coefficient)] = folded.items()
            pair = [f[0] for f in monomial.factors if f[0][0] in names and f[1] == 1]
            place = _summed_place(pair, monomial.bound)
            if place is None:
                continue
            left, right = (_others(atom, place) for atom in pair)
            rest = tuple(f for f in monomial.factors if f[0] not in pair)
            scale = self._standardized.inverse({Monomial(rest, ()): coefficient})
            if scale is None or {*left, *right} != {*formals}:
                continue
            yield _Correlation(pair[0][0], place, (name, formals), left, right, scale)
            if len(formals) == 2 and formals[0].sort == formals[1].sort:
                ring.symmetric.add(name)

    def _related(self, factors: list[Factor], bound: set[Index]) -> Polynomial:
        """A product whose sums over two standardized entries alone are correlations."""
        ring = self._standardized.ring
        for index, known in itertools.product(sorted(bound), self._correlations):
            carrying = [f for f in factors if index in f[0][1]]
            pair = [atom for atom, power in carrying if power == 1 and atom[0] == known.array]
            if len(carrying) != 2 or _summed_place(pair, (index,)) != known.place:
                continue
            names: dict[Index, Index] = {}
            for formals, atom in zip((known.left, known.right), pair, strict=True):
                names.update(zip(formals, _others(atom, known.place), strict=True))
            value = ring.instantiate(ring.multiply(ring.atom(known.entry), known.scale), names)
            rest = [f for f in factors if f not in carrying]
            total = ring.under_sum(1, rest, bound - {index}, value)
            return self._standardized.rewritten(total, self._related)
        return ring.under_sum(1, factors, bound, ring.constant(1))


def _summed_place(pair: Sequence[Atom], bound: Collection[Index]) -> int | None:
    """The one place at which two entries of one array carry the one index of a sum."""
    if len(pair) != 2 or len(bound) != 1 or pair[0][0] != pair[1][0]:
        return None
    left, right = ([k for k, index in enumerate(at) if index in bound] for _, at in pair)
    return left[0] if left == right and len(left) == 1 else None


def _others(atom: Atom, place: int) -> tuple[Index, ...]:
    """The indices of an entry but for that at one place."""
    return atom[1][:place] + atom[1][place + 1 :]
