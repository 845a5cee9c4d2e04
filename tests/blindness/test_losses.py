"""Losses by their names, against pencil."""

from __future__ import annotations

import pytest

import bnproof
from bnproof.blindness.api import Misfit, blind
from bnproof.blindness.losses import LOSSES, DoesNotFitError, loss_subject
from bnproof.language import print_term
from bnproof.maps.normalisers import NORMALISERS, find

CENTERED = ("batch", "images", "unbiased", "ghost", "instance")
CONSTANT = ("evaluation", "frozen")


def verdicts(loss: str) -> dict[str, str]:
    found = blind("all", loss)
    return {
        row.norm.short: "-" if isinstance(cell, Misfit) else cell.verdict
        for row in found.rows
        for cell in row.cells
    }


def test_a_gaussian_likelihood_is_the_isotropic_term() -> None:
    found = verdicts("gaussian")
    blind_ones = {norm for norm, verdict in found.items() if verdict == "eps = 0"}
    assert blind_ones == {*CENTERED, "layer", "rms", "group", "scale"}
    assert {found[norm] for norm in ("center", *CONSTANT)} == {"no"}


def test_a_target_for_each_entry_passes_everywhere() -> None:
    assert set(verdicts("squared").values()) == {"no"}


@pytest.mark.parametrize("loss", ["squared-shared", "pairwise"])
def test_what_is_shared_is_blocked_where_both_phases_are_taken_over_places(loss: str) -> None:
    found = verdicts(loss)
    assert {norm for norm, verdict in found.items() if verdict == "eps = 0"} == set(CENTERED)
    assert set(found.values()) == {"eps = 0", "no"}


@pytest.mark.parametrize("loss", ["logistic", "softmax", "smooth", "pairwise4"])
def test_what_is_not_quadratic_is_blocked_nowhere(loss: str) -> None:
    assert set(verdicts(loss).values()) == {"no"}


def test_correlations_are_taken_where_no_features_are_averaged_over() -> None:
    found = verdicts("decorrelation")
    assert {norm for norm, verdict in found.items() if verdict == "-"} == {"layer", "rms", "group"}
    assert {verdict for verdict in found.values() if verdict != "-"} == {"no"}


def test_fourth_powers_of_differences_are_blocked_up_to_three_samples() -> None:
    cell = blind("batch", "pairwise4").cell("pairwise4")
    assert cell.counterexample is not None
    assert cell.counterexample.point.sizes == {"n": 4, "D": 1}
    value = bnproof.prove("sum[i,k] (y[i,d]-y[k,d])^4 = 81", assume=["eps = 0", "n = 3"])
    assert value.proved


# The closed forms of the catalogue, section 2.
GRADIENTS = [
    (
        "squared",
        "1/s[e]*(kappa[e]*y[j,e] - (t[j,e] - (mean[i] t[i,e]) - y[j,e]*(mean[i] t[i,e]*y[i,e])))",
    ),
    (
        "smooth",
        "1/s[e]*(phi'(y[j,e]) - (mean[i] phi'(y[i,e])) - y[j,e]*(mean[i] phi'(y[i,e])*y[i,e]))",
    ),
]


@pytest.mark.parametrize(("loss", "expected"), GRADIENTS)
def test_the_part_that_passes_is_that_of_the_catalogue(loss: str, expected: str) -> None:
    leak = blind("batch", loss).cell(loss).leak
    assert leak is not None
    assert bnproof.prove(f"{print_term(leak.closed_form)} = {expected}").proved


def test_the_parts_of_a_squared_error_differ() -> None:
    own = blind("batch", "squared").cell("squared").parts
    shared = blind("batch", "squared-shared").cell("squared-shared").parts
    assert [part.verdict for part in own] == ["eps = 0", "no"]
    assert [part.verdict for part in shared] == ["eps = 0", "every eps"]


@pytest.mark.parametrize("loss", ["squared", "squared-shared", "logistic", "softmax"])
@pytest.mark.parametrize("norm", ["batch", "group"])
def test_the_parts_of_a_loss_add_up_to_it(loss: str, norm: str) -> None:
    [kind] = [kind for kind in LOSSES if kind.key == loss]
    subject = loss_subject(find(norm), kind)
    parts = " + ".join(f"({print_term(part.term)})" for part in subject.parts)
    # The squares of the targets are the same for every input.
    constant = {"squared": "t", "squared-shared": "t"}.get(loss)
    whole = print_term(subject.term)
    if constant:
        assert bnproof.prove(f"blocked {whole} - ({parts})", norm).proved
    else:
        assert bnproof.prove(f"{whole} = {parts}", norm).proved


def test_labels_pass_whatever_the_functions_are_but_a_smooth_function_may_be_blocked() -> None:
    found = blind("batch", ["logistic", "softmax", "smooth"])
    assert found.cell("logistic").functions == ("softplus",)
    assert found.cell("softmax").functions == ("log", "exp")
    assert found.cell("logistic").for_each_function
    assert found.cell("softmax").for_each_function
    assert not found.cell("smooth").for_each_function
    assert "NOT BLOCKED, whatever softplus may be, not even at eps = 0" in str(found)
    assert "NOT BLOCKED for some functions phi, not even at eps = 0" in str(found)


def test_every_loss_has_a_meaning_behind_some_normaliser_and_says_what_it_is() -> None:
    for loss in LOSSES:
        fits = 0
        for norm in NORMALISERS:
            try:
                subject = loss_subject(norm, loss)
            except DoesNotFitError:
                continue
            fits += 1
            assert subject.words
        assert fits > 5
