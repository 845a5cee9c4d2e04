"""One name for all monomials that are the same function, and different names for different ones."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bnproof.kernel.monomials import Atom, Budget, BudgetExhausted, Monomial, canonical
from bnproof.terms import Index

SYMMETRIC = {"H"}
BOUND = tuple(Index(f"~{k}", "sample") for k in range(5))
FREE = (Index("j", "sample"), Index("k", "sample"))
SHAPES = {"u": 1, "A": 2, "H": 2}


@st.composite
def products(draw: st.DrawFn) -> tuple[dict[Atom, int], set[Index]]:
    """Factors over up to five bound indices, each of which some factor carries."""
    bound = BOUND[: draw(st.integers(0, len(BOUND)))]
    factors: dict[Atom, int] = {}
    for _ in range(draw(st.integers(1, 6))):
        name = draw(st.sampled_from(sorted(SHAPES)))
        indices = tuple(draw(st.sampled_from((*bound, *FREE))) for _ in range(SHAPES[name]))
        factors[_ordered(name, indices)] = draw(st.integers(1, 2))
    return factors, {i for _, indices in factors for i in indices if i in bound}


def _ordered(name: str, indices: tuple[Index, ...]) -> Atom:
    return (name, tuple(sorted(indices)) if name in SYMMETRIC else indices)


def named(factors: dict[Atom, int], bound: set[Index]) -> Monomial:
    return canonical(factors, bound, SYMMETRIC, Budget(100_000))


def renamed(factors: dict[Atom, int], names: dict[Index, Index]) -> dict[Atom, int]:
    return {
        _ordered(name, tuple(names.get(i, i) for i in indices)): power
        for (name, indices), power in factors.items()
    }


@settings(max_examples=400)
@given(products(), st.randoms(use_true_random=False))
def test_the_name_does_not_depend_on_bound_names_or_the_order_of_factors(
    product: tuple[dict[Atom, int], set[Index]], random: Random
) -> None:
    factors, bound = product
    targets = list(BOUND)
    random.shuffle(targets)
    names = dict(zip(BOUND, targets, strict=True))
    items = list(renamed(factors, names).items())
    random.shuffle(items)
    assert named(dict(items), {names[i] for i in bound}) == named(factors, bound)


@settings(max_examples=400)
@given(products(), products())
def test_equal_names_mean_equal_functions(
    first: tuple[dict[Atom, int], set[Index]], second: tuple[dict[Atom, int], set[Index]]
) -> None:
    # Equal up to a renaming of bound indices, which is decided here by trying all of them.
    same = len(first[1]) == len(second[1]) and any(
        renamed(first[0], dict(zip(sorted(first[1]), order, strict=True))) == second[0]
        for order in itertools.permutations(sorted(second[1]))
    )
    assert (named(*first) == named(*second)) == same


def test_a_product_of_equal_sums_is_named_without_trying_all_orders() -> None:
    many = [Index(f"~{k}", "sample") for k in range(40)]
    factors: dict[Atom, int] = {}
    for index in many:
        factors[("u", (index,))] = 1
        factors[("A", (FREE[0], index))] = 1
    assert len(canonical(factors, many, SYMMETRIC, Budget(10_000)).bound) == 40


def test_a_clique_of_interchangeable_indices_exhausts_the_budget_and_decides_nothing() -> None:
    many = [Index(f"~{k}", "sample") for k in range(12)]
    factors: dict[Atom, int] = {("H", pair): 1 for pair in itertools.combinations(many, 2)}
    with pytest.raises(BudgetExhausted):
        canonical(factors, many, SYMMETRIC, Budget(10_000))
