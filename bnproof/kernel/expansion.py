"""From terms to polynomials: what the full and the hinted calculus have in common (trusted).

Ring arithmetic, means as quotients of sums, the names of bound indices, the values of functions, Leibniz'
rule and the chain rule are the same in both. What an entry stands for, what a sum, a quotient and a
derivative of an atom become, each says for itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from fractions import Fraction

from bnproof.kernel.fixed import FixedSizes
from bnproof.kernel.monomials import ONE, Atom, Polynomial
from bnproof.kernel.opaque import Opaque, OpaqueAtoms
from bnproof.kernel.ring import Ring
from bnproof.kernel.signature import DELTA, Signature
from bnproof.kernel.statistics import Template
from bnproof.kernel.units import SizePolynomials
from bnproof.terms import (
    TERMS,
    Add,
    Apply,
    Delta,
    Diff,
    Div,
    Entry,
    Index,
    Mean,
    Mul,
    Neg,
    Number,
    Pow,
    Sum,
    Term,
    TermError,
    Unequal,
)


class Expansion(ABC):
    """Polynomials of terms over one signature."""

    def __init__(
        self, signature: Signature, ring: Ring, sizes: SizePolynomials | None = None
    ) -> None:
        self.signature = signature
        self.ring = ring
        self.size_polynomials = SizePolynomials(ring, sizes)
        self.opaque = OpaqueAtoms(ring)
        self.fixed: FixedSizes | None = None
        self._authors: dict[Index, Index] = {}

    def normal_form(self, term: Term) -> Polynomial:
        """The normal form of a term."""
        return self._body(term, {}, ())

    def is_zero(self, polynomial: Polynomial) -> bool:
        """Whether a normal form is the zero function, for all sizes that its denominators admit.

        Where sizes are fixed it may be zero at these alone.
        """
        polynomial = self._cleared(polynomial)
        if not self.size_polynomials.cleared(polynomial)[0]:
            return True
        if self.fixed is None:
            return False
        cases = (self.fixed.written(self._cleared(case)) for case in self.fixed.cases(polynomial))
        return not any(self.size_polynomials.cleared(case)[0] for case in cases)

    def _cleared(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial times units, such that more polynomials that are zero are seen to be so."""
        return polynomial

    def _normal_form(self, term: Term, at: Mapping[Index, Index]) -> Polynomial:
        """The normal form of a term whose indices go by other names.

            sum[i] a   equals   sum[i'] a[i := i']        (i' a name that nothing else has)

        Bound indices and formals get such names when their scope is entered, so that only the free
        indices of a claim keep the names under which its hypotheses speak of them.
        """
        ring = self.ring
        if type(term) not in TERMS:
            raise TermError("syntax", f"{term!r} is not a term", term)
        match term:
            case Number(number):
                return ring.constant(number.numerator if number.denominator == 1 else number)
            case Entry():
                return self._entry(term, at)
            case Delta(left, right):
                return ring.atom((DELTA, self._pair(left, right, at, term)))
            case Neg(body):
                return ring.scale(self._normal_form(body, at), -1)
            case Add(terms):
                return ring.add(*(self._normal_form(part, at) for part in terms))
            case Mul(factors):
                product = self._normal_form(factors[0], at)
                for factor in factors[1:]:
                    product = ring.multiply(product, self._normal_form(factor, at))
                return product
            case Div(numerator, denominator):
                inverse = self._inverse(self._denominator(denominator, at), denominator)
                return ring.multiply(self._normal_form(numerator, at), inverse)
            case Pow(base, exponent):
                if exponent < 0:
                    return ring.power(self._inverse(self._denominator(base, at), base), -exponent)
                return ring.power(self._normal_form(base, at), exponent)
            case Sum(indices, conditions, body):
                names = self._new_names(indices, term)
                inner = {**at, **names}
                unequal = self._conditions(conditions, inner, term)
                value = self._body(body, inner, unequal)
                for pair in unequal:
                    delta = ring.atom((DELTA, tuple(pair)))
                    value = ring.multiply(ring.add({ONE: 1}, ring.scale(delta, -1)), value)
                return self._bound(value, tuple(names.values()))
            case Mean(indices, body):
                names = self._new_names(indices, term)
                value = self._bound(self._body(body, {**at, **names}, ()), tuple(names.values()))
                for index in indices:
                    size = self.signature.sizes[index.sort]
                    value = ring.multiply(ring.atom((size, ()), -1), value)
                return value
            case Diff(variable, body):
                self.signature.check_variable(variable)
                indices = tuple(at.get(index, index) for index in variable.indices)
                return self._diff(self._body(body, at, ()), (variable.name, indices))
            case Apply(function, order, argument):
                self.signature.check_function(term)
                return self._value(function, order, self._body(argument, at, ()))

    def _value(self, function: str, order: int, argument: Polynomial) -> Polynomial:
        """The value of a function of which nothing is known: an atom.

        a = b
        ---------------
        phi(a) = phi(b)
        """
        return self.ring.atom(self.opaque.value(function, order, argument))

    def _new_names(self, indices: tuple[Index, ...], culprit: object) -> dict[Index, Index]:
        """New names for the indices of a binder or the formals of a definition."""
        self.signature.check_binders(indices, culprit)
        names = {index: self.ring.fresh(index.sort) for index in indices}
        self._authors.update((new, old) for old, new in names.items())
        return names

    def _pair(
        self, left: Index, right: Index, at: Mapping[Index, Index], culprit: object
    ) -> tuple[Index, Index]:
        """Two indices of one sort that are compared, under their names."""
        self.signature.check_indices((left, right), (left.sort, left.sort), "delta", culprit)
        return (at.get(left, left), at.get(right, right))

    def _conditions(
        self, conditions: Iterable[Unequal], at: Mapping[Index, Index], culprit: object
    ) -> list[Unequal]:
        """The conditions of a sum under the names of its indices."""
        pairs = [Unequal(*self._pair(*pair, at, culprit)) for pair in conditions]
        for left, right in pairs:
            if left == right:
                raise TermError("wrong-indices", "no index differs from itself", culprit)
        return pairs

    def _template(self, formals: tuple[Index, ...], body: Term) -> Template:
        """The normal form of a definition, its formals under new names."""
        names = self._new_names(formals, body)
        return Template(tuple(names.values()), self._normal_form(body, names))

    def _instance(self, template: Template, indices: Iterable[Index]) -> Polynomial:
        """The polynomial of a template at given indices."""
        names = dict(zip(template.formals, indices, strict=True))
        return self.ring.instantiate(template.polynomial, names)

    def _derivative(self, polynomial: Polynomial, variable: Atom) -> Polynomial:
        """Rule 5: the partial derivative of a normal form.

        diff (a*b) = (diff a)*b + a*(diff b)        diff (sum[i] a) = sum[i] diff a
        diff (u^k) = k*u^(k-1)*(diff u)             diff a = 0 for every other array a

        Bound indices get fresh names first, as the derivative of an atom may bind others.
        """
        into: Polynomial = {}
        for monomial, coefficient in polynomial.items():
            factors, bound = self.ring.renamed_apart(monomial)
            for position, (atom, power) in enumerate(factors):
                inner = self._atom_derivative(atom, variable)
                if not inner:
                    continue
                rest = list(factors)
                rest[position] = (atom, power - 1)
                product = self.ring.under_sum(coefficient * power, rest, bound, inner)
                self.ring.add_to(into, product)
        return into

    def _value_derivative(self, known: Opaque, variable: Atom) -> Polynomial:
        """The chain rule: `diff phi(a) = phi'(a)*(diff a)`."""
        slope = self._derivative(known.body, variable)
        if not slope:
            return {}
        return self.ring.multiply(self._value(known.function, known.order + 1, known.body), slope)

    def _refreshed(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with the names of its opaque atoms as they are at their present indices.

        Where a definition or a rule was instantiated, or a delta contracted, indices may coincide that
        did not before, or stand in another order in a part that is symmetric in them.
        """
        if all(self._is_settled(atom) for m in polynomial for atom, _ in m.factors):
            return polynomial
        into: Polynomial = {}
        for monomial, coefficient in polynomial.items():
            factors, bound = self.ring.renamed_apart(monomial)
            settled = [factor for factor in factors if self._is_settled(factor[0])]
            inner: Polynomial = {ONE: 1}
            for atom, power in factors:
                if not self._is_settled(atom):
                    inner = self.ring.multiply(inner, self._renewed(atom, power))
            self.ring.add_to(into, self.ring.under_sum(coefficient, settled, bound, inner))
        return into

    def _is_settled(self, atom: Atom) -> bool:
        return atom[0] not in self.opaque.meaning or self.opaque.is_settled(atom)

    def _renewed(self, atom: Atom, power: int) -> Polynomial:
        """A power of an opaque atom, named anew."""
        known = self.opaque.instance(atom)
        body = self._refreshed(known.body)
        if known.function:
            value = self._value(known.function, known.order, body)
        elif known.array:
            value = self._diff(body, (known.array, known.at))
        elif known.bound:
            value = self._bound(body, known.bound)
        else:
            value = self.ring.atom(self.opaque.bracket(body))
        return self.ring.power(value, power)

    def _identities(self, indices: Iterable[Index], at: Iterable[Index]) -> Polynomial:
        """The derivative of an entry of an array by another: `diff[x[j,e]] x[i,d] = delta*delta`."""
        pairs = zip(indices, at, strict=True)
        return self.ring.product([((DELTA, pair), 1) for pair in pairs])

    def _half_inverse(self, root: Atom) -> Polynomial:
        """`1/(2*s)`, by which the slope of a radicand is multiplied: `diff s = diff(s^2)/(2*s)`."""
        return self.ring.scale(self.ring.atom(root, -1), Fraction(1, 2))

    @abstractmethod
    def _entry(self, entry: Entry, at: Mapping[Index, Index]) -> Polynomial:
        """An entry of an array."""

    @abstractmethod
    def _body(
        self, body: Term, at: Mapping[Index, Index], unequal: Iterable[Unequal]
    ) -> Polynomial:
        """What stands behind a prefix operator, wanted only where the pairs are unequal."""

    @abstractmethod
    def _denominator(self, denominator: Term, at: Mapping[Index, Index]) -> Polynomial:
        """What is divided by, wanted wherever the statement speaks of it."""

    @abstractmethod
    def _bound(self, polynomial: Polynomial, indices: tuple[Index, ...]) -> Polynomial:
        """The sum of a polynomial over free indices of it."""

    @abstractmethod
    def _diff(self, polynomial: Polynomial, variable: Atom) -> Polynomial:
        """The derivative that a `diff` stands for."""

    @abstractmethod
    def _inverse(self, polynomial: Polynomial, culprit: object) -> Polynomial:
        """The inverse of a polynomial; `culprit` is the term to blame if there is none."""

    @abstractmethod
    def _atom_derivative(self, atom: Atom, variable: Atom) -> Polynomial:
        """The derivative of one atom."""
