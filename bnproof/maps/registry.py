"""The normalisers that ship: their definitions in the claim language, for every reader to look at.

What stands here is all that the program knows of a normaliser. A new one is a further entry, and its
derivation page.
"""

from __future__ import annotations

from bnproof.language.declarations import Letterings, parse_declarations
from bnproof.language.documents import parse_document
from bnproof.language.items import Document
from bnproof.language.sorts import Letters
from bnproof.language.source import Source
from bnproof.maps.definitions import Normaliser

_IOFFE_SZEGEDY = "Ioffe and Szegedy 2015 (arXiv 1502.03167)"

BATCHNORM = Normaliser(
    "batchnorm",
    "batch",
    "batch norm",
    f"{_IOFFE_SZEGEDY}, Algorithm 1",
    """\
input x[sample,feature]
param eps
let mu[d] = mean[i] x[i,d]
let var[d] = mean[i] (x[i,d] - mu[d])^2
root s[d]: s[d]^2 = var[d] + eps
let y[i,d] = (x[i,d] - mu[d])/s[d]
let kappa[d] = eps/s[d]^2
let rho[d,e] = mean[i] y[i,d]*y[i,e]
param gamma[feature]
param beta[feature]
let z[i,d] = gamma[d]*y[i,d] + beta[d]
""",
    "zhou2024/first-order",
)

BATCHNORM2D = Normaliser(
    "batchnorm2d",
    "images",
    "batch norm over images (samples and pixels)",
    f"{_IOFFE_SZEGEDY}, section 3.2",
    """\
index p q : pixel(P)
input x[sample,feature,pixel]
param eps
let mu[d] = mean[i,p] x[i,d,p]
let var[d] = mean[i,p] (x[i,d,p] - mu[d])^2
root s[d]: s[d]^2 = var[d] + eps
let y[i,d,p] = (x[i,d,p] - mu[d])/s[d]
let kappa[d] = eps/s[d]^2
let rho[d,e] = mean[i,p] y[i,d,p]*y[i,e,p]
param gamma[feature]
param beta[feature]
let z[i,d,p] = gamma[d]*y[i,d,p] + beta[d]
""",
    "normalisers/batch-norm-images",
)

UNBIASED = Normaliser(
    "unbiased",
    "unbiased",
    "batch norm with the unbiased variance (divided by n-1)",
    f"{_IOFFE_SZEGEDY}, section 3.1",
    """\
input x[sample,feature]
param eps
let mu[d] = mean[i] x[i,d]
let var[d] = mean[i] (x[i,d] - mu[d])^2
root s[d]: s[d]^2 = n/(n-1)*var[d] + eps
let y[i,d] = (x[i,d] - mu[d])/s[d]
let kappa[d] = eps/s[d]^2
let rho[d,e] = mean[i] y[i,d]*y[i,e]
param gamma[feature]
param beta[feature]
let z[i,d] = gamma[d]*y[i,d] + beta[d]
""",
    "normalisers/unbiased",
)

GHOSTNORM = Normaliser(
    "ghostnorm",
    "ghost",
    "ghost batch norm (each of B virtual batches alone)",
    "Hoffer, Hubara and Soudry 2017 (arXiv 1705.08741), Algorithm 1",
    """\
index a b : ghost(B)
input x[ghost,sample,feature]
param eps
let mu[a,d] = mean[i] x[a,i,d]
let var[a,d] = mean[i] (x[a,i,d] - mu[a,d])^2
root s[a,d]: s[a,d]^2 = var[a,d] + eps
let y[a,i,d] = (x[a,i,d] - mu[a,d])/s[a,d]
let kappa[a,d] = eps/s[a,d]^2
let rho[a,d,e] = mean[i] y[a,i,d]*y[a,i,e]
param gamma[feature]
param beta[feature]
let z[a,i,d] = gamma[d]*y[a,i,d] + beta[d]
""",
    "normalisers/ghost-batch-norm",
)

LAYERNORM = Normaliser(
    "layernorm",
    "layer",
    "layer norm (over features)",
    "Ba, Kiros and Hinton 2016 (arXiv 1607.06450), equations 3 and 4",
    """\
input x[sample,feature]
param eps
param gamma[feature]
param beta[feature]
let mu[i] = mean[d] x[i,d]
let var[i] = mean[d] (x[i,d] - mu[i])^2
root s[i]: s[i]^2 = var[i] + eps
let y[i,d] = (x[i,d] - mu[i])/s[i]
let z[i,d] = gamma[d]*y[i,d] + beta[d]
let kappa[i] = eps/s[i]^2
let rho[d,e] = mean[i] y[i,d]*y[i,e]
""",
    "normalisers/layer-norm",
)

RMSNORM = Normaliser(
    "rmsnorm",
    "rms",
    "RMS norm over features",
    "Zhang and Sennrich 2019 (arXiv 1910.07467), equation 4",
    """\
input x[sample,feature]
param eps
root s[i]: s[i]^2 = (mean[d] x[i,d]^2) + eps
let y[i,d] = x[i,d]/s[i]
let kappa[i] = eps/s[i]^2
param gamma[feature]
let z[i,d] = gamma[d]*y[i,d]
""",
    "normalisers/rms-norm",
)

INSTANCENORM = Normaliser(
    "instancenorm",
    "instance",
    "instance norm (over the pixels of one sample and feature)",
    "Ulyanov, Vedaldi and Lempitsky 2016 (arXiv 1607.08022), equation 3",
    """\
index p q : pixel(P)
input x[sample,feature,pixel]
param eps
let mu[i,d] = mean[p] x[i,d,p]
let var[i,d] = mean[p] (x[i,d,p] - mu[i,d])^2
root s[i,d]: s[i,d]^2 = var[i,d] + eps
let y[i,d,p] = (x[i,d,p] - mu[i,d])/s[i,d]
let kappa[i,d] = eps/s[i,d]^2
let rho[i,d,e] = mean[p] y[i,d,p]*y[i,e,p]
param gamma[feature]
param beta[feature]
let z[i,d,p] = gamma[d]*y[i,d,p] + beta[d]
""",
    "normalisers/instance-norm",
)

GROUPNORM = Normaliser(
    "groupnorm",
    "group",
    "group norm (over pixels and the features of a group)",
    "Wu and He 2018 (arXiv 1803.08494), equation 7",
    """\
index p q : pixel(P)
index a b : group(K)
input x[sample,group,feature,pixel]  # the features d = 1..D of group a
param eps
let mu[i,a] = mean[d,p] x[i,a,d,p]
let var[i,a] = mean[d,p] (x[i,a,d,p] - mu[i,a])^2
root s[i,a]: s[i,a]^2 = var[i,a] + eps
let y[i,a,d,p] = (x[i,a,d,p] - mu[i,a])/s[i,a]
let kappa[i,a] = eps/s[i,a]^2
param gamma[group,feature]
param beta[group,feature]
let z[i,a,d,p] = gamma[a,d]*y[i,a,d,p] + beta[a,d]
""",
    "normalisers/group-norm",
)

CENTER = Normaliser(
    "center",
    "center",
    "centering phase alone",
    f"{_IOFFE_SZEGEDY}, Algorithm 1: the numerator of its third line",
    """\
input x[sample,feature]
let mu[d] = mean[i] x[i,d]
let y[i,d] = x[i,d] - mu[d]
""",
    "zhou2024/centering",
)

SCALE = Normaliser(
    "scale",
    "scale",
    "scaling phase alone (RMS over the batch)",
    f"{_IOFFE_SZEGEDY}, Algorithm 1, for features that are centered",
    """\
input x[sample,feature]
param eps
root s[d]: s[d]^2 = (mean[i] x[i,d]^2) + eps
let y[i,d] = x[i,d]/s[d]
let kappa[d] = eps/s[d]^2
""",
    "zhou2024/phases",
)

EVALUATION = Normaliser(
    "evaluation",
    "evaluation",
    "batch norm in evaluation mode (running statistics)",
    f"{_IOFFE_SZEGEDY}, Algorithm 2",
    """\
input x[sample,feature]
param eps
param m[feature]  # the running mean
param v[feature]  # the running variance
root s[d]: s[d]^2 = v[d] + eps
let y[i,d] = (x[i,d] - m[d])/s[d]
let kappa[d] = eps/s[d]^2
param gamma[feature]
param beta[feature]
let z[i,d] = gamma[d]*y[i,d] + beta[d]
""",
    "normalisers/evaluation",
)

FROZEN = Normaliser(
    "frozen",
    "frozen",
    "batch norm with its statistics held constant",
    f"{_IOFFE_SZEGEDY}, section 2: what the backward pass must not do",
    """\
input x[sample,feature]
param m[feature]           # the mean and the root of the batch,
param s[feature] positive  # as if they did not depend on x
let y[i,d] = (x[i,d] - m[d])/s[d]
param gamma[feature]
param beta[feature]
let z[i,d] = gamma[d]*y[i,d] + beta[d]
""",
    "normalisers/frozen-statistics",
)

STANDARDIZE = Normaliser(
    "standardize",
    "standardize",
    "batch norm without its affine phase",
    f"{_IOFFE_SZEGEDY}, Algorithm 1, its first three lines",
    """\
input x[sample,feature]
param eps
let mu[d] = mean[i] x[i,d]
let var[d] = mean[i] (x[i,d] - mu[d])^2
root s[d]: s[d]^2 = var[d] + eps
let y[i,d] = (x[i,d] - mu[d])/s[d]
let kappa[d] = eps/s[d]^2
let rho[d,e] = mean[i] y[i,d]*y[i,e]
""",
    "zhou2024/standardized",
    in_table=False,
)

AFFINE = Normaliser(
    "affine",
    "affine",
    "affine phase alone",
    f"{_IOFFE_SZEGEDY}, Algorithm 1, its last line",
    """\
input x[sample,feature]
param gamma[feature]
param beta[feature]
let y[i,d] = gamma[d]*x[i,d] + beta[d]
""",
    "zhou2024/affine",
    in_table=False,
)

NORMALISERS = (
    BATCHNORM,
    BATCHNORM2D,
    UNBIASED,
    GHOSTNORM,
    LAYERNORM,
    RMSNORM,
    INSTANCENORM,
    GROUPNORM,
    CENTER,
    SCALE,
    EVALUATION,
    FROZEN,
    STANDARDIZE,
    AFFINE,
)


def named(name: str) -> Normaliser | None:
    """The normaliser that `use` or `--norm` calls by this name, if one ships."""
    return next((known for known in NORMALISERS if name in (known.name, known.short)), None)


def read_document(source: Source) -> Document:
    """Read a derivation that may use these normalisers; see `parse_document`."""
    return parse_document(source, _letters_of)


def read_declarations(source: Source, known: Letterings) -> tuple[Document, Letterings]:
    """Read declaring statements that may use these normalisers; see `parse_declarations`."""
    return parse_declarations(source, known, _letters_of)


def _letters_of(name: str) -> Letters:
    """The index letters that `use NAME(x)` brings into a document."""
    found = named(name)
    return found.sorts if found else {}
