"""Elimination: solutions solve their equations, and determinants are those of linear algebra."""

from __future__ import annotations

import pytest

from bnproof.kernel import Polynomial
from bnproof.language import parse_term
from bnproof.terms import Parameter
from bnproof.witnesses.elimination import Matrix, determinant, solution, transposed
from bnproof.witnesses.workspace import Workspace
from tests.theories import batchnorm

THEORY = batchnorm().extended((Parameter("c", ()),))


def matrix(workspace: Workspace, text: str) -> Matrix:
    """A matrix from its rows, such as `1, 2; 3, 4`."""
    rows = [row.split(",") for row in text.split(";")]
    return [[workspace.polynomial(parse_term(entry)) for entry in row] for row in rows]


def product(workspace: Workspace, left: Matrix, right: Matrix) -> Matrix:
    ring = workspace.ring

    def entry(row: list[Polynomial], column: list[Polynomial]) -> Polynomial:
        return ring.add({}, *(ring.multiply(a, b) for a, b in zip(row, column, strict=True)))

    return [[entry(row, column) for column in transposed(right)] for row in left]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("2", "1"),
        ("1, 2; 3, 4", "1, 0; 0, 1"),
        ("0, n; s[d], 0", "1; n"),
        ("n - 1, 0; 1, 1", "1; 1"),
        ("1, c; 2, 2*c", "1; 2"),
    ],
)
def test_a_solution_solves_its_equations(left: str, right: str) -> None:
    workspace = Workspace(THEORY, ())
    given, wanted = matrix(workspace, left), matrix(workspace, right)
    found = solution(workspace, given, wanted)
    assert found is not None
    difference = [
        [workspace.ring.add(a, workspace.ring.scale(b, -1)) for a, b in zip(*rows, strict=True)]
        for rows in zip(product(workspace, given, found), wanted, strict=True)
    ]
    assert all(workspace.is_zero(entry) for row in difference for entry in row)


@pytest.mark.parametrize(("left", "right"), [("1, 1; 1, 1", "1; 2"), ("0", "1"), ("c", "1")])
def test_equations_without_a_solution_or_a_pivot_have_none(left: str, right: str) -> None:
    workspace = Workspace(THEORY, ())
    assert solution(workspace, matrix(workspace, left), matrix(workspace, right)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c", "c"),
        ("1, 2; 3, 4", "-2"),
        ("n, 0; 0, s[d]^2", "n*s[d]^2"),
        ("0, 1, 0; 0, 0, 1; c, 0, 0", "c"),
        ("1, 2, 3; 4, 5, 6; 7, 8, 9", "0"),
    ],
)
def test_the_determinant_of_a_matrix(text: str, expected: str) -> None:
    workspace = Workspace(THEORY, ())
    found = determinant(workspace, matrix(workspace, text))
    assert found == workspace.polynomial(parse_term(expected))


def test_the_determinant_of_no_rows_is_one() -> None:
    workspace = Workspace(THEORY, ())
    assert determinant(workspace, []) == workspace.ring.constant(1)
