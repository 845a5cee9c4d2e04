"""Zero or not: SymPy expressions in rational operations and square roots (not trusted).

Each root is a letter s with s^2 = radicand. The expression is put over one common denominator; its
numerator, reduced until no letter has an exponent above 1, is the zero polynomial only if the expression
is zero wherever it is defined. The converse holds for roots of integers, since each then is a product of
roots of primes, which are independent over the rationals; it need not for roots in which others occur.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

import sympy
from sympy.polys.rings import PolyRing

from bnproof.checks.evaluator import Work
from bnproof.terms import BnproofError

_MAX_BITS = 64
_HALF = 2

# Elements of a ring of polynomials over the rationals; SymPy has no types.
Polynomial: TypeAlias = Any


class UnsuitableError(BnproofError):
    """An expression with something else than rational operations and square roots in it."""


class _Quotient(NamedTuple):
    """A numerator over a product of powers of polynomials."""

    numerator: Polynomial
    denominator: Mapping[Polynomial, int]


class Surds:
    """The ring of polynomials in the symbols and the roots of an expression.

    Raises `UnsuitableError`, and `WorkExhausted` where it takes too long.
    """

    def __init__(self, expression: sympy.Expr, work: Work) -> None:
        self._work = work
        self._expression = expression
        radicands = list(dict.fromkeys(self._radicands(expression, set())))
        symbols = sorted(expression.free_symbols, key=str)
        letters = [sympy.Dummy("s") for _ in radicands]
        self._ring = PolyRing([*symbols, *letters], sympy.QQ, sympy.lex)
        generators = self._ring.gens
        self._known: dict[sympy.Expr, _Quotient] = {
            symbol: _Quotient(generator, {})
            for symbol, generator in zip(symbols, generators, strict=False)
        }
        self._roots = dict(zip(radicands, generators[len(symbols) :], strict=True))

    def is_zero(self) -> bool:
        """Whether the expression is zero for all values of its symbols; see above for the converse."""
        numerator, denominator = self._quotient(self._expression)
        if any(not self._reduced(divisor) for divisor in denominator):
            raise UnsuitableError("the expression divides by zero")
        return not self._reduced(numerator)

    def _radicands(self, expression: sympy.Expr, seen: set[sympy.Expr]) -> Iterator[sympy.Expr]:
        """What roots are taken of, the inner ones first; of an integer its prime factors."""
        if expression in seen:
            return
        seen.add(expression)
        self._work.spend()
        for part in expression.args:
            yield from self._radicands(part, seen)
        if expression.is_Pow and not expression.exp.is_Integer:
            if expression.base.is_Rational:
                yield from self._primes(expression.base)
            else:
                yield expression.base

    def _primes(self, number: sympy.Integer) -> dict[sympy.Integer, int]:
        """The prime factors of what SymPy leaves under a root."""
        if not number.is_Integer or number < 1 or int(number).bit_length() > _MAX_BITS:
            raise UnsuitableError(f"the root of {number} is not looked into")
        return {sympy.Integer(p): k for p, k in sympy.factorint(int(number)).items()}

    def _quotient(self, expression: sympy.Expr) -> _Quotient:
        known = self._known.get(expression)
        if known is None:
            self._work.spend()
            known = self._known[expression] = self._computed(expression)
        return known

    def _computed(self, expression: sympy.Expr) -> _Quotient:
        if expression.is_Rational:
            value = sympy.QQ(int(expression.p), int(expression.q))
            return _Quotient(self._ring.ground_new(value), {})
        if expression.is_Add:
            return self._sum([self._quotient(part) for part in expression.args])
        if expression.is_Mul:
            return self._product(self._quotient(part) for part in expression.args)
        if expression.is_Pow:
            base, exponent = expression.args
            if exponent.is_Integer:
                return self._power(self._quotient(base), int(exponent))
            if exponent.is_Rational and exponent.q == _HALF:
                return self._power(self._root(base), int(exponent.p))
        raise UnsuitableError(f"{expression.func} is neither a rational operation nor a root")

    def _root(self, radicand: sympy.Expr) -> _Quotient:
        """The letter of a root, or those of the prime factors of an integer."""
        if radicand in self._roots:
            return _Quotient(self._roots[radicand], {})
        factors = (
            self._power(_Quotient(self._roots[prime], {}), k)
            for prime, k in self._primes(radicand).items()
        )
        return self._product(factors)

    def _sum(self, parts: list[_Quotient]) -> _Quotient:
        """Over the least common multiple of the denominators, as far as it shows."""
        common: dict[Polynomial, int] = {}
        for _, denominator in parts:
            for divisor, power in denominator.items():
                common[divisor] = max(power, common.get(divisor, 0))
        total = self._ring.zero
        for numerator, denominator in parts:
            missing = {d: power - denominator.get(d, 0) for d, power in common.items()}
            term = self._times(numerator, self._expanded(missing))
            self._work.spend(len(term))
            total = total + term
        return _Quotient(total, common)

    def _product(self, parts: Iterable[_Quotient]) -> _Quotient:
        total = self._ring.one
        common: dict[Polynomial, int] = {}
        for numerator, denominator in parts:
            total = self._times(total, numerator)
            for divisor, power in denominator.items():
                common[divisor] = power + common.get(divisor, 0)
        return _Quotient(total, common)

    def _power(self, base: _Quotient, exponent: int) -> _Quotient:
        if exponent < 0:
            base, exponent = self._inverse(base), -exponent
        denominator = {divisor: power * exponent for divisor, power in base.denominator.items()}
        return _Quotient(self._raised(base.numerator, exponent), denominator)

    def _inverse(self, quotient: _Quotient) -> _Quotient:
        """The quotient upside down; a single term is divided by letter by letter."""
        numerator, denominator = quotient
        if not numerator:
            raise UnsuitableError("the expression divides by zero")
        leading = numerator.LC
        expanded = self._expanded(denominator).quo_ground(leading)
        if len(numerator) > 1:
            return _Quotient(expanded, {numerator.quo_ground(leading): 1})
        letters = zip(self._ring.gens, numerator.LM, strict=True)
        return _Quotient(expanded, {letter: power for letter, power in letters if power})

    def _expanded(self, powers: Mapping[Polynomial, int]) -> Polynomial:
        """A product of powers of polynomials, multiplied out."""
        product = self._ring.one
        for base, power in powers.items():
            product = self._times(product, self._raised(base, power))
        return product

    def _raised(self, base: Polynomial, power: int) -> Polynomial:
        """A power by repeated multiplication, but for a single term."""
        if len(base) == 1:
            self._work.spend(power)
            return base**power
        product = self._ring.one
        for _ in range(power):
            product = self._times(product, base)
        return product

    def _times(self, left: Polynomial, right: Polynomial) -> Polynomial:
        self._work.spend(len(left) * len(right))
        return left * right

    def _reduced(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with s^2 = p/q applied to every root, outer ones first, times a power of q.

        c_0 + c_1*s + c_2*s^2 + ...  ->  q^m*(c_0 + c_1*s) + q^(m-1)*p*(c_2 + c_3*s) + ...
        """
        for radicand, letter in reversed(self._roots.items()):
            place = self._ring.gens.index(letter)
            steps: dict[int, dict[tuple[int, ...], Any]] = {}
            for monomial, coefficient in polynomial.terms():
                step, rest = divmod(monomial[place], 2)
                lowered = (*monomial[:place], rest, *monomial[place + 1 :])
                steps.setdefault(step, {})[lowered] = coefficient
            highest = max(steps, default=0)
            if not highest:
                continue
            numerator, denominator = self._quotient(radicand)
            below = self._expanded(denominator)
            polynomial = self._ring.zero
            for step, terms in steps.items():
                factor = self._times(
                    self._raised(numerator, step), self._raised(below, highest - step)
                )
                polynomial = polynomial + self._times(self._ring.from_dict(terms), factor)
        return polynomial
