"""Standardization over samples and pixels, and over features and pixels, to test matrices with."""

from __future__ import annotations

from bnproof.language.claims import ClaimParser
from bnproof.language.source import Source
from bnproof.terms import (
    FEATURE,
    SAMPLE,
    Claim,
    Definition,
    Entry,
    Hypothesis,
    Input,
    Inverse,
    Parameter,
    Root,
    Sort,
    Term,
    Theory,
)

LETTERS = {"p": "pixel", "q": "pixel", "a": "group"}
SORTS = (SAMPLE, FEATURE, Sort("pixel", "P"), Sort("group", "K"))


def parser(text: str) -> ClaimParser:
    found = ClaimParser(Source("t", text))
    found.letters |= LETTERS
    return found


def term_of(text: str) -> Term:
    return parser(text).expression()


def claim_of(text: str) -> Claim:
    return parser(text).claim()


def given(text: str) -> tuple[Hypothesis, ...]:
    found = parser(text)
    return tuple(found.separated(found.hypothesis)) if text else ()


def inverse(left_inverse: str, *coordinates: str) -> Inverse:
    return Inverse(term_of(left_inverse), tuple(map(term_of, coordinates)))


def let(head: str, body: str) -> Definition:
    entry = term_of(head)
    assert isinstance(entry, Entry)
    return Definition(entry.name, entry.indices, term_of(body))


def standardized(x: Input, at: str, over: str, entry: str) -> Theory:
    """The theory of `y[entry]`, the input x with statistics for each `at`, taken over some indices."""
    formals = let(f"s[{at}]", "0").formals
    return Theory(
        (
            x,
            Parameter("eps", (), nonnegative=True),
            Parameter("b", ("sample",)),
            Parameter("w", ("pixel",)),
            let(f"mu[{at}]", f"mean[{over}] x[{entry}]"),
            let(f"var[{at}]", f"mean[{over}] (x[{entry}] - mu[{at}])^2"),
            Root("s", formals, term_of(f"var[{at}] + eps")),
            let(f"y[{entry}]", f"(x[{entry}] - mu[{at}])/s[{at}]"),
        ),
        SORTS,
    )


# Batch norm over images: the statistics of a feature are taken over samples and pixels.
IMAGES = standardized(Input("x", ("sample", "feature", "pixel")), "d", "i,p", "i,d,p")
PLACES = "j,q; k,p"
UNIT = "delta[j,k]*delta[q,p]"
T = f"{UNIT} - 1/(n*P) - y[j,d,q]*y[k,d,p]/(n*P)"

# Group norm: those of a sample and a group, over the features of the group and pixels.
GROUPS = standardized(Input("x", ("sample", "group", "feature", "pixel")), "i,a", "c,p", "i,a,c,p")
GROUP_PLACES = "c,q; f,p"
GROUP_T = "delta[c,f]*delta[q,p] - 1/(D*P) - y[i,a,c,q]*y[i,a,f,p]/(D*P)"
