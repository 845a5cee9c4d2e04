"""A proved claim as a derivation that can be read and checked again."""

from __future__ import annotations

from collections.abc import Iterator

from bnproof.derivation.discovery import find_steps
from bnproof.language import print_claim, print_hypothesis, print_term
from bnproof.language.statements import Statement
from bnproof.render.text import aligned_steps, broken
from bnproof.terms import Parameter

_USES = {"batch": "batchnorm", "layer": "layernorm"}


def saved_text(statement: Statement, norm: str, markdown: bool) -> str:
    """The text of a derivation of a claim that the kernel has proved."""
    code = "\n".join(_code(statement, norm))
    if not markdown:
        return f"{code}\n"
    claim = print_claim(statement.claim)
    return f"# A proof\n\nOf `{claim}`.\n\n```bnproof\n{code}\n```\n"


def _code(statement: Statement, norm: str) -> Iterator[str]:
    yield f"use {_USES[norm]}(x)"
    for parameter in statement.declared:
        yield _parameter(parameter)
    yield ""
    yield "theorem claim"
    for hypothesis in statement.hypotheses:
        yield f"  assume {print_hypothesis(hypothesis)}"
    yield from (f"  {line}" for line in broken(print_claim(statement.claim)))
    yield "proof"
    first, steps = find_steps(statement)
    yield from (f"  {line}" for line in broken(print_term(first)))
    shown = [(f"= {print_term(t)}", f"by {', '.join(map(str, h))}" if h else "") for t, h in steps]
    yield from (f"    {line}" for line in aligned_steps(shown))
    yield "qed"


def _parameter(parameter: Parameter) -> str:
    sorts = f"[{','.join(parameter.sorts)}]" if parameter.sorts else ""
    return f"param {parameter.name}{sorts}{' symmetric' if parameter.symmetric else ''}"
