"""Normalisers that tests ask for by name, and what theories of their own are built from."""

from __future__ import annotations

from bnproof.language import parse_term
from bnproof.maps.registry import named
from bnproof.terms import Declaration, Definition, Entry, Input, Parameter, Root, Theory

X = Input("x", ("sample", "feature"))
EPS = Parameter("eps", (), nonnegative=True)
GAMMA = Parameter("gamma", ("feature",))
BETA = Parameter("beta", ("feature",))


def let(head: str, body: str) -> Definition:
    """`let head = body`, for example `let("mu[d]", "mean[i] x[i,d]")`."""
    entry = parse_term(head)
    assert isinstance(entry, Entry)
    return Definition(entry.name, entry.indices, parse_term(body))


def root(head: str, radicand: str) -> Root:
    """The positive root with this radicand, for example `root("s[d]", "var[d] + eps")`."""
    entry = parse_term(head)
    assert isinstance(entry, Entry)
    return Root(entry.name, entry.indices, parse_term(radicand))


def theory_of(name: str) -> Theory:
    """The theory of a normaliser that ships."""
    found = named(name)
    assert found is not None
    return found.theory


def used(name: str, argument: str, alias: str) -> tuple[Declaration, ...]:
    """The declarations of `use name(argument) as alias`."""
    found = named(name)
    assert found is not None
    return found.named(argument, alias).theory.declarations


def batchnorm() -> Theory:
    """Batch norm with its affine phase."""
    return theory_of("batchnorm")


def standardization() -> Theory:
    """Batch norm without its affine phase."""
    return theory_of("standardize")


def layernorm() -> Theory:
    """Layer norm over features."""
    return theory_of("layernorm")


def affine() -> Theory:
    """The affine phase."""
    return theory_of("affine")


def centering() -> Theory:
    """The centering phase."""
    return theory_of("center")


def scaling() -> Theory:
    """The scaling phase."""
    return theory_of("scale")
