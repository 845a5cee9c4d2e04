"""Check one lemma or theorem: its proof, each hint of it, each of its hypotheses."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeAlias

from bnproof.checks.points import setting_of
from bnproof.checks.search import Progress, find_counterexample, smallest_sizes
from bnproof.derivation.diagnosis import StepDiagnosis
from bnproof.derivation.elaboration import Goal
from bnproof.derivation.hints import Effort, HintSearch, resolved
from bnproof.derivation.instances.checking import instance_of
from bnproof.derivation.refutations import with_what_is_missing
from bnproof.derivation.reports import (
    PROVED,
    REFUTED,
    UNPROVED,
    CheckedStep,
    Necessity,
    Problem,
    StatementReport,
)
from bnproof.kernel import (
    BudgetExhausted,
    Chain,
    Difference,
    Gap,
    Hints,
    Steps,
    Theorem,
    decide,
)
from bnproof.kernel.units import SizeCondition
from bnproof.language import print_hypothesis, print_term
from bnproof.language.items import AUTO, HOLE, Hint, Instance, Proof, Step
from bnproof.language.source import SourceError, Span
from bnproof.prover import Disagreement
from bnproof.prover.deciding import Contained, Denied, resolve
from bnproof.prover.examination import (
    Outcome,
    examined,
    failing_point,
    setting_within,
)
from bnproof.render.report import refutation_lines
from bnproof.render.text import counterexample_lines
from bnproof.report import Report
from bnproof.scope import are_admitted, excluded_sizes
from bnproof.terms import (
    MATRICES,
    Equation,
    Fixed,
    Hypothesis,
    NullSpace,
    Term,
    TermError,
    Theory,
    Witness,
    about,
    obligations,
    sides,
)

# What checks steps in a theory under hypotheses; statements with the same ones share it.
StepsIn: TypeAlias = Callable[[Theory, tuple[Hypothesis, ...]], Steps]


class StatementCheck:
    """The check of one goal, which may cite what is proved before it.

    It may also be an instance of what is `general`; `instance_of` is the theorem if it is one.
    """

    def __init__(
        self,
        goal: Goal,
        proved: Mapping[str, Theorem | None],
        steps_in: StepsIn,
        effort: Effort,
        progress: Progress,
        reach: int,
        general: Mapping[str, Theorem | None] | None = None,
    ) -> None:
        self._effort = effort
        self._reach = reach
        self._goal = goal
        self._steps_in = steps_in
        self._statement = goal.statement
        self._proved = proved
        self._progress = progress
        self._problems: list[Problem] = []
        self._steps: list[CheckedStep] = []
        self._unshown: Difference | None = None
        self._seconds = 0.0
        self._general = proved if general is None else general
        self.instance_of: Theorem | None = None

    def run(self, report: StatementReport) -> StatementReport:
        """Fill in the report. Raises `TermError` and `SourceError` for what has no meaning."""
        result, status = self._proof(), UNPROVED
        verdict: Report | None = None
        necessities: tuple[Necessity, ...] = ()
        if result is not None:
            walks = {p.name: (p.terms, p.relations) for p in self._goal.parts if p.steps}
            verdict = examined(self._statement, result, self._progress, walks, self._reach)
            status = verdict.verdict
            if verdict.theorem and verdict.counterexample:
                raise Disagreement(verdict)
            if status != PROVED:
                verdict = with_what_is_missing(
                    verdict, self._statement, self._effort, self._progress
                )
                self._refuted(verdict)
            elif isinstance(result, Theorem):
                necessities = tuple(self._necessities())
        return replace(
            report,
            goal=self._goal,
            status=status,
            report=verdict,
            steps=tuple(self._steps),
            necessities=necessities,
            problems=tuple(self._problems),
            kernel_seconds=self._seconds,
        )

    def _complain(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        details: Iterable[str] = (),
        warning: bool = False,
    ) -> None:
        error = self._goal.error(code, message, span, details)
        self._problems.append(Problem(error, warning))

    @contextmanager
    def _kernel_time(self) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self._seconds += time.perf_counter() - start

    # Proofs

    def _proof(self) -> Outcome | None:
        """The theorem if the proof is one; else what is left of the claim if it is not true either."""
        result: Outcome | None = None
        proof = self._goal.assertion.proof
        if isinstance(proof, Proof):
            result = self._chains()
        elif isinstance(proof, Instance):
            return self._instance(proof)
        elif proof is None:
            self._complain("no-proof", "this has no proof; 'proof auto qed' lets one be found")
        if isinstance(result, Theorem):
            return result
        try:
            with self._kernel_time():
                result = self._resolved_claim()
        except BudgetExhausted as error:
            self._complain("undecided", str(error))
            return None
        if proof == AUTO or isinstance(result, Difference):
            return result
        if not isinstance(result, Theorem):
            return self._if_refuted(result)
        if self._unshown is not None:
            self._complain_of_part(self._unshown)
        return None

    def _instance(self, proof: Instance) -> Outcome | None:
        """What the kernel says of a claim that is an instance of a theorem; else only if it is false."""
        goal, statement = self._goal, self._statement
        try:
            steps = self._steps_in(statement.theory, statement.hypotheses)
            self.instance_of = instance_of(goal, proof, self._general, steps)
        except SourceError as error:
            self._problems.append(Problem(error))
        try:
            with self._kernel_time():
                result = self._resolved_claim()
        except BudgetExhausted as error:
            self._complain("undecided", str(error))
            return None
        if isinstance(result, Theorem):
            return result if self.instance_of else None
        if self.instance_of:
            verdict = examined(statement, result, self._progress)
            if verdict.verdict == REFUTED:
                raise Disagreement(verdict)
        return result if isinstance(result, Difference) else self._if_refuted(result)

    def _resolved_claim(self) -> Outcome:
        statement = self._statement
        return resolve(statement.claim, statement.theory, statement.hypotheses)

    def _complain_of_part(self, unshown: Difference) -> None:
        """Say that a part without a chain does not hold with the inverse that was given."""
        setting = setting_within(unshown.equation, self._statement, unshown)
        found = find_counterexample(setting, self._progress)
        problem = f"{unshown.part} does not hold with this inverse and these coordinates"
        _, span = self._statement.places.get(id(self._goal.witness), (None, None))
        self._complain("false-step", problem, span, counterexample_lines(found) if found else ())

    def _if_refuted(self, result: Contained | Denied) -> Outcome | None:
        """What is left of a claim with a proof that shows it not, if that refutes it."""
        verdict = examined(self._statement, result, self._progress)
        return result if verdict.verdict == REFUTED else None

    def _refuted(self, verdict: Report) -> None:
        """Say that the claim is false, and where; or that it fails somewhere nobody found."""
        details = list(refutation_lines(verdict))
        if verdict.verdict == REFUTED:
            self._complain("false-claim", "this is false", details=details)
        else:
            self._complain("undecided", verdict.reason or "no verdict")

    def _chains(self) -> Theorem | None:
        """The theorem of chains whose steps all follow by their hints."""
        statement, parts = self._statement, self._goal.parts
        hints = {p.name: [self._resolved(step.hints) for step in p.steps] for p in parts}
        chains = {
            p.name: Chain(p.terms, p.relations, [h or Hints() for h in hints[p.name]])
            for p in parts
            if p.steps
        }
        theorem: Theorem | Gap | Difference | None = None
        with self._kernel_time():
            checker = self._steps_in(statement.theory, statement.hypotheses)
            try:
                witness = self._witness()
                self._check_all_shown(witness)
                theorem = checker.prove(statement.claim, chains, witness)
            except BudgetExhausted:
                theorem = None
            except TermError as error:
                if error.code == "chain":
                    self._complain_of_ends(error)
                    return None
                if error.code != "citation":
                    raise
        open_ = any(None in found for found in hints.values())
        if open_ or not isinstance(theorem, Theorem):
            self._unshown = theorem if isinstance(theorem, Difference) else None
            theorem = None
            for term in self._goal.terms:
                try:
                    checker.admit(term)
                except BudgetExhausted as error:
                    raise TermError("undecided", str(error), term) from error
        search = HintSearch(checker, statement.theory, self._proved, self._effort)
        diagnosis = StepDiagnosis(statement, checker, search, self._complain, self._progress)
        for part in parts:
            for k, step in enumerate(part.steps):
                left, right = part.terms[k], part.terms[k + 1]
                shown = isinstance(theorem, Theorem)
                if shown:
                    self._warn_of_unneeded(search, step, left, right)
                else:
                    hint = hints[part.name][k]
                    shown = diagnosis.is_shown(step, hint, left, right)
                self._steps.append(CheckedStep(right, step.hints, shown, step.relation, part.name))
        if isinstance(theorem, Theorem) and not self._narrows(theorem):
            return theorem
        return None

    def _narrows(self, theorem: Theorem) -> bool:
        """Whether a proof leaves out sizes of which the claim speaks; if it does, say so."""
        statement = self._statement
        own: set[SizeCondition] = set()
        for side in sides(statement.claim) if theorem.nonzero_sizes else ():
            same = Equation(side, side)
            own |= {
                *decide(same, statement.theory, about(same, statement.hypotheses)).nonzero_sizes
            }
        fixed = {h.size for h in statement.hypotheses if isinstance(h, Fixed)}
        extra = [
            condition
            for condition in theorem.nonzero_sizes
            if condition not in own
            and any(name not in fixed for powers, _ in condition for name, _ in powers)
        ]
        if not extra:
            return False
        part = next(iter(obligations(statement.claim, statement.theory, theorem.witness).values()))
        domain = setting_of(
            part,
            statement.theory,
            statement.hypotheses,
            theorem.roots,
            lambda sizes: are_admitted(tuple(own), sizes),
        )
        least = smallest_sizes(domain)
        left_out = [text for condition in extra for text in excluded_sizes(condition, least)]
        if left_out:
            sizes = ", ".join(left_out)
            problem = f"the proof shows the claim for {sizes} only; elsewhere it divides by zero"
            self._complain("narrow-proof", problem)
        return bool(left_out)

    def _witness(self) -> Witness | None:
        """What the proof gives to show a null space by; found, if it gives nothing."""
        claim = self._statement.claim
        if self._goal.witness is not None or not isinstance(claim, NullSpace):
            return self._goal.witness
        found = self._resolved_claim()
        return found.witness if isinstance(found, Theorem) else None

    def _check_all_shown(self, witness: Witness | None) -> None:
        """Every part of a claim is shown, if only by `auto`."""
        claim, theory = self._statement.claim, self._statement.theory
        shown = {part.name for part in self._goal.parts}
        missing = [part for part in obligations(claim, theory, witness) if part not in shown]
        if missing:
            names = ", ".join(missing)
            problem = f"not all is shown: {names}; 'show {missing[0]} auto' lets it be found"
            raise TermError("chain", problem, self._goal.assertion)

    def _complain_of_ends(self, error: TermError) -> None:
        """Say what a chain should begin and end with."""
        details = []
        claim, theory = self._statement.claim, self._statement.theory
        for part, claimed in obligations(claim, theory, self._goal.witness).items():
            details += [f"{part}:"] if isinstance(claim, MATRICES) else []
            details += [
                f"left  = {print_term(claimed.left)}",
                f"right = {print_term(claimed.right)}",
            ]
        _, span = self._statement.places.get(id(error.culprit), (None, None))
        self._complain(error.code, error.message, span, details)

    def _resolved(self, hints: Iterable[Hint]) -> Hints | None:
        """The hints for the kernel; None for a hole and where a hint means nothing."""
        found = [hint for hint in hints if hint.kind != HOLE]
        try:
            whole = resolved(found, self._statement.theory, self._proved)
        except TermError as error:
            span = error.culprit.span if isinstance(error.culprit, Hint) else None
            self._complain(error.code, error.message, span)
            return None
        return whole if len(found) == len(tuple(hints)) else None

    def _warn_of_unneeded(self, search: HintSearch, step: Step, left: Term, right: Term) -> None:
        needed = search.needed(left, right, step.hints, step.relation)
        for hint in step.hints:
            if hint not in needed:
                problem = f"the step follows without '{hint}'"
                self._complain("unneeded-hint", problem, hint.span, warning=True)

    # What is known of a theorem

    def _necessities(self) -> Iterator[Necessity]:
        """Try the claim without each of its hypotheses."""
        hypotheses = self._statement.hypotheses
        for dropped in hypotheses:
            rest = tuple(h for h in hypotheses if h is not dropped)
            found = self._without(print_hypothesis(dropped), rest)
            if found.needed is False and dropped in self._goal.assertion.hypotheses:
                problem = f"the claim holds without {found.hypothesis}"
                self._complain("unneeded-hypothesis", problem, warning=True)
            yield found

    def _without(self, name: str, rest: Sequence[Hypothesis]) -> Necessity:
        statement = replace(self._statement, hypotheses=tuple(rest))
        try:
            result = resolve(statement.claim, statement.theory, rest)
            if isinstance(result, Theorem):
                return Necessity(name, False)
            if isinstance(result, Denied):
                return Necessity(name, None)
            found = failing_point(statement, result, self._progress)
        except TermError as error:
            return Necessity(name, True, meaning=error.message)
        except BudgetExhausted:
            return Necessity(name, None)
        return Necessity(name, True if found else None, found)
