"""The command line. What a command needs is imported when it runs, so that `--help` is quick."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Self

from bnproof import __version__

if TYPE_CHECKING:
    from bnproof.language import Source, SourceError

_MAX_FILE = 4_000_000
_PATIENCE = 2.0

_EPILOG = """\
claims:
  A = B               for all sizes, inputs, parameters and free indices,
                      coincidences included
  blocked L           no part of the loss L reaches x: diff[x[j,e]] L = 0
  CLAIM assume H, H   under hypotheses: eps = 0, eps > 0, j != k, n >= 3,
                      gamma[d] != 0, t[d] > 0, beta[d] = 0

vocabulary (samples i j k l m p q = 1..n, features c d e f = 1..D):
  x[i,d]              the input; mu[d], var[d] its mean and variance
  s[d]                the root of var[d] + eps; kappa[d] = eps/s[d]^2
  y[i,d]              the standardized input (x[i,d] - mu[d])/s[d]
  z[i,d]              behind the affine phase: gamma[d]*y[i,d] + beta[d]
  rho[d,e]            the correlation mean[i] y[i,d]*y[i,e]
  g[d], G[i,d], ...   any other single letter is a parameter of reals;
                      H[d,e] is symmetric
  + - * / ^   sum[i,d] T   sum[d,e : d != e] T   mean[i] T   diff[x[j,e]] T
  delta[i,j]          (with --norm layer: mu[i], var[i], s[i], kappa[i])

exit codes:
  0 everything proved; 1 something refuted or undecided, or a line of a file in
  error; 2 bad usage; 3 bnproof itself is wrong

examples:
  bnproof prove "diff[x[j,e]] sum[i,d] g[d]*y[i,d] = 0"
  bnproof prove "blocked sum[i,d] h[d]*(y[i,d]-t[d])^2" --assume "eps = 0"
  bnproof prove --norm layer --file claims.txt --json
"""


class Exit(IntEnum):
    """What an exit code means."""

    PROVED = 0
    NOT_PROVED = 1
    USAGE = 2
    BROKEN = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser().parse_args([f" {a}" if _begins_with_minus(a) else a for a in arguments])
    try:
        outcome: Exit = options.run(options)
        sys.stdout.flush()
        return outcome
    except BrokenPipeError:  # the reader of a pipe went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.NOT_PROVED
    except KeyboardInterrupt:
        return _fail(Exit.NOT_PROVED, "interrupted; nothing was decided")
    except Exception as error:  # no traceback reaches a user
        return _fail(Exit.BROKEN, f"bnproof itself is wrong; please report this: {_origin(error)}")


def _begins_with_minus(argument: str) -> bool:
    """Whether an argument is a claim such as `-x[i,d] = 0` and no option; argparse cannot tell."""
    return argument.startswith("-") and not argument.startswith("--") and "=" in argument


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bnproof",
        description="Prove or refute claims about normalisation layers, for all sizes at once.",
    )
    parser.add_argument("--version", action="version", version=f"bnproof {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    prove = commands.add_parser(
        "prove",
        help="prove or refute claims",
        description="Prove or refute claims for every batch size n and number of features D.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    prove.add_argument("claims", nargs="*", metavar="CLAIM", help="a claim; - reads standard input")
    prove.add_argument(
        "--file",
        action="append",
        metavar="FILE",
        help="read claims from FILE, one per line; - is standard input",
    )
    prove.add_argument(
        "--norm",
        default="batch",
        choices=("batch", "layer"),
        help="the normaliser (default: batch)",
    )
    prove.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="HYPOTHESIS",
        help="a hypothesis for all claims, or several with commas; may be repeated",
    )
    prove.add_argument("--json", action="store_true", help="print one JSON object per claim")
    prove.add_argument("--brief", action="store_true", help="print one line per claim")
    prove.set_defaults(run=_prove)
    return parser


def _prove(options: argparse.Namespace) -> Exit:
    try:
        typed = _typed_claims(options)
        listed = list(_listed_claims(options))
    except _Unreadable as error:
        return _fail(Exit.USAGE, str(error))
    if not typed and not listed:
        where = f" in {', '.join(options.file)}" if options.file else ""
        return _fail(Exit.USAGE, f"no claim to prove{where}; see bnproof prove --help")
    with _Progress() as progress:
        outcomes = [_prove_one(source, options, progress, Exit.USAGE) for source in typed]
        outcomes += [_prove_one(source, options, progress, Exit.NOT_PROVED) for source in listed]
    return max(outcomes)


def _prove_one(
    source: Source, options: argparse.Namespace, progress: _Progress, if_unreadable: Exit
) -> Exit:
    """Decide one claim and print what was found; `if_unreadable` is the code of a claim in error."""
    from bnproof.language import SourceError
    from bnproof.prover import Disagreement, prove_source

    try:
        report = prove_source(source, options.norm, options.assume, progress.show)
        outcome = Exit.PROVED if report.proved else Exit.NOT_PROVED
    except SourceError as error:
        progress.clear()
        _print_error(error, source, options)
        if os.path.isfile(source.text):
            _fail(if_unreadable, f"to prove the claims in a file, use --file {source.text}")
        return if_unreadable
    except Disagreement as error:
        report, outcome = error.report, Exit.BROKEN
        _fail(outcome, f"please report this with what is printed: {error}")
    progress.clear()
    if options.json:
        print(json.dumps(report.to_dict()))
    elif options.brief:
        print(report.headline())
    else:
        print(f"{report}\n")
    return outcome


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


class _Unreadable(Exception):
    """A file or standard input that cannot be read as claims."""


def _typed_claims(options: argparse.Namespace) -> list[Source]:
    """The claims on the command line."""
    from bnproof.language import Source

    claims = [text.strip() for text in options.claims if text != "-"]
    if len(claims) == 1:
        return [Source("claim", claims[0])]
    return [Source(f"claim {k}", text) for k, text in enumerate(claims, 1)]


def _listed_claims(options: argparse.Namespace) -> Iterator[Source]:
    """The claims in a file or on standard input, one per line; `#` begins a comment."""
    from bnproof.language import Source

    for name in [*(options.file or ()), *(text for text in options.claims if text == "-")]:
        shown = "<stdin>" if name == "-" else name
        for number, line in enumerate(_read(name, shown).split("\n"), 1):
            claim = line.split("#", 1)[0].rstrip()
            if claim:
                yield Source(shown, claim, number)


def _read(name: str, shown: str) -> str:
    """The text of a file, or of standard input for `-`."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(_MAX_FILE + 1)
        else:
            with open(name, "rb") as file:
                data = file.read(_MAX_FILE + 1)
        if len(data) > _MAX_FILE:
            raise _Unreadable(
                f"{shown} has more than {_MAX_FILE} bytes, which is too much to check"
            )
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable(f"{shown} is not UTF-8 text: byte {error.start + 1} is wrong") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _Unreadable(f"cannot read {shown}: {reason}") from error


class _Progress:
    """A line on a terminal about work that takes long; nothing where the output is piped."""

    def __init__(self) -> None:
        self._message = ""
        self._since = time.monotonic()
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._width = 0

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *details: object) -> None:
        self._done.set()
        self.clear()

    def show(self, message: str) -> None:
        """Say what is being done; it appears once the user has waited for a while."""
        self._message = message

    def clear(self) -> None:
        """Take the line away, before something else is printed, and begin to wait anew."""
        with self._lock:
            self._since = time.monotonic()
            self._message = ""
            if self._width:
                print(f"\r{' ' * self._width}\r", end="", file=sys.stderr, flush=True)
                self._width = 0

    def _watch(self) -> None:
        while not self._done.wait(0.2):
            with self._lock:
                seconds = time.monotonic() - self._since
                if self._message and seconds > _PATIENCE and not self._done.is_set():
                    line = f"{self._message} ({seconds:.0f} s)"
                    line = line[: shutil.get_terminal_size().columns - 1]
                    print(f"\r{line.ljust(self._width)}", end="", file=sys.stderr, flush=True)
                    self._width = max(self._width, len(line))


def _fail(code: Exit, message: str) -> Exit:
    print(f"bnproof: {message}", file=sys.stderr)
    return code


def _origin(error: Exception) -> str:
    """What went wrong and where, in one line."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    place = ""
    if last is not None:
        code = last.tb_frame.f_code
        place = f" in {code.co_name} ({os.path.basename(code.co_filename)}:{last.tb_lineno})"
    return f"{type(error).__name__}: {error}{place}, bnproof {__version__}"
