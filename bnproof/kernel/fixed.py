"""Sizes that a hypothesis fixes, such as n = 2: sums written out, indices split into cases (trusted).

At n = 3 a sum over samples is a sum of three terms, a free sample index is one of three, and a mean and
a root say something about three entries: the last entry is n*mu minus the others, and the square of the
one before it follows from the variance. Where one mean and one root over what is fixed are all that there
is, what is left has no relations, so a polynomial is zero at this size exactly when nothing is left of it
in any case. Elsewhere, as for a mean over samples and pixels at n = 1 alone, nothing left still proves,
but what is left decides nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import isqrt
from typing import NamedTuple

from bnproof.kernel.monomials import (
    ONE,
    Atom,
    Coefficient,
    Factor,
    Monomial,
    Polynomial,
    partitions,
    rename_atom,
)
from bnproof.kernel.opaque import OpaqueAtoms
from bnproof.kernel.ring import PowerSum, Ring
from bnproof.kernel.signature import DELTA, Signature
from bnproof.kernel.units import SizeCondition, SizePolynomials
from bnproof.terms import Index, Root, TermError, index_sorts


class _Relation(NamedTuple):
    """`array[..]^power` equals `value`, for the entries with some constants at some positions.

    `formals` are the indices of the value at the other positions, in order.
    """

    array: str
    power: int
    constants: Mapping[int, Index]
    formals: tuple[Index, ...]
    value: Polynomial


class _Common(NamedTuple):
    """What a root, or the constant below it, is where one entry is averaged: `share * root^power`.

    Without a root it is a number.
    """

    share: Fraction
    root: str
    power: int


class FixedSizes:
    """Polynomials at the sizes that are fixed, in a ring whose power sums stand for statistics."""

    def __init__(
        self, signature: Signature, ring: Ring, sizes: SizePolynomials, opaque: OpaqueAtoms
    ) -> None:
        self._signature = signature
        self._ring = ring
        self._sizes = sizes
        self._opaque = opaque
        self._values = signature.fixed
        self._counts = {
            sort: self._values[size] for sort, size in ring.sizes.items() if size in self._values
        }
        self._common: dict[str, _Common | None] = {}
        self._relations: list[_Relation] = []
        for array in dict.fromkeys(array for array, _ in ring.power_sums):
            if not isinstance(signature.declared[array], Root):
                self._relate(array)

    def vanishes(self, condition: SizeCondition) -> bool:
        """Whether a polynomial in the sizes is zero at those that are fixed, whatever the others are."""
        value: dict[tuple[tuple[str, int], ...], Coefficient] = {}
        for powers, coefficient in condition:
            rest = tuple(factor for factor in powers if factor[0] not in self._values)
            for name, power in powers:
                coefficient *= self._values.get(name, 1) ** power
            value[rest] = value.get(rest, 0) + coefficient
        return not any(value.values())

    def cases(self, polynomial: Polynomial) -> Iterator[Polynomial]:
        """The polynomial at every choice of its free indices, up to a renumbering of the entries.

            a[j := 1] = 0   ...   a[j := n] = 0
            -----------------------------------
            a = 0

        The points of the domain stay the same as a set when entries are renumbered everywhere, so only
        which indices coincide matters.
        """
        free = {i for m in polynomial for (_, at), _ in m.factors for i in at if i not in m.bound}
        fixed = sorted(index for index in free if index.sort in self._counts)
        for blocks in partitions(fixed, self._ring.unequal):
            self._ring.budget.spend(1 + len(fixed))
            names: dict[Index, Index] = {}
            used = dict.fromkeys(self._counts, 0)
            for block in blocks:
                sort = block[0].sort
                used[sort] += 1
                names |= dict.fromkeys(block, _constant(used[sort], sort))
            if all(used[sort] <= count for sort, count in self._counts.items()):
                yield self._at(polynomial, names)

    def written(self, polynomial: Polynomial) -> Polynomial:
        """A case of a polynomial with its sums written out, those that came in afterwards."""
        return self._at(polynomial, {})

    def _at(self, polynomial: Polynomial, names: Mapping[Index, Index]) -> Polynomial:
        """The polynomial with its free indices of fixed sorts replaced by constants, written out.

        sum[i] a   equals   a[i := 1] + ... + a[i := n]

        The other bound indices get fresh names, since the argument of a function may have sums in it.
        """
        written: Polynomial = {}
        for monomial, coefficient in polynomial.items():
            apart, fresh = self._ring.renamed_apart(monomial)
            bound = sorted(index for index in fresh if index.sort in self._counts)
            rest = sorted(fresh.difference(bound))
            for chosen in self._tuples(index.sort for index in bound):
                at = {**names, **dict(zip(bound, chosen, strict=True))}
                factors = [(rename_atom(atom, at), power) for atom, power in apart]
                self._write(written, coefficient, factors, rest)
        return self._related(written)

    def _tuples(self, sorts: Iterable[str]) -> Iterator[tuple[Index, ...]]:
        """All constants of some fixed sorts."""
        for numbers in itertools.product(
            *([_constant(k, sort) for k in range(1, self._counts[sort] + 1)] for sort in sorts)
        ):
            self._ring.budget.spend(1 + len(numbers))
            yield numbers

    def _write(
        self,
        into: Polynomial,
        coefficient: Coefficient,
        factors: Iterable[Factor],
        bound: Sequence[Index],
    ) -> None:
        """Add a product, the sizes in it that are known and the deltas of constants evaluated."""
        rest: list[Factor] = []
        numbers: Polynomial = {ONE: 1}
        for (name, indices), power in factors:
            known = self._opaque.meaning.get(name)
            if known is not None and known.function:
                value = self._value_at((name, indices))
                numbers = self._ring.multiply(numbers, self._ring.power(value, power))
            elif name == DELTA and indices[0].sort in self._counts:
                if indices[0] != indices[1]:
                    return
            elif name in self._values:
                coefficient *= Fraction(self._values[name]) ** power
            elif name in self._sizes.inverted:
                inverse = self._inverse(name)
                numbers = self._ring.multiply(numbers, self._ring.power(inverse, power))
            elif name in self._common:
                common = self._shared_root(name)
                coefficient *= common.share**power
                if common.root:
                    rest.append(((common.root, ()), common.power * power))
            else:
                rest.append(((name, indices), power))
        self._ring.add_to(into, self._ring.under_sum(coefficient, rest, bound, numbers))

    def _value_at(self, atom: Atom) -> Polynomial:
        """The value of a function, its argument written out."""
        known = self._opaque.instance(atom)
        argument = self._at(known.body, {})
        return self._ring.atom(self._opaque.value(known.function, known.order, argument))

    def _inverse(self, letter: str) -> Polynomial:
        """The inverse of a polynomial in the sizes, at those that are known."""
        value: Polynomial = {}
        for monomial, coefficient in self._sizes.inverted[letter].items():
            self._write(value, coefficient, monomial.factors, ())
        if not value:
            raise TermError("vacuous", "at this size one would divide by zero", None)
        return self._sizes.inverse(value)

    def _shared_root(self, name: str) -> _Common:
        """What a root, or the constant below it, is where only one entry is averaged."""
        known = self._common[name]
        if known is None:
            problem = f"at this size the radicand of {name} is zero, so nothing is claimed"
            raise TermError("vacuous", problem, None)
        return known

    # What the statistics say of single entries

    def _relate(self, array: str) -> None:
        """Note the relations between the entries of an array that its statistics sum up.

            x[n] = v1 - (the others)                           where sum[i] x[i] = v1
            x[n]^2 = v2 - (the squares of the others)          where sum[i] x[i]^2 = v2

        With both, x[n] is replaced in the second, which then is one for m = n - 1: where p is v1 without
        all but these two, x[m]^2 + (p - x[m])^2 + (other squares) = v2, that is

            x[m]^2 = p*x[m] - (p^2 + (other squares) - v2)/2.

        An index of a fixed sort that is not summed is a constant too; there is a relation for each.
        """
        sorts = index_sorts(self._signature.declared[array])
        fixed = [k for k, sort in enumerate(sorts) if sort in self._counts]
        sums: dict[tuple[int, ...], dict[int, PowerSum]] = {}
        for power in (1, 2):
            for known in self._ring.power_sums.get((array, power), ()):
                if set(known.positions) <= set(fixed):
                    sums.setdefault(known.positions, {})[power] = known
        for summed, found in sums.items():
            around = [k for k in fixed if k not in summed]
            alone: list[Polynomial] = []
            for chosen in self._tuples(sorts[k] for k in around):
                here = dict(zip(around, chosen, strict=True))
                alone += self._relate_at(array, sorts, summed, here, found)
            self._share(alone)

    def _relate_at(
        self,
        array: str,
        sorts: tuple[str, ...],
        summed: tuple[int, ...],
        here: Mapping[int, Index],
        found: Mapping[int, PowerSum],
    ) -> list[Polynomial]:
        """Note the relations of the entries with constants `here` where nothing is summed.

        Returns what is zero of a root alone, where one entry is averaged.
        """
        ring = self._ring
        formals = {
            k: ring.fresh(sort) for k, sort in enumerate(sorts) if k not in summed and k not in here
        }
        others = [{**here, **formals}[k] for k in range(len(sorts)) if k not in summed]
        sums = {
            power: self._at(
                ring.instantiate(s.value, dict(zip(s.formals, others, strict=True))), {}
            )
            for power, s in found.items()
        }
        places = [
            {**here, **dict(zip(summed, constants, strict=True))}
            for constants in self._tuples(sorts[k] for k in summed)
        ]
        entries = [
            ring.atom((array, tuple({**place, **formals}[k] for k in range(len(sorts)))))
            for place in places
        ]

        def note(power: int, place: Mapping[int, Index], value: Polynomial) -> None:
            relation = _Relation(array, power, place, tuple(formals.values()), value)
            self._relations.append(relation)

        def without(whole: Polynomial, parts: Iterable[Polynomial]) -> Polynomial:
            return ring.add(whole, *(ring.scale(part, -1) for part in parts))

        if 1 in sums:
            note(1, places[-1], without(sums[1], entries[:-1]))
        if 2 not in sums:
            return []
        if 1 not in sums:
            squares = [ring.power(entry, 2) for entry in entries[:-1]]
            note(2, places[-1], without(sums[2], squares))
        elif len(entries) == 1:
            return [without(ring.power(sums[1], 2), [sums[2]])]
        else:
            *rest, entry, _ = entries
            left = without(sums[1], rest)
            squares = [ring.power(other, 2) for other in (left, *rest)]
            half = ring.scale(without(sums[2], squares), Fraction(1, 2))
            note(2, places[-2], ring.add(ring.multiply(left, entry), half))
        return []

    def _share(self, differences: Sequence[Polynomial]) -> None:
        """One entry has no variance, so its root is that of a constant, if it is the same for all.

            a*s[d]^2 + b*eps = 0                  a*s[d]^2 + b = 0
            --------------------------------      ------------------
            s[d] = s,   eps = -a/b*s^2            s[d] = sqrt(-b/a)

        There is a difference for each choice of constants where nothing is summed, as a delta in the
        radicand may tell these apart; all of them must say the same.
        """
        found = [self._shared(difference) for difference in differences]
        if found and all(other == found[0] for other in found):
            self._common |= found[0]

    def _shared(self, difference: Polynomial) -> dict[str, _Common | None]:
        """What a root and the constant below it are, where a difference is zero.

        A constant that was found to be the square of an earlier root is known by that, and s is its
        multiple, since both are positive.
        """
        roots = [m for m in difference if self._is_square_of_a_root(m)]
        if len(roots) != 1:
            return {}
        [((name, _), _)] = roots[0].factors
        rest = {m: c for m, c in difference.items() if m != roots[0]}
        if not rest:
            return {name: None}
        [(monomial, coefficient), *more] = rest.items()
        if more or monomial.bound:
            return {}
        ratio = -Fraction(difference[roots[0]]) / coefficient
        size = _square_root(1 / ratio)
        match monomial.factors:
            case [] if size is not None:
                return {name: _Common(size, "", 0)}
            case [((known, ()), 2)] if size is not None and self._is_known_root(known):
                return {name: _Common(size, known, 1)}
            case [((below, ()), 1)] if not self._sizes.is_size(below):
                return {name: _Common(Fraction(1), name, 1), below: _Common(ratio, name, 2)}
        return {}

    def _is_known_root(self, name: str) -> bool:
        """Whether an atom without indices is a root: anything else may be negative."""
        return name in self._common and isinstance(self._signature.declared.get(name), Root)

    def _is_square_of_a_root(self, monomial: Monomial) -> bool:
        """Whether a monomial is s[d]^2 for a root that is not yet known to be the same for all."""
        match monomial.factors:
            case [((name, indices), 2)] if not monomial.bound:
                known = not indices and name in self._common
                return isinstance(self._signature.declared.get(name), Root) and not known
        return False

    def _related(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with all relations applied, as often as they can be."""
        done: Polynomial = {}
        waiting = [polynomial]
        while waiting:
            for monomial, coefficient in waiting.pop().items():
                factors, bound = self._ring.renamed_apart(monomial)
                found = self._applicable(factors)
                if found is None:
                    self._ring.add_to(done, {monomial: coefficient})
                    continue
                position, relation, indices = found
                (atom, power), names = (
                    factors[position],
                    dict(zip(relation.formals, indices, strict=True)),
                )
                rest = [
                    *factors[:position],
                    *factors[position + 1 :],
                    (atom, power - relation.power),
                ]
                value = self._ring.instantiate(relation.value, names)
                waiting.append(self._ring.under_sum(coefficient, rest, sorted(bound), value))
        return done

    def _applicable(
        self, factors: Sequence[Factor]
    ) -> tuple[int, _Relation, tuple[Index, ...]] | None:
        """The first factor that a relation replaces, and the indices at which it does."""
        for position, ((name, indices), power) in enumerate(factors):
            for relation in self._relations:
                if relation.array != name or relation.power > power:
                    continue
                if all(indices[k] == constant for k, constant in relation.constants.items()):
                    others = (i for k, i in enumerate(indices) if k not in relation.constants)
                    return position, relation, tuple(others)
        return None


def _constant(number: int, sort: str) -> Index:
    """The index of an entry by its number; no free, bound or fresh index has such a name."""
    return Index(f"@{number}", sort)


def _square_root(value: Fraction) -> Fraction | None:
    """The positive root of a number, if it is rational."""
    if value <= 0:
        return None
    root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return root if root * root == value else None
