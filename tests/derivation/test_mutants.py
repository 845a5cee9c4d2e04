"""Every derivation that ships, changed a little for the worse, is refused with the right code.

A statement is taken out of its file, changed, and checked beside the file, which it imports. Whether a
change makes a term another one is found out by the exact evaluator, which shares no code with the kernel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from random import Random
from typing import NamedTuple, TypeVar

import pytest

from bnproof.checks.search import SidesDiffer, recheck
from bnproof.derivation import hints
from bnproof.derivation.checking import Checker
from bnproof.derivation.library import Location, shipped
from bnproof.derivation.reports import FileReport, StatementReport
from bnproof.language.items import CITE, Assertion, Document, Proof, Step
from bnproof.language.markdown import literate
from bnproof.language.source import Source
from bnproof.maps.registry import read_document
from bnproof.prover.examination import setting_within
from bnproof.terms import Delta, Entry, Equation, Neg, Term, subterms

CHECKER = Checker(lambda _: None, reach=1)
PER_FILE = 10
# All pages about what the program is for, and one about each of a few papers.
OWN = ("zhou2024", "losses", "normalisers", "around")
OTHERS = ("ioffe2015/backward", "xu2019/detached", "zhang2019/layer-norm-without-the-mean")
LETTERS = {"sample": "ijkl", "feature": "defc"}

T = TypeVar("T")


class Statement(NamedTuple):
    """A statement of a file that ships, where it stands, and what was found out about it."""

    location: Location
    document: Document
    assertion: Assertion
    start: int
    end: int
    report: StatementReport

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of its equations; a claim that says more has parts, which are not changed here."""
        proof = self.assertion.proof
        steps = proof.parts[0].steps if isinstance(proof, Proof) and len(proof.parts) == 1 else ()
        return () if any(step.relation != "=" for step in steps) else steps

    def letters_of(self, sort: str) -> str:
        """The index letters of a sort in the file, the usual ones where it has no others."""
        own = [letter for letter, name in self.document.letters.items() if name == sort]
        return LETTERS.get(sort) or "".join(own)

    def letters(self) -> Iterator[str]:
        """What declares the letters of the sorts that the file has of its own."""
        assert self.report.goal
        for sort in self.report.goal.statement.theory.sorts:
            letters = " ".join(self.letters_of(sort.name))
            if sort.name not in LETTERS and letters:
                yield f"index {letters} : {sort.name}({sort.size})\n"


class Mutant(NamedTuple):
    """A statement with the characters from `start` to `end` replaced, at the step `number`."""

    statement: Statement
    start: int
    end: int
    text: str
    number: int

    def code(self) -> str:
        source = self.statement.document.source.text
        changed = source[self.statement.start : self.start] + self.text
        changed += source[self.end : self.statement.end]
        changed = re.sub(r"^(\w+) \w+", r"\1 changed", changed)
        head = f'import "{self.statement.location.path.name}"\n'
        return f"{head}{''.join(self.statement.letters())}{changed}\n"

    def check(self) -> FileReport:
        folder = self.statement.location.path.parent
        return CHECKER.check_source(Source("changed", self.code()), folder / "changed.bnp")

    def term(self) -> Term | None:
        """The term of the step, if it can be read."""
        for item, _ in read_document(Source("changed", self.code())).items:
            if isinstance(item, Assertion) and isinstance(item.proof, Proof):
                return item.proof.parts[0].steps[self.number].term
        return None


def statements(location: Location) -> list[Statement]:
    found = {s.name: s for s in CHECKER.check(location).statements}
    document = read_document(literate(location.name, location.path.read_text("utf-8")))
    return [
        Statement(location, document, item, span.start, span.end, found[item.name])
        for item, span in document.items
        if isinstance(item, Assertion)
    ]


def some(location: Location, changes: Iterable[T]) -> list[T]:
    """A few of the changes, always the same."""
    found = list(changes)
    return Random(location.name).sample(found, min(PER_FILE, len(found)))


def codes(report: FileReport) -> set[str]:
    return {problem.error.code for problem in report.problems if not problem.warning}


def differ(statement: Statement, left: Term, right: Term) -> bool:
    """Whether two terms have different values at an exact point of the theorem's domain."""
    goal, theorem = statement.report.goal, statement.report.theorem
    assert goal
    assert theorem
    try:
        recheck(setting_within(Equation(left, right), goal.statement, theorem), lambda _: None)
    except SidesDiffer:
        return True
    return False


FILES = pytest.mark.parametrize(
    "location",
    [location for location in shipped() if location.name.startswith((*OWN, *OTHERS))],
    ids=lambda location: location.name,
)


def flipped(location: Location, last: bool) -> Iterator[Mutant]:
    """A minus sign in front of a term: of the last one of a chain, or of one in between."""
    for statement in statements(location):
        count = len(statement.steps)
        for number, step in enumerate(statement.steps):
            if (number == count - 1) == last:
                span = statement.document.spans[id(step.term)]
                text = statement.document.source.text[span.start : span.end]
                yield Mutant(statement, span.start, span.end, f"-({text})", number)


@FILES
def test_a_flipped_sign_between_the_ends_makes_a_step_false(location: Location) -> None:
    for mutant in some(location, flipped(location, last=False)):
        term = mutant.statement.steps[mutant.number].term
        if differ(mutant.statement, term, Neg(term)):
            assert "false-step" in codes(mutant.check()), mutant.code()


@FILES
def test_a_flipped_sign_at_the_end_misses_the_claim(location: Location) -> None:
    for mutant in some(location, flipped(location, last=True)):
        assert codes(mutant.check()) == {"chain"}, mutant.code()


def reindexed(location: Location) -> Iterator[Mutant]:
    """Another letter for one index of one entry or delta of a term between the ends."""
    for statement in statements(location):
        for number, step in enumerate(statement.steps[:-1]):
            for part in subterms(step.term):
                span = statement.document.spans.get(id(part))
                if span is None or not isinstance(part, Entry | Delta):
                    continue
                text = statement.document.source.text[span.start : span.end]
                indices = part.indices if isinstance(part, Entry) else (part.left, part.right)
                for index in indices:
                    for letter in statement.letters_of(index.sort).replace(index.name, ""):
                        changed = re.sub(rf"(?<=[\[,]){index.name}(?=[\],])", letter, text, count=1)
                        yield Mutant(statement, span.start, span.end, changed, number)


@FILES
def test_another_index_is_refused_where_it_makes_another_term(location: Location) -> None:
    judged = 0
    mutants = some(location, reindexed(location))
    for mutant in mutants:
        changed, term = mutant.term(), mutant.statement.steps[mutant.number].term
        if changed is None:
            assert not mutant.check().proved
        elif differ(mutant.statement, term, changed):
            assert codes(mutant.check()) & {"false-step", "unknown-index"}, mutant.code()
            judged += 1
    assert judged > 0 or not mutants


def unassumed(location: Location) -> Iterator[Mutant]:
    """A statement without one of its hypotheses; what is no identity, or false, still is it then."""
    for statement in statements(location):
        false = statement.assertion.kind == "refuted"
        if false or (statement.report.report and statement.report.report.separation):
            continue
        text = statement.document.source.text[statement.start : statement.end]
        for match in re.finditer(r"^ *assume .*$", text, re.MULTILINE):
            start = statement.start + match.start()
            yield Mutant(statement, start, statement.start + match.end(), "", 0)


@FILES
def test_a_dropped_hypothesis_is_missed(location: Location) -> None:
    for mutant in some(location, unassumed(location)):
        report = mutant.check()
        assert not report.proved
        expected = {"false-step", "citation", "division", "weak-hints"}
        if not isinstance(mutant.statement.assertion.proof, Proof):
            expected |= {"false-claim", "instance"}
        assert codes(report) & expected, mutant.code()


def recited(location: Location) -> Iterator[Mutant]:
    """Another result of the file, or of those it imports, in the place of a cited one."""
    for statement in statements(location):
        goal = statement.report.goal
        assert goal
        names = [s.assertion.name for s in statements(location) if s.report.theorem]
        names += [hint.name for step in statement.steps for hint in step.hints if hint.kind == CITE]
        for number, step in enumerate(statement.steps):
            for hint in step.hints:
                for name in sorted({*names} - {hint.name, statement.assertion.name}):
                    if hint.kind == CITE:
                        yield Mutant(statement, hint.span.start, hint.span.end, name, number)


@FILES
def test_another_citation_does_not_do(location: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "MAX_TRIALS", 0)
    for mutant in some(location, recited(location)):
        report = mutant.check()
        assert not report.proved, mutant.code()
        assert codes(report) & {"weak-hints", "citation", "undecided"}, mutant.code()
