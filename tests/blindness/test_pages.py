"""Each answer leads to the derivation that is about it."""

from __future__ import annotations

import pytest

import bnproof
from bnproof.blindness.losses import LOSSES
from bnproof.blindness.pages import GENERAL, pages_of
from bnproof.blindness.subjects import TERMS
from bnproof.derivation.library import shipped_as
from bnproof.maps.registry import NORMALISERS, named


def test_every_term_and_loss_behind_batch_norm_has_a_page() -> None:
    batch = named("batch")
    assert batch
    for key in (*(term.key for term in TERMS), *(loss.key for loss in LOSSES)):
        assert len(pages_of(batch, [key])) == 1, key


@pytest.mark.parametrize("norm", [n.short for n in NORMALISERS if n.in_table])
def test_every_normaliser_leads_to_its_page(norm: str) -> None:
    found = named(norm)
    assert found
    assert pages_of(found, ["a term of the user's own"]) == (found.page,)


def test_several_terms_lead_to_several_pages_each_once() -> None:
    [row] = bnproof.blind("batch", ["first-order", "constant", "diagonal"]).rows
    assert row.pages == ("zhou2024/first-order", "zhou2024/second-order")


def test_a_normaliser_says_what_it_is_an_instance_of() -> None:
    assert shipped_as(GENERAL)
    assert f"over pixels: an instance of {GENERAL}" in str(bnproof.blind("instance", "constant"))
    assert GENERAL not in str(bnproof.blind("rms", "constant"))
