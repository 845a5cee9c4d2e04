"""Terms of a general theorem over other sorts of indices (not trusted).

A sort may become several: `sum[u] X[k,u]` over places is `sum[i,p] x[i,d,p]` where a place is a sample
and a pixel. Then an index is a tuple of indices, its size the product of their sizes, and a delta the
product of their deltas.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bnproof.derivation.unfolding import unfolded
from bnproof.terms import (
    Add,
    Apply,
    Blocked,
    Claim,
    Definition,
    Delta,
    Diff,
    Entry,
    Equation,
    Index,
    Inequality,
    Mean,
    Mul,
    Neg,
    NullSpace,
    Projector,
    Sum,
    Term,
    TermError,
    Theory,
    Unequal,
    all_indices,
    children,
    free_indices,
    fresh_index,
    number,
    rebuild,
    sides,
    substitute,
    with_sides,
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What an entry of an array is: a term in the `formals`, which stand for its indices."""

    formals: tuple[Index, ...]
    term: Term

    def at(self, indices: Iterable[Index]) -> Term:
        """The term at some indices, without capture."""
        return substitute(self.term, dict(zip(self.formals, indices, strict=True)))


@dataclass
class Reindexing:
    """What sorts, arrays and functions of a general theory are elsewhere.

    `places` holds a tuple of letters for each sort, `sizes` a term for each size; a definition that has
    no pattern is unfolded. Different indices become tuples that have no index in common, and none that
    is `taken`.
    """

    general: Theory
    places: Mapping[str, tuple[Index, ...]]
    sizes: Mapping[str, Term]
    patterns: Mapping[str, Pattern]
    functions: Mapping[str, str]
    taken: set[str] = field(default_factory=set)
    _known: dict[Index, tuple[Index, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Have no index of what is bound in a pattern, so that no sum stands in one over the same."""
        for pattern in self.patterns.values():
            inner = all_indices(pattern.term) - {*free_indices(pattern.term)}
            self.taken |= {index.name for index in inner}

    def indices(self, indices: Iterable[Index]) -> tuple[Index, ...]:
        """The indices that some become, one tuple behind the other."""
        return tuple(new for index in indices for new in self._tuple(index))

    def _tuple(self, index: Index) -> tuple[Index, ...]:
        if index not in self._known:
            found = []
            for letter in self.places[index.sort]:
                found.append(fresh_index(letter.sort, (letter.name,), self.taken))
                self.taken.add(found[-1].name)
            self._known[index] = tuple(found)
        return self._known[index]

    def term(self, term: Term) -> Term:
        """A term of the general theory, elsewhere. Raises `TermError` where it has no form there."""
        folded = [
            d
            for d in self.general.declarations
            if not (isinstance(d, Definition) and d.name in self.patterns)
        ]
        free = [index.name for index in free_indices(term)]
        return self._read(unfolded(term, Theory(tuple(folded), self.general.sorts), free))

    def _read(self, term: Term) -> Term:
        match term:
            case Entry(name, indices):
                if name in self.sizes:
                    return self.sizes[name]
                return self.patterns[name].at(self.indices(indices))
            case Delta(left, right):
                return self._same(left, right)
            case Sum(indices, conditions, body):
                return self._sum(indices, conditions, self._read(body))
            case Mean(indices, body):
                return Mean(self.indices(indices), self._read(body))
            case Diff(variable, body):
                entry = self._read(variable)
                if not isinstance(entry, Entry):
                    problem = (
                        f"one differentiates by {variable.name}, so it is an array here as well"
                    )
                    raise TermError("instance", problem, term)
                return Diff(entry, self._read(body))
            case Apply(name, order, argument):
                return Apply(self.functions[name], order, self._read(argument))
        return rebuild(term, tuple(map(self._read, children(term))))

    def _same(self, left: Index, right: Index) -> Term:
        """The delta of two indices: 1 where their tuples are equal, entry by entry."""
        pairs = zip(self._tuple(left), self._tuple(right), strict=True)
        deltas = tuple(Delta(*pair) for pair in pairs)
        return deltas[0] if len(deltas) == 1 else Mul(deltas)

    def _sum(self, indices: Iterable[Index], conditions: Iterable[Unequal], body: Term) -> Term:
        """A sum over tuples; that two of several indices differ is a factor of what is summed."""
        kept: list[Unequal] = []
        factors: list[Term] = []
        for left, right in conditions:
            if len(self._tuple(left)) == 1:
                kept.append(Unequal(*self._tuple(left), *self._tuple(right)))
            else:
                factors.append(Add((number(1), Neg(self._same(left, right)))))
        if factors:
            body = Mul((*factors, body))
        return Sum(self.indices(indices), tuple(kept), body)

    def claim(self, claim: Claim) -> Claim:
        """An equation, an inequality, `blocked L` or a claim about a matrix, elsewhere.

        Raises `TermError`.
        """
        terms = [self.term(side) for side in sides(claim)]
        match claim:
            case Equation() | Inequality() | Blocked():
                return with_sides(claim, terms)
            case Projector(rows, columns):
                claim = replace(claim, rows=self.indices(rows), columns=self.indices(columns))
                return with_sides(claim, terms)
            case NullSpace(rows, columns, _, vector):
                claim = replace(
                    claim,
                    rows=self.indices(rows),
                    columns=self.indices(columns),
                    vector=self.indices(vector),
                )
                return with_sides(claim, terms)
        raise TermError("instance", "that something is not so in general says nothing here", claim)
