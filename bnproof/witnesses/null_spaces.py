"""Witnesses for null spaces: a left inverse up to the span, and the coordinates in it (not trusted).

A matrix of a normaliser is a multiple of the identity plus a matrix of small rank,

    T = alpha*I + sum_r a_r b_r'        (a_r, b_r vectors over the batch, alpha and all below scalars)

so that everything there is to know about it is in the small matrix N = alpha*I + (b_r . a_s), whose
entries are normal forms again: T A = A N for A = (a_1 ... a_r). If T u = 0, then u = A U with
U = -(b_r . u)/alpha. With B = (I + A C B')/alpha and V' = W B'/alpha, where A C B' is short for
sum a_r C[r,s] b_s', there holds

    B T + sum_m u_m V_m'  =  I + A (I + C N + U W) B'/alpha

so B and V witness the null space if C N + U W = -I. Multiplied by U that says W U = -I.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bnproof.closed_forms.folding import closed_form
from bnproof.closed_forms.pieces import indices_of
from bnproof.kernel import BudgetExhausted, Monomial, Polynomial
from bnproof.kernel.monomials import Factor
from bnproof.kernel.signature import DELTA
from bnproof.terms import (
    Hypothesis,
    Index,
    Inverse,
    NullSpace,
    Term,
    Theory,
    free_indices,
    substitute,
)
from bnproof.witnesses.elimination import Matrix, determinant, solution, transposed
from bnproof.witnesses.workspace import Workspace

MAX_VECTORS = 8


def null_space_witness(
    claim: NullSpace, theory: Theory, hypotheses: Sequence[Hypothesis]
) -> Inverse | None:
    """The witness of a claim that the null space of a matrix is the span of some vectors.

    Args:
        claim: the claim; a span of no vectors is that of a matrix without a null space.
        theory: what its terms are written in.
        hypotheses: what is assumed.

    Returns:
        A witness by which the kernel has proved the claim; None if there is none, or none was found.

    Raises:
        TermError: for a theory, hypothesis or term without meaning.
    """
    names = dict(zip(claim.vector, claim.rows, strict=True))
    span = [substitute(vector, names) for vector in claim.span]
    mentioned = {index for vector in span for index in free_indices(vector)}
    if not mentioned.isdisjoint(claim.columns) or len(span) > MAX_VECTORS:
        return None
    try:
        workspace = Workspace(theory, hypotheses)
        matrix = _decomposed(workspace, claim)
        witness = matrix and _witness(workspace, matrix, [workspace.polynomial(u) for u in span])
        return witness if witness and workspace.proves(claim, witness) else None
    except BudgetExhausted:
        return None


def gram_determinant(
    rows: tuple[Index, ...],
    span: Sequence[Term],
    theory: Theory,
    hypotheses: Sequence[Hypothesis],
) -> Term | None:
    """The determinant of the matrix `sum[rows] u_p*u_q` of vectors, or None if it may be zero.

    The kernel can divide by what is returned, so the vectors are independent at every point of the
    domain. For 1 and y of batch norm it is n^2 at eps = 0. Raises `TermError` for terms without meaning.
    """
    if len(span) > MAX_VECTORS:
        return None
    try:
        workspace = Workspace(theory, hypotheses)
        vectors = [workspace.polynomial(vector) for vector in span]
        found = determinant(workspace, _products(workspace, vectors, vectors, rows))
        return workspace.term(found) if workspace.inverse(found) else None
    except BudgetExhausted:
        return None


class _Decomposed(NamedTuple):
    """A matrix as alpha*I + sum of left[r]*right[r]', its rows and columns by these indices."""

    rows: tuple[Index, ...]
    columns: tuple[Index, ...]
    alpha: Polynomial
    inverse: Polynomial
    left: list[Polynomial]
    right: list[Polynomial]


def _decomposed(workspace: Workspace, claim: NullSpace) -> _Decomposed | None:
    """The matrix of a claim, if it is of that kind and alpha is a unit.

    With alpha = 0 the rank is bounded as the size grows, and so no fixed span is the null space.
    """
    rows, columns, ring = {*claim.rows}, {*claim.columns}, workspace.ring
    alpha: Polynomial = {}
    left: dict[str, Polynomial] = {}
    right: dict[str, Polynomial] = {}
    deltas = _deltas(claim.rows, claim.columns)
    for monomial, coefficient in workspace.polynomial(claim.matrix).items():
        others = Monomial(tuple(f for f in monomial.factors if f not in deltas), monomial.bound)
        if len(others.factors) == len(monomial.factors) - len(deltas):
            if not indices_of(others).isdisjoint(rows | columns):
                return None
            alpha[others] = coefficient
            continue
        product = workspace.split(monomial)
        down = tuple(f for f in product if not rows.isdisjoint(indices_of(f[0])))
        if any(not columns.isdisjoint(indices_of(piece)) for piece, _ in down):
            return None
        vector = workspace.expanded(down)
        rest = workspace.expanded(tuple(f for f in product if f not in down))
        key = repr(vector)
        left[key] = vector
        right[key] = ring.add(right.get(key, {}), ring.scale(rest, coefficient))
    inverse = workspace.inverse(alpha)
    if inverse is None:
        return None
    keys = sorted(left)
    vectors = [left[key] for key in keys], [right[key] for key in keys]
    return _Decomposed(claim.rows, claim.columns, alpha, inverse, *vectors)


def _deltas(rows: tuple[Index, ...], columns: tuple[Index, ...]) -> list[Factor]:
    """The factors of an entry of the identity."""
    return [((DELTA, tuple(sorted(pair))), 1) for pair in zip(rows, columns, strict=True)]


def _witness(workspace: Workspace, matrix: _Decomposed, span: list[Polynomial]) -> Inverse | None:
    """B and V by the equations of the module: first U, then W, then C."""
    ring, columns = workspace.ring, matrix.columns
    size = range(len(matrix.left))
    names = dict(zip(matrix.rows, columns, strict=True))
    across = [ring.instantiate(a, names) for a in matrix.left]
    span = [ring.instantiate(u, names) for u in span]
    small = _products(workspace, matrix.right, across, columns)
    for r in size:
        small[r][r] = ring.add(matrix.alpha, small[r][r])
    minus = ring.scale(matrix.inverse, -1)
    products = _products(workspace, matrix.right, span, columns)
    inside = [[ring.multiply(minus, entry) for entry in line] for line in products]
    for outside in _left_inverses(workspace, inside, across, span, columns):
        target = [
            [_combined(workspace, inside[r], [w[s] for w in outside], int(r == s)) for s in size]
            for r in size
        ]
        target = [[ring.scale(entry, -1) for entry in line] for line in target]
        found = solution(workspace, transposed(small), transposed(target))
        if found is not None:
            return _inverse(workspace, matrix, transposed(found), outside)
    return None


def _left_inverses(
    workspace: Workspace,
    inside: Matrix,
    across: list[Polynomial],
    span: list[Polynomial],
    columns: tuple[Index, ...],
) -> Iterator[Matrix]:
    """Matrices W with W U = -I: by elimination in U, and by the Gram matrix of the vectors."""
    if not span:
        yield []
        return
    ring, count = workspace.ring, range(len(span))
    negative = [[ring.constant(-1 if p == q else 0) for q in count] for p in count]
    eliminated = solution(workspace, transposed(inside), negative) if inside else None
    if eliminated is not None:
        yield transposed(eliminated)
    gram = _products(workspace, span, span, columns)
    products = _products(workspace, span, across, columns)
    negated = [[ring.scale(entry, -1) for entry in line] for line in products]
    projected = solution(workspace, gram, negated)
    if projected is not None:
        yield projected


def _inverse(workspace: Workspace, matrix: _Decomposed, inner: Matrix, outside: Matrix) -> Inverse:
    """The terms B and V of the matrices C and W."""
    ring = workspace.ring
    total = ring.product(_deltas(matrix.rows, matrix.columns))
    for a, coefficients in zip(matrix.left, inner, strict=True):
        total = ring.add(total, ring.multiply(a, _combined(workspace, coefficients, matrix.right)))
    rows = [_combined(workspace, coefficients, matrix.right) for coefficients in outside]
    terms = [workspace.term(ring.multiply(matrix.inverse, p)) for p in (total, *rows)]
    left_inverse, *coordinates = (
        closed_form(term, workspace.theory, workspace.hypotheses) for term in terms
    )
    return Inverse(left_inverse, tuple(coordinates))


def _products(
    workspace: Workspace,
    left: list[Polynomial],
    right: list[Polynomial],
    indices: tuple[Index, ...],
) -> Matrix:
    """The matrix of the inner products of vectors."""
    return [[workspace.dot(u, v, indices) for v in right] for u in left]


def _combined(
    workspace: Workspace,
    coefficients: list[Polynomial],
    vectors: list[Polynomial],
    start: int = 0,
) -> Polynomial:
    """A number plus a combination of vectors."""
    total = workspace.ring.constant(start)
    for coefficient, vector in zip(coefficients, vectors, strict=True):
        total = workspace.ring.add(total, workspace.ring.multiply(coefficient, vector))
    return total
