"""A proved claim as a derivation that can be read and checked again."""

from __future__ import annotations

from collections.abc import Iterator

from bnproof.derivation.discovery import find_chains
from bnproof.kernel import Theorem
from bnproof.language import print_claim, print_hypothesis, print_term
from bnproof.language.statements import Statement
from bnproof.maps.normalisers import NORMALISERS, Normaliser
from bnproof.render.text import aligned_steps, broken
from bnproof.terms import MATRICES, Function, Inverse, Parameter


def saved_text(
    statement: Statement, theorem: Theorem | None, norm: Normaliser, markdown: bool
) -> str:
    """The text of a derivation of a claim that is proved, by the kernel or by separating points.

    A normaliser that does not ship is defined in it.
    """
    code = "\n".join(_code(statement, theorem, norm))
    if not markdown:
        return f"{code}\n"
    claim = print_claim(statement.claim)
    return f"# A proof\n\nOf `{claim}`.\n\n```bnproof\n{code}\n```\n"


def _code(statement: Statement, theorem: Theorem | None, norm: Normaliser) -> Iterator[str]:
    yield f"use {norm.name}(x)" if norm in NORMALISERS else norm.text.rstrip()
    for part in statement.preamble:
        yield from map(_parameter, part.declared)
        yield part.text
    before = {declared for part in statement.preamble for declared in part.declared}
    yield from (_parameter(declared) for declared in statement.declared if declared not in before)
    yield ""
    yield "theorem claim"
    known = {*norm.hypotheses, *(h for part in statement.preamble for h in part.hypotheses)}
    for hypothesis in (h for h in statement.hypotheses if h not in known):
        yield f"  assume {print_hypothesis(hypothesis)}"
    yield from (f"  {line}" for line in broken(print_claim(statement.claim)))
    if theorem is None:
        yield "proof auto qed"
        return
    yield "proof"
    match theorem.witness:
        case Inverse(left_inverse, coordinates):
            yield f"  inverse {print_term(left_inverse)}"
            yield f"  coordinates {{{', '.join(map(print_term, coordinates))}}}"
    for chain in find_chains(statement, theorem):
        if isinstance(statement.claim, MATRICES):
            yield f"  show {chain.part}"
        yield from (f"  {line}" for line in broken(print_term(chain.first)))
        shown = [
            (
                f"{s.relation} {print_term(s.term)}",
                f"by {', '.join(map(str, s.hints))}" if s.hints else "",
            )
            for s in chain.steps
        ]
        yield from (f"    {line}" for line in aligned_steps(shown))
    yield "qed"


def _parameter(parameter: Parameter | Function) -> str:
    if isinstance(parameter, Function):
        return f"function {parameter.name}"
    sorts = f"[{','.join(parameter.sorts)}]" if parameter.sorts else ""
    return f"param {parameter.name}{sorts}{' symmetric' if parameter.symmetric else ''}"
