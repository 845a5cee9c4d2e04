"""The commands on derivations, as a user meets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROVED = "use batchnorm(x)\nlemma a sum[i] y[i,d] = 0 proof auto qed\n"
FALSE = "use batchnorm(x)\nlemma a sum[i] y[i,d]^2 = n proof auto qed\n"
WARNED = (
    "use batchnorm(x)\nlemma a sum[i] x[i,d] = n*mu[d] proof = n*mu[d] by root, statistics qed\n"
)


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    package = Path(__file__).parent.parent
    return subprocess.run(
        [sys.executable, "-m", "bnproof", *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(package), "PYTHONIOENCODING": "utf-8"},
    )


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, "utf-8")
    return str(folder / name)


def test_check_says_what_is_proved_for_which_sizes(tmp_path: Path) -> None:
    finished = run("check", written(tmp_path, "a.bnp", PROVED))
    assert finished.returncode == 0
    assert "proved: a  for every n >= 1, D >= 1, eps >= 0\n" in finished.stdout
    assert finished.stdout.endswith("1 derivation, 1 statement: all proved\n")
    assert finished.stderr == ""


def test_check_points_into_the_file(tmp_path: Path) -> None:
    written(tmp_path, "a.bnp", FALSE)
    finished = run("check", "--brief", "a.bnp", cwd=tmp_path)
    assert finished.returncode == 1
    assert finished.stdout.startswith("a.bnp:2:7: false-claim: this is false\n  lemma a sum")
    assert "left  = sum[i] y[i,d]^2 = 0" in finished.stdout


def test_one_bad_file_does_not_end_the_run(tmp_path: Path) -> None:
    good = written(tmp_path, "good.bnp", PROVED)
    finished = run("check", str(tmp_path / "missing.bnp"), str(tmp_path), good)
    assert finished.returncode == 2
    assert "cannot read" in finished.stderr
    assert "directory" in finished.stderr
    assert "1 statement: all proved" in finished.stdout


def test_a_warning_is_an_error_only_if_one_is_strict(tmp_path: Path) -> None:
    name = written(tmp_path, "a.bnp", WARNED)
    assert run("check", name).returncode == 0
    strict = run("check", "--strict", name)
    assert strict.returncode == 1
    assert "unneeded-hint: the step follows without 'root'" in strict.stdout


@pytest.mark.parametrize("name", ["zhou2024/first-ordr", "no-such-thing"])
def test_an_unknown_name_is_bad_usage(name: str) -> None:
    finished = run("check", name)
    assert finished.returncode == 2
    assert "neither a file (.md, .bnp) nor a derivation that ships" in finished.stderr


def test_a_name_may_be_a_folder_or_a_file_of_what_ships() -> None:
    assert "16 derivations" in run("check", "--brief", "zhou2024").stdout
    for name in ("zhou2024/centering", "centering"):
        assert "1 derivation, 11 statements: all proved" in run("check", "--brief", name).stdout


def test_check_prints_json(tmp_path: Path) -> None:
    finished = run("check", "--json", written(tmp_path, "a.bnp", FALSE))
    found = json.loads(finished.stdout)
    assert found["proved"] is False
    [file] = found["derivations"]
    assert file["statements"][0]["status"] == "refuted"
    assert file["problems"][0]["code"] == "false-claim"
    assert file["problems"][0]["line"] == 2


def test_list_gives_the_status_of_what_a_paper_states() -> None:
    finished = run("list", "zhou2024", "santurkar2018/gradient-length")
    assert finished.returncode == 0
    blocks = finished.stdout.split("\n\n")
    assert "\n".join(blocks).count("Zhou et al. 2024\n") == 1
    [paper] = [block for block in blocks if block.startswith("Zhou et al. 2024\n")]
    assert paper.splitlines()[1:] == [
        "  Theorem 1",
        "    proved as stated            first_order_blocked in zhou2024/first-order",
        "  Theorem 2",
        "    proved as stated (eps = 0)  diagonal_blocked in zhou2024/second-order",
        "  Corollary 1",
        "    proved as stated (eps = 0)  only_off_diagonal_acts in zhou2024/off-diagonal",
    ]
    lines = [" ".join(line.split()) for line in finished.stdout.splitlines()]
    assert "unit_second_moment proved under eps = 0" in lines
    assert all(len(line) <= 80 for line in paper.splitlines())


def test_list_prints_json() -> None:
    found = json.loads(run("list", "--json", "zhou2024").stdout)
    [paper] = [paper for paper in found["papers"] if paper["source"] == "Zhou et al. 2024"]
    first, second, *_ = paper["statements"]
    assert (first["label"], first["status"]) == ("Theorem 1", "proved-as-stated")
    assert (second["name"], second["hypotheses"]) == ("diagonal_blocked", ["eps = 0"])
    assert second["extra_hypotheses"] == []
    assert "zhou2024/leak" in {file["derivation"] for file in found["derivations"]}


def test_what_is_refuted_as_claimed_is_a_success(tmp_path: Path) -> None:
    name = written(tmp_path, "a.bnp", "use batchnorm(x)\nrefuted a sum[i] y[i,d]^2 = n\n")
    for command in ("check", "show", "axioms", "spotcheck"):
        finished = run(command, name)
        assert finished.returncode == 0, command
        assert "refuted" in finished.stdout
    assert (
        "float64: it fails at the counterexample"
        in run("check", "--confirm", "--json", name).stdout
    )
    assert "a: sum[i] y[i,d]^2 = n (refuted as claimed)\n" in run("spotcheck", name).stdout


def test_what_is_said_to_be_refuted_and_is_not_is_a_failure(tmp_path: Path) -> None:
    name = written(tmp_path, "a.bnp", "use batchnorm(x)\nrefuted a sum[i] y[i,d] = 0\n")
    for command in ("check", "show", "axioms", "spotcheck"):
        assert run(command, name).returncode == 1, command
    finished = run("check", name)
    assert ":2:9: not-refuted: this is not refuted but true" in finished.stdout
    assert finished.stdout.endswith("1 statement: 1 not refuted; 1 error\n")


def test_show_aligns_the_hints_and_reads_back(tmp_path: Path) -> None:
    finished = run("show", "diagonal_blocked")
    assert finished.returncode == 0
    assert "∂[x[j,e]]" in finished.stdout
    assert "without ε = 0 it fails" in finished.stdout
    lines = finished.stdout.splitlines()
    assert len({line.index(" by ") for line in lines if " by " in line}) == 1
    ascii_only = run("show", "--ascii", "diagonal_blocked").stdout
    assert ascii_only.isascii()
    assert "diff[x[j,e]]" in ascii_only
    target = tmp_path / "shown.txt"
    assert run("show", "diagonal_blocked", "-o", str(target)).stdout == ""
    assert target.read_text("utf-8") == finished.stdout


def test_show_falls_back_to_ascii_where_nothing_else_can_be_shown() -> None:
    package = Path(__file__).parent.parent
    finished = subprocess.run(
        [sys.executable, "-m", "bnproof", "show", "centered"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(package), "PYTHONIOENCODING": "ascii"},
    )
    assert finished.stdout.isascii()


def test_show_unfolds_a_statement() -> None:
    finished = run("show", "--statement", "--ascii", "centered")
    assert "sum[i] (x[i,d] - mean[j] x[j,d])/s[d]" in finished.stdout
    assert (
        "where s[d] > 0 and s[d]^2 = (mean[i] (x[i,d] - mean[j] x[j,d])^2) + eps" in finished.stdout
    )


def test_show_finds_the_steps_of_an_automatic_proof(tmp_path: Path) -> None:
    finished = run("show", "--ascii", f"{written(tmp_path, 'a.bnp', PROVED)}:a")
    assert finished.returncode == 0
    assert "= 1/s[d]*(sum[i] x[i,d]) - n*mu[d]/s[d]" in finished.stdout


def test_axioms_hide_nothing() -> None:
    finished = run("axioms", "diagonal_blocked")
    assert finished.returncode == 0
    for line in (
        "eps = 0 (without eps = 0 it fails",
        "h[d] a parameter, any real numbers",
        "var[d] = mean[i] (x[i,d] - mu[d])^2",
        "unit_second_moment",
        "centered",
        "linearity",
    ):
        assert line in finished.stdout
    [found] = json.loads(run("axioms", "--json", "diagonal_blocked").stdout)
    assert found["hypotheses"] == ["eps = 0"]
    assert {"centered", "unit_second_moment", "deviations_cancel"} <= set(found["results"])


def test_explain_says_what_a_code_means() -> None:
    assert "A hint is a promise" in run("explain", "weak-hints").stdout
    assert len(run("explain").stdout.splitlines()) > 20
    unknown = run("explain", "weak-hint")
    assert unknown.returncode == 2
    assert "did you mean weak-hints?" in unknown.stderr


def test_prove_saves_a_derivation_that_check_accepts(tmp_path: Path) -> None:
    finished = run("prove", "--save", "found.md", "blocked sum[i,d] g[d]*y[i,d]", cwd=tmp_path)
    assert finished.returncode == 0
    assert "wrote found.md" in finished.stderr
    assert run("check", "--strict", "found.md", cwd=tmp_path).returncode == 0
    again = run("prove", "--save", "found.md", "blocked sum[i,d] g[d]*y[i,d]", cwd=tmp_path)
    assert again.returncode == 2
    assert "exists already" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--save", "a.txt", "1 = 1"), "ends in .md or .bnp"),
        (("--save", "a.md", "1 = 1", "2 = 2"), "takes one claim"),
        (("--save", "a.md", "1 = 2"), "nothing was written"),
        (("--save", "no/such/folder/a.md", "1 = 1"), "cannot write"),
    ],
)
def test_what_cannot_be_saved_is_said(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    finished = run("prove", *arguments, cwd=tmp_path)
    assert finished.returncode in (1, 2)
    assert message in finished.stderr
    assert list(tmp_path.iterdir()) == []
