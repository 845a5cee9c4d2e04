"""A normaliser applied to a term: the array that its definitions then speak of.

    use batchnorm(x[i,d] + c[d]) as shifted

declares `let shifted.x[i,d] = x[i,d] + c[d]`, and batch norm of that.
"""

from __future__ import annotations

from collections.abc import Iterable

from bnproof.terms import (
    Definition,
    Index,
    Input,
    Term,
    TermError,
    all_indices,
    children,
    free_indices,
    fresh_index,
    index_letters,
)


def array_of(
    term: Term, name: str, given: Input, normaliser: str, taken: Iterable[str]
) -> Definition:
    """The definition of an array by a term, in the place of the input of a normaliser.

    The free indices of the term are matched by their sorts with those of the input; along an index that
    it does not have, it is constant. Letters for these are none that are `taken`.
    Raises `TermError` for an index of another sort, and for two of one sort.
    """
    by_sort: dict[str, Index] = {}
    for index in free_indices(term):
        if index.sort not in given.sorts:
            problem = (
                f"{index.name} is a {index.sort} index, and the input of {normaliser} is "
                f"[{', '.join(given.sorts)}]; bind it by a sum or a mean"
            )
            raise TermError("wrong-indices", problem, _carrier(term, index))
        other = by_sort.setdefault(index.sort, index)
        if other != index:
            problem = (
                f"{other.name} and {index.name} are both {index.sort} indices, and the input of "
                f"{normaliser} has one; bind one of them by a sum or a mean"
            )
            raise TermError("wrong-indices", problem, _carrier(term, index))
    used = {*taken, *(index.name for index in all_indices(term))}
    formals: list[Index] = []
    for sort in given.sorts:
        formals.append(by_sort.get(sort) or fresh_index(sort, index_letters(sort), used))
        used.add(formals[-1].name)
    return Definition(name, tuple(formals), term)


def _carrier(term: Term, index: Index) -> Term:
    """The smallest part of a term that carries a free index of it."""
    for part in children(term):
        if index in free_indices(part):
            return _carrier(part, index)
    return term
