"""Centering, scaling, standardization and the affine phase as symbolic maps over SymPy.

    >>> from bnproof import maps
    >>> maps.Standardization(eps=0).rank(4)
    2
    >>> print(maps.BatchNorm().pull_back(maps.first_order()).gradient)
    0

`bnproof.maps.definitions` holds the definitions that the maps and the kernel share; it does not need
SymPy, which is imported when a map is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bnproof.maps.models import (
        Affine,
        BatchNorm,
        Centering,
        Map,
        ProvedTerm,
        PulledBack,
        Scaling,
        Standardization,
    )
    from bnproof.maps.taylor import TaylorTerm, diagonal, first_order, off_diagonal, second_order

_TAYLOR = ("TaylorTerm", "diagonal", "first_order", "off_diagonal", "second_order")

__all__ = [
    "Affine",
    "BatchNorm",
    "Centering",
    "Map",
    "ProvedTerm",
    "PulledBack",
    "Scaling",
    "Standardization",
    "TaylorTerm",
    "diagonal",
    "first_order",
    "off_diagonal",
    "second_order",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        home = "taylor" if name in _TAYLOR else "models"
        return getattr(importlib.import_module(f"bnproof.maps.{home}"), name)
    raise AttributeError(f"module 'bnproof.maps' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
