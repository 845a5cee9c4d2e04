"""The maps as definitions in the claim language, for the kernel, the evaluator and SymPy alike.

A theory is built from text, so that what is defined here is what a reader sees. The samples of a batch
are `x[i,d]`, i = 1..n, with features d = 1..D.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bnproof.language.expressions import parse_term
from bnproof.terms import (
    Declaration,
    Definition,
    Entry,
    Input,
    Parameter,
    Root,
    TermError,
    Theory,
    rename_arrays,
)

X = Input("x", ("sample", "feature"))
EPS = Parameter("eps", (), nonnegative=True)
GAMMA = Parameter("gamma", ("feature",))
BETA = Parameter("beta", ("feature",))


def let(head: str, body: str) -> Definition:
    """`let head = body`, for example `let("mu[d]", "mean[i] x[i,d]")`."""
    entry = _head(head)
    return Definition(entry.name, entry.indices, parse_term(body))


def root(head: str, radicand: str) -> Root:
    """The positive root with this radicand, for example `root("s[d]", "var[d] + eps")`."""
    entry = _head(head)
    return Root(entry.name, entry.indices, parse_term(radicand))


def _head(text: str) -> Entry:
    entry = parse_term(text)
    if not isinstance(entry, Entry):
        raise TermError("syntax", f"{text} is not an array with its indices")
    return entry


def standardization() -> Theory:
    """Batch normalisation over samples without its affine phase (Ioffe and Szegedy 2015, sec. 3)."""
    return Theory(
        (
            X,
            EPS,
            let("mu[d]", "mean[i] x[i,d]"),
            let("var[d]", "mean[i] (x[i,d] - mu[d])^2"),
            root("s[d]", "var[d] + eps"),
            let("y[i,d]", "(x[i,d] - mu[d])/s[d]"),
            let("kappa[d]", "eps/s[d]^2"),
            let("rho[d,e]", "mean[i] y[i,d]*y[i,e]"),
        )
    )


def batchnorm() -> Theory:
    """Batch normalisation over samples with its affine phase (Ioffe and Szegedy 2015, Algorithm 1)."""
    return standardization().extended((GAMMA, BETA, let("z[i,d]", "gamma[d]*y[i,d] + beta[d]")))


def layernorm() -> Theory:
    """Layer normalisation over features, with its affine phase (Ba, Kiros and Hinton 2016, eq. 4)."""
    return Theory(
        (
            X,
            EPS,
            GAMMA,
            BETA,
            let("mu[i]", "mean[d] x[i,d]"),
            let("var[i]", "mean[d] (x[i,d] - mu[i])^2"),
            root("s[i]", "var[i] + eps"),
            let("y[i,d]", "(x[i,d] - mu[i])/s[i]"),
            let("z[i,d]", "gamma[d]*y[i,d] + beta[d]"),
            let("kappa[i]", "eps/s[i]^2"),
            let("rho[d,e]", "mean[i] y[i,d]*y[i,e]"),
        )
    )


def centering() -> Theory:
    """The centering phase: every feature minus its mean over the batch."""
    return Theory((X, let("mu[d]", "mean[i] x[i,d]"), let("y[i,d]", "x[i,d] - mu[d]")))


def scaling() -> Theory:
    """The scaling phase: every feature divided by its root mean square over the batch."""
    return Theory((X, EPS, root("s[d]", "(mean[i] x[i,d]^2) + eps"), let("y[i,d]", "x[i,d]/s[d]")))


def affine() -> Theory:
    """The affine phase: a scale and a shift for each feature."""
    return Theory(
        (
            X,
            GAMMA,
            BETA,
            let("y[i,d]", "gamma[d]*x[i,d] + beta[d]"),
        )
    )


NORMS = {"batch": batchnorm, "layer": layernorm}

USES = {
    "batchnorm": batchnorm,
    "layernorm": layernorm,
    "standardize": standardization,
    "center": centering,
    "scale": scaling,
    "affine": affine,
}


def used(normaliser: str, argument: str, alias: str | None) -> tuple[Declaration, ...]:
    """The declarations of `use normaliser(argument) as alias`.

    The input goes by the name of the argument; with an alias, everything else is `alias.name`.
    """
    theory = USES[normaliser]()
    names = {d.name: f"{alias}.{d.name}" if alias else d.name for d in theory.declarations}
    names[X.name] = argument
    return tuple(_renamed(declaration, names) for declaration in theory.declarations)


def _renamed(declaration: Declaration, names: Mapping[str, str]) -> Declaration:
    """A declaration with all arrays under other names."""
    name = names[declaration.name]
    match declaration:
        case Definition():
            return replace(declaration, name=name, body=rename_arrays(declaration.body, names))
        case Root():
            radicand = rename_arrays(declaration.radicand, names)
            return replace(declaration, name=name, radicand=radicand)
    return replace(declaration, name=name)
