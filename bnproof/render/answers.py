"""What becomes of the terms of a loss behind a normaliser, answer by answer, as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from bnproof.blindness.deciding import Cell
from bnproof.blindness.pages import GENERAL
from bnproof.blindness.subjects import listed
from bnproof.checks.points import nested
from bnproof.checks.search import Counterexample, Progress, silent, sizes_text
from bnproof.language import print_term
from bnproof.maps.standardizing import standardization_of
from bnproof.render.chains import chains_lines
from bnproof.render.report import sizes_list
from bnproof.render.text import NARROW, broken, indented, polynomial_text, scope_lines, wrapped
from bnproof.terms import Definition, Diff

if TYPE_CHECKING:
    from bnproof.blindness.api import Answer, Blindness, Row
    from bnproof.report import Report


def detail_lines(found: Blindness, why: bool = False, progress: Progress = silent) -> Iterator[str]:
    """Each answer with what it means."""
    for number, row in enumerate(found.rows):
        if number:
            yield ""
        yield from _row_lines(row, why, progress)


def _row_lines(row: Row, why: bool, progress: Progress) -> Iterator[str]:
    norm = row.norm
    yield from wrapped(f"{norm.title}: {_definition(row)}")
    if norm.reference:
        yield from indented(wrapped(norm.reference, NARROW - 2))
    found = standardization_of(norm)
    if found:
        yield f"  standardizes over {listed(found.place)}: an instance of {GENERAL}"
    for answer in row.cells:
        yield ""
        if isinstance(answer, Cell):
            progress(f"{norm.short}, {answer.subject.title}: writing down the answer")
        yield from answer_lines(answer, why)
    pages = row.pages
    if pages or not why:
        yield ""
    for page in pages:
        yield f"to read: bnproof show {page}"
    if not why:
        yield "the steps of each proof, and all of each counterexample: add --why"


def _definition(row: Row) -> str:
    """The definition of the output that the terms are in."""
    defined = row.norm.theory.find(row.norm.output)
    if not isinstance(defined, Definition):
        return row.norm.output
    indices = ",".join(index.name for index in defined.formals)
    return f"{defined.name}[{indices}] = {print_term(defined.body)}"


def answer_lines(answer: Answer, why: bool = False) -> Iterator[str]:
    """A term, what it is, and what becomes of it."""
    if not isinstance(answer, Cell):
        yield answer.text
        yield from indented(wrapped(f"not decided here: {answer.reason}", NARROW - 2))
        return
    subject = answer.subject
    yield from broken(f"{subject.title}: L = {print_term(subject.term)}", NARROW)
    if subject.words:
        yield from indented(wrapped(subject.words, NARROW - 2))
    yield from indented(_verdict_lines(answer))
    if answer.parts:
        yield "  part by part:"
    for part in answer.parts:
        text = f"{part.subject.title}: {print_term(part.subject.term)}"
        yield from _shifted(broken(text, NARROW - 4), 4)
        yield from _shifted(wrapped(f"{_short(part)}", NARROW - 6), 6)
        yield from _shifted(_where_lines(part, NARROW - 6), 6)
    if why:
        yield from indented(_why_lines(answer))


def _short(cell: Cell) -> str:
    """The verdict in a few words."""
    return {
        "always": "blocked",
        "every eps": f"blocked for every {_constants(cell)}",
        "eps = 0": f"blocked at {_zero(cell)}, and not otherwise",
        "no": f"not blocked{_whatever(cell)}",
    }.get(cell.verdict, f"undecided: {cell.reason}")


def _constants(cell: Cell) -> str:
    """The constants such as eps: `first.eps and top.eps`."""
    return " and ".join(cell.shape.constants)


def _vanishing(cell: Cell) -> tuple[str, ...]:
    """The constants that are 0 where a term is blocked: of a stack, mostly not all of them."""
    assumed = cell.proof.assumed if cell.proof else ()
    return tuple(c for c in cell.shape.constants if not assumed or f"{c} = 0" in assumed)


def _zero(cell: Cell) -> str:
    """Where they are: `first.eps = top.eps = 0`, or `top.eps = 0, for every first.eps`."""
    vanishing = _vanishing(cell)
    others = [c for c in cell.shape.constants if c not in vanishing]
    return " = ".join((*vanishing, "0")) + (f" for every {' and '.join(others)}" if others else "")


def _verdict_lines(cell: Cell) -> Iterator[str]:
    """What becomes of a term: the verdict, what passes, where, and an example."""
    constants = cell.shape.constants
    if cell.verdict == "undecided":
        yield from wrapped(f"UNDECIDED: {cell.reason}", NARROW - 2)
        if cell.proof:
            yield f"it is blocked if {', '.join(cell.proof.assumed)}"
        return
    if cell.blocked:
        whatever = f" for every {_constants(cell)}" if constants else ""
        yield f"BLOCKED{whatever}: no part of it reaches {_input(cell)}"
        yield from _scope_lines(cell.proof)
        return
    if cell.verdict == "no":
        assumed = cell.refutation.assumed if cell.refutation else ()
        at_zero = bool(constants) and all(f"{constant} = 0" in assumed for constant in constants)
        even = f", not even at {_zero(cell)}" if at_zero else ""
        yield f"NOT BLOCKED{_whatever(cell)}{even}; this passes:"
    else:
        scope = cell.proof.scope if cell.proof else None
        where = f", for every {', '.join(scope.sizes)}" if scope else ""
        yield from wrapped(f"BLOCKED AT {_zero(cell)}{where}", NARROW - 2)
        vanishing = _vanishing(cell)
        larger = (
            f"{vanishing[0]} > 0" if len(vanishing) == 1 else f"other {' and '.join(vanishing)}"
        )
        yield f"for {larger} this leaks, and nothing else:"
    yield from indented(_leak_lines(cell))
    if not cell.parts:
        yield from _where_lines(cell, NARROW - 2)


def _whatever(cell: Cell) -> str:
    """Which functions a term is not blocked for, where it has some."""
    names = " and ".join(cell.functions)
    if not names:
        return ""
    return (
        f", whatever {names} may be" if cell.for_each_function else f" for some functions {names}"
    )


def _input(cell: Cell) -> str:
    [array] = cell.norm.theory.inputs()
    return array.name


def _scope_lines(report: Report | None) -> Iterator[str]:
    """The sizes that a theorem speaks of."""
    if report and report.scope:
        yield from wrapped(scope_lines(report.scope, "for every")[0], NARROW - 2)
        if report.note:
            yield from wrapped(f"note: {report.note}", NARROW - 2)


def _leak_lines(cell: Cell) -> Iterator[str]:
    """The gradient in closed form."""
    if cell.leak is None:
        yield "(no closed form was found within the budget)"
        return
    variable = cell.leak.term.variable if isinstance(cell.leak.term, Diff) else None
    head = f"diff[{print_term(variable)}] L" if variable else "gradient"
    yield from broken(f"{head} = {print_term(cell.leak.closed_form)}", NARROW - 4)


def _where_lines(cell: Cell, width: int) -> Iterator[str]:
    """A point at which a term is not blocked, and at which small sizes it is or is not."""
    if cell.counterexample:
        yield from wrapped(_example(cell.counterexample), width)
    survey = cell.survey
    if survey is None:
        return
    separation = survey.separation
    if separation.witnesses:
        smallest = "; ".join(map(_above_one, survey.smallest))
        reach = sizes_list(separation.sizes)
        yield from wrapped(f"smallest sizes: {smallest} (exact points at {reach})", width)
    behind = f", for every {_constants(cell)}" if cell.shape.constants else ""
    there = ", ".join(cell.refutation.assumed) if cell.refutation else ""
    for sizes, condition in (
        (survey.equal, behind),
        (survey.only_there, f", if {there}" if there else ""),
    ):
        if sizes:
            text = f"blocked by accident at {sizes_list(sizes)}{condition} (proved)"
            yield from wrapped(text, width)
    if separation.open:
        yield from wrapped(f"open at {sizes_list(separation.open)}", width)


def _example(found: Counterexample) -> str:
    """A point at which a term is not blocked, in a line or two."""
    parts = [sizes_text(found.point.sizes)]
    for array in found.setting.arrays:
        entries = str(nested(found.setting.theory, found.point, array, str)).replace("'", "")
        parts.append(f"{array.name} = {entries}")
    for name, coefficients in found.point.functions.items():
        parts.append(f"{name}(u) = {polynomial_text(coefficients)}")
    gradient = found.setting.equation.left
    at = gradient.variable.indices if isinstance(gradient, Diff) else ()
    parts += [f"{i.name} = {value + 1}" for i, value in found.indices.items() if i not in at]
    place = ",".join(str(found.indices[index] + 1) for index in at)
    name = gradient.variable.name if isinstance(gradient, Diff) else ""
    return f"for example {', '.join(parts)}: diff[{name}[{place}]] L = {found.left}"


def _above_one(sizes: Mapping[str, int]) -> str:
    """Sizes without those that are 1, as these are always the least."""
    return sizes_text({name: size for name, size in sizes.items() if size > 1}) or "all sizes 1"


def _why_lines(cell: Cell) -> Iterator[str]:
    """The proof with its steps, else the counterexample in full; then the steps of what passes."""
    report = cell.proof or cell.refutation
    if report:
        yield from ["", *str(report).split("\n")]
    if cell.proof:
        yield from indented(chains_lines(cell.proof.chains()))
    if cell.leak is not None:
        yield from ["", "what passes:", *indented(str(cell.leak).split("\n"))]
    for part in filter(lambda part: part.proof, cell.parts):
        yield from ["", f"{part.subject.title}:", *indented(_proof_lines(part.proof))]


def _proof_lines(report: Report | None) -> Iterator[str]:
    """A proof with its steps."""
    if report:
        yield report.headline()
        yield from indented(chains_lines(report.chains()))


def _shifted(lines: Iterable[str], columns: int) -> Iterator[str]:
    """The lines, each moved to the right."""
    return (" " * columns + line for line in lines)
