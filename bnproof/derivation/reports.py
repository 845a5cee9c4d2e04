"""What a check found out about derivations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from bnproof.checks.larger_spaces import OutsideVector
from bnproof.checks.search import Counterexample
from bnproof.derivation.elaboration import Goal
from bnproof.kernel import Theorem
from bnproof.language import print_hypothesis
from bnproof.language.items import Hint, Inexpressible, Instance
from bnproof.language.source import SourceError
from bnproof.render.check import check_text, file_text, statement_text, summary
from bnproof.render.json import failure_dict, separation_dict, step_dict
from bnproof.report import Report
from bnproof.terms import Term

PROVED = "proved"
REFUTED = "refuted"
REFUTED_AS_CLAIMED = "refuted as claimed"
NOT_REFUTED = "not refuted"
UNPROVED = "unproved"
ERROR = "in error"
UNCHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Problem:
    """A diagnostic: an error, or a warning that only `--strict` counts as one."""

    error: SourceError
    warning: bool = False

    def __str__(self) -> str:
        return str(self.error)

    def to_dict(self) -> dict[str, Any]:
        """The diagnostic with its place."""
        return {
            "code": self.error.code,
            "severity": "warning" if self.warning else "error",
            "message": self.error.message,
            "file": self.error.source.name,
            "line": self.error.line,
            "column": self.error.column,
            "details": list(self.error.details),
        }


@dataclass(frozen=True, slots=True)
class Necessity:
    """What becomes of a theorem without one of its hypotheses.

    It then fails at `counterexample`, or its terms lose their `meaning`, or it holds all the same
    (`needed` is false); `needed` is None where that was not found out.
    """

    hypothesis: str
    needed: bool | None
    counterexample: Counterexample | OutsideVector | None = None
    meaning: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedStep:
    """A term of a chain and the hints that show it equal to the term before it.

    `relation` is `=`, or `>=` or `<=`; `part` names what the chain is for, where a claim has parts.
    """

    term: Term
    hints: tuple[Hint, ...]
    shown: bool
    relation: str = "="
    part: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class StatementReport:
    """What was found out about one lemma or theorem, or about a claim that is said to be false.

    Attributes:
        goal: the claim with its theory and hypotheses; None if it could not be read so far.
        kind, name: `lemma`, `theorem` or `refuted`, and its name.
        label, text: its name in the paper, and what it says in words.
        status: `proved`, `refuted`, `undecided`, `unproved` (its proof has a gap), `in error`, or
            `not checked` because of an error in front of it; of what is said to be false
            `refuted as claimed`, or `not refuted` where that is not so.
        report: the verdict on the claim: scope, counterexample, and the
            points at which it and its steps were evaluated exactly; None if there is none.
        steps: those of its chain.
        necessities: what becomes of it without each of its hypotheses.
        rests_on: the lemmas and theorems that its proof cites, and those that these cite in turn.
        problems: the diagnostics.
        kernel_seconds: the time that the kernel took to prove it.
    """

    goal: Goal | None
    kind: str
    name: str
    label: str | None
    text: str | None
    status: str
    report: Report | None = None
    steps: tuple[CheckedStep, ...] = ()
    necessities: tuple[Necessity, ...] = ()
    rests_on: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    kernel_seconds: float = 0.0

    @property
    def theorem(self) -> Theorem | None:
        """The kernel's theorem, if the statement is proved."""
        return self.report.theorem if self.report and self.status == PROVED else None

    @property
    def as_claimed(self) -> bool:
        """Whether it came out as its file says: proved, or refuted."""
        return self.status in (PROVED, REFUTED_AS_CLAIMED)

    @property
    def unwritten(self) -> tuple[str, ...]:
        """The hypotheses in force that the paper does not write, printed."""
        return tuple(map(print_hypothesis, self.goal.unwritten)) if self.goal else ()

    @property
    def instance_of(self) -> str | None:
        """The name of the general theorem that the proof says this is an instance of, if it does."""
        proof = self.goal.assertion.proof if self.goal else None
        return proof.theorem if isinstance(proof, Instance) else None

    def headline(self) -> str:
        """The status and the name, in one line."""
        return f"{self.status}: {self.name}"

    def __repr__(self) -> str:
        return f"<StatementReport {self.headline()}>"

    def __str__(self) -> str:
        return statement_text(self)

    def to_dict(self) -> dict[str, Any]:
        """The statement as an object of `bnproof check --json`."""
        report = self.report
        fails = report and (report.counterexample or report.outside)
        return {
            "name": self.name,
            "kind": self.kind,
            "label": self.label,
            "text": self.text,
            "status": self.status,
            "claim": report.claim if report else None,
            "scope": str(report.scope) if report and report.scope else None,
            "assume": list(report.assumed) if report else [],
            "unwritten": list(self.unwritten),
            "counterexample": failure_dict(fails) if fails else None,
            "separation": separation_dict(report.separation)
            if report and report.separation
            else None,
            "shown_by": list(report.shown_by) if report else [],
            "holds_if": list(report.holds_if) if report else [],
            "steps": [{**step_dict(s, s.part), "shown": s.shown} for s in self.steps],
            "hypotheses": [
                {
                    "hypothesis": found.hypothesis,
                    "needed": found.needed,
                    "counterexample": failure_dict(found.counterexample)
                    if found.counterexample
                    else None,
                }
                for found in self.necessities
            ],
            "instance_of": self.instance_of,
            "rests_on": list(self.rests_on),
            "checks": report.checks_dict() if report else None,
            "kernel_seconds": self.kernel_seconds,
        }


@dataclass(frozen=True, slots=True, repr=False)
class FileReport:
    """What was found out about one derivation, and all that is wrong with it.

    Its `entries` are its statements, and among them what its paper states and it cannot say.
    """

    name: str
    title: str | None
    paper: str | None
    entries: tuple[StatementReport | Inexpressible, ...]
    problems: tuple[Problem, ...]

    @property
    def statements(self) -> tuple[StatementReport, ...]:
        """Its lemmas and theorems, and the claims that it says are false."""
        return tuple(entry for entry in self.entries if isinstance(entry, StatementReport))

    @property
    def inexpressible(self) -> tuple[Inexpressible, ...]:
        """What its paper states and no claim says."""
        return tuple(entry for entry in self.entries if isinstance(entry, Inexpressible))

    @property
    def proved(self) -> bool:
        """Whether everything in it came out as claimed and nothing is wrong but for warnings."""
        errors = any(not problem.warning for problem in self.problems)
        return not errors and all(statement.as_claimed for statement in self.statements)

    def __repr__(self) -> str:
        return f"<FileReport {self.name}: {len(self.statements)} statements>"

    def __str__(self) -> str:
        return file_text(self)

    def to_dict(self) -> dict[str, Any]:
        """The derivation as an object of `bnproof check --json`."""
        return {
            "derivation": self.name,
            "title": self.title,
            "source": self.paper,
            "proved": self.proved,
            "statements": [statement.to_dict() for statement in self.statements],
            "inexpressible": [
                {"label": found.label, "reason": found.reason} for found in self.inexpressible
            ],
            "problems": [problem.to_dict() for problem in self.problems],
        }


@dataclass(frozen=True, slots=True, repr=False)
class CheckReport:
    """What was found out about some derivations."""

    files: tuple[FileReport, ...]

    @property
    def proved(self) -> bool:
        """Whether everything is proved, or refuted as claimed."""
        return all(file.proved for file in self.files)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All diagnostics."""
        return tuple(problem for file in self.files for problem in file.problems)

    @property
    def kernel_seconds(self) -> float:
        """The time that the kernel took for all proofs."""
        return sum(s.kernel_seconds for file in self.files for s in file.statements)

    def find(self, name: str) -> StatementReport | None:
        """The statement of a name, if there is one."""
        return next((s for file in self.files for s in file.statements if s.name == name), None)

    def counts(self) -> Counter[str]:
        """How many statements have each status; those that are proved come first."""
        found = Counter(s.status for file in self.files for s in file.statements)
        return Counter({PROVED: found[PROVED]} | found) if found[PROVED] else found

    def __repr__(self) -> str:
        return f"<CheckReport {summary(self)}>"

    def __str__(self) -> str:
        return check_text(self)

    def to_dict(self) -> dict[str, Any]:
        """The report as the object that `bnproof check --json` prints."""
        return {
            "proved": self.proved,
            "counts": dict(self.counts()),
            "derivations": [file.to_dict() for file in self.files],
        }
