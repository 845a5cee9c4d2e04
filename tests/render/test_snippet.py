"""The NumPy program of a counterexample shows what the exact numbers say."""

from __future__ import annotations

import subprocess
import sys

import pytest

import bnproof
from bnproof.checks.search import Counterexample
from bnproof.render.snippet import numpy_snippet

CLAIMS = [
    ("sum[i] y[i,d]^2 = n", (), "batch"),
    ("blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", ("eps > 0",), "batch"),
    ("blocked sum[i,d,e] H[d,e]*y[i,d]*y[i,e]", ("eps = 0",), "batch"),
    ("diff[x[j,d]] y[k,d] = -1/s[d]*(1/n + y[j,d]*y[k,d]/n)", (), "batch"),
    ("diff[x[l,f]] diff[x[j,e]] sum[i,d] h[d]*y[i,d]^2 = 0", (), "batch"),
    ("diff[gamma[d]] sum[i,e] G[i,e]*z[i,e] = 0", (), "batch"),
    ("sum[i,k : i != k] y[i,d]*y[k,d] = 1/3*delta[d,e] - 0.5", (), "batch"),
    ("a*mean[i,d] x[i,d]^2 - (-x[j,d])^(-0) = 2^(-3)", (), "batch"),
    ("blocked sum[i,d] g[d]*y[i,d]", ("eps = 0",), "layer"),
    ("diff[g] g = 0", (), "batch"),
    ("delta[j,k] = 2", (), "batch"),
]


def printed(found: Counterexample) -> list[float]:
    code = numpy_snippet(found)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return [float(line.split("=")[1]) for line in run.stdout.splitlines()]


@pytest.mark.parametrize(("claim", "assume", "norm"), CLAIMS)
def test_numpy_prints_both_sides_of_a_refuted_claim(
    claim: str, assume: tuple[str, ...], norm: str
) -> None:
    found = bnproof.prove(claim, norm=norm, assume=assume).counterexample
    assert found is not None
    left, right = printed(found)
    assert left == pytest.approx(float(found.left), abs=1e-6)
    assert right == pytest.approx(float(found.right), abs=1e-6)
    assert left != pytest.approx(right, abs=1e-4)
