"""Theorems, and the one way to make them (trusted).

`decide` computes the normal form of the difference of the two sides of a claim. If it is zero, the claim
holds for all sizes and all points of its domain, and a `Theorem` says so. Otherwise there is a
`Difference`, which is no verdict: what refutes a claim is an exact counterexample.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn, final

from bnproof.kernel.calculus import Calculus
from bnproof.kernel.monomials import Budget, Polynomial
from bnproof.kernel.units import SizeCondition
from bnproof.terms import (
    Add,
    BnproofError,
    Claim,
    Equation,
    Hypothesis,
    Neg,
    TermError,
    Theory,
    Unequal,
    as_equations,
    free_in_claim,
)

DEFAULT_STEPS = 1_000_000


class ForgeryError(BnproofError, TypeError):
    """Somebody tried to make, change, copy or subclass a theorem; only `decide` makes one."""


_SEAL = object()


@final
class Theorem:
    """A claim that the kernel has proved, with all that it was proved from.

    `nonzero_sizes` are the polynomials in the sizes that its terms divide by: the theorem speaks of the
    sizes at which none of them is zero. Its domain is where the radicands of `roots` are positive.
    """

    __slots__ = ("claim", "hypotheses", "nonzero_sizes", "roots", "theory")

    claim: Claim
    theory: Theory
    hypotheses: tuple[Hypothesis, ...]
    nonzero_sizes: tuple[SizeCondition, ...]
    roots: frozenset[str]

    def __init__(self, seal: object, **fields: object) -> None:
        if seal is not _SEAL:
            raise ForgeryError("a theorem is made by the kernel's decide() alone")
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __init_subclass__(cls, **kwargs: object) -> NoReturn:
        raise ForgeryError("Theorem cannot be subclassed")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise ForgeryError("a theorem cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise ForgeryError("a theorem cannot be changed")

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise ForgeryError("a theorem cannot be copied or pickled; prove its claim again")

    def __repr__(self) -> str:
        return f"Theorem({self.claim!r})"


@dataclass(frozen=True, slots=True)
class Difference:
    """The first equation that the kernel did not prove, and the normal form of its left - right.

    `inverses` are the polynomials in the sizes whose inverses occur in that normal form.
    """

    equation: Equation
    polynomial: Polynomial
    nonzero_sizes: tuple[SizeCondition, ...]
    roots: frozenset[str]
    inverses: dict[str, Polynomial]


def decide(
    claim: Claim,
    theory: Theory,
    hypotheses: Iterable[Hypothesis] = (),
    steps: int = DEFAULT_STEPS,
) -> Theorem | Difference:
    """Prove a claim for all sizes, or return what is left of it.

        the normal form of left - right is zero, for each equation that the claim stands for
        ------------------------------------------------------------------------------------
        claim                           (under the hypotheses, on the domain of the theory)

    Every step to a normal form is an identity for all n, D and points of the domain, which is why zero
    proves. Raises `TermError` where the claim has no meaning and `BudgetExhausted` after `steps` steps.
    """
    hypotheses = tuple(hypotheses)
    free = free_in_claim(claim)
    for hypothesis in hypotheses:
        if isinstance(hypothesis, Unequal) and not set(hypothesis) <= set(free):
            left, right = hypothesis
            problem = f"{left.name} and {right.name} must be free indices of the claim"
            raise TermError("hypothesis", problem, hypothesis)
    equations = as_equations(claim, theory)
    if not equations:
        raise TermError("unsupported", "there is no input that a loss could be blocked from", claim)
    calculus = Calculus(theory, hypotheses, Budget(steps))
    for equation in equations:
        difference = calculus.normal_form(Add((equation.left, Neg(equation.right))))
        if not calculus.is_zero(difference):
            sizes = calculus.size_polynomials
            return Difference(
                equation,
                difference,
                sizes.conditions(),
                frozenset(calculus.roots),
                dict(sizes.inverted),
            )
    return Theorem(
        _SEAL,
        claim=claim,
        theory=theory,
        hypotheses=hypotheses,
        nonzero_sizes=calculus.size_polynomials.conditions(),
        roots=frozenset(calculus.roots),
    )
