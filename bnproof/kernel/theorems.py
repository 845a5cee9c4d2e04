"""Theorems, and the two ways to make them (trusted).

`decide` computes the normal form of the difference of the two sides of a claim. If it is zero, the claim
holds for all sizes and all points of its domain, and a `Theorem` says so. Otherwise there is a
`Difference`, which is no verdict: what refutes a claim is an exact counterexample.

`Steps.prove` checks chains of equal terms from one side of a claim to the other, each step by its hints.
Either there is a `Theorem`, or a `Gap`: the first step that its hints do not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn, final

from bnproof.kernel.calculus import Calculus
from bnproof.kernel.chains import Chain, check_ends
from bnproof.kernel.hinted import HintedCalculus
from bnproof.kernel.hints import SQUARES, Citation, Hints
from bnproof.kernel.monomials import Budget, Polynomial
from bnproof.kernel.opaque import Opaque
from bnproof.kernel.positivity import Positivity
from bnproof.kernel.units import SizeCondition
from bnproof.terms import (
    CLAIMS,
    Add,
    BnproofError,
    Claim,
    Equation,
    Hypothesis,
    Inequality,
    Inverse,
    Neg,
    NullSpace,
    Surplus,
    Term,
    TermError,
    Theory,
    Unequal,
    Witness,
    as_equations,
    free_in_claim,
    obligations,
    sides,
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
    `citations` are the theorems that its proof uses, and `witness` the terms that it was shown by.
    """

    __slots__ = ("citations", "claim", "hypotheses", "nonzero_sizes", "roots", "theory", "witness")

    claim: Claim
    theory: Theory
    hypotheses: tuple[Hypothesis, ...]
    nonzero_sizes: tuple[SizeCondition, ...]
    roots: frozenset[str]
    citations: tuple[Theorem, ...]
    witness: Witness | None

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
    """The first part of a claim that the kernel did not prove, and the normal form of its left - right.

    `inverses` are the polynomials in the sizes whose inverses occur in that normal form, `opaque` the
    values of functions in it. Where there are `composite` roots in it, it may be zero all the same.
    """

    equation: Equation | Inequality
    polynomial: Polynomial
    nonzero_sizes: tuple[SizeCondition, ...]
    roots: frozenset[str]
    inverses: dict[str, Polynomial]
    opaque: Mapping[str, Opaque]
    composite: frozenset[str] = frozenset()
    part: str = ""


class Leftover(NamedTuple):
    """What the hints of a step leave of left - right, and what its opaque parts and inverses mean."""

    polynomial: Polynomial
    opaque: Mapping[str, Opaque]
    inverses: Mapping[str, Polynomial]


class Gap(NamedTuple):
    """The first step of a chain, counted from 0, that its hints do not show.

    `part` is what the chain should prove; a step that is no equation leaves nothing over.
    """

    part: str
    step: int
    leftover: Leftover | None


def decide(
    claim: Claim,
    theory: Theory,
    hypotheses: Iterable[Hypothesis] = (),
    steps: int = DEFAULT_STEPS,
    witness: Witness | None = None,
) -> Theorem | Difference:
    """Prove a claim for all sizes, or return what is left of it.

        the normal form of left - right is zero, for each equation that the claim stands for
        ------------------------------------------------------------------------------------
        claim                           (under the hypotheses, on the domain of the theory)

    Every step to a normal form is an identity for all n, D and points of the domain, which is why zero
    proves. An inequality and a null space are proved by a witness. Raises `TermError` where the claim
    has no meaning or the witness shows nothing, and `BudgetExhausted` after `steps` steps.
    """
    hypotheses, witness = tuple(hypotheses), _read_witness(witness)
    _check_indices(claim, hypotheses)
    parts = _parts(claim, theory, witness)
    calculus = Calculus(theory, hypotheses, Budget(steps))
    for name, part in parts.items():
        difference = _difference(calculus, name, part, witness)
        if difference is not None:
            return difference
    return Theorem(
        _SEAL,
        claim=claim,
        theory=theory,
        hypotheses=hypotheses,
        nonzero_sizes=_admitted(calculus, calculus.size_polynomials.conditions()),
        roots=frozenset(calculus.roots),
        citations=(),
        witness=witness,
    )


def _difference(
    calculus: Calculus, name: str, part: Equation | Inequality, witness: Witness | None
) -> Difference | None:
    """What is left of an equation; of an inequality, of `larger = smaller + surplus`.

    larger = smaller + surplus      surplus >= 0
    --------------------------------------------
    larger >= smaller
    """
    if isinstance(part, Inequality):
        if not isinstance(witness, Surplus):
            raise TermError("witness", "an inequality is proved by a surplus", part)
        calculus.admit(witness.term, {})
        definitions = calculus.signature.declared
        if not Positivity(calculus, definitions).is_nonnegative(witness.term):
            raise TermError("witness", "this is not seen to be at least 0", witness.term)
        larger, smaller = _ordered(part)
        part = Equation(larger, Add((smaller, witness.term)))
    polynomial = calculus.normal_form(Add((part.left, Neg(part.right))))
    if calculus.is_zero(polynomial):
        return None
    sizes = calculus.size_polynomials
    return Difference(
        part,
        calculus.presented(polynomial),
        sizes.conditions(),
        frozenset(calculus.roots),
        dict(sizes.inverted),
        calculus.opaque.meaning,
        calculus.composite(polynomial),
        name,
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

    def prove(
        self, claim: Claim, chains: Mapping[str, Chain], witness: Witness | None = None
    ) -> Theorem | Gap | Difference:
        """Prove a claim by chains, or return the first step that its hints do not show.

            t0 = t1   t1 = t2   ...        (each by its hints; t0 and tm the sides of the claim)
            -----------------------
            t0 = tm

        There is a chain for each part of the claim; a part without one is decided by its normal form,
        and what is left of it returned. The theorem holds where all terms do, and all that they cite.
        Raises `TermError` where a chain does not belong to the claim.
        """
        witness = _read_witness(witness)
        claimed = _parts(claim, self._theory, witness)
        read = {part: _read_chain(chain) for part, chain in chains.items()}
        _check_indices(claim, self._hypotheses)
        stray = next((part for part in read if part not in claimed), None)
        if stray is not None:
            raise TermError("chain", f"the claim has no part {stray}", claim)
        for part, chain in read.items():
            check_ends(claim, part, claimed[part], chain)
        self._full.roots.clear()
        self._full.size_polynomials.used.clear()
        self._sizes.clear()
        for chain in read.values():
            for term in chain.terms:
                self.admit(term)
        for part, claimed_part in claimed.items():
            open_: Gap | Difference | None
            if part in read:
                open_ = self._gap(part, read[part])
            else:
                self._budget.left = self._budget.limit
                open_ = _difference(self._full, part, claimed_part, witness)
            if open_ is not None:
                return open_
        conditions = (*self._full.size_polynomials.conditions(), *self._sizes)
        hints = [hint for chain in read.values() for hint in chain.hints]
        return Theorem(
            _SEAL,
            claim=claim,
            theory=self._theory,
            hypotheses=self._hypotheses,
            nonzero_sizes=_admitted(self._full, dict.fromkeys(conditions)),
            roots=frozenset(self._full.roots),
            citations=tuple(dict.fromkeys(fact for hint in hints for fact in _cited(hint))),
            witness=witness,
        )

    def _gap(self, part: str, chain: Chain) -> Gap | None:
        """The first step of a chain that its hints do not show, if there is one."""
        for number, (relation, hint) in enumerate(zip(chain.relations, chain.hints, strict=True)):
            left, right = chain.terms[number], chain.terms[number + 1]
            if relation == "=":
                leftover = self.leftover(left, right, hint)
                if leftover is not None:
                    return Gap(part, number, leftover)
            elif not self.exceeds(left, relation, right, hint):
                return Gap(part, number, None)
        return None

    @property
    def fixes_sizes(self) -> bool:
        """Whether a hypothesis fixes a size, so that the hint `sizes` says something."""
        return self._full.fixed is not None

    def admit(self, term: Term) -> None:
        """See that a term has a meaning, and note its domain."""
        self._budget.left = self._budget.limit
        self._full.admit(term, {})

    def exceeds(self, left: Term, relation: str, right: Term, hints: Hints) -> bool:
        """Whether a step `>=` or `<=` between admitted terms can be seen, by the hint `squares`."""
        self._budget.left = self._budget.limit
        hints = _read(hints)
        if SQUARES not in hints.rules:
            return False
        larger, smaller = _ordered(Inequality(left, relation, right))
        return Positivity(self._full, hints.definitions).exceeds(larger, smaller)

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


def _admitted(calculus: Calculus, conditions: Iterable[SizeCondition]) -> tuple[SizeCondition, ...]:
    """The polynomials that must not vanish; none of them does at the sizes that are fixed.

    Raises `TermError` (vacuous) where one does, since then nothing is claimed.
    """
    admitted = tuple(conditions)
    for condition in admitted:
        if calculus.fixed is not None and calculus.fixed.vanishes(condition):
            problem = "at the size that is assumed one would divide by zero, so nothing is claimed"
            raise TermError("vacuous", problem, None)
    return admitted


def _read_witness(witness: Witness | None) -> Witness | None:
    """The witness, read once and for all; it is of exactly one of its classes."""
    if witness is None:
        return None
    if type(witness) is Inverse:
        return Inverse(witness.left_inverse, tuple(witness.coordinates))
    if type(witness) is Surplus:
        return Surplus(witness.term)
    raise TermError("witness", f"{witness!r} is no witness", witness)


def _ordered(claim: Inequality) -> tuple[Term, Term]:
    """The side of an inequality that is larger, and the other one."""
    if claim.relation == ">=":
        return claim.left, claim.right
    return claim.right, claim.left


def _read_chain(chain: Chain) -> Chain:
    """The chain, each part of it read once and for all."""
    read = Chain(tuple(chain.terms), tuple(chain.relations), tuple(map(_read, chain.hints)))
    if any(type(relation) is not str for relation in read.relations):
        raise TermError("syntax", "a relation is =, >= or <=", chain)
    return read


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
    if type(claim) not in CLAIMS:
        raise TermError("unsupported", f"{claim!r} is not a claim", claim)
    free = free_in_claim(claim)
    for hypothesis in hypotheses:
        if isinstance(hypothesis, Unequal) and not set(hypothesis) <= set(free):
            left, right = hypothesis
            problem = f"{left.name} and {right.name} must be free indices of the claim"
            raise TermError("hypothesis", problem, hypothesis)


def _parts(
    claim: Claim, theory: Theory, witness: Witness | None
) -> dict[str, Equation | Inequality]:
    """What proves a claim: one part at least."""
    if type(claim) not in CLAIMS:
        raise TermError("unsupported", f"{claim!r} is not a claim", claim)
    if isinstance(claim, NullSpace) and type(witness) is not Inverse:
        raise TermError("witness", "a null space is proved by an inverse and coordinates", claim)
    parts = obligations(claim, theory, witness)
    if not parts:
        raise TermError("unsupported", "there is no input that a loss could be blocked from", claim)
    return parts
