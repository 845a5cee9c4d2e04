"""Normalisers are found by name, or read from the file in which somebody defines one."""

from __future__ import annotations

from pathlib import Path

import pytest

import bnproof
from bnproof.cli import main
from bnproof.derivation.checking import Checker
from bnproof.language import Source
from bnproof.maps.normalisers import NORMALISERS, find
from bnproof.terms import BnproofError, Entry, Sign

SHIFTED = """
title "Standardization over frames, with a weight"
source "a reader"
index u v : frame(T)
input r[sample,frame]   # a signal
param eps
param w positive
let mean_of[i] = mean[u] r[i,u]
root s[i]: s[i]^2 = (mean[u] (r[i,u] - mean_of[i])^2) + eps
let y[i,u] = w*(r[i,u] - mean_of[i])/s[i]
lemma centered sum[u] y[i,u] = 0 proof auto qed
theorem wrong sum[u] y[i,u] = 1 proof auto qed
"""


@pytest.fixture
def own(tmp_path: Path) -> str:
    path = tmp_path / "shifted.bnp"
    path.write_text(SHIFTED)
    return str(path)


def test_each_is_found_by_both_of_its_names() -> None:
    for normaliser in NORMALISERS:
        assert find(normaliser.name) is find(normaliser.short) is normaliser


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("batchnom", "did you mean batchnorm?"),
        ("nonsense", "known are batch, images, unbiased, ghost, layer, rms"),
        ("missing.bnp", "cannot read missing.bnp"),
        ("", "is not a normaliser"),
    ],
)
def test_a_name_without_meaning_is_refused(name: str, message: str) -> None:
    with pytest.raises(BnproofError) as caught:
        find(name)
    assert message in str(caught.value)


def test_a_file_defines_a_normaliser(own: str) -> None:
    found = find(own)
    assert found.name == "shifted"
    assert found.title == "Standardization over frames, with a weight"
    assert found.reference == "a reader"
    assert found.letters == {"u": "frame", "v": "frame"}
    assert found.hypotheses == (Sign(Entry("w"), "positive"),)
    assert found.theory.sizes() == ("n", "D", "T")
    assert not found.in_table
    assert found.page is None


def test_claims_are_proved_and_refuted_in_its_words(own: str) -> None:
    claim = "diff[r[j,v]] sum[i,u] g[i]*y[i,u] = 0"
    assert bnproof.prove(claim, norm=own).verdict == "proved"
    assert bnproof.prove(claim, norm=find(own)).verdict == "proved"
    report = bnproof.prove("diff[r[j,v]] sum[i,u] h[u]*y[i,u] = 0", norm=own)
    assert report.verdict == "refuted"
    at_two = bnproof.prove("sum[u] y[i,u]^2 = 2*w^2", norm=own, assume=["T = 2", "eps = 0"])
    assert at_two.verdict == "proved"
    derived = bnproof.derive("sum[u] y[i,u]^2", norm=own, assume="eps = 0")
    assert bnproof.language.print_term(derived.closed_form) == "T*w^2"


def test_its_text_declares_it_without_what_is_claimed_of_it(own: str) -> None:
    text = find(own).text
    assert "lemma" not in text
    assert "theorem" not in text
    report = Checker(lambda _: None).check_source(
        Source("copy", f"{text}\nlemma a sum[v] y[i,v] = 0 proof auto qed")
    )
    assert report.proved


def test_a_normaliser_may_be_built_from_one_that_ships(tmp_path: Path) -> None:
    path = tmp_path / "twice.md"
    path.write_text("# Weighted\n\n```bnproof\nuse batchnorm2d(x)\nparam w[feature]\n```\n")
    found = find(str(path))
    assert found.letters == {"p": "pixel", "q": "pixel"}
    assert bnproof.prove("sum[i,p] w[d]*y[i,d,p] = 0", norm=str(path)).verdict == "proved"


STACK = """
title "Two batch norms with a linear layer between them"
use batchnorm(x) as first
param w[feature,feature]
let u[i,d] = sum[c] w[d,c]*first.y[i,c]
use batchnorm(u) as top
let y[i,d] = top.y[i,d]
"""


@pytest.fixture
def stack(tmp_path: Path) -> str:
    path = tmp_path / "stack.bnp"
    path.write_text(STACK)
    return str(path)


def test_a_normaliser_may_be_a_stack_of_others(stack: str) -> None:
    found = find(stack)
    assert [array.name for array in found.theory.inputs()] == ["x"]
    names = {declared.name for declared in found.theory.declarations}
    assert {"first.eps", "first.y", "u", "top.mu", "top.eps", "top.y", "y"} <= names
    assert "top.x" not in names
    assert Checker(lambda _: None).check_source(Source("copy", found.text)).problems == ()
    claim = "sum[i] u[i,d] = 0"
    assert bnproof.prove(claim, norm=stack).verdict == "proved"
    assert bnproof.prove("top.mu[d] = 0", norm=stack, assume="first.eps = 0").verdict == "proved"


def test_a_stack_may_be_asked_what_it_blocks(stack: str) -> None:
    answered = bnproof.blind(stack, "constant")
    assert [row.norm.name for row in answered.rows] == ["stack"]


@pytest.mark.parametrize("last", ["use layernorm(2*x[i,d], first.eps)", "use center(first.z)"])
def test_the_last_one_of_a_stack_may_have_no_alias(tmp_path: Path, last: str) -> None:
    path = tmp_path / "stack.bnp"
    path.write_text(f"use batchnorm(r) as first\n{last.replace('x[', 'first.y[')}\n")
    found = find(str(path))
    assert [array.name for array in found.theory.inputs()] == ["r"]
    assert {"mu", "y"} <= {declared.name for declared in found.theory.declarations}


@pytest.mark.parametrize(
    ("text", "code", "place", "message"),
    [
        (
            "use batchnorm(x) as first\nuse center(y[i,d])\n",
            "unknown-name",
            "2:12",
            "y is not declared",
        ),
        ("param eps\n", "unknown-name", "1:1", "a normaliser declares its input"),
        (
            "input x[sample,feature]\ninput w[sample]\nlet y[i,d] = x[i,d]\n",
            "unsupported",
            "2:1",
            "a normaliser has one input, and this file has x, w",
        ),
        ("input x[sample]\nlet z[i] = x[i]\n", "unknown-name", "1:1", "defines its output y"),
        ("input x[sample]\nparam y[sample]\n", "unknown-name", "1:1", "defines its output y"),
        (
            "input x[sample,feature]\nlet y[d,i] = x[i,d]\n",
            "wrong-indices",
            "2:1",
            "the output is y[feature, sample], but the input is x[sample, feature]",
        ),
        ("input x[sample]\nlet y[i] = x[i]/m\n", "unknown-name", "2:17", "m is not declared"),
        ("input x[sample\n", "syntax", "1:15", "expected ',' or ']'"),
        ('import "zhou2024/first-order"\n', "import", "1:1", "imports nothing"),
    ],
)
def test_a_file_that_defines_none_is_refused_where_it_is_wrong(
    tmp_path: Path, text: str, code: str, place: str, message: str
) -> None:
    path = tmp_path / "wrong.bnp"
    path.write_text(text)
    with pytest.raises(bnproof.SourceError) as caught:
        find(str(path))
    error = caught.value
    assert (error.code, f"{error.line}:{error.column}") == (code, place), error
    assert message in error.message


def test_the_command_line_takes_names_and_files(
    own: str, capsys: pytest.CaptureFixture[str]
) -> None:
    images = "diff[x[j,e,q]] sum[i,d,p] g[d]*y[i,d,p] = 0"
    assert main(["prove", "--norm", "images", images]) == 0
    assert main(["prove", "--norm", "batchnorm2d", images, "--assume", "P = 2"]) == 0
    assert main(["prove", "--norm", own, "sum[u] y[i,u] = 0"]) == 0
    assert main(["prove", "--norm", own, "sum[u] y[i,u] = 1"]) == 1
    assert main(["derive", "--norm", "instance", "diff[x[j,e,q]] y[i,d,p]", "--brief"]) == 0
    capsys.readouterr()
    for command in ("prove", "derive"):
        assert main([command, "--norm", "nonsense", "1"]) == 2
        assert "nonsense is not a normaliser" in capsys.readouterr().err
        assert main([command, "--norm", "missing.md", "1"]) == 2
        assert "cannot read missing.md" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["prove", "derive"])
def test_a_file_in_error_is_exit_code_1(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.bnp"
    path.write_text("input x[sample]\nlet y[i] = x[i\n")
    assert main([command, "--norm", str(path), "1"]) == 1
    assert f"{path}:2:15: syntax:" in capsys.readouterr().err


@pytest.mark.parametrize("norm", ["images", "OWN"])
def test_what_is_saved_is_accepted(norm: str, own: str, tmp_path: Path) -> None:
    saved = tmp_path / "saved.md"
    claim = "sum[i,p] g[d]*y[i,d,p] = 0" if norm == "images" else "blocked sum[i,u] g[i]*y[i,u]"
    arguments = ["prove", "--norm", norm.replace("OWN", own), claim, "--save", str(saved)]
    assert main(arguments) == 0
    assert bnproof.check(saved).proved


def test_the_help_names_each_normaliser(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["prove", "--help"])
    shown = capsys.readouterr().out
    for normaliser in NORMALISERS:
        assert normaliser.short in shown.split("normalisers (")[1]
    assert max(map(len, shown.splitlines())) <= 80


def test_an_index_of_a_sort_without_letters_goes_by_its_name(own: str) -> None:
    report = bnproof.prove("sum[frame] y[i,frame1] = T*y[i,frame1]", norm=own)
    assert report.verdict == "proved"
