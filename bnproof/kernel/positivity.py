"""Terms that are visibly not negative (trusted; the hint `squares`).

Nothing is computed here but signs: a term that is not seen to be one is not claimed to be negative.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from bnproof.kernel.calculus import Calculus
from bnproof.kernel.monomials import Polynomial
from bnproof.kernel.units import shifted
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

_LARGEST_BOUND = 1000

# A term of a sum, and 1 or -1 for its sign there.
_Summand: TypeAlias = tuple[int, Term]


class Positivity:
    """The signs of terms that a calculus has admitted; `definitions` are those that may be unfolded."""

    def __init__(self, calculus: Calculus, definitions: Collection[str]) -> None:
        self._calculus = calculus
        self._signature = calculus.signature
        self._definitions = definitions

    def exceeds(self, larger: Term, smaller: Term) -> bool:
        """Whether larger >= smaller can be seen.

            a1 + ... + b1 + ... >= a1 + ... + c1 + ...        each b >= 0, each c <= 0

        What both sums have in common, up to bound names, is left out; products with a sum are first
        taken as they are, then multiplied out. What is left in sizes alone is judged together.
        """
        return any(
            self._outweighs(_summands(larger, 1, opened), _summands(smaller, -1, opened))
            for opened in (False, True)
        )

    def _outweighs(self, ours: list[_Summand], theirs: list[_Summand]) -> bool:
        """Whether what two sums do not share adds up to something that is not negative."""
        for side, term in list(ours):
            partner = next(
                (k for k, (s, t) in enumerate(theirs) if s == -side and alike(t, term)), None
            )
            if partner is not None:
                ours.remove((side, term))
                del theirs[partner]
        left = [Neg(term) if side < 0 else term for side, term in ours + theirs]
        sizes = [term for term in left if self._is_in_sizes(term)]
        others = [term for term in left if not self._is_in_sizes(term)]
        together: list[Term] = [Add(tuple(sizes))] if sizes else []
        return all(self.is_nonnegative(term) for term in others + together)

    def is_nonnegative(self, term: Term) -> bool:
        """Whether a term is visibly not negative at any point of the domain."""
        return self._sign(term) in (0, 1)

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

    def _is_in_sizes(self, term: Term) -> bool:
        """Whether a term is made of nothing but numbers and sizes."""
        sizes = self._signature.sizes.values()
        allowed = Number | Entry | Neg | Add | Mul | Div | Pow
        return all(
            isinstance(part, allowed) and (not isinstance(part, Entry) or part.name in sizes)
            for part in subterms(term)
        )

    def _sign_of_sizes(self, term: Term) -> int | None:
        """The sign of a polynomial in the sizes, such as `n - 2` where n >= 2.

        n = 2 + m, m >= 0, makes it a polynomial in m; its coefficients are all of one sign
        """
        if not self._is_in_sizes(term):
            return None
        sizes = self._signature.sizes.values()
        polynomial = self._calculus.normal_form(term)
        known = (name in sizes and power > 0 for m in polynomial for (name, _), power in m.factors)
        if not all(known):
            return None
        signature = self._signature
        coefficients = shifted(
            polynomial, signature.minimum, signature.fixed, self._calculus.ring.budget
        ).values()
        signs = {(c > 0) - (c < 0) for c in coefficients}
        signs.discard(0)
        if len(signs) < 2:
            return next(iter(signs), 0)
        return _sign_in_one_size(polynomial, signature.minimum)


def _sign_in_one_size(polynomial: Polynomial, minimum: Mapping[str, int]) -> int | None:
    """The sign of a polynomial in one size: tried at each value up to where it cannot change any more.

    a_k*n^k + ... + a_0 has the sign of a_k where n > 1 + max |a_i/a_k|             (Cauchy's bound)
    """
    powers = [(m.factors[0][1] if m.factors else 0, c) for m, c in polynomial.items()]
    names = {name for m in polynomial for (name, _), _ in m.factors}
    highest = max(powers)[1]
    bound = 1 + max(abs(Fraction(c) / highest) for _, c in powers)
    if len(names) != 1 or bound > _LARGEST_BOUND:
        return None
    [name] = names
    values = [
        sum(c * size**power for power, c in powers) for size in range(minimum[name], int(bound) + 2)
    ]
    signs = {(value > 0) - (value < 0) for value in (*values, highest)} - {0}
    return signs.pop() if len(signs) == 1 else None


def _summands(term: Term, side: int, opened: bool) -> list[_Summand]:
    """The terms of a sum, each with its sign; sums within sums are opened.

    c*(a - b)   equals   c*a - c*b        (a - b)/c   equals   a/c - b/c        (where `opened`)
    """
    match term:
        case Add(terms):
            return [part for inner in terms for part in _summands(inner, side, opened)]
        case Neg(body):
            return _summands(body, -side, opened)
        case Div(numerator, denominator) if opened and isinstance(numerator, Add | Neg):
            return [(s, Div(part, denominator)) for s, part in _summands(numerator, side, opened)]
        case Mul(factors) if opened:
            sums = [k for k, factor in enumerate(factors) if isinstance(factor, Add | Neg)]
            if len(sums) == 1:
                [k] = sums
                parts = _summands(factors[k], side, opened)
                return [(s, Mul((*factors[:k], part, *factors[k + 1 :]))) for s, part in parts]
    return [(side, term)]
