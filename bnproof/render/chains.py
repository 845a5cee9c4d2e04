"""Chains of terms as aligned text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from bnproof.language import print_term
from bnproof.language.items import UNFOLD, Hint
from bnproof.render.text import aligned_steps, broken, indented

if TYPE_CHECKING:
    from bnproof.derivation.discovery import FoundChain, FoundStep

Style = Callable[[str], str]


def chains_lines(chains: Iterable[FoundChain], style: Style = str) -> Iterator[str]:
    """Chains one after the other, each below what it proves where there are several."""
    found = list(chains)
    for chain in found:
        yield f"steps of {chain.part}:" if len(found) > 1 else "steps:"
        yield from indented(chain_lines(chain, style))


def chain_lines(chain: FoundChain, style: Style = str) -> list[str]:
    """The first term and the steps, one under the other."""
    head = broken(style(print_term(chain.first)))
    return [*head, *indented(aligned_steps([_shown(step, style) for step in chain.steps]))]


def _shown(step: FoundStep, style: Style) -> tuple[str, str]:
    """A term and the hints in words; only the names whose definitions they unfold become letters."""
    hints = ", ".join(_hint(hint, style) for hint in step.hints)
    return style(f"{step.relation} {print_term(step.term)}"), f"by {hints}" if hints else ""


def _hint(hint: Hint, style: Style) -> str:
    return style(str(hint)) if hint.kind == UNFOLD else str(hint)
