"""Which derivation to read about which term behind which normaliser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bnproof.derivation.library import shipped_as
from bnproof.maps.definitions import Normaliser
from bnproof.maps.registry import BATCHNORM

# The theorem behind all normalisers that subtract a mean and divide by a deviation.
GENERAL = "normalisers/general"

# The paper, and the losses, are about batch norm: a page for each term.
_OF_BATCH_NORM: Mapping[str, str] = {
    "first-order": "zhou2024/first-order",
    "constant": "zhou2024/first-order",
    "diagonal": "zhou2024/second-order",
    "isotropic": "zhou2024/second-order",
    "off-diagonal": "zhou2024/off-diagonal",
    "third-order": "zhou2024/third-order",
    "gaussian": "losses/gaussian",
    "squared": "losses/squared-error",
    "squared-shared": "losses/squared-error",
    "logistic": "losses/logistic",
    "softmax": "losses/softmax",
    "smooth": "losses/smooth",
    "pairwise": "losses/pairwise",
    "pairwise4": "losses/pairwise",
}


def pages_of(norm: Normaliser, terms: Iterable[str]) -> tuple[str, ...]:
    """The derivations that ship about some terms, by their names; else that about the normaliser."""
    own = _OF_BATCH_NORM if norm.name == BATCHNORM.name else {}
    pages = dict.fromkeys(own.get(term, norm.page) for term in terms)
    return tuple(page for page in pages if page and shipped_as(page))
