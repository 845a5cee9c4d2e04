"""Derivations in Python."""

from __future__ import annotations

from pathlib import Path

import pytest

import bnproof


def test_what_ships_is_loaded_by_its_name() -> None:
    derivation = bnproof.load("zhou2024/second-order")
    assert derivation.name == "zhou2024/second-order"
    assert derivation.title == "BN blocks the diagonal second-order term of a shared loss"
    assert "diagonal_blocked" in derivation.statements
    report = derivation.check()
    assert report.proved
    assert str(report).startswith("zhou2024/second-order: BN blocks")


def test_a_report_finds_its_statements() -> None:
    report = bnproof.check("zhou2024/second-order")
    found = report.find("diagonal_blocked")
    assert found
    assert found.theorem
    assert found.to_dict()["hypotheses"][0]["needed"] is True
    assert report.find("nothing") is None
    assert report.to_dict()["counts"] == {"proved": 3}
    assert str(report).endswith("1 derivation, 3 statements: all proved")


def test_several_files_are_checked_those_first_that_others_rest_on(tmp_path: Path) -> None:
    (tmp_path / "a.bnp").write_text('import "b.bnp"\nlemma one 1 = 1 proof = 1 by zero qed')
    (tmp_path / "b.bnp").write_text("lemma zero 0 = 0 proof = 0 qed")
    report = bnproof.check(tmp_path / "a.bnp", tmp_path / "b.bnp")
    assert [Path(file.name).name for file in report.files] == ["b.bnp", "a.bnp"]
    assert [p.error.code for p in report.problems] == ["unneeded-hint"]


def test_a_name_that_leads_nowhere_is_an_error_of_bnproof() -> None:
    for call in (bnproof.load, bnproof.check):
        with pytest.raises(bnproof.BnproofError):
            call("zhou2024/nothing")


def test_progress_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.bnp").write_text("lemma zero 0 = 0 proof = 0 qed")
    told: list[str] = []
    bnproof.check(tmp_path / "a.bnp", progress=told.append)
    assert "checking zero" in told
