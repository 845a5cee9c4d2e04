"""The command line. What a command needs is imported when it runs, so that `--help` is quick."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import TypeAlias

from bnproof import __version__
from bnproof.cli.terminal import Exit, fail

_EPILOG = """\
claims:
  A = B               for all sizes, inputs, parameters and free indices,
                      coincidences included
  A >= B, A <= B      likewise
  A != B              not an identity; A != B at n = 3: not at this size
  blocked L           no part of the loss L reaches x: diff[x[j,e]] L = 0
  not blocked L       some part does; not blocked L at n = 3, D = 2
  projector[j,k] T rank R
                      T is symmetric, its own square, and has trace R
  nullspace[j,k] T = span[j]{u, v}
                      T*w = 0 for just these w, at every point
                      (rows of several indices: [j,d; k,e], span[j,d]{u})
  CLAIM assume H, H   under hypotheses: eps = 0, eps > 0, j != k, n >= 3,
                      n = 2, gamma[d] != 0, t[d] > 0, beta[d] = 0,
                      G[i,d] = g[d] (the same for all samples)

vocabulary (samples i j k l m p q = 1..n, features c d e f = 1..D), here of
batch norm:
  x[i,d]              the input; mu[d], var[d] its mean and variance
  s[d]                the root of var[d] + eps; kappa[d] = eps/s[d]^2
  y[i,d]              the standardized input (x[i,d] - mu[d])/s[d]
  z[i,d]              behind the affine phase: gamma[d]*y[i,d] + beta[d]
  rho[d,e]            the correlation mean[i] y[i,d]*y[i,e]
  g[d], G[i,d], ...   any other single letter is a parameter of reals;
                      H[d,e] is symmetric
  + - * / ^   sum[i,d] T   sum[d,e : d != e] T   mean[i] T   diff[x[j,e]] T
  delta[i,j]

normalisers (bnproof show NAME prints the definitions of one):
  --norm batch        over samples; unbiased divides by n-1; standardize is
                      without the affine phase
  --norm images       over samples and pixels: x[i,d,p], pixels p q = 1..P
  --norm ghost        in each of B virtual batches: x[a,i,d], a b = 1..B
  --norm layer        over features: mu[i], s[i]; rms divides by s[i] alone
  --norm instance     over pixels: x[i,d,p], mu[i,d], s[i,d]
  --norm group        over pixels and the features of a group: x[i,a,d,p],
                      groups a b = 1..K, mu[i,a], s[i,a]
  --norm center       the phases alone: also scale, affine
  --norm evaluation   running statistics m[d], v[d]; with frozen, m[d] and s[d]
                      are constants
  --norm FILE         what a derivation file (.md, .bnp) defines: its input
                      and its output y of the same shape

more names:
  --declare "use batchnorm(x[i,d] + c[d], eps) as shifted"
                      batch norm of a term, with the eps that is there already:
                      shifted.x, shifted.mu, shifted.s, shifted.y, ...; without
                      it, it has its own shifted.eps
  --declare "let u[i,d] = sum[c] w[d,c]*y[i,c]"
                      also param, input, root, function, index; undeclared
                      single letters are parameters

exit codes:
  0 everything proved; 1 something refuted or undecided, or a line of a file in
  error; 2 bad usage; 3 bnproof itself is wrong

examples:
  bnproof prove "diff[x[j,e]] sum[i,d] g[d]*y[i,d] = 0"
  bnproof prove "blocked sum[i,d] h[d]*(y[i,d]-t[d])^2" --assume "eps = 0"
  bnproof prove --norm layer --file claims.txt --json
  bnproof prove "shifted.mu[d] = mu[d] + c[d]" \\
      --declare "use batchnorm(x[i,d] + c[d]) as shifted"
"""


_DERIVE_EPILOG = """\
The closed form is written with y, s, mu, rho, kappa and means, and the kernel
has proved it. 'bnproof prove --help' shows the language of terms.

examples:
  bnproof derive "diff[x[j,e]] sum[i,d] G[i,d]*z[i,d]"
  bnproof derive "diff[x[j,e]] 1/2*sum[i,d] h[d]*y[i,d]^2" \\
      --values eps=1e-5,var=1e-3
"""


_BLIND_EPILOG = """\
terms (by default all of these, expanded about 0):
  first-order constant diagonal isotropic off-diagonal third-order

losses (--losses says what they are):
  gaussian squared squared-shared logistic softmax smooth pairwise pairwise4
  decorrelation

Any other term is written in the language of 'bnproof prove --help'. What is the
same for all samples (and pixels, ...) carries the index of the feature alone:
g[d], h[d], t[d]; what differs between them carries more: G[i,d].

exit codes:
  0 everything decided; 1 something undecided, or a term in error behind some
  normaliser; 2 bad usage; 3 bnproof itself is wrong

examples:
  bnproof blind
  bnproof blind --all
  bnproof blind --norm layer --term "1/2*sum[i,d] h[d]*(y[i,d]-t[d])^2"
  bnproof blind --all --term gaussian --term squared
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    _prepare_output()
    options = _parser().parse_args([f" {a}" if _begins_with_minus(a) else a for a in arguments])
    try:
        home, name = options.run
        outcome: Exit = getattr(importlib.import_module(home), name)(options)
        sys.stdout.flush()
        return outcome
    except BrokenPipeError:  # the reader of a pipe went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.NOT_PROVED
    except RecursionError:
        return fail(Exit.NOT_PROVED, "terms and definitions lie too deep in one another")
    except OSError as error:
        return fail(Exit.USAGE, f"cannot write the output: {error.strerror or error}")
    except KeyboardInterrupt:
        return fail(Exit.NOT_PROVED, "interrupted; nothing was decided")
    except Exception as error:  # no traceback reaches a user
        return fail(Exit.BROKEN, f"bnproof itself is wrong; please report this: {_origin(error)}")


def _prepare_output() -> None:
    """Have standard output take every character, and be there at all."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    elif isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


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
    _add_check(commands)
    _add_list(commands)
    _add_show(commands)
    _add_prove(commands)
    _add_derive(commands)
    _add_blind(commands)
    _add_spotcheck(commands)
    _add_axioms(commands)
    _add_explain(commands)
    return parser


_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
_CONFIRM = "confirm each verdict by SymPy and floating point, at points that Hypothesis draws"
_FILES = "a .md or .bnp file, or what ships by its name: a derivation, or the folder of a paper"
_NAME = "a derivation that ships, a file, a lemma or theorem, or DERIVATION:THEOREM"


def _add_check(commands: _Commands) -> None:
    check = commands.add_parser(
        "check",
        help="check derivations, step by step",
        description="Check derivations: all that ship with bnproof if none is named.",
        epilog="exit codes: 0 everything proved; 1 something is not, or a file is in error; "
        "2 bad usage or a file that cannot be read; 3 bnproof itself is wrong",
    )
    check.add_argument("names", nargs="*", metavar="NAME", help=_FILES)
    check.add_argument("--confirm", action="store_true", help=_CONFIRM)
    check.add_argument("--strict", action="store_true", help="count warnings as errors")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    check.add_argument("--brief", action="store_true", help="print what is wrong and a summary")
    check.set_defaults(run=("bnproof.cli.derivations", "run_check"))


def _add_list(commands: _Commands) -> None:
    listing = commands.add_parser(
        "list",
        help="what papers state, and what came of it",
        description="List what each paper states, under the name that it has there: proved as stated, "
        "proved under an extra hypothesis, refuted by an exact point, or not expressible; then all "
        "theorems of each derivation. Of all that ships, if nothing is named.",
    )
    listing.add_argument("names", nargs="*", metavar="NAME", help=_FILES)
    listing.add_argument("--json", action="store_true", help="print one JSON object")
    listing.set_defaults(run=("bnproof.cli.derivations", "run_list"))


def _add_show(commands: _Commands) -> None:
    show = commands.add_parser(
        "show",
        help="print a derivation for a reader",
        description="Check a derivation and print it, or one of its statements, as aligned text; or "
        "print the definitions of a normaliser, such as layernorm.",
    )
    show.add_argument("name", metavar="NAME", help=_NAME)
    show.add_argument(
        "--statement", action="store_true", help="only the claims, all definitions unfolded"
    )
    show.add_argument("--ascii", action="store_true", help="no Unicode letters")
    show.add_argument("-o", "--output", metavar="FILE", help="write to FILE")
    show.set_defaults(run=("bnproof.cli.derivations", "run_show"))


def _add_axioms(commands: _Commands) -> None:
    axioms = commands.add_parser(
        "axioms",
        help="what a theorem rests on",
        description="Print all that a theorem rests on: definitions, hypotheses, parameters, results.",
    )
    axioms.add_argument("name", metavar="NAME", help=_NAME)
    axioms.add_argument("--json", action="store_true", help="print one JSON object")
    axioms.set_defaults(run=("bnproof.cli.derivations", "run_axioms"))


def _add_explain(commands: _Commands) -> None:
    explain = commands.add_parser(
        "explain",
        help="what a diagnostic means",
        description="Say what a diagnostic code means and what to do; without a code, list all.",
    )
    explain.add_argument("code", nargs="?", metavar="CODE", help="such as weak-hints")
    explain.set_defaults(run=("bnproof.cli.derivations", "run_explain"))


def _add_prove(commands: _Commands) -> None:
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
    _add_setting(prove)
    prove.add_argument(
        "--save", metavar="FILE", help="write a derivation of the claim to FILE (.md or .bnp)"
    )
    prove.add_argument("--steps", action="store_true", help="print the steps of each proof as well")
    prove.add_argument("--confirm", action="store_true", help=_CONFIRM)
    prove.add_argument("--json", action="store_true", help="print one JSON object per claim")
    prove.add_argument("--brief", action="store_true", help="print one line per claim")
    prove.set_defaults(run=("bnproof.cli.proving", "run_prove"))


def _add_derive(commands: _Commands) -> None:
    derive = commands.add_parser(
        "derive",
        help="the closed form of a term, with steps",
        description="Find the closed form of a term, such as a gradient, for every n and D.",
        epilog=_DERIVE_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    derive.add_argument("term", metavar="TERM", help="a term of the claim language")
    _add_setting(derive)
    derive.add_argument(
        "--values",
        action="append",
        default=[],
        metavar="NAME=NUMBER,...",
        help="numbers to put into the closed form, for every entry of an array; may be repeated",
    )
    derive.add_argument("--json", action="store_true", help="print one JSON object")
    derive.add_argument("--brief", action="store_true", help="print the closed form alone")
    derive.set_defaults(run=("bnproof.cli.deriving", "run_derive"))


def _add_blind(commands: _Commands) -> None:
    blind = commands.add_parser(
        "blind",
        help="which terms of a loss a normaliser blocks",
        description="Decide which terms of a loss a normaliser blocks, for all sizes and every input.",
        epilog=_BLIND_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    blind.add_argument(
        "--norm",
        action="append",
        default=[],
        metavar="NAME",
        help="a normaliser, or a file that defines one (default: batch); may be repeated",
    )
    blind.add_argument("--all", action="store_true", help="the table of all normalisers")
    blind.add_argument(
        "--term",
        action="append",
        default=[],
        metavar="TERM",
        help="a term in the output y, the name of one or of a loss; may be repeated",
    )
    blind.add_argument("--losses", action="store_true", help="list the losses by their names")
    blind.add_argument(
        "--why",
        action="store_true",
        help="print the steps of each proof and all of each counterexample",
    )
    blind.add_argument("--json", action="store_true", help="print one JSON object")
    blind.set_defaults(run=("bnproof.cli.blind", "run_blind"))


def _add_spotcheck(commands: _Commands) -> None:
    spotcheck = commands.add_parser(
        "spotcheck",
        help="numeric checks of a derivation alone",
        description="Check the claims of a derivation, or of one of its statements, by SymPy and in "
        "floating point, at points that Hypothesis draws.",
        epilog="exit codes: 0 all claims hold as far as they were checked; 1 some claim fails, or cannot "
        "be read; 2 bad usage; 3 a claim fails that is proved",
    )
    spotcheck.add_argument("name", metavar="NAME", help=_NAME)
    spotcheck.add_argument(
        "--examples",
        type=int,
        default=100,
        metavar="N",
        help="points for each claim (default: 100)",
    )
    spotcheck.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="draw other points; without it, they are always the same",
    )
    spotcheck.add_argument("--json", action="store_true", help="print one JSON object")
    spotcheck.set_defaults(run=("bnproof.cli.spotchecks", "run_spotcheck"))


def _add_setting(command: argparse.ArgumentParser) -> None:
    """The normaliser and the hypotheses of what was typed."""
    command.add_argument(
        "--norm",
        default="batch",
        metavar="NORM",
        help="the normaliser, or a file that defines one (default: batch)",
    )
    command.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="HYPOTHESIS",
        help="a hypothesis, or several with commas; may be repeated",
    )
    command.add_argument(
        "--declare",
        action="append",
        default=[],
        metavar="STATEMENT",
        help="declare something in front of it: use batchnorm(x[i,d] + c[d], eps) as shifted, "
        "let a[d] = ..., param, input, root; may be repeated",
    )


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
