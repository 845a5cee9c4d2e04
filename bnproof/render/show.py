"""A derivation as aligned text, for somebody who does not know the program."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from bnproof.checks.points import reached_arrays
from bnproof.derivation.discovery import FoundChain, FoundStep, find_chains
from bnproof.derivation.elaboration import Goal
from bnproof.derivation.reports import REFUTED, REFUTED_AS_CLAIMED, FileReport, StatementReport
from bnproof.derivation.unfolding import unfolded
from bnproof.kernel import Theorem
from bnproof.language import print_claim, print_term
from bnproof.language.items import AUTO, REFUTED_KIND, Inexpressible, Instance
from bnproof.maps.definitions import Normaliser
from bnproof.render.chains import Style, chain_lines
from bnproof.render.check import necessity_text, unwritten_text
from bnproof.render.instances import instance_lines
from bnproof.render.notation import pretty
from bnproof.render.report import refutation_lines, scope_lead, separation_lines, shown_by_lines
from bnproof.render.text import broken, indented, scope_lines
from bnproof.terms import (
    MATRICES,
    Declaration,
    Definition,
    Entry,
    Function,
    Input,
    Parameter,
    Root,
    Theory,
    all_indices,
    free_in_claim,
    fresh_indices,
    index_letters,
    sides,
    with_sides,
)

WIDTH = 88


def show_normaliser(normaliser: Normaliser) -> str:
    """The definitions of a normaliser, as they would stand in a derivation."""
    heads = [
        f"# {normaliser.title}",
        f"# {normaliser.reference}",
        f"# use {normaliser.name}(x) in a derivation, --norm {normaliser.short} on the command line",
    ]
    if normaliser.page:
        heads.append(f"# derivation: {normaliser.page}")
    return "\n".join([*heads, "", normaliser.text.rstrip()])


def show_file(file: FileReport, unicode: bool) -> str:
    """A whole derivation: notation, statements and chains."""
    style = _style(unicode)
    lines = [file.title or file.name]
    lines += [file.paper] if file.paper else []
    goals = [s.goal for s in file.statements if s.goal]
    if goals:
        lines += ["", *_notation(goals, style)]
    for entry in file.entries:
        lines.append("")
        if isinstance(entry, Inexpressible):
            lines.append(f"{entry.label}: not expressible")
            lines += indented(textwrap.wrap(entry.reason, WIDTH - 2))
        else:
            lines += _statement(entry, style)
    return "\n".join(lines)


def show_statement(statement: StatementReport, unicode: bool) -> str:
    """One lemma or theorem with its notation."""
    style = _style(unicode)
    notation = _notation([statement.goal], style) if statement.goal else []
    return "\n".join([*_statement(statement, style), "", *notation])


def show_unfolded(statement: StatementReport, unicode: bool) -> str:
    """The claim with all definitions unfolded, and the roots that are left."""
    style = _style(unicode)
    goal = statement.goal
    if goal is None:
        return statement.headline()
    claim, theory = goal.statement.claim, goal.statement.theory
    lines = [_headline(statement, style)]
    roots: dict[str, Root] = {}
    free = [index.name for index in free_in_claim(claim)]
    places = (*claim.rows, *claim.columns) if isinstance(claim, MATRICES) else ()
    bound = [index.name for index in places]
    whole = with_sides(claim, [unfolded(s, theory, [*free, *bound]) for s in sides(claim)])
    lines += indented(broken(style(print_claim(whole))))
    for name in sorted(reached_arrays(sides(whole), theory)):
        declared = theory.find(name)
        if isinstance(declared, Root):
            roots[name] = declared
    for root in roots.values():
        radicand = unfolded(root.radicand, theory, (i.name for i in root.formals))
        head = print_term(Entry(root.name, root.formals))
        lines.append(style(f"  where {head} > 0 and {head}^2 = {print_term(radicand)}"))
    return "\n".join(lines)


def _style(unicode: bool) -> Style:
    return pretty if unicode else str


def _headline(statement: StatementReport, style: Style) -> str:
    """What it is called, and for what it is proved."""
    label = f" ({statement.label})" if statement.label else ""
    kind = "statement" if statement.kind == REFUTED_KIND else statement.kind
    status = REFUTED if statement.status == REFUTED_AS_CLAIMED else statement.status
    head = f"{kind} {statement.name}{label}: {status}"
    report = statement.report
    if report and report.scope:
        lead = scope_lead(report)
        comma = "" if lead.startswith("for") else ","
        head += f"{comma} {style(scope_lines(report.scope, lead)[0])}"
    return head


def _statement(statement: StatementReport, style: Style) -> Iterator[str]:
    yield _headline(statement, style)
    if statement.text:
        yield from indented(textwrap.wrap(statement.text, WIDTH - 2))
    goal = statement.goal
    if goal is None:
        return
    yield ""
    yield from (f"    {line}" for line in broken(style(print_claim(goal.statement.claim))))
    report = statement.report
    for line in shown_by_lines(report) if report else ():
        yield f"    {style(line)}"
    if isinstance(goal.assertion.proof, Instance):
        yield ""
        lines = instance_lines(goal.assertion.proof, style)
        yield from indented(["proof", *indented(lines)])
    for chain in _chains(goal, statement.theorem):
        yield ""
        yield f"  proof of {chain.part}" if _has_parts(goal) else "  proof"
        yield from indented(indented(chain_lines(chain, style)))
    if statement.status == REFUTED_AS_CLAIMED and report:
        yield ""
        yield from indented(map(style, refutation_lines(report)))
    elif report and report.separation:
        yield ""
        yield from indented(map(style, separation_lines(report.separation)))
    for found in statement.necessities:
        if found.needed:
            yield ""
            yield f"  {style(necessity_text(found))}"
    if statement.unwritten:
        yield ""
        yield f"  {style(unwritten_text(statement))}"


def _has_parts(goal: Goal) -> bool:
    return isinstance(goal.statement.claim, MATRICES)


def _chains(goal: Goal, theorem: Theorem | None) -> list[FoundChain]:
    """The chains of a proof, which are found where the author left them to us."""
    found: dict[str, FoundChain] = {}
    left_out = goal.assertion.proof == AUTO or any(not part.steps for part in goal.parts)
    if left_out and theorem is not None:
        found = {chain.part: chain for chain in find_chains(goal.statement, theorem)}
    for part in goal.parts:
        if part.steps:
            steps = [FoundStep(s.relation, s.term, list(s.hints)) for s in part.steps]
            found[part.name] = FoundChain(part.name, part.terms[0], steps)
    return list(found.values())


def _notation(goals: Iterable[Goal], style: Style) -> list[str]:
    """What the letters of some claims stand for."""
    reached: dict[str, None] = {}
    letters: dict[str, dict[str, None]] = {}
    theory = Theory(())
    for goal in goals:
        theory = goal.statement.theory
        terms = [*sides(goal.statement.claim), *goal.terms]
        reached |= dict.fromkeys(reached_arrays(terms, theory))
        for index in sorted(set().union(*map(all_indices, terms))):
            letters.setdefault(index.sort, {})[index.name] = None
    usual = {sort: index_letters(sort) for sort in letters}
    named = {s: tuple(letters[s]) if usual[s] == (s,) else usual[s] for s in letters}
    others = {sort: (*found[1:], *found[:1]) for sort, found in named.items()}
    sizes = [f"{sort.name}s 1..{sort.size}" for sort in theory.sorts]
    inputs = [array for array in theory.inputs() if array.name in reached] or theory.inputs()
    slope = f"diff[{_head(inputs[0].name, inputs[0].sorts, others)}] T" if inputs else "diff[a] T"
    lines = [
        f"notation: {', '.join(sizes)}; free indices stand for all of them, equal ones included;",
        style(
            f"  {slope} the partial derivative of T; delta[i,j] 1 where i and j are equal, else 0;"
        ),
        style("  sum, mean and diff take the product behind them;"),
        style(f"  blocked T says that every {slope} is 0"),
    ]
    used = (declared for declared in theory.declarations if declared.name in reached)
    lines += indented(style(declaration_text(declared, named)) for declared in used)
    return lines


def declaration_text(
    declaration: Declaration, letters: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> str:
    """A declaration in one line; `letters` are those of the indices of a sort, if not the usual ones."""
    match declaration:
        case Function(name):
            return f"{name}(u) any smooth function of one variable"
        case Definition(name, formals, body):
            return f"{print_term(Entry(name, formals))} = {print_term(body)}"
        case Root(name, formals, radicand):
            head = print_term(Entry(name, formals))
            return f"{head} > 0 with {head}^2 = {print_term(radicand)}"
        case Input(name, sorts):
            return f"{_head(name, sorts, letters)} the input, any real numbers"
        case Parameter(name, sorts, symmetric, nonnegative):
            head = _head(name, sorts, letters)
            if symmetric:
                return f"{head} a symmetric parameter, any real numbers"
            return f"{head} {'>= 0 a constant' if nonnegative else 'a parameter, any real numbers'}"


def _head(name: str, sorts: Iterable[str], letters: Mapping[str, Sequence[str]]) -> str:
    """An array with the letters of its indices."""
    indices = fresh_indices(sorts, (), lambda sort: letters.get(sort, index_letters(sort)))
    return print_term(Entry(name, indices))
