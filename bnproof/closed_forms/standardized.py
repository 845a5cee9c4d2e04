"""Standardized inputs in place of inputs: y for x, and `rho` for means of products of y (not trusted)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from bnproof.kernel import Budget, BudgetExhausted, Calculus, Monomial, Polynomial
from bnproof.kernel.monomials import Atom, Factor
from bnproof.kernel.ring import PowerSum, Ring
from bnproof.kernel.theorems import DEFAULT_STEPS
from bnproof.terms import Definition, Entry, Index, Pow, Sum, Term, TermError, Theory

Rewrite: TypeAlias = Callable[[list[Factor], set[Index]], Polynomial]


class _Solution(NamedTuple):
    """An input in terms of what is defined by it: `x[i,d] = s[d]*y[i,d] + mu[d]`."""

    definition: Definition
    polynomial: Polynomial


class _Correlation(NamedTuple):
    """`scale * rho[a,b]` for `sum[i] y[i,a]*y[i,b]`, the sum running over one place of y."""

    array: str
    position: int
    entry: Atom
    places: tuple[tuple[Index, ...], tuple[Index, ...]]
    scale: Polynomial


class Standardized:
    """A ring in which a standardized input is a letter, with power sums of its own.

    `names` are those of the standardized inputs, `inputs` those of the inputs, and `definitions` the
    normal forms of what the theory defines. `correlations` are the names of means of products.
    """

    def __init__(self, calculus: Calculus, theory: Theory) -> None:
        self._calculus = calculus
        self.inputs = {array.name for array in theory.inputs()}
        signature = calculus.signature
        self.ring = Ring(
            signature.sizes,
            signature.zero(),
            signature.unequal,
            Budget(DEFAULT_STEPS),
            calculus.ring.counter,
        )
        self.ring.symmetric |= calculus.ring.symmetric
        self.definitions: dict[Definition, Polynomial] = {}
        for declaration in theory.declarations:
            if isinstance(declaration, Definition):
                value = self._normal_form(Entry(declaration.name, declaration.formals))
                if value is not None:
                    self.definitions[declaration] = value
        self._solutions = self._solved()
        self.names = {solution.definition.name for solution in self._solutions.values()}
        for solution in self._solutions.values():
            self._power_sums(solution.definition)
        self._correlations = list(self._correlated())
        self.correlations = {known.entry[0] for known in self._correlations}

    def _normal_form(self, term: Term) -> Polynomial | None:
        """The normal form of a term, if it has one that can be found."""
        try:
            return self._calculus.normal_form(term)
        except (TermError, BudgetExhausted):
            return None

    def without_inputs(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with each input replaced by its solution."""
        return self.rewritten(polynomial, self._substituted)

    def with_correlations(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with correlations for sums over two standardized entries alone."""
        return self.rewritten(polynomial, self._related)

    def rewritten(self, polynomial: Polynomial, rewrite: Rewrite) -> Polynomial:
        """The polynomial with every monomial rewritten; its bound indices have names of their own."""
        into: Polynomial = {}
        for monomial, coefficient in polynomial.items():
            factors, bound = self.ring.renamed_apart(monomial)
            self.ring.add_to(into, self.ring.scale(rewrite(factors, bound), coefficient))
        return into

    def _solved(self) -> dict[str, _Solution]:
        """The first definition in each input that can be solved for it.

        y[i,d] = c*x[i,d] + rest          c a unit, rest without x
        ----------------------------------------------------------
        x[i,d] = (y[i,d] - rest)/c
        """
        found: dict[str, _Solution] = {}
        for definition, value in self.definitions.items():
            linear = [m for m in value if any(a[0] in self.inputs for a, _ in m.factors)]
            if len(linear) != 1 or linear[0].bound:
                continue
            [monomial] = linear
            atom = next(a for a, _ in monomial.factors if a[0] in self.inputs)
            unit = tuple(f for f in monomial.factors if f[0] != atom)
            alone = (atom, 1) in monomial.factors and atom[1] == definition.formals
            if not alone or atom[0] in found or not all(map(self._is_unit, unit)):
                continue
            ring = self.ring
            inverse = Monomial(tuple((a, -power) for a, power in unit), ())
            rest = {m: c for m, c in value.items() if m != monomial}
            difference = ring.add(
                ring.atom((definition.name, definition.formals)), ring.scale(rest, -1)
            )
            scale: Polynomial = {inverse: 1 / Fraction(value[monomial])}
            found[atom[0]] = _Solution(definition, ring.multiply(difference, scale))
        return found

    def _is_unit(self, factor: Factor) -> bool:
        name = factor[0][0]
        return name in self.ring.sizes.values() or self._calculus.signature.is_unit(name)

    def _power_sums(self, definition: Definition) -> None:
        """Enter the sums of a standardized input and of its squares, where they have no input in them."""
        entry = Entry(definition.name, definition.formals)
        places = range(len(definition.formals))
        choices = [c for k in places for c in itertools.combinations(places, k + 1)]
        for power, positions in itertools.product((1, 2), choices):
            summed = tuple(definition.formals[k] for k in positions)
            value = self._normal_form(Sum(summed, (), Pow(entry, power)))
            if value is None:
                continue
            arrays = {atom[0] for m in value for atom, _ in m.factors}
            if arrays.isdisjoint(self.inputs):
                others = tuple(i for i in definition.formals if i not in summed)
                known = PowerSum(positions, others, value)
                self.ring.power_sums.setdefault((definition.name, power), known)

    def _substituted(self, factors: list[Factor], bound: set[Index]) -> Polynomial:
        ring = self.ring
        solved = [f for f in factors if f[0][0] in self._solutions]
        product = ring.product([f for f in factors if f not in solved])
        for (name, indices), power in solved:
            definition, solution = self._solutions[name]
            names = dict(zip(definition.formals, indices, strict=True))
            product = ring.multiply(product, ring.power(ring.instantiate(solution, names), power))
        return ring.bind(product, bound)

    def _correlated(self) -> Iterator[_Correlation]:
        """The definitions that are means of products of two standardized entries, such as `rho`."""
        for definition, value in self.definitions.items():
            folded = self.without_inputs(value)
            if len(folded) != 1 or definition.name in self.names:
                continue
            [(monomial, coefficient)] = folded.items()
            pair = [f[0] for f in monomial.factors if f[0][0] in self.names and f[1] == 1]
            rest = tuple(f for f in monomial.factors if f[0] not in pair)
            if len(pair) != 2 or not all(map(self._is_unit, rest)):
                continue
            position = _summed_place(pair, monomial.bound)
            if position is None:
                continue
            left, right = (_others(atom, position) for atom in pair)
            formals = definition.formals
            if {*left, *right} != {*formals}:
                continue
            inverse = Monomial(tuple((a, -power) for a, power in rest), ())
            scale: Polynomial = {inverse: 1 / Fraction(coefficient)}
            entry = (definition.name, formals)
            yield _Correlation(pair[0][0], position, entry, (left, right), scale)
            if len(formals) == 2 and formals[0].sort == formals[1].sort:
                self.ring.symmetric.add(definition.name)

    def _related(self, factors: list[Factor], bound: set[Index]) -> Polynomial:
        """A product whose sums over two standardized entries alone are correlations."""
        ring = self.ring
        for index, known in itertools.product(sorted(bound), self._correlations):
            carrying = [f for f in factors if index in f[0][1]]
            pair = [atom for atom, power in carrying if power == 1 and atom[0] == known.array]
            if len(carrying) != 2 or _summed_place(pair, (index,)) != known.position:
                continue
            names: dict[Index, Index] = {}
            for places, atom in zip(known.places, pair, strict=True):
                names.update(zip(places, _others(atom, known.position), strict=True))
            value = ring.multiply(ring.atom(known.entry), known.scale)
            rest = [f for f in factors if f not in carrying]
            value = ring.instantiate(value, names)
            total = ring.under_sum(1, rest, bound - {index}, value)
            return self.rewritten(total, self._related)
        return ring.under_sum(1, factors, bound, ring.constant(1))


def _summed_place(pair: Sequence[Atom], bound: Collection[Index]) -> int | None:
    """The one place at which two entries of one array carry the one index of a sum."""
    if len(pair) != 2 or len(bound) != 1 or pair[0][0] != pair[1][0]:
        return None
    left, right = ([k for k, index in enumerate(at) if index in bound] for _, at in pair)
    return left[0] if left == right and len(left) == 1 else None


def _others(atom: Atom, position: int) -> tuple[Index, ...]:
    """The indices of an entry but for that at one place."""
    return atom[1][:position] + atom[1][position + 1 :]
