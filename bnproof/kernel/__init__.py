"""The trusted kernel: normal forms, and theorems made from a zero normal form or a checked chain.

Standard library only; it imports nothing of bnproof but `bnproof.terms`.
"""

from bnproof.kernel.calculus import Calculus
from bnproof.kernel.chains import Chain
from bnproof.kernel.hints import RULES, SIZES, SQUARES, Citation, Hints
from bnproof.kernel.monomials import Budget, BudgetExhausted, Monomial, Polynomial
from bnproof.kernel.opaque import Opaque
from bnproof.kernel.theorems import (
    Difference,
    ForgeryError,
    Gap,
    Leftover,
    Steps,
    Theorem,
    decide,
)

__all__ = [
    "RULES",
    "SIZES",
    "SQUARES",
    "Budget",
    "BudgetExhausted",
    "Calculus",
    "Chain",
    "Citation",
    "Difference",
    "ForgeryError",
    "Gap",
    "Hints",
    "Leftover",
    "Monomial",
    "Opaque",
    "Polynomial",
    "Steps",
    "Theorem",
    "decide",
]
