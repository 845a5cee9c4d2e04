"""What becomes of the terms of a loss behind several normalisers, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bnproof.blindness.deciding import Cell
from bnproof.blindness.reading import names
from bnproof.blindness.subjects import AVERAGED, TERMS
from bnproof.render.text import NARROW, wrapped

if TYPE_CHECKING:
    from bnproof.blindness.api import Answer, Blindness

_GAP, _ENTRY = 2, 12
_BLANK = "-"
_MEANINGS = {
    "always": "blocked: no part of it reaches the input (there is no eps)",
    "every eps": "blocked whatever eps is: no part of it reaches the input",
    "eps = 0": "blocked at eps = 0; for eps > 0 a part leaks through",
    "no": "not blocked, not even at eps = 0",
    "undecided": "not decided, see below",
}
_SMALLEST = (
    "likewise; a point at these sizes, the others being 1, shows it, and none was found at smaller "
    "ones, which may block it by accident"
)


def table_lines(found: Blindness) -> Iterator[str]:
    """A line for each normaliser, a column for each term, and what the entries mean."""
    first = _column(["normaliser", "", *(row.norm.short for row in found.rows)])
    columns = [
        _column([*heading, *(_entry(row.cells[k]) for row in found.rows)])
        for k, heading in enumerate(_headings(found))
    ]
    for number, block in enumerate(_packed(columns, NARROW - len(first[0]))):
        if number:
            yield ""
        lines = ["".join(parts).rstrip() for parts in zip(first, *block, strict=True)]
        yield from filter(None, lines[:2])
        yield "-" * max(map(len, lines))
        yield from lines[2:]
    yield ""
    yield from _legend(found)


def _column(texts: Sequence[str]) -> list[str]:
    """Texts of one width, with a gap behind them."""
    width = max(map(len, texts)) + _GAP
    return [text.ljust(width) for text in texts]


def _packed(columns: Sequence[list[str]], room: int) -> Iterator[list[list[str]]]:
    """The columns in blocks that are not wider than the room there is."""
    block: list[list[str]] = []
    for column in columns:
        if block and sum(len(one[0]) for one in (*block, column)) > room + _GAP:
            yield block
            block = []
        block.append(column)
    yield block


def _headings(found: Blindness) -> list[tuple[str, str]]:
    """The two lines above each column: its name, and its coefficient if it is a Taylor term."""
    known = {kind.key: kind.heading for kind in (*TERMS, *AVERAGED)}
    return [known.get(name) or (_loss_name(name, k), "") for k, name in enumerate(found.headings)]


def _loss_name(text: str, place: int) -> str:
    """The name of a loss; a term that was typed has a number."""
    return f"term {place + 1}" if _is_typed(text) else text


def _is_typed(text: str) -> bool:
    return text not in names()


def _entry(answer: Answer) -> str:
    """What the table says about a term."""
    if not isinstance(answer, Cell):
        return "error" if answer.in_error else _BLANK
    if answer.verdict == "no" and answer.counterexample:
        sizes = {k: v for k, v in answer.counterexample.point.sizes.items() if v > 1}
        text = f"no {','.join(f'{name}={size}' for name, size in sizes.items())}".rstrip()
        return text if len(text) <= _ENTRY else "no"
    return answer.verdict


def _legend(found: Blindness) -> Iterator[str]:
    """What the entries of the table mean, as far as they occur in it."""
    answers = [answer for row in found.rows for answer in row.cells]
    cells = [answer for answer in answers if isinstance(answer, Cell)]
    verdicts = {cell.verdict for cell in cells}
    for number, text in enumerate(found.headings, 1):
        if _is_typed(text):
            yield from wrapped(f"term {number}: {text}")
    for verdict, meaning in _MEANINGS.items():
        if verdict in verdicts:
            yield from wrapped(f"{verdict:<10} {meaning}", NARROW, 11)
    shown = next((text for text in map(_entry, cells) if text.startswith("no ")), None)
    if shown:
        yield from wrapped(f"{shown:<10} {_SMALLEST}", NARROW, 11)
    for row in found.rows:
        sizes = dict.fromkeys(text for cell in row.cells for text in _restricted(cell))
        if sizes:
            yield f"{row.norm.short}: for {', '.join(sizes)}"
    yield from _notes(found)
    yield "one row, with what leaks: bnproof blind --norm NAME; with proofs: --why"


def _restricted(answer: Answer) -> Iterator[str]:
    """The sizes that a theorem leaves out, since its normaliser divides by zero there."""
    report = answer.proof if isinstance(answer, Cell) else None
    if report and report.theorem and report.theorem.nonzero_sizes and report.scope:
        yield from (text for text in report.scope.sizes if not text.endswith(">= 1"))


def _notes(found: Blindness) -> Iterator[str]:
    """What functions stand for, why something is undecided or has no meaning, and where."""
    for number, heading in enumerate(found.headings):
        name = _loss_name(heading, number)
        column = [(row.norm.short, row.cells[number]) for row in found.rows]
        cells = [answer for _, answer in column if isinstance(answer, Cell)]
        functions = next((cell.functions for cell in cells if cell.functions), ())
        if functions:
            names = " and ".join(functions)
            yield (
                f"{name}: {names} stand for any smooth functions"
                if functions[1:]
                else (f"{name}: {names} stands for any smooth function")
            )
        reasons: dict[tuple[str, str], str] = {}
        for short, answer in column:
            if not isinstance(answer, Cell):
                mark = "in error behind" if answer.in_error else "does not fit"
                first = reasons.setdefault((mark, ""), answer.reason)
                reasons[mark, short] = first
            elif answer.verdict == "undecided":
                reasons["undecided behind", short] = str(answer.reason)
        for mark in dict.fromkeys(mark for mark, _ in reasons):
            shorts = [short for known, short in reasons if known == mark and short]
            reason = reasons[mark, shorts[0]]
            yield from wrapped(f"{name} {mark} {', '.join(shorts)}: {reason}")
