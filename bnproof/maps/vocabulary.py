"""What a claim may speak of: a normaliser, and what somebody declared beside it.

>>> from bnproof.maps.normalisers import find
>>> from bnproof.maps.vocabulary import declaring, vocabulary_of
>>> words = vocabulary_of(find("batch"), declaring(["use batchnorm(a*x[i,d], eps) as scaled"]))
>>> words.theory.find("scaled.x").formals
(Index(name='i', sort='sample'), Index(name='d', sort='feature'))
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bnproof.language.declarations import Letterings
from bnproof.language.documents import MAX_STATEMENTS
from bnproof.language.items import Declare, DeclareSort, Document, Item, Use
from bnproof.language.source import Source, SourceError, Span
from bnproof.language.statements import (
    Places,
    Preamble,
    Statement,
    declared_by_use,
    read_statement,
    read_term,
)
from bnproof.maps.declaring import Declarations
from bnproof.maps.definitions import own_letters
from bnproof.maps.registry import read_declarations
from bnproof.terms import (
    Entry,
    Hypothesis,
    Term,
    TermError,
    Theory,
    bound_indices,
    defining_terms,
    index_sorts,
    own_indices,
    sides,
    subterms,
)

_COMMENT = re.compile(r"#[^\n]*")


class Normaliser(Protocol):
    """Anything with definitions of its own: the normalisers and the maps of `bnproof.maps`."""

    @property
    def theory(self) -> Theory:
        """Its sorts and arrays."""

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        """What holds of its parameters."""

    @property
    def letters(self) -> Mapping[str, str]:
        """The letters that indices of its own sorts go by, and these sorts."""


@dataclass(frozen=True)
class Vocabulary:
    """What a claim may speak of.

    Attributes:
        theory, hypotheses, letters: as a normaliser has them.
        preamble: what was declared beside the normaliser.
        places: where the terms stand that this is defined by.
        letterings: what letters mean in it.
    """

    theory: Theory
    hypotheses: tuple[Hypothesis, ...]
    letters: Mapping[str, str]
    preamble: tuple[Preamble, ...] = ()
    places: Places = field(default_factory=dict, repr=False)
    letterings: Letterings = field(default_factory=Letterings, repr=False)

    def claim(self, source: Source, assume: Iterable[str] = ()) -> Statement:
        """Read a claim in these words; see `read_statement`. Raises `SourceError`."""
        return self._behind_preamble(
            read_statement(source, self.theory, assume, self.hypotheses, self.letters)
        )

    def term(self, source: Source, assume: Iterable[str] = ()) -> Statement:
        """Read a term in these words; see `read_term`. Raises `SourceError`."""
        return self._behind_preamble(
            read_term(source, self.theory, assume, self.hypotheses, self.letters)
        )

    def _behind_preamble(self, statement: Statement) -> Statement:
        """The statement with what was declared in front of it."""
        if not self.preamble:
            return statement
        self._check_letters(statement)
        before = (declared for part in self.preamble for declared in part.declared)
        return replace(
            statement,
            declared=(*before, *statement.declared),
            places={**self.places, **statement.places},
            preamble=self.preamble,
        )

    def _check_letters(self, statement: Statement) -> None:
        """No letter is an index in the claim and an array in front of it, or the other way round."""
        known = self.letterings
        for part in (part for side in sides(statement.claim) for part in subterms(side)):
            indices = {index.name for index in (*own_indices(part), *bound_indices(part))}
            names = indices & known.arrays
            if isinstance(part, Entry):
                names |= {part.name} & known.indices
            for name in sorted(names):
                was, is_ = ("array", "index") if name in indices else ("index", "array")
                problem = f"{name} is an {was} where it was declared, and an {is_} here"
                raise SourceError(
                    "name-clash", f"{problem}; rename one of them", *statement.places[id(part)]
                )


def declaring(texts: str | Iterable[str]) -> list[Source]:
    """The sources of declaring statements that somebody typed."""
    texts = [texts] if isinstance(texts, str) else list(texts)
    if len(texts) == 1:
        return [Source("declare", texts[0])]
    return [Source(f"declare {number}", text) for number, text in enumerate(texts, 1)]


def vocabulary_of(normaliser: Normaliser, sources: Iterable[Source] = ()) -> Vocabulary:
    """The words of a normaliser, and what declaring statements add to them, each using earlier ones.

    A single letter that is not declared is a parameter, declared by its use in a term, as in a claim.
    Raises `SourceError`.
    """
    if isinstance(normaliser, Vocabulary):
        known = normaliser
    else:
        theory, letters = normaliser.theory, normaliser.letters
        known = Vocabulary(
            theory, normaliser.hypotheses, letters, letterings=Letterings(letters, theory.sorts)
        )
    sources = list(sources)
    return _extended(known, sources) if sources else known


def _extended(known: Vocabulary, sources: Sequence[Source]) -> Vocabulary:
    """A vocabulary with what some sources declare."""
    context = Declarations(sources[0], {})
    context.merge(known.theory, known.hypotheses)
    letters, letterings = dict(known.letters), known.letterings
    preamble, places = list(known.preamble), dict(known.places)
    for source in sources:
        document, letterings = read_declarations(source, letterings)
        letters |= own_letters(document)
        if len(preamble) + len(document.items) > MAX_STATEMENTS:
            problem = f"{MAX_STATEMENTS} statements are allowed in front of a claim"
            raise SourceError("limit", problem, source, Span(0, len(source.text)))
        for item, span in document.items:
            before = len(context.theory.declarations)
            preamble += _entered(context, item, document, span, letterings)
            for declaration in context.theory.declarations[before:]:
                places[id(declaration)] = (source, span)
                for term in defining_terms([declaration]):
                    for part in subterms(term):
                        places[id(part)] = (source, document.spans.get(id(part), span))
    attributes = tuple(context.attributes)
    return Vocabulary(context.theory, attributes, letters, tuple(preamble), places, letterings)


def _entered(
    context: Declarations, item: Item, document: Document, span: Span, letterings: Letterings
) -> Iterator[Preamble]:
    """Enter a statement, after what it declares by mentioning it, and the sorts that this needs."""
    source = document.source
    places = {key: (source, place) for key, place in document.spans.items()}
    parts = [part for term in _terms(item) for part in subterms(term)]
    by_use = declared_by_use(parts, context.theory, places)
    needed = {sort for declared in by_use for sort in index_sorts(declared)}
    known = len(context.attributes)
    try:
        for sort in letterings.sorts:
            if sort.name in needed and sort not in context.theory.sorts:
                context.enter(DeclareSort(sort), span)
                letters = [k for k, name in letterings.letters.items() if name == sort.name]
                yield Preamble(f"index {' '.join(letters)} : {sort.name}({sort.size})")
        context.declare(by_use)
        context.enter(item, span)
    except TermError as error:
        place = document.spans.get(id(error.culprit), span)
        raise SourceError(error.code, error.message, source, place) from error
    text = _COMMENT.sub("", source.code[span.start : span.end])
    yield Preamble(" ".join(text.split()), by_use, tuple(context.attributes[known:]))


def _terms(item: Item) -> Iterator[Term]:
    """The terms in a declaring statement; the name of an array is none."""
    match item:
        case Use(_, Entry(_, ())):
            return
        case Use(_, argument):
            yield argument
        case Declare(declaration):
            yield from defining_terms([declaration])
