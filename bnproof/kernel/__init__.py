"""The trusted kernel: normal forms, and theorems made from nothing but a zero normal form.

Standard library only; it imports nothing of bnproof but `bnproof.terms`.
"""

from bnproof.kernel.calculus import Calculus
from bnproof.kernel.monomials import Budget, BudgetExhausted, Monomial, Polynomial
from bnproof.kernel.theorems import Difference, ForgeryError, Theorem, decide

__all__ = [
    "Budget",
    "BudgetExhausted",
    "Calculus",
    "Difference",
    "ForgeryError",
    "Monomial",
    "Polynomial",
    "Theorem",
    "decide",
]
