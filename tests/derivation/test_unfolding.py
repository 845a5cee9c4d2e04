"""A claim with all definitions unfolded says the same, and reads back."""

from __future__ import annotations

import pytest

from bnproof.derivation.unfolding import unfolded
from bnproof.kernel import Theorem, decide
from bnproof.language import parse_term, print_term
from bnproof.terms import Definition, Entry, Equation, free_indices, subterms
from tests.theories import batchnorm

BATCH = batchnorm()
TERMS = [
    "y[i,d]",
    "sum[i] y[i,d]^2",
    "rho[d,e]",
    "sum[i,j] rho[d,e]*y[i,d]*z[j,e]",
    "diff[x[j,e]] sum[i] z[i,d]",
    "sum[i : i != j] y[i,d]*kappa[d]",
    "mean[i] mu[d]*var[d]",
]


@pytest.mark.parametrize("text", TERMS)
def test_nothing_defined_is_left_and_the_value_is_the_same(text: str) -> None:
    term = parse_term(text)
    whole = unfolded(term, BATCH, (index.name for index in free_indices(term)))
    names = {part.name for part in subterms(whole) if isinstance(part, Entry)}
    assert not [d for d in BATCH.declarations if d.name in names and isinstance(d, Definition)]
    assert isinstance(decide(Equation(term, whole), BATCH), Theorem)
    assert parse_term(print_term(whole)) == whole


def test_bound_indices_are_renamed_where_they_would_clash() -> None:
    whole = unfolded(parse_term("sum[i] y[i,d]"), BATCH, ("d",))
    assert print_term(whole) == "sum[i] (x[i,d] - mean[j] x[j,d])/s[d]"
