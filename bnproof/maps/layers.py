"""The normalisers that ship, and the phases of batch norm, as symbolic maps over SymPy."""

from __future__ import annotations

from typing import Literal

from bnproof.language import parse_term
from bnproof.maps import registry
from bnproof.maps.definitions import Normaliser
from bnproof.maps.models import Map
from bnproof.terms import BnproofError


class _Shipped(Map):
    """The map of a normaliser that ships.

    Its slope is a text in the claim language; what is averaged are samples unless it says otherwise.
    """

    def __init__(
        self,
        normaliser: Normaliser,
        output: str,
        slope: str,
        eps: Literal[0] | None = None,
        averaged: tuple[str, ...] = ("sample",),
    ) -> None:
        if eps not in (0, None):
            raise BnproofError(
                f"eps is 0 or a symbol (None), not {eps!r}; substitute in the result instead"
            )
        zero = frozenset() if eps is None else frozenset({"eps"})
        term = parse_term(slope, normaliser.letters)
        super().__init__(normaliser.theory, output, term, zero, averaged, normaliser.hypotheses)


class Centering(_Shipped):
    """y = x - mu: every feature minus its mean over the batch."""

    def __init__(self) -> None:
        super().__init__(registry.CENTER, "y", "1")


class Scaling(_Shipped):
    """y = x/s: every feature divided by its root mean square over the batch, eps added inside.

    Args:
        eps: 0 for eps = 0; by default eps is a symbol that is not negative.
    """

    def __init__(self, eps: Literal[0] | None = None) -> None:
        super().__init__(registry.SCALE, "y", "1/s[d]", eps)


class Standardization(_Shipped):
    """y = (x - mu)/s with s^2 = var + eps: scaling after centering.

    Args:
        eps: 0 for eps = 0; by default eps is a symbol that is not negative.
    """

    def __init__(self, eps: Literal[0] | None = None) -> None:
        super().__init__(registry.STANDARDIZE, "y", "1/s[d]", eps)


class Affine(_Shipped):
    """y = gamma*x + beta, a scale and a shift for each feature."""

    def __init__(self) -> None:
        super().__init__(registry.AFFINE, "y", "gamma[d]")


class _WithAffinePhase(_Shipped):
    """A normaliser whose affine phase may be left out; then its output is y in the place of z."""

    def __init__(
        self,
        normaliser: Normaliser,
        slopes: tuple[str, str],
        eps: Literal[0] | None,
        affine: bool,
        averaged: tuple[str, ...] = ("sample",),
    ) -> None:
        output = "z" if affine else normaliser.output
        super().__init__(normaliser, output, slopes[affine], eps, averaged)


class BatchNorm(_WithAffinePhase):
    """z = gamma*y + beta: standardization, then the affine phase (Ioffe and Szegedy 2015).

    Args:
        eps: 0 for eps = 0; by default eps is a symbol that is not negative.
        affine: whether the affine phase is part of the map.
    """

    def __init__(self, eps: Literal[0] | None = None, affine: bool = True) -> None:
        super().__init__(registry.BATCHNORM, ("1/s[d]", "gamma[d]/s[d]"), eps, affine)


class UnbiasedBatchNorm(_WithAffinePhase):
    """Batch norm with the variance divided by n-1, for n >= 2; see `BatchNorm`."""

    def __init__(self, eps: Literal[0] | None = None, affine: bool = True) -> None:
        super().__init__(registry.UNBIASED, ("1/s[d]", "gamma[d]/s[d]"), eps, affine)


class BatchNorm2d(_WithAffinePhase):
    """Batch norm of `x[i,d,p]` over samples and pixels; see `BatchNorm`."""

    def __init__(self, eps: Literal[0] | None = None, affine: bool = True) -> None:
        slopes = ("1/s[d]", "gamma[d]/s[d]")
        super().__init__(registry.BATCHNORM2D, slopes, eps, affine, ("sample", "pixel"))


class GhostNorm(_WithAffinePhase):
    """Batch norm of each virtual batch a of `x[a,i,d]` (Hoffer et al. 2017); see `BatchNorm`."""

    def __init__(self, eps: Literal[0] | None = None, affine: bool = True) -> None:
        super().__init__(registry.GHOSTNORM, ("1/s[a,d]", "gamma[d]/s[a,d]"), eps, affine)


class LayerNorm(_WithAffinePhase):
    """Standardization over the features of each sample (Ba et al. 2016); see `BatchNorm`.

    The weights gamma differ within a block, so they are no part of the slope.
    """

    def __init__(self, eps: Literal[0] | None = None, affine: bool = True) -> None:
        super().__init__(registry.LAYERNORM, ("1/s[i]", "1/s[i]"), eps, affine, ("feature",))


class RMSNorm(_WithAffinePhase):
    """Scaling over the features of each sample (Zhang and Sennrich 2019); see `LayerNorm`."""

    def __init__(self, eps: Literal[0] | None = None, affine: bool = True) -> None:
        super().__init__(registry.RMSNORM, ("1/s[i]", "1/s[i]"), eps, affine, ("feature",))


class InstanceNorm(_WithAffinePhase):
    """Standardization of `x[i,d,p]` over pixels (Ulyanov et al. 2016); see `BatchNorm`."""

    def __init__(self, eps: Literal[0] | None = None, affine: bool = True) -> None:
        slopes = ("1/s[i,d]", "gamma[d]/s[i,d]")
        super().__init__(registry.INSTANCENORM, slopes, eps, affine, ("pixel",))


class GroupNorm(_WithAffinePhase):
    """Standardization of `x[i,a,d,p]` over pixels and the features of group a (Wu and He 2018).

    See `LayerNorm`.
    """

    def __init__(self, eps: Literal[0] | None = None, affine: bool = True) -> None:
        slopes = ("1/s[i,a]", "1/s[i,a]")
        super().__init__(registry.GROUPNORM, slopes, eps, affine, ("feature", "pixel"))


class Evaluation(_WithAffinePhase):
    """Batch norm in evaluation mode: running statistics, which do not depend on x; see `BatchNorm`."""

    def __init__(self, eps: Literal[0] | None = None, affine: bool = True) -> None:
        super().__init__(registry.EVALUATION, ("1/s[d]", "gamma[d]/s[d]"), eps, affine)


class FrozenStatistics(_WithAffinePhase):
    """Batch norm with its mean and root held constant, as a backward pass must not do.

    Args:
        affine: whether the affine phase is part of the map.
    """

    def __init__(self, affine: bool = True) -> None:
        super().__init__(registry.FROZEN, ("1/s[d]", "gamma[d]/s[d]"), None, affine)
