"""SymPy on explicit matrices: what is true is decided for all inputs, what is false is separated."""

from __future__ import annotations

import time
from collections.abc import Mapping
from fractions import Fraction

import pytest
import sympy

from bnproof.checks import explicit
from bnproof.checks.evaluator import Point, Work
from bnproof.checks.explicit import Examination, Written, examine
from bnproof.checks.numbers import WorkExhausted
from bnproof.checks.points import Setting, setting_of
from bnproof.checks.surds import Surds, UnsuitableError
from bnproof.language import Source, read_statement
from bnproof.terms import Equation, Index, Theory, as_equations
from tests.theories import let, root, theory_of

J, K, D = Index("j", "sample"), Index("k", "sample"), Index("d", "feature")


def claim(text: str, *assume: str, theory: Theory | None = None) -> Setting:
    statement = read_statement(Source("claim", text), theory or theory_of("batch"), assume)
    [equation] = as_equations(statement.claim, statement.theory)
    assert isinstance(equation, Equation)
    return setting_of(equation, statement.theory, statement.hypotheses)


def simple_points(setting: Setting, sizes: Mapping[str, int], count: int) -> list[Point]:
    """Points with entries 1, 4, 9, ... and eps = 1 unless it is zero."""
    arrays = {}
    for array in setting.arrays:
        shape = [sizes[setting.theory.size_of(sort)] for sort in array.sorts]
        zero = setting.signs.get(array.name) == "zero"
        arrays[array.name] = {
            position: Fraction(0 if zero else (1 + k) ** 2)
            for k, position in enumerate(sympy.utilities.iterables.cartes(*map(range, shape)))
        }
    return [Point(sizes, arrays)][:count]


def examined(setting: Setting) -> Examination:
    return examine(setting, lambda sizes, count: simple_points(setting, sizes, count))


def reached(sizes: tuple[Mapping[str, int], ...]) -> list[tuple[int, ...]]:
    return [tuple(s.values()) for s in sizes]


@pytest.mark.parametrize(
    ("text", "assume"),
    [
        ("sum[i] y[i,d]^2 = n*(1 - kappa[d])", ()),
        ("sum[i] y[i,d]^2 = n", ("eps = 0",)),
        ("blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", ("eps = 0",)),
        ("diff[x[l,f]] diff[x[j,e]] sum[i,d] g[d]*(y[i,d]-t[d]) = 0", ()),
        ("blocked sum[i,d] h[d]*(z[i,d]-t[d])^2/gamma[d]", ("eps = 0", "gamma[d] != 0")),
    ],
)
def test_theorems_are_decided_for_all_inputs_at_small_sizes(
    text: str, assume: tuple[str, ...]
) -> None:
    found = examined(claim(text, *assume))
    assert found.separation is None
    assert {(2, 1), (3, 1), (2, 2), (3, 2)} <= set(reached(found.symbolic))


@pytest.mark.parametrize(
    ("text", "assume", "sizes"),
    [
        ("sum[i] y[i,d]^2 = n", (), (1, 1)),
        ("blocked sum[i,d] h[d]*y[i,d]^2", (), (2, 1)),
        ("blocked sum[i] y[i,d]^3", ("eps = 0",), (3, 1)),
        ("blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]", ("eps = 0",), (3, 2)),
        ("diff[x[j,e]] y[k,d] = delta[d,e]/s[d]*(delta[j,k] - 1/n)", (), (2, 1)),
    ],
)
def test_false_claims_are_separated_at_their_smallest_sizes(
    text: str, assume: tuple[str, ...], sizes: tuple[int, int]
) -> None:
    found = examined(claim(text, *assume)).separation
    assert found is not None
    assert tuple(found.point.sizes.values()) == sizes
    assert sympy.N(found.left - found.right) != 0


def test_no_size_is_reported_at_which_nothing_is_defined() -> None:
    found = examined(claim("sum[i] y[i,d]^2 = n", "eps = 0"))
    assert min(sizes["n"] for sizes in found.symbolic) == 2


def test_indices_that_must_differ_are_not_made_to_coincide() -> None:
    found = examined(claim("diff[x[j,d]] y[k,d] = -1/s[d]*(1/n + y[j,d]*y[k,d]/n)", "j != k"))
    assert found.separation is None
    assert min(sizes["n"] for sizes in found.symbolic) == 2


def test_entries_are_symbols_that_know_the_hypotheses() -> None:
    setting = claim("gamma[d]*beta[d]*H[d,e]*w[d] = eps", "eps > 0", "gamma[d] > 0", "beta[d] = 0")
    written = Written(setting, {"n": 1, "D": 2}, Work(1000))
    assert written.entry_at("gamma", (1,)).is_positive
    assert written.entry_at("eps", ()).is_positive
    assert written.entry_at("w", (2,)).is_real
    assert not written.entry_at("w", (2,)).is_positive
    assert written.entry_at("H", (1, 2)) == written.entry_at("H", (2, 1))
    both = written.both_sides({D: 0, Index("e", "feature"): 1})
    assert both.left == 0


def test_entries_of_arrays_with_similar_names_are_apart() -> None:
    setting = claim("a1[j,k] = 0")
    written = Written(setting, {"n": 12, "D": 1}, Work(1000))
    assert written.entry_at("a1", (1, 12)) != written.entry_at("a1", (11, 2))


def test_where_it_is_not_affordable_for_all_inputs_points_decide(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explicit, "SYMBOLIC_WORK", 1)
    found = examined(claim("sum[i] y[i,d]^2 = n*(1 - kappa[d])"))
    assert not found.symbolic
    assert (3, 2) in reached(found.points)
    assert examined(claim("sum[i] y[i,d]^2 = n")).separation is not None


def test_a_standardized_batch_standardized_again_is_the_same_at_eps_zero() -> None:
    theory = theory_of("batch").extended(
        (root("r[d]", "mean[i] y[i,d]^2"), let("u[i,d]", "y[i,d]/r[d]"))
    )
    found = examined(claim("u[i,d] = y[i,d]", "eps = 0", theory=theory))
    assert found.separation is None
    assert found.symbolic or found.points
    assert examined(claim("u[i,d] = y[i,d]", theory=theory)).separation is not None


def test_an_inequality_is_examined_at_points() -> None:
    statement = read_statement(Source("claim", "kappa[d] >= 1/2"), theory_of("batch"))
    setting = setting_of(statement.claim, statement.theory)  # type: ignore[arg-type]
    assert examined(setting).separation is not None
    statement = read_statement(Source("claim", "kappa[d] >= 0"), theory_of("batch"))
    found = examined(setting_of(statement.claim, statement.theory))  # type: ignore[arg-type]
    assert found.separation is None
    assert found.points


@pytest.mark.parametrize(
    "text",
    [
        "((((2*x[i,d])^64)^64)^64)^64 = 0",
        "diff[x[j,e]] " * 14 + "s[e] = 0",
        "+".join(f"x[i{k},d]" for k in range(1, 60)) + " = 0",
        "a/(7^64)^64 + a^2/(3^64)^64 = 0",
    ],
    ids=["powers", "derivatives", "indices", "numbers"],
)
def test_large_claims_end_soon(text: str) -> None:
    start = time.process_time()
    examined(claim(text))
    assert time.process_time() - start < 20  # seconds; it takes 5 at most on one slow core


def test_no_batch_is_too_large_to_be_refused() -> None:
    with pytest.raises(WorkExhausted):
        Written(claim("sum[i] x[i,d] = 0"), {"n": 10**6, "D": 1}, Work(10**6))


X, Y = sympy.symbols("x y", positive=True)


@pytest.mark.parametrize(
    "zero",
    [
        sympy.sqrt(X + Y) ** 3 - (X + Y) * sympy.sqrt(X + Y),
        1 / sympy.sqrt(X + 1) - sympy.sqrt(X + 1) / (X + 1),
        X / (X + Y) + Y / (X + Y) - 1,
        sympy.sqrt(X + sympy.sqrt(Y + 1)) ** 4 - (X + sympy.sqrt(Y + 1)) ** 2,
        sympy.sqrt(6) - sympy.sqrt(2) * sympy.sqrt(3),
        sympy.sqrt(8) * sympy.sqrt(2) - 4,
    ],
)
def test_zero_is_recognised(zero: sympy.Expr) -> None:
    assert Surds(zero, Work(10**5)).is_zero()


@pytest.mark.parametrize(
    "other",
    [
        sympy.sqrt(X + Y) - sympy.sqrt(X) - sympy.sqrt(Y),
        sympy.sqrt(X + 1) ** 2 - X,
        sympy.sqrt(2) + sympy.sqrt(3) - sympy.sqrt(5),
        X / (X + Y) - 1,
    ],
)
def test_what_is_not_zero_is_not_taken_for_it(other: sympy.Expr) -> None:
    assert not Surds(other, Work(10**5)).is_zero()


@pytest.mark.parametrize(
    "expression", [sympy.sin(X), X ** sympy.Rational(1, 3), 1 / (sympy.sqrt(X + 1) ** 2 - X - 1)]
)
def test_what_is_outside_of_the_arithmetic_is_refused(expression: sympy.Expr) -> None:
    with pytest.raises(UnsuitableError):
        Surds(expression, Work(10**5)).is_zero()
