"""Chains of terms from one side of a claim to the other (trusted)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bnproof.kernel.hints import Hints
from bnproof.terms import (
    Blocked,
    Claim,
    Diff,
    Equation,
    Inequality,
    Term,
    TermError,
    alike,
    free_indices,
    substitute,
)


class Chain(NamedTuple):
    """Terms, each in a relation to the next one (`=`, `>=` or `<=`) by the hints of that step."""

    terms: Sequence[Term]
    relations: Sequence[str]
    hints: Sequence[Hints]


def check_ends(claim: Claim, part: str, claimed: Equation | Inequality, chain: Chain) -> None:
    """A chain begins with the left side of a part of its claim and ends with the right one.

    Bound names may differ, and so may those of the variable of the derivative that `blocked` stands for,
    if the loss has none of them. An equation has a chain of equal terms; one that descends by `>=` shows
    `>=`. Raises `TermError` for any other chain.
    """
    terms, relations, hints = chain
    if not hints or not len(terms) - 1 == len(relations) == len(hints):
        raise TermError("chain", "a chain has one step or more, each with its hints", claim)
    relation = claimed.relation if isinstance(claimed, Inequality) else "="
    for found, term in zip(relations, terms[1:], strict=True):
        if found not in ("=", relation):
            problem = f"a step '{found}' does not lead to a claim '{relation}'"
            raise TermError("chain", problem, term)
    first, last = terms[0], terms[-1]
    left = claimed.left
    if isinstance(claim, Blocked) and isinstance(left, Diff) and isinstance(first, Diff):
        old, new = left.variable.indices, first.variable.indices
        mentioned = {*free_indices(claim.loss)}
        distinct = len(set(new)) == len(new) and mentioned.isdisjoint(new)
        if distinct and [i.sort for i in old] == [i.sort for i in new]:
            left = substitute(left, dict(zip(old, new, strict=True)))
    behind = f" ({part})" if part else ""
    if not alike(left, first):
        problem = f"this chain does not begin with the left side of its claim{behind}"
        raise TermError("chain", problem, first)
    if not alike(claimed.right, last):
        problem = f"this chain does not end with the right side of its claim{behind}"
        raise TermError("chain", problem, last)
