"""The option `--declare` of `prove` and `derive`: more names in front of a claim or a term."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import bnproof
from tests.running import Run, running

SHIFTED = "use batchnorm(x[i,d] + c[d], eps) as shifted"
CENTERED = "use center(x[i,d] + c[d]) as shifted"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return running(capsys)


@pytest.mark.parametrize(
    ("claim", "norm", "declare", "verdict"),
    [
        ("shifted.mu[d] = mu[d] + c[d]", "batch", [SHIFTED], "proved"),
        ("shifted.x[i,d] - x[i,d] = c[d]", "batch", [SHIFTED], "proved"),
        ("shifted.x[i,d] = x[i,d]", "batch", [SHIFTED], "refuted"),
        ("shifted.y[i,d] = y[i,d]", "center", [CENTERED], "proved"),
        ("shifted.y[i,d] = y[i,d]", "center", ["use center(2*x[i,d]) as shifted"], "refuted"),
        ("shifted.y[i,d] = y[i,d]", "batch", [SHIFTED], "proved"),
        ("shifted.y[i,d] = y[i,d]", "batch", [SHIFTED.replace(", eps", "")], "refuted"),
        (
            "a[i] + b[i] = mean[d] y[i,d]",
            "batch",
            ["let a[i] = (mean[d] y[i,d]) - b[i]"],
            "proved",
        ),
        ("r[d]^2 = v[d] + eps", "batch", ["root r[d]: r[d]^2 = v[d] + eps"], "proved"),
        ("blocked sum[i] ln.y[i,d]", "center", ["use center(w) as ln"], "proved"),
    ],
)
def test_a_claim_may_use_what_is_declared(
    run: Run, claim: str, norm: str, declare: list[str], verdict: str
) -> None:
    options = [part for text in declare for part in ("--declare", text)]
    finished = run("prove", claim, "--norm", norm, "--brief", *options)
    assert finished.out == f"{verdict}: {claim}\n"
    assert finished.code == (verdict != "proved")
    assert bnproof.prove(claim, norm=norm, declare=declare).verdict == verdict


def test_a_report_says_what_was_declared(run: Run) -> None:
    options = ("--declare", SHIFTED, "--declare", "let h[d] = \n 2*g[d]  # twice")
    finished = run("prove", "shifted.mu[d] + h[d] = mu[d] + c[d] + 2*g[d]", *options)
    assert finished.out.splitlines()[1:5] == [
        f"  declared: {SHIFTED}",
        "  declared: let h[d] = 2*g[d]",
        "  for every n >= 1, D >= 1",
        "  declared by use: c[d] real, g[d] real",
    ]
    finished = run("prove", "shifted.mu[d] = mu[d] + c[d]", *options, "--json")
    assert json.loads(finished.out)["declare"] == [SHIFTED, "let h[d] = 2*g[d]"]
    assert json.loads(run("prove", "y[i,d] = y[i,d]", "--json").out)["declare"] == []


def test_what_is_undecided_or_refuted_says_it_too(run: Run) -> None:
    finished = run("prove", "a[i,d] = 0", "--declare", "let a[i,d] = y[i,d] + g[d]")
    assert finished.out.splitlines()[:2] == [
        "refuted: a[i,d] = 0",
        "  declared: let a[i,d] = y[i,d] + g[d]",
    ]


def test_a_term_may_use_it_as_well(run: Run) -> None:
    options = ("--declare", CENTERED, "--norm", "center")
    finished = run("derive", "diff[x[j,e]] shifted.y[i,d]", *options)
    assert finished.code == 0
    assert f"  declared: {CENTERED}" in finished.out.splitlines()
    finished = run("derive", "diff[c[e]] sum[d] g[d]*shifted.x[i,d]", *options, "--brief")
    assert finished.out == "g[e]\n"
    finished = run("derive", "diff[c[e]] shifted.y[i,d]", *options, "--json")
    assert json.loads(finished.out)["declare"] == [CENTERED]
    assert json.loads(finished.out)["closed_form"] == "0"
    found = bnproof.derive("diff[c[e]] shifted.y[i,d]", norm="center", declare=CENTERED)
    assert bnproof.language.print_term(found.closed_form) == "0"


def test_hypotheses_may_speak_of_the_eps_of_another(run: Run) -> None:
    own = ("--declare", "use rmsnorm(w) as top")
    claim = "sum[d] top.y[i,d]^2 = D"
    assert run("prove", claim, *own, "--assume", "top.eps = 0", "--brief").code == 0
    assert run("prove", claim, *own, "--assume", "top.eps > 0", "--brief").code == 1
    assert run("prove", f"{claim} assume top.eps = 0", *own, "--brief").code == 0
    assert "  it holds if top.eps = 0" in run("prove", claim, *own).out.splitlines()


@pytest.mark.parametrize("command", ["prove", "derive"])
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "use batchnorm(x[i,d]*x[k,d]) as a",
            [
                "declare:1:22: wrong-indices: i and k are both sample indices, and the input of "
                "batchnorm has one; bind one of them by a sum or a mean",
                "  use batchnorm(x[i,d]*x[k,d]) as a",
                "                       ^^^^^^",
            ],
        ),
        (
            "let a[d] = shift[d]",
            [
                "declare:1:12: unknown-name: shift is not known (a parameter is a single letter); "
                "known are x, eps, mu, var, s, y, kappa, rho, gamma, beta, z, n, D",
                "  let a[d] = shift[d]",
                "             ^^^^^^^^",
            ],
        ),
        (
            "let a[d] = 1\nassume eps = 0",
            [
                "declare:2:1: syntax: 'assume' declares nothing; what does is index, input, param, "
                "function, let, root, use; hypotheses are given apart (--assume)",
                "  assume eps = 0",
                "  ^^^^^^",
            ],
        ),
    ],
)
def test_an_error_points_into_the_option(
    run: Run, command: str, text: str, lines: list[str]
) -> None:
    finished = run(command, "y[i,d]", "--declare", text)
    assert (finished.code, finished.out) == (2, "")
    assert finished.err.splitlines() == lines


def test_the_option_at_fault_is_numbered(run: Run) -> None:
    finished = run("prove", "y[i,d] = 0", "--declare", "let a[d] = 1", "--declare", "let a = 2")
    assert finished.err.startswith("declare 2:1:1: name-clash: a is declared already")


def test_it_is_entered_behind_the_normaliser_and_in_front_of_every_claim(
    run: Run, tmp_path: Path
) -> None:
    norm, claims = tmp_path / "own.bnp", tmp_path / "claims.txt"
    norm.write_text("input r[sample,feature]\nlet y[i,d] = 2*r[i,d]\n")
    claims.write_text("a[i,d] = 2*r[i,d] + g[d]\na[i,d] = y[i,d] + g[d]\n")
    declare = "let a[i,d] = y[i,d] + g[d]"
    finished = run(
        "prove", "--norm", str(norm), "--declare", declare, "--file", str(claims), "--brief"
    )
    assert finished.out == "proved: a[i,d] = 2*r[i,d] + g[d]\nproved: a[i,d] = y[i,d] + g[d]\n"


@pytest.mark.parametrize(
    ("claim", "norm", "declare"),
    [
        ("shifted.mu[d] + a[d] = mu[d] + c[d] + a[d]", "batch", [SHIFTED]),
        ("b[i,d]*a[d] = y[i,d]", "batch", ["param a[feature] positive let b[i,d] = y[i,d]/a[d]"]),
        ("im.mu[d] = mu[d] + mean[p] g[p]", "batch", ["use batchnorm2d(x[i,d] + g[p]) as im"]),
        ("mean[u] v[u] = a", "center", ["index u : frame(T)", "let a = mean[u] v[u]"]),
    ],
)
def test_a_derivation_that_is_saved_declares_it(
    run: Run, tmp_path: Path, claim: str, norm: str, declare: list[str]
) -> None:
    options = [part for text in declare for part in ("--declare", text)]
    saved = str(tmp_path / "found.bnp")
    finished = run("prove", claim, "--norm", norm, "--brief", "--save", saved, *options)
    assert finished.code == 0, finished.err
    assert run("check", saved, "--strict").code == 0


def test_the_help_shows_it(run: Run) -> None:
    for command in ("prove", "derive"):
        assert "--declare STATEMENT" in run(command, "--help").out
