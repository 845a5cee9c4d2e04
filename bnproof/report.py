"""The report of a verdict: what was decided, for which scope, and by what means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bnproof.checks.search import Counterexample, Recheck
from bnproof.kernel import Theorem
from bnproof.render.json import counterexample_dict
from bnproof.render.snippet import numpy_snippet
from bnproof.render.text import counterexample_lines, indented, recheck_line, scope_lines
from bnproof.scope import Scope


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
        lines: list[str] = []
        if self.scope:
            lines += scope_lines(self.scope, "for" if self.theorem else "claimed for")
        if self.counterexample:
            lines += counterexample_lines(self.counterexample)
            if self.difference:
                lines.append(f"at all sizes, left - right = {self.difference}")
        if self.reason:
            lines.append(f"because {self.reason}")
        if self.theorem:
            lines.append("kernel: the normal form of left - right is 0")
            lines += map(recheck_line, self.rechecks)
        if self.note:
            lines.append(f"note: {self.note}")
        if self.counterexample:
            lines += ["in NumPy:", ""]
            lines += indented(numpy_snippet(self.counterexample).split("\n"))
        return "\n".join([self.headline(), *indented(lines)])

    def to_dict(self) -> dict[str, Any]:
        """The report as the object that `bnproof prove --json` prints; exact numbers are strings."""
        found = self.counterexample
        return {
            "claim": self.claim,
            "assume": list(self.assumed),
            "verdict": self.verdict,
            "scope": str(self.scope) if self.scope else None,
            "counterexample": counterexample_dict(found) if found else None,
            "difference": self.difference,
            "reason": self.reason,
            "note": self.note,
            "checks": {
                "kernel": {"proved": self.theorem is not None, "seconds": self.kernel_seconds},
                "exact": {
                    "points": sum(len(r.sizes) for r in self.rechecks) + (found is not None),
                    "refutes": found is not None,
                },
            },
            "seconds": self.seconds,
        }
