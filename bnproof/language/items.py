"""What a derivation consists of, once it has been read: statements, proofs, steps and hints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bnproof.language.source import Source, SourceError, Span
from bnproof.terms import (
    Claim,
    Declaration,
    Entry,
    Hypothesis,
    Index,
    Inverse,
    Sort,
    Term,
)

AUTO, HOLE, RULE, UNFOLD, CITE = "auto", "?", "rule", "definition", "cite"
# The assertion that a paper makes and that is false: it stands without a proof.
REFUTED_KIND = "refuted"
# The rules that a hint can name; the trusted kernel says what each of them does.
RULE_HINTS = ("linearity", "delta", "derivative", "root", "statistics", "sizes", "squares")


@dataclass(frozen=True, slots=True)
class Hint:
    """A hint of a step: its kind, the name that it mentions, and where it stands."""

    kind: str
    name: str
    span: Span
    backwards: bool = False

    def __str__(self) -> str:
        if self.kind == UNFOLD:
            return f"definition of {self.name}"
        return f"<- {self.name}" if self.backwards else self.name


@dataclass(frozen=True, slots=True)
class Step:
    """`= term by hints`; in the proof of an inequality also `>= term by squares`."""

    relation: str
    term: Term
    hints: tuple[Hint, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Part:
    """A chain for a part of a claim: its steps, and the term they begin with if it is written.

    A claim that is one equation has one part without a name. `show rank auto` has no steps.
    """

    name: str
    first: Term | None
    steps: tuple[Step, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Proof:
    """The parts of a proof, and what shows that a null space is no larger than it should be."""

    parts: tuple[Part, ...]
    witness: Inverse | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """`place = (i,p)`: what an index of a sort of a general theorem is here."""

    name: str
    indices: tuple[Index, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Image:
    """`X = x` or `H[d,e] = 2*h[d]*h[e]`: what an array of a general theorem is here.

    `formals` are the indices that stand behind its name, if any do.
    """

    name: str
    formals: tuple[Index, ...] | None
    term: Term
    span: Span


@dataclass(frozen=True, slots=True)
class Instance:
    """`instance of theorem with place = (i,p), X = x`: what the general theorem speaks of, put here."""

    theorem: str
    places: tuple[Place, ...]
    images: tuple[Image, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Metadata:
    """The `title` or `source` of a document."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Use:
    """`use batchnorm(x) as alias`, or `use batchnorm(x[i,d] + c[d], eps) as alias`.

    An `argument` without indices is an array by its name. `eps` is one that is declared already, which
    the normaliser shares; without it, it has its own.
    """

    normaliser: str
    argument: Term
    alias: str | None
    eps: Entry | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """`import "file.md"`, or `import "file.md" as alias`, which keeps apart what the file declares."""

    path: str
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Assume:
    """Hypotheses for everything that follows; the paper may leave them `unwritten`."""

    hypotheses: tuple[Hypothesis, ...]
    unwritten: bool = False


@dataclass(frozen=True, slots=True)
class Declare:
    """A declaration, and the hypotheses that come with it (`positive`, `nonzero`)."""

    declaration: Declaration
    hypotheses: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclareSort:
    """`index a b : pixel(P)`: the letters are known to the parser already."""

    sort: Sort


@dataclass(frozen=True, slots=True)
class Assertion:
    """A lemma or theorem, or a claim that is `refuted`: `label` is its name in the paper.

    `text` says it in words. `proof` is None where nothing was written, and `auto` where it is to be
    found. Those of its hypotheses that the paper does not write are `unwritten`.
    """

    kind: str
    name: str
    label: str | None
    text: str | None
    hypotheses: tuple[Hypothesis, ...]
    claim: Claim
    proof: Proof | Instance | str | None
    span: Span
    unwritten: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True, slots=True)
class Inexpressible:
    """`inexpressible "label" "reason"`: what a paper states and no claim of the language says."""

    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Broken:
    """An assertion that could not be read beyond its name, and where that stands."""

    kind: str
    name: str
    span: Span


Item: TypeAlias = (
    Metadata | Use | Import | Assume | Declare | DeclareSort | Assertion | Inexpressible
)


@dataclass(frozen=True, slots=True)
class Document:
    """What a source says: its statements in order, each with its place, and what is wrong.

    `spans` is keyed by the identity of a node, since equal nodes may stand in several places. `broken`
    holds the assertions that could not be read. What stands behind `sound` rests on something
    else that could not be. `letters` are the sorts that index letters range over at its end.
    """

    source: Source
    items: tuple[tuple[Item, Span], ...]
    errors: tuple[SourceError, ...]
    broken: tuple[Broken, ...]
    sound: int
    spans: Mapping[int, Span] = field(repr=False)
    letters: Mapping[str, str] = field(repr=False)
