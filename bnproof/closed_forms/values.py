"""Closed forms with numbers put in: `0.00998004*h[e]*y[j,e]` (not trusted).

A name stands for every entry of its array. Numbers are fractions for as long as they can be, and are
rounded only when they are written.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn, TypeAlias

from bnproof.language import print_term
from bnproof.terms import (
    Add,
    Apply,
    BnproofError,
    Definition,
    Delta,
    Diff,
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
    Theory,
    free_indices,
)

_DIGITS = 6
_CLOSE = 1e-6

Value: TypeAlias = Fraction | float


@dataclass(frozen=True, slots=True)
class _Partial:
    """`value * above / below`: a number, and what has none."""

    value: Value
    above: tuple[Term, ...] = ()
    below: tuple[Term, ...] = ()

    @property
    def known(self) -> bool:
        """Whether it is a number."""
        return not self.value or not (self.above or self.below)


def with_values(term: Term, theory: Theory, values: Mapping[str, Fraction]) -> str:
    """The text of a closed form with numbers in place of names.

    Args:
        term: a closed form; a derivative in it is left alone.
        theory: what its names stand for.
        values: numbers for parameters, sizes, roots or definitions, the same for every entry of an
            array. Roots and definitions follow where what they are defined by is known.

    Returns:
        A number of six digits, or a text in which what has no number keeps its name.

    Raises:
        BnproofError: a name that the theory does not have, or a value outside of the domain.
    """
    try:
        return print_term(_term(_Numbers(theory, values).partial(term)))
    except OverflowError:
        _refuse("these values lead to numbers that are too large to compute with")


class _Numbers:
    """The values of names in a theory, and of terms as far as they follow from them."""

    def __init__(self, theory: Theory, values: Mapping[str, Fraction]) -> None:
        self._theory = theory
        self._values: dict[str, Value | None] = {}
        names = (*(d.name for d in theory.declarations), *theory.sizes())
        for name, value in values.items():
            if name not in names:
                _refuse(f"{name} is not known; known are {', '.join(names)}")
            self._check(name, value)
        self._given = dict(values)
        for name in names:
            self._values[name] = self._found(name)

    def _check(self, name: str, value: Fraction) -> None:
        """Refuse a value outside of the domain."""
        declared = self._theory.find(name)
        if name in self._theory.sizes():
            if value < 1 or value.denominator != 1:
                _refuse(f"{name} counts, so it is 1, 2, 3, ..., and not {_text(value)}")
        elif isinstance(declared, Parameter) and declared.nonnegative and value < 0:
            _refuse(f"{name} is not negative, so it cannot be {_text(value)}")
        elif isinstance(declared, Root) and value <= 0:
            _refuse(f"{name} is a positive root, so it cannot be {_text(value)}")

    def _found(self, name: str) -> Value | None:
        """The value of a name: the given one, or what its declaration leads to."""
        given: Value | None = self._given.get(name)
        declared = self._theory.find(name)
        derived: Value | None = None
        if isinstance(declared, Root):
            square = self._number(declared.radicand)
            if square is not None and square <= 0:
                shown = f"{print_term(declared.radicand)} = {_text(square)}"
                _refuse(f"the radicand of {name} must be positive, but {shown}")
            derived = None if square is None else _root(square)
        elif isinstance(declared, Definition):
            derived = self._number(declared.body)
        if given is None or derived is None:
            return derived if given is None else given
        if not math.isclose(given, derived, rel_tol=_CLOSE):
            _refuse(f"{name} = {_text(given)} contradicts the other values: {_text(derived)}")
        return given

    def _number(self, term: Term) -> Value | None:
        found = self.partial(term)
        return found.value if found.known else None

    def partial(self, term: Term) -> _Partial:
        """The value of a term as far as it is known."""
        match term:
            case Number(number):
                return _Partial(Fraction(number))
            case Entry(name):
                value = self._values.get(name)
                return _Partial(Fraction(1), (term,)) if value is None else _Partial(value)
            case Delta(left, right):
                return _Partial(Fraction(1), () if left == right else (term,))
            case Neg(body):
                return _scaled(self.partial(body), -1)
            case Add(terms):
                return _added(self.partial(part) for part in terms)
            case Mul(factors):
                return _multiplied(self.partial(factor) for factor in factors)
            case Div(numerator, denominator):
                return _multiplied(
                    (self.partial(numerator), _inverse(self.partial(denominator), denominator))
                )
            case Pow(base, exponent):
                return self._power(base, exponent)
            case Sum(_, _, body) | Mean(_, body):
                return self._total(term, self.partial(body))
            case Diff() | Apply():
                return _Partial(Fraction(1), (term,))

    def _power(self, base: Term, exponent: int) -> _Partial:
        """A power; an even one of a root is one of its radicand, which may be a fraction."""
        if isinstance(base, Entry) and exponent % 2 == 0 and base.name not in self._given:
            declared = self._theory.find(base.name)
            square = self._number(declared.radicand) if isinstance(declared, Root) else None
            if square is not None:
                return _Partial(_raised(square, exponent // 2))
        found = self.partial(base)
        if found.known:
            if not found.value and exponent < 0:
                _refuse(f"{print_term(base)} is zero, and is divided by")
            return _Partial(_raised(found.value, exponent))
        if len(found.above) + len(found.below) == 1 and not found.below:
            powers = (Pow(found.above[0], abs(exponent)),)
            below = exponent < 0
            value = _raised(found.value, exponent)
            return _Partial(value, () if below else powers, powers if below else ())
        whole = _term(_Partial(Fraction(1), found.above, found.below))
        return _Partial(_raised(found.value, exponent), (Pow(whole, exponent),))

    def _total(self, total: Sum | Mean, body: _Partial) -> _Partial:
        """A sum or a mean: what carries no index of it stands in front.

        An index that nothing carries, no condition either, counts its values in a sum.
        """
        if body.known and not body.value:
            return body
        parts = (*body.above, *body.below)
        carried = {index for part in parts for index in free_indices(part)}
        if isinstance(total, Sum):
            carried |= {index for pair in total.conditions for index in pair}
        left = tuple(index for index in total.indices if index in carried)
        outside, inside = (
            _Partial(
                Fraction(1),
                tuple(p for p in body.above if set(left).isdisjoint(free_indices(p)) == apart),
                tuple(p for p in body.below if set(left).isdisjoint(free_indices(p)) == apart),
            )
            for apart in (True, False)
        )
        factors = [_Partial(body.value), outside]
        if isinstance(total, Sum):
            counted = [index for index in total.indices if index not in left]
            factors += [self.partial(Entry(self._theory.size_of(i.sort))) for i in counted]
        if left:
            inner = _term(inside)
            whole = (
                Sum(left, total.conditions, inner) if isinstance(total, Sum) else Mean(left, inner)
            )
            factors.append(_Partial(Fraction(1), (whole,)))
        return _multiplied(factors)


def _scaled(found: _Partial, factor: Value) -> _Partial:
    return _Partial(found.value * factor, found.above, found.below)


def _multiplied(factors: Iterable[_Partial]) -> _Partial:
    """The product; nothing is left of what is multiplied by zero."""
    value: Value = Fraction(1)
    above: tuple[Term, ...] = ()
    below: tuple[Term, ...] = ()
    for factor in factors:
        value *= factor.value
        above += factor.above
        below += factor.below
    return _Partial(value, above, below) if value else _Partial(Fraction(0))


def _inverse(found: _Partial, denominator: Term) -> _Partial:
    """One over a term."""
    if not found.value:
        _refuse(f"{print_term(denominator)} is zero, and is divided by")
    return _Partial(1 / found.value, found.below, found.above)


def _added(parts: Iterable[_Partial]) -> _Partial:
    """The sum: numbers are added where the first of them stands."""
    found = [part for part in parts if part.value]
    numbers = [part for part in found if part.known]
    total: Value = Fraction(0)
    for part in numbers:
        total += part.value
    if len(numbers) == len(found):
        return _Partial(total)
    terms = []
    for part in found:
        if not part.known:
            terms.append(_term(part))
        elif part is numbers[0] and total:
            terms.append(_number(total))
    if len(terms) == 1:
        return next(part for part in found if not part.known)
    return _Partial(Fraction(1), (Add(tuple(terms)),))


def _term(found: _Partial) -> Term:
    """The term of a value as far as it is known."""
    if found.known:
        return _number(found.value)
    size, above = _size(found.value), list(found.above)
    if size != 1 or not above:
        above.insert(0, _number(size))
    parts = [p for part in above for p in (part.factors if isinstance(part, Mul) else (part,))]
    term: Term = parts[0] if len(parts) == 1 else Mul(tuple(parts))
    if found.below:
        below = found.below
        term = Div(term, below[0] if len(below) == 1 else Mul(below))
    return Neg(term) if found.value < 0 else term


def _number(value: Value) -> Term:
    """A number as a printer shows it: its text is that of a name."""
    shown = Entry(_text(_size(value)))
    return Neg(shown) if value < 0 else shown


def _size(value: Value) -> Value:
    return -value if value < 0 else value


def _text(value: Value) -> str:
    """Six digits of a number."""
    return f"{float(value):.{_DIGITS}g}"


def _raised(value: Value, exponent: int) -> Value:
    """An integer power."""
    raised: Value = value**exponent
    return raised


def _root(square: Value) -> Value:
    """The positive root, a fraction if it is one."""
    if isinstance(square, Fraction):
        above, below = math.isqrt(square.numerator), math.isqrt(square.denominator)
        if above**2 == square.numerator and below**2 == square.denominator:
            return Fraction(above, below)
    return math.sqrt(square)


def _refuse(problem: str) -> NoReturn:
    raise BnproofError(problem)
