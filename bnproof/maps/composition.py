"""Composition of theories: the output of one map becomes the input of the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bnproof.terms import Declaration, Definition, Input, Root, Theory, rename_arrays


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
    declarations = [_renamed(d, earlier) for d in first.declarations]
    declarations += [_renamed(d, later) for d in second.declarations if not isinstance(d, Input)]
    return Theory(tuple(declarations), first.sorts), earlier, later


def _numbered(name: str, number: int, taken: set[str]) -> str:
    """The name with the first number, from the given one on, that makes it new."""
    while f"{name}{number}" in taken:
        number += 1
    return f"{name}{number}"


def _renamed(declared: Declaration, names: Mapping[str, str]) -> Declaration:
    """A declaration under new names of arrays."""
    name = names.get(declared.name, declared.name)
    match declared:
        case Definition(_, formals, body):
            return Definition(name, formals, rename_arrays(body, names))
        case Root(_, formals, radicand):
            return Root(name, formals, rename_arrays(radicand, names))
    return replace(declared, name=name)
