"""A claim as somebody typed it: read, its parameters declared by use, its errors placed in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from bnproof.language.claims import (
    NO_LETTERS,
    Reading,
    parse_claim,
    parse_hypotheses,
    parse_typed_term,
)
from bnproof.language.source import Source, SourceError, Span, meant
from bnproof.terms import (
    Apply,
    AtLeast,
    Claim,
    Entry,
    Fixed,
    Function,
    Hypothesis,
    Parameter,
    Shared,
    Sign,
    Term,
    TermError,
    Theory,
    Unequal,
    free_in_claim,
    sides,
    subterms,
)

_BY_USE = re.compile(r"d?[A-Za-z]\d*", re.ASCII)

Declared: TypeAlias = Parameter | Function
# Where nodes stand, by their identity.
Places: TypeAlias = Mapping[int, tuple[Source, Span]]


@dataclass(frozen=True, slots=True)
class Preamble:
    """A declaring statement in front of a claim: its text, and what it declared by mentioning it.

    `hypotheses` are the signs of parameters that it brings with it.
    """

    text: str
    declared: tuple[Declared, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim with everything it stands on.

    `theory` holds the normaliser and the parameters; `declared` names those parameters and functions
    that the claim declared by using them, or that its file declares. `places` tells where the nodes of
    its terms stand. `preamble` is what somebody declared in front of it, beside the normaliser.
    """

    source: Source
    claim: Claim
    hypotheses: tuple[Hypothesis, ...]
    theory: Theory
    declared: tuple[Declared, ...]
    places: Places
    preamble: tuple[Preamble, ...] = ()

    @contextmanager
    def located(self, otherwise: Span | None = None) -> Iterator[None]:
        """Turn a `TermError` raised inside into a `SourceError` that points at its culprit.

        Where that stands nowhere, it points at `otherwise`, or else at all of the source.
        """
        try:
            yield
        except TermError as error:
            whole = (self.source, otherwise or Span(0, len(self.source.text)))
            source, span = self.places.get(id(error.culprit), whole)
            raise SourceError(error.code, error.message, source, span) from error


def read_statement(
    source: Source,
    theory: Theory,
    assume: Iterable[str] = (),
    given: Iterable[Hypothesis] = (),
    letters: Mapping[str, str] = NO_LETTERS,
) -> Statement:
    """Read a claim in the vocabulary of a theory, with further hypotheses: typed, and `given` ones.

    `letters` are those of indices whose sorts the theory has of its own, such as `p` for `pixel`.
    Every single letter that the theory does not declare, such as `G` (or `dG` for a change of it), is a
    parameter of reals; the sorts of its indices are those of its first use, and it is symmetric if it
    is `H` with two indices of one sort. A longer name in front of a bracket, such as `phi(y[i,d])`, is a
    smooth function.
    Raises `SourceError`.
    """
    reading = parse_claim(source, letters, theory.sizes())
    return _statement(reading, theory, assume, given, letters)


def read_term(
    source: Source,
    theory: Theory,
    assume: Iterable[str] = (),
    given: Iterable[Hypothesis] = (),
    letters: Mapping[str, str] = NO_LETTERS,
) -> Statement:
    """Read a term as `read_statement` reads a claim; what it claims is that the term equals itself."""
    reading = parse_typed_term(source, letters, theory.sizes())
    return _statement(reading, theory, assume, given, letters)


def _statement(
    reading: Reading,
    theory: Theory,
    assume: Iterable[str],
    given: Iterable[Hypothesis],
    letters: Mapping[str, str],
) -> Statement:
    source = reading.source
    places = {key: (source, span) for key, span in reading.spans.items()}
    hypotheses = list(reading.hypotheses)
    for text in assume:
        origin = Source("assume", text)
        further, spans = parse_hypotheses(origin, letters, theory.sizes())
        places.update((key, (origin, span)) for key, span in spans.items())
        hypotheses += further
    mentioned = [part for side in sides(reading.claim) for part in subterms(side)]
    declared = declared_by_use([*mentioned, *_sources(hypotheses)], theory, places)
    statement = Statement(
        source,
        reading.claim,
        (*given, *hypotheses),
        theory.extended(declared),
        declared,
        places,
    )
    with statement.located():
        _check_hypotheses(statement)
    return statement


def declared_by_use(parts: Iterable[Term], theory: Theory, places: Places) -> tuple[Declared, ...]:
    """What parts of terms declare by using it: functions, then parameters, in the order of the text.

    `parts` are all parts of some terms, those that consist of others before these; see
    `read_statement`. Raises `SourceError` for a name that declares nothing.
    """
    parts = list(parts)
    declared: dict[str, Declared] = {}
    for term in parts:
        if isinstance(term, Apply) and not _is_known(term.function, theory):
            declared[term.function] = _function(term, *places[id(term)])
    for entry in parts:
        if not isinstance(entry, Entry) or entry.name in declared or _is_known(entry.name, theory):
            continue
        if not may_be_parameter(entry.name):
            raise _unknown(entry.name, theory, *places[id(entry)])
        declared[entry.name] = _parameter(entry)
    return tuple(declared.values())


def _is_known(name: str, theory: Theory) -> bool:
    """Whether a name is declared, or that of a size."""
    return theory.find(name) is not None or name in theory.sizes()


def _function(term: Apply, source: Source, span: Span) -> Function:
    """The function that is declared by its use; a single letter is rather a factor."""
    name = term.function
    if may_be_parameter(name):
        problem = (
            f"{name} takes no argument; a product is written {name}*(..), an index {name}[i], and a "
            "function has a name of two letters or more"
        )
        raise SourceError("syntax", problem, source, span)
    return Function(name)


def _sources(hypotheses: Iterable[Hypothesis]) -> Iterator[Entry]:
    """The entries that some arrays are shared from, by hypothesis."""
    return (h.source for h in hypotheses if isinstance(h, Shared))


def may_be_parameter(name: str) -> bool:
    """Whether a name declares a parameter by its use: a letter, as `G`, `w2` or `dG`."""
    return _BY_USE.fullmatch(name) is not None


def _parameter(entry: Entry) -> Parameter:
    sorts = tuple(index.sort for index in entry.indices)
    symmetric = entry.name == "H" and len(sorts) == 2 and sorts[0] == sorts[1]
    return Parameter(entry.name, sorts, symmetric=symmetric)


def _unknown(name: str, theory: Theory, source: Source, span: Span) -> SourceError:
    """The error for a name that nothing declares, with the name that was perhaps meant."""
    known = [*(d.name for d in theory.declarations), *theory.sizes()]
    hint = meant(name, known, f"known are {', '.join(known)}")
    problem = f"{name} is not known (a parameter is a single letter); {hint}"
    return SourceError("unknown-name", problem, source, span)


def _check_hypotheses(statement: Statement) -> None:
    """A hypothesis on something that the claim does not mention is a slip of the pen."""
    free = free_in_claim(statement.claim)
    sizes = statement.theory.sizes()
    for hypothesis in statement.hypotheses:
        match hypothesis:
            case Unequal(left, right):
                for index in (left, right):
                    if index not in free:
                        problem = f"{index.name} is not a free index of the claim"
                        raise TermError("hypothesis", problem, hypothesis)
            case Sign(entry, _):
                if statement.theory.find(entry.name) is None and entry.name not in sizes:
                    problem = f"{entry.name} does not occur in the claim"
                    raise TermError("hypothesis", problem, hypothesis)
            case Shared(entry, _):
                if statement.theory.find(entry.name) is None:
                    problem = f"{entry.name} does not occur in the claim"
                    raise TermError("hypothesis", problem, hypothesis)
            case AtLeast() | Fixed():
                pass
