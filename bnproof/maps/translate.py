"""Terms as SymPy expressions: for symbolic sizes, or written out at given ones.

For symbolic n an expression is built and never simplified or differentiated here: SymPy's calculus of
sums over symbolic ranges cannot be relied on. What is shown of a derivative at symbolic n comes from
the kernel. At given sizes every sum is written out, and SymPy differentiates polynomials and roots.
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Mapping

import sympy

from bnproof.terms import (
    Add,
    Apply,
    BnproofError,
    Definition,
    Delta,
    Diff,
    Div,
    Entry,
    Index,
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
    Unequal,
    fresh_index,
    substitute,
)


def size_symbol(name: str) -> sympy.Symbol:
    """The symbol of a size."""
    return sympy.Symbol(name, integer=True, positive=True)


def index_symbol(index: Index) -> sympy.Symbol:
    """The symbol of an index; indices count from 1."""
    return sympy.Symbol(index.name, integer=True, positive=True)


class _Translator(ABC):
    """What both kinds of expressions have in common; `values` replaces scalars, such as eps by 0."""

    def __init__(self, theory: Theory, values: Mapping[str, sympy.Expr]) -> None:
        self.theory = theory
        self.values = values

    def __call__(self, term: Term) -> sympy.Expr:
        match term:
            case Number(number):
                return sympy.Rational(number.numerator, number.denominator)
            case Neg(body):
                return -self(body)
            case Add(terms):
                return sympy.Add(*map(self, terms))
            case Mul(factors):
                return sympy.Mul(*map(self, factors))
            case Div(numerator, denominator):
                divisor = self(denominator)
                if divisor == 0:
                    raise BnproofError("the sizes are such that a definition divides by zero")
                return self(numerator) / divisor
            case Pow(base, exponent):
                return self(base) ** exponent
            case Delta(left, right):
                return self.delta(left, right)
            case Sum(indices, conditions, body):
                return self.sum(indices, conditions, body)
            case Mean(indices, body):
                sizes = [self.size(self.theory.size_of(index.sort)) for index in indices]
                return self.sum(indices, (), body) / sympy.Mul(*sizes)
            case Diff(variable, body):
                return self.derivative(variable, body)
            case Apply(function, order, argument):
                return self.value(function, order, self(argument))
            case Entry(name, indices):
                if name in self.theory.sizes():
                    return self.size(name)
                if name in self.values:
                    return self.values[name]
                return self.entry(name, indices)

    @abstractmethod
    def size(self, name: str) -> sympy.Expr:
        """A size."""

    @abstractmethod
    def delta(self, left: Index, right: Index) -> sympy.Expr:
        """A Kronecker delta."""

    @abstractmethod
    def sum(
        self, indices: tuple[Index, ...], conditions: tuple[Unequal, ...], body: Term
    ) -> sympy.Expr:
        """A sum."""

    @abstractmethod
    def derivative(self, variable: Entry, body: Term) -> sympy.Expr:
        """A derivative."""

    @abstractmethod
    def entry(self, name: str, indices: tuple[Index, ...]) -> sympy.Expr:
        """An entry of a declared array."""

    def value(self, function: str, order: int, argument: sympy.Expr) -> sympy.Expr:
        """The derivative of a function at an argument."""
        variable = sympy.Dummy("u", real=True)
        derivative = sympy.Function(function)(variable).diff(variable, order)
        return derivative.subs(variable, argument)


class Symbolic(_Translator):
    """Expressions for symbolic sizes, with `Indexed` entries and `Sum`.

    `unfold` writes definitions and roots out; otherwise they stay arrays of their own. Bound indices
    are renamed apart from each other and from those that are `free`, so that no `Sum` runs over a
    symbol that means something else around it.
    """

    def __init__(
        self,
        theory: Theory,
        values: Mapping[str, sympy.Expr],
        unfold: bool = True,
        free: tuple[Index, ...] = (),
    ) -> None:
        super().__init__(theory, values)
        self.unfold = unfold
        self._around = free

    def size(self, name: str) -> sympy.Expr:
        return size_symbol(name)

    def delta(self, left: Index, right: Index) -> sympy.Expr:
        return sympy.KroneckerDelta(index_symbol(left), index_symbol(right))

    def sum(
        self, indices: tuple[Index, ...], conditions: tuple[Unequal, ...], body: Term
    ) -> sympy.Expr:
        around = self._around
        taken = [index.name for index in (*around, *indices)]
        names = {i: fresh_index(i.sort, (i.name,), taken) for i in indices if i in around}
        inner = substitute(body, names)
        self._around = (*around, *(names.get(i, i) for i in indices))
        summand = self(inner)
        for pair in conditions:
            left, right = (names.get(index, index) for index in pair)
            summand = (1 - self.delta(left, right)) * summand
        self._around = around
        ranges = [
            (index_symbol(names.get(i, i)), 1, self.size(self.theory.size_of(i.sort)))
            for i in indices
        ]
        return sympy.Sum(summand, *ranges)

    def derivative(self, variable: Entry, body: Term) -> sympy.Expr:
        return sympy.Derivative(self(body), self(variable), evaluate=False)

    def entry(self, name: str, indices: tuple[Index, ...]) -> sympy.Expr:
        declared = self.theory.find(name)
        if self.unfold and isinstance(declared, Definition | Root):
            names = dict(zip(declared.formals, indices, strict=True))
            around = self._around
            self._around = (*around, *indices)
            if isinstance(declared, Definition):
                value = self(substitute(declared.body, names))
            else:
                value = sympy.sqrt(self(substitute(declared.radicand, names)))
            self._around = around
            return value
        if not indices:
            nonnegative = isinstance(declared, Parameter) and declared.nonnegative
            return sympy.Symbol(name, real=True, nonnegative=nonnegative or None)
        base = sympy.IndexedBase(name, real=True, positive=isinstance(declared, Root) or None)
        return base[tuple(map(index_symbol, indices))]


class Explicit(_Translator):
    """Expressions at given sizes, in one symbol for every entry of an input or parameter."""

    def __init__(
        self, theory: Theory, values: Mapping[str, sympy.Expr], sizes: Mapping[str, int]
    ) -> None:
        super().__init__(theory, values)
        self.sizes = sizes
        self.at: dict[Index, int] = {}
        self._known: dict[tuple[str, tuple[int, ...]], sympy.Expr] = {}

    def size(self, name: str) -> sympy.Expr:
        return sympy.Integer(self.sizes[name])

    def delta(self, left: Index, right: Index) -> sympy.Expr:
        return sympy.Integer(self.at[left] == self.at[right])

    def sum(
        self, indices: tuple[Index, ...], conditions: tuple[Unequal, ...], body: Term
    ) -> sympy.Expr:
        around = self.at
        ranges = [range(1, self.sizes[self.theory.size_of(i.sort)] + 1) for i in indices]
        summands = []
        for values in itertools.product(*ranges):
            self.at = {**around, **dict(zip(indices, values, strict=True))}
            if all(self.at[left] != self.at[right] for left, right in conditions):
                summands.append(self(body))
        self.at = around
        return sympy.Add(*summands)

    def derivative(self, variable: Entry, body: Term) -> sympy.Expr:
        return sympy.diff(self(body), self(variable))

    def entry(self, name: str, indices: tuple[Index, ...]) -> sympy.Expr:
        return self.entry_at(name, tuple(self.at[index] for index in indices))

    def entry_at(self, name: str, position: tuple[int, ...]) -> sympy.Expr:
        """An entry at a position counted from 1; definitions are evaluated, once for each position."""
        known = self._known.get((name, position))
        if known is None:
            known = self._known[name, position] = self._computed(name, position)
        return known

    def _computed(self, name: str, position: tuple[int, ...]) -> sympy.Expr:
        declared = self.theory.find(name)
        if isinstance(declared, Definition | Root):
            around, self.at = self.at, dict(zip(declared.formals, position, strict=True))
            if isinstance(declared, Definition):
                value = self(declared.body)
            else:
                radicand = self(declared.radicand)
                if radicand == 0:
                    sizes = ", ".join(f"{n} = {size}" for n, size in self.sizes.items())
                    raise BnproofError(
                        f"{name} is a root of zero at {sizes}, so nothing is defined"
                    )
                value = sympy.sqrt(radicand)
            self.at = around
            return value
        parameter = declared if isinstance(declared, Parameter) else None
        if parameter and parameter.symmetric:
            position = tuple(sorted(position))
        nonnegative = True if parameter and parameter.nonnegative else None
        return sympy.Symbol(
            "_".join([name, *map(str, position)]), real=True, nonnegative=nonnegative
        )
