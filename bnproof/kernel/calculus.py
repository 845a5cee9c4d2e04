"""From terms to normal forms: definitions, roots, division and derivatives (trusted; rule 5).

A `Calculus` is made for one theory and one set of hypotheses. Everything it knows about a normaliser it
derives from the definitions in the theory; there is no fact about batch norm in this file.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from bnproof.kernel.monomials import ONE, Atom, Budget, Factor, Monomial, Polynomial
from bnproof.kernel.ring import PowerSum, Ring
from bnproof.kernel.signature import DELTA, Signature
from bnproof.kernel.units import SizePolynomials, atom_text
from bnproof.terms import (
    Add,
    Declaration,
    Definition,
    Delta,
    Diff,
    Div,
    Entry,
    Hypothesis,
    Index,
    Input,
    Mean,
    Mul,
    Neg,
    Number,
    Parameter,
    Pow,
    Root,
    Sum,
    Term,
    TermError,
    Theory,
)

_UNITS = "numbers, sizes, roots and parameters assumed to be non-zero"


class _Generator(NamedTuple):
    """A mean or a root: it stays in normal forms, and this polynomial says how it varies."""

    formals: tuple[Index, ...]
    source: Polynomial
    is_root: bool


class Calculus:
    """Normal forms in one theory under hypotheses.

    `roots` are those that the terms seen so far mention or divide by, through definitions too: their
    radicands must be positive. An even power of any other root only stands for its radicand.

    Raises `TermError` for a theory, hypothesis or term without meaning, and `BudgetExhausted`.
    """

    def __init__(self, theory: Theory, hypotheses: Iterable[Hypothesis], budget: Budget) -> None:
        self.signature = Signature(theory, hypotheses)
        self._templates: dict[str, Polynomial] = {}
        self._generators: dict[str, _Generator] = {}
        self._derivatives: dict[tuple[str, str], Polynomial] = {}
        self.roots: set[str] = set()
        self.ring = Ring(
            self.signature.sizes, self.signature.zero(), self.signature.unequal, budget
        )
        self.size_polynomials = SizePolynomials(self.ring)
        for declaration in theory.declarations:
            self._declare(declaration)
        self.roots.clear()

    def normal_form(self, term: Term) -> Polynomial:
        """The normal form of a term, all definitions unfolded."""
        ring = self.ring
        match term:
            case Number(number):
                return ring.constant(number.numerator if number.denominator == 1 else number)
            case Entry():
                return self._entry(term)
            case Delta(left, right):
                self._check_pair(left, right, term)
                return ring.atom((DELTA, (left, right)))
            case Neg(body):
                return ring.scale(self.normal_form(body), -1)
            case Add(terms):
                return ring.add(*map(self.normal_form, terms))
            case Mul(factors):
                product = self.normal_form(factors[0])
                for factor in factors[1:]:
                    product = ring.multiply(product, self.normal_form(factor))
                return product
            case Div(numerator, denominator):
                inverse = self._inverse(self.normal_form(denominator), denominator)
                return ring.multiply(self.normal_form(numerator), inverse)
            case Pow(base, exponent):
                value = self.normal_form(base)
                if exponent < 0:
                    value = self._inverse(value, base)
                return ring.power(value, abs(exponent))
            case Sum(indices, conditions, body):
                self.signature.check_binders(indices, term)
                value = self.normal_form(body)
                for left, right in conditions:
                    value = ring.multiply(self._unless_equal(left, right, term), value)
                return ring.bind(value, indices)
            case Mean(indices, body):
                self.signature.check_binders(indices, term)
                value = ring.bind(self.normal_form(body), indices)
                for index in indices:
                    value = ring.multiply(
                        ring.atom((self.signature.sizes[index.sort], ()), -1), value
                    )
                return value
            case Diff(variable, body):
                self.signature.check_variable(variable)
                return self._derivative(self.normal_form(body), (variable.name, variable.indices))

    def is_zero(self, polynomial: Polynomial) -> bool:
        """Whether a normal form is the zero function, for all sizes that its denominators admit."""
        return not self.size_polynomials.cleared(polynomial)[0]

    # Declarations

    def _declare(self, declaration: Declaration) -> None:
        """Enter a declaration; means and roots are exchanged for the power sums behind them."""
        self.signature.enter(declaration)
        match declaration:
            case Definition(_, _, Mean(_, Entry()) as body):
                self._exchange(declaration, self._generator(declaration, 1), self.normal_form(body))
            case Root(name, _, radicand):
                square = self._generator(declaration, 2)
                if not self._exchange(declaration, square, self.normal_form(radicand)):
                    problem = f"the radicand of {name} has no power sum that it could stand for"
                    raise TermError("unsupported", problem, declaration)
        if isinstance(declaration, Parameter) and declaration.symmetric:
            self.ring.symmetric.add(declaration.name)
        self._templates.clear()

    def _generator(self, declaration: Definition | Root, power: int) -> Polynomial:
        """A power of the atom that a mean or a root is in normal forms."""
        return self.ring.atom((declaration.name, declaration.formals), power)

    def _exchange(
        self, declaration: Definition | Root, value: Polynomial, source: Polynomial
    ) -> bool:
        """Exchange a power sum of an input for the mean or the root that is defined by it.

            value = c * (sum[i] x[i,d]^p) + rest       c a unit, x an input
            ---------------------------------------------------------------
            sum[i] x[i,d]^p  =  (value - rest) / c

        A mean has value mu[d] and p = 1, a root has value s[d]^2, where the radicand is positive and so
        s[d] a unit. `rest` must not contain x, so that no power sum leads back to itself. Returns whether
        there was a power sum to exchange.
        """
        ring, formals = self.ring, declaration.formals
        is_root = isinstance(declaration, Root)
        for monomial in source:
            found = self._power_sum(monomial, formals)
            if found is None or not (is_root or found[1] == 1):
                continue
            (array, indices), power = found
            rest = {m: c for m, c in source.items() if self._power_sum(m, formals) != found}
            if any(atom[0] == array for m in rest for atom, _ in m.factors):
                continue
            scale = {
                Monomial(tuple(f for f in m.factors if f != found), ()): c
                for m, c in source.items()
                if m not in rest
            }
            solved = ring.multiply(
                ring.add(value, ring.scale(rest, -1)), self._inverse(scale, declaration)
            )
            positions = tuple(k for k, index in enumerate(indices) if index not in formals)
            others = tuple(index for index in indices if index in formals)
            ring.power_sums[array, power] = PowerSum(positions, others, solved)
            self._generators[declaration.name] = _Generator(formals, source, is_root)
            return True
        return False

    def _power_sum(self, monomial: Monomial, formals: tuple[Index, ...]) -> Factor | None:
        """The factor `x[i,d]^p` of a monomial `c * sum[i] x[i,d]^p`, c in the sizes alone."""
        factors = [f for f in monomial.factors if not self.size_polynomials.is_size(f[0][0])]
        if len(factors) != 1 or not monomial.bound:
            return None
        (array, indices), power = factors[0]
        if (
            not isinstance(self.signature.declared.get(array), Input)
            or (array, power) in self.ring.power_sums
        ):
            return None
        return factors[0] if sorted(indices) == sorted(monomial.bound + formals) else None

    # Division

    def _inverse(self, polynomial: Polynomial, culprit: object) -> Polynomial:
        """The inverse of a unit.

            p = c * u1^k1 * ... * um^km       c a non-zero polynomial in the sizes, each u a unit
            ---------------------------------------------------------------------------------
            1/p = 1/c * u1^(-k1) * ... * um^(-km)                  (scope: the sizes with c != 0)

        A unit is a root or a parameter that is positive or non-zero by hypothesis; what counts is the
        normal form, so `var[d] + eps` is the unit `s[d]^2`. Anything else raises `TermError`.
        """
        parts, denominator = self.size_polynomials.split(polynomial)
        if not parts:
            raise TermError("division", "cannot divide by zero", culprit)
        if len(parts) > 1:
            problem = f"cannot divide by this sum; a denominator is a product of {_UNITS}"
            raise TermError("division", problem, culprit)
        [(monomial, coefficient)] = parts.items()
        for atom, _ in monomial.factors:
            self._check_unit(atom, culprit)
        if monomial.bound:
            problem = "cannot divide by this sum over samples or features, which may be zero"
            raise TermError("division", problem, culprit)
        inverse = Monomial(tuple((atom, -power) for atom, power in monomial.factors), ())
        scale = self.size_polynomials.inverse(coefficient)
        return self.ring.multiply(self.ring.multiply({inverse: 1}, scale), denominator)

    def _check_unit(self, atom: Atom, culprit: object) -> None:
        name = atom[0]
        if self.signature.is_unit(name):
            self._note_root(name)
            return
        problem = f"cannot divide by {atom_text(atom)}, which may be zero"
        declared = self.signature.declared.get(name)
        if isinstance(declared, Parameter):
            relation = ">" if declared.nonnegative else "!="
            problem += f"; assume {atom_text(atom)} {relation} 0 if you mean that it is not"
        raise TermError("division", problem, culprit)

    # Entries and derivatives

    def _entry(self, entry: Entry) -> Polynomial:
        """An entry of an array: an atom, or the instance of a definition.

        let y[i,d] = body
        --------------------------------------
        y[k,e]  =  body[i, d := k, e]       (at once; bound indices of body are named apart)
        """
        name, indices = entry.name, entry.indices
        if name in self.signature.sizes.values():
            self.signature.check_indices(indices, (), name, entry)
            return self.ring.atom((name, ()))
        declared = self.signature.find(entry)
        if not isinstance(declared, Definition) or name in self._generators:
            self._note_root(name)
            return self.ring.atom((name, indices))
        template = self._templates.get(name)
        if template is None:
            template = self._templates[name] = self.normal_form(declared.body)
        names = dict(zip(declared.formals, indices, strict=True))
        return self.ring.instantiate(template, names)

    def _note_root(self, name: str) -> None:
        if isinstance(self.signature.declared.get(name), Root):
            self.roots.add(name)

    def _derivative(self, polynomial: Polynomial, variable: Atom) -> Polynomial:
        """Rule 5: the partial derivative of a normal form.

        diff (a*b) = (diff a)*b + a*(diff b)        diff (sum[i] a) = sum[i] diff a
        diff (u^k) = k*u^(k-1)*(diff u)             diff a = 0 for every other array a
        """
        into: Polynomial = {}
        for monomial, coefficient in polynomial.items():
            for position, (atom, power) in enumerate(monomial.factors):
                inner = self._atom_derivative(atom, variable)
                if not inner:
                    continue
                rest = list(monomial.factors)
                rest[position] = (atom, power - 1)
                into = self.ring.add(
                    into,
                    self.ring.under_sum(coefficient * power, rest, monomial.bound, inner),
                )
        return into

    def _atom_derivative(self, atom: Atom, variable: Atom) -> Polynomial:
        """The derivative of one atom.

        diff[x[j,e]] x[i,d] = delta[i,j]*delta[d,e]
        diff mu = diff (the definition of mu)
        diff s  = diff (the radicand of s) / (2*s)          (s^2 is the radicand, and s > 0)
        """
        name, indices = atom
        array, at = variable
        if name == array:
            deltas = tuple(((DELTA, pair), 1) for pair in zip(indices, at, strict=True))
            return self.ring.under_sum(1, list(deltas), (), {ONE: 1})
        generator = self._generators.get(name)
        if generator is None:
            return {}
        formals = tuple(Index(f"@{k}", index.sort) for k, index in enumerate(at))
        template = self._derivatives.get((name, array))
        if template is None:
            template = self._derivative(generator.source, (array, formals))
            if generator.is_root:
                half: Polynomial = {
                    Monomial((((name, generator.formals), -1),), ()): Fraction(1, 2)
                }
                template = self.ring.multiply(half, template)
            self._derivatives[name, array] = template
        names = dict(zip(generator.formals + formals, indices + at, strict=True))
        return self.ring.instantiate(template, names)

    def _unless_equal(self, left: Index, right: Index, culprit: object) -> Polynomial:
        """The factor `1 - delta[left,right]` of a sum under the condition `left != right`."""
        self._check_pair(left, right, culprit)
        delta = self.ring.atom((DELTA, (left, right)))
        return self.ring.add({ONE: 1}, self.ring.scale(delta, -1))

    def _check_pair(self, left: Index, right: Index, culprit: object) -> None:
        """Two indices that are compared are of one sort."""
        self.signature.check_indices((left, right), (left.sort, left.sort), "delta", culprit)
