"""The command `blind` as a user meets it."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Any

import pytest

from bnproof.prover import Disagreement
from bnproof.report import Report
from tests.running import Run, running


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return partial(running(capsys), "blind")


def test_blind_alone_answers_for_batch_norm(run: Run) -> None:
    finished = run()
    assert (finished.code, finished.err) == (0, "")
    assert finished.out.startswith("batch norm: y[i,d] = (x[i,d] - mu[d])/s[d]\n")
    assert finished.out.count(": L = ") == 6
    assert "BLOCKED for every eps: no part of it reaches x" in finished.out
    assert finished.out == run("--norm", "batchnorm").out


def test_all_prints_the_table_within_seconds(run: Run) -> None:
    start = time.perf_counter()
    finished = run("--all")
    assert time.perf_counter() - start < 20
    assert (finished.code, finished.err) == (0, "")
    lines = finished.out.splitlines()
    assert lines[0].split()[:3] == ["normaliser", "first", "constant"]
    assert len([line for line in lines[3:15] if line]) == 12
    assert max(map(len, lines)) <= 80
    assert finished.out.isascii()


def test_typed_terms_and_losses_make_columns(run: Run) -> None:
    finished = run("--all", "--term", "gaussian", "--term", "sum[i,d] g[d]*y[i,d]")
    assert finished.code == 0
    assert finished.out.splitlines()[0].split() == ["normaliser", "gaussian", "term", "2"]
    assert "term 2: sum[i,d] g[d]*y[i,d]" in finished.out
    assert "term 2 does not fit images, ghost, instance, group" in finished.out


def test_several_normalisers_make_a_table(run: Run) -> None:
    lines = run("--norm", "layer", "--norm", "rms").out.splitlines()
    assert [line.split()[0] for line in lines[3:5]] == ["layer", "rms"]


def test_many_columns_are_broken_into_several_tables(run: Run) -> None:
    losses = [line.split()[0] for line in run("--losses").out.splitlines()]
    options = [part for loss in losses for part in ("--term", loss)]
    finished = run("--norm", "batch", "--norm", "layer", *options)
    assert finished.out.count("normaliser ") > 1
    assert max(map(len, finished.out.splitlines())) <= 80


def test_why_adds_the_steps_and_the_whole_counterexample(run: Run) -> None:
    finished = run("--term", "first-order", "--term", "third-order", "--why")
    assert finished.code == 0
    assert "proved: blocked sum[i,d] g[d]*y[i,d]" in finished.out
    assert "steps:" in finished.out
    assert "by linearity, " in finished.out
    assert "import numpy as np" in finished.out
    assert "what passes:" in finished.out
    assert "to read: bnproof show zhou2024/first-order\n" in finished.out
    assert "to read: bnproof show zhou2024/third-order\n" in finished.out


def test_why_of_a_table_explains_each_answer_below_it(run: Run) -> None:
    finished = run("--norm", "batch", "--norm", "rms", "--term", "isotropic", "--why")
    assert finished.out.count("proved: blocked 1/2*h*sum[i,d] y[i,d]^2 assume eps = 0") == 2


def test_json_is_one_object(run: Run) -> None:
    finished = run("--json", "--term", "first-order", "--term", "diagonal")
    found: dict[str, Any] = json.loads(finished.out)
    assert (finished.code, found["decided"]) == (0, True)
    [norm] = found["normalisers"]
    assert norm["short"] == "batch"
    first, diagonal = norm["terms"]
    assert first["verdict"] == "every eps"
    assert first["scope"].startswith("n >= 1, D >= 1, eps >= 0")
    assert (first["counterexample"], first["leak"]) == (None, None)
    assert diagonal["verdict"] == "eps = 0"
    assert diagonal["leak"] == "kappa[e]*h[e]*y[j,e]/s[e]"
    assert diagonal["counterexample"]["n"] == 2
    assert diagonal["blocked_at"] == [{"n": 1}]
    assert "steps" not in diagonal


def test_json_with_why_has_the_steps(run: Run) -> None:
    found = json.loads(run("--json", "--why", "--term", "diagonal").out)
    [term] = found["normalisers"][0]["terms"]
    assert term["steps"][-1]["term"] == "0"
    assert term["leak_steps"][-1]["term"] == term["leak"]


def test_json_of_all_is_a_row_for_each(run: Run) -> None:
    found = json.loads(run("--json", "--all", "--term", "decorrelation").out)
    verdicts = {norm["short"]: norm["terms"][0]["verdict"] for norm in found["normalisers"]}
    assert verdicts["layer"] == "does not fit"
    assert verdicts["batch"] == "no"


def test_losses_are_listed(run: Run) -> None:
    finished = run("--losses")
    assert finished.code == 0
    names = [line.split()[0] for line in finished.out.splitlines()]
    assert names[:3] == ["gaussian", "squared", "squared-shared"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--norm", "lyer"), "did you mean layer?"),
        (("--term", "gausian"), "did you mean gaussian?"),
        (("--term", "sum[i,d"), "term:1:8: syntax"),
        (("--term", ""), "expected a term, found nothing"),
        (("--term", "y[i,d] = 0"), "this is a claim"),
        (("--norm", "layer", "--term", "kappa[d]*sum[i] y[i,d]"), "kappa"),
        (("--norm", "layer", "--term", "decorrelation"), "averaged over"),
        (("--all", "--norm", "layer"), "--norm is one too many"),
        (("--norm", "missing.md"), "missing.md"),
        (("surplus",), "unrecognized"),
    ],
)
def test_bad_usage_ends_with_2_and_says_why(
    run: Run, arguments: tuple[str, ...], message: str
) -> None:
    finished = run(*arguments)
    assert finished.code == 2
    assert finished.out == ""
    assert message in finished.err


def test_what_is_undecided_ends_with_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bnproof.blindness.deciding.find_counterexample", lambda *_: None)
    finished = run("--term", "diagonal")
    assert finished.code == 1
    assert "UNDECIDED" in finished.out
    assert "undecided" in run("--all", "--term", "diagonal").out


def test_a_disagreement_ends_with_3(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def disagrees(*_: object) -> None:
        raise Disagreement(Report("blocked L"))

    monkeypatch.setattr("bnproof.blindness.api.decide_subject", disagrees)
    finished = run()
    assert finished.code == 3
    assert "please report this" in finished.err


def test_help_names_the_terms_and_the_losses(run: Run) -> None:
    text = run("--help").out
    losses = [line.split()[0] for line in run("--losses").out.splitlines()]
    for name in (*losses, "first-order", "off-diagonal", "third-order"):
        assert name in text
