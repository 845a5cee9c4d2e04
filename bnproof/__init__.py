"""Machine-checked mathematics of normalisation layers.

    >>> import bnproof
    >>> bnproof.prove("sum[i] y[i,d] = 0").verdict
    'proved'

A claim is proved for every batch size n, every number of features D and every input by a small exact
kernel, or refuted by an exact counterexample. `bnproof.maps` models the phases of batch normalisation
as SymPy objects, `bnproof.strategies` draws batches and claims for tests. Submodules are imported when
they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bnproof import maps, strategies
    from bnproof.blindness.api import Blindness, blind
    from bnproof.closed_forms.deriving import Derived, derive
    from bnproof.derivation.api import Derivation, check, load
    from bnproof.derivation.reports import CheckReport, FileReport
    from bnproof.language import SourceError
    from bnproof.language.files import UnreadableError
    from bnproof.prover import Disagreement, prove
    from bnproof.report import Report
    from bnproof.terms import BnproofError

__version__ = "0.1.0"

_HOMES = {
    "blind": "bnproof.blindness.api",
    "check": "bnproof.derivation.api",
    "derive": "bnproof.closed_forms.deriving",
    "load": "bnproof.derivation.api",
    "prove": "bnproof.prover",
    "Blindness": "bnproof.blindness.api",
    "CheckReport": "bnproof.derivation.reports",
    "Derivation": "bnproof.derivation.api",
    "Derived": "bnproof.closed_forms.deriving",
    "FileReport": "bnproof.derivation.reports",
    "Disagreement": "bnproof.prover",
    "Report": "bnproof.report",
    "BnproofError": "bnproof.terms",
    "SourceError": "bnproof.language",
    "UnreadableError": "bnproof.language.files",
}

_MODULES = ("maps", "strategies")

__all__ = [
    "Blindness",
    "BnproofError",
    "CheckReport",
    "Derivation",
    "Derived",
    "Disagreement",
    "FileReport",
    "Report",
    "SourceError",
    "UnreadableError",
    "blind",
    "check",
    "derive",
    "load",
    "maps",
    "prove",
    "strategies",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"bnproof.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'bnproof' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
