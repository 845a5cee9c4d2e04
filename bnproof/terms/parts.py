"""The equations that a claim stands for (trusted).

An equation is proved by the normal form alone. What else can be claimed comes down to equations: those
that prove it (`obligations`), and those that may be used once it is proved (`as_equations`).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from bnproof.terms.claims import (
    Blocked,
    Claim,
    Denial,
    Different,
    Equation,
    Hypothesis,
    Inequality,
    Inverse,
    NullSpace,
    Projector,
    Shared,
    Witness,
    sides,
)
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
)
from bnproof.terms.operations import (
    all_indices,
    free_indices,
    fresh_index,
    fresh_indices,
    index_letters,
    substitute,
    subterms,
)
from bnproof.terms.theories import Definition, Theory

_ZERO = Number(Fraction(0))
_ONE = Number(Fraction(1))


def _require_own(terms: Iterable[Term], bound: Iterable[Index], culprit: object) -> None:
    """Terms outside of a matrix do not mention its indices, which are bound there."""
    taken = set(bound)
    for term in terms:
        stray = [index.name for index in free_indices(term) if index in taken]
        if stray:
            problem = f"{stray[0]} is an index of the matrix alone; use another letter here"
            raise TermError("wrong-indices", problem, culprit)


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
    letters = {SAMPLE.name: "jklmi", FEATURE.name: "efdc"}
    letters |= {"pixel": "qp", "group": "ba", "ghost": "ba"}
    names = {t.name for t in subterms(loss) if isinstance(t, Entry)}
    names |= {index.name for index in free_indices(loss)}
    equations = {}
    for array in theory.inputs():
        indices = fresh_indices(array.sorts, names, lambda sort: letters.get(sort, (sort,)))
        variable = Entry(array.name, indices)
        equations[array.name] = Equation(Diff(variable, loss), _ZERO)
    return equations


def _projecting(claim: Projector) -> dict[str, Equation]:
    """T[j,k] = T[k,j], T*T = T, and the trace of T is its rank, which mentions neither j nor k.

    Here and below, j and k stand for all indices of a row and of a column, replaced all at once.
    """
    rows, columns, matrix = claim.rows, claim.columns, claim.matrix
    _require_own(sides(claim)[1:], (*rows, *columns), claim)
    middle = _others(rows, (matrix,), (*rows, *columns))
    square = Mul((_at(matrix, columns, middle), _at(matrix, rows, middle)))
    transposed = _at(matrix, (*rows, *columns), (*columns, *rows))
    parts = {
        "symmetric": Equation(matrix, transposed),
        "idempotent": Equation(Sum(middle, (), square), matrix),
    }
    if claim.rank is not None:
        at = _others(rows, (matrix, claim.rank), ())
        diagonal = _at(matrix, (*rows, *columns), (*at, *at))
        parts["rank"] = Equation(Sum(at, (), diagonal), claim.rank)
    return parts


def _annihilated(claim: NullSpace) -> dict[str, Equation]:
    """T*u = 0 for each u in the span, which mentions no index of T but as its own."""
    bound = {*claim.rows, *claim.columns} - {*claim.vector}
    _require_own(claim.span, bound, claim)
    parts = {}
    for number, vector in enumerate(claim.span, 1):
        name = "annihilated" if len(claim.span) == 1 else f"annihilated{number}"
        at = _others(claim.rows, (claim.matrix, vector), claim.rows)
        entry, row = _at(vector, claim.vector, at), _at(claim.matrix, claim.columns, at)
        parts[name] = Equation(Sum(at, (), row if entry == _ONE else Mul((row, entry))), _ZERO)
    return parts


def _completeness(claim: NullSpace, witness: Inverse) -> Equation:
    """Delta = B*T + u*V + ..., which puts every w with T*w = 0 into the span of the u."""
    if len(witness.coordinates) != len(claim.span):
        problem = f"there are {len(claim.span)} vectors, so there are as many coordinates"
        raise TermError("witness", problem, claim)
    rows, columns = claim.rows, claim.columns
    _require_own(witness.coordinates, rows, claim)
    middle = _others(rows, (claim.matrix, witness.left_inverse), (*rows, *columns))
    product = Mul((_at(witness.left_inverse, columns, middle), _at(claim.matrix, rows, middle)))
    terms: list[Term] = [Sum(middle, (), product)]
    for vector, coordinate in zip(claim.span, witness.coordinates, strict=True):
        entry = _at(vector, claim.vector, rows)
        terms.append(coordinate if entry == _ONE else Mul((entry, coordinate)))
    total = Add(tuple(terms)) if len(terms) > 1 else terms[0]
    return Equation(_unit_matrix(rows, columns), total)


def _unit_matrix(rows: tuple[Index, ...], columns: tuple[Index, ...]) -> Term:
    """`delta[j,k]`, or the product of the deltas of all pairs of indices."""
    deltas = tuple(Delta(row, column) for row, column in zip(rows, columns, strict=True))
    return deltas[0] if len(deltas) == 1 else Mul(deltas)


def _at(term: Term, indices: tuple[Index, ...], at: tuple[Index, ...]) -> Term:
    """The term with other indices in the places of some."""
    return substitute(term, dict(zip(indices, at, strict=True)))


def _others(
    like: tuple[Index, ...], terms: Iterable[Term], others: Iterable[Index]
) -> tuple[Index, ...]:
    """Indices of the sorts of some, with different names that no term and none of the others has."""
    taken = {index.name for index in others}
    for term in terms:
        taken |= {index.name for index in all_indices(term)}
        taken |= {part.name for part in subterms(term) if isinstance(part, Entry)}
    found: list[Index] = []
    for index in like:
        # A file gives letters to the sorts that it declares, and q1 is of the sort of q.
        usual = index.sort in (SAMPLE.name, FEATURE.name)
        letters = index_letters(index.sort) if usual else (index.name,)
        found.append(fresh_index(index.sort, letters, taken))
        taken.add(found[-1].name)
    return tuple(found)


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
