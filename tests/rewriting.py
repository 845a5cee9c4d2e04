"""Terms rewritten by valid identities, and mutants of them.

A rewrite is an identity that a pencil shows: each of them is stated in its docstring and none of them
uses the kernel. A mutant is changed at one place and usually, but not always, another function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from hypothesis import strategies as st

from bnproof.terms import (
    Add,
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
    Pow,
    Sum,
    Term,
    Unequal,
    bound_indices,
    children,
    free_indices,
    fresh_index,
    own_indices,
    rebuild,
    substitute,
    subterms,
)
from tests.strategies import FREE, LETTERS, THEORY, Scope, leaves, of_sort

Rule = Callable[[st.DrawFn, Term, Scope], Term | None]
Path = tuple[int, ...]

N = Entry("n")


def _one(value: int) -> Number:
    return Number(Fraction(value))


def _new(sort: str, scope: Scope) -> Index:
    return fresh_index(sort, LETTERS[sort], (index.name for index in scope))


def distribute(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """a*(b + c) = a*b + a*c"""
    match term:
        case Mul(factors):
            for k, factor in enumerate(factors):
                if isinstance(factor, Add):
                    return Add(
                        tuple(Mul((*factors[:k], t, *factors[k + 1 :])) for t in factor.terms)
                    )
    return None


def permute(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """A + b = b + a and a*b = b*a"""
    if isinstance(term, Add | Mul):
        return rebuild(term, tuple(draw(st.permutations(children(term)))))
    return None


def unfold(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """y[i,d] = (x[i,d] - mu[d])/s[d], and so on for every definition"""
    if isinstance(term, Entry):
        declared = THEORY.find(term.name)
        if isinstance(declared, Definition):
            return substitute(declared.body, dict(zip(declared.formals, term.indices, strict=True)))
    return None


def expand_variance(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """var[d] = s[d]^2 - eps"""
    match term:
        case Entry("var", indices):
            return Add((Pow(Entry("s", indices), 2), Neg(Entry("eps"))))
    return None


def mean_as_sum(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """mean[i] a = 1/n*sum[i] a"""
    match term:
        case Mean((index,), body):
            size = Entry(THEORY.size_of(index.sort))
            return Mul((Div(_one(1), size), Sum((index,), (), body)))
    return None


def rename_bound(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """sum[i] a = sum[l] a[i := l]"""
    if isinstance(term, Sum | Mean) and len(term.indices) == 1:
        [index] = term.indices
        return rebound(term, _new(index.sort, (*scope, index)))
    return None


def reuse_free_name(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """sum[i] a = sum[j] a[i := j], if j is not free in the sum; outside of it j may well be."""
    if isinstance(term, Sum | Mean) and len(term.indices) == 1:
        [index] = term.indices
        other = draw(of_sort(FREE, index.sort))
        if other not in free_indices(term):
            return rebound(term, other)
    return None


def rebound(term: Sum | Mean, other: Index) -> Term:
    """A sum or mean over one index, over another index instead."""
    [index] = term.indices
    body = substitute(term.body, {index: other})
    if isinstance(term, Mean):
        return Mean((other,), body)
    pairs = [tuple(other if i == index else i for i in pair) for pair in term.conditions]
    return Sum((other,), tuple(Unequal(*pair) for pair in pairs), body)


def split_sum(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """sum[i] (a + b) = sum[i] a + sum[i] b"""
    match term:
        case Sum(indices, conditions, Add(parts)):
            return Add(tuple(Sum(indices, conditions, part) for part in parts))
    return None


def split_off(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """sum[i] a = sum[i : i != j] a + a[i := j]"""
    match term:
        case Sum((index,), (), body):
            other = draw(of_sort(scope, index.sort))
            if other == index:
                return None
            rest = Sum((index,), (Unequal(index, other),), body)
            return Add((rest, substitute(body, {index: other})))
    return None


def swap_binders(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """sum[i,d] a = sum[d] sum[i] a"""
    match term:
        case Sum((first, second), (), body):
            return Sum((second,), (), Sum((first,), (), body))
    return None


def insert_delta(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """a[j] = sum[i] delta[j,i]*a[i]"""
    free = free_indices(term)
    if not free:
        return None
    old = draw(st.sampled_from(free))
    new = _new(old.sort, scope)
    return Sum((new,), (), Mul((Delta(old, new), substitute(term, {old: new}))))


def add_and_subtract(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """A = a + b - b"""
    other = draw(leaves(scope))
    return Add((term, other, Neg(other)))


def multiply_and_divide(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """A = a*s*s^(-1)"""
    root = Entry("s", (draw(of_sort(scope, "feature")),))
    return Mul((term, root, Pow(root, -1)))


def add_centered(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """A = a + b*(sum[i] y[i,d])"""
    index, feature = _new("sample", scope), draw(of_sort(scope, "feature"))
    total = Sum((index,), (), Entry("y", (index, feature)))
    return Add((term, Mul((draw(leaves(scope)), total))))


def add_squares(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """A = a + (sum[i] y[i,d]^2) - n*(1 - eps/s[d]^2)"""
    index, feature = _new("sample", scope), draw(of_sort(scope, "feature"))
    total = Sum((index,), (), Pow(Entry("y", (index, feature)), 2))
    kappa = Div(Entry("eps"), Pow(Entry("s", (feature,)), 2))
    return Add((term, total, Neg(Mul((N, Add((_one(1), Neg(kappa))))))))


def product_rule(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """Diff (a*b) = (diff a)*b + a*(diff b)"""
    match term:
        case Diff(variable, Mul(factors)):
            return Add(
                tuple(
                    Mul((*factors[:k], Diff(variable, factor), *factors[k + 1 :]))
                    for k, factor in enumerate(factors)
                )
            )
    return None


def derivative_is_linear(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """Diff (a + b) = diff a + diff b, and diff sum[i] a = sum[i] diff a"""
    match term:
        case Diff(variable, Add(parts)):
            return Add(tuple(Diff(variable, part) for part in parts))
        case Diff(variable, Sum(indices, conditions, body)):
            return Sum(indices, conditions, Diff(variable, body))
    return None


def peel_power(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """a^k = a*a^(k-1)"""
    match term:
        case Pow(base, exponent) if exponent > 1:
            return Mul((base, Pow(base, exponent - 1)))
    return None


def quotient_as_power(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """a/b = a*b^(-1)"""
    match term:
        case Div(numerator, denominator):
            return Mul((numerator, Pow(denominator, -1)))
    return None


def add_coincidence(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """A = a + b*delta[j,k] under j != k, where no sum binds these names"""
    if scope != FREE:
        return None
    pair = draw(st.sampled_from([FREE[:2], FREE[2:]]))
    return Add((term, Mul((draw(leaves(scope)), Delta(*pair)))))


RULES: tuple[Rule, ...] = (
    distribute,
    permute,
    unfold,
    expand_variance,
    mean_as_sum,
    rename_bound,
    reuse_free_name,
    split_sum,
    split_off,
    swap_binders,
    insert_delta,
    add_and_subtract,
    multiply_and_divide,
    add_centered,
    add_squares,
    product_rule,
    derivative_is_linear,
    peel_power,
    quotient_as_power,
)


INDEX_RULES: tuple[Rule, ...] = (
    split_off,
    reuse_free_name,
    reuse_free_name,
    insert_delta,
    add_coincidence,
    split_sum,
)


def change_sign(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """-a for a"""
    return Neg(term)


def change_exponent(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """a^(k+1) for a^k, and a^2 for an entry"""
    match term:
        case Pow(base, exponent):
            return Pow(base, exponent + 1)
        case Entry():
            return Pow(term, 2)
    return None


def change_coefficient(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """2*a for a"""
    return Mul((_one(2), term))


def change_index(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """a[k] for a[j]"""
    match term:
        case Entry(name, indices) if indices:
            at = draw(st.integers(0, len(indices) - 1))
            other = draw(of_sort(scope, indices[at].sort))
            return Entry(name, (*indices[:at], other, *indices[at + 1 :]))
        case Delta(left, _):
            return Delta(left, draw(of_sort(scope, left.sort)))
    return None


def drop_part(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """B for a + b or a*b"""
    if isinstance(term, Add | Mul):
        return draw(st.sampled_from(children(term)))
    return None


def drop_mean(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """sum[i] a for mean[i] a: the 1/n is dropped"""
    return Sum(term.indices, (), term.body) if isinstance(term, Mean) else None


def drop_condition(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """sum[i] a for sum[i : i != j] a"""
    match term:
        case Sum(indices, conditions, body) if conditions:
            return Sum(indices, (), body)
    return None


def drop_eps(draw: st.DrawFn, term: Term, scope: Scope) -> Term | None:
    """0 for eps, and var for s^2"""
    match term:
        case Entry("eps"):
            return _one(0)
        case Pow(Entry("s", indices), 2):
            return Entry("var", indices)
    return None


MUTATIONS: tuple[Rule, ...] = (
    change_sign,
    change_exponent,
    change_coefficient,
    change_index,
    drop_part,
    drop_mean,
    drop_condition,
    drop_eps,
)


def spots(term: Term, scope: Scope, path: Path = ()) -> Iterator[tuple[Path, Term, Scope]]:
    """Every subterm with the way to it and the indices in scope there."""
    yield path, term, scope
    inner = (*scope, *bound_indices(term))
    for k, child in enumerate(children(term)):
        yield from spots(child, inner, (*path, k))


def replaced(term: Term, path: Path, new: Term) -> Term:
    """The term with another subterm at the end of a path."""
    if not path:
        return new
    parts = list(children(term))
    parts[path[0]] = replaced(parts[path[0]], path[1:], new)
    return rebuild(term, tuple(parts))


def without_shadowing(term: Term, scope: Scope) -> Term:
    """The term with binders renamed so that none has the name of an index bound around it."""
    if isinstance(term, Sum | Mean):
        for index in term.indices:
            if index in scope:
                taken = {i.name for i in (*scope, *all_indices(term))}
                other = fresh_index(index.sort, (index.name,), taken)
                body = substitute(term.body, {index: other})
                binders = tuple(other if i == index else i for i in term.indices)
                if isinstance(term, Mean):
                    term = Mean(binders, body)
                else:
                    pairs = tuple(
                        Unequal(*(other if i == index else i for i in pair))
                        for pair in term.conditions
                    )
                    term = Sum(binders, pairs, body)
    inner = (*scope, *bound_indices(term))
    return rebuild(term, tuple(without_shadowing(child, inner) for child in children(term)))


def all_indices(term: Term) -> Iterator[Index]:
    """Every index that occurs in a term, free or bound."""
    for part in subterms(term):
        yield from own_indices(part)
        yield from bound_indices(part)


@st.composite
def changed(draw: st.DrawFn, term: Term, rules: tuple[Rule, ...], steps: int) -> Term:
    """The term after up to `steps` rules at random places."""
    for _ in range(steps):
        path, subterm, scope = draw(st.sampled_from(list(spots(term, FREE))))
        new = draw(st.sampled_from(rules))(draw, subterm, scope)
        if new is not None:
            term = replaced(term, path, new)
    return without_shadowing(term, ())
