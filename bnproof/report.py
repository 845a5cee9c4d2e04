"""The report of a verdict: what was decided, for which scope, and by what means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bnproof.checks.search import Counterexample, Recheck
from bnproof.kernel import Theorem
from bnproof.scope import Scope


@dataclass(frozen=True, slots=True)
class Report:
    """What `prove` found out about a claim.

    Attributes:
        claim: the claim, printed.
        assumed: the hypotheses that were typed, printed.
        verdict: `proved`, `refuted` or `undecided`.
        scope: the sizes, hypotheses, domain and declared parameters that the verdict speaks of.
        theorem: the kernel's theorem, if proved.
        counterexample: a point at which the sides differ, exactly, if refuted.
        difference: left - right for all sizes, where it is short.
        reason: why the claim is undecided.
        rechecks: the exact points at which a proved claim was evaluated.
        kernel_seconds, seconds: time in the kernel, and altogether.
    """

    claim: str
    assumed: tuple[str, ...] = ()
    verdict: str = "undecided"
    scope: Scope | None = None
    theorem: Theorem | None = None
    counterexample: Counterexample | None = None
    difference: str | None = None
    reason: str | None = None
    rechecks: tuple[Recheck, ...] = ()
    kernel_seconds: float = 0.0
    seconds: float = 0.0

    def headline(self) -> str:
        """The verdict, the claim and its hypotheses, in one line."""
        behind = f" assume {', '.join(self.assumed)}" if self.assumed else ""
        return f"{self.verdict}: {self.claim}{behind}"

    def __str__(self) -> str:
        from bnproof.render.text import report_text

        return report_text(self)

    def to_dict(self) -> dict[str, Any]:
        """The report as the object that `bnproof prove --json` prints."""
        from bnproof.render.json import report_dict

        return report_dict(self)
