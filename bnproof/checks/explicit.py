"""SymPy on explicit matrices: claims written out at small sizes and differentiated (not trusted).

At given sizes a claim is one of rational functions and square roots in finitely many symbols, one for
each entry. SymPy differentiates it. Whether left - right is zero is then decided exactly, see
`bnproof.checks.surds`: for all inputs at once where that is affordable, else at rational points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import sympy

from bnproof.checks.entries import twin
from bnproof.checks.evaluator import Point, Position, Work
from bnproof.checks.numbers import WorkExhausted
from bnproof.checks.points import Setting, assignments, small_sizes
from bnproof.checks.surds import Surds, UnsuitableError
from bnproof.maps.translate import Explicit
from bnproof.terms import BnproofError, Entry, Index, Input, Parameter, Pow, Term, sides

LARGEST = 4
POINTS = 2
MAX_ENTRIES = 150
MAX_SYMBOLS = 40
MAX_BITS = 5000
MAX_LENGTH = 1_000_000
SYMBOL_BITS = 8
DERIVATIVE_COST = 5
WRITING_WORK = 120_000
SYMBOLIC_WORK = 150_000
POINT_WORK = 50_000
TOTAL_WORK = 300_000

_DIGITS = 50
_TINY = sympy.Rational(1, 10**30)

# The signs of left - right for which a claim holds.
_HOLDS = {"=": (0,), ">=": (0, 1), "<=": (-1, 0)}

Draw: TypeAlias = Callable[[Mapping[str, int], int], Sequence[Point]]


@dataclass(frozen=True, slots=True)
class Separation:
    """A point and an assignment, counted from 0, at which a claim fails, and the sides there."""

    point: Point
    indices: Mapping[Index, int]
    left: sympy.Expr
    right: sympy.Expr


@dataclass(frozen=True, slots=True)
class Examination:
    """At which sizes SymPy confirms a claim: for all inputs, or at points; or where it does not."""

    symbolic: tuple[Mapping[str, int], ...] = ()
    points: tuple[Mapping[str, int], ...] = ()
    separation: Separation | None = None


class NotDefinedError(BnproofError):
    """Nothing is defined at some sizes, such as batch normalisation of one sample at eps = 0."""


class Written(Explicit):
    """Terms written out at given sizes, in symbols that know the hypotheses on their signs."""

    def __init__(self, setting: Setting, sizes: Mapping[str, int], work: Work) -> None:
        zeros = {name: sympy.Integer(0) for name, s in setting.signs.items() if s == "zero"}
        super().__init__(setting.theory, zeros, sizes)
        shapes = ([sizes[setting.theory.size_of(s)] for s in a.sorts] for a in setting.arrays)
        if sum(map(math.prod, shapes)) > MAX_ENTRIES:
            raise WorkExhausted(f"there are more than {MAX_ENTRIES} entries")
        self._setting = setting
        self.relation = setting.relation
        self._work = work
        self._known_bits: dict[sympy.Expr, int] = {}
        self._known_lengths: dict[sympy.Expr, int] = {}
        self.symbols: dict[sympy.Symbol, tuple[str, Position]] = {}

    def __call__(self, term: Term) -> sympy.Expr:
        self._work.spend()
        value = self._power(term) if isinstance(term, Pow) else super().__call__(term)
        # SymPy compares what it adds and multiplies part by part, however often a part occurs.
        if self.length(value) > MAX_LENGTH:
            raise WorkExhausted("an expression is too long to be written out")
        return value

    def _power(self, power: Pow) -> sympy.Expr:
        base = self(power.base)
        # SymPy would multiply 2^(64^5) out.
        if abs(power.exponent) * self._bits(base) > MAX_BITS:
            raise WorkExhausted("a power is too large to be written out")
        return base**power.exponent

    def derivative(self, variable: Entry, body: Term) -> sympy.Expr:
        value = self(body)
        self._work.spend(DERIVATIVE_COST * self.length(value))
        return sympy.diff(value, self(variable))

    def value(self, function: str, order: int, argument: sympy.Expr) -> sympy.Expr:
        """The derivative of a polynomial at an argument; its coefficients are symbols."""
        coefficients = []
        for k in range(self._setting.degree + 1):
            symbol = sympy.Symbol(f"{function}[{k}]", real=True)
            self.symbols[symbol] = (function, (k,))
            coefficients.append(symbol)
        total = sympy.Integer(0)
        for k, coefficient in enumerate(coefficients[order:]):
            self._work.spend()
            total += math.perm(k + order, order) * coefficient * argument**k
        return total

    def both_sides(self, indices: Mapping[Index, int]) -> BothSides:
        """The sides under an assignment of its free indices, counted from 0.

        Raises `NotDefinedError` at sizes where a root is one of zero.
        """
        self.at = {index: value + 1 for index, value in indices.items()}
        try:
            left, right = (self(side) for side in sides(self._setting.equation))
        except WorkExhausted:
            raise
        except BnproofError as error:
            raise NotDefinedError(str(error)) from error
        return BothSides(self, indices, left, right)

    def at_point(self, point: Point) -> dict[sympy.Symbol, sympy.Rational]:
        """The numbers for the symbols that have been written so far."""
        numbers = {}
        for symbol, (name, position) in self.symbols.items():
            if name in point.functions:
                number = point.functions[name][position[0]]
            else:
                number = point.arrays[name][position]
            numbers[symbol] = sympy.Rational(*number.as_integer_ratio())
        return numbers

    def length(self, expression: sympy.Expr) -> int:
        """The number of operations and operands in an expression."""
        known = self._known_lengths.get(expression)
        if known is None:
            known = 1 + sum(map(self.length, expression.args))
            self._known_lengths[expression] = known
        return known

    def _bits(self, expression: sympy.Expr) -> int:
        """About how many bits the value of an expression has at small entries."""
        known = self._known_bits.get(expression)
        if known is None:
            self._work.spend()
            if expression.is_Rational:
                known = int(expression.p).bit_length() + int(expression.q).bit_length()
            elif expression.is_Pow:
                known = self._bits(expression.base) * math.ceil(abs(expression.exp))
            elif expression.args:
                parts = [self._bits(part) for part in expression.args]
                known = sum(parts) if expression.is_Mul else max(parts) + len(parts)
            else:
                known = SYMBOL_BITS
            self._known_bits[expression] = known
        return known

    def _computed(self, name: str, position: tuple[int, ...]) -> sympy.Expr:
        declared = self.theory.find(name)
        if not isinstance(declared, Input | Parameter):
            return super()._computed(name, position)
        position = min(position, twin(declared, position))
        sign = self._setting.signs.get(name)
        nonnegative = isinstance(declared, Parameter) and declared.nonnegative
        assumed = {
            "positive": sign == "positive" or None,
            "nonzero": sign == "nonzero" or None,
            "nonnegative": nonnegative or None,
        }
        # The brackets keep the entries of `a` and of `a_1` apart.
        symbol = sympy.Symbol(f"{name}[{','.join(map(str, position))}]", real=True, **assumed)
        self.symbols[symbol] = (name, tuple(k - 1 for k in position))
        return symbol


@dataclass(frozen=True, slots=True)
class BothSides:
    """Both sides of an equation or inequality, written out."""

    written: Written
    indices: Mapping[Index, int]
    left: sympy.Expr
    right: sympy.Expr

    def are_equal(self, work: Work) -> bool:
        """Whether they are shown to be equal for all values of their symbols."""
        difference = self.left - self.right
        if len(difference.free_symbols) > MAX_SYMBOLS:
            return False
        try:
            return Surds(difference, work).is_zero()
        except (WorkExhausted, UnsuitableError):
            return False

    def separated_at(self, point: Point, work: Work) -> Separation | None:
        """The point if the claim fails there, None if it holds. Raises `UndecidedError`."""
        numbers = self.written.at_point(point)
        work.spend(self.written.length(self.left) + self.written.length(self.right))
        left, right = self.left.xreplace(numbers), self.right.xreplace(numbers)
        sign = _sign(left - right, work)
        if sign in _HOLDS[self.written.relation]:
            return None
        return Separation(point, self.indices, left, right)


def _sign(number: sympy.Expr, work: Work) -> int:
    """-1, 0 or 1 for a number. Raises `UndecidedError`."""
    try:
        if Surds(number, work).is_zero():
            return 0
    except (WorkExhausted, UnsuitableError) as error:
        raise UndecidedError("SymPy does not tell how the sides compare at a point") from error
    value = number.evalf(_DIGITS)
    if not abs(value) > _TINY:
        raise UndecidedError("the sides differ by too little, if at all")
    return 1 if value > 0 else -1


class UndecidedError(BnproofError):
    """An exact comparison takes too long, or leads out of the numbers that it knows."""


class _Share(Work):
    """A limit of its own on a part of some work."""

    def __init__(self, whole: Work, limit: int) -> None:
        super().__init__(limit)
        self._whole = whole

    def spend(self, count: int = 1) -> None:
        self._whole.spend(count)
        super().spend(count)


def examine(setting: Setting, draw: Draw) -> Examination:
    """Examine an equation or inequality at small sizes, the smallest first, as far as the budget goes.

    Args:
        setting: what is claimed, and on which domain.
        draw: gives up to so many points of the domain at given sizes.
    """
    work = Work(TOTAL_WORK)
    symbolic: list[Mapping[str, int]] = []
    points: list[Mapping[str, int]] = []
    first: Mapping[str, int] = {}
    try:
        for sizes in small_sizes(setting, LARGEST, Work(TOTAL_WORK)):
            first = first or sizes
            if sum(sizes.values()) > sum(first.values()) + LARGEST:
                break
            found = _examined_at(setting, sizes, draw, work)
            if found.separation:
                return Examination(tuple(symbolic), tuple(points), found.separation)
            symbolic += found.symbolic
            points += found.points
    except WorkExhausted:
        pass
    return Examination(tuple(symbolic), tuple(points))


def _examined_at(setting: Setting, sizes: Mapping[str, int], draw: Draw, work: Work) -> Examination:
    """What is found at given sizes under all assignments; nothing where the claim is not defined."""
    written = Written(setting, sizes, _Share(work, WRITING_WORK))
    drawn: Sequence[Point] | None = None
    seen = False
    try:
        for indices in assignments(setting, sizes, work):
            both, seen = written.both_sides(indices), True
            if both.are_equal(_Share(work, SYMBOLIC_WORK)):
                continue
            drawn = draw(sizes, POINTS) if drawn is None else drawn
            for point in drawn:
                separation = both.separated_at(point, _Share(work, POINT_WORK))
                if separation:
                    return Examination(separation=separation)
    except (NotDefinedError, UndecidedError):
        return Examination()
    if drawn is None:
        return Examination(symbolic=(sizes,) if seen else ())
    return Examination(points=(sizes,) * len(drawn))
