"""What finders of witnesses work in: normal forms in y, their pieces, and the kernel (not trusted)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bnproof.closed_forms.pieces import Product, opened
from bnproof.closed_forms.standardized import Standardized
from bnproof.kernel import Budget, Calculus, Monomial, Polynomial, Theorem, decide
from bnproof.readback import to_term
from bnproof.terms import (
    Claim,
    Hypothesis,
    Index,
    Term,
    Theory,
    Witness,
    about,
)

STEPS = 400_000


class Workspace:
    """Normal forms in one theory under hypotheses, an input x being written in its standardized y.

    All of them share one budget. Raises `TermError` for a theory, hypotheses or terms without meaning,
    and `BudgetExhausted`.

    Attributes:
        theory, hypotheses: what was given.
        size_polynomials: those that the normal forms divide by.
        signature: what is declared and assumed.
        ring: the ring of the normal forms in y.
    """

    def __init__(
        self, theory: Theory, hypotheses: Iterable[Hypothesis], steps: int = STEPS
    ) -> None:
        self.theory = theory
        self.hypotheses = tuple(hypotheses)
        self._calculus = Calculus(theory, self.hypotheses, Budget(steps))
        self._standardized = Standardized(
            self._calculus, theory, self._calculus.ring.budget, with_statistics=True
        )
        self.size_polynomials = self._calculus.size_polynomials
        self.signature = self._calculus.signature
        self.ring = self._standardized.ring

    # Terms and claims

    def polynomial(self, term: Term) -> Polynomial:
        """The normal form of a term, in y."""
        return self._standardized.without_inputs(self._calculus.normal_form(term))

    def term(self, polynomial: Polynomial) -> Term:
        """The term of a normal form."""
        meaning = self._calculus.opaque.meaning
        polynomial = self._calculus.presented(polynomial)
        return to_term(polynomial, self.size_polynomials.inverted, meaning)

    def proves(self, claim: Claim, witness: Witness | None = None) -> bool:
        """Whether the kernel proves a claim, by the hypotheses on its indices or on none."""
        hypotheses = about(claim, self.hypotheses)
        return isinstance(decide(claim, self.theory, hypotheses, witness=witness), Theorem)

    # Polynomials

    def is_zero(self, polynomial: Polynomial) -> bool:
        """Whether a normal form is the zero function."""
        return self._calculus.is_zero(polynomial)

    def inverse(self, polynomial: Polynomial) -> Polynomial | None:
        """The inverse of what the kernel takes for a unit, or None."""
        return self._standardized.inverse(polynomial)

    def dot(self, left: Polynomial, right: Polynomial, indices: tuple[Index, ...]) -> Polynomial:
        """The sum over some indices of a product."""
        names = {index: self.ring.fresh(index.sort) for index in indices}
        product = self.ring.multiply(left, right)
        return self.ring.bind(self.ring.instantiate(product, names), list(names.values()))

    # Products of pieces

    def split(self, monomial: Monomial) -> Product:
        """A monomial as a product of entries and of sums that share no index."""
        return self.opened(monomial, {})

    def opened(self, monomial: Monomial, names: Mapping[Index, Index]) -> Product:
        """What stands under the sum over some bound indices of a monomial, these under other names."""
        self.ring.budget.spend(1 + len(monomial.factors))
        return opened(monomial, names, self.ring.symmetric, self.ring.budget)

    def expanded(self, product: Product) -> Polynomial:
        """The normal form of a product of pieces."""
        result = self.ring.constant(1)
        for piece, power in product:
            if piece.bound:
                factor = self.ring.power({piece: 1}, power)
            else:
                [(atom, _)] = piece.factors
                factor = self.ring.atom(atom, power)
            result = self.ring.multiply(result, factor)
        return result
