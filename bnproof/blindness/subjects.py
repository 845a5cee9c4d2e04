"""The Taylor terms of a loss in the output of a normaliser, generated from the shape of that output.

The loss is expanded about 0 in the output y. Its coefficients carry the feature indices and are the same
at all places (Zhou et al. 2024, the expansion before Theorem 1, for any normaliser).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bnproof.blindness.shapes import Shape, shape_of
from bnproof.language import Source, Statement, print_term
from bnproof.maps.definitions import Normaliser
from bnproof.terms import (
    Add,
    Blocked,
    Declaration,
    Delta,
    Div,
    Entry,
    Index,
    Mul,
    Neg,
    Parameter,
    Pow,
    Sum,
    Term,
    Unequal,
    number,
)

_PLURALS = {"ghost": "ghost batches"}


class Built(NamedTuple):
    """A term with the arrays that it needs, and what it is, in words."""

    term: Term
    declared: tuple[Parameter, ...]
    words: str


@dataclass(frozen=True)
class Subject:
    """A term of a loss, or a whole one, whose part that reaches the input is to be decided.

    Attributes:
        key: the name that it goes by on the command line, or the text of a term that was typed.
        title: its name for a reader.
        words: what it is, in words.
        statement: that it is blocked, with the normaliser, its hypotheses and the declared parameters.
        parts: terms that it is the sum of, where these differ in what becomes of them.
    """

    key: str
    title: str
    words: str
    statement: Statement
    parts: tuple[Subject, ...] = ()

    @property
    def term(self) -> Term:
        """The term itself."""
        claim = self.statement.claim
        if not isinstance(claim, Blocked):
            raise TypeError("a subject is claimed to be blocked")
        return claim.loss


class TaylorTerm(NamedTuple):
    """A kind of Taylor term: its name, the two lines above its column, and how it is built."""

    key: str
    title: str
    heading: tuple[str, str]
    build: Callable[[Shape], Built]


def taylor_subjects(norm: Normaliser, with_averaged: bool = True) -> Iterator[Subject]:
    """The Taylor terms in the output of a normaliser, in the order of the columns of the table.

    The last ones have coefficients that are constant along what is averaged over, if this is not what
    the first ones have.
    """
    shape = shape_of(norm)
    kinds = [*TERMS, *(AVERAGED if with_averaged and averages_otherwise(shape) else ())]
    for kind in kinds:
        yield subject_of(norm, kind.key, kind.title, kind.build(shape))


def averages_otherwise(shape: Shape) -> bool:
    """Whether what is constant along the averaged indices is not what is shared by all places."""
    kept = shape.kept
    return bool(shape.averaged and kept and set(kept) != set(shape.features))


def subject_of(norm: Normaliser, key: str, title: str, built: Built) -> Subject:
    """The subject of a term that was built for a normaliser."""
    return Subject(key, title, built.words, statement_of(norm, built.term, built.declared))


def statement_of(norm: Normaliser, term: Term, declared: Iterable[Declaration]) -> Statement:
    """That a term is blocked, in the theory of a normaliser."""
    declared = tuple(declared)
    parameters = tuple(d for d in declared if isinstance(d, Parameter))
    theory = norm.theory.extended(declared)
    source = Source("term", print_term(term))
    return Statement(source, Blocked(term), norm.hypotheses, theory, parameters, {})


# What the terms are made of


def entry(parameter: Parameter, indices: Sequence[Index] = ()) -> Entry:
    """A parameter at some indices."""
    return Entry(parameter.name, tuple(indices))


def halved(term: Term) -> Term:
    """`1/2*term`"""
    return fraction_of(2, term)


def fraction_of(denominator: int, term: Term) -> Term:
    """`1/denominator*term`"""
    factors = term.factors if isinstance(term, Mul) else (term,)
    return Mul((Div(number(1), number(denominator)), *factors))


def listed(sorts: Iterable[str]) -> str:
    """What indices of some sorts count, in words: `samples and pixels`."""
    words = [_PLURALS.get(sort, f"{sort}s") for sort in sorts]
    *most, last = words or ["entries"]
    return f"{', '.join(most)} and {last}" if most else last


def shared_by(shape: Shape) -> str:
    """Who shares a coefficient, in words."""
    if not shape.places:
        return "one for each entry"
    return f"the same for all {listed(index.sort for index in shape.places)}"


def _weighted(
    shape: Shape, name: str, indices: Sequence[Index], power: int
) -> tuple[Term, Parameter]:
    """`sum[i,d] g[d]*y[i,d]^power`, or `g*sum[i,d] y[i,d]^power` for a coefficient without indices."""
    weight = shape.array(name, indices)
    value: Term = shape.output if power == 1 else Pow(shape.output, power)
    if not indices:
        return Mul((entry(weight), Sum(shape.indices, (), value))), weight
    return Sum(shape.indices, (), Mul((entry(weight, indices), value))), weight


def _first(shape: Shape) -> Built:
    term, weight = _weighted(shape, "g", shape.features, 1)
    return Built(term, (weight,), f"linear; the coefficient is {shared_by(shape)}")


def _constant(shape: Shape) -> Built:
    term, weight = _weighted(shape, "g", (), 1)
    return Built(term, (weight,), "linear; one coefficient for all entries")


def _diagonal(shape: Shape) -> Built:
    term, weight = _weighted(shape, "h", shape.features, 2)
    words = f"quadratic about 0, without products of features; the curvature is {shared_by(shape)}"
    return Built(halved(term), (weight,), words)


def _isotropic(shape: Shape) -> Built:
    term, weight = _weighted(shape, "h", (), 2)
    return Built(halved(term), (weight,), "quadratic about 0; one curvature for all entries")


def _off_diagonal(shape: Shape) -> Built:
    others = shape.others(shape.features)
    pair = (*shape.features, *others.values())
    hessian = shape.array("H", pair, symmetric=len(others) == 1)
    factors: list[Term] = [entry(hessian, pair), shape.output, shape.at(others)]
    conditions = tuple(Unequal(*both) for both in others.items())
    if len(others) > 1:
        same = Mul(tuple(Delta(*both) for both in others.items()))
        factors.insert(0, Add((number(1), Neg(same))))
        conditions = ()
    term = Sum((*shape.indices, *others.values()), conditions, Mul(tuple(factors)))
    words = f"products of two different features about 0; H is {shared_by(shape)}"
    return Built(halved(term), (hessian,), words)


def _third(shape: Shape) -> Built:
    term, weight = _weighted(shape, "w", shape.features, 3)
    words = f"cubic about 0; the coefficient is {shared_by(shape)}"
    return Built(fraction_of(6, term), (weight,), words)


def _averaged_first(shape: Shape) -> Built:
    term, weight = _weighted(shape, "g", shape.kept, 1)
    return Built(term, (weight,), f"linear; the coefficient is {_along(shape)}")


def _averaged_diagonal(shape: Shape) -> Built:
    term, weight = _weighted(shape, "h", shape.kept, 2)
    return Built(halved(term), (weight,), f"quadratic about 0; the curvature is {_along(shape)}")


def _along(shape: Shape) -> str:
    """Along what a coefficient is constant, in words."""
    averaged = [index.sort for index in shape.indices if index.sort in shape.averaged]
    return f"constant along what is averaged over ({listed(averaged)})"


TERMS = (
    TaylorTerm("first-order", "first order", ("first", "g[d]"), _first),
    TaylorTerm("constant", "first order, constant", ("constant", "g"), _constant),
    TaylorTerm("diagonal", "second order, diagonal", ("diagonal", "h[d]"), _diagonal),
    TaylorTerm("isotropic", "second order, isotropic", ("isotropic", "h"), _isotropic),
    TaylorTerm(
        "off-diagonal", "second order, off-diagonal", ("off-diag.", "H[d,e]"), _off_diagonal
    ),
    TaylorTerm("third-order", "third order", ("third", "w[d]"), _third),
)

AVERAGED = (
    TaylorTerm("averaged-first-order", "first order, averaged", ("averaged", "g"), _averaged_first),
    TaylorTerm(
        "averaged-diagonal", "second order, averaged", ("averaged", "h"), _averaged_diagonal
    ),
)
