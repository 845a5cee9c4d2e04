"""Check derivations: files, what they import, and their statements from top to bottom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bnproof.checks.search import Progress
from bnproof.derivation.elaboration import Context, Goal
from bnproof.derivation.hints import Effort
from bnproof.derivation.library import Location, shipped_as
from bnproof.derivation.refutations import checked_refuted
from bnproof.derivation.reports import (
    ERROR,
    UNCHECKED,
    CheckReport,
    FileReport,
    Problem,
    StatementReport,
)
from bnproof.derivation.statements import StatementCheck
from bnproof.kernel import Steps, Theorem
from bnproof.language.files import BARE, MARKDOWN, UnreadableError, read_source
from bnproof.language.items import (
    REFUTED_KIND,
    Assertion,
    Declare,
    Document,
    Import,
    Inexpressible,
    Item,
    Metadata,
)
from bnproof.language.source import Source, SourceError, Span, printable
from bnproof.maps.registry import read_document
from bnproof.prover import Disagreement
from bnproof.prover.confirmation import confirmed
from bnproof.terms import Entry, Hypothesis, TermError, Theory


@dataclass(frozen=True)
class _Checked:
    """A checked file: its report, and what another file gets by importing it.

    `general` are results that it keeps apart, and `behind` tells what a theorem is an instance of.
    """

    report: FileReport
    theory: Theory
    attributes: tuple[Hypothesis, ...]
    proved: Mapping[str, Theorem | None]
    general: Mapping[str, Theorem | None]
    behind: Mapping[int, Theorem]


REACH = 3


class Checker:
    """Checks derivations; a file that several others import is checked once.

    What is proved, and each step of it, is evaluated exactly at `reach` values of each size; with
    `confirm`, SymPy and floating point are asked as well.
    """

    def __init__(self, progress: Progress, reach: int = REACH, confirm: bool = False) -> None:
        self._progress = progress
        self.reach = reach
        self.confirm = confirm
        self._known: dict[Path, _Checked] = {}
        self._steps: dict[tuple[Theory, tuple[Hypothesis, ...]], Steps] = {}
        self._open: list[Path] = []

    def check(self, location: Location) -> FileReport:
        """Check the derivation in a file. Raises `UnreadableError` and `Disagreement`."""
        checked = self._checked(location.path)
        return replace(checked.report, name=printable(location.name))

    def check_all(self, locations: Iterable[Location]) -> CheckReport:
        """Check derivations, those first that others rest on. Raises as `check` does."""
        return self.report_of({location: self.check(location) for location in locations})

    def report_of(self, checked: Mapping[Location, FileReport]) -> CheckReport:
        """The report of some that were checked, those first that others rest on."""
        order = {path: rank for rank, path in enumerate(self._known)}
        locations = sorted(checked, key=lambda location: order[location.path.resolve()])
        return CheckReport(tuple(checked[location] for location in locations))

    def check_source(self, source: Source, path: Path | None = None) -> FileReport:
        """Check a derivation as if it stood in the file `path`; without one it imports nothing."""
        return _FileCheck(read_document(source), self._progress, path, self).run().report

    def steps_in(self, theory: Theory, hypotheses: tuple[Hypothesis, ...]) -> Steps:
        """What checks steps in a theory under hypotheses."""
        key = (theory, hypotheses)
        if key not in self._steps:
            self._steps[key] = Steps(theory, hypotheses)
        return self._steps[key]

    def imported(self, path: Path, name: str) -> _Checked:
        """A file that another one imports. Raises `UnreadableError`, also for a cycle."""
        if path.resolve() in self._open:
            raise UnreadableError(f"{name} imports this file, so neither comes first")
        return self._checked(path)

    def _checked(self, path: Path) -> _Checked:
        try:
            resolved_path = path.resolve()
        except (OSError, ValueError) as error:
            raise UnreadableError(f"cannot read {printable(str(path))}: {error}") from error
        if resolved_path not in self._known:
            self._open.append(resolved_path)
            try:
                document = read_document(read_source(path, _shown(path)))
                checked = _FileCheck(document, self._progress, path, self).run()
                self._known[resolved_path] = checked
            finally:
                self._open.pop()
        return self._known[resolved_path]


def _shown(path: Path) -> str:
    """A file as diagnostics name it: from the working folder, if it lies there."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _lies_in(path: Path, folder: Path) -> bool:
    """Whether a path leads to somewhere in a folder, links followed."""
    try:
        return (folder / path).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError):
        return False


class _FileCheck:
    """The check of one document, from top to bottom."""

    def __init__(
        self, document: Document, progress: Progress, path: Path | None, checker: Checker
    ) -> None:
        self._document = document
        self._progress = progress
        self._path = path
        self._checker = checker
        self._context = Context(document.source, document.spans)
        self._proved: dict[str, Theorem | None] = {}
        self._general: dict[str, Theorem | None] = {}
        self._behind: dict[int, Theorem] = {}
        self._statements: list[StatementReport] = []
        self._problems = [Problem(error) for error in document.errors]
        self._sound = document.sound
        self._missing: set[str] = set()
        self._effort = Effort()

    def run(self) -> _Checked:
        metadata: dict[str, str] = {}
        self._proved |= {broken.name: None for broken in self._document.broken}
        for item, span in self._document.items:
            match item:
                case Metadata(kind, text):
                    metadata[kind] = text
                case Assertion():
                    self._statements.append(self._assertion(item))
                case _:
                    with self._noting(item, span):
                        if isinstance(item, Import):
                            self._import(item, span)
                        else:
                            self._context.enter(item, span)
        if not (self._document.items or self._document.errors):
            problem = "there is nothing to check: no statement was found"
            if self._document.source.masked is not None:
                problem += " in a block marked bnproof"
            self._problems.append(Problem(self._error("empty", problem, Span(0, 0))))
        problems = [*self._problems, *(p for s in self._statements for p in s.problems)]
        problems.sort(key=lambda problem: problem.error.span.start)
        report = FileReport(
            printable(self._document.source.name),
            metadata.get("title"),
            metadata.get("source"),
            tuple(self._in_order()),
            tuple(problems),
        )
        context = self._context
        attributes = tuple(context.attributes)
        return _Checked(
            report, context.theory, attributes, self._proved, self._general, self._behind
        )

    def _in_order(self) -> list[StatementReport | Inexpressible]:
        """What a file states in its order, what could not be read or cannot be said among it."""
        items = self._document.items
        asserted = [item for item, _ in items if isinstance(item, Assertion)]
        places: list[tuple[Span, StatementReport | Inexpressible]] = [
            *((a.span, r) for a, r in zip(asserted, self._statements, strict=True)),
            *((span, item) for item, span in items if isinstance(item, Inexpressible)),
        ]
        places += [
            (b.span, StatementReport(None, b.kind, b.name, None, None, ERROR))
            for b in self._document.broken
        ]
        return [entry for _, entry in sorted(places, key=lambda place: place[0].start)]

    def _error(self, code: str, message: str, span: Span) -> SourceError:
        return SourceError(code, message, self._document.source, span)

    @contextmanager
    def _noting(self, item: Item, span: Span) -> Iterator[None]:
        """Note an error of a declaration; what follows it is not checked then.

        An error that only follows from an earlier one, as it uses what is missing, is left out.
        """
        try:
            yield
            return
        except TermError as error:
            place = self._document.spans.get(id(error.culprit), span)
            located = self._error(error.code, error.message, place)
            missing = isinstance(error.culprit, Entry) and error.culprit.name in self._missing
        except SourceError as error:
            located, missing = error, False
        if not missing:
            self._problems.append(Problem(located))
        if isinstance(item, Declare):
            self._missing.add(item.declaration.name)
        self._sound = min(self._sound, span.start)

    def _import(self, item: Import, span: Span) -> None:
        """Enter what another file declares and proves."""
        try:
            imported = self._checker.imported(self._imported_path(item, span), item.path)
        except UnreadableError as error:
            raise self._error("import", str(error), span) from error
        wrong = [problem for problem in imported.report.problems if not problem.warning]
        if wrong:
            problem = f"{item.path} is in error itself, first at line {wrong[0].error.line}"
            self._problems.append(Problem(self._error("import", problem, span)))
        self._behind |= imported.behind
        self._enter_results(self._general, imported.general, item)
        if item.alias is not None:
            named = {f"{item.alias}.{name}": found for name, found in imported.proved.items()}
            self._enter_results(self._general, named, item)
            return
        self._context.merge(imported.theory, imported.attributes)
        self._enter_results(self._proved, imported.proved, item)

    def _enter_results(
        self,
        known: dict[str, Theorem | None],
        new: Mapping[str, Theorem | None],
        item: Import,
    ) -> None:
        """Enter the results of another file. Raises `TermError`."""
        for name, theorem in new.items():
            if name in known and known[name] is not theorem:
                raise TermError("name-clash", f"{name} is the name of two results", item)
            known[name] = theorem

    def _imported_path(self, item: Import, span: Span) -> Path:
        """The file that is imported: one that ships, by its name, or one in the folder of this one."""
        path = Path(item.path)
        ships = shipped_as(item.path)
        if ships is not None:
            return ships
        if self._path is None or not _lies_in(path, self._path.parent):
            problem = "a file imports files of its own folder, or of folders in it, or what ships"
            raise self._error("import", problem, span)
        if path.suffix not in (MARKDOWN, BARE):
            problem = (
                f"{item.path} does not ship with bnproof, and does not end in {MARKDOWN} or {BARE}"
            )
            raise self._error("import", problem, span)
        return self._path.parent / path

    def _assertion(self, assertion: Assertion) -> StatementReport:
        report = StatementReport(
            None, assertion.kind, assertion.name, assertion.label, assertion.text, ERROR
        )
        if assertion.name in self._proved:
            problem = f"{assertion.name} is the name of another result"
            error = self._error("name-clash", problem, assertion.span)
            return replace(report, problems=(Problem(error),))
        self._proved[assertion.name] = None
        if self._sound < assertion.span.start:
            return replace(report, status=UNCHECKED)
        self._progress(f"checking {assertion.name}")
        earlier = {n: t for n, t in self._proved.items() if n != assertion.name}
        try:
            goal = self._context.goal(assertion, earlier)
            with goal.statement.located(assertion.span):
                if assertion.kind == REFUTED_KIND:
                    report = checked_refuted(
                        goal, self._effort, self._progress, self._checker.reach, report
                    )
                else:
                    report = self._proved_statement(goal, earlier, report)
            if self._checker.confirm and report.report:
                report = replace(report, report=confirmed(report.report, self._progress))
                if report.report and report.report.disagreement:
                    raise Disagreement(report.report)
        except TermError as error:
            place = self._document.spans.get(id(error.culprit), assertion.span)
            located = self._error(error.code, error.message, place)
            report = replace(report, problems=(Problem(located),))
        except SourceError as error:
            report = replace(report, problems=(Problem(error),))
        except RecursionError:
            problem = "terms and definitions lie too deep in one another"
            report = replace(
                report, problems=(Problem(self._error("limit", problem, assertion.span)),)
            )
        self._proved[assertion.name] = report.theorem
        return replace(report, rests_on=tuple(self._rests_on(report.theorem)))

    def _proved_statement(
        self, goal: Goal, earlier: Mapping[str, Theorem | None], report: StatementReport
    ) -> StatementReport:
        """Check a lemma or theorem, which may cite what is proved earlier."""
        check = StatementCheck(
            goal,
            earlier,
            self._checker.steps_in,
            self._effort,
            self._progress,
            self._checker.reach,
            {**earlier, **self._general},
        )
        report = check.run(report)
        if report.theorem and check.instance_of:
            self._behind[id(report.theorem)] = check.instance_of
        return report

    def _rests_on(self, theorem: Theorem | None) -> list[str]:
        """The names of what a theorem cites, and of what that cites, in the order of their proofs."""
        found: set[int] = set()
        waiting = self._rested_on(theorem) if theorem else []
        while waiting:
            cited = waiting.pop()
            if id(cited) not in found:
                found.add(id(cited))
                waiting += self._rested_on(cited)
        results = {**self._general, **self._proved}
        return [name for name, known in results.items() if id(known) in found]

    def _rested_on(self, theorem: Theorem) -> list[Theorem]:
        """What the proof of a theorem cites, and what the theorem is an instance of."""
        behind = self._behind.get(id(theorem))
        return [*theorem.citations, *([behind] if behind else [])]
