"""Square roots of positive integers, and of sums in which other roots occur.

A radical is a product of distinct roots: sqrt(m), m squarefree, alone is written m; with nested roots,
such as sqrt(2 + sqrt(3)), it is a pair.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import gcd, isqrt
from typing import NamedTuple, TypeAlias


class Nested(NamedTuple):
    """The product of sqrt(m) and some nested roots."""

    m: int
    roots: frozenset[NestedRoot]


Radical: TypeAlias = int | Nested
# A sum of radicals, each times a rational.
Summands: TypeAlias = Iterable[tuple[Radical, Fraction]]


@dataclass(frozen=True, slots=True)
class NestedRoot:
    """The positive root of a positive sum of radicals, with coprime integers in front of them.

    Attributes:
        summands: the parts of the radicand.
        height: how many roots stand below one another in it, this one included.
    """

    summands: frozenset[tuple[Radical, Fraction]]
    height: int


def integer_of(radical: Radical) -> int:
    """The m in a radical."""
    return radical if isinstance(radical, int) else radical.m


def nested_in(radical: Radical) -> frozenset[NestedRoot]:
    """The nested roots in a radical."""
    return frozenset() if isinstance(radical, int) else radical.roots


def radical_of(m: int, roots: frozenset[NestedRoot]) -> Radical:
    """The product of sqrt(m), m squarefree, and nested roots."""
    return Nested(m, roots) if roots else m


def multiplied(left: Radical, right: Radical) -> tuple[int, frozenset[NestedRoot], Radical]:
    """The product of two radicals: an integer, nested roots that it holds the squares of, a radical."""
    a, b = integer_of(left), integer_of(right)
    common = gcd(a, b)
    one, two = nested_in(left), nested_in(right)
    return common, one & two, radical_of(a * b // (common * common), one ^ two)


@lru_cache(maxsize=4096)
def nested_root(summands: frozenset[tuple[Radical, Fraction]]) -> NestedRoot:
    """The root of a positive sum of radicals, with coprime integers in front of them."""
    heights = (root.height for radical, _ in summands for root in nested_in(radical))
    return NestedRoot(summands, 1 + max(heights, default=1))


def enclosure(summands: Summands, digits: int) -> tuple[int, int]:
    """Two integers between which a sum of radicals lies, times 2^digits."""
    low = high = 0
    for radical, q in summands:
        square = q.numerator**2 * integer_of(radical)
        least = isqrt(square << 2 * digits) // q.denominator
        most = least + 1
        for root in nested_in(radical):
            below, above = _enclosed_root(root, digits)
            least, most = least * below >> digits, (most * above >> digits) + 1
        low, high = (low + least, high + most) if q > 0 else (low - most, high - least)
    return low, high


@lru_cache(maxsize=4096)
def _enclosed_root(root: NestedRoot, digits: int) -> tuple[int, int]:
    """Two integers between which a nested root lies, times 2^digits."""
    low, high = enclosure(root.summands, digits)
    return isqrt(max(low, 0) << digits), isqrt(high << digits) + 1


def radical_text(radical: Radical) -> str:
    """`sqrt(5)`, `sqrt(5)*sqrt(2 + sqrt(3))`; nothing for the radical 1."""
    m = integer_of(radical)
    factors = [f"sqrt({m})"] if m != 1 else []
    factors += sorted((f"sqrt({sum_text(r.summands)})" for r in nested_in(radical)), key=_by_length)
    return "*".join(factors)


def sum_text(summands: Summands) -> str:
    """A sum of radicals as people write it: `3 - sqrt(2)/2`."""
    ordered = sorted(
        (len(nested_in(radical)), integer_of(radical), radical_text(radical), q)
        for radical, q in summands
    )
    text = " + ".join(_term_text(q, radical) for _, _, radical, q in ordered) or "0"
    return text.replace("+ -", "- ")


def _term_text(q: Fraction, radical: str) -> str:
    """`q*radical` as people write it: 3, -1/2, sqrt(5), 2*sqrt(5)/25."""
    if not radical:
        return str(q)
    head = {1: "", -1: "-"}.get(q.numerator, f"{q.numerator}*")
    return f"{head}{radical}" + (f"/{q.denominator}" if q.denominator != 1 else "")


def _by_length(text: str) -> tuple[int, str]:
    return len(text), text
