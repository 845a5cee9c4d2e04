"""Hypothesis strategies for terms, points, and pairs of terms that are equal for a known reason."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import cast

from hypothesis import assume
from hypothesis import strategies as st

from bnproof import strategies
from bnproof.checks.evaluator import Evaluator, Point, Work
from bnproof.checks.numbers import Exact
from bnproof.checks.points import Setting, draw_point, setting_of
from bnproof.terms import (
    Add,
    Delta,
    Entry,
    Equation,
    Function,
    Hypothesis,
    Index,
    Number,
    Parameter,
    Pow,
    Sign,
    Sum,
    Term,
    Theory,
    Unequal,
    free_indices,
    fresh_index,
    index_sorts,
    number,
)
from tests.theories import batchnorm, let

PARAMETERS = (
    Parameter("a", ()),
    Parameter("g", ("feature",)),
    Parameter("t", ("feature",)),
    Parameter("u", ("sample",)),
    Parameter("G", ("sample", "feature")),
    Parameter("A", ("sample", "sample")),
    Parameter("H", ("feature", "feature"), symmetric=True),
)
THEORY: Theory = batchnorm().extended(PARAMETERS)
FUNCTIONS: Theory = THEORY.extended(
    (
        Function("phi"),
        Function("psi"),
        let("act[i,d]", "phi(y[i,d])"),
        let("gap[j,k,d]", "psi(x[j,d] - x[k,d])"),
    )
)
FREE = (
    Index("j", "sample"),
    Index("k", "sample"),
    Index("d", "feature"),
    Index("e", "feature"),
)
LETTERS = {"sample": "ilmpq", "feature": "cf"}
VARIABLES = ("x", "G", "gamma", "beta", "g", "u")
Scope = tuple[Index, ...]


def of_sort(scope: Scope, sort: str) -> st.SearchStrategy[Index]:
    """An index of a sort that is in scope."""
    return st.sampled_from([index for index in scope if index.sort == sort])


@st.composite
def entries(draw: st.DrawFn, scope: Scope, names: tuple[str, ...] = ()) -> Entry:
    """An entry of a declared array."""
    known = [d for d in THEORY.declarations if not names or d.name in names]
    declared = draw(st.sampled_from(known))
    indices = tuple(draw(of_sort(scope, sort)) for sort in index_sorts(declared))
    return Entry(declared.name, indices)


@st.composite
def leaves(draw: st.DrawFn, scope: Scope) -> Term:
    """A number, a size, a delta or an entry."""
    kind = draw(st.sampled_from(["entry"] * 6 + ["number", "size", "delta"]))
    if kind == "number":
        return Number(Fraction(draw(st.integers(0, 3))))
    if kind == "size":
        return Entry(draw(st.sampled_from(THEORY.sizes())))
    if kind == "delta":
        sort = draw(st.sampled_from(["sample", "feature"]))
        return Delta(draw(of_sort(scope, sort)), draw(of_sort(scope, sort)))
    return draw(entries(scope))


@st.composite
def units(draw: st.DrawFn, scope: Scope) -> Term:
    """A term that one can divide by."""
    root = Entry("s", (draw(of_sort(scope, "feature")),))
    radicand = Add((Entry("var", root.indices), Entry("eps")))
    known: list[Term] = [root, Entry("n"), Number(Fraction(2)), radicand, Pow(root, 2)]
    return draw(st.sampled_from(known))


def terms(depth: int = 3, scope: Scope = FREE) -> st.SearchStrategy[Term]:
    """A term with a meaning, whose free indices are in scope; none is a derivative by eps."""
    return strategies.terms(THEORY, scope, depth, [Sign(Entry("eps"), "zero")])


@st.composite
def binders(draw: st.DrawFn, scope: Scope) -> Index:
    """A new index."""
    sort = draw(st.sampled_from(["sample", "feature"]))
    return fresh_index(sort, LETTERS[sort], (index.name for index in scope))


@st.composite
def sums(draw: st.DrawFn, depth: int, scope: Scope) -> Sum:
    """A sum over one or two new indices, with or without a condition."""
    inner = scope
    indices: list[Index] = []
    for _ in range(draw(st.integers(1, 2))):
        index = draw(binders(inner))
        indices.append(index)
        inner = (*inner, index)
    conditions: tuple[Unequal, ...] = ()
    others = [i for i in inner if i.sort == indices[0].sort and i != indices[0]]
    other = draw(st.sampled_from([None, *others]))
    if other is not None:
        conditions = (Unequal(indices[0], other),)
    return Sum(tuple(indices), conditions, draw(terms(depth - 1, inner)))


def terms_with_functions(depth: int = 3, scope: Scope = FREE) -> st.SearchStrategy[Term]:
    """A term with a meaning that may speak of values of functions and of what is defined by them."""
    return strategies.terms(FUNCTIONS, scope, depth, [Sign(Entry("eps"), "zero")])


def setting(
    term: Term, hypotheses: tuple[Hypothesis, ...] = (), theory: Theory = THEORY
) -> Setting:
    """The setting of a term."""
    return setting_of(Equation(term, number(0)), theory, hypotheses, ("s",))


@st.composite
def points(
    draw: st.DrawFn,
    term: Term,
    hypotheses: tuple[Hypothesis, ...] = (),
    largest: int = 3,
    theory: Theory = THEORY,
) -> tuple[Point, dict[Index, int]]:
    """A point of the domain of a term, and an assignment of its free indices; coincidences occur."""
    sizes = {"n": draw(st.integers(1, largest)), "D": draw(st.integers(1, largest))}
    random = Random(draw(st.integers(0, 2**32)))
    point = draw_point(setting(term, hypotheses, theory), sizes, random, 3, Work(10**6))
    if point is None:
        sizes["n"] = 3
        point = draw_point(setting(term, hypotheses, theory), sizes, random, 3, Work(10**6))
    assume(point is not None)
    counts = {"sample": sizes["n"], "feature": sizes["D"]}
    at = {i: draw(st.integers(0, counts[i.sort] - 1)) for i in free_indices(term)}
    return cast(Point, point), at


def evaluate(term: Term, point: Point, at: dict[Index, int], theory: Theory = THEORY) -> Exact:
    """The exact value of a term."""
    return Evaluator(theory, point, Work(10**7)).value(term, at)
