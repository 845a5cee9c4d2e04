"""Terms: indices, arrays, sums and derivatives as immutable data (part of the trusted base).

A term has no meaning of its own. The kernel gives it a normal form, the exact evaluator a number, the
SymPy models an expression, the printers a text, each on its own. Terms stay as their author wrote
them: nothing is simplified or reordered.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeAlias


class BnproofError(Exception):
    """Base class of every error that a user of bnproof can cause; its text says what to do."""


class TermError(BnproofError, ValueError):
    """A term, claim or declaration that has no meaning; `culprit` is the smallest part at fault."""

    def __init__(self, code: str, message: str, culprit: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.culprit = culprit


def require(condition: bool, problem: str, culprit: object) -> None:
    """Refuse a node that is built wrongly."""
    if not condition:
        raise TermError("syntax", problem, culprit)


def require_name(name: object, culprit: object) -> None:
    """A name is a string and nothing that only behaves like one."""
    require(type(name) is str, "a name is a string", culprit)


def require_all(items: object, kind: type, problem: str, culprit: object) -> None:
    """Refuse what is no tuple of one kind: what is proved must not change behind its theorem."""
    right = type(items) is tuple and all(is_plain(item, kind) for item in items)
    require(right, problem, culprit)


def is_plain(item: object, kind: type) -> bool:
    """Whether an item is of exactly this class, and so are the parts of an index, a sort or a pair."""
    if type(item) is not kind:
        return False
    if isinstance(item, Index | Sort):
        return all(type(part) is str for part in item)
    return not isinstance(item, Unequal) or all(is_plain(part, Index) for part in item)


class Index(NamedTuple):
    """An index letter and the sort it ranges over, such as `i` over samples."""

    name: str
    sort: str


class Sort(NamedTuple):
    """An index sort and the name of its size: samples are counted by `n`, features by `D`."""

    name: str
    size: str


SAMPLE = Sort("sample", "n")
FEATURE = Sort("feature", "D")


@dataclass(frozen=True, slots=True)
class Number:
    """A non-negative integer or exact decimal; any other rational is a quotient, see `number`."""

    value: Fraction

    def __post_init__(self) -> None:
        require(type(self.value) in (int, Fraction), "a number is a fraction", self)
        if self.value < 0 or 10 ** self.value.denominator.bit_length() % self.value.denominator:
            raise TermError("syntax", f"{self.value} is not a non-negative decimal", self)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of an array, `x[i,d]`; scalars, sizes and eps are arrays without indices."""

    name: str
    indices: tuple[Index, ...] = ()

    def __post_init__(self) -> None:
        require_name(self.name, self)
        require_all(self.indices, Index, "indices are a tuple", self)


@dataclass(frozen=True, slots=True)
class Delta:
    """The Kronecker delta of two indices of one sort."""

    left: Index
    right: Index

    def __post_init__(self) -> None:
        require_all((self.left, self.right), Index, "a delta compares two indices", self)


@dataclass(frozen=True, slots=True)
class Neg:
    """`-body`"""

    body: Term


@dataclass(frozen=True, slots=True)
class Add:
    """`a + b - c`: the sum of its terms, a subtracted one being a `Neg`."""

    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        require(type(self.terms) is tuple and self.terms != (), "terms are a tuple", self)


@dataclass(frozen=True, slots=True)
class Mul:
    """`a*b*c`"""

    factors: tuple[Term, ...]

    def __post_init__(self) -> None:
        require(type(self.factors) is tuple and self.factors != (), "factors are a tuple", self)


@dataclass(frozen=True, slots=True)
class Div:
    """`numerator/denominator`; the kernel admits it only when the denominator is a unit."""

    numerator: Term
    denominator: Term


@dataclass(frozen=True, slots=True)
class Pow:
    """`base^exponent` with an integer exponent, negative for units only."""

    base: Term
    exponent: int

    def __post_init__(self) -> None:
        require(type(self.exponent) is int, "an exponent is an integer", self)


class Unequal(NamedTuple):
    """The condition `left != right` on two indices of one sort."""

    left: Index
    right: Index


@dataclass(frozen=True, slots=True)
class Sum:
    """`sum[i,d : i != j] body`: binds `indices` in `conditions` and `body`."""

    indices: tuple[Index, ...]
    conditions: tuple[Unequal, ...]
    body: Term

    def __post_init__(self) -> None:
        require_all(self.indices, Index, "indices are a tuple", self)
        require_all(self.conditions, Unequal, "conditions are a tuple of pairs", self)
        require(self.indices != (), "a sum has an index", self)


@dataclass(frozen=True, slots=True)
class Mean:
    """`mean[i] body`: the sum over `indices` divided by their sizes."""

    indices: tuple[Index, ...]
    body: Term

    def __post_init__(self) -> None:
        require_all(self.indices, Index, "indices are a tuple", self)
        require(self.indices != (), "a mean has an index", self)


@dataclass(frozen=True, slots=True)
class Diff:
    """`diff[x[j,e]] body`: the partial derivative by one entry; it binds no index."""

    variable: Entry
    body: Term

    def __post_init__(self) -> None:
        require(type(self.variable) is Entry, "one differentiates by an entry", self)


@dataclass(frozen=True, slots=True)
class Apply:
    """`phi(argument)`, `phi'(argument)`, ...: a function of one variable, or its derivative, there.

    `order` counts the derivatives.
    """

    function: str
    order: int
    argument: Term

    def __post_init__(self) -> None:
        require_name(self.function, self)
        right = type(self.order) is int and self.order >= 0
        require(right, "the order of a derivative is a natural number", self)


Term: TypeAlias = Number | Entry | Delta | Neg | Add | Mul | Div | Pow | Sum | Mean | Diff | Apply

# The classes that have a meaning; what is derived from them has none, as it could change its mind.
TERMS = frozenset({Number, Entry, Delta, Neg, Add, Mul, Div, Pow, Sum, Mean, Diff, Apply})


def number(value: Fraction | int) -> Term:
    """The term of a rational number."""
    value = Fraction(value)
    size: Term = Number(Fraction(abs(value.numerator)))
    if value.denominator != 1:
        size = Div(size, Number(Fraction(value.denominator)))
    return Neg(size) if value < 0 else size
