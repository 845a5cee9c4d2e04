"""Normalisers, and the phases of batch norm, as symbolic maps over SymPy.

    >>> from bnproof import maps
    >>> maps.Standardization(eps=0).rank(4)
    2
    >>> maps.InstanceNorm(eps=0).rank(P=4)
    2
    >>> print(maps.BatchNorm().pull_back(maps.first_order()).gradient)
    0

`bnproof.maps.registry` holds the definitions that the maps and the kernel share; it does not need SymPy,
which is imported when a map is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bnproof.maps.layers import (
        Affine,
        BatchNorm,
        BatchNorm2d,
        Centering,
        Evaluation,
        FrozenStatistics,
        GhostNorm,
        GroupNorm,
        InstanceNorm,
        LayerNorm,
        RMSNorm,
        Scaling,
        Standardization,
        UnbiasedBatchNorm,
    )
    from bnproof.maps.models import Map, ProvedTerm, PulledBack
    from bnproof.maps.taylor import TaylorTerm, diagonal, first_order, off_diagonal, second_order

_HOMES = {
    **dict.fromkeys(("Map", "ProvedTerm", "PulledBack"), "models"),
    **dict.fromkeys(
        ("TaylorTerm", "diagonal", "first_order", "off_diagonal", "second_order"), "taylor"
    ),
}

__all__ = [
    "Affine",
    "BatchNorm",
    "BatchNorm2d",
    "Centering",
    "Evaluation",
    "FrozenStatistics",
    "GhostNorm",
    "GroupNorm",
    "InstanceNorm",
    "LayerNorm",
    "Map",
    "ProvedTerm",
    "PulledBack",
    "RMSNorm",
    "Scaling",
    "Standardization",
    "TaylorTerm",
    "UnbiasedBatchNorm",
    "diagonal",
    "first_order",
    "off_diagonal",
    "second_order",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        home = _HOMES.get(name, "layers")
        return getattr(importlib.import_module(f"bnproof.maps.{home}"), name)
    raise AttributeError(f"module 'bnproof.maps' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
