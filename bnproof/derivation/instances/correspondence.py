"""What a proof by instance says: the sorts, arrays and functions of a general theorem, found here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bnproof.checks.points import reached_arrays
from bnproof.derivation.elaboration import Goal
from bnproof.derivation.instances.reindexing import Pattern, Reindexing
from bnproof.kernel import Theorem
from bnproof.language.items import Image, Instance
from bnproof.language.source import SourceError, Span, meant
from bnproof.terms import (
    AtLeast,
    Declaration,
    Definition,
    Entry,
    Fixed,
    Function,
    Index,
    Mul,
    Shared,
    Sign,
    Sort,
    Term,
    Theory,
    all_indices,
    defining_terms,
    free_indices,
    fresh_index,
    index_letters,
    index_sorts,
    sides,
    subterms,
)


@dataclass(frozen=True)
class Correspondence:
    """What a general theorem speaks of, and what that is here.

    `reached` are the declarations that its claim and hypotheses reach; `spans` tells where the proof says
    what an array is.
    """

    reindexing: Reindexing
    reached: tuple[Declaration, ...]
    spans: dict[str, Span]


def corresponding(goal: Goal, instance: Instance, theorem: Theorem) -> Correspondence:
    """What a general theorem speaks of is here what the proof of a goal says. Raises `SourceError`."""
    return _Reader(goal, instance, theorem).read()


class _Reader:
    """Reads what stands behind `with`."""

    def __init__(self, goal: Goal, instance: Instance, theorem: Theorem) -> None:
        self._goal = goal
        self._instance = instance
        self._theorem = theorem
        self._general = theorem.theory
        self._here = goal.statement.theory

    def read(self) -> Correspondence:
        reached = tuple(self._reached())
        used = self._sorts_of(reached)
        places = self._places(used)
        declared = {d.name: d for d in reached}
        patterns: dict[str, Pattern] = {}
        functions: dict[str, str] = {}
        spans: dict[str, Span] = {}
        for image in self._instance.images:
            self._check_name(image, declared, spans)
            spans[image.name] = image.span
            found = declared[image.name]
            if isinstance(found, Function):
                functions[image.name] = self._function(image)
            else:
                patterns[image.name] = self._pattern(found, image, places)
        for found in reached:
            if found.name in spans or isinstance(found, Definition):
                continue
            spans[found.name] = self._instance.span
            same = self._same_name(found)
            if isinstance(found, Function):
                functions[found.name] = found.name
            else:
                patterns[found.name] = self._pattern(found, same, places)
        sizes = {
            sort.size: self._size(places[sort.name])
            for sort in self._general.sorts
            if sort.name in places
        }
        taken = {d.name for d in self._here.declarations}
        reindexing = Reindexing(self._general, places, sizes, patterns, functions, taken)
        return Correspondence(reindexing, reached, spans)

    def _error(self, message: str, span: Span | None = None) -> SourceError:
        return self._goal.error("instance", message, span or self._instance.span)

    # What the theorem speaks of

    def _mentioned(self) -> Iterator[Term]:
        """The terms of the claim and of the hypotheses of the theorem."""
        yield from sides(self._theorem.claim)
        for hypothesis in self._theorem.hypotheses:
            match hypothesis:
                case Sign(entry):
                    yield entry
                case Shared(entry, source):
                    yield from (entry, source)
                case AtLeast(size) | Fixed(size):
                    yield Entry(size)

    def _reached(self) -> Iterator[Declaration]:
        names = reached_arrays(self._mentioned(), self._general)
        return (d for d in self._general.declarations if d.name in names)

    def _sorts_of(self, reached: Iterable[Declaration]) -> set[str]:
        """The sorts that the theorem speaks of, through all that it reaches."""
        reached = tuple(reached)
        terms = [*self._mentioned(), *defining_terms(reached)]
        used = {sort for declared in reached for sort in index_sorts(declared)}
        names = {t.name for term in terms for t in subterms(term) if isinstance(t, Entry)}
        used |= {index.sort for term in terms for index in all_indices(term)}
        return used | {sort.name for sort in self._general.sorts if sort.size in names}

    # Sorts

    def _places(self, used: set[str]) -> dict[str, tuple[Index, ...]]:
        """The letters of each sort that the theorem speaks of."""
        places: dict[str, tuple[Index, ...]] = {}
        known = {sort.name: sort for sort in self._general.sorts}
        letters: set[str] = set()
        for place in self._instance.places:
            shown = ", ".join(index.name for index in place.indices)
            if place.name not in known:
                if self._general.find(place.name):
                    problem = f"{place.name} is an array of the theorem, and {shown} an index"
                    raise self._error(problem, place.span)
                raise self._error(self._unknown(place.name, "sort", known), place.span)
            if place.name in places:
                raise self._error(f"the sort {place.name} is mapped twice", place.span)
            if place.name not in used:
                problem = f"{self._instance.theorem} does not speak of {place.name} indices"
                raise self._error(problem, place.span)
            for index in place.indices:
                if index.name in letters:
                    problem = f"{index.name} is used for two indices of the theorem"
                    raise self._error(problem, place.span)
                if index.sort not in (sort.name for sort in self._here.sorts):
                    problem = f"nothing here has {index.sort} indices, so {index.name} is none"
                    raise self._error(problem, place.span)
                letters.add(index.name)
            places[place.name] = place.indices
        for sort in (s for s in self._general.sorts if s.name in used - {*places}):
            places[sort.name] = (self._same_sort(sort, letters),)
            letters.add(places[sort.name][0].name)
        return places

    def _same_sort(self, sort: Sort, taken: Iterable[str]) -> Index:
        """The letter of a sort that is not mapped: the one of its name."""
        if sort.name not in (known.name for known in self._here.sorts):
            problem = (
                f"it is not said what a {sort.name} of {self._instance.theorem} is here; "
                f"write {sort.name} = LETTER, or {sort.name} = (LETTER, LETTER) for pairs"
            )
            raise self._error(problem)
        return fresh_index(sort.name, index_letters(sort.name), taken)

    def _size(self, indices: Sequence[Index]) -> Term:
        """How many tuples there are."""
        sizes = tuple(Entry(self._here.size_of(index.sort)) for index in indices)
        return sizes[0] if len(sizes) == 1 else Mul(sizes)

    # Arrays

    def _check_name(
        self, image: Image, declared: dict[str, Declaration], spans: dict[str, Span]
    ) -> None:
        if image.name in spans:
            raise self._error(f"{image.name} is mapped twice", image.span)
        if image.name in declared:
            return
        if image.name in self._general.sizes():
            problem = f"{image.name} is a size, and follows from what the sorts are"
            raise self._error(problem, image.span)
        if image.name in (sort.name for sort in self._general.sorts):
            problem = (
                f"{image.name} is a sort, so it is mapped to a letter, or to several in brackets"
            )
            raise self._error(problem, image.span)
        if self._general.find(image.name):
            problem = f"{self._instance.theorem} does not speak of {image.name}; leave it out"
            raise self._error(problem, image.span)
        raise self._error(self._unknown(image.name, "array", declared), image.span)

    def _unknown(self, name: str, what: str, known: Iterable[str]) -> str:
        hint = meant(name, list(known), f"known are {', '.join(known)}")
        return f"{self._instance.theorem} has no {what} {name}; {hint}"

    def _same_name(self, declared: Declaration) -> Image:
        """An array that is not mapped is the one of its name."""
        found = self._here.find(declared.name)
        if found is None or isinstance(declared, Function) != isinstance(found, Function):
            problem = (
                f"it is not said what {_shown(declared)} of {self._instance.theorem} is here; "
                f"write {declared.name} = ..."
            )
            raise self._error(problem)
        return Image(declared.name, None, Entry(declared.name), self._instance.span)

    def _function(self, image: Image) -> str:
        name = image.term.name if isinstance(image.term, Entry) else ""
        if image.formals is not None or not isinstance(self._here.find(name), Function):
            problem = f"{image.name} is a function, so it is the name of a function here"
            raise self._error(problem, image.span)
        return name

    def _pattern(
        self, declared: Declaration, image: Image, places: dict[str, tuple[Index, ...]]
    ) -> Pattern:
        """What an array of the theorem is here: all of an array, or a term in its indices."""
        shape = [index for sort in index_sorts(declared) for index in places[sort]]
        term = image.term
        if isinstance(term, Entry) and not term.indices and image.formals is None:
            found = self._here.find(term.name)
            if isinstance(found, Function):
                problem = f"{term.name} is a function, and {declared.name} is an array"
                raise self._error(problem, image.span)
            if found is not None and index_sorts(found):
                return self._whole(declared, found, shape, image.span)
        formals = shape if image.formals is None else list(image.formals)
        if [index.sort for index in formals] != [index.sort for index in shape]:
            wanted = ",".join(index.sort for index in shape)
            problem = f"{_shown(declared)} has here the indices [{wanted}]"
            raise self._error(problem, image.span)
        if image.formals is not None and len(set(formals)) < len(formals):
            raise self._error(f"an index of {declared.name} stands twice", image.span)
        stray = [index for index in free_indices(term) if index not in formals]
        if stray:
            names = ",".join(index.name for index in formals)
            problem = f"{declared.name} is [{names}] here, so {stray[0].name} means nothing in it"
            if not formals:
                problem = f"{declared.name} has no index, so {stray[0].name} means nothing here"
            raise self._error(problem, image.span)
        if len(set(formals)) < len(formals):
            if free_indices(term):
                problem = (
                    f"two indices of {declared.name} are of one sort; write {declared.name}[..] ="
                )
                raise self._error(problem, image.span)
            formals = _distinct(formals)
        return Pattern(tuple(formals), term)

    def _whole(
        self, declared: Declaration, found: Declaration, shape: Sequence[Index], span: Span
    ) -> Pattern:
        """All of an array that has the indices of another one, in any order if their sorts differ."""
        formals, sorts = _distinct(shape), index_sorts(found)
        by_sort = {index.sort: index for index in formals}
        if tuple(index.sort for index in formals) == sorts:
            return Pattern(tuple(formals), Entry(found.name, tuple(formals)))
        if sorted(index.sort for index in formals) != sorted(sorts):
            here = ",".join(index.sort for index in shape)
            problem = (
                f"{_shown(declared)} has here the indices [{here}], and {_shown(found)} has not"
            )
            raise self._error(problem, span)
        if len(by_sort) < len(formals):
            problem = f"two indices of {_shown(found)} are of one sort; write {declared.name}[..] ="
            raise self._error(problem, span)
        return Pattern(tuple(formals), Entry(found.name, tuple(by_sort[sort] for sort in sorts)))


def _shown(declared: Declaration) -> str:
    """An array with the sorts of its indices."""
    sorts = index_sorts(declared)
    return f"{declared.name}[{','.join(sorts)}]" if sorts else declared.name


def _distinct(indices: Sequence[Index]) -> list[Index]:
    """The indices, each that stands a second time under another name."""
    found: list[Index] = []
    for index in indices:
        taken = [*(i.name for i in indices), *(i.name for i in found)]
        found.append(fresh_index(index.sort, (index.name,), taken) if index in found else index)
    return found


def is_whole(pattern: Pattern) -> bool:
    """Whether an array is all of another one, with its indices in some order."""
    term = pattern.term
    return isinstance(term, Entry) and sorted(term.indices) == sorted(pattern.formals)


def names_of(theory: Theory, kind: type) -> set[str]:
    """The names of what is declared of a kind."""
    return {d.name for d in theory.declarations if isinstance(d, kind)}
