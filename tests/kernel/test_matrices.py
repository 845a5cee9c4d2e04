"""Projectors and null spaces of matrices whose rows have several indices."""

from __future__ import annotations

import pytest

from bnproof.kernel import Chain, Difference, Gap, Steps, Theorem, decide
from bnproof.terms import (
    Delta,
    Entry,
    Equation,
    Index,
    Mul,
    NullSpace,
    Projector,
    Sum,
    Term,
    TermError,
    Theory,
    Witness,
    alike,
    as_equations,
    free_in_claim,
    number,
    obligations,
    with_sides,
)
from tests.kernel.chains import hints
from tests.pixels import (
    GROUP_PLACES,
    GROUP_T,
    GROUPS,
    IMAGES,
    PLACES,
    UNIT,
    T,
    claim_of,
    given,
    inverse,
    term_of,
)

J, K, I = (Index(name, "sample") for name in "jki")  # noqa: E741
Q, P = (Index(name, "pixel") for name in "qp")
D = Index("d", "feature")
ONE, ZERO = number(1), number(0)
BLOCKS = "delta[j,k]*(delta[q,p] - 1/P)"


def decided(
    text: str, assume: str = "", witness: Witness | None = None, theory: Theory = IMAGES
) -> Theorem | Difference:
    return decide(claim_of(text), theory, given(assume), witness=witness)


def equations(text: str, witness: Witness | None = None) -> dict[str, tuple[Term, Term]]:
    parts = obligations(claim_of(text), IMAGES, witness)
    return {name: (part.left, part.right) for name, part in parts.items()}


# Projectors


@pytest.mark.parametrize(
    ("claim", "assume", "theory"),
    [
        (f"projector[{PLACES}] {T} rank n*P - 2", "eps = 0", IMAGES),
        (f"projector[{PLACES}] {UNIT} rank n*P", "", IMAGES),
        (f"projector[{PLACES}] {UNIT} - 1/(n*P) rank n*P - 1", "", IMAGES),
        (f"projector[{PLACES}] 1/(n*P) rank 1", "", IMAGES),
        (f"projector[{PLACES}] 0 rank 0", "", IMAGES),
        # each image is centred by itself, and each pixel over the batch
        (f"projector[{PLACES}] {BLOCKS} rank n*(P - 1)", "", IMAGES),
        (f"projector[{PLACES}] (delta[j,k] - 1/n)*delta[q,p] rank (n - 1)*P", "", IMAGES),
        (f"projector[{PLACES}] (delta[j,k] - 1/n)/P rank n - 1", "", IMAGES),
        # the symmetric matrices among all n times n ones
        ("projector[j,i; k,l] 1/2*(delta[j,k]*delta[i,l] + delta[j,l]*delta[i,k]) "
         "rank n*(n + 1)/2", "", IMAGES),
        (f"projector[{GROUP_PLACES}] {GROUP_T} rank D*P - 2", "eps = 0", GROUPS),
        ("projector[j,d,q; k,e,p] delta[j,k]*delta[d,e]*delta[q,p] - 1/(n*D*P) "
         "rank n*D*P - 1", "", IMAGES),
        ("projector[j,d,q; k,e,p] delta[d,e]*(delta[j,k]*delta[q,p] - 1/(n*P) "
         "- y[j,d,q]*y[k,e,p]/(n*P)) rank D*(n*P - 2)", "eps = 0", IMAGES),
    ],
)  # fmt: skip
def test_a_projector_is_symmetric_its_own_square_and_has_its_trace(
    claim: str, assume: str, theory: Theory
) -> None:
    assert isinstance(decided(claim, assume, theory=theory), Theorem)


@pytest.mark.parametrize(
    ("claim", "assume", "part"),
    [
        (f"projector[{PLACES}] {T} rank n*P - 1", "eps = 0", "rank"),
        (f"projector[{PLACES}] {T} rank n - 2", "eps = 0", "rank"),
        (f"projector[{PLACES}] {T} rank n*P - 2", "", "idempotent"),
        (f"projector[{PLACES}] {T} rank n*P - 2", "eps > 0", "idempotent"),
        # 1/n for 1/(n*P); the two agree at P = 1
        (f"projector[{PLACES}] {UNIT} - 1/n", "", "idempotent"),
        (f"projector[{PLACES}] {UNIT} - 1/(n*P) rank n - 1", "", "rank"),
        # one delta is not the identity
        (f"projector[{PLACES}] delta[j,k]", "", "idempotent"),
        (f"projector[{PLACES}] delta[q,p] - 1/n", "", "idempotent"),
        (f"projector[{PLACES}] delta[j,k] + delta[q,p]", "", "idempotent"),
        (f"projector[{PLACES}] {UNIT} rank n", "", "rank"),
        (f"projector[{PLACES}] {UNIT} rank n + P", "", "rank"),
        # symmetric in j and k alone
        (f"projector[{PLACES}] b[j]*w[q]", "", "symmetric"),
        (f"projector[{PLACES}] b[j]*w[p] + b[k]*w[p]", "", "symmetric"),
        # y of another feature
        (f"projector[{PLACES}] {T.replace('y[k,d,p]', 'y[k,e,p]')}", "eps = 0", "symmetric"),
        # a permutation of the indices: its square is the identity
        ("projector[j,i; k,l] delta[j,l]*delta[i,k]", "", "idempotent"),
        ("projector[j,i; k,l] delta[j,k]*delta[i,j]", "", "symmetric"),
    ],
)  # fmt: skip
def test_the_first_part_of_a_projector_that_fails_is_named(
    claim: str, assume: str, part: str
) -> None:
    result = decided(claim, assume)
    assert isinstance(result, Difference)
    assert result.part == part


def test_a_projector_is_summed_over_all_indices_of_a_row() -> None:
    parts = equations(f"projector[{PLACES}] b[j]*w[q]*b[k]*w[p] rank 1")
    middle = term_of("sum[i,q1] b[j]*w[q]*b[i]*w[q1]*(b[i]*w[q1]*b[k]*w[p])")
    assert alike(parts["symmetric"][1], term_of("b[k]*w[p]*b[j]*w[q]"))
    assert isinstance(decide(Equation(parts["idempotent"][0], middle), IMAGES), Theorem)
    assert alike(parts["rank"][0], term_of("sum[i,p] b[i]*w[p]*b[i]*w[p]"))
    assert parts["rank"][1] == ONE


def test_a_letter_that_a_file_declares_gives_the_sum_its_letters() -> None:
    # `pixel` is no index that a file could write; q1 is one.
    [total, _] = equations(f"projector[{PLACES}] {T}")["idempotent"]
    assert isinstance(total, Sum)
    assert [index.name for index in total.indices] == ["i", "q1"]


def test_rows_and_columns_are_exchanged_all_at_once() -> None:
    # One after the other, j := k and then k := j would leave j alone.
    parts = equations("projector[j,i; k,l] A[j,i,k,l]")
    assert parts["symmetric"][1] == term_of("A[k,l,j,i]")


# Null spaces


PROVED = [
    (f"nullspace[{PLACES}] {T} = span[j,q]{{1, y[j,d,q]}}", "eps = 0",
     (UNIT, "1/(n*P)", "y[k,d,p]/(n*P)")),
    (f"nullspace[{PLACES}] {T} = span[i,p]{{y[i,d,p], 1}}", "eps = 0",
     (UNIT, "y[k,d,p]/(n*P)", "1/(n*P)")),
    (f"nullspace[{PLACES}] {T} = span[k,p]{{1, y[k,d,p]}}", "eps = 0",
     (UNIT, "1/(n*P)", "y[k,d,p]/(n*P)")),
    # one letter of the row, one of the column
    (f"nullspace[{PLACES}] {T} = span[k,q]{{1, y[k,d,q]}}", "eps = 0",
     (UNIT, "1/(n*P)", "y[k,d,p]/(n*P)")),
    (f"nullspace[{PLACES}] {T} = span[j,q]{{1}}", "eps > 0",
     (f"{UNIT} + s[d]^2/(n*P*eps)*y[j,d,q]*y[k,d,p]", "1/(n*P)")),
    (f"nullspace[{PLACES}] {UNIT} = span[j,q]{{}}", "", (UNIT,)),
    (f"nullspace[{PLACES}] delta[j,k]*(delta[q,p] + 1/P) = span[j,q]{{}}", "",
     ("delta[j,k]*(delta[q,p] - 1/2/P)",)),
    (f"nullspace[{PLACES}] {UNIT} - 1/(n*P) = span[j,q]{{1}}", "", (UNIT, "1/(n*P)")),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "assume", "witness"), PROVED)
def test_a_null_space_is_shown_by_an_inverse_up_to_its_span(
    claim: str, assume: str, witness: tuple[str, ...]
) -> None:
    found = inverse(*witness)
    theorem = decided(claim, assume, found)
    assert isinstance(theorem, Theorem)
    assert theorem.witness == found


@pytest.mark.parametrize(
    ("claim", "assume", "witness", "part"),
    [
        # eps dropped
        (f"nullspace[{PLACES}] {T} = span[j,q]{{1, y[j,d,q]}}", "",
         (UNIT, "1/(n*P)", "y[k,d,p]/(n*P)"), "annihilated2"),
        (f"nullspace[{PLACES}] {T} = span[j,q]{{1, y[j,d,q]}}", "eps > 0",
         (UNIT, "1/(n*P)", "y[k,d,p]/(n*P)"), "annihilated2"),
        # one vector too few
        (f"nullspace[{PLACES}] {T} = span[j,q]{{1}}", "eps = 0", (UNIT, "1/(n*P)"), "complete"),
        (f"nullspace[{PLACES}] {T} = span[j,q]{{}}", "eps > 0", (UNIT,), "complete"),
        # a vector that is constant in the pixel alone, or in the sample alone
        (f"nullspace[{PLACES}] {T} = span[j,q]{{1, b[j]}}", "eps = 0",
         (UNIT, "1/(n*P)", "y[k,d,p]/(n*P)"), "annihilated2"),
        # each image has a mean of its own, so the null space has n dimensions
        (f"nullspace[{PLACES}] {BLOCKS} = span[j,q]{{1}}", "", (UNIT, "1/(n*P)"), "complete"),
        # 1/P dropped, and 1/n
        (f"nullspace[{PLACES}] {UNIT} - 1/(n*P) = span[j,q]{{1}}", "", (UNIT, "1/n"), "complete"),
        (f"nullspace[{PLACES}] {UNIT} - 1/(n*P) = span[j,q]{{1}}", "", (UNIT, "1/P"), "complete"),
        # one delta for two
        (f"nullspace[{PLACES}] {UNIT} - 1/(n*P) = span[j,q]{{1}}", "",
         ("delta[j,k]", "1/(n*P)"), "complete"),
        (f"nullspace[{PLACES}] delta[j,k] = span[j,q]{{}}", "", ("delta[j,k]",), "complete"),
        (f"nullspace[{PLACES}] delta[j,k]/P = span[j,q]{{}}", "", ("delta[j,k]",), "complete"),
        (f"nullspace[{PLACES}] 0 = span[j,q]{{1}}", "", (UNIT, "1/(n*P)"), "complete"),
        (f"nullspace[{PLACES}] {UNIT} = span[j,q]{{1}}", "", (UNIT, "0"), "annihilated"),
        # the inverse transposes the indices
        ("nullspace[j,i; k,l] delta[j,k]*delta[i,l] = span[j,i]{}", "",
         ("delta[j,l]*delta[i,k]",), "complete"),
    ],
)  # fmt: skip
def test_a_wrong_witness_leaves_a_difference(
    claim: str, assume: str, witness: tuple[str, ...], part: str
) -> None:
    result = decided(claim, assume, inverse(*witness))
    assert isinstance(result, Difference)
    assert result.part == part


def test_a_permutation_of_the_indices_is_its_own_inverse() -> None:
    swap = "delta[j,l]*delta[i,k]"
    claim = f"nullspace[j,i; k,l] {swap} = span[i,j]{{}}"
    assert isinstance(decided(claim, "", inverse(swap)), Theorem)
    assert isinstance(decided(claim, "", inverse("delta[j,k]*delta[i,l]")), Difference)


def test_the_letters_of_a_vector_may_be_those_of_a_row_in_another_order() -> None:
    # u[i,j] = b[i] says that u depends on its first index, as u[j,i] = b[j] does.
    for text in ("span[i,j]{b[i]}", "span[j,i]{b[j]}"):
        parts = equations(
            f"nullspace[j,i; k,l] 0 = {text}", inverse("delta[j,k]*delta[i,l]", "b[k]")
        )
        assert alike(parts["annihilated"][0], term_of("sum[k,l] 0*b[k]"))
        *_, last = parts["complete"][1].terms  # type: ignore[union-attr]
        assert last == term_of("b[j]*b[k]")


@pytest.mark.parametrize(
    ("claim", "witness"),
    [
        # With V = delta, everything would be in any span: a coordinate knows no index of the row.
        (f"nullspace[{PLACES}] 0 = span[j,q]{{1}}", ("0", UNIT)),
        (f"nullspace[{PLACES}] 0 = span[i,p]{{1}}", ("0", UNIT)),
        (f"nullspace[{PLACES}] {BLOCKS} = span[j,q]{{1}}", (UNIT, "delta[j,k]/P")),
        (f"nullspace[{PLACES}] (delta[j,k] - 1/n)*delta[q,p] = span[j,q]{{1}}",
         (UNIT, "delta[q,p]/n")),
        # A vector knows no index of the matrix but its own.
        (f"nullspace[{PLACES}] {BLOCKS} = span[l,q]{{delta[j,l]}}", (UNIT, "1/P")),
        (f"nullspace[{PLACES}] {BLOCKS} = span[l,q]{{delta[k,l]}}", (UNIT, "1/P")),
        (f"nullspace[{PLACES}] {BLOCKS} = span[k,q]{{delta[j,k]}}", (UNIT, "1/P")),
    ],
)  # fmt: skip
def test_what_knows_an_index_of_the_matrix_that_it_must_not_is_refused(
    claim: str, witness: tuple[str, ...]
) -> None:
    with pytest.raises(TermError) as decision:
        decided(claim, "", inverse(*witness))
    with pytest.raises(TermError) as chains:
        Steps(IMAGES, ()).prove(claim_of(claim), {}, inverse(*witness))
    assert decision.value.code == chains.value.code == "wrong-indices"


def test_the_rank_knows_no_index_of_the_matrix() -> None:
    for letter in ("b[j]", "b[k]", "w[q]", "w[p]"):
        with pytest.raises(TermError):
            decided(f"projector[{PLACES}] 0 rank {letter}")


def test_a_null_space_of_rows_with_two_indices_needs_as_many_coordinates_as_vectors() -> None:
    claim = f"nullspace[{PLACES}] {UNIT} - 1/(n*P) = span[j,q]{{1}}"
    for coordinates in ((), ("1/(n*P)", "0")):
        with pytest.raises(TermError) as caught:
            decided(claim, "", inverse(UNIT, *coordinates))
        assert caught.value.code == "witness"


# What a matrix is


def matrices(rows: object, columns: object, vector: object = None) -> list[object]:
    """The problems with a projector and a null space with these indices."""
    builders = (
        lambda: Projector(rows, columns, ONE),  # type: ignore[arg-type]
        lambda: NullSpace(rows, columns, ONE, vector or rows, ()),  # type: ignore[arg-type]
    )
    codes: list[object] = []
    for build in builders:
        with pytest.raises(TermError) as caught:
            build()
        codes.append(caught.value.code)
    return codes


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ((J, Q), (K,)),
        ((J,), (K, P)),
        ((J, Q), (P, K)),
        ((J, Q), (K, D)),
        ((J, Q), (J, P)),
        ((J, Q), (K, Q)),
        ((J, J), (K, I)),
        ((J, I), (K, K)),
        ((J, I), (I, J)),
        ((J, Index("q", "sample")), (K, Index("q", "pixel"))),
        ((J, Index("j", "pixel")), (K, P)),
    ],
)
def test_rows_and_columns_have_different_indices_of_the_same_sorts(
    rows: tuple[Index, ...], columns: tuple[Index, ...]
) -> None:
    assert matrices(rows, columns) == ["wrong-indices"] * 2


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ((), ()),
        (J, K),
        ([J, Q], [K, P]),
        ((J, Q), [K, P]),
        (("j", "q"), ("k", "p")),
        ((J, "q"), (K, "p")),
        ((J, ("q", "pixel")), (K, ("p", "pixel"))),
        (None, None),
    ],
)
def test_rows_and_columns_are_tuples_of_indices(rows: object, columns: object) -> None:
    assert matrices(rows, columns) == ["syntax"] * 2


@pytest.mark.parametrize(
    "vector", [(J,), (Q, J), (J, Q, P), (J, P, P), (J, D), (), (J, J), [J, Q], J, ("j", "q")]
)
def test_a_vector_has_indices_as_a_row_has(vector: object) -> None:
    with pytest.raises(TermError):
        NullSpace((J, Q), (K, P), ONE, vector, ())  # type: ignore[arg-type]


def test_an_index_of_a_vector_stands_for_one_thing() -> None:
    with pytest.raises(TermError) as caught:
        NullSpace((J, I), (K, Index("l", "sample")), ONE, (J, J), ())
    assert caught.value.code == "wrong-indices"


def test_an_index_of_a_sort_that_is_not_declared_is_refused() -> None:
    row, column = Index("r", "colour"), Index("v", "colour")
    with pytest.raises(TermError):
        decide(Projector((row,), (column,), Delta(row, column)), IMAGES)
    with pytest.raises(TermError):
        decide(Projector((J, row), (K, column), ZERO), IMAGES)


def test_a_row_index_that_an_inner_sum_binds_again_is_not_captured() -> None:
    # sum[q] w[q] knows nothing of the row; written into the square, each q must stay what it was.
    inner = Sum((Q,), (), Mul((Entry("w", (Q,)), Entry("w", (P,)))))
    matrix = Mul((Entry("b", (J,)), Entry("b", (K,)), inner))
    claim = Projector((J, Q), (K, P), matrix)
    same = claim_of(f"projector[{PLACES}] b[j]*b[k]*(sum[q2] w[q2]*w[p])")
    ours, theirs = obligations(claim, IMAGES), obligations(same, IMAGES)
    for part in ours:
        for left, right in zip(
            (ours[part].left, ours[part].right),
            (theirs[part].left, theirs[part].right),
            strict=True,
        ):
            assert isinstance(decide(Equation(left, right), IMAGES), Theorem)


@pytest.mark.parametrize("free", ["w[q1]", "w[p1]", "w[q11]", "b[i]", "b[i1]", "b[l]"])
def test_letters_that_the_matrix_has_are_not_captured_by_the_sum(free: str) -> None:
    # The free letter is one that the sum over the middle index might have taken.
    claim = f"projector[{PLACES}] {free}*({UNIT} - 1/(n*P))/{free} rank n*P - 1"
    assert isinstance(decided(claim, f"{free} > 0"), Theorem)
    wrong = f"projector[{PLACES}] {free}*({UNIT} - 1/(n*P)) rank {free}*(n*P - 1)"
    result = decided(wrong, f"{free} > 0")
    assert isinstance(result, Difference)
    assert result.part == "idempotent"


def test_the_indices_of_a_matrix_are_bound_in_it() -> None:
    claim = claim_of(f"nullspace[{PLACES}] {T} + 0*b[l] = span[l,q]{{1 + 0*w[p]*b[l]}}")
    names = [index.name for index in free_in_claim(claim)]
    assert names == ["d", "l", "p"]
    for pair in ("j != k", "q != p"):
        with pytest.raises(TermError) as caught:
            decide(claim_of(f"projector[{PLACES}] {T}"), IMAGES, given(pair))
        assert caught.value.code == "hypothesis"


def test_a_matrix_is_made_of_other_terms_in_its_places() -> None:
    claim = claim_of(f"nullspace[{PLACES}] {T} = span[j,q]{{1}}")
    assert with_sides(claim, (ZERO, ONE, ONE)) == claim_of(
        f"nullspace[{PLACES}] 0 = span[j,q]{{1, 1}}"
    )


# Chains and citations


def test_a_part_is_shown_by_a_chain() -> None:
    claim = claim_of(f"projector[{PLACES}] {UNIT} - 1/(n*P) rank n*P - 1")
    trace = [term_of("sum[i,p] (delta[i,i]*delta[p,p] - 1/(n*P))"), term_of("n*P - 1")]
    shown = Steps(IMAGES, ()).prove(
        claim, {"rank": Chain(trace, ["="], [hints("linearity, delta")])}
    )
    assert isinstance(shown, Theorem)
    gap = Steps(IMAGES, ()).prove(claim, {"rank": Chain(trace, ["="], [hints("delta")])})
    assert isinstance(gap, Gap)
    wrong = [term_of("sum[i,p] (delta[i,i] - 1/(n*P))"), term_of("n*P - 1")]
    with pytest.raises(TermError):
        Steps(IMAGES, ()).prove(claim, {"rank": Chain(wrong, ["="], [hints("linearity, delta")])})


def test_a_projector_is_cited_for_its_equations() -> None:
    cited = decided(f"projector[{PLACES}] {T} rank n*P - 2", "eps = 0")
    assert isinstance(cited, Theorem)
    assert len(as_equations(cited.claim, IMAGES)) == 3


def test_a_null_space_is_cited_for_what_it_annihilates_and_no_more() -> None:
    claim = claim_of(f"nullspace[{PLACES}] {T} = span[j,q]{{1, y[j,d,q]}}")
    assert len(as_equations(claim, IMAGES)) == 2
