"""What becomes of a term behind a normaliser: blocked for every eps, at eps = 0, or not at all.

The kernel decides, and the exact evaluator agrees at small points or shows a point at which it fails.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bnproof.blindness.details import Leak, Survey, leak_of, survey_of
from bnproof.blindness.shapes import Shape, shape_of
from bnproof.blindness.subjects import Subject
from bnproof.checks.search import Counterexample, Progress, find_counterexample, smallest_sizes
from bnproof.kernel import BudgetExhausted, Difference, Theorem
from bnproof.language import Statement
from bnproof.maps.definitions import Normaliser
from bnproof.prover import Disagreement
from bnproof.prover.deciding import resolve
from bnproof.prover.examination import examined, opened, setting_within
from bnproof.report import Report
from bnproof.scope import scope_of
from bnproof.terms import Apply, Entry, Sign, TermError, obligations, subterms

ALWAYS, EVERY, AT_ZERO, NO, UNDECIDED = "always", "every eps", "eps = 0", "no", "undecided"
# How many values of each size are evaluated exactly behind a proof: two of up to three sizes, else one.
_REACH, _MANY_SIZES = 2, 3
_NO_POINT = (
    "the kernel did not prove it, but no point at which it fails was found within the budget"
)


@dataclass(frozen=True)
class Cell:
    """What becomes of one term behind one normaliser.

    Attributes:
        norm: the normaliser, and `shape`, the shape of its output.
        subject: the term.
        verdict: `always` (the normaliser has no eps), `every eps`, `eps = 0`, `no` or `undecided`.
        proof: the report of the theorem that it is blocked, if it is.
        refutation: the report of the point at which it is not: at eps = 0 if the verdict is `no`, and for
            some eps > 0 if it is `eps = 0`.
        reason: why nothing was decided.
        parts: what becomes of the terms that a loss is the sum of.
    """

    norm: Normaliser
    shape: Shape
    subject: Subject
    verdict: str
    proof: Report | None = None
    refutation: Report | None = None
    reason: str | None = None
    parts: tuple[Cell, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether nothing of the term reaches the input, whatever eps is."""
        return self.verdict in (ALWAYS, EVERY)

    @property
    def decided(self) -> bool:
        """Whether this is known, for the term and all its parts."""
        return self.verdict != UNDECIDED and all(part.decided for part in self.parts)

    @property
    def report(self) -> Report | None:
        """The report that the verdict rests on: the proof, else the refutation."""
        return self.proof or self.refutation

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions in the term, each standing for any smooth one."""
        parts = subterms(self.subject.term)
        return tuple(dict.fromkeys(part.function for part in parts if isinstance(part, Apply)))

    @property
    def for_each_function(self) -> bool:
        """Whether the term is not blocked whatever its functions are, and not just for some of them.

        If it were, it would be for all values of the targets, and so would be the part that they alone
        are in, which vanishes where they do.
        """
        return any(part.verdict == NO and not part.functions for part in self.parts)

    @property
    def counterexample(self) -> Counterexample | None:
        """A point at which the term is not blocked, if there is one."""
        return self.refutation.counterexample if self.refutation else None

    @cached_property
    def leak(self) -> Leak | None:
        """What the term contributes to the gradient, for all sizes and every eps, if that is not 0."""
        return None if self.blocked else leak_of(self.subject.statement, self.shape)

    @cached_property
    def survey(self) -> Survey | None:
        """At which small sizes the term is not blocked, and at which it is by accident."""
        if self.refutation is None or self.refutation.statement is None:
            return None
        return survey_of(self.refutation.statement, self.subject.statement)


def decide_subject(norm: Normaliser, subject: Subject, progress: Progress) -> Cell:
    """Decide what becomes of a term, and of its parts.

    Raises `TermError` for a term that has no meaning, and `Disagreement`.
    """

    def show(message: str) -> None:
        progress(f"{norm.short}, {subject.title}: {message}")

    shape = shape_of(norm)
    cell = _decided(norm, shape, subject, show)
    parts = tuple(_decided(norm, shape, part, show) for part in subject.parts)
    return replace(cell, parts=parts)


def _decided(norm: Normaliser, shape: Shape, subject: Subject, progress: Progress) -> Cell:
    """Decide what becomes of a term: first for every eps, then at eps = 0."""
    progress("bringing it to its normal form")
    whole = subject.statement
    known = {h.entry.name for h in whole.hypotheses if isinstance(h, Sign) and h.sign == "zero"}
    shape = replace(shape, constants=tuple(c for c in shape.constants if c not in known))
    zero = tuple(Sign(Entry(constant), "zero") for constant in shape.constants)
    cell = Cell(norm, shape, subject, UNDECIDED)
    try:
        result = _result(whole)
        if isinstance(result, Theorem):
            proof = _proof(whole, result, progress)
            return replace(cell, verdict=EVERY if zero else ALWAYS, proof=proof)
        failing = whole, result
        if zero:
            at_zero, special = _at_fewest(whole, zero)
            if isinstance(special, Theorem):
                cell = replace(cell, proof=_proof(at_zero, special, progress))
                refutation = _refuted(whole, result, progress)
                if refutation is None:
                    return replace(
                        cell, reason=f"for other {' or '.join(shape.constants)}, {_NO_POINT}"
                    )
                return replace(cell, verdict=AT_ZERO, refutation=refutation)
            failing = (at_zero, special) if special else failing
    except BudgetExhausted as error:
        return replace(cell, reason=str(error))
    refutation = _refuted(*failing, progress)
    if refutation is None:
        return replace(cell, reason=_NO_POINT)
    return replace(cell, verdict=NO, refutation=refutation)


def _result(statement: Statement) -> Theorem | Difference:
    """What the kernel says of a statement. Raises `TermError` and `BudgetExhausted`."""
    result = resolve(statement.claim, statement.theory, statement.hypotheses)
    if not isinstance(result, Theorem | Difference):
        raise TypeError("that a term is blocked is an equation")
    return result


def _at_fewest(
    whole: Statement, zero: Sequence[Sign]
) -> tuple[Statement, Theorem | Difference | None]:
    """The statement under as few of some hypotheses as prove it, else under all of them; its result."""
    everything = replace(whole, hypotheses=(*whole.hypotheses, *zero))
    result = _result_if_possible(everything)
    if isinstance(result, Theorem):
        for size in range(1, len(zero)):
            for some in itertools.combinations(zero, size):
                fewer = replace(whole, hypotheses=(*whole.hypotheses, *some))
                enough = _result_if_possible(fewer)
                if isinstance(enough, Theorem):
                    return fewer, enough
    return everything, result


def _result_if_possible(statement: Statement) -> Theorem | Difference | None:
    """The same, or None if no point meets the hypotheses."""
    try:
        result = _result(statement)
    except TermError as error:
        if error.code in ("vacuous", "hypothesis"):
            return None
        raise
    [equation] = obligations(statement.claim, statement.theory).values()
    return result if smallest_sizes(setting_within(equation, statement, result)) else None


def _proof(statement: Statement, theorem: Theorem, progress: Progress) -> Report:
    """The report of a theorem, evaluated exactly at a few points. Raises `Disagreement`."""
    reach = _REACH if len(statement.theory.sorts) <= _MANY_SIZES else 1
    report = examined(statement, theorem, progress, reach=reach)
    if report.disagreement:
        raise Disagreement(report)
    return report


def _refuted(statement: Statement, result: Difference, progress: Progress) -> Report | None:
    """The report of a point at which a statement fails; None if none was found."""
    setting = setting_within(result.equation, statement, result)
    found = find_counterexample(setting, progress)
    if found is None:
        return None
    return replace(
        opened(statement),
        scope=scope_of(statement, setting, result.nonzero_sizes),
        verdict="refuted",
        counterexample=found,
    )
