"""What can be claimed and assumed, and the equations that a claim stands for (trusted).

An equation is proved by the normal form alone. What else can be claimed comes down to equations: those
that prove it (`obligations`), and those that may be used once it is proved (`as_equations`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from bnproof.terms.nodes import (
    FEATURE,
    SAMPLE,
    Add,
    Delta,
    Diff,
    Entry,
    Index,
    Mul,
    Number,
    Sum,
    Term,
    TermError,
    Unequal,
    is_plain,
    require,
    require_all,
    require_name,
)
from bnproof.terms.operations import (
    all_indices,
    free_indices,
    fresh_index,
    index_letters,
    substitute,
    subterms,
)
from bnproof.terms.theories import Definition, Theory

RELATIONS = (">=", "<=")
LARGEST_FIXED = 8
_ZERO, _ONE = Number(Fraction(0)), Number(Fraction(1))

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
    """`projector[j,k] matrix rank R`: symmetric, its own square, and with trace R if one is stated."""

    row: Index
    column: Index
    matrix: Term
    rank: Term | None = None

    def __post_init__(self) -> None:
        _require_square((self.row, self.column), self)


@dataclass(frozen=True, slots=True)
class NullSpace:
    """`nullspace[j,k] matrix = span[j]{u, v}`: matrix*w = 0 just for w in the span, at every point.

    The vectors in the span are terms in the index `vector`.
    """

    row: Index
    column: Index
    matrix: Term
    vector: Index
    span: tuple[Term, ...]

    def __post_init__(self) -> None:
        _require_square((self.row, self.column), self)
        require(is_plain(self.vector, Index), "a vector has an index", self)
        require(type(self.span) is tuple, "the vectors of a span are a tuple", self)
        if self.vector.sort != self.row.sort:
            problem = "the vectors have an index of another sort than the matrix"
            raise TermError("wrong-indices", problem, self)


Claim: TypeAlias = Equation | Blocked | Different | NotBlocked | Inequality | Projector | NullSpace
MATRICES = (Projector, NullSpace)
CLAIMS = frozenset({Equation, Blocked, Different, NotBlocked, Inequality, Projector, NullSpace})
Denial: TypeAlias = Different | NotBlocked


@dataclass(frozen=True, slots=True)
class Inverse:
    """What shows that a null space is no larger than a span: terms B and V with

        delta[j,k] = (sum[l] B[j,l]*T[l,k]) + u[j]*V[k] + ...

    since T*w = 0 then gives w = u*(V*w) + ...; B may mention both indices of T, V only its column.
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


def _require_own(terms: Iterable[Term], bound: Iterable[Index], culprit: object) -> None:
    """Terms outside of a matrix do not mention its indices, which are bound there."""
    taken = set(bound)
    for term in terms:
        stray = [index.name for index in free_indices(term) if index in taken]
        if stray:
            problem = f"{stray[0]} is an index of the matrix alone; use another letter here"
            raise TermError("wrong-indices", problem, culprit)


def _require_square(indices: tuple[Index, Index], culprit: object) -> None:
    require_all(indices, Index, "a matrix has two indices", culprit)
    row, column = indices
    if row == column or row.sort != column.sort:
        problem = "the indices of a matrix are two different ones of one sort"
        raise TermError("wrong-indices", problem, culprit)


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
            bound = (claim.row, claim.column)
        elif isinstance(claim, NullSpace):
            bound = (claim.vector,)
        found |= dict.fromkeys(i for i in free_indices(side) if i not in bound)
    return tuple(found)


def as_equations(claim: Claim, theory: Theory) -> tuple[Equation, ...]:
    """The equations that follow from a claim; none from one that says what is not so."""
    match claim:
        case Equation():
            return (claim,)
        case Blocked(loss):
            return tuple(_vanishing(loss, theory).values())
        case Projector():
            return tuple(_projecting(claim).values())
        case NullSpace():
            return tuple(_annihilated(claim).values())
    return ()


def denied(claim: Denial, theory: Theory) -> tuple[Equation, ...]:
    """The equations of which a claim says that not all are identities."""
    if isinstance(claim, Different):
        return (Equation(claim.left, claim.right),)
    return tuple(_vanishing(claim.loss, theory).values())


def obligations(
    claim: Claim, theory: Theory, witness: Witness | None = None
) -> dict[str, Equation | Inequality]:
    """What together proves a claim, each part by its name.

    A null space needs a witness to be proved; without one its `complete` part is left out. Raises
    `TermError` for a claim that no equations prove.
    """
    match claim:
        case Equation() | Inequality():
            return {"": claim}
        case Blocked(loss):
            return dict(_vanishing(loss, theory))
        case Projector():
            return dict(_projecting(claim))
        case NullSpace():
            parts = _annihilated(claim)
            if isinstance(witness, Inverse):
                parts["complete"] = _completeness(claim, witness)
            return dict(parts)
    raise TermError("unsupported", "what is no identity has no proof by equations", claim)


def _vanishing(loss: Term, theory: Theory) -> dict[str, Equation]:
    """`diff[x[j,e]] L = 0` for every input x, with j and e names that L does not have."""
    letters = {SAMPLE.name: "jklmpqi", FEATURE.name: "efdc"}
    names = {t.name for t in subterms(loss) if isinstance(t, Entry)}
    names |= {index.name for index in free_indices(loss)}
    equations = {}
    for array in theory.inputs():
        indices: list[Index] = []
        for sort in array.sorts:
            taken = names | {index.name for index in indices}
            indices.append(fresh_index(sort, letters.get(sort, (sort,)), taken))
        variable = Entry(array.name, tuple(indices))
        equations[array.name] = Equation(Diff(variable, loss), _ZERO)
    return equations


def _projecting(claim: Projector) -> dict[str, Equation]:
    """T[j,k] = T[k,j], T*T = T, and the trace of T is its rank, which mentions neither j nor k."""
    _require_own(sides(claim)[1:], (claim.row, claim.column), claim)
    row, column, matrix = claim.row, claim.column, claim.matrix
    middle = _another(row.sort, (matrix,), (row, column))
    square = Mul((substitute(matrix, {column: middle}), substitute(matrix, {row: middle})))
    parts = {
        "symmetric": Equation(matrix, substitute(matrix, {row: column, column: row})),
        "idempotent": Equation(Sum((middle,), (), square), matrix),
    }
    if claim.rank is not None:
        at = _another(row.sort, (matrix, claim.rank), ())
        diagonal = substitute(matrix, {row: at, column: at})
        parts["rank"] = Equation(Sum((at,), (), diagonal), claim.rank)
    return parts


def _annihilated(claim: NullSpace) -> dict[str, Equation]:
    """T*u = 0 for each u in the span, which mentions no index of T but as its own."""
    bound = {claim.row, claim.column} - {claim.vector}
    _require_own(claim.span, bound, claim)
    parts = {}
    for number, vector in enumerate(claim.span, 1):
        name = "annihilated" if len(claim.span) == 1 else f"annihilated{number}"
        at = _another(claim.row.sort, (claim.matrix, vector), (claim.row,))
        entry, row = _at(vector, claim.vector, at), substitute(claim.matrix, {claim.column: at})
        parts[name] = Equation(Sum((at,), (), row if entry == _ONE else Mul((row, entry))), _ZERO)
    return parts


def _completeness(claim: NullSpace, witness: Inverse) -> Equation:
    """Delta = B*T + u*V + ..., which puts every w with T*w = 0 into the span of the u."""
    if len(witness.coordinates) != len(claim.span):
        problem = f"there are {len(claim.span)} vectors, so there are as many coordinates"
        raise TermError("witness", problem, claim)
    _require_own(witness.coordinates, (claim.row,), claim)
    row, column = claim.row, claim.column
    middle = _another(row.sort, (claim.matrix, witness.left_inverse), (row, column))
    product = Mul(
        (
            substitute(witness.left_inverse, {column: middle}),
            substitute(claim.matrix, {row: middle}),
        )
    )
    terms: list[Term] = [Sum((middle,), (), product)]
    for vector, coordinate in zip(claim.span, witness.coordinates, strict=True):
        entry = _at(vector, claim.vector, row)
        terms.append(coordinate if entry == _ONE else Mul((entry, coordinate)))
    return Equation(Delta(row, column), Add(tuple(terms)))


def _at(vector: Term, index: Index, at: Index) -> Term:
    return substitute(vector, {index: at})


def _another(sort: str, terms: Iterable[Term], others: Iterable[Index]) -> Index:
    """An index whose name none of some terms has."""
    taken = {index.name for index in others}
    for term in terms:
        taken |= {index.name for index in all_indices(term)}
        taken |= {part.name for part in subterms(term) if isinstance(part, Entry)}
    return fresh_index(sort, index_letters(sort), taken)


def with_shared(theory: Theory, hypotheses: Iterable[Hypothesis]) -> Theory:
    """The theory with every array that is shared by hypothesis defined by its source.

    The source is moved in front of it, which changes nothing, as it is a parameter.
    """
    shared = {h.entry.name: h for h in hypotheses if isinstance(h, Shared)}
    sources = [theory.find(h.source.name) for h in shared.values()]
    declarations = [d for d in dict.fromkeys(sources) if d is not None]
    for declared in theory.declarations:
        if declared.name in shared:
            found = shared[declared.name]
            declarations.append(Definition(declared.name, found.entry.indices, found.source))
        elif declared not in declarations:
            declarations.append(declared)
    return Theory(tuple(declarations), theory.sorts)
