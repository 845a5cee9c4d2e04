"""From normal forms back to terms that a reader can follow (not trusted)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction

from bnproof.kernel import Monomial, Opaque, Polynomial
from bnproof.kernel.monomials import Factor, rename_atom
from bnproof.kernel.signature import DELTA
from bnproof.terms import (
    FEATURE,
    SAMPLE,
    Add,
    Apply,
    Delta,
    Diff,
    Div,
    Entry,
    Index,
    Mul,
    Neg,
    Pow,
    Sum,
    Term,
    fresh_index,
    index_letters,
    number,
)

_LETTERS: Mapping[str, Sequence[str]] = {SAMPLE.name: "ilmkj", FEATURE.name: "dcfe"}


def to_term(
    polynomial: Polynomial,
    inverses: Mapping[str, Polynomial] | None = None,
    opaque: Mapping[str, Opaque] | None = None,
) -> Term:
    """The term of a normal form.

    `inverses` holds the polynomials in the sizes that it divides by, `opaque` what its opaque atoms mean.
    """
    return _Reader(inverses or {}, opaque or {}).term(polynomial, ())


class _Reader:
    """Turns the normal forms of one calculus into terms."""

    def __init__(self, inverses: Mapping[str, Polynomial], opaque: Mapping[str, Opaque]) -> None:
        self._inverses = inverses
        self._opaque = opaque

    def term(self, polynomial: Polynomial, taken: Iterable[str]) -> Term:
        """The term of a polynomial in whose scope some names are taken."""
        bound = {index for m in polynomial for index in m.bound}
        indices = {index for m in polynomial for (_, at), _ in m.factors for index in at}
        names = {*taken, *(index.name for index in indices - bound)}
        names |= {name for m in polynomial for (name, _), _ in m.factors}
        terms = [
            self._monomial(m, Fraction(c), names)
            for m, c in sorted(polynomial.items(), reverse=True)
        ]
        if not terms:
            return number(0)
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def _monomial(self, monomial: Monomial, coefficient: Fraction, taken: Collection[str]) -> Term:
        """One monomial: what no sum binds stands in front of the sum."""
        names = _letters(monomial.bound, taken)
        taken = {*taken, *(index.name for index in names.values())}
        inner = [f for f in monomial.factors if any(index in names for index in f[0][1])]
        outer = [f for f in monomial.factors if f not in inner]
        size = abs(coefficient)
        above = [number(size.numerator)] if size.numerator != 1 else []
        below = [number(size.denominator)] if size.denominator != 1 else []
        product = self._quotient(outer, above, below, names, taken)
        if inner:
            body = self._quotient(inner, [], [], names, taken)
            total = Sum(tuple(names.values()), (), body)
            product = total if product == number(1) else Mul((product, total))
        return Neg(product) if coefficient < 0 else product

    def _quotient(
        self,
        factors: Collection[Factor],
        above: list[Term],
        below: list[Term],
        names: Mapping[Index, Index],
        taken: Collection[str],
    ) -> Term:
        """The quotient of the factors with positive powers by those with negative powers."""
        for (name, indices), power in sorted(factors, key=lambda f: (len(f[0][1]) > 0, f)):
            at = tuple(names.get(index, index) for index in indices)
            base: Term
            if name in self._inverses:
                base, power = self.term(self._inverses[name], taken), -power
            elif name in self._opaque:
                base = self._whole(self._opaque[name], at, taken)
            else:
                base = Delta(*at) if name == DELTA else Entry(name, at)
            side = above if power > 0 else below
            side.append(base if abs(power) == 1 else Pow(base, abs(power)))
        numerator = _product(above)
        return Div(numerator, _product(below)) if below else numerator

    def _whole(self, known: Opaque, at: tuple[Index, ...], taken: Collection[str]) -> Term:
        """What an opaque atom stands for at its indices."""
        names = dict(zip(known.formals, at, strict=True))
        bound = _letters(known.bound, {*taken, *(index.name for index in at)})
        names |= bound
        taken = {*taken, *(index.name for index in names.values())}
        body = self.term(_renamed(known.body, names), taken)
        if known.function:
            return Apply(known.function, known.order, body)
        if known.array:
            return Diff(Entry(known.array, tuple(names[i] for i in known.at)), body)
        return Sum(tuple(bound.values()), (), body) if bound else body


def _letters(bound: Iterable[Index], taken: Collection[str]) -> dict[Index, Index]:
    """Letters for bound indices."""
    names: dict[Index, Index] = {}
    for index in bound:
        used = [*taken, *(new.name for new in names.values())]
        names[index] = fresh_index(
            index.sort, _LETTERS.get(index.sort, index_letters(index.sort)), used
        )
    return names


def _renamed(polynomial: Polynomial, names: Mapping[Index, Index]) -> Polynomial:
    """The polynomial with free indices replaced by others that it does not have."""
    return {
        Monomial(tuple((rename_atom(a, names), k) for a, k in m.factors), m.bound): c
        for m, c in polynomial.items()
    }


def _product(factors: list[Term]) -> Term:
    if not factors:
        return number(1)
    return factors[0] if len(factors) == 1 else Mul(tuple(factors))
