"""Kernel time by claim, as ratios measured in one run: `python tests/benchmarks/kernel_time.py`.

Every ratio is to the first-order claim. The second table shows that the sizes do not matter, the third
how cost grows with the order of a Taylor term and with the number of equal sums that are multiplied, the
last what the proofs of the derivations that ship cost, for each file and together.
"""

from __future__ import annotations

import statistics
import time

from bnproof.derivation.api import check
from bnproof.kernel import decide
from bnproof.language import Source, read_statement
from tests.theories import batchnorm

FIRST_ORDER = "blocked sum[i,d] g[d]*(y[i,d]-t[d])"
CLAIMS = {
    "first-order term": (FIRST_ORDER, ()),
    "diagonal term": ("blocked sum[i,d] h[d]*(y[i,d]-t[d])^2", ("eps = 0",)),
    "its leak": ("diff[x[j,e]] 1/2*sum[i,d] h[d]*y[i,d]^2 = kappa[e]*h[e]*y[j,e]/s[e]", ()),
    "Jacobian": (
        "diff[x[j,e]] y[k,d] = delta[d,e]/s[d]*(delta[j,k] - 1/n - y[j,d]*y[k,d]/n)",
        (),
    ),
    "whole second-order term": (
        "diff[x[j,f]] 1/2*sum[i,d,e] H[d,e]*y[i,d]*y[i,e]"
        " = 1/s[f]*sum[e] H[f,e]*(y[j,e] - rho[f,e]*y[j,f])",
        (),
    ),
    "projector": (
        "projector[j,k] delta[j,k] - 1/n - y[j,d]*y[k,d]/n rank n - 2",
        ("eps = 0",),
    ),
    "everything at n = 2": ("blocked sum[i,d] G[i,d]*y[i,d]", ("n = 2", "eps = 0")),
    "fourth order at n = 3": ("sum[i] y[i,d]^4 = 9/2", ("n = 3", "eps = 0")),
    "second derivative": ("diff[x[l,f]] diff[x[j,e]] sum[i,d] g[d]*(y[i,d]-t[d]) = 0", ()),
}
REPEATS = 30


def milliseconds(claim: str, assume: tuple[str, ...] = ()) -> float:
    """The median time of a decision, definitions included."""
    statement = read_statement(Source("benchmark", claim), batchnorm(), assume)
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        decide(statement.claim, statement.theory, statement.hypotheses)
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def derivations() -> dict[str, float]:
    """The shortest time of all proofs of each derivation, of a few checks."""
    runs = [check() for _ in range(3)]
    found = {
        file.name: 1000
        * min(sum(s.kernel_seconds for s in run.files[k].statements) for run in runs)
        for k, file in enumerate(runs[0].files)
    }
    return found | {"together": sum(found.values())}


def table(title: str, rows: dict[str, float], unit: float) -> None:
    """Print rows of milliseconds and ratios."""
    print(title)
    for name, value in rows.items():
        print(f"  {name:26} {value:8.2f} ms {value / unit:8.2f}x")


def main() -> None:
    """Measure and print the tables."""
    unit = milliseconds(FIRST_ORDER)
    table("by claim", {k: milliseconds(*claim) for k, claim in CLAIMS.items()}, unit)
    sizes = {f"n >= {n}": milliseconds(FIRST_ORDER, (f"n >= {n}",)) for n in (2, 100, 10**9)}
    table("by batch size", sizes, unit)
    growth = {f"order {k}": milliseconds(f"blocked sum[i,d] g[d]*y[i,d]^{k}") for k in range(1, 7)}
    growth |= {
        f"{k} equal sums": milliseconds(f"(sum[i] G[i,d]*y[i,d])^{k} = 0") for k in (1, 2, 4, 8)
    }
    table("by order and number of sums", growth, unit)
    table("by derivation", derivations(), unit)


if __name__ == "__main__":
    main()
