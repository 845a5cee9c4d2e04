"""Confirmation: silent on what is true, loud and complete on what is false, and without a trace."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import warnings
from fractions import Fraction
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, configuration, given
from hypothesis import strategies as st

import bnproof
from bnproof.checks.confirm import Confirmation, confirm_differs, confirm_equal
from bnproof.checks.drawing import drawn_points
from bnproof.checks.numbers import Exact
from bnproof.checks.points import Setting, setting_of
from bnproof.checks.search import Counterexample
from bnproof.language import Source, read_statement
from bnproof.terms import Equation, as_equations
from tests.theories import theory_of

MEANS = ["explicit", "float64", "float32"]


def claim(text: str, *assume: str, norm: str = "batch") -> Setting:
    statement = read_statement(Source("claim", text), theory_of(norm), assume)
    [equation] = as_equations(statement.claim, statement.theory)
    assert isinstance(equation, Equation)
    return setting_of(equation, statement.theory, statement.hypotheses, ("s",))


def counterexample(text: str, *assume: str, norm: str = "batch") -> Counterexample:
    found = bnproof.prove(text, norm=norm, assume=assume).counterexample
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "assume", "norm"),
    [
        ("sum[i] y[i,d] = 0", (), "batch"),
        ("sum[i] y[i,d]^2 = n*(1 - kappa[d])", (), "batch"),
        ("sum[i] y[i,d]^2 = n", ("eps = 0",), "batch"),
        ("blocked sum[i,d] g[d]*(y[i,d]-t[d])", (), "batch"),
        ("blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", ("eps = 0",), "batch"),
        ("blocked sum[i,d] g[i]*(y[i,d]-t[i])", ("eps > 0",), "layer"),
        ("diff[x[j,d]] y[k,d] = -1/s[d]*(1/n + y[j,d]*y[k,d]/n)", ("j != k",), "batch"),
        ("0 = 0", (), "batch"),
    ],
)
def test_theorems_are_confirmed_by_all_means(text: str, assume: tuple[str, ...], norm: str) -> None:
    found = confirm_equal(claim(text, *assume, norm=norm))
    assert [confirmation.means for confirmation in found] == MEANS
    assert all(confirmation.disagreement is None for confirmation in found)
    assert all(confirmation.sizes for confirmation in found)
    assert found[1].points == 20


@pytest.mark.parametrize(
    ("text", "assume"),
    [
        ("sum[i] y[i,d]^2 = n", ()),
        ("blocked sum[i,d] G[i,d]*y[i,d]", ()),
        ("blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", ("eps > 0",)),
        ("diff[x[j,e]] y[k,d] = delta[d,e]/s[d]*(delta[j,k] - 1/n)", ()),
        ("rho[d,e] = 1", ("eps = 0",)),
    ],
)
def test_every_means_disagrees_with_a_false_proof(text: str, assume: tuple[str, ...]) -> None:
    found = confirm_equal(claim(text, *assume))
    assert all(confirmation.disagreement for confirmation in found)


def test_a_disagreement_says_all_that_is_needed_to_look_into_it() -> None:
    wrong = claim("sum[i] g[d]*y[i,d]^2 = n", "eps > 0")
    for confirmation in confirm_equal(wrong):
        text = confirmation.disagreement
        assert text is not None
        claim_line = "sum[i] g[d]*y[i,d]^2 = n"
        for part in (claim_line, "n = ", "D = ", "d = 1", "x = [[", "eps = ", "g = [", "left  = "):
            assert part in text
        assert "right = " in text
        assert "fails at" in confirmation.how


def test_the_first_disagreement_is_one_of_the_smallest() -> None:
    text = confirm_equal(claim("sum[i] y[i,d]^2 = n"))[0].disagreement
    assert text is not None
    assert "at n = 1, D = 1, d = 1" in text
    assert text.endswith("left  = 0\nright = 1")


@pytest.mark.parametrize(
    ("text", "assume", "norm"),
    [
        ("sum[i] y[i,d]^2 = n", (), "batch"),
        ("blocked sum[i] y[i,d]^4", ("eps = 0",), "batch"),
        ("blocked sum[i,d] g[d]*y[i,d]", (), "layer"),
        ("g[d] = g[e]", ("d != e",), "batch"),
    ],
)
def test_counterexamples_are_confirmed_by_all_means(
    text: str, assume: tuple[str, ...], norm: str
) -> None:
    found = confirm_differs(counterexample(text, *assume, norm=norm))
    assert [confirmation.means for confirmation in found] == MEANS
    assert all(confirmation.disagreement is None for confirmation in found)
    assert all(confirmation.points == 1 for confirmation in found)


def test_a_false_counterexample_is_contradicted_by_all_means() -> None:
    real = counterexample("sum[i] y[i,d]^2 = n")
    wrong = dataclasses.replace(
        real, setting=claim("sum[i] y[i,d]^2 = n*(1 - kappa[d])"), right=Exact.rational(7)
    )
    for confirmation in confirm_differs(wrong):
        assert confirmation.disagreement is not None
        assert "right = 7" in confirmation.disagreement
        assert confirmation.points == 0


def test_what_rounding_hides_is_no_disagreement() -> None:
    found = counterexample("x[i,d] + 1e-12 = x[i,d]")
    shown = confirm_differs(found)
    assert all(confirmation.disagreement is None for confirmation in shown)
    far = dict.fromkeys(found.point.arrays["x"], Fraction(10**9))
    large = {**found.point.arrays, "x": far}
    hidden = dataclasses.replace(found, point=dataclasses.replace(found.point, arrays=large))
    explicit, _, single = confirm_differs(hidden)
    assert explicit.points == 1
    assert single.disagreement is None
    assert "rounding hides" in single.how


def test_an_inequality_is_confirmed_in_its_direction() -> None:
    def setting(text: str) -> Setting:
        statement = read_statement(Source("claim", text), theory_of("batch"))
        return setting_of(statement.claim, statement.theory)  # type: ignore[arg-type]

    right = confirm_equal(setting("1 >= kappa[d]"))
    assert all(confirmation.disagreement is None for confirmation in right)
    assert "left >= right" in right[1].how
    assert all(
        confirmation.disagreement for confirmation in confirm_equal(setting("kappa[d] >= 1/2"))
    )


def test_points_repeat_without_a_seed_and_depend_on_one() -> None:
    setting = claim("blocked sum[i,d] g[d]*y[i,d]")
    assert drawn_points(setting, 20, None) == drawn_points(setting, 20, None)
    assert drawn_points(setting, 20, 1) == drawn_points(setting, 20, 1)
    assert drawn_points(setting, 20, 1) != drawn_points(setting, 20, 2)
    assert confirm_equal(setting) == confirm_equal(setting)


def test_as_many_points_are_drawn_as_are_asked_for() -> None:
    setting = claim("sum[i] y[i,d] = 0", "eps = 0")
    assert len(drawn_points(setting, 7, None)) == 7
    assert confirm_equal(setting, examples=3)[1].points == 3


def test_no_point_of_sizes_that_nobody_can_draw() -> None:
    explicit, double, _ = confirm_equal(claim("sum[i] y[i,d] = 0", "n >= 1000000"))
    assert explicit == Confirmation("explicit", 0, (), "SymPy: too large for it")
    assert double.points == 0
    assert double.disagreement is None


def test_progress_is_told() -> None:
    told: list[str] = []
    confirm_equal(claim("sum[i] y[i,d] = 0"), progress=told.append)
    assert len(told) == 4


def test_a_confirmation_is_a_plain_object() -> None:
    [explicit, double, _] = confirm_equal(claim("sum[i] y[i,d] = 0"))
    found = double.to_dict()
    assert found["means"] == "float64"
    assert found["points"] == 20
    assert {"n": 2, "D": 1} in explicit.to_dict()["sizes"]
    assert found["disagreement"] is None


def test_it_runs_inside_a_test_of_hypothesis() -> None:
    @hypothesis.settings(max_examples=2, suppress_health_check=[HealthCheck.nested_given])
    @given(st.integers())
    def outer(_: int) -> None:
        assert confirm_equal(claim("sum[i] y[i,d] = 0"), examples=2)[1].points == 2

    outer()


def test_the_home_of_hypothesis_is_restored() -> None:
    before = configuration.storage_directory("here", intent_to_write=False).path
    confirm_equal(claim("sum[i] y[i,d] = 0"))
    assert configuration.storage_directory("here", intent_to_write=False).path == before


SCRIPT = """
from bnproof.checks.confirm import confirm_equal
from bnproof.checks.points import setting_of
from bnproof.language import parse_term
from bnproof.maps.registry import BATCHNORM
from bnproof.terms import Equation
for right in ("0", "1"):
    setting = setting_of(Equation(parse_term("sum[i] y[i,d]"), parse_term(right)), BATCHNORM.theory)
    assert all((c.disagreement is None) == (right == "0") for c in confirm_equal(setting))
"""


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "work").mkdir()
    (folder / "home").mkdir()
    (folder / "tmp").mkdir()
    environment = {
        **os.environ,
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(Path(bnproof.__file__).parents[1]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=folder / "work",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_is_printed_and_nothing_is_left_on_disk(tmp_path: Path) -> None:
    done = run(SCRIPT, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["home", "tmp", "work"]


def test_importing_it_imports_none_of_the_large_packages(tmp_path: Path) -> None:
    script = (
        "import sys, bnproof.checks.confirm\n"
        "print([name for name in ('sympy', 'numpy', 'hypothesis') if name in sys.modules])"
    )
    assert run(script, tmp_path).stdout.strip() == "[]"


def test_no_warning_escapes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        confirm_equal(claim("1/((n-1)*(n-2)) = ((x[i,d]^64)^64)^64"))
