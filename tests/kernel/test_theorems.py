"""Theorems come from `decide` alone, and are what they were proved to be."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from fractions import Fraction

import pytest

from bnproof.kernel import BudgetExhausted, Difference, ForgeryError, Theorem, decide
from bnproof.language import Source, parse_term, read_statement
from bnproof.terms import Blocked, Claim, Entry, Equation, Sign, number
from tests.theories import batchnorm


def equation(left: str, right: str) -> Claim:
    return Equation(parse_term(left), parse_term(right))


@pytest.fixture
def theorem() -> Theorem:
    proved = decide(equation("sum[i] y[i,d]", "0"), batchnorm())
    assert isinstance(proved, Theorem)
    return proved


def test_a_theorem_says_what_was_claimed(theorem: Theorem) -> None:
    assert theorem.claim == equation("sum[i] y[i,d]", "0")
    assert theorem.hypotheses == ()
    assert theorem.roots == {"s"}


def test_a_difference_is_no_theorem() -> None:
    left = decide(equation("sum[i] y[i,d]", "1"), batchnorm())
    assert isinstance(left, Difference)
    assert list(left.polynomial.values()) == [-1]


def test_nobody_makes_a_theorem_by_hand() -> None:
    with pytest.raises(ForgeryError):
        Theorem(object(), claim=equation("0", "1"))


def test_a_theorem_cannot_be_changed(theorem: Theorem) -> None:
    with pytest.raises(ForgeryError):
        theorem.claim = equation("0", "1")
    with pytest.raises(ForgeryError):
        del theorem.claim


def test_a_theorem_cannot_be_copied_or_pickled(theorem: Theorem) -> None:
    for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(ForgeryError):
            attempt(theorem)


def test_theorem_cannot_be_subclassed() -> None:
    with pytest.raises(ForgeryError):
        type("Lemma", (Theorem,), {})


def test_a_theorem_names_the_root_that_it_only_divides_by() -> None:
    proved = decide(equation("eps/(var[d]+eps) + var[d]/(var[d]+eps)", "1"), batchnorm())
    assert isinstance(proved, Theorem)
    assert proved.roots == {"s"}


def test_a_theorem_that_needs_no_root_names_none() -> None:
    proved = decide(equation("sum[i] (x[i,d]-mu[d])^2", "n*var[d]"), batchnorm())
    assert isinstance(proved, Theorem)
    assert proved.roots == frozenset()


def test_sizes_that_are_divided_by_are_kept() -> None:
    proved = decide(equation("(n-1)*(n-2)/((n-1)*(n-2))", "1"), batchnorm())
    assert isinstance(proved, Theorem)
    [condition] = proved.nonzero_sizes
    values = {
        n: sum(Fraction(c) * n ** sum(power for _, power in powers) for powers, c in condition)
        for n in range(1, 5)
    }
    assert [n for n, value in values.items() if value == 0] == [1, 2]


def test_the_budget_ends_in_no_verdict() -> None:
    with pytest.raises(BudgetExhausted):
        decide(equation("(sum[i] y[i,d]^3)^6", "0"), batchnorm(), steps=50)


def test_hypotheses_are_kept_whatever_they_came_in() -> None:
    assume = [Sign(Entry("eps"), "zero")]
    proved = decide(equation("sum[i] y[i,d]^2", "n"), batchnorm(), (h for h in assume))
    assert isinstance(proved, Theorem)
    assert proved.hypotheses == tuple(assume)


def test_many_power_sums_do_not_exhaust_the_stack() -> None:
    names = [f"i{k}" for k in range(500)]
    product = "*".join(f"x[{name},d]" for name in names)
    left = f"sum[{','.join(names)}] {product}"
    assert isinstance(decide(equation(left, "0"), batchnorm(), steps=10**7), Difference)


@pytest.mark.parametrize(
    "left",
    [
        "*".join(f"(a{k} + w{k})" for k in range(300)),
        "*".join(f"A[i{k},i{k + 1}]" for k in range(400)),
        "1e99^64",
    ],
    ids=["product of sums", "path", "numbers"],
)
def test_hostile_terms_exhaust_the_budget(left: str) -> None:
    if "A[" in left:
        left = f"sum[{','.join(f'i{k}' for k in range(401))}] {left}"
    statement = read_statement(Source("t", f"{left} = 0"), batchnorm())
    with pytest.raises(BudgetExhausted):
        decide(statement.claim, statement.theory)


def test_huge_powers_exhaust_the_budget() -> None:
    with pytest.raises(BudgetExhausted):
        decide(equation("((2^64)^64)^64", "0"), batchnorm())


def test_blocked_is_a_statement_about_fresh_indices() -> None:
    # The loss itself carries j and e, so the derivative must be taken at others.
    assert isinstance(decide(Blocked(parse_term("y[j,e]")), batchnorm()), Difference)
    assert isinstance(decide(Blocked(parse_term("sum[i] y[i,e]")), batchnorm()), Theorem)


def test_guards_stay_under_python_optimisation() -> None:
    code = (
        "from bnproof.kernel import Theorem, ForgeryError\n"
        "try: Theorem(None)\n"
        "except ForgeryError: print('refused')\n"
        "import bnproof\n"
        "print(bnproof.prove('sum[i] y[i,d]^2 = n').verdict)\n"
    )
    run = subprocess.run(
        [sys.executable, "-O", "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["refused", "refuted"]


def test_zero_equals_zero() -> None:
    assert isinstance(decide(Equation(number(0), number(0)), batchnorm()), Theorem)
