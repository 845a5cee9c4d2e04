"""From normal forms back to terms that a reader can follow (not trusted)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from bnproof.kernel import Monomial, Polynomial
from bnproof.kernel.monomials import Factor
from bnproof.kernel.signature import DELTA
from bnproof.terms import (
    SAMPLE,
    Add,
    Delta,
    Div,
    Entry,
    Index,
    Mul,
    Neg,
    Pow,
    Sum,
    Term,
    fresh_index,
    number,
)

_SAMPLE_LETTERS = "ilmpqkj"
_FEATURE_LETTERS = "dcfe"


def to_term(polynomial: Polynomial, inverses: Mapping[str, Polynomial] | None = None) -> Term:
    """The term of a normal form; `inverses` holds the polynomials in the sizes that it divides by."""
    inverses = inverses or {}
    bound = {index for m in polynomial for index in m.bound}
    indices = {index for m in polynomial for (_, at), _ in m.factors for index in at}
    taken = {index.name for index in indices - bound}
    taken |= {name for m in polynomial for (name, _), _ in m.factors}
    terms = [
        _monomial(m, Fraction(c), taken, inverses)
        for m, c in sorted(polynomial.items(), reverse=True)
    ]
    if not terms:
        return number(0)
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def _monomial(
    monomial: Monomial,
    coefficient: Fraction,
    taken: Collection[str],
    inverses: Mapping[str, Polynomial],
) -> Term:
    """One monomial: what no sum binds stands in front of the sum."""
    names: dict[Index, Index] = {}
    for index in monomial.bound:
        letters = _SAMPLE_LETTERS if index.sort == SAMPLE.name else _FEATURE_LETTERS
        names[index] = fresh_index(
            index.sort, letters, [*taken, *(new.name for new in names.values())]
        )
    inner = [f for f in monomial.factors if any(index in names for index in f[0][1])]
    outer = [f for f in monomial.factors if f not in inner]
    size = abs(coefficient)
    above = [number(size.numerator)] if size.numerator != 1 else []
    below = [number(size.denominator)] if size.denominator != 1 else []
    product = _quotient(outer, above, below, names, inverses)
    if inner:
        total = Sum(tuple(names.values()), (), _quotient(inner, [], [], names, inverses))
        product = total if product == number(1) else Mul((product, total))
    return Neg(product) if coefficient < 0 else product


def _quotient(
    factors: Collection[Factor],
    above: list[Term],
    below: list[Term],
    names: Mapping[Index, Index],
    inverses: Mapping[str, Polynomial],
) -> Term:
    """The quotient of the factors with positive powers by those with negative powers."""
    for (name, indices), power in sorted(factors, key=lambda f: (len(f[0][1]) > 0, f)):
        if name in inverses:
            base, power = to_term(inverses[name]), -power
        elif name == DELTA:
            base = Delta(*indices)
        else:
            base = Entry(name, tuple(names.get(index, index) for index in indices))
        side = above if power > 0 else below
        side.append(base if abs(power) == 1 else Pow(base, abs(power)))
    numerator = _product(above)
    return Div(numerator, _product(below)) if below else numerator


def _product(factors: list[Term]) -> Term:
    if not factors:
        return number(1)
    return factors[0] if len(factors) == 1 else Mul(tuple(factors))
