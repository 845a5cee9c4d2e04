"""From what was asked to terms: names of Taylor terms and losses, and terms that somebody typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bnproof.blindness.losses import LOSSES, loss_subject
from bnproof.blindness.shapes import shape_of
from bnproof.blindness.subjects import AVERAGED, TERMS, Subject, subject_of
from bnproof.language import Source, print_term, read_term
from bnproof.language.source import meant
from bnproof.language.statements import may_be_parameter
from bnproof.maps.definitions import Normaliser
from bnproof.terms import Blocked, BnproofError, Equation

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*", re.ASCII)
# What is wrong with a term that was written for outputs of another shape.
OTHER_SHAPE = frozenset({"wrong-indices", "unknown-index", "unknown-name", "name-clash"})


def names() -> tuple[str, ...]:
    """The names that a term or a loss can be asked for by."""
    return tuple(kind.key for kind in (*TERMS, *AVERAGED, *LOSSES))


def known_name(text: str) -> bool:
    """Whether a text is the name of a term or loss. Raises `BnproofError` for what looks like one."""
    if text in names():
        return True
    if _NAME.fullmatch(text) and len(text) > 2 and not may_be_parameter(text):
        known = ", ".join(names())
        hint = meant(text, names(), f"known are {known}; any other term is written out")
        raise BnproofError(f"{text} is neither a term nor a loss that is known; {hint}")
    return False


def subject(norm: Normaliser, text: str) -> Subject:
    """The term or loss that a text stands for, behind a normaliser.

    Raises:
        DoesNotFitError: it has no meaning for outputs of this shape.
        SourceError: it cannot be read.
        BnproofError: it is a name that is not known.
    """
    if not known_name(text):
        return _typed(norm, text)
    for kind in (*TERMS, *AVERAGED):
        if kind.key == text:
            return subject_of(norm, kind.key, kind.title, kind.build(shape_of(norm)))
    loss = next(loss for loss in LOSSES if loss.key == text)
    return loss_subject(norm, loss)


def _typed(norm: Normaliser, text: str) -> Subject:
    """A term that somebody typed."""
    statement = read_term(Source("term", text), norm.theory, (), norm.hypotheses, norm.letters)
    claim = statement.claim
    if not isinstance(claim, Equation):
        raise TypeError("a term is read as an equation")
    shown = print_term(claim.left)
    return Subject(shown, "term", "", replace(statement, claim=Blocked(claim.left)))


def listed_losses() -> Iterable[tuple[str, str]]:
    """The names of losses, and what they are, in words."""
    return ((loss.key, loss.words) for loss in LOSSES)
