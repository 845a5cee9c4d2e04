"""The command `spotcheck`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

from bnproof.checks.confirm import Confirmation
from bnproof.checks.points import Setting, setting_of
from bnproof.cli.derivations import find
from bnproof.cli.terminal import Exit, Progress, fail
from bnproof.derivation.reports import (
    NOT_REFUTED,
    PROVED,
    REFUTED,
    REFUTED_AS_CLAIMED,
    StatementReport,
)
from bnproof.language import print_claim
from bnproof.language.files import UnreadableError
from bnproof.prover.confirmation import confirmed, confirmed_parts
from bnproof.render.text import confirmation_line, indented
from bnproof.terms import TermError, obligations

MAX_EXAMPLES = 10_000


def run_spotcheck(options: argparse.Namespace) -> Exit:
    """Print what SymPy and floating point say of some claims."""
    if not 1 <= options.examples <= MAX_EXAMPLES:
        return fail(Exit.USAGE, f"--examples takes a number from 1 to {MAX_EXAMPLES}")
    try:
        found = find(options.name)
    except UnreadableError as error:
        return fail(Exit.USAGE, str(error))
    outcome = Exit.PROVED if found.statements else Exit.NOT_PROVED
    objects: list[dict[str, Any]] = []
    with Progress() as progress:
        for statement in found.statements:
            confirmations = _spotchecked(statement, options, progress)
            outcome = max(outcome, _outcome(statement, confirmations))
            progress.clear()
            if options.json:
                shown = [confirmation.to_dict() for confirmation in confirmations]
                objects.append({"name": statement.name, "checks": shown})
            else:
                print("\n".join(_lines(statement, confirmations)))
    if options.json:
        print(json.dumps({"statements": objects}))
    return outcome


def _spotchecked(
    statement: StatementReport, options: argparse.Namespace, progress: Progress
) -> list[Confirmation]:
    """What the numeric means say of a claim, whether it is proved or not."""
    if statement.report and statement.report.verdict != "undecided":
        report = confirmed(statement.report, progress.show, options.examples, options.seed)
        return list(report.confirmations)
    settings = dict(_settings(statement))
    return list(confirmed_parts(settings, progress.show, options.examples, options.seed))


def _settings(statement: StatementReport) -> Iterator[tuple[str, Setting]]:
    """The parts of a claim that the kernel says nothing of, each on its domain."""
    if statement.goal is None:
        return
    goal = statement.goal.statement
    try:
        parts = obligations(goal.claim, goal.theory, statement.goal.witness)
    except TermError:
        return
    for name, part in parts.items():
        yield name, setting_of(part, goal.theory, goal.hypotheses)


def _outcome(statement: StatementReport, confirmations: list[Confirmation]) -> Exit:
    """3 for a contradiction to a proof or a counterexample, 1 for what fails or was not checked."""
    if any(confirmation.disagreement for confirmation in confirmations):
        decided = statement.report.verdict if statement.report else None
        is_decided = statement.as_claimed or decided == PROVED
        return Exit.BROKEN if is_decided else Exit.NOT_PROVED
    if statement.as_claimed:
        return Exit.PROVED
    fails = statement.status in (REFUTED, NOT_REFUTED)
    return Exit.NOT_PROVED if fails or not confirmations else Exit.PROVED


def _lines(statement: StatementReport, confirmations: list[Confirmation]) -> Iterator[str]:
    claim = print_claim(statement.goal.statement.claim) if statement.goal else statement.status
    refuted = statement.status == REFUTED_AS_CLAIMED
    yield f"{statement.name}: {claim}{' (refuted as claimed)' if refuted else ''}"
    if not confirmations:
        yield "  nothing that can be evaluated"
    yield from indented(map(confirmation_line, confirmations))
    for confirmation in confirmations:
        if confirmation.disagreement:
            yield from indented(confirmation.disagreement.split("\n"))
