"""The command `blind`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from bnproof.blindness.api import ALL, Blindness, blind
from bnproof.blindness.reading import listed_losses
from bnproof.cli.terminal import Exit, Progress, fail
from bnproof.language import SourceError
from bnproof.language.files import UnreadableError
from bnproof.prover import Disagreement
from bnproof.render.answers import detail_lines
from bnproof.render.blindness import table_lines
from bnproof.terms import BnproofError


def run_blind(options: argparse.Namespace) -> Exit:
    """Print which terms of a loss some normalisers block."""
    if options.losses:
        for name, words in listed_losses():
            print(f"{name:<16} {words}")
        return Exit.PROVED
    if options.all and options.norm:
        return fail(Exit.USAGE, "--all stands for all normalisers, so --norm is one too many")
    norms = ALL if options.all else options.norm or ["batch"]
    try:
        with Progress() as progress:
            found = blind(norms, options.term, progress.show)
            text = _text(found, options, progress.show)
    except SourceError as error:
        print(error, file=sys.stderr)
        return Exit.USAGE
    except Disagreement as error:
        return fail(Exit.BROKEN, f"please report this: {error}\n{error.report}")
    except (UnreadableError, BnproofError) as error:
        return fail(Exit.USAGE, str(error))
    print(text)
    return Exit.PROVED if found.decided else Exit.NOT_PROVED


def _text(found: Blindness, options: argparse.Namespace, show: Callable[[str], None]) -> str:
    if options.json:
        return json.dumps(found.to_dict(options.why, show))
    if found.in_detail:
        return "\n".join(detail_lines(found, options.why, show))
    lines = list(table_lines(found))
    if options.why:
        lines += ["", *detail_lines(found, options.why, show)]
    return "\n".join(lines)
