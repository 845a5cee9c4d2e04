"""Losses by their names, as terms in the output of a normaliser, generated from the shape of that output.

Targets `t` are one for each entry unless they are shared; the functions are formal, so that what is found
holds for every smooth function of that kind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bnproof.blindness.shapes import Shape, shape_of
from bnproof.blindness.subjects import (
    Subject,
    entry,
    halved,
    statement_of,
)
from bnproof.maps.definitions import Normaliser
from bnproof.terms import (
    Add,
    Apply,
    BnproofError,
    Declaration,
    Function,
    Mean,
    Mul,
    Neg,
    Pow,
    Sum,
    Term,
    Unequal,
)


class Part(NamedTuple):
    """A term of a loss: what it is, in words, and the term.

    One without functions is linear in targets that no other part has.
    """

    title: str
    term: Term


class BuiltLoss(NamedTuple):
    """A loss with what it declares, and the terms that it is the sum of, if it is one of several."""

    term: Term
    declared: tuple[Declaration, ...] = ()
    parts: tuple[Part, ...] = ()


class Loss(NamedTuple):
    """A kind of loss: its name, what it is, in words, and how it is built."""

    key: str
    words: str
    build: Callable[[Shape], BuiltLoss]


class DoesNotFitError(BnproofError):
    """A loss has no meaning for outputs of some shape; the text says why."""


def loss_subject(norm: Normaliser, loss: Loss) -> Subject:
    """A loss behind a normaliser. Raises `DoesNotFitError`."""
    built = loss.build(shape_of(norm))
    parts = tuple(
        Subject(loss.key, part.title, "", statement_of(norm, part.term, built.declared))
        for part in built.parts
    )
    statement = statement_of(norm, built.term, built.declared)
    return Subject(loss.key, loss.key, loss.words, statement, parts)


def _total(shape: Shape, body: Term) -> Term:
    return Sum(shape.indices, (), body)


def _half_square(shape: Shape) -> Term:
    return halved(_total(shape, Pow(shape.output, 2)))


def _gaussian(shape: Shape) -> BuiltLoss:
    return BuiltLoss(_half_square(shape))


def _squared(shape: Shape, shared: bool = False) -> BuiltLoss:
    indices = shape.features if shared else shape.indices
    target = shape.array("t", indices)
    at = entry(target, indices)
    error = Add((shape.output, Neg(at)))
    parts = (
        Part("the square of the output", _half_square(shape)),
        Part("the targets", Neg(_total(shape, Mul((at, shape.output))))),
    )
    return BuiltLoss(halved(_total(shape, Pow(error, 2))), (target,), parts)


def _squared_shared(shape: Shape) -> BuiltLoss:
    return _squared(shape, shared=True)


def _logistic(shape: Shape) -> BuiltLoss:
    label = shape.array("t", shape.indices)
    softplus = Function("softplus")
    value = Apply(softplus.name, 0, shape.output)
    labelled = Mul((entry(label, shape.indices), shape.output))
    parts = (
        Part("softplus", _total(shape, value)),
        Part("the labels", Neg(_total(shape, labelled))),
    )
    total = _total(shape, Add((value, Neg(labelled))))
    return BuiltLoss(total, (softplus, label), parts)


def _softmax(shape: Shape) -> BuiltLoss:
    label = shape.array("t", shape.indices)
    log, exp = Function("log"), Function("exp")
    inner: Term = Apply(exp.name, 0, shape.output)
    partition: Term = Apply(log.name, 0, Sum(shape.features, (), inner))
    if shape.places:
        partition = Sum(shape.places, (), partition)
    labels = Neg(_total(shape, Mul((entry(label, shape.indices), shape.output))))
    parts = (Part("the normaliser of the softmax", partition), Part("the labels", labels))
    return BuiltLoss(Add((partition, labels)), (log, exp, label), parts)


def _smooth(shape: Shape) -> BuiltLoss:
    phi = Function("phi")
    return BuiltLoss(_total(shape, Apply(phi.name, 0, shape.output)), (phi,))


def _pairwise(shape: Shape, power: int = 2) -> BuiltLoss:
    if not shape.places:
        raise DoesNotFitError("there are no two places to compare")
    others = shape.others(shape.places)
    weight = shape.array("w", shape.features)
    change = Add((shape.output, Neg(shape.at(others))))
    indices = (*shape.places, *others.values(), *shape.features)
    body = Mul((entry(weight, shape.features), Pow(change, power)))
    return BuiltLoss(Sum(indices, (), body), (weight,))


def _pairwise_fourth(shape: Shape) -> BuiltLoss:
    return _pairwise(shape, 4)


def _decorrelation(shape: Shape) -> BuiltLoss:
    if not shape.places or any(index.sort in shape.averaged for index in shape.features):
        problem = "correlations are means over places, and here features are averaged over"
        raise DoesNotFitError(problem)
    if len(shape.features) != 1:
        raise DoesNotFitError("features have one index where correlations are taken")
    others = shape.others(shape.features)
    [pair] = others.items()
    correlation = Mean(shape.places, Mul((shape.output, shape.at(others))))
    return BuiltLoss(Sum(pair, (Unequal(*pair),), Pow(correlation, 2)))


LOSSES = (
    Loss("gaussian", "Gaussian negative log-likelihood (normalising flows)", _gaussian),
    Loss("squared", "squared error, a target for each entry", _squared),
    Loss("squared-shared", "squared error, targets that all places share", _squared_shared),
    Loss("logistic", "logistic loss, a label for each entry", _logistic),
    Loss("softmax", "softmax cross-entropy over the features", _softmax),
    Loss("smooth", "any smooth function phi of each entry, the same for all", _smooth),
    Loss("pairwise", "squared differences of all pairs of places", _pairwise),
    Loss("pairwise4", "fourth powers of the differences of all pairs", _pairwise_fourth),
    Loss("decorrelation", "squared correlations of all pairs of features", _decorrelation),
)
