"""Claims with all definitions unfolded: what a reader must audit."""

from __future__ import annotations

from collections.abc import Iterable

from bnproof.terms import (
    Definition,
    Entry,
    Index,
    Mean,
    Sum,
    Term,
    Theory,
    children,
    fresh_index,
    index_letters,
    rebuild,
    substitute,
)


def unfolded(term: Term, theory: Theory, taken: Iterable[str] = ()) -> Term:
    """The term with every definition replaced by its body, down to inputs, parameters and roots.

    Bound indices whose names are `taken` further out are renamed.
    """
    names = set(taken)
    match term:
        case Entry(name, indices):
            declared = theory.find(name)
            if not isinstance(declared, Definition):
                return term
            names |= {index.name for index in indices}
            body = substitute(declared.body, dict(zip(declared.formals, indices, strict=True)))
            return unfolded(body, theory, names)
        case Sum() | Mean():
            term = _apart(term, names)
            names |= {index.name for index in term.indices}
    return rebuild(term, tuple(unfolded(child, theory, names) for child in children(term)))


def _apart(term: Sum | Mean, taken: set[str]) -> Sum | Mean:
    """The sum with bound indices whose names are not taken."""
    renamed: dict[Index, Index] = {}
    used = taken | {index.name for index in term.indices}
    for index in term.indices:
        if index.name in taken:
            renamed[index] = fresh_index(index.sort, index_letters(index.sort), used)
            used.add(renamed[index].name)
    if not renamed:
        return term
    indices = tuple(renamed.get(index, index) for index in term.indices)
    body = substitute(term.body, renamed)
    if isinstance(term, Mean):
        return Mean(indices, body)
    conditions = tuple(
        pair._replace(
            left=renamed.get(pair.left, pair.left), right=renamed.get(pair.right, pair.right)
        )
        for pair in term.conditions
    )
    return Sum(indices, conditions, body)
