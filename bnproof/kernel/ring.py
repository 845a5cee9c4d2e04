"""The ring of tensor polynomials: rules 1 to 4 of the normal form (trusted).

A polynomial is a sum of tensor monomials in the sizes, eps, roots, means and array entries. Every rule
here is an identity for every n >= 1, every D >= 1 and every point of the domain, so that equal normal
forms are equal functions. Its docstring says why.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from bnproof.kernel.monomials import (
    ONE,
    Atom,
    Budget,
    BudgetExhausted,
    Coefficient,
    Factor,
    Monomial,
    Polynomial,
    canonical,
    rename_atom,
)
from bnproof.kernel.signature import DELTA
from bnproof.terms import Index, Unequal

# Numbers that grow beyond this end the computation; Python prints integers of up to 14,000 bits.
MAX_BITS = 13_000


class PowerSum(NamedTuple):
    """A power sum that is exchanged for something else, such as a statistic that stands for it.

    `sum over the indices at `positions` of array[..]^power` equals `value`, a polynomial in the
    `formals`, which are the indices at the other positions, in order.
    """

    positions: tuple[int, ...]
    formals: tuple[Index, ...]
    value: Polynomial


_Product: TypeAlias = tuple[Coefficient, list[Factor], set[Index]]


class Ring:
    """Arithmetic of polynomials in normal form.

    `sizes` maps each sort to the name of its size; `zero` names the arrays that vanish by hypothesis;
    `unequal` holds the pairs of free indices that differ. `symmetric` and `power_sums` are filled as
    arrays are declared. Without `contracting`, rule 2 is left out. Rings that exchange polynomials
    share the counter of `fresh` names.
    """

    def __init__(
        self,
        sizes: Mapping[str, str],
        zero: Collection[str],
        unequal: Collection[Unequal],
        budget: Budget,
        counter: Iterator[int] | None = None,
    ) -> None:
        self.sizes = sizes
        self.symmetric = {DELTA}
        self.zero = zero
        self.unequal = unequal
        self.budget = budget
        self.power_sums: dict[tuple[str, int], list[PowerSum]] = {}
        self.contracting = True
        self.counter = counter or itertools.count()

    # Rule 1: commutative ring arithmetic; sums are linear.

    def constant(self, value: Coefficient) -> Polynomial:
        """A rational number."""
        return {ONE: value} if value else {}

    def atom(self, atom: Atom, power: int = 1) -> Polynomial:
        """A power of one atom, not its zeroth."""
        if atom[0] in self.symmetric or atom[0] in self.zero:
            return self.product([(atom, power)])
        self.budget.spend(1)
        return {Monomial(((atom, power),), ()): 1}

    def product(self, factors: list[Factor]) -> Polynomial:
        """A product of powers of atoms, none of whose indices is bound."""
        into: Polynomial = {}
        self._reduce(into, 1, factors, set())
        return into

    def add(self, *polynomials: Polynomial) -> Polynomial:
        """The sum: like monomials are collected, and a zero coefficient is left out."""
        into: Polynomial = dict(polynomials[0])
        for polynomial in polynomials[1:]:
            self.add_to(into, polynomial)
        return into

    def add_to(self, into: Polynomial, polynomial: Polynomial) -> None:
        """Add a polynomial to another one, in place."""
        for monomial, coefficient in polynomial.items():
            _collect(into, monomial, coefficient)

    def scale(self, polynomial: Polynomial, factor: Coefficient) -> Polynomial:
        """The polynomial times a rational number."""
        return {m: c * factor for m, c in polynomial.items()} if factor else {}

    def multiply(self, left: Polynomial, right: Polynomial) -> Polynomial:
        """The product.

        (sum[i] a) * (sum[i] b)   equals   sum[i,i'] a * b[i := i']       (i' fresh)
        """
        for unit, other in ((left, right), (right, left)):
            if len(unit) == 1 and unit.get(ONE) == 1:
                return other
        into: Polynomial = {}
        for monomial, coefficient in right.items():
            factors, bound = self.renamed_apart(monomial)
            for second, scale in left.items():
                self._reduce(
                    into,
                    scale * coefficient,
                    [*second.factors, *factors],
                    bound.union(second.bound),
                )
        return into

    def power(self, base: Polynomial, exponent: int) -> Polynomial:
        """A power with a non-negative exponent; the zeroth is 1."""
        result = self.constant(1)
        for _ in range(exponent):
            self.budget.spend(1)
            result = self.multiply(result, base)
        return result

    def bind(self, polynomial: Polynomial, indices: Collection[Index]) -> Polynomial:
        """The sum of a polynomial over free indices of it, which occur nowhere else.

        sum[i] (c*a + b)   equals   c*(sum[i] a) + sum[i] b       (c a number)
        """
        into: Polynomial = {}
        for monomial, coefficient in polynomial.items():
            bound = {*monomial.bound, *indices}
            self._reduce(into, coefficient, list(monomial.factors), bound)
        return into

    def instantiate(self, polynomial: Polynomial, names: Mapping[Index, Index]) -> Polynomial:
        """The polynomial with free indices replaced; those that now coincide are reduced again."""
        into: Polynomial = {}
        for monomial, coefficient in polynomial.items():
            factors, bound = self.renamed_apart(monomial)
            factors = [(rename_atom(atom, names), power) for atom, power in factors]
            self._reduce(into, coefficient, factors, bound)
        return into

    def under_sum(
        self,
        coefficient: Coefficient,
        factors: list[Factor],
        bound: Iterable[Index],
        inner: Polynomial,
    ) -> Polynomial:
        """`coefficient * sum[bound] product(factors) * inner`; `inner` may carry the bound indices."""
        into: Polynomial = {}
        for monomial, scale in inner.items():
            renamed, fresh = self.renamed_apart(monomial)
            self._reduce(into, coefficient * scale, factors + renamed, fresh.union(bound))
        return into

    def fresh(self, sort: str) -> Index:
        """An index with a name that nothing else has; later names come later in their order."""
        return Index(f"~{next(self.counter):09d}", sort)

    def renamed_apart(self, monomial: Monomial) -> tuple[list[Factor], set[Index]]:
        """The factors of a monomial under fresh names of its bound indices, and these names."""
        if not monomial.bound:
            return list(monomial.factors), set()
        names = {index: self.fresh(index.sort) for index in monomial.bound}
        factors = [(rename_atom(atom, names), power) for atom, power in monomial.factors]
        return factors, set(names.values())

    # Rules 2, 3 and 4, run to a joint fixpoint.

    def _reduce(
        self, into: Polynomial, coefficient: Coefficient, factors: list[Factor], bound: set[Index]
    ) -> None:
        """Add `coefficient * sum[bound] product(factors)`, in normal form, to `into`.

        Deltas go first, since they decide which factors carry an index; then power sums, each of which
        leaves products with fewer bound indices to be reduced in turn; then indices nobody carries.
        """
        waiting: list[_Product] = [(coefficient, factors, bound)]
        while waiting:
            coefficient, factors, bound = waiting.pop()
            self.budget.spend(1 + len(factors))
            if self.contracting and any(atom[0] == DELTA for atom, _ in factors):
                contracted = self._contract(factors, bound)
                if contracted is None:
                    continue
                factors, bound = contracted
            powers: dict[Atom, int] = {}
            for atom, exponent in factors:
                if atom[0] in self.symmetric:
                    atom = (atom[0], tuple(sorted(atom[1])))
                powers[atom] = powers.get(atom, 0) + exponent
            if 0 in powers.values():
                powers = {atom: exponent for atom, exponent in powers.items() if exponent}
            if self.zero and any(atom[0] in self.zero for atom in powers):
                continue
            if bound:
                exchanged = self._exchange(powers, bound)
                if exchanged is not None:
                    waiting += [(coefficient * scale, f, b) for scale, f, b in exchanged]
                    continue
                bound = self._count_unused(powers, bound)
            if bound:
                monomial = canonical(powers, bound, self.symmetric, self.budget)
            else:
                monomial = Monomial(tuple(sorted(powers.items())), ())
            _collect(into, monomial, coefficient)

    def _contract(
        self, factors: list[Factor], bound: set[Index]
    ) -> tuple[list[Factor], set[Index]] | None:
        """Rule 2: Kronecker deltas.

            sum[i] delta[i,j] * a   equals   a[i := j]                 (i bound, j any other index)
            delta[j,k] * a          equals   delta[j,k] * a[k := j]    (both free; kept once)
            delta[i,i]              equals   1
            delta[j,k]              equals   0                         (under the hypothesis j != k)

        Free indices that deltas identify form classes; each class is renamed to its first member and
        keeps one delta for every other member. A delta is its own square and no unit, so its power is
        positive and may be ignored. None stands for a product that is zero.
        """
        target: dict[Index, Index] = {}

        def final(index: Index) -> Index:
            while index in target:
                index = target[index]
            return index

        paired: set[Index] = set()
        for (name, indices), _ in factors:
            if name != DELTA:
                continue
            paired.update(indices)
            left, right = sorted(final(index) for index in indices)
            if left != right:
                gone, kept = (left, right) if left in bound else (right, left)
                target[gone] = kept
        if any(final(left) == final(right) for left, right in self.unequal):
            return None
        names = {index: final(index) for index in target}
        rest = [(rename_atom(atom, names), power) for atom, power in factors if atom[0] != DELTA]
        for index in paired - bound:
            if index in names:
                rest.append(((DELTA, (names[index], index)), 1))
        return rest, bound.difference(names)

    def _exchange(self, powers: Mapping[Atom, int], bound: set[Index]) -> list[_Product] | None:
        """Rule 4: power sums are exchanged for the statistics that stand for them.

            sum[i] x[i,d]^p * a   equals   value[d] * a          (a carries no i; x[.,d] once)

        The value was derived from the definition of the statistic, as an identity on its domain. For
        batch norm it is n*mu[d] at p = 1 and n*(s[d]^2 - eps + mu[d]^2) at p = 2.
        """
        if not self.power_sums:
            return None
        carried = Counter(index for _, indices in powers for index in indices)
        for atom, exponent in powers.items():
            name, indices = atom
            for statistic in self.power_sums.get((name, exponent), ()):
                if len(indices) != len(statistic.positions) + len(statistic.formals):
                    continue  # a root that is the same everywhere carries no index
                summed = {indices[k] for k in statistic.positions}
                if not summed <= bound or any(carried[index] != 1 for index in summed):
                    continue
                others = [i for k, i in enumerate(indices) if k not in statistic.positions]
                names = dict(zip(statistic.formals, others, strict=True))
                rest = [factor for factor in powers.items() if factor[0] != atom]
                products: list[_Product] = []
                for monomial, scale in statistic.value.items():
                    factors, fresh = self.renamed_apart(monomial)
                    factors = [(rename_atom(a, names), power) for a, power in factors]
                    left = (bound - summed).union(fresh)
                    products.append((scale, rest + factors, left))
                return products
        return None

    def _count_unused(self, powers: dict[Atom, int], bound: set[Index]) -> set[Index]:
        """Rule 3: a bound index that no factor carries counts the values it takes.

            sum[i] a   equals   n*a      (a carries no i)

        It runs after rules 2 and 4, which can leave an index without a factor: `s[d]*s[d]^(-1)`.
        """
        carried = {index for _, indices in powers for index in indices}
        for index in bound - carried:
            size: Atom = (self.sizes[index.sort], ())
            powers[size] = powers.get(size, 0) + 1
            if not powers[size]:
                del powers[size]
        return bound & carried


def _collect(into: Polynomial, monomial: Monomial, coefficient: Coefficient) -> None:
    """Add a multiple of a monomial to a polynomial, in place; whole coefficients are integers."""
    total = into.get(monomial, 0) + coefficient
    numerator, denominator = total.numerator, total.denominator
    if numerator.bit_length() + denominator.bit_length() > MAX_BITS:
        raise BudgetExhausted(f"the normal form has numbers of more than {MAX_BITS} bits")
    if numerator:
        into[monomial] = numerator if denominator == 1 else total
    else:
        into.pop(monomial, None)
