"""What somebody declares in front of a claim: declaring statements alone, read like those of a file.

    { index | input | param | function | let | root | use }

They share their letters with what stands before them: each is an index or an array, not both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bnproof.language.documents import DocumentParser
from bnproof.language.items import Document, Item
from bnproof.language.sorts import Letters
from bnproof.language.source import Source, Span
from bnproof.language.tokens import MAX_LENGTH
from bnproof.terms import FEATURE, SAMPLE, Sort

DECLARING = ("index", "input", "param", "function", "let", "root", "use")
_NOWHERE = Span(0, 0)


@dataclass(frozen=True)
class Letterings:
    """What letters mean where a text begins.

    Attributes:
        letters: the sorts that index letters range over, beside the usual ones.
        sorts: all sorts of indices.
        indices, arrays: the names that texts before it have used as indices and as arrays.
    """

    letters: Mapping[str, str] = field(default_factory=dict)
    sorts: tuple[Sort, ...] = (SAMPLE, FEATURE)
    indices: frozenset[str] = frozenset()
    arrays: frozenset[str] = frozenset()


def parse_declarations(
    source: Source, known: Letterings, letters_of: Callable[[str], Letters]
) -> tuple[Document, Letterings]:
    """Read declaring statements, and what letters mean behind them.

    `letters_of` tells which index letters a normaliser brings with it. Raises `SourceError`.
    """
    parser = _DeclarationParser(source, MAX_LENGTH, letters_of)
    parser.begin(known)
    document = parser.document()
    for error in document.errors:
        raise error
    if not document.items:
        problem = f"expected a statement that declares something ({', '.join(DECLARING)})"
        raise parser.error("syntax", problem, parser.token.span)
    return document, parser.letterings()


class _DeclarationParser(DocumentParser):
    """One pass over the tokens of declaring statements."""

    def begin(self, known: Letterings) -> None:
        """Take over what letters mean."""
        self.letters |= known.letters
        self.sorts = {sort.name: sort.size for sort in known.sorts}
        self.sizes = list(self.sorts.values())
        self.used_as_index = dict.fromkeys(known.indices, _NOWHERE)
        self.used_as_array = dict.fromkeys(known.arrays, _NOWHERE)

    def letterings(self) -> Letterings:
        """What letters mean at the end."""
        return Letterings(
            dict(self.letters),
            tuple(Sort(*sort) for sort in self.sorts.items()),
            frozenset(self.used_as_index),
            frozenset(self.used_as_array),
        )

    def statement(self) -> Item:
        token = self.token
        if token.text not in DECLARING:
            problem = f"'{token.text}' declares nothing; what does is {', '.join(DECLARING)}"
            if token.text == "assume":
                problem += "; hypotheses are given apart (--assume)"
            raise self.error("syntax", problem, token.span)
        return super().statement()
