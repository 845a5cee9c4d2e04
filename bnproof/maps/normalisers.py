"""Normalisers by name, or by the file in which a reader has defined one.

    >>> from bnproof.maps.normalisers import find
    >>> find("layer").title
    'layer norm (over features)'

`bnproof.maps.registry` holds those that ship.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bnproof.language.files import BARE, MARKDOWN, read_source
from bnproof.language.items import Assertion, Declare, Document, Import, Inexpressible, Metadata
from bnproof.language.source import SourceError, Span, meant
from bnproof.maps.declaring import Declarations
from bnproof.maps.definitions import Definitions, Normaliser, own_letters
from bnproof.maps.registry import NORMALISERS, named, read_document
from bnproof.terms import BnproofError, Definition, TermError, Theory, index_sorts

__all__ = ["NORMALISERS", "Normaliser", "find", "named"]

_OUTPUT = "y"
# What declares nothing.
_SAID = (Assertion, Inexpressible, Metadata)


def find(name: str) -> Normaliser:
    """The normaliser of a name, such as `layer` or `layernorm`, or of a file with definitions.

    A file is a derivation (`.md` or `.bnp`) that declares one input and its output y; what it claims is
    not looked at.
    Raises `BnproofError` for a name without meaning, `UnreadableError` and `SourceError` for a file.
    """
    found = named(name)
    if found is not None:
        return found
    if Path(name).suffix in (MARKDOWN, BARE):
        return _defined_in(name)
    known = [normaliser.short for normaliser in NORMALISERS]
    names = [*known, *(normaliser.name for normaliser in NORMALISERS)]
    hint = meant(name, names, f"known are {', '.join(known)}")
    raise BnproofError(
        f"{name} is not a normaliser, nor a file ({MARKDOWN}, {BARE}) that defines one; {hint}"
    )


def _defined_in(name: str) -> Normaliser:
    """The normaliser that a file defines."""
    document = read_document(read_source(Path(name), name))
    for error in document.errors:
        raise error
    definitions = _declared(document)
    metadata = {item.kind: item.text for item, _ in document.items if isinstance(item, Metadata)}
    stem = Path(name).stem
    title, reference = metadata.get("title", stem), metadata.get("source", name)
    text = "\n".join(_statements(document))
    return Normaliser(stem, name, title, reference, text, None, False, _OUTPUT, definitions)


def _declared(document: Document) -> Definitions:
    """What a document declares: one input, and an output of its shape."""
    context = Declarations(document.source, document.spans)
    for item, span in document.items:
        if isinstance(item, Import):
            problem = "a file that defines a normaliser imports nothing; copy what it needs"
            raise SourceError("import", problem, document.source, span)
        if not isinstance(item, _SAID):
            try:
                context.enter(item, span)
            except TermError as error:
                place = document.spans.get(id(error.culprit), span)
                raise SourceError(error.code, error.message, document.source, place) from error
    _check_shape(context.theory, document)
    return Definitions(context.theory, tuple(context.attributes), own_letters(document))


def _check_shape(theory: Theory, document: Document) -> None:
    """There is one input, and the output has its indices."""
    places = {
        item.declaration.name: span for item, span in document.items if isinstance(item, Declare)
    }

    def error(code: str, problem: str, name: str = "") -> SourceError:
        return SourceError(code, problem, document.source, places.get(name, Span(0, 0)))

    inputs = [declared.name for declared in theory.inputs()]
    if not inputs:
        problem = "a normaliser declares its input, as in 'input x[sample,feature]'"
        raise error("unknown-name", problem)
    if len(inputs) > 1:
        problem = f"a normaliser has one input, and this file has {', '.join(inputs)}"
        raise error("unsupported", problem, inputs[1])
    output, wanted = theory.find(_OUTPUT), theory.inputs()[0].sorts
    if not isinstance(output, Definition):
        problem = f"a normaliser defines its output {_OUTPUT}, as in 'let {_OUTPUT}[i,d] = ...'"
        raise error("unknown-name", problem, inputs[0])
    if index_sorts(output) != wanted:
        shapes = [f"[{', '.join(sorts)}]" for sorts in (index_sorts(output), wanted)]
        problem = f"the output is {_OUTPUT}{shapes[0]}, but the input is {inputs[0]}{shapes[1]}"
        raise error("wrong-indices", problem, _OUTPUT)


def _statements(document: Document) -> Iterator[str]:
    """The declarations of a document, as they stand there."""
    for item, span in document.items:
        if not isinstance(item, _SAID):
            yield document.source.code[span.start : span.end]
