"""Finders of witnesses, which the kernel checks (not trusted), and the letters that they work in.

The kernel writes everything in x, mu and s. In the standardized entries y = (x - mu)/s most matrices and
inequalities on normalisers are short, so the finders replace x by mu + s*y. Which array is y, and what
its power sums are, is read off the definitions of a theory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from bnproof.kernel import Budget, Calculus, Monomial, Polynomial, Theorem, decide
from bnproof.kernel.expansion import Template
from bnproof.kernel.monomials import Atom, Factor, rename_atom
from bnproof.kernel.ring import PowerSum, Ring
from bnproof.readback import to_term
from bnproof.terms import (
    Definition,
    Entry,
    Equation,
    Hypothesis,
    Index,
    Pow,
    Sum,
    Term,
    TermError,
    Theory,
    Unequal,
    free_in_claim,
    index_sorts,
)

STEPS = 400_000

# What a product is made of: an entry of an array, or a sum over indices that only its factors carry.
Letter: TypeAlias = Atom | Monomial
Product: TypeAlias = dict[Letter, int]


class Workspace:
    """Normal forms in one theory under hypotheses, an input x being written in its standardized y.

    Raises `TermError` for a theory, hypotheses or terms without meaning, and `BudgetExhausted`.
    """

    def __init__(
        self, theory: Theory, hypotheses: Iterable[Hypothesis], steps: int = STEPS
    ) -> None:
        self.theory = theory
        self.hypotheses = tuple(hypotheses)
        self.calculus = Calculus(theory, self.hypotheses, Budget(steps))
        kernel = self.calculus.ring
        self.ring = Ring(kernel.sizes, kernel.zero, kernel.unequal, kernel.budget, kernel.counter)
        self.ring.symmetric = kernel.symmetric
        self._templates: dict[str, Template] = {}
        for array in dict.fromkeys(name for name, _ in kernel.power_sums):
            self._choose(array)

    # Polynomials and terms

    def polynomial(self, term: Term) -> Polynomial:
        """The normal form of a term, in y."""
        return self._in_letters(self.calculus.normal_form(term))

    def term(self, polynomial: Polynomial) -> Term:
        """The term of a normal form."""
        return to_term(polynomial, self.calculus.size_polynomials.inverted)

    def is_zero(self, polynomial: Polynomial) -> bool:
        """Whether a normal form is the zero function."""
        return self.calculus.is_zero(polynomial)

    def inverse(self, polynomial: Polynomial) -> Polynomial | None:
        """The inverse of what the kernel takes for a unit, or None."""
        try:
            return self.calculus._inverse(polynomial, None)
        except TermError:
            return None

    def holds(self, equation: Equation) -> bool:
        """Whether the kernel proves an equation."""
        free = free_in_claim(equation)
        hypotheses = [
            h for h in self.hypotheses if not isinstance(h, Unequal) or set(h) <= set(free)
        ]
        return isinstance(decide(equation, self.theory, hypotheses), Theorem)

    def dot(self, left: Polynomial, right: Polynomial, index: Index) -> Polynomial:
        """The sum over an index of a product."""
        fresh = self.ring.fresh(index.sort)
        product = self.ring.multiply(left, right)
        return self.ring.bind(self.ring.instantiate(product, {index: fresh}), [fresh])

    def letters(self, monomial: Monomial) -> Product:
        """A monomial as a product of entries and of sums that share no index."""
        ring = self.ring
        ring.budget.spend(1 + len(monomial.factors))
        loose, pieces = _pieces(monomial)
        product: Product = {}
        for atom, power in loose:
            if atom[0] in ring.symmetric:
                atom = (atom[0], tuple(sorted(atom[1])))
            product[atom] = product.get(atom, 0) + power
        for factors in pieces:
            names = {
                index: ring.fresh(index.sort)
                for (_, at), _ in factors
                for index in at
                if index in monomial.bound
            }
            renamed = [(rename_atom(atom, names), power) for atom, power in factors]
            [piece] = ring.bind(ring.product(renamed), list(names.values()))
            product[piece] = product.get(piece, 0) + 1
        return product

    def multiplied(self, product: Mapping[Letter, int]) -> Polynomial:
        """The normal form of a product of letters."""
        result = self.ring.constant(1)
        for letter, power in product.items():
            if isinstance(letter, Monomial):
                factor = self.ring.power({letter: 1}, power)
            else:
                factor = self.ring.atom(letter, power)
            result = self.ring.multiply(result, factor)
        return result

    # The letters

    def _choose(self, array: str) -> None:
        """Take the first definition that is a unit times an input, plus what has no such input."""
        for definition in self.theory.declarations:
            sorts = index_sorts(definition)
            if isinstance(definition, Definition) and len(set(sorts)) == len(sorts):
                template = self._solved(definition, array)
                if template is not None:
                    self._templates[array] = template
                    for power in (1, 2):
                        self._enter_power_sum(definition, array, power)
                    return

    def _solved(self, definition: Definition, array: str) -> Template | None:
        """The input in terms of the definition: from `y = c*x + b` that `x = (y - b)/c`."""
        formals = _formals(definition)
        try:
            body = self.calculus.normal_form(Entry(definition.name, formals))
        except TermError:
            return None
        carrying = [m for m in body if any(atom[0] == array for atom, _ in m.factors)]
        if len(carrying) != 1 or carrying[0].bound:
            return None
        [monomial] = carrying
        [(atom, power), *more] = [f for f in monomial.factors if f[0][0] == array]
        if more or power != 1 or sorted(atom[1]) != sorted(formals):
            return None
        others = tuple(f for f in monomial.factors if f[0] != atom)
        inverse = self.inverse({Monomial(others, ()): body.pop(monomial)})
        if inverse is None:
            return None
        letter = self.ring.atom((definition.name, formals))
        shifted = self.ring.add(letter, self.ring.scale(body, -1))
        return Template(atom[1], self.ring.multiply(shifted, inverse))

    def _enter_power_sum(self, definition: Definition, array: str, power: int) -> None:
        """Exchange a power sum of the letter for its value, where the kernel knows one."""
        statistic = self.calculus.ring.power_sums.get((array, power))
        if statistic is None:
            return
        formals = _formals(definition)
        summed = tuple(self._templates[array].formals[k] for k in statistic.positions)
        total = Sum(summed, (), Pow(Entry(definition.name, formals), power))
        value = self.polynomial(total)
        if any(atom[0] == definition.name for m in value for atom, _ in m.factors):
            return
        positions = tuple(k for k, index in enumerate(formals) if index in summed)
        others = tuple(index for index in formals if index not in summed)
        self.ring.power_sums[definition.name, power] = PowerSum(positions, others, value)

    def _in_letters(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with every input replaced."""
        ring = self.ring
        into: Polynomial = {}
        for monomial, coefficient in polynomial.items():
            factors, bound = ring.renamed_apart(monomial)
            kept = [f for f in factors if f[0][0] not in self._templates]
            inner = ring.constant(1)
            for (name, indices), power in factors:
                if name in self._templates:
                    formals, value = self._templates[name]
                    value = ring.instantiate(value, dict(zip(formals, indices, strict=True)))
                    inner = ring.multiply(inner, ring.power(value, power))
            ring.add_to(into, ring.under_sum(coefficient, kept, bound, inner))
        return into


def opened(monomial: Monomial, names: Mapping[Index, Index]) -> Monomial:
    """What stands under the sum over some bound indices of a monomial, these under other names."""
    factors = tuple((rename_atom(atom, names), power) for atom, power in monomial.factors)
    return Monomial(factors, tuple(index for index in monomial.bound if index not in names))


def carries(factors: Iterable[Factor], indices: Collection[Index]) -> bool:
    """Whether some factor carries one of some indices."""
    return any(index in indices for (_, at), _ in factors for index in at)


def mentions(letter: Letter, index: Index) -> bool:
    """Whether a letter carries a free index."""
    return carries(letter.factors if isinstance(letter, Monomial) else ((letter, 1),), (index,))


def _formals(definition: Definition) -> tuple[Index, ...]:
    """Names for the formals of a definition that no hypothesis speaks of."""
    return tuple(Index(f"formal{k}", index.sort) for k, index in enumerate(definition.formals))


def _pieces(monomial: Monomial) -> tuple[list[Factor], list[list[Factor]]]:
    """The factors that carry no bound index, and the others in parts that share none."""
    bound = frozenset(monomial.bound)
    loose: list[Factor] = []
    pieces: list[tuple[list[Factor], frozenset[Index]]] = []
    for factor in monomial.factors:
        indices = bound.intersection(factor[0][1])
        if not indices:
            loose.append(factor)
            continue
        joined = [factor]
        apart: list[tuple[list[Factor], frozenset[Index]]] = []
        for piece in pieces:
            if indices.isdisjoint(piece[1]):
                apart.append(piece)
            else:
                joined, indices = piece[0] + joined, indices | piece[1]
        pieces = [*apart, (joined, indices)]
    return loose, [factors for factors, _ in pieces]
