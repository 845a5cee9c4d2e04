"""Proofs that the program finds are proofs that it accepts."""

from __future__ import annotations

import pytest

from bnproof.derivation.checking import Checker
from bnproof.derivation.discovery import find_chains
from bnproof.derivation.saving import saved_text
from bnproof.kernel import Theorem, decide
from bnproof.language import Source, read_statement
from bnproof.language.markdown import literate
from bnproof.maps.normalisers import find
from tests.theories import theory_of

CLAIMS = [
    ("batch", "sum[i] y[i,d] = 0"),
    ("batch", "blocked sum[i,d] g[d]*(y[i,d]-t[d])"),
    ("batch", "blocked sum[i,d] h[d]*(y[i,d]-t[d])^2 assume eps = 0"),
    ("batch", "sum[i] y[i,d]^2 = n*(1 - kappa[d])"),
    ("batch", "diff[x[j,e]] y[k,d] = delta[d,e]/s[d]*(delta[j,k]-1/n-y[j,d]*y[k,d]/n)"),
    ("batch", "diff[x[j,d]] y[k,d] = -1/s[d]*(1/n + y[j,d]*y[k,d]/n) assume j != k"),
    ("batch", "diff[gamma[e]] sum[i,d] g[d]*z[i,d] = 0"),
    ("batch", "diff[x[j,e]] 1/2*sum[i,d] h[d]*y[i,d]^2 = kappa[e]*h[e]*y[j,e]/s[e]"),
    ("batch", "1/2*sum[i,d,e] H[d,e]*y[i,d]*y[i,e] = n/2*sum[d,e] H[d,e]*rho[d,e]"),
    ("batch", "sum[d] s[d]*s[d]^(-1) = D"),
    ("batch", "gamma[d]/gamma[d] = 1 assume gamma[d] != 0"),
    ("batch", "a + b = b + a"),
    ("batch", "sum[d,e : d != e] 1 = D^2 - D"),
    ("layer", "blocked sum[i,d] g[i]*y[i,d]"),
    ("layer", "blocked sum[i,d] h[i]*(y[i,d]-t[i])^2 assume eps = 0"),
]


@pytest.mark.parametrize(("norm", "claim"), CLAIMS, ids=[claim for _, claim in CLAIMS])
@pytest.mark.parametrize("markdown", [False, True], ids=["bnp", "md"])
def test_a_derivation_that_is_saved_is_accepted_without_a_warning(
    norm: str, claim: str, markdown: bool
) -> None:
    statement = read_statement(Source("claim", claim), theory_of(norm))
    theorem = decide(statement.claim, statement.theory, statement.hypotheses)
    assert isinstance(theorem, Theorem)
    text = saved_text(statement, theorem, find(norm), markdown)
    source = literate("saved", text) if markdown else Source("saved", text)
    report = Checker(lambda _: None).check_source(source)
    assert [str(problem) for problem in report.problems] == []
    assert report.proved


def test_a_long_proof_has_steps_that_can_be_read() -> None:
    claim = Source("claim", "diff[gamma[e]] sum[i,d] g[d]*z[i,d] = 0")
    statement = read_statement(claim, theory_of("batch"))
    theorem = decide(statement.claim, statement.theory)
    assert isinstance(theorem, Theorem)
    [chain] = find_chains(statement, theorem)
    assert len(chain.steps) >= 3
    assert all(len(step.hints) <= 4 for step in chain.steps)
