"""The report of a verdict: what was decided, for which scope, and by what means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bnproof.checks.confirm import Confirmation
from bnproof.checks.larger_spaces import OutsideVector
from bnproof.checks.points import Setting
from bnproof.checks.search import Counterexample, Recheck
from bnproof.kernel import Theorem
from bnproof.language import Statement
from bnproof.render.json import chain_dicts, failure_dict, separation_dict
from bnproof.render.report import report_lines
from bnproof.render.text import indented
from bnproof.scope import Scope
from bnproof.separation import Separation

if TYPE_CHECKING:
    from bnproof.derivation.discovery import FoundChain


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What `prove` found out about a claim.

    Attributes:
        claim: the claim, printed.
        assumed: the hypotheses that were typed, printed.
        statement: the claim with its theory and hypotheses.
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
        settings: each part of a proved claim with the domain that it was proved on.
        confirmations: what SymPy and floating point say of the verdict, if they were asked.
        kernel_seconds, seconds: time in the kernel, and altogether.
    """

    claim: str
    assumed: tuple[str, ...] = ()
    statement: Statement | None = None
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
    settings: Mapping[str, Setting] = field(default_factory=dict)
    confirmations: tuple[Confirmation, ...] = ()
    kernel_seconds: float = 0.0
    seconds: float = 0.0

    @property
    def proved(self) -> bool:
        """Whether the verdict is `proved`."""
        return self.verdict == "proved"

    @property
    def disagreement(self) -> str | None:
        """What the first of the means that contradicts the verdict found, if one does."""
        if self.theorem and self.counterexample:
            return "the kernel proved it and exact evaluation refutes it"
        return next((c.disagreement for c in self.confirmations if c.disagreement), None)

    def chains(self) -> list[FoundChain]:
        """The steps of a proof, found anew, for each part of a claim that the kernel proved."""
        from bnproof.derivation.discovery import find_chains

        if self.theorem is None or self.statement is None:
            return []
        return find_chains(self.statement, self.theorem)

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
        fails = self.counterexample or self.outside
        return {
            "claim": self.claim,
            "assume": list(self.assumed),
            "declare": [declared.text for declared in self.statement.preamble]
            if self.statement
            else [],
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
            "steps": [step for chain in self.chains() for step in chain_dicts(chain)],
            "checks": self.checks_dict(),
            "seconds": self.seconds,
        }

    def checks_dict(self) -> dict[str, Any]:
        """Which means were asked about the claim, and how many points each of them saw."""
        fails = self.counterexample or self.outside
        witnesses = len(self.separation.witnesses) if self.separation else 0
        points = sum(len(recheck.sizes) for recheck in self.rechecks) + witnesses
        return {
            "kernel": {"proved": self.theorem is not None, "seconds": self.kernel_seconds},
            "exact": {"points": points + (fails is not None), "refutes": fails is not None},
            "explicit": self._confirmed("explicit"),
            "float": self._confirmed("float64", "float32"),
        }

    def _confirmed(self, *means: str) -> list[dict[str, Any]] | None:
        """What some means say; None if they were not asked."""
        found = [c.to_dict() for c in self.confirmations if c.means in means]
        return found or None
