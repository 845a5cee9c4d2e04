"""Which terms of a loss a normaliser blocks: the question, and the report that answers it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from bnproof.blindness.deciding import Cell, decide_subject
from bnproof.blindness.losses import DoesNotFitError
from bnproof.blindness.objects import answer_dict
from bnproof.blindness.pages import pages_of
from bnproof.blindness.reading import OTHER_SHAPE, known_name, subject
from bnproof.blindness.subjects import TERMS, taylor_subjects
from bnproof.checks.search import Progress, silent
from bnproof.language import SourceError
from bnproof.maps.definitions import Definitions
from bnproof.maps.normalisers import NORMALISERS, Normaliser, find
from bnproof.render.answers import detail_lines
from bnproof.render.blindness import table_lines
from bnproof.terms import BnproofError, Hypothesis, Theory

ALL = "all"


class Modelled(Protocol):
    """Anything with definitions and an output, such as the maps of `bnproof.maps`."""

    theory: Theory
    output: str

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """What holds of its parameters."""

    @property
    def letters(self) -> Mapping[str, str]:
        """The letters that indices of its own sorts go by, and these sorts."""


Asked: TypeAlias = str | Normaliser | Modelled


@dataclass(frozen=True)
class Misfit:
    """A term that has no meaning behind some normaliser, and the error that says why."""

    text: str
    error: BnproofError

    @property
    def reason(self) -> str:
        """Why it has no meaning there."""
        return self.error.message if isinstance(self.error, SourceError) else str(self.error)

    @property
    def in_error(self) -> bool:
        """Whether the term itself is at fault, and not the shape of the output."""
        return isinstance(self.error, SourceError) and self.error.code not in OTHER_SHAPE


Answer: TypeAlias = Cell | Misfit


@dataclass(frozen=True)
class Row:
    """What becomes of some terms behind one normaliser."""

    norm: Normaliser
    cells: tuple[Answer, ...]

    @property
    def pages(self) -> tuple[str, ...]:
        """The derivations about its terms, by their names."""
        keys = (cell.subject.key for cell in self.cells if isinstance(cell, Cell))
        return pages_of(self.norm, keys)

    @property
    def decided(self) -> bool:
        """Whether everything that has a meaning is decided."""
        return all(
            cell.decided if isinstance(cell, Cell) else not cell.in_error for cell in self.cells
        )


@dataclass(frozen=True, repr=False)
class Blindness:
    """Which terms of a loss some normalisers block.

    Attributes:
        headings: the names of the terms that were asked about, or their texts.
        rows: a row of answers for each normaliser.
        in_detail: whether its text explains each answer, not just the table of them.
        seconds: the time that it took.
    """

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    in_detail: bool
    seconds: float = 0.0

    @property
    def decided(self) -> bool:
        """Whether everything that was asked, and has a meaning, is decided."""
        return all(row.decided for row in self.rows)

    def cell(self, term: str, norm: str | None = None) -> Cell:
        """The answer about a term by its name or text, behind the first or the named normaliser.

        Raises `KeyError` if there is none.
        """
        for row in self.rows:
            if norm in (None, row.norm.short, row.norm.name):
                for cell in row.cells:
                    if isinstance(cell, Cell) and cell.subject.key == term:
                        return cell
        raise KeyError(term if norm is None else f"{term}, {norm}")

    def __repr__(self) -> str:
        return f"<Blindness of {', '.join(row.norm.short for row in self.rows)}>"

    def __str__(self) -> str:
        lines = detail_lines(self) if self.in_detail else table_lines(self)
        return "\n".join(lines)

    def to_dict(self, why: bool = False, progress: Progress = silent) -> dict[str, Any]:
        """The object that `bnproof blind --json` prints.

        Closed forms and sizes take time, and are left out of a table unless `why`, as are the steps of
        proofs from all objects.
        """
        details = why or self.in_detail
        return {
            "normalisers": [
                {
                    "name": row.norm.name,
                    "short": row.norm.short,
                    "title": row.norm.title,
                    "reference": row.norm.reference,
                    "pages": list(row.pages),
                    "terms": [answer_dict(cell, details, why, progress) for cell in row.cells],
                }
                for row in self.rows
            ],
            "decided": self.decided,
            "seconds": self.seconds,
        }


def blind(
    norm: Asked | Iterable[Asked] = "batch",
    terms: str | Iterable[str] = (),
    progress: Progress = silent,
) -> Blindness:
    """Decide which terms of a loss a normaliser blocks, for all sizes and every input.

    Args:
        norm: a normaliser by its name or its file, a map of `bnproof.maps`, several of these, or `all`
            for all that ship.
        terms: the terms: `first-order`, `diagonal`, ..., the name of a loss such as `gaussian`, or terms
            of the claim language in the output y. By default all Taylor terms up to the third order.
        progress: called with a line of text before each piece of work.

    Returns:
        A report with a `Cell` for each term: its `verdict` is `always` (for a normaliser without eps),
        `every eps`, `eps = 0`, `no` or `undecided`.

    Raises:
        SourceError: a term cannot be read, behind any of the normalisers.
        BnproofError: a name is not known, or a loss fits none of the normalisers.
        Disagreement: two means of checking contradict each other.
    """
    start = time.perf_counter()
    norms = list(_norms(norm))
    asked = [terms] if isinstance(terms, str) else list(dict.fromkeys(terms))
    for text in asked:
        known_name(text)
    in_detail = len(norms) == 1 and norm != ALL
    rows = tuple(
        Row(
            one, tuple(_asked(one, asked, progress) if asked else _taylor(one, in_detail, progress))
        )
        for one in norms
    )
    _require_meaning(rows)
    headings = tuple(asked) or tuple(kind.key for kind in TERMS)
    return Blindness(headings, rows, in_detail, time.perf_counter() - start)


def _norms(norm: Asked | Iterable[Asked]) -> Iterator[Normaliser]:
    """The normalisers that were asked about."""
    if norm == ALL:
        yield from (known for known in NORMALISERS if known.in_table)
    elif isinstance(norm, str):
        yield find(norm)
    elif isinstance(norm, Normaliser):
        yield norm
    elif isinstance(norm, Iterable):
        for one in norm:
            yield from _norms(one)
    else:
        name = type(norm).__name__
        known = Definitions(norm.theory, norm.hypotheses, norm.letters)
        yield Normaliser(name, name, repr(norm), "", "", None, False, norm.output, known)


def _taylor(norm: Normaliser, in_detail: bool, progress: Progress) -> Iterator[Answer]:
    """What becomes of the Taylor terms of any loss."""
    for term in taylor_subjects(norm, in_detail):
        yield decide_subject(norm, term, progress)


def _asked(norm: Normaliser, texts: Iterable[str], progress: Progress) -> Iterator[Answer]:
    """What becomes of the terms that were asked about."""
    for text in texts:
        try:
            asked = subject(norm, text)
            with asked.statement.located():
                yield decide_subject(norm, asked, progress)
        except (DoesNotFitError, SourceError) as error:
            yield Misfit(text, error)


def _require_meaning(rows: Sequence[Row]) -> None:
    """Raise the error of a term that has no meaning behind any normaliser."""
    for answers in zip(*(row.cells for row in rows), strict=True):
        misfits = [answer for answer in answers if isinstance(answer, Misfit)]
        if len(misfits) == len(answers):
            raise next((m for m in misfits if m.in_error), misfits[0]).error
