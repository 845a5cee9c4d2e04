"""What can be claimed and assumed, and what shows it (part of the trusted base)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bnproof.terms.nodes import (
    Entry,
    Index,
    Term,
    TermError,
    Unequal,
    require,
    require_all,
    require_name,
)
from bnproof.terms.operations import (
    free_indices,
)

RELATIONS = (">=", "<=")
LARGEST_FIXED = 8

Sizes: TypeAlias = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Equation:
    """`left = right` for all sizes, inputs, parameters and free indices, coincidences included."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Blocked:
    """`blocked loss`: the derivative of the loss by every entry of the input is zero."""

    loss: Term


@dataclass(frozen=True, slots=True)
class Different:
    """`left != right at n = 3, D = 2`: the equation is no identity, at these sizes if any are named."""

    left: Term
    right: Term
    sizes: Sizes = ()

    def __post_init__(self) -> None:
        _require_sizes(self.sizes, self)


@dataclass(frozen=True, slots=True)
class NotBlocked:
    """`not blocked loss at n = 3, D = 2`: some derivative of the loss is not zero everywhere."""

    loss: Term
    sizes: Sizes = ()

    def __post_init__(self) -> None:
        _require_sizes(self.sizes, self)


@dataclass(frozen=True, slots=True)
class Inequality:
    """`left >= right` or `left <= right` for all sizes, inputs, parameters and free indices."""

    left: Term
    relation: str
    right: Term

    def __post_init__(self) -> None:
        require_name(self.relation, self)
        require(self.relation in RELATIONS, f"{self.relation} is no inequality", self)


@dataclass(frozen=True, slots=True)
class Projector:
    """`projector[j,k] matrix rank R`: symmetric, its own square, and with trace R if one is stated.

    A row of the matrix may have several indices, `projector[j,q; k,p]`, and then a column has as many.
    """

    rows: tuple[Index, ...]
    columns: tuple[Index, ...]
    matrix: Term
    rank: Term | None = None

    def __post_init__(self) -> None:
        _require_square(self.rows, self.columns, self)


@dataclass(frozen=True, slots=True)
class NullSpace:
    """`nullspace[j,k] matrix = span[j]{u, v}`: matrix*w = 0 just for w in the span, at every point.

    The vectors in the span are terms in the indices `vector`, which are as those of a row: `span[j,q]`
    for `nullspace[j,q; k,p]`.
    """

    rows: tuple[Index, ...]
    columns: tuple[Index, ...]
    matrix: Term
    vector: tuple[Index, ...]
    span: tuple[Term, ...]

    def __post_init__(self) -> None:
        _require_square(self.rows, self.columns, self)
        require_all(self.vector, Index, "a vector has a tuple of indices", self)
        require(type(self.span) is tuple, "the vectors of a span are a tuple", self)
        if _sorts(self.vector) != _sorts(self.rows):
            problem = "the vectors have indices of other sorts than the rows of the matrix"
            raise TermError("wrong-indices", problem, self)
        _require_distinct(self.vector, "an index of the vectors is named twice", self)


Claim: TypeAlias = Equation | Blocked | Different | NotBlocked | Inequality | Projector | NullSpace
MATRICES = (Projector, NullSpace)
CLAIMS = frozenset({Equation, Blocked, Different, NotBlocked, Inequality, Projector, NullSpace})
Denial: TypeAlias = Different | NotBlocked


@dataclass(frozen=True, slots=True)
class Inverse:
    """What shows that a null space is no larger than a span: terms B and V with

        delta[j,k] = (sum[l] B[j,l]*T[l,k]) + u[j]*V[k] + ...

    since T*w = 0 then gives w = u*(V*w) + ...; B may mention rows and columns of T, V only its columns.
    Where a row has several indices, j, k and l stand for as many, and delta for the product of theirs.
    """

    left_inverse: Term
    coordinates: tuple[Term, ...]

    def __post_init__(self) -> None:
        require(type(self.coordinates) is tuple, "coordinates are a tuple", self)


@dataclass(frozen=True, slots=True)
class Surplus:
    """A term that is visibly not negative, by which the larger side of an inequality is larger."""

    term: Term


Witness: TypeAlias = Inverse | Surplus


@dataclass(frozen=True, slots=True)
class Sign:
    """A hypothesis on every entry of a parameter: it is `zero`, `nonzero` or `positive`."""

    entry: Entry
    sign: str

    def __post_init__(self) -> None:
        require(type(self.entry) is Entry, "a sign is that of an entry", self)
        require_name(self.sign, self)
        require(self.sign in ("zero", "nonzero", "positive"), f"{self.sign} is no sign", self)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The hypothesis `size >= minimum`."""

    size: str
    minimum: int

    def __post_init__(self) -> None:
        require_name(self.size, self)
        require(type(self.minimum) is int, "the bound of a size is an integer", self)


@dataclass(frozen=True, slots=True)
class Fixed:
    """The hypothesis `size = value`, for a small value."""

    size: str
    value: int

    def __post_init__(self) -> None:
        require_name(self.size, self)
        require(type(self.value) is int, "the value of a size is an integer", self)
        if not 1 <= self.value <= LARGEST_FIXED:
            problem = f"sizes are fixed at 1 to {LARGEST_FIXED}"
            raise TermError("hypothesis", problem, self)


@dataclass(frozen=True, slots=True)
class Shared:
    """The hypothesis `G[i,d] = g[d]`: an array is constant along the indices that the other lacks."""

    entry: Entry
    source: Entry

    def __post_init__(self) -> None:
        pair = (self.entry, self.source)
        require(all(type(entry) is Entry for entry in pair), "entries are shared", self)


Hypothesis: TypeAlias = Sign | AtLeast | Fixed | Shared | Unequal
HYPOTHESES = (Sign, AtLeast, Fixed, Shared, Unequal)


def _require_sizes(sizes: object, culprit: object) -> None:
    right = type(sizes) is tuple and all(
        type(pair) is tuple and [type(part) for part in pair] == [str, int] for pair in sizes
    )
    require(right, "sizes are pairs of a name and an integer", culprit)
    if isinstance(sizes, tuple) and len({name for name, _ in sizes}) < len(sizes):
        raise TermError("hypothesis", "a size is named twice", culprit)


def _require_square(rows: tuple[Index, ...], columns: tuple[Index, ...], culprit: object) -> None:
    """The rows and columns of a matrix are counted alike, and no index counts two things."""
    for indices in (rows, columns):
        require_all(indices, Index, "the rows and columns of a matrix are tuples", culprit)
        require(indices != (), "the rows and columns of a matrix have an index", culprit)
    if _sorts(rows) != _sorts(columns):
        problem = "the rows and columns of a matrix have indices of the same sorts"
        raise TermError("wrong-indices", problem, culprit)
    _require_distinct((*rows, *columns), "the indices of a matrix are different ones", culprit)


def _require_distinct(indices: tuple[Index, ...], problem: str, culprit: object) -> None:
    if len({index.name for index in indices}) < len(indices):
        raise TermError("wrong-indices", problem, culprit)


def _sorts(indices: tuple[Index, ...]) -> list[str]:
    return [index.sort for index in indices]


def sides(claim: Claim) -> tuple[Term, ...]:
    """The terms that a claim is made of."""
    match claim:
        case Equation(left, right) | Different(left, right) | Inequality(left, _, right):
            return (left, right)
        case Blocked(loss) | NotBlocked(loss):
            return (loss,)
        case Projector(_, _, matrix, rank):
            return (matrix,) if rank is None else (matrix, rank)
        case NullSpace(_, _, matrix, _, span):
            return (matrix, *span)


def with_sides(claim: Claim, terms: Sequence[Term]) -> Claim:
    """The claim made of other terms, in the order of `sides`."""
    match claim:
        case Equation() | Different() | Inequality():
            return replace(claim, left=terms[0], right=terms[1])
        case Blocked() | NotBlocked():
            return replace(claim, loss=terms[0])
        case Projector():
            return replace(claim, matrix=terms[0], rank=terms[1] if len(terms) > 1 else None)
        case NullSpace():
            return replace(claim, matrix=terms[0], span=tuple(terms[1:]))


def free_in_claim(claim: Claim) -> tuple[Index, ...]:
    """The indices that a claim quantifies universally, in the order of their first occurrence."""
    found: dict[Index, None] = {}
    for number, side in enumerate(sides(claim)):
        bound: tuple[Index, ...] = ()
        if isinstance(claim, MATRICES) and number == 0:
            bound = (*claim.rows, *claim.columns)
        elif isinstance(claim, NullSpace):
            bound = claim.vector
        found |= dict.fromkeys(i for i in free_indices(side) if i not in bound)
    return tuple(found)


def about(claim: Claim, hypotheses: Iterable[Hypothesis]) -> tuple[Hypothesis, ...]:
    """The hypotheses that a claim can be decided under: those on its own indices, and all others."""
    free = set(free_in_claim(claim))
    return tuple(h for h in hypotheses if not isinstance(h, Unequal) or set(h) <= free)
