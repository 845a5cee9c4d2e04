"""Theorems, and the two ways to make them (trusted).

`decide` computes the normal form of the difference of the two sides of a claim. If it is zero, the claim
holds for all sizes and all points of its domain, and a `Theorem` says so. Otherwise there is a
`Difference`, which is no verdict: what refutes a claim is an exact counterexample.

`Steps.prove` checks a chain of equal terms from one side of a claim to the other, each step by its hints.
Either there is a `Theorem`, or a `Gap`: the first step that its hints do not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn, final

from bnproof.kernel.calculus import Calculus
from bnproof.kernel.hinted import HintedCalculus
from bnproof.kernel.hints import Citation, Hints
from bnproof.kernel.monomials import Budget, Polynomial
from bnproof.kernel.opaque import Opaque
from bnproof.kernel.units import SizeCondition
from bnproof.terms import (
    Add,
    Blocked,
    BnproofError,
    Claim,
    Diff,
    Equation,
    Hypothesis,
    Neg,
    Term,
    TermError,
    Theory,
    Unequal,
    alike,
    as_equations,
    free_in_claim,
    free_indices,
    sides,
    substitute,
)

DEFAULT_STEPS = 1_000_000


class ForgeryError(BnproofError, TypeError):
    """Somebody tried to make, change, copy or subclass a theorem; only the kernel makes one."""


_SEAL = object()


@final
class Theorem:
    """A claim that the kernel has proved, with all that it was proved from.

    `nonzero_sizes` are the polynomials in the sizes that its terms divide by: the theorem speaks of the
    sizes at which none of them is zero. Its domain is where the radicands of `roots` are positive.
    `citations` are the theorems that its proof uses.
    """

    __slots__ = ("citations", "claim", "hypotheses", "nonzero_sizes", "roots", "theory")

    claim: Claim
    theory: Theory
    hypotheses: tuple[Hypothesis, ...]
    nonzero_sizes: tuple[SizeCondition, ...]
    roots: frozenset[str]
    citations: tuple[Theorem, ...]

    def __init__(self, seal: object, **fields: object) -> None:
        if seal is not _SEAL:
            raise ForgeryError(
                "a theorem is made by the kernel alone, in decide() and Steps.prove()"
            )
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


class Leftover(NamedTuple):
    """What the hints of a step leave of left - right, and what its opaque parts and inverses mean."""

    polynomial: Polynomial
    opaque: Mapping[str, Opaque]
    inverses: Mapping[str, Polynomial]


class Gap(NamedTuple):
    """The first step of a chain, counted from 0, that its hints do not show."""

    step: int
    leftover: Leftover


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
    _check_indices(claim, hypotheses)
    equations = _equations(claim, theory)
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
        citations=(),
    )


class Steps:
    """Steps `left = right` in one theory under hypotheses, each checked by its hints.

    Raises `TermError` for a theory, hypothesis or term without meaning and a result that cannot be cited,
    and `BudgetExhausted` where one term or step takes more than `steps` steps of the kernel.
    """

    def __init__(
        self, theory: Theory, hypotheses: Iterable[Hypothesis], steps: int = DEFAULT_STEPS
    ) -> None:
        self._theory = theory
        self._hypotheses = tuple(hypotheses)
        self._budget = Budget(steps)
        self._full = Calculus(theory, self._hypotheses, self._budget)
        self._sizes: dict[SizeCondition, None] = {}

    def prove(self, claim: Claim, terms: Sequence[Term], hints: Sequence[Hints]) -> Theorem | Gap:
        """Prove a claim by a chain of equal terms, or return the first step that its hints do not show.

            t0 = t1   t1 = t2   ...        (each by its hints; t0 and tm the sides of the claim)
            -----------------------
            t0 = tm

        The chain holds where all its terms and all that it cites do, and so does the theorem. Raises
        `TermError` where the chain does not belong to the claim.
        """
        terms, hints = tuple(terms), tuple(map(_read, hints))
        _check_indices(claim, self._hypotheses)
        if not hints or len(terms) != len(hints) + 1:
            raise TermError("chain", "a chain has one step or more, each with its hints", claim)
        _check_ends(claim, self._theory, terms)
        self._full.roots.clear()
        self._full.size_polynomials.used.clear()
        self._sizes.clear()
        for term in terms:
            self.admit(term)
        for number, hint in enumerate(hints):
            leftover = self.leftover(terms[number], terms[number + 1], hint)
            if leftover is not None:
                return Gap(number, leftover)
        conditions = (*self._full.size_polynomials.conditions(), *self._sizes)
        return Theorem(
            _SEAL,
            claim=claim,
            theory=self._theory,
            hypotheses=self._hypotheses,
            nonzero_sizes=tuple(dict.fromkeys(conditions)),
            roots=frozenset(self._full.roots),
            citations=tuple(dict.fromkeys(fact for hint in hints for fact in _cited(hint))),
        )

    def admit(self, term: Term) -> None:
        """See that a term has a meaning, and note its domain."""
        self._budget.left = self._budget.limit
        self._full.admit(term, {})

    def leftover(self, left: Term, right: Term, hints: Hints) -> Leftover | None:
        """What the hints leave of left - right, both of them admitted; None if it is nothing.

        the normal form of left - right, by the hints alone, is zero
        ------------------------------------------------------------
        left = right
        """
        self._budget.left = self._budget.limit
        hints = _read(hints)
        cited = _cited(hints)
        terms = (left, right, *(t for theorem in cited for t in sides(theorem.claim)))
        for coincidences in (False, True) if any(map(_has_coincidences, cited)) else (False,):
            calculus = HintedCalculus(self._full, hints, terms, coincidences)
            polynomial = calculus.normal_form(Add((left, Neg(right))))
            if calculus.is_zero(polynomial):
                self._sizes |= dict.fromkeys(calculus.size_polynomials.conditions())
                for theorem in cited:
                    self._sizes |= dict.fromkeys(theorem.nonzero_sizes)
                    self._full.roots |= theorem.roots
                return None
        inverses = {name: dict(p) for name, p in calculus.size_polynomials.inverted.items()}
        return Leftover(polynomial, calculus.opaque.meaning, inverses)


def _read(hints: Hints) -> Hints:
    """The hints, each part of them read once and for all; names are strings and nothing else."""
    rules, definitions = tuple(hints.rules), tuple(hints.definitions)
    for name in rules + definitions:
        if type(name) is not str:
            raise TermError("syntax", f"{name!r} is not the name of a rule or a definition", name)
    citations = tuple(Citation(theorem, bool(back)) for theorem, back in hints.citations)
    return Hints(frozenset(rules), frozenset(definitions), citations)


def _has_coincidences(theorem: Theorem) -> bool:
    """Whether two free indices of a theorem can coincide."""
    for equation in as_equations(theorem.claim, theorem.theory):
        sorts = [index.sort for index in free_in_claim(equation)]
        if len(set(sorts)) < len(sorts):
            return True
    return False


def _cited(hints: Hints) -> tuple[Theorem, ...]:
    """The theorems that hints cite. Raises `ForgeryError` for anything else."""
    theorems = []
    for theorem, _ in hints.citations:
        if type(theorem) is not Theorem:  # isinstance believes what a class says of itself
            raise ForgeryError("only what the kernel has proved can be cited")
        theorems.append(theorem)
    return tuple(theorems)


def _check_indices(claim: Claim, hypotheses: Iterable[Hypothesis]) -> None:
    """A hypothesis that indices differ speaks of free indices of the claim."""
    free = free_in_claim(claim)
    for hypothesis in hypotheses:
        if isinstance(hypothesis, Unequal) and not set(hypothesis) <= set(free):
            left, right = hypothesis
            problem = f"{left.name} and {right.name} must be free indices of the claim"
            raise TermError("hypothesis", problem, hypothesis)


def _equations(claim: Claim, theory: Theory) -> tuple[Equation, ...]:
    """The equations that a claim stands for, one at least."""
    if type(claim) is not Equation and type(claim) is not Blocked:
        raise TermError("unsupported", f"{claim!r} is not a claim", claim)
    equations = as_equations(claim, theory)
    if not equations:
        raise TermError("unsupported", "there is no input that a loss could be blocked from", claim)
    return equations


def _check_ends(claim: Claim, theory: Theory, terms: Sequence[Term]) -> None:
    """A chain begins with the left side of its claim and ends with the right one, up to bound names.

    The variable of the derivative that `blocked` stands for may have any names that the loss has not.
    """
    equations = _equations(claim, theory)
    if len(equations) > 1:
        problem = "with several inputs, prove one equation for each of them"
        raise TermError("chain", problem, claim)
    [equation] = equations
    first, last = terms[0], terms[-1]
    left = equation.left
    if isinstance(claim, Blocked) and isinstance(left, Diff) and isinstance(first, Diff):
        old, new = left.variable.indices, first.variable.indices
        mentioned = {*free_indices(claim.loss)}
        distinct = len(set(new)) == len(new) and mentioned.isdisjoint(new)
        if distinct and [i.sort for i in old] == [i.sort for i in new]:
            left = substitute(left, dict(zip(old, new, strict=True)))
    if not alike(left, first):
        raise TermError("chain", "this chain does not begin with the left side of its claim", first)
    if not alike(equation.right, last):
        raise TermError("chain", "this chain does not end with the right side of its claim", last)
