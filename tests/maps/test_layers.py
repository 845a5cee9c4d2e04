"""What SymPy finds of the maps is what mathematics says, and what the kernel proves for all sizes."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import pytest
import sympy

import bnproof
from bnproof import maps
from bnproof.language import parse_term
from bnproof.maps.models import Map
from bnproof.maps.translate import Explicit
from bnproof.terms import BnproofError, Index


class Row(NamedTuple):
    """A map without its affine phase: the Jacobian of its output, by hand, and what a block loses.

    `sizes` are small ones for a whole batch, `block` those of one block of `entries` entries; `lost` are
    the dimensions of its null space for a generic eps and at eps = 0.
    """

    norm: str
    map: Map
    at_zero: Map
    output: str
    variable: str
    jacobian: str
    sizes: dict[str, int]
    block: dict[str, int]
    entries: int
    lost: tuple[int, int]


def without(kept: str, moved: str, count: str, outer: str, inner: str, scale: str = "") -> str:
    """Standardization: what is left without the constant and without the standardized direction."""
    return f"{kept}/{outer}*({moved} - 1/({count}) - {inner}/({scale or count}))"


ROWS = [
    Row(
        "batch",
        maps.BatchNorm(affine=False),
        maps.BatchNorm(eps=0, affine=False),
        "y[k,d]",
        "x[j,e]",
        without("delta[d,e]", "delta[j,k]", "n", "s[d]", "y[k,d]*y[j,d]"),
        {"n": 3, "D": 2},
        {"n": 4},
        4,
        (1, 2),
    ),
    Row(
        "images",
        maps.BatchNorm2d(affine=False),
        maps.BatchNorm2d(eps=0, affine=False),
        "y[k,d,p]",
        "x[j,e,q]",
        without("delta[d,e]", "delta[j,k]*delta[p,q]", "n*P", "s[d]", "y[k,d,p]*y[j,d,q]"),
        {"n": 2, "D": 2, "P": 2},
        {"n": 2, "P": 2},
        4,
        (1, 2),
    ),
    Row(
        "unbiased",
        maps.UnbiasedBatchNorm(affine=False),
        maps.UnbiasedBatchNorm(eps=0, affine=False),
        "y[k,d]",
        "x[j,e]",
        without("delta[d,e]", "delta[j,k]", "n", "s[d]", "y[k,d]*y[j,d]", "n - 1"),
        {"n": 3, "D": 2},
        {"n": 3},
        3,
        (1, 2),
    ),
    Row(
        "ghost",
        maps.GhostNorm(affine=False),
        maps.GhostNorm(eps=0, affine=False),
        "y[a,k,d]",
        "x[b,j,e]",
        without("delta[a,b]*delta[d,e]", "delta[j,k]", "n", "s[a,d]", "y[a,k,d]*y[a,j,d]"),
        {"n": 3, "D": 1, "B": 2},
        {"n": 3},
        3,
        (1, 2),
    ),
    Row(
        "layer",
        maps.LayerNorm(affine=False),
        maps.LayerNorm(eps=0, affine=False),
        "y[k,d]",
        "x[j,e]",
        without("delta[j,k]", "delta[d,e]", "D", "s[k]", "y[k,d]*y[k,e]"),
        {"n": 2, "D": 3},
        {"D": 4},
        4,
        (1, 2),
    ),
    Row(
        "rms",
        maps.RMSNorm(affine=False),
        maps.RMSNorm(eps=0, affine=False),
        "y[k,d]",
        "x[j,e]",
        "delta[j,k]/s[k]*(delta[d,e] - y[k,d]*y[k,e]/D)",
        {"n": 2, "D": 3},
        {"D": 3},
        3,
        (0, 1),
    ),
    Row(
        "instance",
        maps.InstanceNorm(affine=False),
        maps.InstanceNorm(eps=0, affine=False),
        "y[k,d,p]",
        "x[j,e,q]",
        without("delta[j,k]*delta[d,e]", "delta[p,q]", "P", "s[k,d]", "y[k,d,p]*y[k,d,q]"),
        {"n": 2, "D": 1, "P": 3},
        {"P": 4},
        4,
        (1, 2),
    ),
    Row(
        "group",
        maps.GroupNorm(affine=False),
        maps.GroupNorm(eps=0, affine=False),
        "y[k,a,d,p]",
        "x[j,b,e,q]",
        without(
            "delta[j,k]*delta[a,b]",
            "delta[d,e]*delta[p,q]",
            "D*P",
            "s[k,a]",
            "y[k,a,d,p]*y[k,a,e,q]",
        ),
        {"n": 1, "D": 2, "P": 2, "K": 2},
        {"D": 2, "P": 2},
        4,
        (1, 2),
    ),
    Row(
        "center",
        maps.Centering(),
        maps.Centering(),
        "y[k,d]",
        "x[j,e]",
        "delta[d,e]*(delta[j,k] - 1/n)",
        {"n": 3, "D": 2},
        {"n": 4},
        4,
        (1, 1),
    ),
    Row(
        "scale",
        maps.Scaling(),
        maps.Scaling(eps=0),
        "y[k,d]",
        "x[j,e]",
        "delta[d,e]/s[d]*(delta[j,k] - y[k,d]*y[j,d]/n)",
        {"n": 3, "D": 2},
        {"n": 3},
        3,
        (0, 1),
    ),
    Row(
        "evaluation",
        maps.Evaluation(affine=False),
        maps.Evaluation(eps=0, affine=False),
        "y[k,d]",
        "x[j,e]",
        "delta[j,k]*delta[d,e]/s[d]",
        {"n": 3, "D": 2},
        {"n": 3},
        3,
        (0, 0),
    ),
    Row(
        "frozen",
        maps.FrozenStatistics(affine=False),
        maps.FrozenStatistics(affine=False),
        "y[k,d]",
        "x[j,e]",
        "delta[j,k]*delta[d,e]/s[d]",
        {"n": 3, "D": 2},
        {"n": 3},
        3,
        (0, 0),
    ),
]
each_row = pytest.mark.parametrize("row", ROWS, ids=[row.norm for row in ROWS])

# Outer parts of the Jacobian of a map with its affine phase.
AFFINE = {
    "batch": (maps.BatchNorm(), "gamma[d]"),
    "images": (maps.BatchNorm2d(), "gamma[d]"),
    "unbiased": (maps.UnbiasedBatchNorm(), "gamma[d]"),
    "ghost": (maps.GhostNorm(), "gamma[d]"),
    "layer": (maps.LayerNorm(), "gamma[d]"),
    "rms": (maps.RMSNorm(), "gamma[d]"),
    "instance": (maps.InstanceNorm(), "gamma[d]"),
    "group": (maps.GroupNorm(), "gamma[a,d]"),
    "evaluation": (maps.Evaluation(), "gamma[d]"),
    "frozen": (maps.FrozenStatistics(), "gamma[d]"),
}


def point(matrix: sympy.Matrix) -> dict[sympy.Symbol, int]:
    """Integers for the symbols of a matrix: roots stay positive, and no two entries agree."""
    symbols = sorted(matrix.free_symbols, key=str)
    values = itertools.chain([3, -1, 4, 1, -5, 9, 2, 6], itertools.count(10, 3))
    found = dict(zip(symbols, values, strict=False))
    positive = ("eps", "v", "s", "gamma")
    return {s: abs(k) if str(s).split("_")[0] in positive else k for s, k in found.items()}


def written_out(row: Row) -> sympy.Matrix:
    """The Jacobian by hand at the sizes of a row, as a matrix."""
    explicit = Explicit(
        row.map.theory, {}, {**dict.fromkeys(row.map.theory.sizes(), 1), **row.sizes}
    )
    term = parse_term(row.jacobian, row.map.letters)
    outputs, inputs = places(row, row.output), places(row, row.variable)

    def entry(at: dict[Index, int], by: dict[Index, int]) -> sympy.Expr:
        explicit.at = {**at, **by}
        return explicit(term)

    return sympy.Matrix([[entry(at, by) for by in inputs] for at in outputs])


def places(row: Row, entry: str) -> list[dict[Index, int]]:
    """The positions of the entries of a batch, row by row."""
    indices = parse_term(entry, row.map.letters).indices  # type: ignore[union-attr]
    sizes = [row.sizes[row.map.theory.size_of(index.sort)] for index in indices]
    ranges = (range(1, size + 1) for size in sizes)
    return [dict(zip(indices, at, strict=True)) for at in itertools.product(*ranges)]


def is_zero(matrix: sympy.Matrix) -> bool:
    return all(sympy.simplify(entry) == 0 for entry in matrix)


@each_row
def test_the_kernel_proves_the_jacobian_for_all_sizes(row: Row) -> None:
    claim = f"diff[{row.variable}] {row.output} = {row.jacobian}"
    assert bnproof.prove(claim, norm=row.norm).verdict == "proved"
    assert bnproof.prove(claim, norm=row.map).verdict == "proved"


@each_row
def test_sympy_finds_the_same_jacobian(row: Row) -> None:
    jacobian = row.map.jacobian(**row.sizes)
    at = point(jacobian)
    assert is_zero(jacobian.subs(at) - written_out(row).subs(at))


@each_row
def test_a_block_loses_what_mathematics_says(row: Row) -> None:
    for map_, lost in zip((row.map, row.at_zero), row.lost, strict=True):
        assert map_.rank(**row.block) == row.entries - lost
        assert len(map_.null_space(**row.block)) == lost


@each_row
def test_without_eps_a_block_is_a_projector_and_with_eps_none_that_scales(row: Row) -> None:
    assert row.at_zero.is_projector(**row.block)
    assert row.map.is_projector(**row.block) == (row.lost[0] == row.lost[1])


@each_row
def test_what_is_lost_is_the_constant_and_the_output_itself(row: Row) -> None:
    block = row.at_zero.block(**row.block)
    at = point(block)
    output = sympy.Matrix(sympy.flatten(row.at_zero.matrix(**row.block)))
    ones = sympy.ones(row.entries, 1)
    centers = row.norm not in ("rms", "scale", "evaluation", "frozen")
    scales = row.lost[1] > row.lost[0]
    assert is_zero((block * ones).subs(at)) == centers
    assert is_zero((block * output).subs(at)) == scales
    assert row.lost[1] == centers + scales


@pytest.mark.parametrize("norm", AFFINE)
def test_the_affine_phase_multiplies_the_jacobian_and_loses_nothing(norm: str) -> None:
    map_, weight = AFFINE[norm]
    [row] = [row for row in ROWS if row.norm == norm]
    output = row.output.replace("y", "z")
    claim = f"diff[{row.variable}] {output} = {weight}*({row.jacobian})"
    assert bnproof.prove(claim, norm=norm).verdict == "proved"
    assert map_.rank(**row.block) == row.map.rank(**row.block)


@each_row
def test_the_jacobian_entry_is_what_is_written_by_hand(row: Row) -> None:
    found = row.map.jacobian_entry()
    assert bnproof.prove(f"{found} = {row.jacobian}", norm=row.norm).verdict == "proved"


@each_row
def test_entries_are_shown_for_symbolic_sizes(row: Row) -> None:
    assert row.map.entry().free_symbols
    assert repr(row.map).endswith("]>")


def test_a_taylor_term_over_pixels_is_pulled_back() -> None:
    images = maps.BatchNorm2d(affine=False)
    pulled = images.pull_back(maps.first_order(indices="i,d,p"))
    assert str(pulled.gradient) == "0"
    gradient = sympy.Matrix(sympy.flatten(pulled.explicit_gradient(2, 1, P=2)))
    assert is_zero(gradient.subs(point(gradient)))
    diagonal = maps.BatchNorm2d(eps=0, affine=False).pull_back(maps.diagonal("i,d,p"))
    assert str(diagonal.gradient) == "0"
    for term in (maps.second_order("i,d,p"), maps.off_diagonal("i,d,p")):
        assert str(images.pull_back(term).gradient) != "0"


def test_a_first_order_term_of_features_passes_layer_norm() -> None:
    assert str(maps.LayerNorm(affine=False).pull_back(maps.first_order()).gradient) != "0"
    of_samples = maps.TaylorTerm("sum[i,d] g[i]*v[i,d]")
    assert str(maps.LayerNorm(affine=False).pull_back(of_samples).gradient) == "0"


def test_maps_of_images_are_composed() -> None:
    both = maps.InstanceNorm(affine=False) >> maps.BatchNorm2d(affine=False)
    assert both.averaged == ("pixel", "sample")
    assert both.matrix(2, 1, P=2).shape == (2, 1, 2)
    total = sympy.Add(*sympy.flatten(both.matrix(2, 1, P=2)))
    assert sympy.simplify(total.subs(point(total))) == 0
    frozen = maps.FrozenStatistics() >> maps.Centering()
    assert frozen.rank(3) == 2
    assert bnproof.prove("diff[beta[e]] y[i,d] = 0", norm=frozen).verdict == "proved"


def test_maps_of_different_batches_are_not_composed() -> None:
    with pytest.raises(BnproofError, match="takes no batch"):
        maps.BatchNorm() >> maps.BatchNorm2d()


def test_sizes_are_those_of_the_map() -> None:
    for attempt in (
        lambda: maps.BatchNorm().rank(3, P=2),
        lambda: maps.BatchNorm2d().matrix(2, P=0),
        lambda: maps.UnbiasedBatchNorm().matrix(1),
        lambda: maps.InstanceNorm(eps=0).rank(P=1),
    ):
        with pytest.raises(BnproofError):
            attempt()
