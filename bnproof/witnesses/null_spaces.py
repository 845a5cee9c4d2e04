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
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from bnproof.closed_forms.folding import closed_form
from bnproof.kernel import BudgetExhausted, Monomial, Polynomial
from bnproof.kernel.monomials import ONE
from bnproof.kernel.signature import DELTA
from bnproof.terms import (
    Add,
    Delta,
    Equation,
    Hypothesis,
    Index,
    Mul,
    Sum,
    Term,
    Theory,
    free_indices,
    fresh_index,
    index_letters,
    number,
    substitute,
)
from bnproof.witnesses import Workspace, carries, mentions

MAX_VECTORS = 8

Matrix: TypeAlias = list[list[Polynomial]]


@dataclass(frozen=True, slots=True)
class NullSpaceWitness:
    """Terms that prove that the null space of a matrix is the span of some vectors.

    With T[j,k] the matrix and u_m[j] the vectors,

        delta[j,k] = sum[l] left_inverse[j,l]*T[l,k] + sum_m u_m[j]*coordinates[m][k]

    so that T w = 0 makes w a combination of the vectors: `left_inverse` is free in the row and the
    column, the `coordinates` are free in the column.
    """

    left_inverse: Term
    coordinates: tuple[Term, ...]


def null_space_witness(
    row: Index,
    column: Index,
    matrix: Term,
    span: Sequence[Term],
    theory: Theory,
    hypotheses: Sequence[Hypothesis],
) -> NullSpaceWitness | None:
    """A witness that the null space of a matrix is the span of some vectors, or None.

    Args:
        row: the row index of the matrix, in which the vectors are free.
        column: its column index, of the same sort.
        matrix: the matrix T[row,column]; its other free indices are parameters.
        span: the vectors; none for a matrix without a null space.
        theory: what the terms are written in.
        hypotheses: what is assumed.

    Returns:
        A witness both of whose equations the kernel has proved; None if there is none, or none was found.

    Raises:
        TermError: for a theory, hypothesis or term without meaning.
    """
    if any(column in free_indices(vector) for vector in span) or len(span) > MAX_VECTORS:
        return None
    try:
        workspace = Workspace(theory, hypotheses)
        problem = _problem(workspace, row, column, matrix, span)
        witness = problem and _solved_problem(workspace, problem)
        if witness and _is_witness(workspace, row, column, matrix, span, witness):
            return witness
    except BudgetExhausted:
        pass
    return None


def gram_determinant(
    row: Index, span: Sequence[Term], theory: Theory, hypotheses: Sequence[Hypothesis]
) -> Term | None:
    """The determinant of the matrix `sum[row] u_p*u_q` of vectors, or None if it may be zero.

    The kernel can divide by what is returned, so the vectors are independent at every point of the
    domain. For 1 and y of batch norm it is n^2 at eps = 0. Raises `TermError` for terms without meaning.
    """
    if len(span) > MAX_VECTORS:
        return None
    try:
        workspace = Workspace(theory, hypotheses)
        vectors = [workspace.polynomial(vector) for vector in span]
        gram = [[workspace.dot(u, v, row) for v in vectors] for u in vectors]
        determinant = _determinant(workspace, gram)
        return workspace.term(determinant) if workspace.inverse(determinant) else None
    except BudgetExhausted:
        return None


class _Problem(NamedTuple):
    """The matrix as alpha*I + sum of left[r]*right[r]', and the vectors of the span."""

    row: Index
    column: Index
    alpha: Polynomial
    inverse: Polynomial
    left: list[Polynomial]
    right: list[Polynomial]
    vectors: list[Polynomial]


def _problem(
    workspace: Workspace, row: Index, column: Index, matrix: Term, span: Sequence[Term]
) -> _Problem | None:
    """The problem in normal forms, if the matrix is of that kind and alpha is a unit.

    With alpha = 0 the rank is bounded as the size grows, and so no fixed span is the null space.
    """
    ring = workspace.ring
    alpha: Polynomial = {}
    left: dict[str, Polynomial] = {}
    right: dict[str, Polynomial] = {}
    delta = (DELTA, tuple(sorted((row, column))))
    for monomial, coefficient in workspace.polynomial(matrix).items():
        others = tuple(f for f in monomial.factors if f[0] != delta)
        if len(others) < len(monomial.factors):
            if carries(others, (row, column)):
                return None
            alpha[Monomial(others, monomial.bound)] = coefficient
            continue
        letters = workspace.letters(monomial)
        rows = [letter for letter in letters if mentions(letter, row)]
        columns = [letter for letter in letters if mentions(letter, column)]
        if any(letter in columns for letter in rows):
            return None
        vector = workspace.multiplied({letter: letters[letter] for letter in rows})
        rest = workspace.multiplied({a: k for a, k in letters.items() if a not in rows})
        key = repr(vector)
        left[key] = vector
        right[key] = ring.add(right.get(key, {}), ring.scale(rest, coefficient))
    inverse = workspace.inverse(alpha)
    if inverse is None:
        return None
    vectors = [workspace.polynomial(vector) for vector in span]
    keys = sorted(left)
    parts = [left[key] for key in keys], [right[key] for key in keys]
    return _Problem(row, column, alpha, inverse, *parts, vectors)


def _solved_problem(workspace: Workspace, problem: _Problem) -> NullSpaceWitness | None:
    """B and V by the equations of the module: first U, then W, then C."""
    ring, row, column = workspace.ring, problem.row, problem.column
    size = range(len(problem.left))
    across = [ring.instantiate(vector, {row: column}) for vector in problem.left]
    small = [
        [
            ring.add(problem.alpha if r == s else {}, workspace.dot(b, across[s], column))
            for s in size
        ]
        for r, b in enumerate(problem.right)
    ]
    vectors = [ring.instantiate(vector, {row: column}) for vector in problem.vectors]
    minus = ring.scale(problem.inverse, -1)
    inside = [
        [ring.multiply(minus, workspace.dot(b, u, column)) for u in vectors] for b in problem.right
    ]
    for outside in _left_inverses(workspace, inside, across, vectors, column):
        target = [
            [_combined(workspace, inside[r], [w[s] for w in outside], int(r == s)) for s in size]
            for r in size
        ]
        target = [[ring.scale(entry, -1) for entry in line] for line in target]
        found = _solution(workspace, _transposed(small), _transposed(target))
        if found is not None:
            return _witness(workspace, problem, _transposed(found), outside)
    return None


def _left_inverses(
    workspace: Workspace,
    inside: Matrix,
    across: list[Polynomial],
    vectors: list[Polynomial],
    column: Index,
) -> Iterator[Matrix]:
    """MATRICES W with W U = -I: by elimination in U, and by the Gram matrix of the vectors."""
    if not vectors:
        yield []
        return
    count = range(len(vectors))
    negative = [[workspace.ring.constant(-1 if p == q else 0) for q in count] for p in count]
    eliminated = _solution(workspace, _transposed(inside), negative) if inside else None
    if eliminated is not None:
        yield _transposed(eliminated)
    gram = [[workspace.dot(u, v, column) for v in vectors] for u in vectors]
    products = [
        [workspace.ring.scale(workspace.dot(u, a, column), -1) for a in across] for u in vectors
    ]
    projected = _solution(workspace, gram, products)
    if projected is not None:
        yield projected


def _witness(
    workspace: Workspace, problem: _Problem, inner: Matrix, outside: Matrix
) -> NullSpaceWitness:
    """The terms B and V of the matrices C and W."""
    ring = workspace.ring
    total = ring.product([((DELTA, (problem.row, problem.column)), 1)])
    for a, coefficients in zip(problem.left, inner, strict=True):
        total = ring.add(total, ring.multiply(a, _combined(workspace, coefficients, problem.right)))
    rows = [_combined(workspace, coefficients, problem.right) for coefficients in outside]
    left_inverse, *coordinates = (
        closed_form(
            workspace.term(ring.multiply(problem.inverse, polynomial)),
            workspace.theory,
            workspace.hypotheses,
        )
        for polynomial in (total, *rows)
    )
    return NullSpaceWitness(left_inverse, tuple(coordinates))


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


def _is_witness(
    workspace: Workspace,
    row: Index,
    column: Index,
    matrix: Term,
    span: Sequence[Term],
    witness: NullSpaceWitness,
) -> bool:
    """Whether the kernel proves both equations of a witness."""
    terms = (matrix, *span, witness.left_inverse, *witness.coordinates)
    names = {index.name for term in terms for index in free_indices(term)}
    names |= {declared.name for declared in workspace.theory.declarations}
    inner = fresh_index(row.sort, index_letters(row.sort), names)
    factors = substitute(witness.left_inverse, {column: inner}), substitute(matrix, {row: inner})
    parts: list[Term] = [Sum((inner,), (), Mul(factors))]
    parts += [Mul((u, v)) for u, v in zip(span, witness.coordinates, strict=True)]
    equations = [Equation(Delta(row, column), Add(tuple(parts)))]
    for vector in span:
        image = Sum((column,), (), Mul((matrix, substitute(vector, {row: column}))))
        equations.append(Equation(image, number(0)))
    return all(workspace.holds(equation) for equation in equations)


# Exact elimination, dividing by nothing but units.


def _solution(workspace: Workspace, matrix: Matrix, right: Matrix) -> Matrix | None:
    """A solution X of `matrix X = right`, unknowns without a pivot being 0, or None.

    None as well where an entry is left that the kernel cannot divide by.
    """
    ring = workspace.ring
    width = len(matrix[0]) if matrix else 0
    rows = [[*row, *values] for row, values in zip(matrix, right, strict=True)]
    pivots: dict[int, int] = {}
    while (pivot := _pivot(workspace, rows, width, pivots)) is not None:
        at, across, inverse = pivot
        pivots[at] = across
        rows[at] = [ring.multiply(inverse, entry) for entry in rows[at]]
        for k, row in enumerate(rows):
            if k != at and row[across]:
                scale = ring.scale(row[across], -1)
                rows[k] = [
                    ring.add(entry, ring.multiply(scale, above))
                    for entry, above in zip(row, rows[at], strict=True)
                ]
    done = set(pivots)
    if any(not workspace.is_zero(e) for k, row in enumerate(rows) if k not in done for e in row):
        return None
    count = len(right[0]) if right else 0
    solution: Matrix = [[{} for _ in range(count)] for _ in range(width)]
    for at, across in pivots.items():
        solution[across] = rows[at][width:]
    return solution


def _pivot(
    workspace: Workspace, rows: Matrix, width: int, pivots: dict[int, int]
) -> tuple[int, int, Polynomial] | None:
    """The simplest unit in a row and a column without a pivot: numbers first, n - 1 and such last."""
    best: tuple[tuple[bool, int], int, int, Polynomial] | None = None
    for r, row in enumerate(rows):
        for c, entry in enumerate(row[:width]):
            if r in pivots or c in pivots.values() or workspace.is_zero(entry):
                continue
            inverse = workspace.inverse(entry)
            if inverse is None:
                continue
            cost = (len(inverse) > 1 or len(entry) > 1, sum(len(m.factors) for m in inverse))
            if best is None or cost < best[0]:
                best = (cost, r, c, inverse)
    return best and best[1:]


def _transposed(matrix: Matrix) -> Matrix:
    return [list(column) for column in zip(*matrix, strict=True)]


def _determinant(workspace: Workspace, matrix: Matrix) -> Polynomial:
    """The determinant, by expansion along the first row."""
    if not matrix:
        return {ONE: 1}
    total: Polynomial = {}
    for k, entry in enumerate(matrix[0]):
        if entry:
            minor = [[*row[:k], *row[k + 1 :]] for row in matrix[1:]]
            product = workspace.ring.multiply(entry, _determinant(workspace, minor))
            total = workspace.ring.add(total, workspace.ring.scale(product, (-1) ** k))
    return total
