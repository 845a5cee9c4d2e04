"""Abbreviations: what a theory defines without a sum, put for what it stands for (not trusted)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from bnproof.closed_forms.standardized import Standardized, Unfolded
from bnproof.kernel import Monomial, Polynomial
from bnproof.kernel.monomials import Factor
from bnproof.kernel.signature import DELTA
from bnproof.terms import Index, Root, Theory


class Rule(NamedTuple):
    """A product of powers that a polynomial in a definition, of the same indices, is put for."""

    name: str
    pattern: tuple[Factor, ...]
    value: Polynomial


class Abbreviations:
    """The rules by which the definitions of a theory shorten a polynomial.

    `products` are those of definitions with one term, `radicands` those by which the square of a root
    is what it was defined by, and `outputs` those for what is made of a standardized input.
    """

    def __init__(self, standardized: Standardized, theory: Theory) -> None:
        self._standardized = standardized
        self._ring = standardized.ring
        self._theory = theory
        self.products: list[Rule] = []
        self.radicands: list[Rule] = []
        self.outputs: list[Rule] = []
        self._find_rules()

    def applied(self, rules: list[Rule], polynomial: Polynomial) -> Polynomial:
        """The polynomial with some rules applied one after the other, each as often as it can be."""
        for rule in rules:
            polynomial = self._exhausted(rule, polynomial)
        return polynomial

    def _exhausted(self, rule: Rule, polynomial: Polynomial) -> Polynomial:
        """The polynomial with a rule applied to it until none of its monomials has its pattern."""
        ring = self._ring
        done: Polynomial = {}
        while polynomial:
            changed: Polynomial = {}
            for monomial, coefficient in polynomial.items():
                factors, bound = ring.renamed_apart(monomial)
                names = _division(factors, rule.pattern)
                if names is None:
                    ring.add_to(done, {monomial: coefficient})
                    continue
                rest = _quotient(factors, rule.pattern, names)
                value = ring.instantiate(rule.value, names)
                ring.add_to(changed, ring.under_sum(coefficient, rest, bound, value))
            polynomial = changed
        return done

    def _find_rules(self) -> None:
        """What a definition with no sum in it can stand for; its indices are those of one monomial.

        kappa[d] = eps/s[d]^2                        eps*s[d]^(-2)    is  kappa[d]
        var[d] = s[d]^2 - eps                        s[d]^2           is  var[d] + eps
        z[i,d] = gamma[d]*y[i,d] + beta[d]           gamma[d]*y[i,d]  is  z[i,d] - beta[d]
        """
        results = self._standardized.inputs | self._standardized.names
        for unfolded in self._standardized.definitions():
            value = self._standardized.without_inputs(unfolded.value)
            for monomial in value:
                rule = self._rule(unfolded._replace(value=value), monomial)
                if rule is None:
                    continue
                degree = sum(abs(power) for _, power in rule.pattern)
                if degree > 1 and len(value) == 1:
                    self.products.append(rule)
                elif degree > 1 and any(atom[0] in results for atom, _ in rule.pattern):
                    self.outputs.append(rule)
                elif degree > 1 and self._is_root(rule.pattern):
                    self.radicands.append(rule)

    def _rule(self, unfolded: Unfolded, monomial: Monomial) -> Rule | None:
        """The rule that puts a definition for a monomial of it, if that leads to an end."""
        ring, pattern = self._ring, monomial.factors
        name, formals, value = unfolded
        indices = {index for (_, at), _ in pattern for index in at}
        rest = {m: c for m, c in value.items() if m != monomial}
        if (
            not pattern
            or any(m.bound for m in value)
            or indices != set(formals)
            or any(atom[0] == DELTA for atom, _ in pattern)
            or any(_division(list(m.factors), pattern) is not None for m in rest)
        ):
            return None
        solved = ring.add(ring.atom((name, formals)), ring.scale(rest, -1))
        return Rule(name, pattern, ring.scale(solved, 1 / Fraction(value[monomial])))

    def _is_root(self, pattern: tuple[Factor, ...]) -> bool:
        return len(pattern) == 1 and isinstance(self._theory.find(pattern[0][0][0]), Root)


def _division(factors: list[Factor], pattern: tuple[Factor, ...]) -> dict[Index, Index] | None:
    """The indices at which a product of powers divides another, if it does."""
    (name, formals), _ = max(pattern, key=lambda factor: len(set(factor[0][1])))
    powers = dict(factors)
    for array, indices in powers:
        if array != name or len(set(formals)) != len(formals):
            continue
        names = dict(zip(formals, indices, strict=True))
        needed = {(a, tuple(names.get(i, i) for i in at)): power for (a, at), power in pattern}
        if all(powers.get(a, 0) * k > 0 and abs(powers[a]) >= abs(k) for a, k in needed.items()):
            return names
    return None


def _quotient(
    factors: list[Factor], pattern: tuple[Factor, ...], names: Mapping[Index, Index]
) -> list[Factor]:
    """A product of powers divided by another one at given indices."""
    powers = dict(factors)
    for (array, at), power in pattern:
        powers[array, tuple(names.get(i, i) for i in at)] -= power
    return [(atom, power) for atom, power in powers.items() if power]
