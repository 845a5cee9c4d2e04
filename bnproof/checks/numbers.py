"""Exact numbers: rationals, square roots, and infinitesimals for exact derivatives.

A number is a sum of `q * R * E`, where q is rational, R a radical and E a product of distinct
infinitesimals e_0, e_1, ... with e_k^2 = 0. The coefficient of e_0 in f(x + e_0) is f'(x), and that of
e_0*e_1 in f(x + e_0, y + e_1) the mixed second derivative, in this arithmetic without error.

The square roots of distinct squarefree numbers are linearly independent over the rationals (Besicovitch
1940), so without nested roots this representation is unique, and a number is zero exactly when it has
no part. With them it need not be: sqrt(3 + 2*sqrt(2)) - 1 - sqrt(2) is 0. There, digits show that a
number is not zero; where they do not, p + q*r with r^2 = a is zero exactly if p^2 = q^2*a and the signs
of p and q are opposite, which has one nested root less in it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal, localcontext
from fractions import Fraction
from functools import cache, lru_cache
from math import gcd, inf, isqrt, lcm
from typing import TypeAlias

from bnproof.checks.radicals import (
    NestedRoot,
    Radical,
    enclosure,
    integer_of,
    multiplied,
    nested_in,
    nested_root,
    radical_of,
    sum_text,
)
from bnproof.terms import BnproofError

_LARGEST_DIVISOR = 10_000
# What is not zero mostly shows it in so many binary digits.
_FEW_DIGITS, _MANY_DIGITS = 64, 256
_LONGEST_TEXT = 60
_SHOWN_DIGITS = 16
_ONE = frozenset({(1, Fraction(1))})

Part: TypeAlias = tuple[int, Radical]
_Coefficients: TypeAlias = Callable[[int], Fraction]
Times: TypeAlias = "Callable[[Exact, Exact], Exact]"


class WorkExhausted(BnproofError):
    """The budget of exact evaluation is spent, or a number is too large for it."""


class Exact:
    """A number; its parts map (infinitesimals as a bit mask, radical) to a non-zero rational.

    Where `times` is an argument, it may stand for the multiplication, to count what that costs.
    """

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
        return Exact({(e ^ mask, r): q for (e, r), q in self.parts.items() if e & mask})

    def __bool__(self) -> bool:
        if self._is_unique():
            return bool(self.parts)
        return any(self._coefficient(e).sign() for e in {e for e, _ in self.parts})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exact) and not self - other

    __hash__ = None  # type: ignore[assignment]

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
        return self.multiplied(other, Exact.__mul__)

    def multiplied(self, other: Exact, times: Times) -> Exact:
        """The product; `times` multiplies by the radicands of nested roots that occur twice in it."""
        plain: dict[Part, Fraction] = {}
        squares: dict[frozenset[NestedRoot], dict[Part, Fraction]] = {}
        for (left, a), p in self.parts.items():
            for (right, b), q in other.parts.items():
                if left & right:
                    continue
                radical: Radical
                parts = plain
                if isinstance(a, int) and isinstance(b, int):
                    common = gcd(a, b)
                    radical = a * b // (common * common)
                else:
                    common, twice, radical = multiplied(a, b)
                    parts = squares.setdefault(twice, {}) if twice else plain
                part = (left | right, radical)
                total = parts.get(part, 0) + p * q * common
                if total:
                    parts[part] = total
                else:
                    del parts[part]
        product = Exact(plain)
        for twice, parts in squares.items():
            square = Exact(parts)
            for root in twice:
                square = times(square, _squared(root))
            product = product + square
        return product

    def bits(self) -> int:
        """The bits of its largest numerator and denominator."""
        values = self.parts.values()
        return max(
            (q.numerator.bit_length() + q.denominator.bit_length() for q in values), default=0
        )

    def inverse(self, times: Times | None = None) -> Exact:
        """1 over this number: 1/(a + h) = 1/a * (1 - h/a + (h/a)^2 - ...), where h is nilpotent."""
        times = times or Exact.__mul__
        inverse = self._coefficient(0)._inverse(times)
        ratio = times(-self._nilpotent(), inverse)
        return times(_power_series(ratio, lambda _k: Fraction(1), times), inverse)

    def sqrt(self, times: Times | None = None) -> Exact:
        """The positive root: sqrt(a + h) = sqrt(a) * sum of binomial(1/2, k) * (h/a)^k."""
        times = times or Exact.__mul__
        standard, nilpotent = self._coefficient(0), self._nilpotent()
        if standard.sign(times) <= 0:
            raise ArithmeticError(f"{self} is not positive; it has no root here")
        root = standard._root()
        if not nilpotent.parts:
            return root
        ratio = times(nilpotent, standard._inverse(times))
        return times(_power_series(ratio, _half_choose, times), root)

    def sign_if_rational(self) -> int | None:
        """-1, 0 or 1 for a rational number, None for any other and for what is not seen to be one."""
        if not self.parts:
            return 0
        if set(self.parts) != {(0, 1)}:
            return None
        return 1 if self.parts[0, 1] > 0 else -1

    def sign(self, times: Times | None = None) -> int:
        """-1, 0 or 1; of a number without infinitesimals.

        A number that is not zero is told from zero by enough of its digits.
        """
        rational = self.sign_if_rational()
        if rational is not None:
            return rational
        times = times or Exact.__mul__
        digits = _FEW_DIGITS
        known = self._is_unique()
        while True:
            low, high = self._enclosure(digits)
            if low > 0 or high < 0:
                return 1 if low > 0 else -1
            if digits >= _MANY_DIGITS and not known:
                if self._vanishes(times):
                    return 0
                known = True
            digits *= 2

    def __float__(self) -> float:
        standard = self._coefficient(0)
        sign = standard.sign()
        if not sign:
            return 0.0
        digits = _FEW_DIGITS
        low, high = standard._enclosure(digits)
        while (high - low) << _FEW_DIGITS > abs(low + high):
            digits *= 2
            low, high = standard._enclosure(digits)
        try:
            return float(Fraction(low + high, 2 << digits))
        except OverflowError:
            return sign * inf

    def __str__(self) -> str:
        """In closed form; its first decimals where nested roots make that too long to be read."""
        standard = self._coefficient(0)
        text = sum_text((radical, q) for (_, radical), q in standard.parts.items())
        if standard._is_unique() or len(text) <= _LONGEST_TEXT:
            return text
        return standard._decimals()

    def __repr__(self) -> str:
        return f"Exact({self})"

    # Its structure

    def _is_unique(self) -> bool:
        """Whether no nested root occurs."""
        return all(isinstance(radical, int) for _, radical in self.parts)

    def _coefficient(self, mask: int) -> Exact:
        """The number in front of a product of infinitesimals."""
        return Exact({(0, radical): q for (e, radical), q in self.parts.items() if e == mask})

    def _nilpotent(self) -> Exact:
        """The parts with infinitesimals."""
        return Exact({part: q for part, q in self.parts.items() if part[0]})

    def _outermost(self) -> NestedRoot | None:
        """A nested root that occurs in no other one here, if there are any."""
        roots = (root for _, radical in self.parts for root in nested_in(radical))
        return max(roots, key=lambda root: root.height, default=None)

    # Of numbers without infinitesimals

    def _enclosure(self, digits: int) -> tuple[int, int]:
        """Two integers between which it lies, times 2^digits."""
        return enclosure(((radical, q) for (_, radical), q in self.parts.items()), digits)

    def _vanishes(self, times: Times) -> bool:
        """Whether it is zero; p + q*r is if p^2 = q^2*r^2 and the signs of p and q are opposite."""
        root = self._outermost()
        if root is None:
            return not self.parts
        rest = Exact({p: q for p, q in self.parts.items() if root not in nested_in(p[1])})
        factor = Exact(
            {
                (e, radical_of(integer_of(radical), nested_in(radical) - {root})): q
                for (e, radical), q in self.parts.items()
                if root in nested_in(radical)
            }
        )
        norm = times(rest, rest) - times(times(factor, factor), _squared(root))
        return not norm.sign(times) and not rest.sign(times) + factor.sign(times)

    def _inverse(self, times: Times) -> Exact:
        """1 over it: 1/(q*r) = r/(q*r^2), and 1/(p + q*r) = (p - q*r)/(p^2 - q^2*r^2)."""
        if not self.sign(times):
            raise ZeroDivisionError("division by zero")
        if len(self.parts) == 1:
            [((_, radical), q)] = self.parts.items()
            inverse = Exact({(0, radical): 1 / (q * integer_of(radical))})
            for root in nested_in(radical):
                inverse = times(inverse, _squared(root)._inverse(times))
            return inverse
        conjugate = self._conjugate()
        norm = times(self, conjugate)
        if not norm.sign(times):  # it is conjugate that is 0
            return (self + conjugate)._inverse(times)
        return times(conjugate, norm._inverse(times))

    def _conjugate(self) -> Exact:
        """With the sign of a root turned: an outermost nested one, else one of an integer."""
        root = self._outermost()
        if root is not None:
            turned = {part for part in self.parts if root in nested_in(part[1])}
        else:
            prime = self._prime()
            turned = {part for part in self.parts if integer_of(part[1]) % prime == 0}
        return Exact({part: -q if part in turned else q for part, q in self.parts.items()})

    def _prime(self) -> int:
        """A number above 1 that divides some of the m and has no divisor in common with the rest."""
        first, second, *_ = (integer_of(radical) for _, radical in self.parts)
        common = gcd(first, second)
        found = max(first // common, second // common)
        for _, radical in self.parts:
            shared = gcd(found, integer_of(radical))
            found = shared if shared > 1 else found
        return found

    def _root(self) -> Exact:
        """The positive root of a positive number: that of a rational times that of the rest."""
        values = self.parts.values()
        content = Fraction(
            gcd(*(q.numerator for q in values)), lcm(*(q.denominator for q in values))
        )
        inside, outside, unsplit = squarefree(content.numerator * content.denominator)
        rest = frozenset((radical, q / content) for (_, radical), q in self.parts.items())
        radicands = (rest, frozenset({(1, Fraction(unsplit))}))
        roots = frozenset(nested_root(summands) for summands in radicands if summands != _ONE)
        return Exact({(0, radical_of(inside, roots)): Fraction(outside, content.denominator)})

    def _decimals(self) -> str:
        """Its first decimal digits: `0.3826834323650897...`, or all of them if it has no more."""
        if not self.sign():
            return "0"
        digits = _FEW_DIGITS
        while True:
            low, high = self._enclosure(digits)
            with localcontext(prec=_SHOWN_DIGITS, rounding=ROUND_DOWN):
                shown = {str(Decimal(end) / Decimal(1 << digits)) for end in (low, high)}
            if len(shown) == 1:
                return f"{shown.pop()}..."
            with localcontext(prec=_SHOWN_DIGITS):
                nearest = Decimal(low + high) / Decimal(2 << digits)
            if not (self - Exact.rational(Fraction(nearest))).sign():
                return str(nearest.normalize())
            digits *= 2


@lru_cache(maxsize=4096)
def _squared(root: NestedRoot) -> Exact:
    """What a nested root is the root of."""
    return Exact({(0, radical): q for radical, q in root.summands})


def _power_series(ratio: Exact, coefficient: _Coefficients, times: Times) -> Exact:
    """The sum of coefficient(k) * ratio^k; it ends, since ratio is nilpotent."""
    total = power = Exact.rational(1)
    k = 0
    while (power := times(power, ratio)).parts:
        k += 1
        total = total + power * Exact.rational(coefficient(k))
    return total


@cache
def _half_choose(k: int) -> Fraction:
    """The binomial coefficient of 1/2 over k."""
    return Fraction(1) if k == 0 else _half_choose(k - 1) * (Fraction(3, 2) - k) / k


@lru_cache(maxsize=4096)
def squarefree(value: int) -> tuple[int, int, int]:
    """The m, k and u with value = m * k^2 * u and m squarefree, for a positive value.

    The number u is 1, or a large one without small divisors that is no square.
    """
    inside = outside = 1
    rest, divisor = value, 2
    while divisor**3 <= rest and divisor <= _LARGEST_DIVISOR:
        count = 0
        while rest % divisor == 0:
            rest //= divisor
            count += 1
        outside *= divisor ** (count // 2)
        inside *= divisor ** (count % 2)
        divisor += 1
    root = isqrt(rest)
    if root * root == rest:
        return inside, outside * root, 1
    return (inside, outside, rest) if divisor**3 <= rest else (inside * rest, outside, 1)
