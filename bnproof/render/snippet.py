"""A counterexample as a NumPy program that anybody can run."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bnproof.checks.points import nested
from bnproof.checks.search import Counterexample
from bnproof.terms import (
    Add,
    Apply,
    Definition,
    Delta,
    Diff,
    Div,
    Entry,
    Function,
    Index,
    Input,
    Mean,
    Mul,
    Neg,
    Number,
    Parameter,
    Pow,
    Root,
    Sum,
    Term,
    Theory,
    children,
    sides,
)

_DIFF = '''\
def diff(array, at, value, h=1e-3):
    """The derivative of value() by array[at]: central differences of fourth order."""
    old = array[at]

    def shifted(step):
        array[at] = old + step
        result = float(value())
        array[at] = old
        return result

    return (8*(shifted(h) - shifted(-h)) - (shifted(2*h) - shifted(-2*h)))/(12*h)'''


def numpy_snippet(found: Counterexample) -> str:
    """A self-contained program that prints both sides of a refuted equation; indices count from 0."""
    theory, point = found.setting.theory, found.point
    equation = found.setting.equation
    lines = [
        "import numpy as np",
        "",
        f"{', '.join(point.sizes)} = {', '.join(map(str, point.sizes.values()))}",
    ]
    functions: list[str] = []
    has_diff = any(map(_has_diff, sides(equation)))
    for declared in found.setting.reached:
        match declared:
            case Input() | Parameter():
                values = nested(theory, point, declared, float)
                lines.append(f"{declared.name} = np.array({values})")
            case Function(name):
                numbers = list(map(float, point.functions[name]))
                lines.append(f"{name} = np.polynomial.Polynomial({numbers})")
            case Definition(name, formals, body):
                functions += _function(name, formals, _python(body, theory))
                has_diff = has_diff or _has_diff(body)
            case Root(name, formals, radicand):
                functions += _function(name, formals, f"np.sqrt({_python(radicand, theory)})")
    if found.indices:
        names = ", ".join(index.name for index in found.indices)
        lines.append(f"{names} = {', '.join(map(str, found.indices.values()))}  # counted from 0")
    if has_diff:
        lines += ["", _DIFF]
    lines += [*functions, ""]
    for label, side in zip(("left ", "right"), sides(equation), strict=True):
        lines.append(f'print("{label} =", {_python(side, theory)})')
    return _without_dots("\n".join(lines), theory)


def _without_dots(program: str, theory: Theory) -> str:
    """The program with names such as `ln.y`, which Python would read otherwise, as `ln_y`."""
    taken = {*theory.sizes(), *(declared.name for declared in theory.declarations)}
    for name in [d.name for d in theory.declarations if "." in d.name]:
        new = name.replace(".", "_")
        while new in taken:
            new += "_"
        taken.add(new)
        program = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w)", new, program)
    return program


def _has_diff(term: Term) -> bool:
    return isinstance(term, Diff) or any(map(_has_diff, children(term)))


def _function(name: str, formals: tuple[Index, ...], body: str) -> list[str]:
    return ["", f"def {name}({', '.join(index.name for index in formals)}):", f"    return {body}"]


def _python(term: Term, theory: Theory) -> str:
    """A term as a Python expression, the arrays being NumPy arrays and the definitions functions."""

    def text(inner: Term) -> str:
        return _python(inner, theory)

    def tight(inner: Term) -> str:
        simple = isinstance(inner, Number | Entry | Delta | Sum | Diff | Apply)
        return text(inner) if simple else f"({text(inner)})"

    match term:
        case Number(value):
            return str(value.numerator) if value.denominator == 1 else repr(float(value))
        case Entry(name, indices):
            return _entry(name, indices, theory)
        case Delta(left, right):
            return f"int({left.name} == {right.name})"
        case Neg(body):
            return f"-{tight(body)}"
        case Add(terms):
            first, *others = terms
            return text(first) + "".join(
                f" - {tight(t.body)}" if isinstance(t, Neg) else f" + {text(t)}" for t in others
            )
        case Mul(factors):
            return "*".join(map(tight, factors))
        case Div(numerator, denominator):
            return f"{tight(numerator)}/{tight(denominator)}"
        case Pow(base, exponent):
            return f"{tight(base)}**{exponent}"
        case Sum(indices, conditions, body):
            return f"sum({text(body)}{_loops(indices, theory)}{_tests(conditions)})"
        case Mean(indices, body):
            total = f"sum({text(body)}{_loops(indices, theory)})"
            return "/".join([total, *(theory.size_of(index.sort) for index in indices)])
        case Diff(Entry(name, indices), body):
            at = ", ".join(index.name for index in indices) + ("," if len(indices) == 1 else "")
            return f"diff({name}, ({at}), lambda: {text(body)})"
        case Apply(function, order, argument):
            return f"{function}{f'.deriv({order})' if order else ''}({text(argument)})"


def _entry(name: str, indices: tuple[Index, ...], theory: Theory) -> str:
    if isinstance(theory.find(name), Definition | Root):
        return f"{name}({', '.join(index.name for index in indices)})"
    return f"{name}[{', '.join(index.name for index in indices)}]" if indices else name


def _loops(indices: tuple[Index, ...], theory: Theory) -> str:
    return "".join(f" for {i.name} in range({theory.size_of(i.sort)})" for i in indices)


def _tests(conditions: Sequence[tuple[Index, Index]]) -> str:
    return "".join(f" if {left.name} != {right.name}" for left, right in conditions)
