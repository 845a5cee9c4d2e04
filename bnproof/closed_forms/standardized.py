"""Standardized inputs as letters: y in place of x, with power sums of its own (not trusted).

The kernel writes everything in x, mu and s. In the standardized entries y = (x - mu)/s most formulas on
normalisers are short, so that x is replaced by mu + s*y. Which array is y, and what its power sums are,
is read off the definitions of a theory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple, TypeAlias

from bnproof.kernel import Budget, BudgetExhausted, Calculus, Monomial, Polynomial
from bnproof.kernel.monomials import Factor
from bnproof.kernel.ring import PowerSum, Ring
from bnproof.terms import Definition, Entry, Index, Pow, Sum, Term, TermError, Theory

# From the factors of a monomial and its bound indices, which have names of their own.
Rewrite: TypeAlias = Callable[[list[Factor], set[Index]], Polynomial]


class Unfolded(NamedTuple):
    """A definition with its normal form: `name[formals] = value`."""

    name: str
    formals: tuple[Index, ...]
    value: Polynomial


class _Solution(NamedTuple):
    """An input at some indices in terms of what is defined by it: `x[i,d] = s[d]*y[i,d] + mu[d]`."""

    indices: tuple[Index, ...]
    value: Polynomial


class Standardized:
    """A ring in which a standardized input is a letter.

    Args:
        calculus: where terms have their normal forms.
        theory: the theory of the calculus.
        budget: the steps that the ring may take.
        with_statistics: whether to replace just the inputs that have a mean or a root, and these even
            by what has other inputs in it, which helps a proof. Otherwise any input is replaced by what
            has none in it, which helps a reader.

    Attributes:
        ring: the ring, with the power sums of standardized inputs.
        inputs: the names of the inputs of the theory.
        names: those of the standardized inputs.
    """

    def __init__(
        self,
        calculus: Calculus,
        theory: Theory,
        budget: Budget,
        *,
        with_statistics: bool = False,
    ) -> None:
        kernel = calculus.ring
        self.ring = Ring(kernel.sizes, kernel.zero, kernel.unequal, budget, kernel.counter)
        self.ring.symmetric |= kernel.symmetric
        self.inputs = {array.name for array in theory.inputs()}
        self.names: set[str] = set()
        self._calculus = calculus
        self._theory = theory
        self._unfolded: dict[str, Unfolded | None] = {}
        self._solutions: dict[str, _Solution] = {}
        for array in theory.inputs():
            if not with_statistics:
                self._solve(array.name, self.inputs)
            elif any(name == array.name for name, _ in kernel.power_sums):
                self._solve(array.name, {array.name})

    def definitions(self) -> Iterator[Unfolded]:
        """What the theory defines, as far as it has a normal form that can be found."""
        for declared in self._theory.declarations:
            if isinstance(declared, Definition):
                if declared.name not in self._unfolded:
                    self._unfolded[declared.name] = self._unfold(declared)
                unfolded = self._unfolded[declared.name]
                if unfolded is not None:
                    yield unfolded

    def without_inputs(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with each input that is solved for replaced by its solution."""
        return self.rewritten(polynomial, self._substituted)

    def rewritten(self, polynomial: Polynomial, rewrite: Rewrite) -> Polynomial:
        """The polynomial with every monomial rewritten."""
        into: Polynomial = {}
        for monomial, coefficient in polynomial.items():
            factors, bound = self.ring.renamed_apart(monomial)
            self.ring.add_to(into, self.ring.scale(rewrite(factors, bound), coefficient))
        return into

    def inverse(self, polynomial: Polynomial) -> Polynomial | None:
        """One over a product of units and a polynomial in the sizes; None for anything else.

        These are the polynomials that the kernel divides by. It does so where they occur in a term; here
        there is no term, and to make one would expand every y in it.
        """
        sizes, signature = self._calculus.size_polynomials, self._calculus.signature
        parts, denominator = sizes.split(polynomial)
        if len(parts) != 1:
            return None
        [(monomial, coefficient)] = parts.items()
        if monomial.bound or not all(signature.is_unit(atom[0]) for atom, _ in monomial.factors):
            return None
        units = Monomial(tuple((atom, -power) for atom, power in monomial.factors), ())
        inverse = self.ring.multiply({units: 1}, sizes.inverse(coefficient))
        return self.ring.multiply(inverse, denominator)

    def _normal_form(self, term: Term) -> Polynomial | None:
        try:
            return self._calculus.presented(self._calculus.normal_form(term))
        except (TermError, BudgetExhausted):
            return None

    def _unfold(self, definition: Definition) -> Unfolded | None:
        """The normal form of a definition, at indices that no hypothesis speaks of."""
        formals = tuple(Index(f"formal{k}", i.sort) for k, i in enumerate(definition.formals))
        value = self._normal_form(Entry(definition.name, formals))
        return None if value is None else Unfolded(definition.name, formals, value)

    def _solve(self, array: str, gone: Collection[str]) -> None:
        """Solve the first definition that can be solved for an input, in terms without some arrays."""
        for unfolded in self.definitions():
            solution = self._solution(unfolded, array, gone)
            if solution is not None:
                self._solutions[array] = solution
                self.names.add(unfolded.name)
                for power in (1, 2):
                    self._enter_power_sum(unfolded, array, power)
                return

    def _solution(self, unfolded: Unfolded, array: str, gone: Collection[str]) -> _Solution | None:
        """An input from a definition.

        y[i,d] = c*x[i,d] + rest          c a unit, rest without what is to be gone
        ---------------------------------------------------------------------------
        x[i,d] = (y[i,d] - rest)/c
        """
        name, formals, value = unfolded
        carrying = [m for m in value if _mentions(m, gone)]
        if len(carrying) != 1 or carrying[0].bound:
            return None
        [monomial] = carrying
        [(atom, power), *more] = [f for f in monomial.factors if f[0][0] in gone]
        if more or power != 1 or atom[0] != array or sorted(atom[1]) != sorted(formals):
            return None
        others = tuple(f for f in monomial.factors if f[0] != atom)
        inverse = self.inverse({Monomial(others, ()): value[monomial]})
        if inverse is None:
            return None
        rest = {m: c for m, c in value.items() if m != monomial}
        shifted = self.ring.add(self.ring.atom((name, formals)), self.ring.scale(rest, -1))
        return _Solution(atom[1], self.ring.multiply(shifted, inverse))

    def _enter_power_sum(self, unfolded: Unfolded, array: str, power: int) -> None:
        """Exchange power sums of a standardized input for their values, if no input is left in these."""
        name, formals, _ = unfolded
        for statistic in self._calculus.ring.power_sums.get((array, power), ()):
            summed = tuple(self._solutions[array].indices[k] for k in statistic.positions)
            value = self._normal_form(Sum(summed, (), Pow(Entry(name, formals), power)))
            if value is None or any(_mentions(m, self.inputs) for m in value):
                continue
            positions = tuple(k for k, index in enumerate(formals) if index in summed)
            others = tuple(index for index in formals if index not in summed)
            known = self.ring.power_sums.setdefault((name, power), [])
            known.append(PowerSum(positions, others, value))

    def _substituted(self, factors: list[Factor], bound: set[Index]) -> Polynomial:
        """A product with each input replaced by its solution."""
        ring = self.ring
        kept = [factor for factor in factors if factor[0][0] not in self._solutions]
        inner = ring.constant(1)
        for (name, indices), power in factors:
            if name in self._solutions:
                solution = self._solutions[name]
                names = dict(zip(solution.indices, indices, strict=True))
                value = ring.instantiate(solution.value, names)
                inner = ring.multiply(inner, ring.power(value, power))
        return ring.under_sum(1, kept, bound, inner)


def _mentions(monomial: Monomial, arrays: Collection[str]) -> bool:
    return any(atom[0] in arrays for atom, _ in monomial.factors)
