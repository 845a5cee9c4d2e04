"""Division by polynomials in the sizes, such as n - 1 (trusted).

The sizes n and D are generators that may have negative powers, since they are positive. The inverse of
any other polynomial p in them is a letter of its own, whose only law is `p * (1/p) = 1`. It is applied
by multiplying out over one common denominator, and it holds where p is not zero: the scope of a claim.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from math import comb, gcd, lcm
from typing import TypeAlias

from bnproof.kernel.monomials import (
    ONE,
    Atom,
    Budget,
    BudgetExhausted,
    Coefficient,
    Monomial,
    Polynomial,
)
from bnproof.kernel.ring import Ring

MAX_DIVISORS = 256
# What a coefficient costs grows by one step with so many powers.
_LONG = 32

Powers: TypeAlias = tuple[int, ...]
SizePolynomial: TypeAlias = dict[Powers, Coefficient]
_Key: TypeAlias = tuple[tuple[Powers, Fraction], ...]
# A polynomial in the sizes as its terms, each the powers of the sizes and a coefficient.
SizeCondition: TypeAlias = tuple[tuple[tuple[tuple[str, int], ...], Coefficient], ...]


def atom_text(atom: Atom) -> str:
    """An atom as an author writes it."""
    name, indices = atom
    return f"{name}[{','.join(index.name for index in indices)}]" if indices else name


class SizePolynomials:
    """The inverses of polynomials in the sizes that occur in one calculus.

    Their letters are no words, so no array can have the name of one. Calculi that exchange polynomials
    share the letters of the `known` one.
    """

    def __init__(self, ring: Ring, known: SizePolynomials | None = None) -> None:
        self._ring = ring
        self._sizes = tuple(ring.sizes.values())
        self.used: set[str] = set()
        self.inverted: dict[str, Polynomial] = known.inverted if known else {}
        self._letters: dict[_Key, str] = known._letters if known else {}

    def is_size(self, name: str) -> bool:
        """Whether an atom is a size or the inverse of a polynomial in the sizes."""
        return name in self._sizes or name in self.inverted

    def is_positive(self, name: str, minimum: Mapping[str, int]) -> bool:
        """Whether a size, or the inverse of a polynomial in the sizes, is positive where it is defined.

        1/(n-1) is, since n - 1 is not negative where n >= 1.
        """
        if name in self._sizes:
            return True
        known = self.inverted.get(name)
        if known is None:
            return False
        return min(shifted(known, minimum, (), self._ring.budget).values()) >= 0

    def conditions(self) -> tuple[SizeCondition, ...]:
        """The polynomials in `used`, those that were divided by, that may be zero at some sizes.

        One without a negative coefficient is positive at all sizes, since these are.
        """
        return tuple(
            tuple((tuple((atom[0], k) for atom, k in m.factors), c) for m, c in p.items())
            for p in (self.inverted[name] for name in self.inverted if name in self.used)
            if min(p.values()) < 0
        )

    def cleared(self, polynomial: Polynomial) -> tuple[Polynomial, Polynomial]:
        """Numerator and denominator of a polynomial over one common denominator.

            q * (a + b/q) = q*a + b        (q != 0)

        The numerator has no inverses left, so it is the zero function only if nothing is left of it.
        """
        if not self.inverted:
            return polynomial, {ONE: 1}
        ring = self._ring
        highest: dict[str, int] = {}
        for monomial in polynomial:
            for (name, _), power in monomial.factors:
                if name in self.inverted:
                    highest[name] = max(highest.get(name, 0), power)
        numerator: Polynomial = {}
        for monomial, coefficient in polynomial.items():
            missing = dict(highest)
            for (name, _), power in monomial.factors:
                if name in missing:
                    missing[name] -= power
            factors = tuple(f for f in monomial.factors if f[0][0] not in highest)
            part = {Monomial(factors, monomial.bound): coefficient}
            ring.add_to(numerator, ring.multiply(part, self._product(missing)))
        return numerator, self._product(highest)

    def split(self, polynomial: Polynomial) -> tuple[dict[Monomial, Polynomial], Polynomial]:
        """A polynomial as a combination of monomials without sizes, and its denominator.

        The coefficients are polynomials in the sizes; none is zero, and none has a denominator left.
        """
        numerator, denominator = self.cleared(polynomial)
        parts: dict[Monomial, Polynomial] = {}
        for monomial, coefficient in numerator.items():
            sizes = tuple(f for f in monomial.factors if f[0][0] in self._sizes)
            others = tuple(f for f in monomial.factors if f[0][0] not in self._sizes)
            part = parts.setdefault(Monomial(others, monomial.bound), {})
            part[Monomial(sizes, ())] = coefficient
        return parts, denominator

    def inverse(self, polynomial: Polynomial) -> Polynomial:
        """The inverse of a polynomial in the sizes that is not zero and has no denominator.

        p = c * n^a * D^b * q        c a rational, q without common factors of its coefficients
        --------------------------------------------------------------------------------------
        1/p = 1/c * n^(-a) * D^(-b) * (1/q)                                      (scope: q != 0)
        """
        if polynomial.keys() == {ONE}:
            return self._ring.constant(1 / Fraction(polynomial[ONE]))
        terms: SizePolynomial = {self._powers(m): c for m, c in polynomial.items()}
        lowest = tuple(min(powers[k] for powers in terms) for k in range(len(self._sizes)))
        content = _content(terms)
        primitive = {
            tuple(a - b for a, b in zip(powers, lowest, strict=True)): Fraction(c) / content
            for powers, c in terms.items()
        }
        factors = self._factors(tuple(-power for power in lowest))
        result: Polynomial = {Monomial(factors, ()): 1 / content}
        if len(primitive) == 1:
            return result
        key = tuple(sorted(primitive.items()))
        if key not in self._letters and len(self._letters) == MAX_DIVISORS:
            problem = f"there are more than {MAX_DIVISORS} polynomials in the sizes to divide by"
            raise BudgetExhausted(problem)
        letter = self._letters.setdefault(key, f"1/#{len(self._letters)}")
        self.inverted[letter] = {Monomial(self._factors(powers), ()): c for powers, c in key}
        self.used.add(letter)
        return self._ring.multiply(result, self._ring.atom((letter, ())))

    def _powers(self, monomial: Monomial) -> Powers:
        """The exponents of the sizes in a monomial of nothing but sizes."""
        if not all(name in self._sizes for (name, _), _ in monomial.factors):
            raise ValueError("this is no polynomial in the sizes")
        found: Mapping[str, int] = {name: power for (name, _), power in monomial.factors}
        return tuple(found.get(size, 0) for size in self._sizes)

    def _factors(self, powers: Powers) -> tuple[tuple[Atom, int], ...]:
        """The factors of a monomial of nothing but sizes."""
        found = ((size, power) for size, power in zip(self._sizes, powers, strict=True) if power)
        return tuple(sorted(((size, ()), power) for size, power in found))

    def _product(self, powers: Mapping[str, int]) -> Polynomial:
        """The product of powers of the inverted polynomials."""
        product = self._ring.constant(1)
        for name, power in powers.items():
            product = self._ring.multiply(product, self._ring.power(self.inverted[name], power))
        return product


def shifted(
    polynomial: Polynomial, minimum: Mapping[str, int], fixed: Collection[str], budget: Budget
) -> dict[tuple[tuple[str, int], ...], int]:
    """The coefficients of a polynomial in the sizes, each its minimum plus 0, or a natural number.

    They are multiplied by a common denominator, which changes no sign. A high power has many of them,
    and each is a long number, which is paid for before it is made.
    """
    shifted: dict[tuple[tuple[str, int], ...], int] = {}
    scale = 1
    for coefficient in polynomial.values():
        scale *= coefficient.denominator
    for monomial, coefficient in polynomial.items():
        parts: dict[tuple[tuple[str, int], ...], int] = {(): int(coefficient * scale)}
        for (name, _), power in monomial.factors:
            budget.spend(len(parts) * (power + 1) * (1 + power // _LONG))
            parts = {
                (*key, (name, k)) if k else key: c * comb(power, k) * minimum[name] ** (power - k)
                for key, c in parts.items()
                for k in range(1 if name in fixed else power + 1)
            }
        for key, c in parts.items():
            shifted[key] = shifted.get(key, 0) + c
    return shifted


def _content(terms: SizePolynomial) -> Fraction:
    """The rational that leaves coprime integer coefficients, the leading one positive."""
    values = [Fraction(c) for c in terms.values()]
    size = Fraction(gcd(*(v.numerator for v in values)), lcm(*(v.denominator for v in values)))
    return size if terms[max(terms)] > 0 else -size
