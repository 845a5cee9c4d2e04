"""What would make a refuted claim true: the smallest set of hypotheses under which it is proved."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from bnproof.checks.points import reached_arrays, setting_of
from bnproof.checks.search import Progress, smallest_sizes
from bnproof.kernel import BudgetExhausted, Theorem
from bnproof.language import Statement, print_hypothesis
from bnproof.prover.deciding import Denied, resolve
from bnproof.scope import are_admitted
from bnproof.separation import differ_at
from bnproof.terms import (
    Add,
    Definition,
    Diff,
    Different,
    Div,
    Entry,
    Fixed,
    Hypothesis,
    Inequality,
    Mean,
    Mul,
    Neg,
    NotBlocked,
    Number,
    Parameter,
    Pow,
    Root,
    Shared,
    Sign,
    Sum,
    Term,
    TermError,
    Theory,
    Unequal,
    free_in_claim,
    fresh_indices,
    index_letters,
    obligations,
    sides,
    subterms,
)

STEPS = 50_000
SIZES = (2, 3)
MAX_PAIRS = 60


class _Candidate(NamedTuple):
    """A hypothesis, and the parameter that it brings with it, if any."""

    hypothesis: Hypothesis
    parameter: Parameter | None = None


def missing_hypotheses(statement: Statement, progress: Progress) -> tuple[Hypothesis, ...]:
    """The first single hypothesis, else pair of them, under which a claim is proved; () if none is.

    What is tried: eps = 0, eps > 0, free indices that differ, parameters shared over what is averaged,
    small sizes, parameters that are zero, and for an inequality parameters that are positive. None of
    them empties the domain or makes the claim one about nothing but zeros.
    """
    candidates = list(_candidates(statement))
    pairs = itertools.islice(itertools.combinations(candidates, 2), MAX_PAIRS)
    for chosen in (*((candidate,) for candidate in candidates), *pairs):
        hypotheses = tuple(candidate.hypothesis for candidate in chosen)
        progress(f"trying {', '.join(map(print_hypothesis, hypotheses))}")
        if _is_proved(_extended(statement, chosen)):
            return hypotheses
    return ()


def _extended(statement: Statement, chosen: Sequence[_Candidate]) -> Statement:
    """The statement under more hypotheses."""
    new = [c.parameter for c in chosen if c.parameter]
    return replace(
        statement,
        theory=statement.theory.extended(new),
        hypotheses=(*statement.hypotheses, *(c.hypothesis for c in chosen)),
    )


def _is_proved(statement: Statement) -> bool:
    """Whether a statement is proved, and says something about some point."""
    claim, theory, hypotheses = statement.claim, statement.theory, statement.hypotheses
    zero = {h.entry.name for h in hypotheses if isinstance(h, Sign) and h.sign == "zero"}
    if all(_vanishes(side, theory, zero) for side in sides(claim)):
        return False
    try:
        result = resolve(claim, theory, hypotheses, STEPS)
        if isinstance(result, Theorem):
            theorem = result
            parts = obligations(claim, theory, theorem.witness)
            setting = setting_of(
                next(iter(parts.values())),
                theory,
                hypotheses,
                theorem.roots,
                lambda sizes: are_admitted(theorem.nonzero_sizes, sizes),
            )
            return bool(smallest_sizes(setting))
        if isinstance(result, Denied) and result.difference:
            difference = result.difference
            setting = setting_of(difference.equation, theory, hypotheses, difference.roots)
            named = dict(claim.sizes) if isinstance(claim, Different | NotBlocked) else {}
            return differ_at(setting, theory, hypotheses, named)
    except (TermError, BudgetExhausted):
        pass
    return False


# What can be assumed


def _candidates(statement: Statement) -> Iterator[_Candidate]:
    """The hypotheses that are tried, the most usual ones first."""
    theory = statement.theory
    known = {type(h): h for h in statement.hypotheses}
    signed = {h.entry.name for h in statement.hypotheses if isinstance(h, Sign)}
    reached = reached_arrays(sides(statement.claim), theory)
    varied = {
        part.variable.name
        for side in sides(statement.claim)
        for part in subterms(side)
        if isinstance(part, Diff)
    }
    parameters = [
        d
        for d in theory.declarations
        if isinstance(d, Parameter) and d.name in reached - signed - varied
    ]
    constants = [d for d in parameters if d.nonnegative]
    others = [d for d in parameters if not d.nonnegative]
    yield from (_sign(d, "zero") for d in constants)
    yield from (_sign(d, "positive") for d in constants)
    free = free_in_claim(statement.claim)
    for left, right in itertools.combinations(free, 2):
        if left.sort == right.sort and Unequal(left, right) not in statement.hypotheses:
            yield _Candidate(Unequal(left, right))
    if Shared not in known:
        yield from _sharings(others, theory, reached)
    for size in theory.sizes():
        if not any(isinstance(h, Fixed) and h.size == size for h in statement.hypotheses):
            yield from (_Candidate(Fixed(size, value)) for value in SIZES)
    yield from (_sign(d, "zero") for d in others)
    if isinstance(statement.claim, Inequality):
        yield from (_sign(d, "positive") for d in others if not d.symmetric)


def _sign(parameter: Parameter, sign: str) -> _Candidate:
    return _Candidate(Sign(Entry(parameter.name, fresh_indices(parameter.sorts)), sign))


def _sharings(
    parameters: Iterable[Parameter], theory: Theory, reached: set[str]
) -> Iterator[_Candidate]:
    """Parameters that are the same along what a mean in the theory averages over."""
    averaged = {
        index.sort
        for declared in theory.declarations
        if declared.name in reached and isinstance(declared, Definition | Root)
        for part in subterms(
            declared.body if isinstance(declared, Definition) else declared.radicand
        )
        if isinstance(part, Mean)
        for index in part.indices
    }
    for parameter in parameters:
        kept = [k for k, sort in enumerate(parameter.sorts) if sort not in averaged]
        if parameter.symmetric or len(kept) == len(parameter.sorts):
            continue
        indices = fresh_indices(parameter.sorts)
        name = _new_name(parameter.name.lower(), theory)
        source = Parameter(name, tuple(parameter.sorts[k] for k in kept))
        entry = Entry(name, tuple(indices[k] for k in kept))
        yield _Candidate(Shared(Entry(parameter.name, indices), entry), source)


def _new_name(name: str, theory: Theory) -> str:
    """A name that is not declared: this one, else with a number."""
    taken = {d.name for d in theory.declarations} | {*theory.sizes()}
    taken |= {letter for sort in theory.sorts for letter in index_letters(sort.name)}
    numbered = (f"{name}{k}" for k in itertools.count(1))
    return next(n for n in itertools.chain([name], numbered) if n not in taken)


def _vanishes(term: Term, theory: Theory, zero: set[str]) -> bool:
    """Whether a term is zero at a glance, because some parameters are."""
    match term:
        case Number(value):
            return value == 0
        case Entry(name):
            declared = theory.find(name)
            inside = isinstance(declared, Definition) and _vanishes(declared.body, theory, zero)
            return name in zero or inside
        case Neg(body) | Sum(_, _, body) | Mean(_, body) | Diff(_, body) | Div(body, _):
            return _vanishes(body, theory, zero)
        case Add(parts):
            return all(_vanishes(part, theory, zero) for part in parts)
        case Mul(parts):
            return any(_vanishes(part, theory, zero) for part in parts)
        case Pow(base, exponent):
            return exponent > 0 and _vanishes(base, theory, zero)
    return False
