"""A closed form as plain text: the term, what it is, for which scope, and the steps."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from bnproof.derivation.discovery import FoundChain
from bnproof.language import print_term
from bnproof.render.chains import chains_lines
from bnproof.render.text import broken, indented, preamble_lines, recheck_line, scope_lines

if TYPE_CHECKING:
    from bnproof.closed_forms.deriving import Derived


def derived_text(derived: Derived) -> str:
    """The closed form and how it comes about."""
    head = broken(print_term(derived.term))
    closed = broken(f"= {print_term(derived.closed_form)}")
    return "\n".join([*head, *indented(closed), *indented(_lines(derived))])


def _lines(derived: Derived) -> Iterator[str]:
    if derived.number is not None:
        numbers = ", ".join(f"{name} = {_decimal(v)}" for name, v in derived.values.items())
        yield f"with {numbers}: {derived.number}"
    yield from preamble_lines(derived.statement)
    if derived.report.scope:
        yield from scope_lines(derived.report.scope, "for every")
    chain = FoundChain("", derived.term, list(derived.steps))
    yield from chains_lines([chain])
    yield from map(recheck_line, derived.report.rechecks)


def _decimal(value: Fraction) -> str:
    """A number as it was typed, or nearly so."""
    return str(value) if value.denominator == 1 else f"{float(value):g}"
