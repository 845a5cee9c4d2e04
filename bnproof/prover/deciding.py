"""Decide claims of every form: find what proves them, and have the kernel check it (not trusted)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bnproof.checks.points import setting_of
from bnproof.checks.search import fails_somewhere
from bnproof.kernel import Difference, Theorem, decide
from bnproof.kernel.theorems import DEFAULT_STEPS
from bnproof.kernel.units import SizeCondition
from bnproof.scope import are_admitted
from bnproof.terms import (
    Add,
    Claim,
    Different,
    Equation,
    Hypothesis,
    Inequality,
    Neg,
    NotBlocked,
    NullSpace,
    Surplus,
    TermError,
    Theory,
    Witness,
    denied,
    number,
    obligations,
)
from bnproof.witnesses.null_spaces import null_space_witness
from bnproof.witnesses.squares import sum_of_squares


@dataclass(frozen=True, slots=True)
class Contained:
    """A span that lies in the null space of a matrix, which was not shown to be no larger."""

    claim: NullSpace
    nonzero_sizes: tuple[SizeCondition, ...]
    roots: frozenset[str]


@dataclass(frozen=True, slots=True)
class Denied:
    """Equations that a claim says are no identities: what the kernel makes of each."""

    results: tuple[Theorem | Difference, ...]

    @property
    def difference(self) -> Difference | None:
        """The first of them that is not proved, if there is one."""
        return next((r for r in self.results if isinstance(r, Difference)), None)


def resolve(
    claim: Claim,
    theory: Theory,
    hypotheses: Sequence[Hypothesis],
    steps: int = DEFAULT_STEPS,
) -> Theorem | Difference | Contained | Denied:
    """Prove a claim, or return what is left of it.

    Raises `TermError` where the claim has no meaning, and `BudgetExhausted` after `steps` steps.
    """
    match claim:
        case Inequality():
            return _inequality(claim, theory, hypotheses, steps)
        case NullSpace():
            return _null_space(claim, theory, hypotheses, steps)
        case Different() | NotBlocked():
            equations = denied(claim, theory)
            if not equations:
                problem = "there is no input that a loss could be blocked from"
                raise TermError("unsupported", problem, claim)
            return Denied(tuple(decide(e, theory, hypotheses, steps) for e in equations))
    return decide(claim, theory, hypotheses, steps)


def _inequality(
    claim: Inequality, theory: Theory, hypotheses: Sequence[Hypothesis], steps: int
) -> Theorem | Difference:
    """An inequality, by a sum of squares that makes up the difference of its sides.

    The search for one is long where there is none, so a few points are looked at before.
    """
    larger, smaller = claim.left, claim.right
    if claim.relation == "<=":
        larger, smaller = smaller, larger
    equal = decide(Equation(larger, smaller), theory, hypotheses, steps)
    if isinstance(equal, Theorem):
        return decide(claim, theory, hypotheses, steps, Surplus(number(0)))
    admitted = partial(are_admitted, equal.nonzero_sizes)
    if fails_somewhere(setting_of(claim, theory, hypotheses, equal.roots, admitted)):
        return replace(equal, equation=claim)
    terms = larger.terms if isinstance(larger, Add) else (larger,)
    difference = larger if smaller == number(0) else Add((*terms, Neg(smaller)))
    for surplus in (difference, sum_of_squares(difference, theory, hypotheses)):
        if surplus is None:
            continue
        shown = _shown(claim, theory, hypotheses, steps, Surplus(surplus), equal.nonzero_sizes)
        if shown is not None:
            return shown
    return replace(equal, equation=claim)


def _shown(
    claim: Inequality | NullSpace,
    theory: Theory,
    hypotheses: Sequence[Hypothesis],
    steps: int,
    witness: Witness,
    nonzero_sizes: Iterable[SizeCondition],
) -> Theorem | None:
    """The theorem that a witness shows; None if it shows nothing, or less than is claimed.

    `nonzero_sizes` are what the claim itself divides by; a witness that divides by more would leave out
    sizes of which the claim speaks.
    """
    try:
        result = decide(claim, theory, hypotheses, steps, witness)
    except TermError as error:
        if error.code in ("witness", "vacuous"):
            return None
        raise
    own = set(nonzero_sizes)
    return result if isinstance(result, Theorem) and own.issuperset(result.nonzero_sizes) else None


def _null_space(
    claim: NullSpace, theory: Theory, hypotheses: Sequence[Hypothesis], steps: int
) -> Theorem | Difference | Contained:
    """A null space, by an inverse of its matrix up to the span."""
    matrix = decide(Equation(claim.matrix, claim.matrix), theory, hypotheses, steps)
    sizes = dict.fromkeys(matrix.nonzero_sizes)
    roots = matrix.roots
    for part, equation in obligations(claim, theory).items():
        if isinstance(equation, Inequality):
            continue
        result = decide(equation, theory, hypotheses, steps)
        if isinstance(result, Difference):
            return replace(result, part=part)
        sizes |= dict.fromkeys(result.nonzero_sizes)
        roots |= result.roots
    witness = null_space_witness(claim, theory, hypotheses)
    if witness is not None:
        shown = _shown(claim, theory, hypotheses, steps, witness, sizes)
        if shown is not None:
            return shown
    return Contained(claim, tuple(sizes), roots)
