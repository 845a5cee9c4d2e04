"""The command line as a user meets it: output, errors and exit codes."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from bnproof import cli
from bnproof.cli import terminal

TRUE = "sum[i] y[i,d] = 0"
FALSE = "sum[i] y[i,d]^2 = n"


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    process = subprocess.run(
        [sys.executable, "-m", "bnproof", *arguments], input=stdin, capture_output=True, check=False
    )
    return subprocess.CompletedProcess(
        process.args, process.returncode, process.stdout.decode(), process.stderr.decode()
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("prove", TRUE), 0),
        (("prove", FALSE), 1),
        (("prove", TRUE, FALSE), 1),
        (("prove", FALSE, "--assume", "eps = 0"), 0),
        (("prove", FALSE, "--assume", "n >= 2, eps = 0", "--assume", "D >= 3"), 0),
        (("prove", "blocked sum[i,d] g[i]*y[i,d]", "--norm", "layer"), 0),
        (("prove", f"{FALSE} assume eps = 0"), 0),
        (("prove", "sum[i] y[i,d] ="), 2),
        (("prove", TRUE, "--assume", "eps"), 2),
        (("prove", "--file", "no such file"), 2),
        (("prove", "--file", "."), 2),
        (("prove", "--norm", "bach", TRUE), 2),
        (("prove",), 2),
        (("prove", ""), 2),
        (("prove", "-x[i,d] = x[i,d] - 2*x[i,d]"), 0),
        (("prove", "-g[d]=0"), 1),
        (("--help",), 0),
        (("--version",), 0),
        ((), 2),
    ],
)
def test_exit_codes(arguments: tuple[str, ...], code: int) -> None:
    finished = run(*arguments)
    assert finished.returncode == code
    assert "Traceback" not in finished.stderr + finished.stdout


def test_claims_come_from_a_file_one_per_line(tmp_path: Path) -> None:
    claims = tmp_path / "claims.txt"
    claims.write_text(f"# two claims\n\n{TRUE}  # centred\n{FALSE} assume eps = 0\n", "utf-8")
    finished = run("prove", "--brief", "--file", str(claims))
    assert finished.returncode == 0
    assert finished.stdout == (f"proved: {TRUE}\nproved: sum[i] y[i,d]^2 = n assume eps = 0\n")


def test_a_bad_line_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    claims = tmp_path / "claims.txt"
    claims.write_text(f"{TRUE}\nsum[i y[i,d] = 0\n{TRUE}\n", "utf-8")
    finished = run("prove", "--brief", "--file", str(claims))
    assert finished.returncode == 1
    assert finished.stdout == f"proved: {TRUE}\nproved: {TRUE}\n"
    assert finished.stderr.splitlines() == [
        f"{claims}:2:7: syntax: expected ',', ':' or ']', found 'y'",
        "  sum[i y[i,d] = 0",
        "        ^",
    ]


@pytest.mark.parametrize("arguments", [("prove", "-"), ("prove", "--file", "-")])
def test_claims_come_from_standard_input(arguments: tuple[str, ...]) -> None:
    finished = run(*arguments, "--brief", stdin=f"{TRUE}\r\n{FALSE}\r\n".encode())
    assert finished.returncode == 1
    assert finished.stdout == f"proved: {TRUE}\nrefuted: {FALSE}\n"


@pytest.mark.parametrize("content", [b"", b"\n\n# nothing\n"])
def test_an_empty_file_is_said_to_hold_no_claim(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "empty.txt").write_bytes(content)
    finished = run("prove", "--file", str(tmp_path / "empty.txt"))
    assert finished.returncode == 2
    assert "no claim to prove" in finished.stderr


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00a", b"a" * 5_000_000], ids=["no text", "too long"]
)
def test_files_that_are_no_claims_end_in_a_message(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.txt").write_bytes(content)
    finished = run("prove", "--file", str(tmp_path / "bad.txt"))
    assert finished.returncode == 2
    assert finished.stderr.startswith("bnproof: ")
    assert len(finished.stderr) < 400


def test_nul_bytes_and_long_lines_end_in_a_message(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"a\x00 = 0\n" + b"(" * 1_000_000 + b"\n")
    finished = run("prove", "--file", str(tmp_path / "bad.txt"))
    assert finished.returncode == 1
    assert "bad.txt:1:2: syntax: this character (U+0000)" in finished.stderr
    assert "bad.txt:2:1: limit: this has 1000000 characters" in finished.stderr


def test_only_line_feeds_end_a_line(tmp_path: Path) -> None:
    claims = tmp_path / "claims.txt"
    claims.write_text(f"# a comment\x0c{FALSE} \u2028{FALSE}\n{TRUE}\n", "utf-8")
    finished = run("prove", "--brief", "--file", str(claims))
    assert (finished.returncode, finished.stdout) == (0, f"proved: {TRUE}\n")


def test_json_is_one_object_per_claim() -> None:
    finished = run("prove", "--json", TRUE, FALSE, "x[i] = 0")
    objects = [json.loads(line) for line in finished.stdout.splitlines()]
    assert [report["verdict"] for report in objects] == ["proved", "refuted", "error"]
    assert objects[2]["error"] == {
        "code": "wrong-indices",
        "message": "x takes [sample, feature], but is given [sample]",
        "source": "claim 3",
        "line": 1,
        "column": 1,
    }
    assert finished.stderr == ""


def test_a_claim_that_names_a_file_is_told_of_the_option(tmp_path: Path) -> None:
    claims = tmp_path / "claims.txt"
    claims.write_text(TRUE, "utf-8")
    assert "--file" in run("prove", str(claims)).stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m bnproof prove '{TRUE}' '{FALSE}' | head -c 1"
    finished = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, check=False
    )
    assert finished.stderr == ""


def test_an_internal_error_is_one_line_and_exit_code_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bnproof.prover.proving.resolve", lambda *_: 1 / 0)
    assert cli.main(["prove", TRUE]) == 3
    error = capsys.readouterr().err
    assert error.startswith("bnproof: bnproof itself is wrong; please report this: ZeroDivision")
    assert error.count("\n") == 1


def test_a_disagreement_is_exit_code_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import dataclasses

    from bnproof.checks.points import setting_of
    from bnproof.language import parse_term
    from bnproof.terms import Equation
    from tests.theories import batchnorm

    false = setting_of(Equation(parse_term("0"), parse_term("1")), batchnorm())
    monkeypatch.setattr(
        "bnproof.prover.examination.setting_of", lambda *_: dataclasses.replace(false)
    )
    assert cli.main(["prove", TRUE]) == 3
    captured = capsys.readouterr()
    assert "please report" in captured.err
    assert "it fails at" in captured.out


def test_progress_is_shown_on_a_terminal_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    leader, follower = pty.openpty()
    with os.fdopen(follower, "w") as screen:
        monkeypatch.setattr(sys, "stderr", screen)
        monkeypatch.setattr(terminal, "_PATIENCE", 0.0)
        with terminal.Progress() as progress:
            progress.show("thinking")
            shown = os.read(leader, 100).decode()
            progress.clear()
        assert shown.startswith("\rthinking (0 s)")
        assert os.read(leader, 100).decode().endswith("\r")
    os.close(leader)


def test_no_progress_is_shown_when_piped(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    monkeypatch.setattr(terminal, "_PATIENCE", 0.0)
    with terminal.Progress() as progress:
        progress.show("thinking")
        progress.clear()
    assert pipe.getvalue() == ""
