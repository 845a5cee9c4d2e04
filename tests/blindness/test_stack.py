"""What a stack of two batch norms with a linear layer between them lets through."""

from __future__ import annotations

from pathlib import Path

import pytest

import bnproof
from bnproof.blindness.api import Blindness

STACK = """
title "two batch norms with a linear layer between them"
use batchnorm(x) as first
param w[feature,feature]
let u[i,d] = sum[c] w[d,c]*first.y[i,c]
use batchnorm(u) as top
let y[i,d] = top.y[i,d]
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Blindness:
    file: Path = tmp_path_factory.mktemp("stack") / "stack.bnp"
    file.write_text(STACK)
    return bnproof.blind(str(file))


# The upper batch norm blocks what a batch norm blocks, whatever stands in front of it; what it lets
# through meets weights that are anything.
@pytest.mark.parametrize(
    ("term", "verdict"),
    [
        ("first-order", "every eps"),
        ("diagonal", "eps = 0"),
        ("isotropic", "eps = 0"),
        ("off-diagonal", "no"),
        ("third-order", "no"),
    ],
)
def test_a_stack_blocks_what_its_upper_batch_norm_blocks(
    stack: Blindness, term: str, verdict: str
) -> None:
    assert stack.cell(term).verdict == verdict


def test_the_eps_of_a_stack_that_matters_is_named(stack: Blindness) -> None:
    text = str(stack)
    assert "BLOCKED AT top.eps = 0 for every first.eps" in text
    assert "for top.eps > 0 this leaks" in text


def test_one_sample_blocks_everything_for_every_eps(stack: Blindness) -> None:
    text = str(stack)
    assert "blocked by accident at n = 1, for every first.eps and top.eps (proved)" in text
