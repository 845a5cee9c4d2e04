"""Exact numbers: rationals, square roots, and infinitesimals for exact derivatives.

A number is a sum of `q * sqrt(m) * E`, where q is rational, m > 0 is squarefree and E is a product of
distinct infinitesimals e_0, e_1, ... with e_k^2 = 0. Since the square roots of distinct squarefree
numbers are linearly independent over the rationals (Besicovitch 1940), this representation is unique,
and a number is zero exactly when it has no part. The coefficient of e_0 in f(x + e_0) is f'(x), and
that of e_0*e_1 in f(x + e_0, y + e_1) the mixed second derivative, in this arithmetic without error.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache, lru_cache
from math import gcd, isqrt
from typing import TypeAlias

from bnproof.terms import BnproofError

_LARGEST_DIVISOR = 100_000

Part: TypeAlias = tuple[int, int]
_Coefficients: TypeAlias = Callable[[int], Fraction]
Times: TypeAlias = "Callable[[Exact, Exact], Exact]"


class WorkExhausted(BnproofError):
    """The budget of exact evaluation is spent, or a number is too large for it."""


class Exact:
    """A number; its parts map (infinitesimals as a bit mask, squarefree m) to a non-zero rational."""

    __slots__ = ("parts",)

    def __init__(self, parts: dict[Part, Fraction]) -> None:
        self.parts = parts

    @staticmethod
    def rational(value: Fraction | int) -> Exact:
        """A rational number."""
        return Exact({(0, 1): Fraction(value)} if value else {})

    def shifted(self, bit: int) -> Exact:
        """This number plus the infinitesimal e_bit."""
        return self + Exact({(1 << bit, 1): Fraction(1)})

    def derivative(self, bit: int) -> Exact:
        """The coefficient of the infinitesimal e_bit."""
        mask = 1 << bit
        return Exact({(e ^ mask, m): q for (e, m), q in self.parts.items() if e & mask})

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exact) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(frozenset(self.parts.items()))

    def __neg__(self) -> Exact:
        return Exact({part: -q for part, q in self.parts.items()})

    def __add__(self, other: Exact) -> Exact:
        if not self.parts:
            return other
        parts = dict(self.parts)
        for part, q in other.parts.items():
            total = parts.get(part, 0) + q
            if total:
                parts[part] = total
            else:
                del parts[part]
        return Exact(parts)

    def __sub__(self, other: Exact) -> Exact:
        return self + -other

    def __mul__(self, other: Exact) -> Exact:
        parts: dict[Part, Fraction] = {}
        for (left, a), p in self.parts.items():
            for (right, b), q in other.parts.items():
                if left & right:
                    continue
                common = gcd(a, b)
                part = (left | right, a * b // (common * common))
                total = parts.get(part, 0) + p * q * common
                if total:
                    parts[part] = total
                else:
                    del parts[part]
        return Exact(parts)

    def bits(self) -> int:
        """The bits of its largest numerator and denominator."""
        values = self.parts.values()
        return max(
            (q.numerator.bit_length() + q.denominator.bit_length() for q in values), default=0
        )

    def _standard(self) -> tuple[Fraction, int]:
        """The part without infinitesimals, which must be a single `q * sqrt(m)`."""
        parts = [(q, m) for (e, m), q in self.parts.items() if not e]
        if not parts:
            raise ZeroDivisionError("division by zero")
        if len(parts) > 1:
            raise ArithmeticError(
                f"{self} is a sum of square roots; only single terms are inverted"
            )
        return parts[0]

    def inverse(self, times: Times | None = None) -> Exact:
        """1 over this number: 1/(a + h) = 1/a * (1 - h/a + (h/a)^2 - ...), where h is nilpotent.

        `times` may stand for the multiplication, to count what it costs.
        """
        q, m = self._standard()
        inverse = Exact({(0, m): 1 / (q * m)})
        ratio = Exact({part: -r for part, r in self.parts.items() if part[0]}) * inverse
        return _power_series(ratio, lambda _k: Fraction(1), times or Exact.__mul__) * inverse

    def sqrt(self, times: Times | None = None) -> Exact:
        """The positive root: sqrt(a + h) = sqrt(a) * sum of binomial(1/2, k) * (h/a)^k."""
        q, m = self._standard()
        if m != 1 or q <= 0:
            raise ArithmeticError(f"{self} is not a positive rational; it has no root here")
        inside, outside = squarefree(q.numerator * q.denominator)
        root = Exact({(0, inside): Fraction(outside, q.denominator)})
        ratio = Exact({part: r / q for part, r in self.parts.items() if part[0]})
        return _power_series(ratio, _half_choose, times or Exact.__mul__) * root

    def sign_if_rational(self) -> int | None:
        """-1, 0 or 1 for a rational number, None for any other."""
        if not self.parts:
            return 0
        if set(self.parts) != {(0, 1)}:
            return None
        return 1 if self.parts[0, 1] > 0 else -1

    def sign(self) -> int:
        """-1, 0 or 1; of a number without infinitesimals.

        A sum of roots that is not zero is told from zero by enough of its digits.
        """
        if not self.parts:
            return 0
        digits = 64
        while True:
            scale = 1 << digits
            terms = [(q, isqrt(m * scale * scale)) for (_, m), q in self.parts.items()]
            total = sum((q * root for q, root in terms), Fraction(0))
            if abs(total) > sum(abs(q) for q, _ in terms):  # each root is off by less than 1
                return 1 if total > 0 else -1
            digits *= 2

    def __float__(self) -> float:
        return float(sum(float(q) * m**0.5 for (e, m), q in self.parts.items() if not e))

    def __str__(self) -> str:
        terms = [_term_text(q, m) for (e, m), q in sorted(self.parts.items()) if not e]
        text = " + ".join(terms) if terms else "0"
        return text.replace("+ -", "- ")

    def __repr__(self) -> str:
        return f"Exact({self})"


def _power_series(ratio: Exact, coefficient: _Coefficients, times: Times) -> Exact:
    """The sum of coefficient(k) * ratio^k; it ends, since ratio is nilpotent."""
    total = power = Exact.rational(1)
    k = 0
    while power := times(power, ratio):
        k += 1
        total = total + power * Exact.rational(coefficient(k))
    return total


@cache
def _half_choose(k: int) -> Fraction:
    """The binomial coefficient of 1/2 over k."""
    return Fraction(1) if k == 0 else _half_choose(k - 1) * (Fraction(3, 2) - k) / k


@lru_cache(maxsize=4096)
def squarefree(value: int) -> tuple[int, int]:
    """The m and k with value = m * k^2 and m squarefree, for a positive value."""
    inside = outside = 1
    rest, divisor = value, 2
    while divisor**3 <= rest:
        if divisor > _LARGEST_DIVISOR:
            raise WorkExhausted(f"{value} is too large to be split into a square and the rest")
        count = 0
        while rest % divisor == 0:
            rest //= divisor
            count += 1
        outside *= divisor ** (count // 2)
        inside *= divisor ** (count % 2)
        divisor += 1
    root = isqrt(rest)
    return (inside, outside * root) if root * root == rest else (inside * rest, outside)


def _term_text(q: Fraction, m: int) -> str:
    """`q*sqrt(m)` as people write it: 3, -1/2, sqrt(5), 2*sqrt(5)/25."""
    if m == 1:
        return str(q)
    head = {1: "", -1: "-"}.get(q.numerator, f"{q.numerator}*")
    return f"{head}sqrt({m})" + (f"/{q.denominator}" if q.denominator != 1 else "")
