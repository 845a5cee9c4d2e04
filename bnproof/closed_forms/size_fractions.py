"""Fractions of polynomials in the sizes in lowest terms: 1 for `n/(n - 1) - 1/(n - 1)` (not trusted).

The kernel takes the inverse of `n - 1` for a letter of its own, which is enough to tell what is zero. A
reader wants the coefficient of each product over one denominator, and common factors gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from bnproof.kernel import Monomial, Polynomial
from bnproof.kernel.monomials import Factor

# The coefficients of products of powers of the sizes, which may be negative.
_Powers: TypeAlias = tuple[int, ...]
_Sizes: TypeAlias = dict[_Powers, Fraction]


def in_lowest_terms(
    polynomial: Polynomial, inverses: Mapping[str, Polynomial], sizes: Collection[str]
) -> Polynomial:
    """The polynomial with the coefficients of its products in lowest terms.

    Args:
        polynomial: any polynomial.
        inverses: the letters of inverses, and what each is the inverse of.
        sizes: the names of the sizes.
    """
    names = tuple(sizes)
    if not any(name in inverses for m in polynomial for (name, _), _ in m.factors):
        return polynomial
    products: dict[Monomial, list[tuple[Monomial, Fraction]]] = {}
    for monomial, coefficient in polynomial.items():
        apart = [f for f in monomial.factors if f[0][0] in names or f[0][0] in inverses]
        rest = tuple(factor for factor in monomial.factors if factor not in apart)
        known = products.setdefault(Monomial(rest, monomial.bound), [])
        known.append((Monomial(tuple(apart), ()), Fraction(coefficient)))
    found: Polynomial = {}
    for product, coefficients in products.items():
        for factors, value in _reduced(coefficients, inverses, names):
            whole = tuple(sorted((*product.factors, *factors)))
            found[Monomial(whole, product.bound)] = value
    return found


def _reduced(
    coefficients: Iterable[tuple[Monomial, Fraction]],
    inverses: Mapping[str, Polynomial],
    names: Sequence[str],
) -> Iterable[tuple[list[Factor], Fraction]]:
    """A sum of fractions as one, its common factors gone: its terms, each with its coefficient."""
    fractions = list(coefficients)
    below = {letter: max(_power(m, letter) for m, _ in fractions) for letter in inverses}
    divisors = {letter: _as_sizes(inverses[letter], names) for letter in inverses}
    above: _Sizes = {}
    for monomial, value in fractions:
        part = _as_sizes({monomial: value}, names)
        for letter, power in below.items():
            for _ in range(power - _power(monomial, letter)):
                part = _times(part, divisors[letter])
        above = _plus(above, part)
    for letter, divisor in divisors.items():
        while below[letter] and above:
            quotient = _quotient(above, divisor)
            if quotient is None:
                break
            above, below[letter] = quotient, below[letter] - 1
    letters: list[Factor] = [((letter, ()), power) for letter, power in below.items() if power]
    for powers, value in above.items():
        sizes: list[Factor] = [((n, ()), k) for n, k in zip(names, powers, strict=True) if k]
        yield [*letters, *sizes], value


def _power(monomial: Monomial, name: str) -> int:
    return next((power for (known, _), power in monomial.factors if known == name), 0)


def _as_sizes(polynomial: Polynomial, names: Sequence[str]) -> _Sizes:
    """A polynomial in the sizes; other letters in it are left out."""
    return {tuple(_power(m, name) for name in names): Fraction(c) for m, c in polynomial.items()}


def _plus(left: _Sizes, right: _Sizes, scale: Fraction = Fraction(1)) -> _Sizes:
    total = dict(left)
    for powers, value in right.items():
        total[powers] = total.get(powers, Fraction(0)) + scale * value
    return {powers: value for powers, value in total.items() if value}


def _times(left: _Sizes, right: _Sizes) -> _Sizes:
    total: _Sizes = {}
    for powers, value in left.items():
        moved = {tuple(map(sum, zip(powers, k, strict=True))): c for k, c in right.items()}
        total = _plus(total, moved, value)
    return total


def _quotient(dividend: _Sizes, divisor: _Sizes) -> _Sizes | None:
    """The quotient if there is no remainder: the leading terms are divided one after the other.

    The first size counts most; as all powers may be negative, the lowest ones bound the quotient.
    """
    lead = max(divisor)
    lowest = [min(p[k] for p in dividend) - min(p[k] for p in divisor) for k in range(len(lead))]
    quotient: _Sizes = {}
    rest = dict(dividend)
    while rest:
        top = max(rest)
        powers = tuple(a - b for a, b in zip(top, lead, strict=True))
        if any(power < least for power, least in zip(powers, lowest, strict=True)):
            return None
        value = rest[top] / divisor[lead]
        quotient[powers] = value
        rest = _plus(rest, _times({powers: value}, divisor), Fraction(-1))
    return quotient
