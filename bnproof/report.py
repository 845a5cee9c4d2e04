"""The report of a verdict: what was decided, for which scope, and by what means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bnproof.checks.larger_spaces import OutsideVector
from bnproof.checks.search import Counterexample, Recheck
from bnproof.kernel import Theorem
from bnproof.render.json import failure_dict, separation_dict
from bnproof.render.report import report_lines
from bnproof.render.text import indented
from bnproof.scope import Scope
from bnproof.separation import Separation


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What `prove` found out about a claim.

    Attributes:
        claim: the claim, printed.
        assumed: the hypotheses that were typed, printed.
        verdict: `proved`, `refuted` or `undecided`.
        scope: the sizes, hypotheses, domain and declared parameters that the verdict speaks of.
        theorem: the kernel's theorem, if proved.
        counterexample: a point at which the sides differ, exactly, if refuted.
        part: the part of the claim that fails there, such as `idempotent`, where it has parts.
        outside: a vector of a null space outside of the span, if that refutes the claim.
        opposite: the kernel's theorem of what the claim says is not so, if that refutes it.
        separation: where the sides of what is no identity differ, if that proves it.
        holds_if: hypotheses under which a refuted claim is proved; empty if none were found.
        shown_by: the terms that a reader can check an inequality or a null space by.
        difference: left - right for all sizes, where it is short.
        reason: why the claim is undecided.
        note: what a reader of the verdict should know, such as a loss without the input.
        rechecks: the exact points at which a proved claim was evaluated.
        kernel_seconds, seconds: time in the kernel, and altogether.
    """

    claim: str
    assumed: tuple[str, ...] = ()
    verdict: str = "undecided"
    scope: Scope | None = None
    theorem: Theorem | None = None
    counterexample: Counterexample | None = None
    part: str = ""
    outside: OutsideVector | None = None
    opposite: Theorem | None = None
    separation: Separation | None = None
    holds_if: tuple[str, ...] = ()
    shown_by: tuple[str, ...] = ()
    difference: str | None = None
    reason: str | None = None
    note: str | None = None
    rechecks: tuple[Recheck, ...] = ()
    kernel_seconds: float = 0.0
    seconds: float = 0.0

    @property
    def proved(self) -> bool:
        """Whether the verdict is `proved`."""
        return self.verdict == "proved"

    def __repr__(self) -> str:
        return f"<Report {self.headline()}>"

    def headline(self) -> str:
        """The verdict, the claim and its hypotheses, in one line."""
        behind = f" assume {', '.join(self.assumed)}" if self.assumed else ""
        return f"{self.verdict}: {self.claim}{behind}"

    def __str__(self) -> str:
        return "\n".join([self.headline(), *indented(report_lines(self))])

    def to_dict(self) -> dict[str, Any]:
        """The report as the object that `bnproof prove --json` prints; exact numbers are strings."""
        separation, fails = self.separation, self.counterexample or self.outside
        witnesses = len(separation.witnesses) if separation else 0
        return {
            "claim": self.claim,
            "assume": list(self.assumed),
            "verdict": self.verdict,
            "scope": str(self.scope) if self.scope else None,
            "holds_if": list(self.holds_if),
            "counterexample": failure_dict(fails) if fails else None,
            "part": self.part or None,
            "separation": separation_dict(self.separation) if self.separation else None,
            "shown_by": list(self.shown_by),
            "difference": self.difference,
            "reason": self.reason,
            "note": self.note,
            "checks": {
                "kernel": {"proved": self.theorem is not None, "seconds": self.kernel_seconds},
                "exact": {
                    "points": sum(len(r.sizes) for r in self.rechecks)
                    + witnesses
                    + (fails is not None),
                    "refutes": fails is not None,
                },
            },
            "seconds": self.seconds,
        }
