"""The commands `derive`, `prove` with claims of every form, and `spotcheck`, as a user meets them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.running import Finished, Run, running

P = "delta[j,k] - 1/n - y[j,d]*y[k,d]/n"
LEAK = "diff[x[j,e]] 1/2*sum[i,d] h[d]*y[i,d]^2"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return running(capsys)


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    monkeypatch.chdir(tmp_path)

    def write(name: str, text: str) -> str:
        (tmp_path / name).write_text(text, "utf-8")
        return name

    return write


# derive


def test_derive_prints_the_closed_form_its_scope_and_steps(run: Run) -> None:
    finished = run("derive", LEAK)
    assert (finished.code, finished.err) == (0, "")
    lines = finished.out.splitlines()
    assert lines[1] == "  = kappa[e]*h[e]*y[j,e]/s[e]"
    assert "  for every n >= 1, D >= 1, eps >= 0, where var[d] + eps > 0" in lines
    assert "  declared by use: h[d] real" in lines
    assert any(line.strip().startswith("= ") and " by " in line for line in lines)


@pytest.mark.parametrize(
    ("term", "assume", "form"),
    [
        (LEAK, (), "kappa[e]*h[e]*y[j,e]/s[e]"),
        (LEAK, ("eps = 0",), "0"),
        ("sum[i] y[i,d]", (), "0"),
        ("sum[i] y[i,d]^2", ("eps = 0",), "n"),
        ("rho[d,d]", ("eps = 0",), "1"),
        ("sum[i] z[i,d]", (), "n*beta[d]"),
        ("diff[beta[d]] sum[i,e] g[e]*z[i,e]", (), "n*g[d]"),
        ("diff[gamma[d]] sum[i,e] g[e]*z[i,e]", (), "0"),
        ("diff[x[j,e]] sum[i,d] G[i,d]*y[i,d]", ("G[i,d] = g[d]",), "0"),
        ("n - n", (), "0"),
        ("-x[i,d] + x[i,d]", (), "0"),
    ],
)
def test_derive_finds_what_pencil_finds(
    run: Run, term: str, assume: tuple[str, ...], form: str
) -> None:
    options = [part for hypothesis in assume for part in ("--assume", hypothesis)]
    assert run("derive", "--brief", term, *options) == Finished(0, f"{form}\n", "")


def test_derive_takes_hypotheses_behind_the_term(run: Run) -> None:
    assert run("derive", "--brief", f"{LEAK} assume eps = 0").out == "0\n"


def test_derive_takes_the_other_normaliser(run: Run) -> None:
    assert run("derive", "--brief", "sum[d] y[i,d]", "--norm", "layer").out == "0\n"
    assert run("derive", "--brief", "sum[i] y[i,d]", "--norm", "layer").out != "0\n"


def test_what_is_derived_is_proved(run: Run) -> None:
    for term in (LEAK, "diff[x[j,e]] sum[i,d] G[i,d]*z[i,d]", "sum[j] (diff[x[j,d]] y[k,d])^2"):
        form = run("derive", "--brief", term).out.strip()
        assert run("prove", "--brief", f"{term} = {form}").code == 0


def test_derive_prints_json(run: Run) -> None:
    finished = run("derive", "--json", LEAK, "--values", "eps=1,var=3")
    found: dict[str, Any] = json.loads(finished.out)
    assert finished.code == 0
    assert found["closed_form"] == "kappa[e]*h[e]*y[j,e]/s[e]"
    assert found["scope"].startswith("n >= 1, D >= 1, eps >= 0")
    assert found["steps"][-1]["term"] == found["closed_form"]
    assert all(step["relation"] == "=" and step["hints"] for step in found["steps"])


@pytest.mark.parametrize(
    ("values", "number"),
    [
        # s = 2, kappa = 1/4
        (("eps=1,var=3,h=1,y=2",), "0.25"),
        (("eps=1", "var=3", "h=1,y=2"), "0.25"),
        (("eps = 1 , var = 3, h = 4, y = 1",), "0.5"),
        (("eps=0,var=3",), "0"),
        # kappa/s = 1e-5/(1.01e-3)^1.5
        (("eps=1e-5,var=1e-3,h=1,y=1",), "0.311543"),
        (("eps=1/100000,var=0.001,h=1,y=1",), "0.311543"),
    ],
)
def test_numbers_are_put_into_the_closed_form(
    run: Run, values: tuple[str, ...], number: str
) -> None:
    options = [part for text in values for part in ("--values", text)]
    assert run("derive", "--brief", LEAK, *options) == Finished(0, f"{number}\n", "")


@pytest.mark.parametrize(
    "values",
    [
        "eps",
        "eps=",
        "=1",
        "",
        ",",
        "eps=1,",
        "eps=a",
        "eps=nan",
        "eps=inf",
        "eps=1/0",
        "eps=1e9999",
        "eps=" + "1" * 5_000,
        "eps=1,eps=1",
        "eps=-1",
        "s=0",
        "s=-2",
        "var=-1",
        "n=0",
        "n=2.5",
        "n=-1",
        "D=1/2",
        "foo=1",
        "kapa=1",
    ],
)
def test_values_that_mean_nothing_are_bad_usage(run: Run, values: str) -> None:
    finished = run("derive", LEAK, "--values", values)
    assert (finished.code, finished.out) == (2, "")
    assert finished.err.startswith("bnproof: ")
    assert finished.err.count("\n") == 1
    assert len(finished.err) < 300


def test_a_value_does_not_contradict_a_hypothesis(run: Run) -> None:
    for term, assume, value in (
        (LEAK, "eps = 0", "eps=1"),
        (LEAK, "eps > 0", "eps=0"),
        ("n*y[i,d]", "n >= 3", "n=2"),
        ("n*y[i,d]", "n = 2", "n=3"),
    ):
        finished = run("derive", term, "--assume", assume, "--values", value)
        assert finished.code == 2, (term, assume, value)


@pytest.mark.parametrize(
    ("term", "message"),
    [
        ("sum[i] y[i,d] = 0", "this is a claim"),
        ("sum[i] y[i,d] >= 0", "this is a claim"),
        ("y[i,d] != 0", "this is a claim"),
        ("blocked y[i,d]", ""),
        ("", "expected a term, found nothing"),
        ("   ", "expected a term, found nothing"),
        ("yy[i,d]", "yy is not known"),
        ("y[i]", "y takes [sample, feature], but is given [sample]"),
        ("x[i,d]/x[i,d]", "cannot divide by x[i,d]"),
        ("1/(n-1)^(1/2)", ""),
        ("sum[i y[i,d]", ""),
        ("y[i,d] assume eps", ""),
        ("y[i,d] assume n = 9", "sizes are fixed at 1 to 8"),
        ("y[i,d] assume n = 1, eps = 0", ""),
        ("y[i,d] assume eps = 0, eps > 0", "eps cannot be zero and not zero"),
        ("diff[y[j,e]] y[i,d]", "one cannot differentiate by y"),
    ],
)
def test_what_is_no_term_is_bad_usage(run: Run, term: str, message: str) -> None:
    finished = run("derive", term)
    assert (finished.code, finished.out) == (2, "")
    assert finished.err.startswith("term:1:")
    assert message in finished.err


def test_derive_takes_one_term(run: Run) -> None:
    assert run("derive").code == 2
    assert run("derive", "n", "D").code == 2
    assert run("derive", "n", "--norm", "bach").code == 2
    assert run("derive", "n", "--assume", "").code == 2


# prove


TRUE = [
    (f"projector[j,k] {P} rank n - 2", "eps = 0"),
    ("projector[j,k] delta[j,k] - 1/n", ""),
    (f"nullspace[j,k] {P} = span[j]{{1, y[j,d]}}", "eps = 0"),
    (f"nullspace[j,k] {P} = span[j]{{1}}", "eps > 0"),
    ("nullspace[j,k] 2*delta[j,k] = span[j]{}", ""),
    ("sum[i] y[i,d]^2 <= n", ""),
    ("kappa[d] >= 0", ""),
    ("y[i,d]^2 + 1 >= 2*y[i,d]", ""),
    ("n >= 1", ""),
    ("n - 2 >= 0", "n >= 2"),
    ("n*D >= n", ""),
    ("(n-1)*a[j]^2 >= 0", ""),
    ("a[j]^2/n <= a[j]^2", ""),
    ("gamma[d]*kappa[d] >= 0", "gamma[d] > 0"),
    ("sum[i] y[i,d] >= 0", ""),
    ("sum[j] (diff[x[j,d]] sum[i,e] G[i,e]*y[i,e])^2 <= 1/s[d]^2*(sum[i] G[i,d]^2)", ""),
    ("sum[i] y[i,d]^2 != n", ""),
    ("sum[i] y[i,d]^2 != n at n = 3, D = 2", "eps > 0"),
    ("not blocked sum[i,d,e : d != e] H[d,e]*y[i,d]*y[i,e]", "eps = 0"),
    ("not blocked sum[i] y[i,d]^4 at n = 4", "eps = 0"),
    ("y[i,d]^2 = 1", "eps = 0, n = 2"),
    ("sum[i] y[i,d]^4 = 9/2", "eps = 0, n = 3"),
    ("blocked sum[i,d] G[i,d]*y[i,d]", "eps = 0, n = 2"),
    ("blocked sum[i,d] G[i,d]*y[i,d]", "G[i,d] = g[d]"),
    ("y[j,d] = -y[k,d]", "n = 2, j != k"),
    ("s[d] = s[e]", "n = 1"),
]


def options(assume: str) -> list[str]:
    return ["--assume", assume] if assume else []


@pytest.mark.parametrize(("claim", "assume"), TRUE)
def test_prove_takes_claims_of_every_form(run: Run, claim: str, assume: str) -> None:
    finished = run("prove", claim, *options(assume))
    assert (finished.code, finished.err) == (0, "")
    assert finished.out.startswith("proved: ")
    [found] = [json.loads(run("prove", "--json", claim, *options(assume)).out)]
    assert found["verdict"] == "proved"
    assert found["counterexample"] is None
    assert found["holds_if"] == []


@pytest.mark.parametrize(("claim", "assume"), TRUE)
@pytest.mark.parametrize("name", ["found.md", "found.bnp"])
def test_what_is_saved_is_accepted(
    run: Run, tmp_path: Path, claim: str, assume: str, name: str
) -> None:
    target = str(tmp_path / name)
    saved = run("prove", "--brief", "--save", target, claim, *options(assume))
    assert saved.code == 0
    assert f"wrote {target}" in saved.err
    checked = run("check", "--strict", target)
    assert checked.code == 0, checked.out
    assert "1 statement: all proved" in checked.out


FALSE = [
    (f"projector[j,k] {P} rank n - 1", "eps = 0"),
    (f"projector[j,k] {P} rank n - 2", ""),
    (f"nullspace[j,k] {P} = span[j]{{1}}", "eps = 0"),
    (f"nullspace[j,k] {P} = span[j]{{1, y[j,d]}}", "eps > 0"),
    ("nullspace[j,k] 0*delta[j,k] = span[j]{1}", ""),
    ("kappa[d] >= 1", ""),
    ("y[i,d] >= 0", ""),
    ("n >= 2", ""),
    ("sum[i] y[i,d] != 0", ""),
    ("sum[i] y[i,d]^4 != 9/2 at n = 3", "eps = 0"),
    ("not blocked sum[i,d] g[d]*y[i,d]", ""),
    ("not blocked sum[i,d] G[i,d]*y[i,d] at n = 2", "eps = 0"),
    ("y[i,d]^2 = 1", "eps = 0, n = 3"),
    ("blocked sum[i,d] G[i,d]*y[i,d]", "G[i,d] = a[i]"),
]


@pytest.mark.parametrize(("claim", "assume"), FALSE)
def test_prove_refutes_what_is_false_in_every_form(run: Run, claim: str, assume: str) -> None:
    finished = run("prove", claim, *options(assume))
    assert (finished.code, finished.err) == (1, "")
    assert finished.out.startswith("refuted: ")
    assert len(finished.out.splitlines()) > 1


def test_a_refuted_claim_is_not_saved(run: Run, tmp_path: Path) -> None:
    for claim, assume in FALSE[:3]:
        finished = run("prove", "--save", str(tmp_path / "a.md"), claim, *options(assume))
        assert finished.code == 1
        assert "nothing was written" in finished.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("y[i,d] > 0", "claims with '>' are not decided"),
        ("0 <= y[i,d] <= 1", "one relation"),
        ("not y[i,d] = 0", "expected 'blocked'"),
        ("y[i,d] != 0 at m = 3", "m is not a size"),
        ("y[i,d] != 0 at n", "expected '='"),
        ("projector[j,j] 1", "two different indices"),
        ("projector[j,d] 1", "two different indices"),
        ("projector delta[j,k]", "expected '['"),
        ("projector[j,d; k] 1", "a row of 2 indices and a column of 1"),
        ("projector[j,d; k,e] 0 rank x[l,e]", "e is an index of the matrix"),
        ("nullspace[j,d; k,e] 1 = span[j]{1}", "the indices of a sample and a feature"),
        ("nullspace[j,k] 1 = 0", "'span'"),
        ("nullspace[j,k] 1 = span[d]{1}", "the index of a sample"),
        ("nullspace[j,k] 1 = span[j]{1", ""),
        ("nullspace[j,k] delta[j,k] = span[j]{1,1,1,1,1,1,1,1,1}", "up to 8 vectors"),
        ("nullspace[j,k] 0*delta[j,k] = span[l]{1 + 0*a[j]}", "j is an index of the matrix"),
        ("y[i,d] = 0 assume n = 9", "sizes are fixed at 1 to 8"),
        ("y[i,d] = 0 assume n = 2, n >= 3", "every claim would hold"),
        ("y[i,d] = 0 assume x[i,d] = g[d]", "x is not a parameter"),
        ("1/(n-2)*(n-2) = 1 assume n = 2", ""),
        ("y[i,d] != 0 at n = 3 assume n = 2", "nothing to claim"),
        ("y[i,d] != 0 at n = 2 assume n >= 3", "nothing to claim"),
        ("y[i,d] != 0 at n = 1 assume eps = 0", ""),
        ("y[i,d] != 0 at n = 3, n = 4", "named twice"),
        ("y[i,d] != 0 at n = 0", "sizes are at least 1"),
        ("y[i,d] = 0 assume n = 1, eps = 0", ""),
        ("y[i,d] + y[j,d] + y[k,d] = 1 assume n = 2, i != j, i != k, j != k", ""),
    ],
)
def test_claims_that_mean_nothing_are_bad_usage(run: Run, claim: str, message: str) -> None:
    finished = run("prove", claim)
    assert (finished.code, finished.out) == (2, "")
    assert finished.err.startswith("claim:1:")
    assert message in finished.err


@pytest.mark.parametrize(
    "claim",
    [
        "nullspace[j,k] 0*delta[j,k] = span[l]{delta[j,l]}",
        "nullspace[j,k] delta[j,k] - 1/n = span[l]{a[j]}",
        "nullspace[j,k] delta[j,k] - 1/n = span[l]{a[k]*a[l]}",
        "nullspace[j,k] delta[j,k] - 1/n + 0*y[l,d] = span[l]{1}",
        "nullspace[j,d; k,e] 0*delta[j,k] = span[l,e]{delta[j,l]}",
        "nullspace[j,d; k,e] delta[j,k]*delta[d,e] - 1/(n*D) + 0*y[l,f] = span[l,f]{1}",
    ],
)
def test_letters_of_a_matrix_in_its_span_are_no_crash(run: Run, claim: str) -> None:
    assert run("prove", claim).code in (0, 1, 2)


@pytest.mark.parametrize(
    ("claim", "assume", "code"),
    [
        ("sum[i] y[i,d] = 0", "", 0),
        ("sum[i] y[i,d]^2 = n", "", 1),
        ("sum[i] y[i,d]^2 <= n", "", 0),
        ("projector[j,k] delta[j,k] - 1/n rank n - 1", "", 0),
        ("nullspace[j,k] delta[j,k] - 1/n = span[j]{1}", "", 0),
        ("projector[j,d; k,e] delta[d,e]*(delta[j,k] - 1/n) rank D*(n - 1)", "", 0),
        ("projector[j,d; k,e] delta[d,e]*(delta[j,k] - 1/n) rank n*D - 1", "", 1),
        ("nullspace[j,d; k,e] delta[j,k]*delta[d,e] - 1/(n*D) = span[j,d]{1}", "", 0),
        ("not blocked sum[i] y[i,d]^3", "eps = 0", 0),
        ("y[i,d]^2 = 1", "eps = 0, n = 2", 0),
        ("blocked sum[i,d] G[i,d]*y[i,d]", "G[i,d] = g[d]", 0),
    ],
)
def test_other_means_confirm_the_verdict(run: Run, claim: str, assume: str, code: int) -> None:
    finished = run("prove", "--json", "--confirm", claim, *options(assume))
    assert finished.code == code
    checks = json.loads(finished.out)["checks"]
    assert checks["explicit"]
    assert checks["float"]
    assert {check["means"] for check in checks["float"]} == {"float64", "float32"}


def test_other_means_are_not_asked_unless_one_wants_them(run: Run) -> None:
    checks = json.loads(run("prove", "--json", "sum[i] y[i,d] = 0").out)["checks"]
    assert checks["explicit"] is None
    assert checks["float"] is None


# spotcheck


OK = """use batchnorm(x)
param g[feature]
lemma centered sum[i] y[i,d] = 0 proof auto qed
theorem first blocked sum[i,d] g[d]*y[i,d] proof auto qed
"""
BAD = "use batchnorm(x)\nlemma unit sum[i] y[i,d]^2 = n proof auto qed\n"
OPEN = "use batchnorm(x)\nlemma centered sum[i] y[i,d] = 0 proof = 0 by ? qed\n"
OPEN_AND_FALSE = "use batchnorm(x)\nlemma unit sum[i] y[i,d]^2 = n proof = n by ? qed\n"

Write = Callable[[str, str], str]


def test_spotcheck_says_what_each_means_saw_of_each_claim(run: Run, written: Write) -> None:
    finished = run("spotcheck", written("ok.bnp", OK), "--examples", "4")
    assert (finished.code, finished.err) == (0, "")
    lines = finished.out.splitlines()
    assert lines[0] == "centered: sum[i] y[i,d] = 0"
    assert [line.split(":")[0].strip() for line in lines] == [
        "centered",
        "SymPy",
        "float64",
        "float32",
        "first",
        "SymPy",
        "float64",
        "float32",
    ]


def test_spotcheck_prints_json_and_obeys_the_number_of_examples(run: Run, written: Write) -> None:
    name = written("ok.bnp", OK)
    found = json.loads(run("spotcheck", f"{name}:first", "--examples", "3", "--json").out)
    [statement] = found["statements"]
    assert statement["name"] == "first"
    points = {check["means"]: check["points"] for check in statement["checks"]}
    assert set(points) == {"explicit", "float64", "float32"}
    assert 1 <= points["float64"] <= 3


def test_the_points_are_always_the_same_unless_a_seed_is_given(run: Run, written: Write) -> None:
    name = written("ok.bnp", OK)
    plain = ("spotcheck", name, "--examples", "5", "--json")
    assert run(*plain).out == run(*plain).out
    assert run(*plain, "--seed", "1").out == run(*plain, "--seed", "1").out
    assert run(*plain, "--seed", "-3").code == 0


@pytest.mark.parametrize("text", [BAD, OPEN_AND_FALSE])
def test_spotcheck_sees_that_a_claim_is_false(run: Run, written: Write, text: str) -> None:
    finished = run("spotcheck", written("bad.bnp", text), "--examples", "20")
    assert finished.code == 1
    assert "it fails at the counterexample" in finished.out


def test_spotcheck_speaks_of_claims_without_a_proof(run: Run, written: Write) -> None:
    finished = run("spotcheck", written("open.bnp", OPEN), "--examples", "4")
    assert finished.code == 0
    assert "both sides agree" in finished.out


@pytest.mark.parametrize(
    "claim",
    [
        f"lemma a assume eps = 0 projector[j,k] {P} rank n - 2",
        f"lemma a assume eps = 0 nullspace[j,k] {P} = span[j]{{1, y[j,d]}}",
        "lemma a sum[i] y[i,d]^2 <= n",
        "lemma a sum[i] y[i,d]^2 != n",
        "lemma a not blocked sum[i] y[i,d]^3",
        "lemma a assume eps = 0, n = 2 y[i,d]^2 = 1",
    ],
)
def test_spotcheck_takes_claims_of_every_form(run: Run, written: Write, claim: str) -> None:
    name = written("a.bnp", f"use batchnorm(x)\n{claim} proof auto qed\n")
    finished = run("spotcheck", name, "--examples", "4")
    assert finished.code == 0
    assert "SymPy" in finished.out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("no-such-thing",),
        ("ok.bnp:third",),
        ("ok.bnp", "--examples", "0"),
        ("ok.bnp", "--examples", "-1"),
        ("ok.bnp", "--examples", "10001"),
        ("ok.bnp", "--examples", "ten"),
        ("ok.bnp", "--examples", "1.5"),
        ("ok.bnp", "--seed", "x"),
    ],
)
def test_spotcheck_of_nothing_is_bad_usage(
    run: Run, written: Write, arguments: tuple[str, ...]
) -> None:
    written("ok.bnp", OK)
    finished = run("spotcheck", *arguments)
    assert (finished.code, finished.out) == (2, "")
    assert finished.err


def test_spotcheck_of_a_file_in_error_is_not_all_well(run: Run, written: Write) -> None:
    broken = "use batchnorm(x)\nlemma a sum[i] q[i,d] = 0 proof auto qed\n"
    assert run("spotcheck", written("broken.bnp", broken), "--examples", "2").code == 1
    assert run("spotcheck", written("empty.bnp", "\n"), "--examples", "2").code == 1


# check --confirm


def test_check_confirms_on_demand(run: Run, written: Write) -> None:
    finished = run("check", "--confirm", written("ok.bnp", OK))
    assert finished.code == 0
    assert "confirmed 2 by SymPy, 2 by float64, 2 by float32" in finished.out
    assert "confirmed" not in run("check", "ok.bnp").out


def test_check_confirms_what_is_refuted(run: Run, written: Write) -> None:
    finished = run("check", "--confirm", written("bad.bnp", BAD))
    assert finished.code == 1
    assert "confirmed 1 by SymPy, 1 by float64, 1 by float32" in finished.out


def test_the_rank_of_a_matrix_counts_all_indices_of_its_rows(run: Run) -> None:
    deltas = "delta[j,k]*delta[d,e]*delta[i,l]"
    claim = f"nullspace[j,d,i; k,e,l] {deltas} - 1/(n^2*D) = span[j,d,i]{{1}}"
    assert "so the matrix has rank n^2*D - 1" in run("prove", claim).out


def test_a_matrix_whose_rows_have_several_indices_is_saved_and_read_again(
    run: Run, tmp_path: Path
) -> None:
    claim = "nullspace[j,d; k,e] delta[j,k]*delta[d,e] - 1/(n*D) = span[i,f]{1}"
    path = str(tmp_path / "saved.md")
    assert run("prove", "--save", path, claim).code == 0
    checked = run("check", "--strict", path)
    assert (checked.code, checked.err) == (0, "")


def test_a_vector_outside_of_a_span_is_nested_as_its_indices_are(run: Run) -> None:
    claim = "nullspace[j,d; k,e] (delta[j,k] - 1/n)*delta[d,e] = span[j,d]{1} assume D >= 2"
    finished = run("prove", "--json", claim)
    found = json.loads(finished.out)["counterexample"]
    assert finished.code == 1
    assert len(found["vector"]) == found["n"]
    assert all(len(row) == found["D"] for row in found["vector"])
