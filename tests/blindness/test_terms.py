"""Terms that somebody typed, and normalisers that somebody defined."""

from __future__ import annotations

from pathlib import Path

import pytest

import bnproof
from bnproof import maps
from bnproof.blindness.api import Misfit, blind
from bnproof.blindness.deciding import Cell
from bnproof.kernel import BudgetExhausted
from bnproof.language import print_term

OWN = """\
# Norm over everything of one sample
```bnproof
index u v : region(R)
input x[sample,feature,region]
param eps
param a[feature] positive
let mu[i] = mean[d,u] x[i,d,u]
let var[i] = mean[d,u] (x[i,d,u] - mu[i])^2
root s[i]: s[i]^2 = var[i] + eps
let y[i,d,u] = (x[i,d,u] - mu[i])/s[i]
```
"""


@pytest.fixture
def own(tmp_path: Path) -> str:
    path = tmp_path / "own.md"
    path.write_text(OWN, "utf-8")
    return str(path)


def only(term: str, norm: str = "batch") -> Cell:
    [row] = blind(norm, term).rows
    [cell] = row.cells
    assert isinstance(cell, Cell)
    return cell


@pytest.mark.parametrize(
    ("term", "verdict"),
    [
        ("1/2*sum[i,d] h[d]*(y[i,d]-t[d])^2", "eps = 0"),
        ("1/2*sum[i,d] h[d]*(y[i,d]-t[i,d])^2", "no"),
        ("sum[i,d] G[i,d]*y[i,d]", "no"),
        ("sum[i] y[i,d]", "every eps"),
        ("sum[i,d] g[d]*z[i,d]", "every eps"),
        ("sum[i,d] h[d]*(z[i,d] - t[d])^2", "eps = 0"),
        ("sum[i,d] x[i,d]", "no"),
        ("sum[d] g[d]", "every eps"),
    ],
)
def test_a_typed_term_is_decided(term: str, verdict: str) -> None:
    assert only(term).verdict == verdict


def test_a_typed_term_may_bring_hypotheses() -> None:
    assert only("sum[i,d] G[i,d]*y[i,d] assume G[i,d] = g[d]").verdict == "every eps"
    assert only("sum[i,d] y[i,d]^2 assume eps > 0").verdict == "no"
    assert "not even" not in str(blind("batch", "sum[i,d] y[i,d]^2 assume eps > 0"))
    assert only("sum[i,d] y[i,d]^2 assume eps = 0").verdict == "always"
    assert only("sum[i,d] y[i,d]^3 assume n = 2").verdict == "every eps"
    assert only("sum[i,d] x[i,d] assume n = 1").verdict == "no"


def test_a_loss_without_the_input_is_noted() -> None:
    assert "note: the loss does not contain x" in str(blind("batch", "sum[d] g[d]"))


def test_free_indices_stand_for_every_value() -> None:
    cell = only("y[i,d]")
    assert cell.verdict == "no"
    assert "i = 1" in str(blind("batch", "y[i,d]"))


def test_names_of_terms_and_losses_are_understood_and_typos_are_not() -> None:
    assert only("diagonal").subject.title == "second order, diagonal"
    assert print_term(only("gaussian").subject.term) == "1/2*sum[i,d] y[i,d]^2"
    with pytest.raises(bnproof.BnproofError, match="did you mean gaussian"):
        blind("batch", "gausian")
    with pytest.raises(bnproof.BnproofError, match="first-order"):
        blind("batch", "zzzzz")


def test_a_term_that_fits_some_normalisers_is_left_out_of_the_others() -> None:
    found = blind(["images", "batch", "instance"], "sum[i,d,p] g[d]*y[i,d,p]")
    kinds = [type(row.cells[0]) for row in found.rows]
    assert kinds == [Cell, Misfit, Cell]
    assert found.decided
    assert "term 1 does not fit batch" in str(found)


def test_a_term_that_fits_nowhere_is_an_error() -> None:
    with pytest.raises(bnproof.SourceError) as caught:
        blind("all", "sum[i,d] w[d]/y[i,d]")
    assert caught.value.code == "division"
    with pytest.raises(bnproof.SourceError):
        blind("layer", "sum[i,d] kappa[d]*y[i,d]")


def test_a_term_in_error_behind_one_normaliser_is_not_decided(own: str) -> None:
    found = blind([own, "batch"], "sum[i,d] a[d]/a[d]")
    mine, other = (row.cells[0] for row in found.rows)
    assert isinstance(mine, Cell)
    assert isinstance(other, Misfit)
    assert other.in_error
    assert not found.decided
    assert "term 1 in error behind batch" in str(found)


def test_a_normaliser_of_a_reader_is_decided_by_its_shape(own: str) -> None:
    verdicts = [cell.verdict for cell in blind(own).rows[0].cells if isinstance(cell, Cell)]
    assert verdicts == ["no", "every eps", "no", "eps = 0", "no", "no", "every eps", "eps = 0"]
    assert only("sum[i,d,u] g[i]*y[i,d,u]", own).verdict == "every eps"
    leak = only("isotropic", own).leak
    assert leak is not None
    assert print_term(leak.closed_form) == "eps*h*y[j,e,v]/s[j]^3"


def test_coefficients_take_no_names_that_a_normaliser_has(tmp_path: Path) -> None:
    path = tmp_path / "own.bnp"
    text = "input x[sample,feature]\nparam g[feature]\nlet y[i,d] = x[i,d] - mean[k] x[k,d]\n"
    path.write_text(text, "utf-8")
    assert print_term(only("first-order", str(path)).subject.term) == "sum[i,d] G[d]*y[i,d]"
    assert only("first-order", str(path)).verdict == "always"


def test_maps_are_normalisers_too() -> None:
    found = blind(maps.Standardization(eps=0), ["first-order", "diagonal", "third-order"])
    cells = [cell for cell in found.rows[0].cells if isinstance(cell, Cell)]
    assert [cell.verdict for cell in cells] == ["always", "always", "no"]
    assert (
        blind(maps.Centering() >> maps.Scaling(), "diagonal").cell("diagonal").verdict == "eps = 0"
    )


def test_nothing_is_decided_when_the_budget_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    def spent(*_: object) -> None:
        raise BudgetExhausted("too many steps")

    monkeypatch.setattr("bnproof.blindness.deciding.resolve", spent)
    found = blind("batch", "diagonal")
    assert found.cell("diagonal").verdict == "undecided"
    assert not found.decided
    assert "UNDECIDED: too many steps" in str(found)


def test_nothing_is_refuted_without_a_point(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bnproof.blindness.deciding.find_counterexample", lambda *_: None)
    found = blind("batch", ["first-order", "diagonal", "third-order"])
    cells = [cell for cell in found.rows[0].cells if isinstance(cell, Cell)]
    assert [cell.verdict for cell in cells] == ["every eps", "undecided", "undecided"]
    assert "it is blocked if eps = 0" in str(found)


def test_a_report_finds_its_answers() -> None:
    found = blind(["batch", "layer"], ["diagonal"])
    assert found.cell("diagonal").verdict == "eps = 0"
    assert found.cell("diagonal", "layer").verdict == "no"
    with pytest.raises(KeyError):
        found.cell("diagonal", "rms")
    assert repr(found) == "<Blindness of batch, layer>"
