"""The claim language: text to terms and back, with errors that point into the text."""

from bnproof.language.expressions import parse_term
from bnproof.language.printer import (
    print_claim,
    print_hypothesis,
    print_places,
    print_term,
)
from bnproof.language.source import Source, SourceError
from bnproof.language.statements import Statement, read_statement, read_term

__all__ = [
    "Source",
    "SourceError",
    "Statement",
    "parse_term",
    "print_claim",
    "print_hypothesis",
    "print_places",
    "print_term",
    "read_statement",
    "read_term",
]
