"""What becomes of the statements of a paper: as stated, under an extra hypothesis, refuted, not said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bnproof.checks.search import silent
from bnproof.cli.derivations import find
from bnproof.derivation.checking import Checker
from bnproof.derivation.library import Location
from bnproof.derivation.reports import (
    NOT_REFUTED,
    PROVED,
    REFUTED_AS_CLAIMED,
    CheckReport,
    StatementReport,
)
from bnproof.language.files import UnreadableError
from bnproof.language.source import Source
from bnproof.render.axioms import axioms_dict, axioms_text
from bnproof.render.listing import Row, list_dict, list_text, rows_of
from bnproof.render.show import show_file, show_statement, show_unfolded

PAGE = """
source "Nobody et al. 1900"
use batchnorm(x)
param h[feature]
inexpressible "Remark" "a limit over the steps of a training, of which a claim sees one"
refuted as_written of "Theorem 10" "The diagonal term is blocked." blocked sum[i,d] h[d]*y[i,d]^2
theorem without_eps of "Theorem 10" assume unwritten eps = 0 blocked sum[i,d] h[d]*y[i,d]^2
proof auto qed
lemma centered of "Theorem 2" sum[i] y[i,d] = 0 proof auto qed
theorem pair of "a pair" assume n = 2 assume unwritten eps = 0 y[i,d]^2 = 1 proof auto qed
theorem unit of "unit variance" assume eps = 0 sum[i] y[i,d]^2 = n proof auto qed
theorem of_no_paper assume eps = 0 mean[i] y[i,d]^2 = 1 proof auto qed
"""


def check(text: str, confirm: bool = False) -> CheckReport:
    checker = Checker(silent, confirm=confirm)
    return CheckReport((checker.check_source(Source("page", text)),))


@pytest.fixture(scope="module")
def page() -> CheckReport:
    return check(PAGE)


def named(report: CheckReport, name: str) -> StatementReport:
    found = report.find(name)
    assert found, name
    return found


def rows(text: str) -> list[Row]:
    [found] = rows_of(check(text).files).values()
    return found


def test_what_is_refuted_as_claimed_makes_a_file_good(page: CheckReport) -> None:
    assert page.proved
    assert page.problems == ()
    assert page.counts() == {PROVED: 5, REFUTED_AS_CLAIMED: 1}
    assert str(page).endswith("1 derivation, 6 statements: 5 proved, 1 refuted as claimed")


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("lemma a 1 = 1 proof auto qed", "1 statement: all proved"),
        ("refuted a 1 = 2", "1 statement: all refuted as claimed"),
        ('inexpressible "a" "b"', "0 statements: nothing to prove"),
        ("refuted a 1 = 1", "1 statement: 1 not refuted; 1 error"),
        (
            "refuted a 1 = 2 lemma b 1 = 1",
            "2 statements: 1 refuted as claimed, 1 unproved; 1 error",
        ),
    ],
)
def test_the_summary_tells_them_apart(text: str, summary: str) -> None:
    assert str(check(text)).endswith(f"1 derivation, {summary}")


def test_a_refuted_claim_has_an_exact_counterexample_and_what_is_missing(page: CheckReport) -> None:
    found = named(page, "as_written")
    assert found.theorem is None
    assert found.report
    assert found.report.counterexample
    assert found.report.counterexample.left != found.report.counterexample.right
    assert found.report.holds_if == ("eps = 0",)
    for line in ("it fails at n = 2, D = 1", "right = 0", "it holds if eps = 0"):
        assert line in str(found)


def test_what_is_true_or_open_is_not_refuted() -> None:
    for claim, reason in (
        ("sum[i] y[i,d] = 0", "not refuted but true"),
        ("(x[i,d] + mu[e] + y[k,c] + x[l,f])^40 = 0", "this is not refuted: "),
    ):
        report = check(f"use batchnorm(x)\nrefuted a {claim}")
        found = named(report, "a")
        assert not report.proved
        assert found.status == NOT_REFUTED
        assert found.theorem is None
        assert [p.error.code for p in found.problems] == ["not-refuted"]
        assert reason in found.problems[0].error.message


def test_an_unwritten_hypothesis_is_in_force_and_shown(page: CheckReport) -> None:
    found = named(page, "without_eps")
    assert found.unwritten == ("eps = 0",)
    assert [(n.hypothesis, n.needed) for n in found.necessities] == [("eps = 0", True)]
    assert "eps = 0 is not written in the paper" in str(found)
    assert named(page, "pair").unwritten == ("eps = 0",)
    assert named(page, "unit").unwritten == ()
    assert "not written" not in str(named(page, "unit"))


def test_a_hypothesis_is_unwritten_where_the_statement_says_so_or_else_its_file() -> None:
    report = check(
        "use batchnorm(x)\n"
        "theorem a assume unwritten eps = 0 sum[i] y[i,d]^2 = n proof auto qed\n"
        "assume unwritten eps = 0\n"
        "theorem b sum[i] y[i,d]^2 = n proof auto qed\n"
        "theorem c assume eps = 0 sum[i] y[i,d]^2 = n proof auto qed\n"
    )
    assert report.proved
    found = {name: named(report, name).unwritten for name in "abc"}
    assert found == {"a": ("eps = 0",), "b": ("eps = 0",), "c": ()}


def test_json_has_all_of_it(page: CheckReport) -> None:
    [file] = page.to_dict()["derivations"]
    refuted, proved = file["statements"][:2]
    assert (refuted["kind"], refuted["status"]) == ("refuted", "refuted as claimed")
    assert refuted["counterexample"]["n"] == 2
    assert refuted["holds_if"] == ["eps = 0"]
    assert (proved["assume"], proved["unwritten"]) == (["eps = 0"], ["eps = 0"])
    assert proved["counterexample"] is None
    [unsaid] = file["inexpressible"]
    assert unsaid["label"] == "Remark"
    assert page.to_dict()["proved"] is True


def test_a_paper_is_listed_by_its_theorems_then_in_the_order_of_its_file(page: CheckReport) -> None:
    [(paper, found)] = rows_of(page.files).items()
    assert paper == "Nobody et al. 1900"
    assert [(row.label, row.status, str(row)) for row in found] == [
        ("Theorem 2", "proved-as-stated", "proved as stated"),
        (
            "Theorem 10",
            "refuted",
            "refuted: it fails at n = 2, D = 1, j = 1, e = 1, eps = 1 (left = -16/25, right = 0); "
            "it holds if eps = 0",
        ),
        (
            "Theorem 10",
            "proved-under-extra-hypothesis",
            "proved under an extra hypothesis: eps = 0",
        ),
        (
            "Remark",
            "not-expressible",
            "not expressible: a limit over the steps of a training, of which a claim sees one",
        ),
        (
            "a pair",
            "proved-under-extra-hypothesis",
            "proved under an extra hypothesis: eps = 0 (besides n = 2)",
        ),
        ("unit variance", "proved-as-stated", "proved as stated (eps = 0)"),
    ]


def test_the_list_fits_the_terminal(page: CheckReport) -> None:
    text = list_text(page)
    paper, rest = text.split("\n\n", 1)
    assert paper.splitlines() == [
        "Nobody et al. 1900",
        "  Theorem 2",
        "    proved as stated            centered in page",
        "  Theorem 10",
        "    refuted: it fails at n = 2, D = 1, j = 1, e = 1, eps = 1 (left = -16/25,",
        "      right = 0); it holds if eps = 0",
        "      as_written in page",
        "    proved under an extra hypothesis: eps = 0  without_eps in page",
        "  Remark",
        "    not expressible: a limit over the steps of a training, of which a claim sees",
        "      one",
        "      in page",
        "  a pair",
        "    proved under an extra hypothesis: eps = 0 (besides n = 2)  pair in page",
        "  unit variance",
        "    proved as stated (eps = 0)  unit in page",
    ]
    assert "  as_written   refuted as claimed\n" in rest
    assert "  of_no_paper  proved under eps = 0\n" in rest
    for width in (40, 60, 200):
        assert all(
            len(line) <= width for line in list_text(page, width).split("\n\n")[0].split("\n")
        )


def test_the_list_in_json_has_words_for_a_machine(page: CheckReport) -> None:
    [paper] = list_dict(page)["papers"]
    found: list[dict[str, Any]] = paper["statements"]
    assert paper["source"] == "Nobody et al. 1900"
    assert [(row["label"], row["name"], row["extra_hypotheses"]) for row in found] == [
        ("Theorem 2", "centered", []),
        ("Theorem 10", "as_written", []),
        ("Theorem 10", "without_eps", ["eps = 0"]),
        ("Remark", None, []),
        ("a pair", "pair", ["eps = 0"]),
        ("unit variance", "unit", []),
    ]
    assert found[1]["counterexample"]["lhs"] not in ("0", None)
    assert found[1]["holds_if"] == ["eps = 0"]
    assert found[3]["reason"].startswith("a limit")
    assert found[4]["hypotheses"] == ["n = 2"]
    assert found[5]["hypotheses"] == ["eps = 0"]


def test_other_statements_have_the_status_of_the_check() -> None:
    found = rows(
        'source "N" use batchnorm(x)\n'
        'theorem a of "A" sum[i] y[i,d]^2 = n proof auto qed\n'
        'refuted b of "B" sum[i] y[i,d] = 0\n'
        'theorem c of "C" sum[i] y[i,d] = 0\n'
        'theorem d of "D" yy = 0 proof auto qed\n'
        'refuted e of "E" not blocked sum[i] y[i,d]\n'
        'refuted f of "F" assume eps > 0 sum[i] y[i,d]^2 = n\n'
    )
    assert [(row.status, str(row)) for row in found] == [
        (
            "refuted",
            "refuted: it fails at n = 1, D = 1, d = 1, eps = 1 (left = 0, right = 1); "
            "it holds if eps = 0",
        ),
        ("not-refuted", "not refuted"),
        ("unproved", "unproved"),
        ("in-error", "in error"),
        ("refuted", "refuted: it is an identity: blocked sum[i] y[i,d]"),
        (
            "refuted",
            "refuted (eps > 0): it fails at n = 1, D = 1, d = 1, eps = 1 (left = 0, right = 1)",
        ),
    ]


def test_a_hypothesis_that_one_can_do_without_is_no_extra_one() -> None:
    [row] = rows(
        'source "N" use batchnorm(x) assume unwritten eps = 0\n'
        'theorem a of "A" sum[i] y[i,d] = 0 proof auto qed\n'
    )
    assert (row.status, str(row)) == ("proved-as-stated", "proved as stated")


def test_of_two_hypotheses_that_do_alone_neither_is_left_out() -> None:
    [row] = rows(
        'source "N" use batchnorm(x) param a param b assume unwritten a = 0, b = 0\n'
        'theorem t of "T" a*b = 0 proof auto qed\n'
    )
    assert str(row) == "proved under extra hypotheses: a = 0, b = 0"


def test_confirmation_confirms_refutations_too() -> None:
    report = check(PAGE, confirm=True)
    found = named(report, "as_written").report
    assert found
    assert {c.means for c in found.confirmations} == {"explicit", "float64", "float32"}
    assert not any(c.disagreement for c in found.confirmations)
    assert str(report).endswith("confirmed 6 by SymPy, 6 by float64, 6 by float32")


def test_a_reader_is_shown_what_fails_and_what_cannot_be_said(page: CheckReport) -> None:
    text = show_file(page.files[0], unicode=False)
    for line in (
        "Remark: not expressible\n  a limit over",
        "statement as_written (Theorem 10): refuted, claimed for every n >= 1",
        "  The diagonal term is blocked.\n\n    blocked sum[i,d] h[d]*y[i,d]^2\n\n  it fails at n = 2",
        "  eps = 0 is not written in the paper\n",
    ):
        assert line in text
    assert "proof" not in show_statement(named(page, "as_written"), unicode=False)
    assert show_unfolded(named(page, "as_written"), unicode=False).startswith(
        "statement as_written"
    )


def test_nothing_rests_on_what_is_refuted(page: CheckReport) -> None:
    found = named(page, "as_written")
    assert axioms_dict(found) == {"name": "as_written", "status": "refuted as claimed"}
    assert "refuted as claimed, so there is nothing that it rests on" in axioms_text(found)
    assert "eps = 0 (not written in the paper; without eps = 0 it fails" in axioms_text(
        named(page, "without_eps")
    )
    assert axioms_dict(named(page, "without_eps"))["unwritten"] == ["eps = 0"]


def test_a_name_in_the_paper_finds_all_that_it_stands_for(tmp_path: Path) -> None:
    path = tmp_path / "page.bnp"
    path.write_text(PAGE, "utf-8")
    found = find(f"{path}:Theorem 10")
    assert [s.name for s in found.statements] == ["as_written", "without_eps"]
    assert found.outcome == 0
    assert [s.name for s in find(f"{path}:as_written").statements] == ["as_written"]
    assert len(find(str(path)).statements) == 6


def test_a_name_that_stands_in_several_derivations_is_not_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [Location(tmp_path / f"{name}.bnp", name) for name in ("one", "two")]
    for place in places:
        place.path.write_text(PAGE, "utf-8")
    monkeypatch.setattr("bnproof.cli.derivations.shipped", lambda: places)
    with pytest.raises(UnreadableError, match="Theorem 2 stands in one, two; write one:NAME"):
        find("Theorem 2")
    monkeypatch.setattr("bnproof.cli.derivations.shipped", lambda: places[:1])
    assert [s.name for s in find("Theorem 2").statements] == ["centered"]
