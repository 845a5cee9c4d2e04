"""Terms that are visibly not negative (trusted; the hint `squares`).

Nothing is computed here but signs: a term that is not seen to be one is not claimed to be negative.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import comb

from bnproof.kernel.calculus import Calculus
from bnproof.kernel.monomials import Polynomial
from bnproof.terms import (
    Add,
    Definition,
    Delta,
    Div,
    Entry,
    Mean,
    Mul,
    Neg,
    Number,
    Parameter,
    Pow,
    Root,
    Sum,
    Term,
    alike,
    substitute,
    subterms,
)


class Positivity:
    """The signs of terms that a calculus has admitted; `definitions` are those that may be unfolded."""

    def __init__(self, calculus: Calculus, definitions: Collection[str]) -> None:
        self._calculus = calculus
        self._signature = calculus.signature
        self._definitions = definitions

    def exceeds(self, larger: Term, smaller: Term) -> bool:
        """Whether larger >= smaller can be seen.

            a1 + ... + b1 + ... >= a1 + ... + c1 + ...        each b >= 0, each c <= 0

        What both sums have in common, up to bound names, is left out.
        """
        ours, theirs = _summands(larger), _summands(smaller)
        for term in list(ours):
            partner = next((k for k, other in enumerate(theirs) if _same(term, other)), None)
            if partner is not None:
                ours.remove(term)
                del theirs[partner]
        signs = [(self._signed(term), 1) for term in ours] + [
            (self._signed(term), -1) for term in theirs
        ]
        return all(sign in (0, wanted) for sign, wanted in signs)

    def is_nonnegative(self, term: Term) -> bool:
        """Whether a term is visibly not negative at any point of the domain."""
        return self._sign(term) in (0, 1)

    def _signed(self, summand: tuple[int, Term]) -> int | None:
        side, term = summand
        sign = self._sign(term)
        return None if sign is None else side * sign

    def _sign(self, term: Term) -> int | None:
        """1 for a term that is never negative, -1 for one never positive, 0 for zero, None if unseen.

        a*a >= 0     a^(2k) >= 0     s > 0     n >= 1     delta >= 0     sum[i] a >= 0 if a >= 0
        """
        self._calculus.ring.budget.spend(1)
        match term:
            case Number(value):
                return int(value > 0)
            case Delta():
                return 1
            case Entry():
                return self._sign_of_entry(term)
            case Neg(body):
                sign = self._sign(body)
                return None if sign is None else -sign
            case Add(terms):
                signs = {self._sign(part) for part in terms} - {0}
                if len(signs) < 2 and None not in signs:
                    return next(iter(signs), 0)
                return self._sign_of_sizes(term)
            case Mul(factors):
                return self._sign_of_product(factors)
            case Div(numerator, denominator):
                return self._sign_of_product((numerator, denominator))
            case Pow(base, exponent):
                sign = self._sign(base)
                return 1 if exponent % 2 == 0 else sign
            case Sum(_, _, body) | Mean(_, body):
                return self._sign(body)
        return None

    def _sign_of_entry(self, entry: Entry) -> int | None:
        entry = self._signature.meant(entry)
        if entry.name in self._signature.sizes.values():
            return 1
        declared = self._signature.find(entry)
        known = self._signature.signs.get(entry.name)
        if known == "zero":
            return 0
        if isinstance(declared, Root) or known == "positive":
            return 1
        if isinstance(declared, Parameter) and declared.nonnegative:
            return 1
        if isinstance(declared, Definition) and entry.name in self._definitions:
            names = dict(zip(declared.formals, entry.indices, strict=True))
            return self._sign(substitute(declared.body, names))
        return None

    def _sign_of_product(self, factors: Sequence[Term]) -> int | None:
        """The product of the signs; factors without one must come in pairs of equal ones."""
        product = 1
        open_: list[Term] = []
        for factor in factors:
            sign = self._sign(factor)
            if sign is not None:
                product *= sign
                continue
            partner = next((k for k, other in enumerate(open_) if alike(factor, other)), None)
            if partner is None:
                open_.append(factor)
            else:
                del open_[partner]
        return product if not open_ or product == 0 else None

    def _sign_of_sizes(self, term: Term) -> int | None:
        """The sign of a polynomial in the sizes, such as `n - 2` where n >= 2.

        n = 2 + m, m >= 0, makes it a polynomial in m; its coefficients are all of one sign
        """
        sizes = self._signature.sizes.values()
        if any(
            not isinstance(t, Number | Entry | Neg | Add | Mul | Div | Pow) for t in subterms(term)
        ):
            return None
        if any(isinstance(t, Entry) and t.name not in sizes for t in subterms(term)):
            return None
        polynomial = self._calculus.normal_form(term)
        known = (name in sizes and power > 0 for m in polynomial for (name, _), power in m.factors)
        if not all(known):
            return None
        signature = self._signature
        shifted = _shifted(polynomial, signature.minimum, signature.fixed)
        signs = {(c > 0) - (c < 0) for c in shifted.values()}
        signs.discard(0)
        return next(iter(signs), 0) if len(signs) < 2 else None


def _shifted(
    polynomial: Polynomial, minimum: Mapping[str, int], fixed: Collection[str]
) -> dict[tuple[tuple[str, int], ...], int]:
    """The coefficients of a polynomial in the sizes, each its minimum plus 0, or a natural number.

    They are multiplied by a common denominator, which changes no sign.
    """
    shifted: dict[tuple[tuple[str, int], ...], int] = {}
    scale = 1
    for coefficient in polynomial.values():
        scale *= coefficient.denominator
    for monomial, coefficient in polynomial.items():
        parts: dict[tuple[tuple[str, int], ...], int] = {(): int(coefficient * scale)}
        for (name, _), power in monomial.factors:
            parts = {
                (*key, (name, k)) if k else key: c * comb(power, k) * minimum[name] ** (power - k)
                for key, c in parts.items()
                for k in range(1 if name in fixed else power + 1)
            }
        for key, c in parts.items():
            shifted[key] = shifted.get(key, 0) + c
    return shifted


def _summands(term: Term, side: int = 1) -> list[tuple[int, Term]]:
    """The terms of a sum, each with its sign; sums within sums are opened, and products with one sum.

    c*(a - b)   equals   c*a - c*b        (a - b)/c   equals   a/c - b/c
    """
    match term:
        case Add(terms):
            return [part for inner in terms for part in _summands(inner, side)]
        case Neg(body):
            return _summands(body, -side)
        case Div(numerator, denominator) if isinstance(numerator, Add | Neg):
            return [(s, Div(part, denominator)) for s, part in _summands(numerator, side)]
        case Mul(factors):
            sums = [k for k, factor in enumerate(factors) if isinstance(factor, Add | Neg)]
            if len(sums) == 1:
                [k] = sums
                parts = _summands(factors[k], side)
                return [(s, Mul((*factors[:k], part, *factors[k + 1 :]))) for s, part in parts]
    return [(side, term)]


def _same(one: tuple[int, Term], two: tuple[int, Term]) -> bool:
    return one[0] == two[0] and alike(one[1], two[1])
