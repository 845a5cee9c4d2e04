"""Null spaces: every witness proves its claim by two equations, and false claims have none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bnproof.kernel import Theorem, decide
from bnproof.language import parse_term
from bnproof.language.claims import parse_hypotheses
from bnproof.language.source import Source
from bnproof.terms import (
    Add,
    Delta,
    Equation,
    Hypothesis,
    Index,
    Inverse,
    Mul,
    NullSpace,
    Parameter,
    Sum,
    Term,
    TermError,
    Theory,
    number,
    substitute,
)
from bnproof.witnesses.null_spaces import gram_determinant, null_space_witness
from tests import pixels
from tests.pixels import GROUP_PLACES, GROUP_T, GROUPS, IMAGES, PLACES, UNIT, T
from tests.theories import batchnorm, centering, layernorm, scaling

PARAMETERS = (
    Parameter("G", ("sample", "feature")),
    Parameter("a", ("sample",)),
    Parameter("c", ()),
)
BATCH = batchnorm().extended(PARAMETERS)
SAMPLES = (Index("j", "sample"), Index("k", "sample"))
FEATURES = (Index("d", "feature"), Index("e", "feature"))
STANDARDIZATION = "delta[j,k] - 1/n - y[j,d]*y[k,d]/n"
LAYER = "delta[d,e] - 1/D - y[j,d]*y[j,e]/D"


def assumed(assume: Sequence[str]) -> tuple[Hypothesis, ...]:
    return tuple(h for text in assume for h in parse_hypotheses(Source("test", text))[0])


def parsed(span: str) -> list[Term]:
    return [parse_term(vector) for vector in span.split(";") if vector.strip()]


def witness(
    matrix: str,
    span: str,
    *assume: str,
    theory: Theory = BATCH,
    at: tuple[Index, Index] = SAMPLES,
) -> Inverse | None:
    row, column = at
    claim = NullSpace((row,), (column,), parse_term(matrix), (row,), tuple(parsed(span)))
    return null_space_witness(claim, theory, assumed(assume))


def proves(
    found: Inverse,
    matrix: str,
    span: str,
    *assume: str,
    theory: Theory = BATCH,
    at: tuple[Index, Index] = SAMPLES,
) -> bool:
    row, column = at
    inner = Index("q" if row.sort == "sample" else "f", row.sort)
    term, hypotheses = parse_term(matrix), assumed(assume)
    products = [Mul((u, v)) for u, v in zip(parsed(span), found.coordinates, strict=True)]
    left = substitute(found.left_inverse, {column: inner})
    whole = Sum((inner,), (), Mul((left, substitute(term, {row: inner}))))
    equations = [Equation(Delta(row, column), Add((whole, *products)))]
    for vector in parsed(span):
        image = Sum((column,), (), Mul((term, substitute(vector, {row: column}))))
        equations.append(Equation(image, number(0)))
    return all(isinstance(decide(e, theory, hypotheses), Theorem) for e in equations)


@pytest.mark.parametrize(
    ("matrix", "span", "assume"),
    [
        (STANDARDIZATION, "1; y[j,d]", ["eps = 0"]),
        (STANDARDIZATION, "y[j,d]; y[j,d] + 1", ["eps = 0"]),
        (STANDARDIZATION, "x[j,d] - mu[d]; 1", ["eps = 0"]),
        (STANDARDIZATION, "x[j,d]; 1", ["eps = 0"]),
        (STANDARDIZATION, "1", ["eps > 0"]),
        (STANDARDIZATION, "n", ["eps > 0"]),
        ("diff[x[j,d]] y[k,d]", "1; y[j,d]", ["eps = 0"]),
        ("diff[x[j,d]] y[k,d]", "1", ["eps > 0"]),
        ("delta[j,k] - 1/n", "1", []),
        ("delta[j,k] - 1/n", "c", ["c != 0"]),
        ("delta[j,k] + 1/n", "", []),
        ("delta[j,k]", "", []),
        ("c*delta[j,k]", "", ["c != 0"]),
        ("2*delta[j,k] - 2/n + 3*y[j,d]*y[k,d]", "1", ["eps = 0"]),
        ("sum[l] (delta[j,l] - 1/n)*(delta[l,k] - y[l,d]*y[k,d]/n)", "1; y[j,d]", ["eps = 0"]),
    ],
)
def test_the_witness_of_a_null_space_proves_it(matrix: str, span: str, assume: list[str]) -> None:
    found = witness(matrix, span, *assume)
    assert found is not None
    assert proves(found, matrix, span, *assume)


@pytest.mark.parametrize(
    ("matrix", "span", "assume", "theory", "at"),
    [
        ("delta[j,k] - 1/n", "1", [], centering(), SAMPLES),
        ("delta[j,k] - x[j,d]*x[k,d]/(n*s[d]^2)", "x[j,d]", ["eps = 0"], scaling(), SAMPLES),
        (LAYER, "1; y[j,d]", ["eps = 0"], layernorm(), FEATURES),
        (LAYER, "1; x[j,d]", ["eps = 0"], layernorm(), FEATURES),
        (LAYER, "1", ["eps > 0"], layernorm(), FEATURES),
    ],
)
def test_other_normalisers_and_matrices_over_features_have_witnesses(
    matrix: str, span: str, assume: list[str], theory: Theory, at: tuple[Index, Index]
) -> None:
    found = witness(matrix, span, *assume, theory=theory, at=at)
    assert found is not None
    assert proves(found, matrix, span, *assume, theory=theory, at=at)


def test_standardization_without_eps_has_the_identity_and_its_own_null_vectors() -> None:
    found = witness(STANDARDIZATION, "1; y[j,d]", "eps = 0")
    assert found == Inverse(parse_term("delta[j,k]"), (parse_term("1/n"), parse_term("y[k,d]/n")))


def test_standardization_with_eps_is_inverted_along_y() -> None:
    found = witness(STANDARDIZATION, "1", "eps > 0")
    assert found is not None
    expected = parse_term("delta[j,k] + s[d]^2/(n*eps)*y[j,d]*y[k,d]")
    hypotheses = assumed(["eps > 0"])
    assert isinstance(decide(Equation(found.left_inverse, expected), BATCH, hypotheses), Theorem)
    assert found.coordinates == (parse_term("1/n"),)


def test_the_identity_plus_a_mean_is_inverted_without_a_condition_on_the_size() -> None:
    # (I + J)(I - J/2) = I for the mean J, since J J = J
    found = witness("delta[j,k] + 1/n", "")
    assert found is not None
    claim = Equation(found.left_inverse, parse_term("delta[j,k] - 1/(2*n)"))
    theorem = decide(claim, BATCH)
    assert isinstance(theorem, Theorem)
    assert theorem.nonzero_sizes == ()


@pytest.mark.parametrize(
    ("matrix", "span", "assume"),
    [
        (STANDARDIZATION, "1", ["eps = 0"]),
        (STANDARDIZATION, "y[j,d]", ["eps = 0"]),
        (STANDARDIZATION, "", ["eps = 0"]),
        (STANDARDIZATION, "1; 2", ["eps = 0"]),
        ("delta[j,k] - 1/n", "", []),
        ("delta[j,k] - 1/n", "0", []),
        ("delta[j,k] - 1/n", "c", []),
    ],
)
def test_a_span_that_is_too_small_has_no_witness(matrix: str, span: str, assume: list[str]) -> None:
    assert witness(matrix, span, *assume) is None


@pytest.mark.parametrize(
    ("matrix", "span", "assume"),
    [
        (STANDARDIZATION, "1; y[j,d]; a[j]", ["eps = 0"]),
        (STANDARDIZATION, "1; y[j,e]", ["eps = 0"]),
        (STANDARDIZATION, "1; y[j,d]", ["eps > 0"]),
        (STANDARDIZATION, "1; y[j,d]", []),
        ("delta[j,k] - 1/n", "1; y[j,d]", []),
        ("delta[j,k]", "1", []),
        ("delta[j,k] + 1/n", "1", []),
    ],
)
def test_a_vector_outside_the_null_space_has_no_witness(
    matrix: str, span: str, assume: list[str]
) -> None:
    assert witness(matrix, span, *assume) is None


def test_whether_y_is_in_the_null_space_is_left_open_without_a_hypothesis_on_eps() -> None:
    assert witness(STANDARDIZATION, "1") is None


@pytest.mark.parametrize("matrix", ["0", "1/n", "x[j,d]*x[k,d]", "y[j,d]*y[k,d]/n"])
def test_a_matrix_of_bounded_rank_has_no_fixed_null_space(matrix: str) -> None:
    assert witness(matrix, "1") is None


@pytest.mark.parametrize(
    "matrix", ["delta[j,k]*G[j,d]", "c*delta[j,k]", "delta[j,k] + a[j]*a[k]", "kappa[d]*delta[j,k]"]
)
def test_what_may_be_singular_somewhere_has_no_witness(matrix: str) -> None:
    assert witness(matrix, "") is None


def test_a_vector_that_depends_on_the_column_is_none() -> None:
    assert witness("delta[j,k] - 1/n", "y[k,d]") is None


def test_a_matrix_with_an_undeclared_array_is_refused() -> None:
    with pytest.raises(TermError):
        witness("delta[j,k] - Q[j]", "1")


def determinant(span: str, *assume: str, theory: Theory = BATCH, row: Index = SAMPLES[0]) -> Term:
    found = gram_determinant((row,), parsed(span), theory, assumed(assume))
    return parse_term("0") if found is None else found


@pytest.mark.parametrize(
    ("span", "assume", "expected"),
    [
        ("1; y[j,d]", ["eps = 0"], "n^2"),
        ("y[j,d]; y[j,d] + 1", ["eps = 0"], "n^2"),
        ("x[j,d]; 1", ["eps = 0"], "n^2*s[d]^2"),
        ("1", [], "n"),
        ("", [], "1"),
    ],
)
def test_the_gram_determinant_of_independent_vectors(
    span: str, assume: list[str], expected: str
) -> None:
    claim = Equation(determinant(span, *assume), parse_term(expected))
    assert isinstance(decide(claim, BATCH, assumed(assume)), Theorem)


@pytest.mark.parametrize(
    ("span", "assume"),
    [
        ("1; y[j,d]", []),  # y = 0 where every sample is the same and eps > 0
        ("1; 2", []),
        ("1; y[j,d]; x[j,d]", ["eps = 0"]),
        ("a[j]", []),
        ("1; y[j,d]; y[j,e]", ["eps = 0"]),
        ("0", []),
    ],
)
def test_vectors_that_are_dependent_somewhere_have_no_gram_determinant(
    span: str, assume: list[str]
) -> None:
    assert determinant(span, *assume) == number(0)


# Rows of several indices


def several(claim: str, assume: str = "", theory: Theory = IMAGES) -> Inverse | None:
    """What shows a null space in the theory of images."""
    read = pixels.claim_of(claim)
    assert isinstance(read, NullSpace)
    hypotheses = pixels.given(assume)
    found = null_space_witness(read, theory, hypotheses)
    if found is not None:
        assert isinstance(decide(read, theory, hypotheses, witness=found), Theorem)
    return found


@pytest.mark.parametrize(
    ("claim", "assume", "theory", "expected"),
    [
        (f"[{PLACES}] {T} = span[j,q]{{1, y[j,d,q]}}", "eps = 0", IMAGES,
         (UNIT, "1/(n*P)", "y[k,d,p]/(n*P)")),
        (f"[{PLACES}] {T} = span[i,p]{{y[i,d,p], 1}}", "eps = 0", IMAGES,
         (UNIT, "y[k,d,p]/(n*P)", "1/(n*P)")),
        (f"[{PLACES}] {T} = span[k,p]{{y[k,d,p], 1}}", "eps = 0", IMAGES,
         (UNIT, "y[k,d,p]/(n*P)", "1/(n*P)")),
        (f"[{PLACES}] {T} = span[j,q]{{1}}", "eps > 0", IMAGES,
         (f"{UNIT} + s[d]^2/(n*P*eps)*y[j,d,q]*y[k,d,p]", "1/(n*P)")),
        (f"[{PLACES}] diff[x[k,d,p]] y[j,d,q] = span[j,q]{{1, y[j,d,q]}}", "eps = 0", IMAGES,
         (f"{UNIT}*s[d]", "1/(n*P)", "y[k,d,p]/(n*P)")),
        (f"[{PLACES}] {UNIT} = span[j,q]{{}}", "", IMAGES, (UNIT,)),
        (f"[{PLACES}] {UNIT} + 1/(n*P) = span[j,q]{{}}", "", IMAGES, (f"{UNIT} - 1/(2*n*P)",)),
        (f"[{GROUP_PLACES}] {GROUP_T} = span[c,q]{{1, y[i,a,c,q]}}", "eps = 0", GROUPS,
         ("delta[c,f]*delta[q,p]", "1/(D*P)", "y[i,a,f,p]/(D*P)")),
        (f"[{GROUP_PLACES}] {GROUP_T} = span[f,p]{{1}}", "eps > 0", GROUPS,
         ("delta[c,f]*delta[q,p] + s[i,a]^2/(D*P*eps)*y[i,a,c,q]*y[i,a,f,p]", "1/(D*P)")),
    ],
)  # fmt: skip
def test_rows_of_several_indices_have_witnesses(
    claim: str, assume: str, theory: Theory, expected: tuple[str, ...]
) -> None:
    found = several(f"nullspace{claim}", assume, theory)
    assert found is not None
    wanted = pixels.inverse(*expected)
    pairs = zip(
        (found.left_inverse, *found.coordinates),
        (wanted.left_inverse, *wanted.coordinates),
        strict=True,
    )
    for term, right in pairs:
        equation = Equation(term, right)
        assert isinstance(decide(equation, theory, pixels.given(assume)), Theorem)


@pytest.mark.parametrize(
    ("claim", "assume"),
    [
        (f"[{PLACES}] {T} = span[j,q]{{1}}", "eps = 0"),
        (f"[{PLACES}] {T} = span[j,q]{{1, y[j,d,q]}}", "eps > 0"),
        (f"[{PLACES}] {T} = span[j,q]{{1, y[j,d,q]}}", ""),
        (f"[{PLACES}] {T} = span[j,q]{{1, b[j]}}", "eps = 0"),
        (f"[{PLACES}] {T} = span[j,q]{{}}", "eps > 0"),
        (f"[{PLACES}] {UNIT} - 1/n = span[j,q]{{1}}", ""),
        (f"[{PLACES}] delta[j,k] = span[j,q]{{}}", ""),
        (f"[{PLACES}] delta[q,p] - 1/n = span[j,q]{{1}}", ""),
        (f"[{PLACES}] delta[j,k]*(delta[q,p] - 1/P) = span[j,q]{{1}}", ""),
        (f"[{PLACES}] w[q]*{UNIT} = span[j,q]{{}}", "w[q] > 0"),
    ],
)
def test_false_null_spaces_and_matrices_of_another_kind_have_no_witness(
    claim: str, assume: str
) -> None:
    assert several(f"nullspace{claim}", assume) is None


@pytest.mark.parametrize(
    ("span", "assume", "expected"),
    [
        ("1; y[j,d,q]", "eps = 0", "n^2*P^2"),
        ("1", "", "n*P"),
        ("x[j,d,q]; 1", "eps = 0", "n^2*P^2*s[d]^2"),
        ("1; y[j,d,q]", "", None),
        ("1; b[j]", "", None),
    ],
)
def test_the_gram_determinant_is_a_sum_over_all_indices_of_a_vector(
    span: str, assume: str, expected: str | None
) -> None:
    vectors = [pixels.term_of(vector) for vector in span.split(";")]
    hypotheses = pixels.given(assume)
    rows = (Index("j", "sample"), Index("q", "pixel"))
    found = gram_determinant(rows, vectors, IMAGES, hypotheses)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        claim = Equation(found, pixels.term_of(expected))
        assert isinstance(decide(claim, IMAGES, hypotheses), Theorem)
