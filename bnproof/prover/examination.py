"""From a result of the kernel to a verdict: its scope, and what exact evaluation says of it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from bnproof.checks.larger_spaces import OutsideVector, find_outside
from bnproof.checks.points import Setting, reached_arrays, setting_of
from bnproof.checks.search import (
    RECHECK_SIZES,
    Counterexample,
    Progress,
    Recheck,
    SidesDiffer,
    Walk,
    find_counterexample,
    inhabited,
    recheck,
)
from bnproof.closed_forms.folding import closed_form
from bnproof.kernel import BudgetExhausted, Difference, Theorem
from bnproof.language import (
    Statement,
    print_claim,
    print_hypothesis,
    print_places,
    print_term,
)
from bnproof.prover.deciding import Contained, Denied
from bnproof.report import Report
from bnproof.scope import are_admitted, scope_of
from bnproof.separation import separate
from bnproof.terms import (
    Add,
    Blocked,
    Claim,
    Different,
    Entry,
    Equation,
    Inequality,
    Inverse,
    Neg,
    NotBlocked,
    NullSpace,
    Projector,
    Surplus,
    Term,
    TermError,
    about,
    denied,
    number,
    obligations,
)
from bnproof.witnesses.null_spaces import gram_determinant

# What the kernel says of a claim, whatever its form.
Outcome: TypeAlias = Theorem | Difference | Contained | Denied

_SHOWN_TERMS = 12
_TRIED, _INHABITED = 8, 2
_SHOWN_LENGTH = 120
_SHOWN_BITS = 200
_NO_POINT = (
    "the normal form of left - right is not zero, so the claim fails at some size, but no point that "
    "shows it was found within the budget"
)

_NO_POINT_AT_SIZE = (
    "the kernel did not prove it at this size, but no point at which it fails was found within the "
    "budget"
)
_NO_POINT_OF_ROOTS = (
    "the normal form of left - right is not zero, which decides nothing where a root of other roots or "
    "of several statistics occurs ({roots}), and no point at which the claim fails was found within the "
    "budget"
)
_NO_POINT_OF_FUNCTIONS = (
    "the kernel did not prove it of every function, but no point at which it fails was found within "
    "the budget"
)
_NO_SQUARES = (
    "left - right was not seen to be a sum of squares, and no point at which it has the wrong sign was "
    "found within the budget"
)
_NO_SEPARATION = "no point at which the sides differ was found within the budget"
_NO_INVERSE = (
    "the span lies in the null space, but it was neither shown to be all of it, "
    "nor was a vector outside found"
)


def examined(
    statement: Statement,
    result: Outcome,
    progress: Progress,
    walks: Mapping[str, Walk] | None = None,
    reach: int = RECHECK_SIZES,
) -> Report:
    """The report of what the kernel says of a statement: its scope, and what exact evaluation says.

    The terms of the chains that proved it, for each part of the claim that has one, are evaluated with
    it, at so many values of each size as `reach` says.
    Raises `TermError` (vacuous) where no point meets the hypotheses.
    """
    match result:
        case Theorem():
            return _proved(statement, result, progress, walks or {}, reach)
        case Denied():
            return _separated(statement, result, progress)
        case Contained():
            return _contained(statement, result, progress)
    setting = setting_within(result.equation, statement, result)
    report = _scoped(statement, setting, result)
    found = find_counterexample(setting, progress)
    difference, reason = None, _NO_SQUARES
    if isinstance(result.equation, Equation):
        difference, reason = difference_text(result.equation, result, statement), _NO_POINT
        if setting.fixed:
            reason = _NO_POINT_AT_SIZE
        elif result.opaque:
            reason = _NO_POINT_OF_FUNCTIONS
        elif result.composite:
            reason = _NO_POINT_OF_ROOTS.format(roots=", ".join(sorted(result.composite)))
    return replace(
        report,
        verdict="refuted" if found else "undecided",
        counterexample=found,
        part=_failing(statement.claim, result.part),
        difference=difference,
        reason=None if found else reason,
    )


def difference_text(equation: Equation, result: Difference, statement: Statement) -> str | None:
    """What left - right of an equation is at all sizes, where that is short."""
    sizes = (max(map(int.bit_length, c.as_integer_ratio())) for c in result.polynomial.values())
    if len(result.polynomial) > _SHOWN_TERMS or max(sizes, default=0) > _SHOWN_BITS:
        return None
    hypotheses = about(equation, statement.hypotheses)
    try:
        difference = Add((equation.left, Neg(equation.right)))
        text = print_term(closed_form(difference, statement.theory, hypotheses))
    except BudgetExhausted:
        return None
    return text if len(text) <= _SHOWN_LENGTH else None


def _failing(claim: Claim, part: str) -> str:
    """What a matrix is not, in words; nothing for a claim without parts."""
    if isinstance(claim, NullSpace):
        number = int(part.removeprefix("annihilated") or 1)
        return f"{print_term(claim.span[number - 1])} is not annihilated"
    named = {"rank": "the trace is not the rank"}
    return named.get(part, f"it is not {part}") if isinstance(claim, Projector) else ""


def setting_within(
    claimed: Equation | Inequality,
    statement: Statement,
    result: Theorem | Difference | Contained,
    between: Sequence[Term] = (),
) -> Setting:
    """An equation on the domain that the kernel found, with the terms between its sides."""
    return setting_of(
        claimed,
        statement.theory,
        statement.hypotheses,
        result.roots,
        lambda sizes: are_admitted(result.nonzero_sizes, sizes),
        between,
    )


def opened(statement: Statement) -> Report:
    """The report of a statement of which nothing is known yet."""
    hypotheses = tuple(map(print_hypothesis, statement.hypotheses))
    return Report(print_claim(statement.claim), hypotheses, statement)


def _scoped(
    statement: Statement, setting: Setting, result: Theorem | Difference | Contained
) -> Report:
    """The report of a statement on the domain of a setting, the verdict left open."""
    scope = scope_of(statement, setting, result.nonzero_sizes)
    return replace(opened(statement), scope=scope, note=_note(statement))


def _note(statement: Statement) -> str | None:
    """A loss without the input is blocked from it for no reason worth proving."""
    if not isinstance(statement.claim, Blocked):
        return None
    reached = reached_arrays((statement.claim.loss,), statement.theory)
    names = [array.name for array in statement.theory.inputs() if array.name not in reached]
    return f"the loss does not contain {', '.join(names)}" if names else None


def _proved(
    statement: Statement,
    theorem: Theorem,
    progress: Progress,
    walks: Mapping[str, Walk],
    reach: int,
) -> Report:
    """The report of a theorem: proved, and evaluated exactly at small sizes."""
    settings: dict[str, Setting] = {}
    parts = obligations(statement.claim, statement.theory, theorem.witness)
    for part, claimed in parts.items():
        walk = walks.get(part)
        between: list[Term] = []
        if walk is not None:
            first, *between, last = walk[0]
            relation = claimed.relation if isinstance(claimed, Inequality) else "="
            claimed = (
                Equation(first, last) if relation == "=" else Inequality(first, relation, last)
            )
        settings[part] = setting_within(claimed, statement, theorem, between)
    report = _scoped(statement, next(iter(settings.values())), theorem)
    rechecks: list[Recheck] = []
    counterexample = None
    for part, setting in settings.items():
        try:
            found = recheck(setting, progress, walks.get(part), reach)
            rechecks.append(replace(found, part=part if len(settings) > 1 else ""))
        except SidesDiffer as error:
            counterexample = error.counterexample
    return replace(
        report,
        verdict="proved",
        theorem=theorem,
        rechecks=tuple(rechecks),
        settings=settings,
        counterexample=counterexample,
        shown_by=tuple(_shown_by(statement, theorem)),
    )


def _shown_by(statement: Statement, theorem: Theorem) -> Iterator[str]:
    """What a reader can check a theorem by: the terms that it was proved with."""
    claim = statement.claim
    match theorem.witness:
        case Surplus(term):
            yield f"left - right = {print_term(_signed(claim, term))}"
        case Inverse(left_inverse, coordinates):
            if not isinstance(claim, NullSpace):
                return
            places = print_places(claim.rows, claim.columns)
            yield f"with B[{places}] = {print_term(left_inverse)}"
            for number, coordinate in enumerate(coordinates, 1):
                entry = Entry(f"V{number}" if len(coordinates) > 1 else "V", claim.columns)
                yield f"     {print_term(entry)} = {print_term(coordinate)}"
            yield from _dimension(claim, statement)


def _signed(claim: Claim, surplus: Term) -> Term:
    falls = isinstance(claim, Inequality) and claim.relation == "<="
    return Neg(surplus) if falls else surplus


def _dimension(claim: NullSpace, statement: Statement) -> Iterator[str]:
    """The dimension of a null space, if its vectors are independent at every point."""
    if not claim.span:
        return
    gram = gram_determinant(claim.vector, claim.span, statement.theory, statement.hypotheses)
    if gram is not None:
        sizes = Counter(statement.theory.size_of(row.sort) for row in claim.rows)
        size = "*".join(f"{name}^{k}" if k > 1 else name for name, k in sizes.items())
        count = len(claim.span)
        yield (
            f"the vectors are independent (Gram determinant {print_term(gram)}), "
            f"so the matrix has rank {size} - {count}"
        )


def _separated(statement: Statement, result: Denied, progress: Progress) -> Report:
    """The report of a claim that something is no identity."""
    claim = statement.claim
    equations = denied_equations(statement)
    settings = [
        setting_within(equation, statement, found)
        for equation, found in zip(equations, result.results, strict=True)
    ]
    report = _scoped(statement, settings[0], result.results[0])
    named = dict(claim.sizes) if isinstance(claim, Different | NotBlocked) else {}
    if not _are_possible(settings[0], named):
        problem = "at these sizes the hypotheses, or what is divided by, leave nothing to claim"
        raise TermError("vacuous", problem, claim)
    if result.difference is None:
        return _identity(report, statement, result, settings, progress)
    pairs = zip(settings, result.results, strict=True)
    open_ = [setting for setting, found in pairs if isinstance(found, Difference)]
    found = separate(open_, statement.theory, statement.hypotheses, named, progress)
    if found.witnesses:
        return replace(report, verdict="proved", separation=found)
    if found.equal and named:
        return replace(report, verdict="refuted", separation=found)
    return replace(report, separation=found, reason=_NO_SEPARATION)


def _are_possible(setting: Setting, named: Mapping[str, int]) -> bool:
    """Whether the hypotheses admit the sizes that a claim names."""
    if any(value < setting.minimum[name] for name, value in named.items()):
        return False
    if any(setting.fixed.get(name, value) != value for name, value in named.items()):
        return False
    larger = ({name: size + k for name, size in setting.minimum.items()} for k in range(_TRIED))
    sizes = ({**found, **setting.fixed, **named} for found in larger)
    admitted = itertools.islice(filter(setting.admissible, sizes), _INHABITED)
    return any(inhabited(setting, found) for found in admitted)


def _identity(
    report: Report,
    statement: Statement,
    result: Denied,
    settings: Sequence[Setting],
    progress: Progress,
) -> Report:
    """The report of a claim that an identity is none: its opposite is proved."""
    opposite = next(theorem for theorem in result.results if isinstance(theorem, Theorem))
    reason = f"it is an identity: {print_claim(_affirmed(statement.claim))}"
    report = replace(report, verdict="refuted", opposite=opposite, reason=reason)
    try:
        rechecks = tuple(recheck(setting, progress) for setting in settings)
    except SidesDiffer as error:
        return replace(report, theorem=opposite, counterexample=error.counterexample)
    return replace(report, rechecks=rechecks)


def denied_equations(statement: Statement) -> tuple[Equation, ...]:
    """The equations that a claim says are no identities."""
    claim = statement.claim
    if not isinstance(claim, Different | NotBlocked):
        return ()
    return denied(claim, statement.theory)


def _affirmed(claim: Claim) -> Claim:
    """What a claim says is not so."""
    match claim:
        case Different(left, right):
            return Equation(left, right)
        case NotBlocked(loss):
            return Blocked(loss)
    return claim


def failing_point(
    statement: Statement, result: Difference | Contained, progress: Progress
) -> Counterexample | OutsideVector | None:
    """A point at which a claim fails that the kernel did not prove, if one is found."""
    if isinstance(result, Contained):
        return find_outside(result.claim, _matrix_setting(statement, result), progress)
    return find_counterexample(setting_within(result.equation, statement, result), progress)


def _contained(statement: Statement, result: Contained, progress: Progress) -> Report:
    """The report of a null space that may be larger than the span."""
    setting = _matrix_setting(statement, result)
    report = _scoped(statement, setting, result)
    outside = find_outside(result.claim, setting, progress)
    if outside is None:
        return replace(report, reason=_NO_INVERSE)
    return replace(report, verdict="refuted", outside=outside)


def _matrix_setting(statement: Statement, result: Contained) -> Setting:
    """The domain of a null space; the indices of its matrix are bound."""
    whole = Equation(Add((result.claim.matrix, *result.claim.span)), number(0))
    bound = (*result.claim.rows, *result.claim.columns, *result.claim.vector)
    setting = setting_within(whole, statement, result)
    return replace(setting, free=tuple(i for i in setting.free if i not in bound))
