"""A proof by instance in words: what a general theorem speaks of, and what that is here."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from bnproof.language import print_term
from bnproof.language.items import Image, Instance
from bnproof.render.chains import Style
from bnproof.terms import Entry, Index

_WIDTH = 82


def instance_lines(instance: Instance, style: Style = str) -> Iterator[str]:
    """`instance of general.any_gradient: a block is a feature d, a place is a sample i and a pixel p`."""
    said = [f"{_a(place.name)} is {_tuple(place.indices)}" for place in instance.places]
    arrays = [style(_image(image)) for image in instance.images]
    head = f"instance of {instance.theorem}"
    yield from textwrap.wrap(
        f"{head}: {', '.join(said)}" if said else head,
        _WIDTH,
        subsequent_indent="  ",
        break_long_words=False,
    )
    if arrays:
        yield from textwrap.wrap(
            f"where {', '.join(arrays)}",
            _WIDTH,
            initial_indent="  ",
            subsequent_indent="  ",
            break_long_words=False,
        )


def _tuple(indices: Sequence[Index]) -> str:
    """`a sample i and a pixel p`"""
    named = [
        _a(index.sort) if index.sort == index.name else f"{_a(index.sort)} {index.name}"
        for index in indices
    ]
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def _image(image: Image) -> str:
    head = image.name if image.formals is None else print_term(Entry(image.name, image.formals))
    return f"{head} is {print_term(image.term)}"


def _a(name: str) -> str:
    """A noun with its article."""
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
