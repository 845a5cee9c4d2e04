"""Products of roots, and integers between which sums of them lie."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from bnproof.checks.radicals import (
    Nested,
    NestedRoot,
    Radical,
    enclosure,
    multiplied,
    nested_root,
    sum_text,
)

rationals = st.fractions(min_value=-9, max_value=9, max_denominator=9).filter(bool)
squarefree = st.sampled_from([1, 2, 3, 5, 6, 7, 10, 30])


def root_of(**parts: int) -> NestedRoot:
    """The root of a sum; `root_of(m1=2, m3=1)` is that of 2 + sqrt(3)."""
    return nested_root(frozenset((int(name[1:]), Fraction(q)) for name, q in parts.items()))


ONE, TWO = root_of(m1=2, m3=1), root_of(m1=5, m2=-3)
HIGHER = nested_root(frozenset({(1, Fraction(1)), (Nested(2, frozenset({ONE})), Fraction(3))}))
roots = st.frozensets(st.sampled_from([ONE, TWO, HIGHER]), min_size=1)
radicals: st.SearchStrategy[Radical] = squarefree | st.builds(Nested, squarefree, roots)


def in_sympy(radical: Radical) -> sympy.Expr:
    if isinstance(radical, int):
        return sympy.sqrt(radical)
    inside = (
        sum(sympy.Rational(q) * in_sympy(r) for r, q in root.summands) for root in radical.roots
    )
    return sympy.sqrt(radical.m) * sympy.Mul(*map(sympy.sqrt, inside))


def test_the_height_of_a_root_counts_the_roots_in_it() -> None:
    assert (ONE.height, HIGHER.height) == (2, 3)


@given(radicals, radicals)
def test_products_of_radicals(left: Radical, right: Radical) -> None:
    integer, twice, radical = multiplied(left, right)
    squares = [in_sympy(Nested(1, frozenset({root}))) ** 2 for root in twice]
    product = integer * sympy.Mul(*squares) * in_sympy(radical)
    assert abs((product - in_sympy(left) * in_sympy(right)).evalf(30)) < 1e-20


@given(st.dictionaries(radicals, rationals, max_size=4), st.sampled_from([8, 64, 200]))
def test_a_sum_lies_where_it_should(summands: dict[Radical, Fraction], digits: int) -> None:
    low, high = enclosure(summands.items(), digits)
    value = sympy.Add(*(sympy.Rational(q) * in_sympy(r) for r, q in summands.items()))
    scaled = (value * 2**digits).evalf(100)
    slack = sympy.Rational(1, 10**20)
    assert low - slack <= scaled <= high + slack
    assert high - low <= 2**20


@pytest.mark.parametrize(
    ("summands", "text"),
    [
        ({}, "0"),
        ({1: Fraction(3), 2: Fraction(-1, 2)}, "3 - sqrt(2)/2"),
        ({Nested(1, frozenset({ONE})): Fraction(-2, 3)}, "-2*sqrt(2 + sqrt(3))/3"),
        ({Nested(6, frozenset({TWO})): Fraction(1), 5: Fraction(1)},
         "sqrt(5) + sqrt(6)*sqrt(5 - 3*sqrt(2))"),
        ({Nested(1, frozenset({HIGHER})): Fraction(1)},
         "sqrt(1 + 3*sqrt(2)*sqrt(2 + sqrt(3)))"),
    ],
)  # fmt: skip
def test_sums_are_written_as_people_write_them(
    summands: dict[Radical, Fraction], text: str
) -> None:
    assert sum_text(summands.items()) == text
