"""Which normalisers are a standardization over what they average, and over what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bnproof.maps.normalisers import NORMALISERS, find
from bnproof.maps.standardizing import Standardization, standardization_of

FOUND = {
    "batch": Standardization(("feature",), ("sample",), "s"),
    "images": Standardization(("feature",), ("sample", "pixel"), "s"),
    "ghost": Standardization(("ghost", "feature"), ("sample",), "s"),
    "layer": Standardization(("sample",), ("feature",), "s"),
    "instance": Standardization(("sample", "feature"), ("pixel",), "s"),
    "group": Standardization(("sample", "group"), ("feature", "pixel"), "s"),
    "standardize": Standardization(("feature",), ("sample",), "s"),
}


@pytest.mark.parametrize("normaliser", NORMALISERS, ids=lambda normaliser: normaliser.short)
def test_what_ships(normaliser) -> None:  # type: ignore[no-untyped-def]
    assert standardization_of(normaliser) == FOUND.get(normaliser.short)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("let var[d] = mean[i] (x[i,d] - mu[d])^2", "let var[d] = 2*(mean[i] (x[i,d] - mu[d])^2)"),
        ("let mu[d] = mean[i] x[i,d]", "let mu[d] = 2*(mean[i] x[i,d])"),
        ("var[d] + eps", "var[d] + 2*eps"),
        ("let y[i,d] = (x[i,d] - mu[d])/s[d]", "let y[i,d] = (x[i,d] - 2*mu[d])/s[d]"),
    ],
)
def test_what_differs_a_little_is_none(old: str, new: str) -> None:
    text = find("batch").text
    assert old in text
    assert standardization_of(replace(find("batch"), text=text.replace(old, new))) is None


def test_eps_may_be_missing() -> None:
    text = find("standardize").text.replace("param eps\n", "").replace(" + eps", "")
    text = "\n".join(line for line in text.splitlines() if "kappa" not in line)
    assert standardization_of(replace(find("batch"), text=text)) == FOUND["batch"]
