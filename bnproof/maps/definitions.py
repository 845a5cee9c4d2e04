"""What a normaliser is: definitions in the claim language, read once, when they are first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from bnproof.language.documents import EPS, parse_document
from bnproof.language.expressions import LETTERS
from bnproof.language.items import Declare, DeclareSort, Document
from bnproof.language.source import Source
from bnproof.terms import (
    Declaration,
    Definition,
    Entry,
    Hypothesis,
    Root,
    Sign,
    Sort,
    Theory,
    rename_arrays,
)


@dataclass(frozen=True)
class Definitions:
    """What a text declares: sorts and arrays, signs of parameters, and the letters of its own sorts."""

    theory: Theory
    hypotheses: tuple[Hypothesis, ...]
    letters: Mapping[str, str]


@dataclass(frozen=True)
class Normaliser:
    """A normaliser.

    Attributes:
        name: what `use` calls it.
        short: what `--norm` calls it, which takes the name as well.
        title, reference: what it is, and the paper that it is from.
        text: its definitions, as they would stand in a derivation.
        page: the derivation that ships about it, if one does.
        in_table: whether it is a row of the table of normalisers.
        output: the array of its text that it yields, before any affine phase.
        known: what the text declares, where that is known already.
    """

    name: str
    short: str
    title: str
    reference: str
    text: str
    page: str | None = None
    in_table: bool = True
    output: str = "y"
    known: Definitions | None = None

    @cached_property
    def definitions(self) -> Definitions:
        """What its text declares."""
        return self.known or _read(parse_document(Source(self.name, self.text)))

    @property
    def theory(self) -> Theory:
        """Its sorts and arrays."""
        return self.definitions.theory

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """The signs of its parameters."""
        return self.definitions.hypotheses

    @property
    def letters(self) -> Mapping[str, str]:
        """The index letters of the sorts that it adds, such as `p` for `pixel`."""
        return self.definitions.letters

    @property
    def sorts(self) -> Mapping[str, Sort]:
        """The sort of each letter that it adds."""
        by_name = {sort.name: sort for sort in self.theory.sorts}
        return {letter: by_name[sort] for letter, sort in self.letters.items()}

    def named(
        self, argument: str | Declaration, alias: str | None, eps: str | None = None
    ) -> Definitions:
        """What `use NAME(argument, eps) as alias` declares.

        Its definitions speak of the argument, an input of that name or an array that is declared. With an
        alias everything else is `alias.name`, but for the `eps` that it shares, if it shares one.
        """
        [given] = self.theory.inputs()
        array = replace(given, name=argument) if isinstance(argument, str) else argument
        names = {d.name: f"{alias}.{d.name}" if alias else d.name for d in self.theory.declarations}
        names[given.name] = array.name
        if eps is not None:
            names[EPS] = eps
        declared = (array if d is given else renamed(d, names) for d in self.theory.declarations)
        theory = Theory(tuple(declared), self.theory.sorts)
        return Definitions(theory, tuple(signs_of(self.hypotheses, names)), self.letters)


def renamed(declaration: Declaration, names: Mapping[str, str]) -> Declaration:
    """A declaration with arrays under other names."""
    name = names.get(declaration.name, declaration.name)
    match declaration:
        case Definition():
            return replace(declaration, name=name, body=rename_arrays(declaration.body, names))
        case Root():
            radicand = rename_arrays(declaration.radicand, names)
            return replace(declaration, name=name, radicand=radicand)
    return replace(declaration, name=name)


def signs_of(hypotheses: Iterable[Hypothesis], names: Mapping[str, str]) -> Iterator[Hypothesis]:
    """The signs of parameters, under other names of these."""
    for hypothesis in hypotheses:
        if isinstance(hypothesis, Sign):
            name, indices = hypothesis.entry.name, hypothesis.entry.indices
            yield Sign(Entry(names.get(name, name), indices), hypothesis.sign)


def own_letters(document: Document) -> dict[str, str]:
    """The index letters that mean something else in a document than where nothing is declared."""
    return {
        letter: sort for letter, sort in document.letters.items() if LETTERS.get(letter) != sort
    }


def _read(document: Document) -> Definitions:
    """What the text of a normaliser that ships declares; it uses no other one."""
    for error in document.errors:
        raise error
    items = [item for item, _ in document.items]
    sorts = [item.sort for item in items if isinstance(item, DeclareSort)]
    declared = [item for item in items if isinstance(item, Declare)]
    theory = Theory((), (*Theory(()).sorts, *dict.fromkeys(sorts)))
    return Definitions(
        theory.extended(item.declaration for item in declared),
        tuple(hypothesis for item in declared for hypothesis in item.hypotheses),
        own_letters(document),
    )
