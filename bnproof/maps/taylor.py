"""Taylor terms of a loss, and what becomes of them in front of a map.

The loss is expanded in the output v[i,d] of the map about a point t[d] that all samples share. Its first
derivatives are g[d], or G[i,d] where they differ between samples; its Hessian is the symmetric H[d,e],
with the diagonal h[d] (Zhou et al. 2024, the expansion before Theorem 1).
"""

from __future__ import annotations

from dataclasses import dataclass

from bnproof.language import parse_term
from bnproof.terms import Term


@dataclass(frozen=True, slots=True)
class TaylorTerm:
    """A scalar term in the output `v[i,d]` of a map.

    Other single letters are parameters, unless the map defines an array of that name.
    """

    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def term(self) -> Term:
        """The term itself. Raises `SourceError` if it cannot be read."""
        return parse_term(self.text)


def first_order(shared: bool = True) -> TaylorTerm:
    """The first-order term: `g[d]` is shared by all samples, `G[i,d]` is not."""
    return TaylorTerm(f"sum[i,d] {'g[d]' if shared else 'G[i,d]'}*(v[i,d] - t[d])")


def second_order() -> TaylorTerm:
    """The whole second-order term with a shared Hessian."""
    return TaylorTerm("1/2*sum[i,d,e] H[d,e]*(v[i,d] - t[d])*(v[i,e] - t[e])")


def diagonal() -> TaylorTerm:
    """The diagonal part of the second-order term."""
    return TaylorTerm("1/2*sum[i,d] h[d]*(v[i,d] - t[d])^2")


def off_diagonal() -> TaylorTerm:
    """The off-diagonal part of the second-order term."""
    return TaylorTerm("1/2*sum[i,d,e : d != e] H[d,e]*(v[i,d] - t[d])*(v[i,e] - t[e])")
