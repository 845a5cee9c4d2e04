"""Taylor terms of a loss, and what becomes of them in front of a map.

The loss is expanded in the output v[i,d] of the map about a point t[d] that all samples share. Its first
derivatives are g[d], or G[i,d] where they differ between samples; its Hessian is the symmetric H[d,e],
with the diagonal h[d] (Zhou et al. 2024, the expansion before Theorem 1). For maps of batches with other
indices, these are given, as in `first_order(indices="i,d,p")`.
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


def first_order(shared: bool = True, indices: str = "i,d") -> TaylorTerm:
    """The first-order term: `g[d]` is shared by all samples, `G[i,d]` is not."""
    coefficient = "g[d]" if shared else f"G[{indices}]"
    return TaylorTerm(f"sum[{indices}] {coefficient}*(v[{indices}] - t[d])")


def second_order(indices: str = "i,d") -> TaylorTerm:
    """The whole second-order term with a shared Hessian."""
    return TaylorTerm(f"1/2*sum[{indices},e] {_curvature(indices)}")


def diagonal(indices: str = "i,d") -> TaylorTerm:
    """The diagonal part of the second-order term."""
    return TaylorTerm(f"1/2*sum[{indices}] h[d]*(v[{indices}] - t[d])^2")


def off_diagonal(indices: str = "i,d") -> TaylorTerm:
    """The off-diagonal part of the second-order term."""
    return TaylorTerm(f"1/2*sum[{indices},e : d != e] {_curvature(indices)}")


def _curvature(indices: str) -> str:
    """The Hessian between two features of one sample."""
    others = indices.replace("d", "e")
    return f"H[d,e]*(v[{indices}] - t[d])*(v[{others}] - t[e])"
