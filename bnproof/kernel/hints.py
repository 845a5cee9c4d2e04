"""What a step may use: the hints of a derivation as data (trusted)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from bnproof.terms import Claim, Hypothesis, Theory

LINEARITY = "linearity"
DELTA_RULE = "delta"
DERIVATIVE = "derivative"
ROOT = "root"
STATISTICS = "statistics"
SIZES = "sizes"
SQUARES = "squares"
# What a step `=` can be shown by, and what a step `>=` needs.
RULES = (LINEARITY, DELTA_RULE, DERIVATIVE, ROOT, STATISTICS, SIZES)


class Proved(Protocol):
    """A claim that is known to hold under its hypotheses; a `Theorem` is one."""

    claim: Claim
    theory: Theory
    hypotheses: tuple[Hypothesis, ...]


class Citation(NamedTuple):
    """A proved claim as a step uses it: its equation from left to right, or `backwards`."""

    theorem: Proved
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Hints:
    """The rules, unfolded definitions and earlier results that a step names.

    Always on, without a hint: ring arithmetic, units, the names of bound indices, a mean as a quotient of
    a sum, the sum of 0, and all of these inside the sums and derivatives that are left as they are.
    """

    rules: frozenset[str] = frozenset()
    definitions: frozenset[str] = frozenset()
    citations: tuple[Citation, ...] = ()
