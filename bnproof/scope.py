"""What a verdict speaks of: sizes, hypotheses, the domain, and all that nobody typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from bnproof.checks.points import Setting
from bnproof.checks.search import smallest_sizes
from bnproof.kernel.units import SizeCondition
from bnproof.language import Statement, print_hypothesis, print_term
from bnproof.terms import (
    Add,
    AtLeast,
    Entry,
    Fixed,
    Function,
    Mul,
    Neg,
    Parameter,
    Pow,
    Sign,
    Term,
    TermError,
    fresh_indices,
    number,
)

_LARGEST_ROOT = 1000


@dataclass(frozen=True, slots=True)
class Scope:
    """The scope of a verdict, in the words of the claim language.

    `sizes` are bounds such as `n >= 2`, `hypotheses` what was assumed, `domain` the radicands that are
    positive, and `declared` the parameters that the claim declared by using them.
    """

    sizes: tuple[str, ...]
    hypotheses: tuple[str, ...]
    domain: tuple[str, ...]
    declared: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(self.sizes + self.hypotheses + self.domain + self.declared)


def are_admitted(conditions: tuple[SizeCondition, ...], sizes: Mapping[str, int]) -> bool:
    """Whether no polynomial that is divided by vanishes at these sizes."""
    return all(_value(condition, sizes) for condition in conditions)


def scope_of(
    statement: Statement, setting: Setting, conditions: tuple[SizeCondition, ...]
) -> Scope:
    """The scope of an equation that a statement stands for.

    Raises `TermError` (vacuous) if no point at small sizes meets the hypotheses.
    """
    least = smallest_sizes(setting)
    if not least:
        problem = "no point was found that meets the hypotheses, so the claim may be about nothing"
        raise TermError("vacuous", problem, statement.claim)
    bounds = [
        f"{name} {'=' if name in setting.fixed else '>='} {size}" for name, size in least.items()
    ]
    bounds += [text for condition in conditions for text in excluded_sizes(condition, least)]
    return Scope(
        tuple(dict.fromkeys(bounds)),
        tuple(dict.fromkeys(_hypotheses(statement, setting))),
        tuple(f"{print_term(root.radicand)} > 0" for root in setting.roots),
        tuple(map(_declared, statement.declared)),
    )


def _hypotheses(statement: Statement, setting: Setting) -> Iterator[str]:
    """What is assumed: the sign of eps in any case, then what was typed beside sizes."""
    constants = [d.name for d in setting.reached if isinstance(d, Parameter) and d.nonnegative]
    for name in constants:
        relation = {None: ">= 0", "zero": "= 0"}.get(setting.signs.get(name), "> 0")
        yield f"{name} {relation}"
    for hypothesis in statement.hypotheses:
        match hypothesis:
            case AtLeast() | Fixed():
                pass
            case Sign(Entry(name)) if name in constants:
                pass
            case _:
                yield print_hypothesis(hypothesis)


def _value(condition: SizeCondition, sizes: Mapping[str, int]) -> Fraction:
    """The value of a polynomial in the sizes."""
    total = Fraction(0)
    for powers, coefficient in condition:
        term = Fraction(coefficient)
        for name, power in powers:
            term *= sizes[name] ** power
        total += term
    return total


def excluded_sizes(condition: SizeCondition, least: Mapping[str, int]) -> list[str]:
    """`n != 5` for each zero of a polynomial in one size from its bound on, else `polynomial != 0`."""
    names = {name for powers, _ in condition for name, _ in powers}
    highest = max(condition)[1]
    bound = 1 + max(abs(Fraction(c) / highest) for _, c in condition)
    if len(names) > 1 or bound > _LARGEST_ROOT:
        return [f"{print_term(_term(condition))} != 0"]
    [name] = names
    candidates = range(least[name], int(bound) + 1)
    return [f"{name} != {k}" for k in candidates if not _value(condition, {name: k})]


def _term(condition: SizeCondition) -> Term:
    """A polynomial in the sizes as a term, the highest powers first."""
    terms: list[Term] = []
    for powers, coefficient in sorted(condition, reverse=True):
        factors: list[Term] = [Pow(Entry(n), k) if k > 1 else Entry(n) for n, k in powers]
        if abs(coefficient) != 1 or not factors:
            factors.insert(0, number(abs(Fraction(coefficient))))
        product = factors[0] if len(factors) == 1 else Mul(tuple(factors))
        terms.append(Neg(product) if coefficient < 0 else product)
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def _declared(parameter: Parameter | Function) -> str:
    """What was declared by use: `G[i,d] real`, `H[d,e] = H[e,d] real`, `phi any smooth function`."""
    if isinstance(parameter, Function):
        return f"{parameter.name} any smooth function"
    indices = [index.name for index in fresh_indices(parameter.sorts)]
    shown = f"{parameter.name}[{','.join(indices)}]" if indices else parameter.name
    if parameter.symmetric:
        return f"{shown} = {parameter.name}[{','.join(reversed(indices))}] real"
    return f"{shown} real"
