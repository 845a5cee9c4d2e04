"""What is declared: index sorts and arrays (part of the trusted base)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from bnproof.terms.nodes import (
    FEATURE,
    SAMPLE,
    Index,
    Sort,
    Term,
    require,
    require_all,
    require_name,
)


@dataclass(frozen=True, slots=True)
class Input:
    """An array of reals that the statistics of a normaliser are taken of."""

    name: str
    sorts: tuple[str, ...]

    def __post_init__(self) -> None:
        require_name(self.name, self)
        require_all(self.sorts, str, "sorts are a tuple", self)


@dataclass(frozen=True, slots=True)
class Parameter:
    """An array of reals, constant when one differentiates in another array.

    `symmetric` says that its two indices commute; `nonnegative` that no entry is below zero (eps).
    """

    name: str
    sorts: tuple[str, ...]
    symmetric: bool = False
    nonnegative: bool = False

    def __post_init__(self) -> None:
        flags = (self.symmetric, self.nonnegative)
        require(all(type(flag) is bool for flag in flags), "a flag is true or false", self)
        require_name(self.name, self)
        require_all(self.sorts, str, "sorts are a tuple", self)


@dataclass(frozen=True, slots=True)
class Definition:
    """`let name[formals] = body`"""

    name: str
    formals: tuple[Index, ...]
    body: Term

    def __post_init__(self) -> None:
        require_name(self.name, self)
        require_all(self.formals, Index, "formals are a tuple", self)


@dataclass(frozen=True, slots=True)
class Root:
    """`root name[formals]: name^2 = radicand`, the positive root; its domain is a positive radicand."""

    name: str
    formals: tuple[Index, ...]
    radicand: Term

    def __post_init__(self) -> None:
        require_name(self.name, self)
        require_all(self.formals, Index, "formals are a tuple", self)


@dataclass(frozen=True, slots=True)
class Function:
    """`function phi`: any smooth function of one real variable, the same wherever it occurs."""

    name: str

    def __post_init__(self) -> None:
        require_name(self.name, self)


Declaration: TypeAlias = Input | Parameter | Definition | Root | Function

# What is derived from these classes has no meaning, as it could change its mind.
DECLARATIONS = frozenset({Input, Parameter, Definition, Root, Function})


@dataclass(frozen=True, slots=True)
class Theory:
    """What is declared: index sorts, and arrays in an order in which each uses earlier ones only."""

    declarations: tuple[Declaration, ...]
    sorts: tuple[Sort, ...] = (SAMPLE, FEATURE)

    def __post_init__(self) -> None:
        require(type(self.declarations) is tuple, "declarations are a tuple", self)
        require_all(self.sorts, Sort, "sorts are a tuple", self)
        require(self.sorts != (), "there is a sort of indices", self)

    def find(self, name: str) -> Declaration | None:
        """The declaration of an array, or None."""
        return next((d for d in self.declarations if d.name == name), None)

    def size_of(self, sort: str) -> str:
        """The name of the size of a sort."""
        return next(s.size for s in self.sorts if s.name == sort)

    def sizes(self) -> tuple[str, ...]:
        """The names of all sizes, in the order of the sorts."""
        return tuple(s.size for s in self.sorts)

    def inputs(self) -> tuple[Input, ...]:
        """The inputs, in the order of their declaration."""
        return tuple(d for d in self.declarations if isinstance(d, Input))

    def extended(self, declarations: Iterable[Declaration]) -> Theory:
        """This theory with more declarations behind its own."""
        return Theory(self.declarations + tuple(declarations), self.sorts)


def defining_terms(declarations: Iterable[Declaration]) -> list[Term]:
    """The terms that some declarations are defined by: the bodies and radicands."""
    found: list[Term] = []
    for declaration in declarations:
        match declaration:
            case Definition(_, _, term) | Root(_, _, term):
                found.append(term)
    return found


def index_sorts(declaration: Declaration) -> tuple[str, ...]:
    """The sorts of the indices of a declared array; a function has none."""
    if isinstance(declaration, Input | Parameter):
        return declaration.sorts
    if isinstance(declaration, Function):
        return ()
    return tuple(index.sort for index in declaration.formals)
