"""The shape of a normaliser: which indices its output has, and which of them are averaged over.

What a loss shares is read off it by one principle: a coefficient carries the feature indices and is the
same at all places, a place being everything else that the output is indexed by (samples, pixels, ghost
batches).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bnproof.checks.points import reached_arrays
from bnproof.language.expressions import LETTERS
from bnproof.maps.definitions import Normaliser
from bnproof.terms import (
    FEATURE,
    BnproofError,
    Definition,
    Entry,
    Index,
    Mean,
    Parameter,
    Sign,
    Sum,
    Term,
    Theory,
    all_indices,
    bound_indices,
    children,
    defining_terms,
    fresh_index,
    index_letters,
    rebuild,
    substitute,
    subterms,
)

GROUP = "group"
FEATURES = (FEATURE.name, GROUP)


@dataclass(frozen=True)
class Shape:
    """The output of a normaliser and the indices that it has.

    Attributes:
        output: the output at its usual indices, such as `y[i,d]`.
        features, places: those of the indices that tell features apart, and the others.
        averaged: the sorts that the mean or the radicand of the output averages over.
        constants: the parameters such as eps under the roots of the output; of a stack, one for each.
        letters: the letters of all indices, each with its sort.
        taken: the names that nothing else may have.
    """

    output: Entry
    features: tuple[Index, ...]
    places: tuple[Index, ...]
    averaged: frozenset[str]
    constants: tuple[str, ...]
    letters: Mapping[str, str]
    taken: frozenset[str]

    @property
    def indices(self) -> tuple[Index, ...]:
        """The indices of the output."""
        return self.output.indices

    @property
    def kept(self) -> tuple[Index, ...]:
        """The indices that nothing is averaged over."""
        return tuple(index for index in self.indices if index.sort not in self.averaged)

    def at(self, renamed: Mapping[Index, Index]) -> Entry:
        """The output at other indices."""
        return Entry(self.output.name, tuple(renamed.get(i, i) for i in self.indices))

    def others(self, indices: Iterable[Index]) -> dict[Index, Index]:
        """For each of some indices of the output another letter of its sort."""
        used = {index.name for index in self.indices}
        found: dict[Index, Index] = {}
        for index in indices:
            found[index] = self.index(index.sort, used)
            used.add(found[index].name)
        return found

    def index(self, sort: str, used: Iterable[str]) -> Index:
        """An index of a sort whose name is not used."""
        return fresh_index(sort, self._letters_of(sort), used)

    def array(self, name: str, indices: Sequence[Index] = (), symmetric: bool = False) -> Parameter:
        """A parameter over the sorts of some indices, by this name or else by a similar free one."""
        name = next(n for n in (name, name.swapcase(), *"uvwabrq") if n not in self.taken)
        return Parameter(name, tuple(index.sort for index in indices), symmetric=symmetric)

    def lettered(self, term: Term, taken: Iterable[str] = ()) -> Term:
        """The term with usual letters for those of its bound indices that are named by their sorts."""
        used = {*taken, *(index.name for index in all_indices(term))}
        parts = tuple(self.lettered(child, used) for child in children(term))
        term = rebuild(term, parts)
        if not isinstance(term, Sum | Mean):
            return term
        for index in bound_indices(term):
            if index.name.rstrip("0123456789") == index.sort:
                used |= {i.name for i in all_indices(term)}
                term = _renamed(term, index, self.index(index.sort, used))
        return term

    def _letters_of(self, sort: str) -> list[str]:
        """The letters of a sort, the most usual one first."""
        own = [index.name for index in self.indices if index.sort == sort]
        usual = [letter for letter in index_letters(sort) if self.letters.get(letter) == sort]
        added = [letter for letter, known in self.letters.items() if known == sort]
        return list(dict.fromkeys([*own, *usual, *added])) or [sort]


def shape_of(norm: Normaliser) -> Shape:
    """The shape of a normaliser. Raises `BnproofError` for one that has no loss to speak of."""
    theory = norm.theory
    defined = theory.find(norm.output)
    if not isinstance(defined, Definition) or len(theory.inputs()) != 1:
        problem = f"a normaliser has one input and defines its output {norm.output}"
        raise BnproofError(f"{norm.short}: {problem}")
    [array] = theory.inputs()
    if sorted(index.sort for index in defined.formals) != sorted(array.sorts):
        problem = f"{norm.output} and {array.name} have indices of the same sorts"
        raise BnproofError(f"{norm.short}: {problem}")
    indices = defined.formals
    reached = reached_arrays((Entry(norm.output),), theory)
    zero = {h.entry.name for h in norm.hypotheses if isinstance(h, Sign) and h.sign == "zero"}
    letters = {**LETTERS, **norm.letters}
    taken = {d.name for d in theory.declarations} | {*theory.sizes(), *letters}
    return Shape(
        Entry(norm.output, indices),
        tuple(index for index in indices if index.sort in FEATURES),
        tuple(index for index in indices if index.sort not in FEATURES),
        frozenset(_averaged(theory, reached)),
        tuple(d.name for d in theory.declarations if _is_constant(d, reached - zero)),
        letters,
        frozenset(taken),
    )


def _averaged(theory: Theory, reached: Iterable[str]) -> set[str]:
    """The sorts over which the definitions of an output sum or average."""
    terms = defining_terms(d for d in theory.declarations if d.name in set(reached))
    parts = (part for term in terms for part in subterms(term))
    return {index.sort for part in parts for index in bound_indices(part)}


def _is_constant(declared: object, reached: set[str]) -> bool:
    """Whether a declaration is that of a number like eps."""
    if not isinstance(declared, Parameter):
        return False
    return declared.nonnegative and not declared.sorts and declared.name in reached


def _renamed(term: Sum | Mean, old: Index, new: Index) -> Sum | Mean:
    """A sum or mean with another letter for one of its indices."""
    indices = tuple(new if index == old else index for index in term.indices)
    if isinstance(term, Mean):
        return Mean(indices, substitute(term.body, {old: new}))
    conditions = tuple(
        type(pair)(*(new if index == old else index for index in pair)) for pair in term.conditions
    )
    return Sum(indices, conditions, substitute(term.body, {old: new}))
