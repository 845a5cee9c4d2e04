"""Which hints a step could do without, and which it needs."""

from __future__ import annotations

import pytest

from bnproof.derivation.hints import HintSearch
from bnproof.kernel import Steps, Theorem
from bnproof.language import parse_term
from bnproof.language.items import CITE, RULE, UNFOLD, Hint
from bnproof.language.source import Span
from tests.kernel.chains import BATCH, proved


def search(
    step: str, facts: dict[str, Theorem] | None = None, given: tuple[Hint, ...] = ()
) -> tuple[set[str], bool] | None:
    left, right = map(parse_term, step.split(" = "))
    steps = Steps(BATCH, ())
    steps.admit(left)
    steps.admit(right)
    found = HintSearch(steps, BATCH, dict(facts or {})).smallest(left, right, given)
    return None if found is None else (set(map(str, found[0])), found[1])


@pytest.mark.parametrize(
    ("step", "hints"),
    [
        ("a[j] + a[j] = 2*a[j]", set()),
        ("sum[i] 2*a[i] = 2*sum[i] a[i]", {"linearity"}),
        ("y[k,d]*s[d] = x[k,d] - mu[d]", {"definition of y"}),
        ("var[d] = s[d]^2 - eps", {"root"}),
        ("diff[x[j,e]] mu[d] = delta[d,e]/n", {"derivative", "delta", "definition of mu"}),
    ],
)
def test_a_smallest_set_is_found(step: str, hints: set[str]) -> None:
    assert search(step) == (hints, True)


@pytest.mark.parametrize(
    ("step", "hints"),
    [
        (
            "diff[x[j,e]] sum[i,d] g[d]*y[i,d]^2 = 2*(sum[i,d] g[d]*y[i,d]*(diff[x[j,e]] y[i,d]))",
            {"linearity", "derivative"},
        ),
        (
            "diff[x[j,e]] rho[d,d] = mean[i] 2*y[i,d]*(diff[x[j,e]] y[i,d])",
            {"derivative", "definition of rho"},
        ),
    ],
)
def test_nothing_is_proposed_that_a_step_can_do_without(step: str, hints: set[str]) -> None:
    assert search(step) == (hints, True)


def test_a_result_is_preferred_to_many_hints() -> None:
    facts = {"centered": proved("sum[i] y[i,d] = 0")}
    assert search("3*(sum[i] y[i,d]) = 0", facts) == ({"centered"}, True)


def test_nothing_shows_what_is_false() -> None:
    assert search("sum[i] y[i,d] = 1") is None


def test_hints_that_are_not_needed_are_told() -> None:
    left, right = parse_term("sum[i] 2*a[i]"), parse_term("2*sum[i] a[i]")
    steps = Steps(BATCH, ())
    hints = [
        Hint(RULE, "delta", Span(0, 0)),
        Hint(RULE, "linearity", Span(0, 1)),
        Hint(UNFOLD, "mu", Span(0, 2)),
        Hint(CITE, "centered", Span(0, 3)),
    ]
    facts = {"centered": proved("sum[i] y[i,d] = 0")}
    needed = HintSearch(steps, BATCH, dict(facts)).needed(left, right, hints)
    unneeded = [hint for hint in hints if hint not in needed]
    assert [hint.name for hint in unneeded] == ["delta", "mu", "centered"]
