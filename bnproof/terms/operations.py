"""What can be done with terms: walk through them, rename, compare, substitute (trusted)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping

from bnproof.terms.nodes import (
    FEATURE,
    SAMPLE,
    Add,
    Apply,
    Delta,
    Diff,
    Div,
    Entry,
    Index,
    Mean,
    Mul,
    Neg,
    Number,
    Pow,
    Sum,
    Term,
    Unequal,
)


def children(term: Term) -> tuple[Term, ...]:
    """The immediate subterms of a term; the variable of a `Diff` is not one."""
    match term:
        case Neg(body) | Sum(_, _, body) | Mean(_, body) | Diff(_, body) | Pow(body, _):
            return (body,)
        case Add(parts) | Mul(parts):
            return parts
        case Div(numerator, denominator):
            return (numerator, denominator)
        case Apply(_, _, argument):
            return (argument,)
    return ()


def subterms(term: Term) -> Iterator[Term]:
    """The term and all its subterms, outermost first; the variable of a `Diff` comes before its body."""
    yield term
    if isinstance(term, Diff):
        yield term.variable
    for child in children(term):
        yield from subterms(child)


def bound_indices(term: Term) -> tuple[Index, ...]:
    """The indices that the outermost operator of a term binds."""
    return term.indices if isinstance(term, Sum | Mean) else ()


def own_indices(term: Term) -> tuple[Index, ...]:
    """The indices that the outermost operator of a term mentions, those it binds left out."""
    match term:
        case Entry(_, indices):
            return indices
        case Delta(left, right):
            return (left, right)
        case Diff(variable, _):
            return variable.indices
        case Sum(indices, conditions, _):
            return tuple(i for pair in conditions for i in pair if i not in indices)
    return ()


def free_indices(term: Term) -> tuple[Index, ...]:
    """The indices that occur free in a term, in the order of their first occurrence."""
    found = dict.fromkeys(own_indices(term))
    bound = bound_indices(term)
    for child in children(term):
        found.update(dict.fromkeys(i for i in free_indices(child) if i not in bound))
    return tuple(found)


def all_indices(term: Term) -> set[Index]:
    """The indices that occur in a term, free or bound."""
    found = {*own_indices(term), *bound_indices(term)}
    return found.union(*map(all_indices, children(term)))


_INDEX_LETTERS = {
    SAMPLE.name: "ijklm",
    FEATURE.name: "defc",
    "pixel": "pq",
    "group": "ab",
    "ghost": "ab",
}


def index_letters(sort: str) -> tuple[str, ...]:
    """The letters that indices of a sort go by, the most usual one first; the sort itself for others."""
    return tuple(_INDEX_LETTERS.get(sort, (sort,)))


def fresh_index(sort: str, letters: Iterable[str], taken: Iterable[str]) -> Index:
    """An index of a sort whose name is not taken: the first free letter, else a numbered one."""
    used, candidates = set(taken), list(letters)
    numbered = (f"{candidates[0]}{k}" for k in itertools.count(1))
    return Index(next(n for n in itertools.chain(candidates, numbered) if n not in used), sort)


def fresh_indices(
    sorts: Iterable[str],
    taken: Iterable[str] = (),
    letters: Callable[[str], Iterable[str]] = index_letters,
) -> tuple[Index, ...]:
    """An index of each of some sorts, with names that differ and are not taken."""
    used = set(taken)
    found: list[Index] = []
    for sort in sorts:
        found.append(fresh_index(sort, letters(sort), used))
        used.add(found[-1].name)
    return tuple(found)


def rebuild(term: Term, parts: tuple[Term, ...]) -> Term:
    """The term with other immediate subterms, in the order of `children`."""
    match term:
        case Neg():
            return Neg(*parts)
        case Add():
            return Add(parts)
        case Mul():
            return Mul(parts)
        case Div():
            return Div(*parts)
        case Pow(_, exponent):
            return Pow(parts[0], exponent)
        case Sum(indices, conditions, _):
            return Sum(indices, conditions, *parts)
        case Mean(indices, _):
            return Mean(indices, *parts)
        case Diff(variable, _):
            return Diff(variable, *parts)
        case Apply(function, order, _):
            return Apply(function, order, *parts)
    return term


def substitute(term: Term, mapping: Mapping[Index, Index]) -> Term:
    """The term with free indices replaced, all at once and without capture.

    A binder whose index would capture a replacement is renamed first, so that
    `sum[i] a[i,j]` with `j := i` becomes `sum[i1] a[i1,i]`.
    """
    free = free_indices(term)
    mapping = {old: new for old, new in mapping.items() if old in free}
    if not mapping:
        return term

    def replaced(indices: Iterable[Index]) -> Iterator[Index]:
        return (mapping.get(index, index) for index in indices)

    match term:
        case Entry(name, indices):
            return Entry(name, tuple(replaced(indices)))
        case Delta(left, right):
            return Delta(*replaced((left, right)))
        case Sum(_, conditions, body):
            binders, mapping = _renamed_binders(term, mapping)
            pairs = tuple(Unequal(*replaced(pair)) for pair in conditions)
            return Sum(binders, pairs, substitute(body, mapping))
        case Mean(_, body):
            binders, mapping = _renamed_binders(term, mapping)
            return Mean(binders, substitute(body, mapping))
        case Diff(Entry(name, indices), body):
            return Diff(Entry(name, tuple(replaced(indices))), substitute(body, mapping))
    return rebuild(term, tuple(substitute(child, mapping) for child in children(term)))


def alike(left: Term, right: Term) -> bool:
    """Whether two terms are the same but for the names of bound indices."""
    return _alike(left, right, {}, {}, 0)


def _alike(
    left: Term, right: Term, ours: Mapping[Index, str], theirs: Mapping[Index, str], depth: int
) -> bool:
    """Whether two terms are alike, where `ours` and `theirs` tell which sum binds an index of each."""

    def same(
        ours: Mapping[Index, str],
        theirs: Mapping[Index, str],
        one: Iterable[Index],
        two: Iterable[Index],
    ) -> bool:
        return [ours.get(i, i) for i in one] == [theirs.get(i, i) for i in two]

    if type(left) is not type(right):
        return False
    match left, right:
        case (Number(), Number()):
            return left == right
        case (Pow(), Pow()) if left.exponent != right.exponent:
            return False
        case (Entry(name, _), Entry(other, _)) if name != other:
            return False
        case (Diff(Entry(name, _), _), Diff(Entry(other, _), _)) if name != other:
            return False
        case (Apply(name, order, _), Apply(other, count, _)) if (name, order) != (other, count):
            return False
        case (Sum() | Mean(), Sum() | Mean()):
            one, two = left.indices, right.indices
            distinct = len(set(one)) == len(one) and len(set(two)) == len(two)
            if not distinct or [i.sort for i in one] != [i.sort for i in two]:
                return False
            here = [f"{depth}.{k}" for k in range(len(one))]
            ours = {**ours, **dict(zip(one, here, strict=True))}
            theirs = {**theirs, **dict(zip(two, here, strict=True))}
            if isinstance(left, Sum) and isinstance(right, Sum):
                if len(left.conditions) != len(right.conditions):
                    return False
                pairs = zip(left.conditions, right.conditions, strict=True)
                if not all(same(ours, theirs, one, two) for one, two in pairs):
                    return False
        case _:
            if not same(ours, theirs, own_indices(left), own_indices(right)):
                return False
    parts, others = children(left), children(right)
    return len(parts) == len(others) and all(
        _alike(one, other, ours, theirs, depth + 1)
        for one, other in zip(parts, others, strict=True)
    )


def rename_arrays(term: Term, names: Mapping[str, str]) -> Term:
    """The term with arrays and functions under other names."""
    match term:
        case Apply(name, order, argument):
            return Apply(names.get(name, name), order, rename_arrays(argument, names))
        case Entry(name, indices):
            return Entry(names.get(name, name), indices)
        case Diff(Entry(name, indices), body):
            variable = Entry(names.get(name, name), indices)
            return Diff(variable, rename_arrays(body, names))
    return rebuild(term, tuple(rename_arrays(child, names) for child in children(term)))


def _renamed_binders(
    term: Sum | Mean, mapping: Mapping[Index, Index]
) -> tuple[tuple[Index, ...], dict[Index, Index]]:
    """Binders that capture nothing under `mapping`, and the mapping for what they bind."""
    extended = dict(mapping)
    captured = {new.name for new in mapping.values()}
    conditions = term.conditions if isinstance(term, Sum) else ()
    taken = {i.name for i in (*free_indices(term.body), *term.indices)} | captured
    taken |= {i.name for pair in conditions for i in pair}
    binders = []
    for index in term.indices:
        if index.name in captured:
            fresh = fresh_index(index.sort, (index.name,), taken)
            taken.add(fresh.name)
            extended[index] = fresh
            binders.append(fresh)
        else:
            binders.append(index)
    return tuple(binders), extended
