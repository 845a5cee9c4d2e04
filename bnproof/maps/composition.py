"""Composition of theories: the output of one map becomes the input of the next."""

from __future__ import annotations

from bnproof.maps.definitions import renamed
from bnproof.terms import Input, Theory


def compose(
    first: Theory, first_output: str, second: Theory
) -> tuple[Theory, dict[str, str], dict[str, str]]:
    """The theory of `second` after `first`, and the new names of the arrays of each.

    The output of `first` becomes `x1` (or `x2`, ...), which takes the place of the input of `second`;
    any other name of `second` that `first` has as well gets a number.
    """
    taken = {d.name for d in first.declarations} | {d.name for d in second.declarations}
    middle = _numbered("x", 1, taken)
    earlier = {first_output: middle}
    used = {earlier.get(d.name, d.name) for d in first.declarations}
    later: dict[str, str] = {}
    for declared in second.declarations:
        if isinstance(declared, Input):
            later[declared.name] = middle
        elif declared.name in used:
            later[declared.name] = _numbered(declared.name, 2, taken | set(later.values()))
    declarations = [renamed(d, earlier) for d in first.declarations]
    declarations += [renamed(d, later) for d in second.declarations if not isinstance(d, Input)]
    sorts = tuple(dict.fromkeys((*first.sorts, *second.sorts)))
    return Theory(tuple(declarations), sorts), earlier, later


def _numbered(name: str, number: int, taken: set[str]) -> str:
    """The name with the first number, from the given one on, that makes it new."""
    while f"{name}{number}" in taken:
        number += 1
    return f"{name}{number}"
