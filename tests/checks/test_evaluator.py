"""The exact evaluator against numbers worked out by hand and by SymPy."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from bnproof.checks.evaluator import Evaluator, Point, Work
from bnproof.checks.numbers import WorkExhausted
from bnproof.language import parse_term
from bnproof.terms import Index
from tests.theories import batchnorm

J, K = Index("j", "sample"), Index("k", "sample")
D, E = Index("d", "feature"), Index("e", "feature")


def value(text: str, rows: list[list[int]], eps: int, **at: int) -> str:
    point = Point(
        {"n": len(rows), "D": len(rows[0])},
        {
            "x": {(i, d): Fraction(v) for i, row in enumerate(rows) for d, v in enumerate(row)},
            "eps": {(): Fraction(eps)},
            "gamma": {(d,): Fraction(2) for d in range(len(rows[0]))},
            "beta": {(d,): Fraction(3) for d in range(len(rows[0]))},
        },
    )
    indices = {index: at[index.name] for index in (J, K, D, E) if index.name in at}
    return str(Evaluator(batchnorm(), point, Work(10**6)).value(parse_term(text), indices))


def test_batch_norm_of_two_samples_by_hand() -> None:
    # x = (0, 2): mu = 1, var = 1, and with eps = 1 the standardized values are -+ 1/sqrt(2).
    assert value("mu[d]", [[0], [2]], 1, d=0) == "1"
    assert value("var[d]", [[0], [2]], 1, d=0) == "1"
    assert value("s[d]", [[0], [2]], 1, d=0) == "sqrt(2)"
    assert value("y[j,d]", [[0], [2]], 1, j=0, d=0) == "-sqrt(2)/2"
    assert value("z[j,d]", [[0], [2]], 1, j=1, d=0) == "3 + sqrt(2)"
    assert value("kappa[d]", [[0], [2]], 1, d=0) == "1/2"


def test_three_samples_give_the_fourth_moment_nine_halves() -> None:
    assert value("sum[i] y[i,d]^4", [[1], [4], [11]], 0, d=0) == "9/2"


def test_conditions_and_deltas() -> None:
    assert value("sum[i,k : i != k] 1", [[0], [1], [2]], 0) == "6"
    assert value("sum[i,k] delta[i,k]*x[i,d]", [[0], [1], [2]], 0, d=0) == "3"
    assert value("mean[i,d] x[i,d]", [[0, 1], [2, 5]], 0) == "2"


@pytest.mark.parametrize("k", [0, 1, 2])
def test_derivatives_are_those_of_sympy(k: int) -> None:
    x = sympy.symbols("x:3", real=True)
    mean = sum(x) / 3
    root = sympy.sqrt(sum((v - mean) ** 2 for v in x) / 3 + 2)
    y = (x[k] - mean) / root
    at = dict(zip(x, (1, -1, 3), strict=True))
    rows = [[1], [-1], [3]]
    first = sympy.diff(y, x[0]).subs(at)
    second = sympy.diff(y, x[0], x[1]).subs(at)
    assert sympy.simplify(first - _read("diff[x[j,d]] y[k,d]", rows, j=0, k=k)) == 0
    twice = "diff[x[j,d]] diff[x[l,d]] y[k,d]".replace("l", "m")
    point_value = _read(twice, rows, j=0, m=1, k=k)
    assert sympy.simplify(second - point_value) == 0


def _read(text: str, rows: list[list[int]], **at: int) -> sympy.Expr:
    point = Point(
        {"n": len(rows), "D": 1},
        {
            "x": {(i, 0): Fraction(row[0]) for i, row in enumerate(rows)},
            "eps": {(): Fraction(2)},
        },
    )
    indices = {Index(name, "sample"): position for name, position in at.items()} | {D: 0}
    exact = Evaluator(batchnorm(), point, Work(10**6)).value(parse_term(text), indices)
    return sympy.Add(*(sympy.Rational(q) * sympy.sqrt(m) for (_, m), q in exact.parts.items()))


def test_a_derivative_by_a_parameter() -> None:
    assert value("diff[gamma[e]] z[j,d]", [[0], [2]], 1, j=0, d=0, e=0) == "-sqrt(2)/2"
    assert value("diff[beta[e]] z[j,d]", [[0, 1], [2, 0]], 1, j=0, d=0, e=1) == "0"


def test_the_same_entry_twice_gives_the_second_derivative() -> None:
    assert value("diff[x[j,d]] diff[x[j,d]] x[j,d]^3", [[2]], 1, j=0, d=0) == "12"


def test_the_work_is_bounded() -> None:
    point = Point({"n": 10**9, "D": 1}, {})
    with pytest.raises(WorkExhausted):
        Evaluator(batchnorm(), point, Work(1000)).value(parse_term("sum[i] 1"), {})
