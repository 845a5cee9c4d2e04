"""Reports as text and as JSON."""

from __future__ import annotations

import functools
import json

import pytest

import bnproof
from bnproof.checks.numbers import Exact
from bnproof.prover import proving
from bnproof.prover.deciding import resolve

FALSE = "blocked sum[i,d] h[d]*y[i,d]^2"


def test_a_proof_is_reported_with_its_scope_and_what_confirmed_it() -> None:
    text = str(bnproof.prove("blocked sum[i,d] H[d,d]*y[i,d]^2", assume=["eps = 0"]))
    lines = text.split("\n")
    assert lines == [
        "proved: blocked sum[i,d] H[d,d]*y[i,d]^2 assume eps = 0",
        "  for every n >= 2, D >= 1, eps = 0, where var[d] + eps > 0",
        "  declared by use: H[d,e] = H[e,d] real",
        "  kernel: the normal form of left - right is 0",
        "  exact evaluation: both sides agree at 12 points, n = 2..4, D = 1..4",
    ]


def test_a_refutation_is_reported_with_exact_numbers() -> None:
    text = str(bnproof.prove("sum[i] y[i,d]^2 = n"))
    assert text.split("\n")[:8] == [
        "refuted: sum[i] y[i,d]^2 = n",
        "  claimed for every n >= 1, D >= 1, eps >= 0, where var[d] + eps > 0",
        "  it fails at n = 1, D = 1, d = 1, and",
        "    x = [[0]]",
        "    eps = 1",
        "  left  = sum[i] y[i,d]^2 = 0",
        "  right = n = 1",
        "  at all sizes, left - right = -n*kappa[d]",
    ]


def test_scopes_say_what_nobody_typed() -> None:
    assert str(bnproof.prove("sum[i] (x[i,d]-mu[d]) = 0").scope) == "n >= 1, D >= 1"
    assert str(bnproof.prove("y[i,d]/(n-1) = y[i,d]/(n-1)").scope) == (
        "n >= 2, D >= 1, eps >= 0, var[d] + eps > 0"
    )
    assert str(bnproof.prove("1/(n-3) = 1/(n-3)").scope) == "n >= 1, D >= 1, n != 3"
    assert str(bnproof.prove("1/(n-D) = 1/(n-D)").scope) == "n >= 1, D >= 1, n - D != 0"
    assert str(bnproof.prove("y[i,d] = y[i,d]", norm="layer", assume=["eps = 0"]).scope) == (
        "n >= 1, D >= 2, eps = 0, var[i] + eps > 0"
    )
    assert str(bnproof.prove("delta[j,k]*delta[k,l] = 0", assume=["j != l"]).scope) == (
        "n >= 2, D >= 1, j != l"
    )


def test_scopes_are_said_once_and_plainly() -> None:
    assert str(bnproof.prove("1/(n^2-4) = 1/(n-2)/(n+2)").scope) == "n >= 1, D >= 1, n != 2"
    assert str(bnproof.prove("eps/eps = 1", assume="eps != 0").scope) == "n >= 1, D >= 1, eps > 0"
    many = bnproof.prove("K[i,j,k,l,m] = K[i,j,k,l,m]").scope
    assert many is not None
    assert many.declared == ("K[i,j,k,l,m] real",)


def test_a_negative_eps_is_no_counterexample() -> None:
    found = bnproof.prove("eps = 1", assume="eps != 0").counterexample
    assert found is not None
    assert found.point.arrays["eps"][()] == 2


def test_a_loss_without_the_input_is_noted() -> None:
    assert bnproof.prove("blocked L").note == "the loss does not contain x"
    assert "note: the loss does not contain x" in str(bnproof.prove("blocked sum[i] Y[i,d]"))
    assert bnproof.prove("blocked sum[i] y[i,d]").note is None


def test_a_claim_of_numbers_fails_at_sizes_alone() -> None:
    assert "  it fails at n = 1, D = 1\n" in str(bnproof.prove("1 = 2"))


def test_sizes_that_were_left_out_are_not_counted() -> None:
    text = str(bnproof.prove("1/(n-2) = 1/(n-2)"))
    assert "n = 1 or 3 or 4, D = 1..4" in text


def test_reports_show_themselves_briefly() -> None:
    report = bnproof.prove("sum[i] y[i,d] = 0")
    assert repr(report) == "<Report proved: sum[i] y[i,d] = 0>"
    assert report.proved


def test_json_of_a_refutation_has_the_agreed_fields() -> None:
    report = bnproof.prove(FALSE).to_dict()
    assert json.loads(json.dumps(report)) == report
    assert report["claim"] == FALSE
    assert report["verdict"] == "refuted"
    assert report["scope"] == "n >= 1, D >= 1, eps >= 0, var[d] + eps > 0, h[d] real"
    found = report["counterexample"]
    assert (found["n"], found["D"], found["eps"]) == (2, 1, "1")
    assert len(found["x"]) == 2
    assert found["params"] == {"h": ["1"]}
    assert found["indices"] == {"j": 1, "e": 1}
    assert found["rhs"] == "0"
    assert found["lhs"] != "0"


def test_json_of_a_proof_says_what_checked_it() -> None:
    report = bnproof.prove("sum[i] y[i,d] = 0").to_dict()
    assert report["verdict"] == "proved"
    assert report["counterexample"] is None
    assert report["checks"]["kernel"]["proved"] is True
    assert report["checks"]["exact"] == {"points": 16, "refutes": False}
    assert 0 < report["checks"]["kernel"]["seconds"] <= report["seconds"]


def test_an_undecided_claim_gives_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "resolve", functools.partial(resolve, steps=1000))
    report = bnproof.prove("(sum[i,k] A[i,k]*y[i,d]*y[k,d])^40 = 0")
    assert report.verdict == "undecided"
    assert "steps" in str(report)
    assert report.to_dict()["reason"]


def test_numbers_are_exact_strings() -> None:
    report = bnproof.prove("s[d] = 2")
    assert report.counterexample is not None
    assert isinstance(report.counterexample.left, Exact)
    assert (
        "sqrt" in report.to_dict()["counterexample"]["lhs"]
        or report.to_dict()["counterexample"]["lhs"].isdigit()
    )
