"""The command `derive`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from fractions import Fraction

from bnproof.cli.terminal import Exit, Progress, fail, unusable
from bnproof.closed_forms.deriving import Derived, NoClosedFormError, derive_source
from bnproof.language import Source, SourceError, print_term
from bnproof.language.tokens import MAX_DIGITS
from bnproof.maps.normalisers import find
from bnproof.prover import Disagreement, vocabulary
from bnproof.terms import BnproofError


def run_derive(options: argparse.Namespace) -> Exit:
    """Print the closed form of a term."""
    try:
        norm = find(options.norm)
    except BnproofError as error:
        return unusable(error)
    try:
        words = vocabulary(norm, options.declare)
        values = _values(options.values)
        source = Source("term", options.term.strip())
        with Progress() as progress:
            derived = derive_source(source, words, options.assume, values, progress.show)
            progress.show("looking for steps")
            text = _text(derived, options)
    except SourceError as error:
        print(error, file=sys.stderr)
        return Exit.USAGE
    except Disagreement as error:
        return fail(Exit.BROKEN, f"please report this: {error}\n{error.report}")
    except NoClosedFormError as error:
        return fail(Exit.NOT_PROVED, str(error))
    except BnproofError as error:
        return fail(Exit.USAGE, str(error))
    print(text)
    return Exit.PROVED


def _text(derived: Derived, options: argparse.Namespace) -> str:
    if options.json:
        return json.dumps(derived.to_dict())
    if options.brief:
        return derived.number or print_term(derived.closed_form)
    return str(derived)


def _values(texts: Iterable[str]) -> dict[str, Fraction]:
    """Numbers by name, from `eps=1e-5,var=0.01`. Raises `BnproofError`."""
    values: dict[str, Fraction] = {}
    for part in (part.strip() for text in texts for part in text.split(",")):
        name, equals, text = (piece.strip() for piece in part.partition("="))
        if not (name and equals and text):
            raise BnproofError(
                f"--values takes NAME=NUMBER, as in eps=1e-5; found {part or 'nothing'}"
            )
        if name in values:
            raise BnproofError(f"--values has two numbers for {name}")
        values[name] = _number(name, text)
    return values


def _number(name: str, text: str) -> Fraction:
    """An exact number; its size is checked before it is computed."""
    exponent = text.lower().partition("e")[2].lstrip("+-0")
    if len(text) > MAX_DIGITS or len(exponent) > 3:
        raise BnproofError(f"the number for {name} is longer than anybody means")
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise BnproofError(f"{text} is not a number for {name}; write 0.01 or 1e-5") from error
