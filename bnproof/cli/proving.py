"""The command `prove`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bnproof.checks.search import silent
from bnproof.cli.terminal import Exit, Progress, exists_already, fail, unusable, write_new
from bnproof.derivation.checking import Checker
from bnproof.derivation.saving import saved_text
from bnproof.kernel import Theorem
from bnproof.language import Source, SourceError
from bnproof.language.files import BARE, MARKDOWN, read_text
from bnproof.language.markdown import literate
from bnproof.maps.normalisers import Normaliser, find
from bnproof.maps.vocabulary import Vocabulary
from bnproof.prover import Disagreement, prove_source, vocabulary
from bnproof.render.chains import chains_lines
from bnproof.render.text import indented
from bnproof.terms import BnproofError


def run_prove(options: argparse.Namespace) -> Exit:
    """Decide the claims that were typed, then those of files."""
    try:
        typed = _typed_claims(options)
        listed = list(_listed_claims(options))
        norm = find(options.norm)
    except BnproofError as error:
        return unusable(error)
    try:
        words = vocabulary(norm, options.declare)
    except SourceError as error:
        print(error, file=sys.stderr)
        return Exit.USAGE
    if not typed and not listed:
        where = f" in {', '.join(options.file)}" if options.file else ""
        return fail(Exit.USAGE, f"no claim to prove{where}; see bnproof prove --help")
    if options.save is not None:
        problem = _unsavable(options.save, typed + listed)
        if problem:
            return fail(Exit.USAGE, problem)
    with Progress() as progress:
        prove = partial(_prove_one, norm=norm, words=words, options=options, progress=progress)
        outcomes = [prove(source, if_unreadable=Exit.USAGE) for source in typed]
        outcomes += [prove(source, if_unreadable=Exit.NOT_PROVED) for source in listed]
    return max(outcomes)


def _prove_one(
    source: Source,
    norm: Normaliser,
    words: Vocabulary,
    options: argparse.Namespace,
    progress: Progress,
    if_unreadable: Exit,
) -> Exit:
    """Decide one claim and print what was found; `if_unreadable` is the code of a claim in error."""
    try:
        report = prove_source(source, words, options.assume, options.confirm, progress.show)
        outcome = Exit.PROVED if report.proved else Exit.NOT_PROVED
    except SourceError as error:
        progress.clear()
        _print_error(error, source, options)
        if os.path.isfile(source.text):
            fail(if_unreadable, f"to prove the claims in a file, use --file {source.text}")
        return if_unreadable
    except Disagreement as error:
        report, outcome = error.report, Exit.BROKEN
        fail(outcome, f"please report this with what is printed: {error}")
    progress.clear()
    if options.json:
        print(json.dumps(report.to_dict()))
    elif options.brief:
        print(report.headline())
    else:
        print(f"{report}\n")
        if options.steps and report.proved:
            print("\n".join(indented(chains_lines(report.chains()))), end="\n\n")
    if options.save is not None:
        if not report.proved:
            return fail(outcome, f"nothing was written to {options.save}, since nothing is proved")
        outcome = _save(source, norm, words, report.theorem, options)
    return outcome


def _unsavable(name: str, claims: list[Source]) -> str | None:
    """Why a derivation cannot be saved, if it cannot."""
    if len(claims) != 1:
        return "--save takes one claim"
    if Path(name).suffix not in (MARKDOWN, BARE):
        return f"--save takes a file that ends in {MARKDOWN} or {BARE}"
    if os.path.exists(name):
        return exists_already(name)
    return None


def _save(
    source: Source,
    norm: Normaliser,
    words: Vocabulary,
    theorem: Theorem | None,
    options: argparse.Namespace,
) -> Exit:
    """Write a derivation of a proved claim, once it has been checked."""
    statement = words.claim(source, options.assume)
    text = saved_text(statement, theorem, norm, Path(options.save).suffix == MARKDOWN)
    origin = Source(options.save, text) if options.save.endswith(BARE) else literate("", text)
    checked = Checker(silent).check_source(origin)
    if not checked.proved:
        raise BnproofError(f"the derivation that was found is not accepted: {checked.problems}")
    return write_new(options.save, text)


def _print_error(error: SourceError, source: Source, options: argparse.Namespace) -> None:
    if not options.json:
        print(error, file=sys.stderr)
        return
    details = {
        "code": error.code,
        "message": error.message,
        "source": error.source.name,
        "line": error.line,
        "column": error.column,
    }
    print(json.dumps({"claim": source.text, "verdict": "error", "error": details}))


def _typed_claims(options: argparse.Namespace) -> list[Source]:
    """The claims on the command line."""
    claims = [text.strip() for text in options.claims if text != "-"]
    if len(claims) == 1:
        return [Source("claim", claims[0])]
    return [Source(f"claim {k}", text) for k, text in enumerate(claims, 1)]


def _listed_claims(options: argparse.Namespace) -> Iterator[Source]:
    """The claims in a file or on standard input, one per line; `#` begins a comment."""
    for name in [*(options.file or ()), *(text for text in options.claims if text == "-")]:
        shown = "<stdin>" if name == "-" else name
        for number, line in enumerate(read_text(name, shown).split("\n"), 1):
            claim = line.split("#", 1)[0].rstrip()
            if claim:
                yield Source(shown, claim, number)
