"""A closed form as plain text: the term, what it is, for which scope, and the steps."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from bnproof.language import print_term
from bnproof.render.text import aligned_steps, broken, indented, recheck_line, scope_lines

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
    if derived.report.scope:
        yield from scope_lines(derived.report.scope, "for")
    shown = [
        (
            f"{step.relation} {print_term(step.term)}",
            f"by {', '.join(map(str, step.hints))}" if step.hints else "",
        )
        for step in derived.steps
    ]
    yield "steps:"
    yield from indented(broken(print_term(derived.term)))
    yield from indented(indented(aligned_steps(shown)))
    yield from map(recheck_line, derived.report.rechecks)


def _decimal(value: Fraction) -> str:
    """A number as it was typed, or nearly so."""
    return str(value) if value.denominator == 1 else f"{float(value):g}"
