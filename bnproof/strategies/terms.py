"""Random terms and claims of a theory, as Hypothesis strategies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar

from hypothesis import strategies as st

from bnproof.terms import (
    Add,
    Apply,
    Declaration,
    Delta,
    Diff,
    Div,
    Entry,
    Equation,
    Function,
    Hypothesis,
    Index,
    Input,
    Mean,
    Mul,
    Neg,
    Number,
    Parameter,
    Pow,
    Root,
    Shared,
    Sign,
    Sum,
    Term,
    Theory,
    Unequal,
    fresh_index,
    index_letters,
    index_sorts,
    substitute,
)

DEPTH = 3
CLAIM_DEPTH = 2
# How often each kind is drawn; the simplest comes first, since Hypothesis shrinks towards it.
_KINDS = ("leaf", "neg", "add", "mul", "mul", "div", "pow", "sum", "sum", "mean", "diff")
_VALUES = ("value",) * 2
_LEAVES = ("entry",) * 6 + ("number", "size", "delta")
_LARGEST_NUMBER = 3
_LARGEST_ORDER = 2

_Arguments = ParamSpec("_Arguments")
_Drawn = TypeVar("_Drawn")
Scope: TypeAlias = tuple[Index, ...]


def drawn_by(
    function: Callable[Concatenate[st.DrawFn, _Arguments], _Drawn],
    *arguments: _Arguments.args,
    **options: _Arguments.kwargs,
) -> st.SearchStrategy[_Drawn]:
    """The strategy of a function that draws; its arguments, such as theories, are not shown."""

    @st.composite
    def drawn(draw: st.DrawFn) -> _Drawn:
        return function(draw, *arguments, **options)

    return drawn()


def terms(
    theory: Theory,
    free: Scope = (),
    depth: int = DEPTH,
    hypotheses: Iterable[Hypothesis] = (),
) -> st.SearchStrategy[Term]:
    """Terms of the claim language that have a meaning in a theory, under hypotheses.

    Args:
        theory: the arrays and sorts that they speak of.
        free: the indices that may occur free in them.
        depth: how deep the operators are nested at most.
        hypotheses: what is assumed; no derivative is by an array that they constrain.
    """
    constrained = frozenset(_constrained(hypotheses))
    return drawn_by(lambda draw: _Drawing(draw, theory, constrained).term(depth, free))


def claims(
    theory: Theory,
    free: Scope | None = None,
    depth: int = CLAIM_DEPTH,
    hypotheses: Iterable[Hypothesis] = (),
) -> st.SearchStrategy[Equation]:
    """Claims `A = B` that have a meaning in a theory under hypotheses; few of them are true.

    By default two indices of each sort may occur free in them.
    """
    return drawn_by(_claim, theory, free, depth, frozenset(_constrained(hypotheses)))


def _constrained(hypotheses: Iterable[Hypothesis]) -> Iterator[str]:
    """The arrays that hypotheses say something of."""
    for hypothesis in hypotheses:
        match hypothesis:
            case Sign(entry):
                yield entry.name
            case Shared(entry, source):
                yield from (entry.name, source.name)


def _claim(
    draw: st.DrawFn, theory: Theory, free: Scope | None, depth: int, constrained: frozenset[str]
) -> Equation:
    drawing = _Drawing(draw, theory, constrained)
    if free is None:
        free = ()
        for sort in [*theory.sorts, *theory.sorts]:
            free = (*free, drawing.new_index(sort.name, free))
    return Equation(drawing.term(depth, free), drawing.term(depth, free))


class _Drawing:
    """Draws the terms of one theory; no binder reuses a name in scope."""

    def __init__(self, draw: st.DrawFn, theory: Theory, constrained: frozenset[str]) -> None:
        self._draw = draw
        self._theory = theory
        self._constrained = constrained
        self._taken = {*theory.sizes(), *(d.name for d in theory.declarations)}
        self._functions = [d.name for d in theory.declarations if isinstance(d, Function)]
        self._kinds = _KINDS + _VALUES if self._functions else _KINDS

    def term(self, depth: int, scope: Scope) -> Term:
        """A term whose free indices are in scope."""
        kind = self._draw(st.sampled_from(self._kinds)) if depth else "leaf"
        depth -= 1
        match kind:
            case "neg":
                return Neg(self.term(depth, scope))
            case "add":
                return Add(self._several(depth, scope))
            case "mul":
                return Mul(self._several(depth, scope))
            case "div":
                return Div(self.term(depth, scope), self._unit(scope))
            case "pow":
                if self._draw(st.booleans()):
                    return Pow(self._unit(scope), self._draw(st.integers(-3, 3)))
                return Pow(self.term(depth, scope), self._draw(st.integers(0, 2)))
            case "sum":
                return self._sum(depth, scope)
            case "mean":
                index = self.new_index(self._draw(st.sampled_from(self._theory.sorts)).name, scope)
                return Mean((index,), self.term(depth, (*scope, index)))
            case "value":
                order = self._draw(st.integers(0, _LARGEST_ORDER))
                function = self._draw(st.sampled_from(self._functions))
                return Apply(function, order, self.term(depth, scope))
            case "diff":
                variables = self._entries(scope, self._is_variable)
                if variables:
                    return Diff(self._entry(variables, scope), self.term(depth, scope))
        return self._leaf(scope)

    def new_index(self, sort: str, scope: Scope) -> Index:
        """An index of a sort that is neither in scope nor the name of an array."""
        taken = self._taken | {index.name for index in scope}
        return fresh_index(sort, index_letters(sort), taken)

    def _several(self, depth: int, scope: Scope) -> tuple[Term, ...]:
        count = self._draw(st.integers(2, 3))
        return tuple(self.term(depth, scope) for _ in range(count))

    def _leaf(self, scope: Scope) -> Term:
        """A number, a size, a delta or an entry."""
        entries = self._entries(scope)
        kinds = [k for k in _LEAVES if (entries or k != "entry") and (scope or k != "delta")]
        match self._draw(st.sampled_from(kinds)):
            case "number":
                return Number(Fraction(self._draw(st.integers(0, _LARGEST_NUMBER))))
            case "size":
                return Entry(self._draw(st.sampled_from(self._theory.sizes())))
            case "delta":
                index = self._draw(st.sampled_from(scope))
                return Delta(index, self._index(index.sort, scope))
        return self._entry(entries, scope)

    def _entries(
        self, scope: Scope, admitted: Callable[[Declaration], bool] = lambda _: True
    ) -> list[Declaration]:
        """The declared arrays whose indices can be taken from the scope."""
        sorts = {index.sort for index in scope}
        known = [d for d in self._theory.declarations if not isinstance(d, Function)]
        return [d for d in known if sorts.issuperset(index_sorts(d)) and admitted(d)]

    def _entry(self, declarations: list[Declaration], scope: Scope) -> Entry:
        declared = self._draw(st.sampled_from(declarations))
        indices = (self._index(sort, scope) for sort in index_sorts(declared))
        return Entry(declared.name, tuple(indices))

    def _index(self, sort: str, scope: Scope) -> Index:
        return self._draw(st.sampled_from([index for index in scope if index.sort == sort]))

    def _unit(self, scope: Scope) -> Term:
        """A term that one can divide by: 2, a size, a root, its square or its radicand."""
        roots = self._entries(scope, lambda declared: isinstance(declared, Root))
        kinds = ("number", "size", "root", "square", "radicand")
        match self._draw(st.sampled_from(kinds if roots else kinds[:2])):
            case "number":
                return Number(Fraction(2))
            case "size":
                return Entry(self._draw(st.sampled_from(self._theory.sizes())))
            case "root":
                return self._entry(roots, scope)
            case "square":
                return Pow(self._entry(roots, scope), 2)
        entry = self._entry(roots, scope)
        root = self._theory.find(entry.name)
        if not isinstance(root, Root):
            raise TypeError(f"{entry.name} is no root")
        return substitute(root.radicand, dict(zip(root.formals, entry.indices, strict=True)))

    def _sum(self, depth: int, scope: Scope) -> Sum:
        """A sum over one or two new indices, with or without a condition."""
        inner = scope
        for _ in range(self._draw(st.integers(1, 2))):
            sort = self._draw(st.sampled_from(self._theory.sorts)).name
            inner = (*inner, self.new_index(sort, inner))
        indices = inner[len(scope) :]
        others = [i for i in inner if i.sort == indices[0].sort and i != indices[0]]
        other = self._draw(st.sampled_from([None, *others]))
        conditions = () if other is None else (Unequal(indices[0], other),)
        return Sum(indices, conditions, self.term(depth, inner))

    def _is_variable(self, declared: Declaration) -> bool:
        """Whether one may differentiate in an array."""
        if isinstance(declared, Parameter):
            return not declared.symmetric and declared.name not in self._constrained
        return isinstance(declared, Input)
