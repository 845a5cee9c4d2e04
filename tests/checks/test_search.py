"""Counterexamples are genuine, small and in the domain; rechecks see what they should."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bnproof
from bnproof.checks import search
from bnproof.checks.evaluator import Work
from bnproof.checks.points import assignments, setting_of, sizes_upwards, small_sizes
from bnproof.checks.search import SidesDiffer, find_counterexample, recheck
from bnproof.language import parse_term
from bnproof.terms import AtLeast, Equation, Index, Unequal
from tests.theories import batchnorm

J, K, L = (Index(name, "sample") for name in "jkl")


def equation(left: str, right: str) -> Equation:
    return Equation(parse_term(left), parse_term(right))


def silent(message: str) -> None:
    """Show nothing."""


def test_a_false_theorem_is_seen_by_the_recheck() -> None:
    setting = setting_of(equation("sum[i] y[i,d]^2", "n"), batchnorm())
    with pytest.raises(SidesDiffer):
        recheck(setting, silent)


def test_a_true_claim_has_no_counterexample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SEARCH_WORK", 20_000)
    setting = setting_of(equation("sum[i] y[i,d]", "0"), batchnorm())
    assert find_counterexample(setting, silent) is None


def test_a_disagreement_is_loud(monkeypatch: pytest.MonkeyPatch) -> None:
    from bnproof.prover import examination

    true = setting_of(equation("0", "0"), batchnorm())
    false = dataclasses.replace(true, equation=equation("0", "1"))
    monkeypatch.setattr(examination, "setting_of", lambda *_: false)
    with pytest.raises(bnproof.Disagreement) as caught:
        bnproof.prove("0 = 0")
    assert caught.value.report.counterexample is not None


def test_sizes_are_tried_in_order_of_their_sum() -> None:
    setting = setting_of(equation("0", "1"), batchnorm(), (AtLeast("n", 2),))
    first = itertools.islice(sizes_upwards(setting, Work(10**6)), 6)
    assert [(s["n"], s["D"]) for s in first] == [(2, 1), (3, 1), (2, 2), (4, 1), (3, 2), (2, 3)]
    few = small_sizes(setting, 2, Work(10**6))
    assert [(s["n"], s["D"]) for s in few] == [(2, 1), (3, 1), (2, 2), (3, 2)]


def test_assignments_are_the_patterns_of_coincidence() -> None:
    setting = setting_of(equation("A[j,k]", "A[k,l]"), batchnorm())
    patterns = {tuple(at.values()) for at in assignments(setting, {"n": 5, "D": 1}, Work(1000))}
    assert patterns == {(0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (0, 1, 2)}


def test_assignments_respect_inequalities_and_sizes() -> None:
    setting = setting_of(equation("A[j,k]", "A[k,l]"), batchnorm(), (Unequal(J, K),))
    assert all(at[J] != at[K] for at in assignments(setting, {"n": 5, "D": 1}, Work(1000)))
    assert not list(assignments(setting, {"n": 1, "D": 1}, Work(1000)))


@pytest.mark.parametrize(
    ("claim", "assume", "sizes"),
    [
        ("sum[i] y[i,d]^2 = n", (), (1, 1)),
        ("sum[i] y[i,d]^2 = n + 1", ("eps = 0",), (2, 1)),
        ("sum[i] y[i,d]^4 = n", ("eps = 0",), (3, 1)),
        ("blocked sum[i] y[i,d]^4", ("eps = 0",), (4, 1)),
        ("blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]", ("eps = 0",), (3, 2)),
        ("x[j,d] = x[k,d]", ("j != k",), (2, 1)),
        ("x[j,d] = x[k,d]", ("n >= 5",), (5, 1)),
        ("g[d] = g[e]", ("d != e",), (1, 2)),
        ("1/(n-2) = 1", (), (1, 1)),
        ("1/(n-1) = 1", (), (3, 1)),
        ("(n-1)*(n-2)*(n-3)*(n-4)*(n-5)*(n-6)*(n-7)*(n-8)*(n-9)*(n-10) = 0", (), (11, 1)),
        ("(n-1)*(n-2)*(n-3)*(n-4)*(n-5)*(n-6)*(n-7)*(n-8)*(n-9)*x[i,d] = 0", (), (10, 1)),
    ],
)
def test_the_counterexample_has_the_smallest_sizes(
    claim: str, assume: tuple[str, ...], sizes: tuple[int, int]
) -> None:
    found = bnproof.prove(claim, assume=assume).counterexample
    assert found is not None
    assert tuple(found.point.sizes.values()) == sizes


@pytest.mark.parametrize(
    "claim",
    [
        "((((x[i,d]^64)^64)^64)^64)^64 = 0",
        "diff[x[j,e]] " * 20 + "x[j,e]^30 = 0",
        "*".join(f"a{k}" for k in range(1000)) + " = 0",
        "*".join(f"x[i{k},d]" for k in range(16))
        + "".join(f"*w[j{k}]" for k in range(5))
        + " = 0 assume "
        + ", ".join(f"j{a} != j{b}" for a in range(5) for b in range(a)),
        "*".join(f"({size}-{k})" for k in range(1, 6) for size in "nD") + " = 0",
        "+".join(f"0/(n-{k})" for k in range(1, 60)) + " = x[i,d]",
        "+".join(f"x[i{k},d]" for k in range(1, 900)) + " = 0",
        "a/(7^64)^64 + a^2/(3^64)^64 = 0",
        "diff[x[j,e]] " * 14 + "s[e] = 0",
        "(s[d]^64)^20 = 0",
        "((n^64)^64)^16 <= n*D assume n >= 2",
    ],
    ids=[
        *("powers", "derivatives", "letters", "inequalities", "sizes"),
        *("poles", "indices", "numbers", "roots", "powers of a root", "powers of a size"),
    ],
)
def test_claims_that_are_hard_to_evaluate_end_without_a_false_verdict(claim: str) -> None:
    assert bnproof.prove(claim).verdict in ("refuted", "undecided")


def test_sizes_that_no_claim_admits_at_first_are_no_vacuity() -> None:
    report = bnproof.prove("1/((n-1)*(n-2)*(n-3)*(n-4)) = 1/((n-1)*(n-2)*(n-3)*(n-4))")
    assert report.verdict == "proved"
    assert str(report.scope) == "n >= 5, D >= 1"
    assert report.rechecks[0].sizes


def test_a_counterexample_lists_what_the_claim_speaks_of() -> None:
    found = bnproof.prove("g[d] = g[e]").counterexample
    assert found is not None
    assert set(found.point.arrays) == {"g"}


def test_the_numbers_of_a_counterexample_are_simple() -> None:
    found = bnproof.prove("blocked sum[i,d] G[i,d]*y[i,d]", assume=["eps > 0"]).counterexample
    assert found is not None
    values = {value for array in found.point.arrays.values() for value in array.values()}
    assert values <= {-1, 0, 1, 2}


@settings(max_examples=30)
@given(st.integers(2, 9))
def test_hypotheses_on_sizes_are_met(least: int) -> None:
    report = bnproof.prove("sum[i] y[i,d]^2 = n", assume=[f"n >= {least}"])
    assert report.counterexample is not None
    assert report.counterexample.point.sizes["n"] == least
