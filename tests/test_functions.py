"""Formal functions as a user meets them: typed claims, closed forms, counterexamples, derivations."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import bnproof
from bnproof.checks.evaluator import Evaluator, Point, Work, derived
from bnproof.checks.floating import FloatEvaluator
from bnproof.language.expressions import parse_term
from bnproof.render.snippet import numpy_snippet
from bnproof.render.text import polynomial_text
from bnproof.terms import Function, Input, Theory

# sum[i] phi(y[i,d]) behind batch norm: claims.md 2.3.
SMOOTH = (
    "diff[x[j,e]] sum[i] phi(y[i,d]) = delta[d,e]/s[d]*"
    "(phi'(y[j,d]) - mean[i] phi'(y[i,d]) - y[j,d]*(mean[i] phi'(y[i,d])*y[i,d]))"
)
THEORY = Theory((Input("x", ("sample",)), Function("phi")))
# phi(u) = 1 - 2u + 5u^3 at x = (2, -1).
POINT = Point(
    {"n": 2, "D": 1},
    {"x": {(0,): Fraction(2), (1,): Fraction(-1)}},
    {"phi": (Fraction(1), Fraction(-2), Fraction(0), Fraction(5))},
)


def test_the_gradient_of_a_smooth_loss_is_proved_and_confirmed() -> None:
    report = bnproof.prove(SMOOTH, confirm=True)
    assert report.verdict == "proved"
    assert not report.disagreement
    assert report.scope is not None
    assert report.scope.declared == ("phi any smooth function",)


@pytest.mark.parametrize(
    "claim",
    [
        SMOOTH.replace(" - mean[i] phi'(y[i,d])", "", 1),
        SMOOTH.replace("phi'(y[j,d]) -", "phi(y[j,d]) -"),
        SMOOTH.replace("delta[d,e]/s[d]", "delta[d,e]"),
        SMOOTH.replace("phi'(y[i,d])*y[i,d]", "psi'(y[i,d])*y[i,d]"),
        "blocked sum[i] phi(y[i,d])",
        "phi(x[i,d]) = phi(-x[i,d])",
        "phi(2*x[i,d]) = 2*phi(x[i,d])",
        "phi''''(x[i,d]) = 0",
        "phi(0) = 0",
    ],
)
def test_what_does_not_hold_for_every_function_is_refuted(claim: str) -> None:
    report = bnproof.prove(claim)
    assert report.verdict == "refuted"
    assert report.counterexample is not None
    assert "phi" in report.counterexample.point.functions


@pytest.mark.parametrize(
    "claim",
    [
        "phi(x[i,d] + x[j,d]) = phi(x[j,d] + x[i,d])",
        "phi(sum[i] y[i,d]) = phi(0)",
        "diff[x[j,e]] phi(x[i,d]^2) = 2*delta[i,j]*delta[d,e]*x[i,d]*phi'(x[i,d]^2)",
        "diff[x[j,e]] phi(psi(x[i,d])) = delta[i,j]*delta[d,e]*psi'(x[i,d])*phi'(psi(x[i,d]))",
        "sum[i] delta[i,j]*phi(x[i,d]*x[j,d]) = phi(x[j,d]^2)",
        "sum[i,k] phi(x[i,d] - x[k,d]) = sum[i,k] phi(x[k,d] - x[i,d])",
        "not blocked sum[i] phi(y[i,d])",
        "phi(x[i,d] - mu[d]) = phi(0) assume n = 1",
        "phi(mu[d])^2 + phi(x[i,d])^2 >= 2*phi(mu[d])*phi(x[i,d])",
    ],
)
def test_what_holds_for_every_function_is_proved(claim: str) -> None:
    assert bnproof.prove(claim).verdict == "proved"


def test_the_closed_form_names_the_function_and_its_standardized_argument() -> None:
    found = bnproof.derive("diff[x[j,e]] sum[i,d] (softplus(y[i,d]) - t[i,d]*y[i,d])")
    assert "softplus'(y[j,e]) - t[j,e]" in str(found)
    assert "mu[" not in str(found.to_dict()["closed_form"])
    assert found.steps


def test_a_polynomial_stands_for_the_function_in_the_exact_evaluator() -> None:
    evaluator = Evaluator(THEORY, POINT, Work(10_000))
    values = {
        "sum[i] phi(x[i])": 35,  # phi(2) = 37 and phi(-1) = -2
        "sum[i] phi'(x[i])": 71,  # phi'(u) = 15u^2 - 2
        "sum[i] phi''(x[i])": 30,  # phi''(u) = 30u
        "sum[j] diff[x[j]] sum[i] phi(x[i]^2)": 4 * 238 - 2 * 13,  # 2x*phi'(x^2)
        "phi''''(3)": 0,
    }
    for text, value in values.items():
        assert evaluator.value(parse_term(text), {}).sign_if_rational() is not None
        assert str(evaluator.value(parse_term(text), {})) == str(value)


def test_floating_point_evaluates_the_same_polynomial() -> None:
    evaluator = FloatEvaluator(THEORY, [POINT], "float64")
    assert evaluator.value(parse_term("sum[i] phi'(x[i])"), {}).value == 71
    assert evaluator.value(parse_term("sum[j] diff[x[j]] sum[i] phi(x[i]^2)"), {}).value == 926


@pytest.mark.parametrize(
    ("coefficients", "order", "expected"),
    [([1, 2, 3], 0, [1, 2, 3]), ([1, 2, 3], 1, [2, 6]), ([1, 2, 3], 2, [6]), ([1], 1, [])],
)
def test_polynomials_are_derived(coefficients: list[int], order: int, expected: list[int]) -> None:
    assert derived(list(map(Fraction, coefficients)), order) == expected


@pytest.mark.parametrize(
    ("coefficients", "text"),
    [
        ([0, 0, 1], "u^2"),
        ([0, -1, Fraction(1, 2)], "1/2*u^2 - u"),
        ([3, 0, -1], "-u^2 + 3"),
        ([-1], "-1"),
        ([0, 0], "0"),
    ],
)
def test_polynomials_are_printed_as_people_write_them(
    coefficients: list[Fraction], text: str
) -> None:
    assert polynomial_text(list(map(Fraction, coefficients))) == text


def test_the_numpy_program_of_a_counterexample_shows_the_function(tmp_path: Path) -> None:
    report = bnproof.prove("diff[x[j,e]] sum[i] phi(x[i,d]) = 0")
    assert report.counterexample is not None
    program = tmp_path / "program.py"
    program.write_text(numpy_snippet(report.counterexample), "utf-8")
    run = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True)
    left, right = (float(line.split("=")[1]) for line in run.stdout.splitlines())
    assert left == pytest.approx(float(report.counterexample.left))
    assert right == 0
    found = report.to_dict()["counterexample"]
    assert found["functions"]["phi"] == "u"


def test_a_file_declares_its_functions_and_cites_facts_about_them(tmp_path: Path) -> None:
    path = tmp_path / "smooth.bnp"
    path.write_text(
        """
use batchnorm(x)
function phi

lemma chain
  diff[x[j,e]] phi(y[i,d]) = phi'(y[i,d])*(diff[x[j,e]] y[i,d])
proof
  = phi'(y[i,d])*(diff[x[j,e]] y[i,d])                      by derivative
qed

theorem summed
  sum[j] (diff[x[j,e]] phi(y[i,d])) = phi'(y[i,d])*(sum[j] diff[x[j,e]] y[i,d])
proof
  = sum[j] phi'(y[i,d])*(diff[x[j,e]] y[i,d])               by chain
  = phi'(y[i,d])*(sum[j] diff[x[j,e]] y[i,d])               by linearity
qed

lemma undeclared
  psi(y[i,d]) = 0
proof auto qed

lemma not_by_that
  diff[x[j,e]] phi(y[i,d]) = phi'(y[i,d])*(diff[x[j,e]] y[i,d])
proof
  = phi'(y[i,d])*(diff[x[j,e]] y[i,d])                      by linearity
qed
""",
        "utf-8",
    )
    found = {s.name: s for s in bnproof.load(path).check().statements}
    assert [found[name].status for name in ("chain", "summed")] == ["proved", "proved"]
    codes = {p.error.code for s in found.values() for p in s.problems}
    assert codes == {"unknown-name", "weak-hints"}
