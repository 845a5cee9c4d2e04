"""From tokens to sorts of indices, their letters, and arrays with such indices.

    "index" letter { letter } ":" sort [ "(" size ")" ]
    array      =  name [ "[" sort { "," sort } "]" ]

A normaliser that a document uses may have sorts of its own; it brings their letters with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from bnproof.language.expressions import LETTERS
from bnproof.language.items import DeclareSort
from bnproof.language.proofs import ProofParser
from bnproof.language.source import Source, meant
from bnproof.language.tokens import Token
from bnproof.terms import FEATURE, SAMPLE, Sort

MAX_SORTS = 8

# The index letters that `use NAME(x)` brings into a file, and the sorts that they range over.
Letters: TypeAlias = Mapping[str, Sort]


def no_letters(_normaliser: str) -> Letters:
    """For documents that use no normaliser with sorts of its own."""
    return {}


class SortParser(ProofParser):
    """One pass over the tokens of a source that declares sorts of indices."""

    def __init__(self, source: Source, limit: int, letters_of: Callable[[str], Letters]) -> None:
        super().__init__(source, limit)
        self.letters_of = letters_of
        self.sorts = {SAMPLE.name: SAMPLE.size, FEATURE.name: FEATURE.size}

    def index_letters(self) -> DeclareSort:
        letters = [self.expect_kind("name", "an index letter")]
        while self.token.text != ":":
            letters.append(self.expect_kind("name", "an index letter or ':'"))
        self.advance()
        sort = self.expect_kind("name", "the sort that they range over").text
        size = self.sorts.get(sort)
        if self.accept("("):
            token = self.expect_kind("name", "the name of its size")
            if size not in (None, token.text) or (
                size is None and token.text in self.sorts.values()
            ):
                problem = f"{sort} or {token.text} is declared otherwise already"
                raise self.error("name-clash", problem, token.span)
            size = token.text
            self.expect(")", "')'")
        if size is None:
            raise self.expected(f"'(' and the size of the new sort, as in {sort}(P)")
        for token in letters:
            if len(token.text) != 1:
                raise self.error("syntax", "an index is a single letter", token.span)
            if token.text in self.used_as_index and self.letters.get(token.text) != sort:
                problem = f"{token.text} was used as an index of another sort before"
                raise self.error("name-clash", problem, token.span)
            self.letters[token.text] = sort
        self.enter_sort(sort, size, letters[0])
        return DeclareSort(Sort(sort, size))

    def enter_sort(self, name: str, size: str, token: Token) -> None:
        """Have a sort of indices, unless there is one of this name."""
        if name in self.sorts:
            return
        if len(self.sorts) == MAX_SORTS:
            raise self.error("limit", f"{MAX_SORTS} sorts are allowed", token.span)
        self.sorts[name] = size
        self.sizes.append(size)

    def bring(self, normaliser: Token) -> None:
        """The sorts that a normaliser has of its own, and their letters where the file has none yet."""
        brought: dict[Sort, list[str]] = {}
        for letter, sort in self.letters_of(normaliser.text).items():
            brought.setdefault(sort, []).append(letter)
        for sort, letters in brought.items():
            if sort.name not in self.letters.values():
                self.check_free(letters, sort, normaliser)
                self.letters.update(dict.fromkeys(letters, sort.name))
            self.enter_sort(sort.name, sort.size, normaliser)

    def check_free(self, letters: list[str], sort: Sort, normaliser: Token) -> None:
        """No letter that a normaliser brings with it means something else already."""
        for letter in letters:
            known = self.letters.get(letter)
            used = any(name.rstrip("0123456789") == letter for name in self.used_as_index)
            if used or (known is not None and known != LETTERS.get(letter)):
                shown = f"{' '.join(letters)} : {sort.name}({sort.size})"
                problem = (
                    f"{normaliser.text} has the index letters {shown}, and {letter} is a {known} index "
                    f"here; write 'index u v : {sort.name}({sort.size})' in front of it, "
                    "or other letters that are free"
                )
                raise self.error("name-clash", problem, normaliser.span)

    def array(self) -> tuple[str, tuple[str, ...]]:
        """The name of an array and the sorts of its indices."""
        name = self.expect_kind("name", "the name of an array")
        sorts: list[str] = []
        if self.accept("["):
            sorts = self.few(self.separated(self.sort), name)
            self.expect("]", "',' or ']'")
        self.used_as_array.setdefault(name.text, name.span)
        self.check_roles(name)
        return name.text, tuple(sorts)

    def sort(self) -> str:
        token = self.expect_kind("name", f"a sort of indices: {', '.join(self.sorts)}")
        if token.text not in self.sorts:
            own = self.letters.get(token.text[:1]) if len(token.text) < 3 else None
            hint = meant(own or token.text, self.sorts, f"known are {', '.join(self.sorts)}")
            problem = f"{token.text} is not a sort of indices; {hint}"
            raise self.error("unknown-index", problem, token.span)
        return token.text
