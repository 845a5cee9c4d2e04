"""Hypothesis strategies: batches, parameters, points of a claim's domain, and random claims.

They are what `bnproof prove --confirm` draws its points with, and they are for tests of your own, of a
layer that you wrote, say:

    >>> import numpy as np
    >>> from hypothesis import given, settings
    >>> from bnproof import strategies
    >>> @settings(database=None, derandomize=True)
    ... @given(strategies.batches(n=4, D=2))
    ... def test_standardized_batches_have_mean_zero(x):
    ...     y = (x - x.mean(axis=0))/x.std(axis=0)
    ...     assert np.allclose(y.mean(axis=0), 0, atol=1e-6)
    >>> test_standardized_batches_have_mean_zero()

What is drawn shrinks towards small integers, batches with mean 0 and spread 1, and the smallest sizes.
All numbers are fractions of a power of two that single precision represents, so that floating point
and exact arithmetic speak of the same input.
"""

from bnproof.strategies.points import (
    assignments_of,
    batches,
    exact_batches,
    parameters,
    points,
    sizes,
)
from bnproof.strategies.terms import claims, terms

__all__ = [
    "assignments_of",
    "batches",
    "claims",
    "exact_batches",
    "parameters",
    "points",
    "sizes",
    "terms",
]
