"""Claims that are not equations: their parts, what shows them, and where they can be cited."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bnproof.kernel import Chain, Difference, Gap, Hints, Steps, Theorem, decide
from bnproof.language import parse_term
from bnproof.language.claims import parse_claim, parse_hypotheses
from bnproof.language.source import Source
from bnproof.terms import (
    Add,
    Claim,
    Different,
    Entry,
    Equation,
    Fixed,
    Hypothesis,
    Index,
    Inequality,
    Input,
    Inverse,
    NotBlocked,
    NullSpace,
    Number,
    Parameter,
    Projector,
    Shared,
    Sign,
    Surplus,
    TermError,
    Theory,
    Witness,
    as_equations,
    denied,
    obligations,
)
from tests.kernel.chains import BATCH, hints

EPS_0 = "eps = 0"
CENTERING = "delta[j,k] - 1/n"
P = "delta[j,k] - 1/n - y[j,d]*y[k,d]/n"
THEORY = BATCH.extended([Parameter("b", ("sample",)), Parameter("w", ()), Parameter("t", ())])


def claim_of(text: str) -> Claim:
    return parse_claim(Source("t", text)).claim


def given(text: str) -> tuple[Hypothesis, ...]:
    return parse_hypotheses(Source("h", text))[0] if text else ()


def inverse(left_inverse: str, *coordinates: str) -> Inverse:
    return Inverse(parse_term(left_inverse), tuple(map(parse_term, coordinates)))


def decided(
    text: str, assume: str = "", witness: Witness | None = None, theory: Theory = THEORY
) -> Theorem | Difference:
    return decide(claim_of(text), theory, given(assume), witness=witness)


def proved(text: str, assume: str = "", witness: Witness | None = None) -> Theorem:
    theorem = decided(text, assume, witness)
    assert isinstance(theorem, Theorem)
    return theorem


def refusal(text: str, assume: str = "", witness: Witness | None = None) -> str:
    with pytest.raises(TermError) as caught:
        decided(text, assume, witness)
    return caught.value.code


# Projectors


@pytest.mark.parametrize(
    ("claim", "assume"),
    [
        (f"projector[j,k] {CENTERING} rank n - 1", ""),
        (f"projector[j,k] {CENTERING}", ""),
        ("projector[j,k] delta[j,k] rank n", ""),
        ("projector[d,e] delta[d,e] rank D", ""),
        ("projector[j,k] 1/n rank 1", ""),
        ("projector[j,k] 0 rank 0", ""),
        (f"projector[j,k] {P} rank n - 2", EPS_0),
        ("projector[j,k] y[j,d]*y[k,d]/n rank 1", EPS_0),
        (f"projector[j,k] {P} rank 0", "eps = 0, n = 2"),
    ],
)
def test_a_projector_is_symmetric_its_own_square_and_has_its_trace(claim: str, assume: str) -> None:
    proved(claim, assume)


@pytest.mark.parametrize(
    ("claim", "assume", "part"),
    [
        (f"projector[j,k] {CENTERING} rank n", "", "rank"),
        (f"projector[j,k] {P} rank n - 1", EPS_0, "rank"),
        (f"projector[j,k] {P} rank n - 2", "", "idempotent"),
        (f"projector[j,k] {P} rank n - 2", "eps > 0", "idempotent"),
        ("projector[j,k] 2*delta[j,k] rank 2*n", "", "idempotent"),
        ("projector[j,k] -delta[j,k] rank -n", "", "idempotent"),
        ("projector[j,k] a[j]/n", "", "symmetric"),
        # Its own square, with trace 1, and not symmetric: a projector that is not orthogonal.
        ("projector[j,k] y[j,d]*y[k,d]/n + y[j,d]/n rank 1", EPS_0, "symmetric"),
        ("projector[j,k] delta[j,k] rank n + 1", "", "rank"),
    ],
)
def test_the_first_part_of_a_projector_that_fails_is_named(
    claim: str, assume: str, part: str
) -> None:
    result = decided(claim, assume)
    assert isinstance(result, Difference)
    assert result.part == part


def test_the_parts_of_a_projector() -> None:
    assert [*obligations(claim_of(f"projector[j,k] {P} rank n - 2"), THEORY)] == [
        "symmetric",
        "idempotent",
        "rank",
    ]
    assert [*obligations(claim_of(f"projector[j,k] {P}"), THEORY)] == ["symmetric", "idempotent"]


@pytest.mark.parametrize(
    "indices",
    [
        (Index("j", "sample"), Index("j", "sample")),
        (Index("j", "sample"), Index("d", "feature")),
    ],
)
def test_a_matrix_has_two_different_indices_of_one_sort(indices: tuple[Index, Index]) -> None:
    with pytest.raises(TermError):
        Projector((indices[0],), (indices[1],), parse_term("1"))
    with pytest.raises(TermError):
        NullSpace((indices[0],), (indices[1],), parse_term("1"), (indices[0],), ())


def test_the_indices_of_a_matrix_are_bound_in_it() -> None:
    # Under j != k the centering matrix would be constant; but j and k are not free in the claim.
    with pytest.raises(TermError) as caught:
        decided(f"projector[j,k] {CENTERING}", "j != k")
    assert caught.value.code == "hypothesis"


# Null spaces


IN_THE_SPAN = [
    (f"nullspace[j,k] {CENTERING} = span[j]{{1}}", "", ("delta[j,k]", "1/n")),
    (f"nullspace[j,k] {CENTERING} = span[i]{{1}}", "", ("delta[j,k]", "1/n")),
    (f"nullspace[j,k] {CENTERING} = span[k]{{n}}", "", ("delta[j,k]", "1/n^2")),
    (f"nullspace[j,k] {P} = span[j]{{1, y[j,d]}}", EPS_0, ("delta[j,k]", "1/n", "y[k,d]/n")),
    (f"nullspace[j,k] {P} = span[j]{{y[j,d], 1}}", EPS_0, ("delta[j,k]", "y[k,d]/n", "1/n")),
    (
        f"nullspace[j,k] {P} = span[j]{{1}}",
        "eps > 0",
        ("delta[j,k] + s[d]^2/(n*eps)*y[j,d]*y[k,d]", "1/n"),
    ),
    ("nullspace[j,k] delta[j,k] = span[j]{}", "", ("delta[j,k]",)),
    ("nullspace[j,k] 2*delta[j,k] = span[j]{}", "", ("1/2*delta[j,k]",)),
    (
        f"nullspace[j,k] {CENTERING} = span[j]{{1, 2}}",
        "",
        ("delta[j,k]", "1/n - 2*a[k]", "a[k]"),
    ),
    ("nullspace[d,e] delta[d,e] - 1/D = span[d]{1}", "", ("delta[d,e]", "1/D")),
]


@pytest.mark.parametrize(("claim", "assume", "witness"), IN_THE_SPAN)
def test_a_null_space_is_shown_by_an_inverse_up_to_its_span(
    claim: str, assume: str, witness: tuple[str, ...]
) -> None:
    theorem = proved(claim, assume, inverse(*witness))
    assert theorem.witness == inverse(*witness)


@pytest.mark.parametrize(
    ("claim", "assume", "witness", "part"),
    [
        # eps dropped: for eps > 0 the matrix keeps kappa of y
        (
            f"nullspace[j,k] {P} = span[j]{{1, y[j,d]}}",
            "",
            ("delta[j,k]", "1/n", "y[k,d]/n"),
            "annihilated2",
        ),
        (
            f"nullspace[j,k] {P} = span[j]{{1, y[j,d]}}",
            "eps > 0",
            ("delta[j,k]", "1/n", "y[k,d]/n"),
            "annihilated2",
        ),
        # one vector too few: what is missing is y*y/n
        (f"nullspace[j,k] {P} = span[j]{{1}}", EPS_0, ("delta[j,k]", "1/n"), "complete"),
        (f"nullspace[j,k] {P} = span[j]{{1}}", "", ("delta[j,k]", "1/n"), "complete"),
        # 1/n dropped
        (f"nullspace[j,k] {CENTERING} = span[j]{{1}}", "", ("delta[j,k]", "1"), "complete"),
        (f"nullspace[j,k] {CENTERING} = span[j]{{1}}", "", ("2*delta[j,k]", "1/n"), "complete"),
        (f"nullspace[j,k] {CENTERING} = span[j]{{}}", "", ("delta[j,k]",), "complete"),
        (
            f"nullspace[j,k] {CENTERING} = span[j]{{x[j,d]}}",
            "",
            ("delta[j,k]", "1/n"),
            "annihilated",
        ),
        ("nullspace[j,k] delta[j,k] = span[j]{1}", "", ("delta[j,k]", "0"), "annihilated"),
        ("nullspace[j,k] 0 = span[j]{1}", "", ("delta[j,k]", "1/n"), "complete"),
        ("nullspace[j,k] 0 = span[j]{}", "", ("delta[j,k]",), "complete"),
    ],
)
def test_a_wrong_witness_leaves_a_difference(
    claim: str, assume: str, witness: tuple[str, ...], part: str
) -> None:
    result = decided(claim, assume, inverse(*witness))
    assert isinstance(result, Difference)
    assert result.part == part


@pytest.mark.parametrize("coordinates", [(), ("1/n", "0"), ("1/n", "1/n", "1/n")])
def test_there_is_a_coordinate_for_each_vector(coordinates: tuple[str, ...]) -> None:
    claim = f"nullspace[j,k] {CENTERING} = span[j]{{1}}"
    assert refusal(claim, "", inverse("delta[j,k]", *coordinates)) == "witness"


@pytest.mark.parametrize("witness", [None, Surplus(Number(Fraction(0)))])
def test_a_null_space_without_an_inverse_is_refused(witness: Witness | None) -> None:
    assert refusal(f"nullspace[j,k] {CENTERING} = span[j]{{1}}", "", witness) == "witness"


@pytest.mark.parametrize(
    ("claim", "left_inverse", "coordinates"),
    [
        # A coordinate V[k] has no row: with V = delta[j,k], everything would be in any span.
        ("nullspace[j,k] 0*delta[j,k] = span[j]{1}", "0", ("delta[j,k]",)),
        ("nullspace[j,k] 0*delta[j,k] = span[i]{1}", "0", ("delta[j,k]",)),
        (f"nullspace[j,k] {CENTERING} = span[j]{{n}}", "0", ("delta[j,k]/n",)),
    ],
)
def test_a_coordinate_does_not_know_the_row(
    claim: str, left_inverse: str, coordinates: tuple[str, ...]
) -> None:
    witness = inverse(left_inverse, *coordinates)
    with pytest.raises(TermError):
        decided(claim, "", witness)
    with pytest.raises(TermError):
        Steps(THEORY, ()).prove(claim_of(claim), {}, witness)


@pytest.mark.parametrize(
    "claim",
    [
        "nullspace[j,k] 0*delta[j,k] = span[l]{1 + 0*a[j]}",
        "nullspace[j,k] delta[j,k] - 1/n = span[l]{a[k]}",
        "nullspace[j,k] delta[j,k] - a[j]*a[k] = span[l]{a[l]*a[j]}",
    ],
)
def test_a_vector_does_not_know_the_row_or_the_column(claim: str) -> None:
    # Outside of the matrix j is another index, of which nothing may be captured.
    reading = claim_of(claim)
    for witness in (inverse("0", "delta[j,k]"), inverse("delta[j,k]", "1/n")):
        try:
            result = decide(reading, THEORY, (), witness=witness)
        except TermError:
            continue
        assert isinstance(result, Difference)


def test_the_parts_of_a_null_space() -> None:
    one = claim_of(f"nullspace[j,k] {CENTERING} = span[j]{{1}}")
    two = claim_of(f"nullspace[j,k] {P} = span[j]{{1, y[j,d]}}")
    assert [*obligations(one, THEORY)] == ["annihilated"]
    assert [*obligations(two, THEORY)] == ["annihilated1", "annihilated2"]
    shown = obligations(two, THEORY, inverse("delta[j,k]", "1/n", "y[k,d]/n"))
    assert [*shown] == ["annihilated1", "annihilated2", "complete"]


def test_letters_of_the_witness_are_not_captured() -> None:
    # The sum over the middle index of B*T must not bind the i of a witness that has one.
    claim = f"nullspace[j,k] {CENTERING} = span[j]{{1}}"
    result = decided(claim, "", inverse("delta[j,k] + 0*a[i]", "1/n + 0*a[i]"))
    assert isinstance(result, Theorem)


# Inequalities


def test_an_inequality_has_one_of_two_relations() -> None:
    for relation in ("=", ">", "<", "!=", ""):
        with pytest.raises(TermError):
            Inequality(parse_term("1"), relation, parse_term("0"))


def test_the_length_of_a_gradient_does_not_exceed_that_of_the_upstream_gradient() -> None:
    claim = "sum[j] (diff[x[j,d]] sum[i,e] G[i,e]*y[i,e])^2 <= 1/s[d]^2*(sum[i] G[i,d]^2)"
    surplus = "1/(n*s[d]^2)*(sum[i] G[i,d])^2 + (1+kappa[d])/(n*s[d]^2)*(sum[i] G[i,d]*y[i,d])^2"
    proved(claim, "", Surplus(parse_term(surplus)))
    short = surplus.replace("(1+kappa[d])", "1")
    assert isinstance(decided(claim, "", Surplus(parse_term(short))), Difference)
    assert isinstance(decided(claim, EPS_0, Surplus(parse_term(short))), Theorem)


# What is no identity


@pytest.mark.parametrize(
    "claim",
    [
        "1 != 2",
        "1 != 1",
        "y[i,d] != 0",
        "sum[i] y[i,d] != 0",
        "not blocked sum[i,d] G[i,d]*y[i,d]",
        "not blocked sum[i,d] g[d]*y[i,d]",
        "not blocked sum[i,d] G[i,d]*y[i,d] at n = 3",
        "1 != 2 at n = 3",
    ],
)
def test_no_normal_form_and_no_chain_proves_that_something_is_no_identity(claim: str) -> None:
    reading = claim_of(claim)
    with pytest.raises(TermError):
        decide(reading, THEORY)
    with pytest.raises(TermError):
        decide(reading, THEORY, (), witness=Surplus(parse_term("1")))
    for chains in ({}, {"": Chain([parse_term("1")] * 2, ["="], [Hints()])}):
        with pytest.raises(TermError):
            Steps(THEORY, ()).prove(reading, chains)


def test_what_is_no_identity_gives_no_equation_to_cite() -> None:
    for text in ("1 != 2", "not blocked y[i,d]", "1 >= 0"):
        assert as_equations(claim_of(text), THEORY) == ()


def test_what_a_claim_denies() -> None:
    different, blocked = claim_of("a[j] != b[j]"), claim_of("not blocked y[i,d]")
    assert isinstance(different, Different)
    assert isinstance(blocked, NotBlocked)
    assert denied(different, THEORY) == (Equation(parse_term("a[j]"), parse_term("b[j]")),)
    theory = THEORY.extended([Input("v", ("sample",))])
    assert [e.left.variable.name for e in denied(blocked, theory)] == ["x", "v"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "sizes", [[("n", 3)], (("n", True),), ((3, "n"),), ("n", 3), (("n", 2.0),)]
)
def test_the_sizes_of_a_claim_are_names_with_integers(sizes: object) -> None:
    for build in (
        lambda: Different(parse_term("1"), parse_term("0"), sizes),  # type: ignore[arg-type]
        lambda: NotBlocked(parse_term("1"), sizes),  # type: ignore[arg-type]
    ):
        with pytest.raises(TermError):
            build()


# Chains


def by(text: str, *terms: str, relation: str = "=") -> Chain:
    named = [hints(text)] * (len(terms) - 1)
    return Chain(list(map(parse_term, terms)), [relation] * len(named), named)


def in_steps(
    text: str, chains: dict[str, Chain], assume: str = "", witness: Witness | None = None
) -> Theorem | Gap | Difference:
    return Steps(THEORY, given(assume)).prove(claim_of(text), chains, witness)


ALL = "linearity, delta"


def test_each_part_has_a_chain_of_its_own_or_is_left_to_the_normal_form() -> None:
    claim = f"projector[j,k] {CENTERING} rank n - 1"
    rank = by(ALL, "sum[i] (delta[i,i] - 1/n)", "n - 1")
    symmetric = by(ALL, CENTERING, "delta[k,j] - 1/n")
    assert isinstance(in_steps(claim, {"rank": rank, "symmetric": symmetric}), Theorem)
    assert isinstance(in_steps(claim, {}), Theorem)
    gap = in_steps(claim, {"rank": by("delta", "sum[i] (delta[i,i] - 1/n)", "n - 1")})
    assert isinstance(gap, Gap)
    assert (gap.part, gap.step) == ("rank", 0)


def test_a_part_without_a_chain_that_does_not_hold_is_a_difference() -> None:
    claim = f"projector[j,k] {CENTERING} rank n"
    symmetric = by(ALL, CENTERING, "delta[k,j] - 1/n")
    left = in_steps(claim, {"symmetric": symmetric})
    assert isinstance(left, Difference)
    assert left.part == "rank"


@pytest.mark.parametrize(
    ("claim", "part"),
    [
        (f"projector[j,k] {CENTERING}", "rank"),
        (f"projector[j,k] {CENTERING} rank n - 1", "trace"),
        (f"projector[j,k] {CENTERING} rank n - 1", ""),
        (f"nullspace[j,k] {CENTERING} = span[j]{{1}}", "annihilated1"),
        ("sum[i] y[i,d] = 0", "symmetric"),
        ("sum[i] y[i,d] = 0", "x"),
        ("blocked sum[i] y[i,d]", "v"),
        ("blocked sum[i] y[i,d]", ""),
        ("a[j]^2 >= 0", "squares"),
    ],
)
def test_a_chain_for_a_part_that_there_is_not_is_refused(claim: str, part: str) -> None:
    witness = inverse("delta[j,k]", "1/n") if "nullspace" in claim else None
    with pytest.raises(TermError) as caught:
        in_steps(claim, {part: by(ALL, "n - 1", "n - 1")}, "", witness)
    assert caught.value.code == "chain"


@pytest.mark.parametrize(
    ("claim", "relation"),
    [
        ("a[j]^2 = 0", ">="),
        ("a[j]^2 = 0", "<="),
        ("a[j]^2 >= 0", "<="),
        ("a[j]^2 <= 0", ">="),
        ("a[j]^2 >= 0", "!="),
        ("a[j]^2 = 0", "!="),
        ("a[j]^2 >= 0", ">"),
        ("a[j]^2 >= 0", ""),
    ],
)
def test_a_chain_with_a_relation_that_its_claim_has_not_is_refused(
    claim: str, relation: str
) -> None:
    with pytest.raises(TermError) as caught:
        in_steps(claim, {"": by("squares", "a[j]^2", "0", relation=relation)})
    assert caught.value.code == "chain"


def test_a_relation_is_a_string_and_nothing_else() -> None:
    class Sly(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = str.__hash__

    for relation in (Sly("<="), None, b"="):
        chain = Chain([parse_term("-a[j]^2"), parse_term("0")], [relation], [hints("squares")])  # type: ignore[list-item]
        with pytest.raises(TermError):
            in_steps("-a[j]^2 >= 0", {"": chain})


def test_each_step_has_a_relation() -> None:
    terms = [parse_term("a[j]^2"), parse_term("0")]
    for relations in ([], ["=", "="], [">=", "="]):
        with pytest.raises(TermError) as caught:
            in_steps("a[j]^2 >= 0", {"": Chain(terms, relations, [hints("squares")])})
        assert caught.value.code == "chain"


def test_what_shows_a_null_space_is_not_shown_by_a_chain_of_one_part() -> None:
    claim = f"nullspace[j,k] {P} = span[j]{{1}}"
    chain = by(ALL + ", definition of y, definition of mu", f"sum[i] ({P})", "0")
    with pytest.raises(TermError):
        in_steps(claim, {"annihilated": chain}, EPS_0)


# What may be cited, and where


def cites(fact: Theorem, step: str, assume: str = "", back: bool = False, also: str = "") -> bool:
    left, right = map(parse_term, step.split(" = "))
    steps = Steps(THEORY, given(assume))
    steps.admit(left)
    steps.admit(right)
    named = hints(("<- fact" if back else "fact") + also, {"fact": fact})
    try:
        return steps.leftover(left, right, named) is None
    except TermError as error:
        if error.code != "citation":
            raise
        return False


def test_a_theorem_for_two_samples_is_cited_only_where_there_are_two() -> None:
    fact = proved("y[i,d]^2 = 1", "eps = 0, n = 2")
    step = "3*y[k,e]^2 = 3"
    assert cites(fact, step, "eps = 0, n = 2")
    for assume in (EPS_0, "n = 2", "eps = 0, n = 3", "eps = 0, n >= 2", "n >= 2", ""):
        assert not cites(fact, step, assume)


def test_a_theorem_for_all_sizes_is_cited_at_a_fixed_one() -> None:
    fact = proved("sum[i] y[i,d] = 0")
    assert cites(fact, "3*(sum[i] y[i,e]) = 0", "n = 2")


def test_a_theorem_from_two_samples_on_is_cited_where_there_are_three() -> None:
    fact = proved("sum[i] w*y[i,d] = 0", "n >= 2")
    for assume, shown in (("n = 3", True), ("n = 2", True), ("n >= 2", True), ("n = 1", False)):
        assert cites(fact, "2*(sum[i] w*y[i,e]) = 0", assume) == shown
    assert not cites(fact, "2*(sum[i] w*y[i,e]) = 0")


def test_a_theorem_on_what_is_shared_is_cited_only_where_it_is() -> None:
    fact = proved("diff[x[j,e]] sum[i,d] G[i,d]*y[i,d] = 0", "G[i,d] = g[d]")
    step = "2*(diff[x[j,e]] sum[i,d] G[i,d]*y[i,d]) = 0"
    assert cites(fact, step, "G[i,d] = g[d]")
    for assume in ("", "G[i,d] = h[d]", "G[i,d] = a[i]", "G[i,d] = w"):
        assert not cites(fact, step, assume)


def test_an_inequality_is_cited_nowhere() -> None:
    fact = proved("a[j]^2 >= 0", "", Surplus(parse_term("a[j]^2")))
    for step in ("a[j]^2 = 0", "a[j]^2 = a[k]^2", "0 = a[j]^2"):
        for back in (False, True):
            assert not cites(fact, step, "", back)


def test_a_null_space_is_cited_for_what_it_annihilates() -> None:
    fact = proved(
        f"nullspace[j,k] {P} = span[j]{{1, y[j,d]}}",
        EPS_0,
        inverse("delta[j,k]", "1/n", "y[k,d]/n"),
    )
    step = f"sum[k] ({P})*y[k,d] = 0"
    assert not cites(fact, step, "")
    equations = as_equations(fact.claim, THEORY)
    assert len(equations) == 2
    for equation in equations:
        assert isinstance(decide(equation, THEORY, given(EPS_0)), Theorem)


def test_a_projector_is_cited_for_its_three_equations() -> None:
    claim = claim_of(f"projector[j,k] {CENTERING} rank n - 1")
    equations = as_equations(claim, THEORY)
    assert len(equations) == 3
    for equation in equations:
        assert isinstance(decide(equation, THEORY), Theorem)


def test_a_theorem_that_excludes_a_size_is_of_no_use_at_it() -> None:
    # 1/(n-2)*(n-2) = 1 says nothing at n = 2, so nothing at n = 2 follows from it.
    fact = proved("w/(n-2)*(n-2) = w")
    assert fact.nonzero_sizes
    left, right = parse_term("2*w/(n-2)*(n-2)"), parse_term("2*w")
    for assume, code in (("n = 3", ""), ("n >= 2", ""), ("n = 2", "vacuous")):
        try:
            steps = Steps(THEORY, given(assume))
            steps.admit(left)
            chain = Chain([left, right], ["="], [hints("fact", {"fact": fact})])
            theorem = steps.prove(Equation(left, right), {"": chain})
        except TermError as error:
            found = error.code
        else:
            found = ""
            assert isinstance(theorem, Theorem)
            assert theorem.nonzero_sizes
        assert found == code


# What is shared


def shares(text: str) -> Shared:
    [hypothesis] = given(text)
    assert isinstance(hypothesis, Shared)
    return hypothesis


@pytest.mark.parametrize(
    ("claim", "assume", "true"),
    [
        ("blocked sum[i,d] G[i,d]*y[i,d]", "G[i,d] = g[d]", True),
        ("blocked sum[i,d] G[i,d]*y[i,d]", "G[i,d] = w", True),
        ("blocked sum[i,d] G[i,d]*y[i,d]", "G[i,d] = a[i]", False),
        ("G[i,d] = G[k,d]", "G[i,d] = g[d]", True),
        ("G[i,d] = G[i,e]", "G[i,d] = g[d]", False),
        ("G[k,e] = g[e]", "G[i,d] = g[d]", True),
        ("A[i,k] = A[k,i]", "A[i,j] = a[i]", False),
        ("A[i,k] = a[i]", "A[i,j] = a[i]", True),
        ("A[i,k] = a[k]", "A[i,j] = a[j]", True),
        ("A[i,k] = a[i]", "A[i,j] = a[j]", False),
        ("blocked sum[i,d] G[i,d]*y[i,d]^2", "G[i,d] = g[d], eps = 0", True),
        ("blocked sum[i,d] G[i,d]*y[i,d]^2", "G[i,d] = g[d]", False),
        ("diff[beta[d]] sum[i,e] G[i,e]*z[i,e] = n*g[d]", "G[i,d] = g[d]", True),
    ],
)
def test_an_array_that_is_shared_is_its_source(claim: str, assume: str, true: bool) -> None:
    assert isinstance(decided(claim, assume), Theorem) == true


@pytest.mark.parametrize(
    "claim",
    [
        "diff[G[j,e]] sum[i,d] G[i,d]*y[i,d] = y[j,e]",
        "diff[g[e]] sum[i,d] G[i,d]*y[i,d] = 0",
        "diff[g[e]] 0 = 0",
        "diff[G[j,e]] 0 = 0",
    ],
)
def test_one_cannot_differentiate_by_what_is_shared_or_its_source(claim: str) -> None:
    assert refusal(claim, "G[i,d] = g[d]") == "not-differentiable"


@pytest.mark.parametrize(
    "assume",
    [
        "G[i,d] = g[d], g[d] = w",
        "g[d] = w, G[i,d] = g[d]",
        "g[d] = h[d], h[d] = g[d]",
        "G[i,d] = g[d], G[i,d] = h[d]",
        "G[i,d] = g[d], G[i,d] > 0",
        "G[i,d] = 0, G[i,d] = g[d]",
        "G[i,d] != 0, G[i,d] = g[d]",
        "g[d] = g[d]",
        "G[i,d] = G[i,d]",
        "g[d] = G[i,d]",
        "a[i] = g[d]",
        "A[i,i] = a[i]",
        "A[i,j] = A[j,i]",
        "S[i,j] = a[i]",
        "A[i,j] = S[i,j]",
        "x[i,d] = g[d]",
        "y[i,d] = g[d]",
        "G[i,d] = x[i,d]",
        "G[i,d] = y[i,d]",
        "G[i,d] = mu[d]",
        "eps = w",
        "w = eps",
        "s[d] = g[d]",
        "g[i] = w",
        "G[d,i] = w",
        "G[i,d] = g[i]",
    ],
)
def test_chains_of_sharing_and_what_is_no_parameter_are_refused(assume: str) -> None:
    with pytest.raises(TermError) as caught:
        decide(Equation(parse_term("1"), parse_term("1")), THEORY, given(assume))
    assert caught.value.code in ("hypothesis", "wrong-indices")


def test_what_is_shared_may_have_a_source_with_a_sign() -> None:
    assert isinstance(decided("G[i,d]/G[i,d] = 1", "G[i,d] = g[d], g[d] != 0"), Theorem)
    with pytest.raises(TermError) as caught:
        decided("G[i,d]/G[i,d] = 1", "G[i,d] = g[d]")
    assert caught.value.code == "division"
    assert isinstance(decided("G[i,d] = 0", "G[i,d] = g[d], g[d] = 0"), Theorem)


def test_two_arrays_may_be_shared_from_one() -> None:
    assert isinstance(decided("G[i,d] = h[d]", "G[i,d] = g[d], h[d] = g[d]"), Theorem)


def test_what_is_shared_is_read_as_it_was_assumed() -> None:
    assert shares("G[i,d] = g[d]") == Shared(
        Entry("G", (Index("i", "sample"), Index("d", "feature"))),
        Entry("g", (Index("d", "feature"),)),
    )
    with pytest.raises(TermError):
        Shared(parse_term("2*w"), Entry("w"))  # type: ignore[arg-type]


def test_a_sign_that_is_shared_with_a_size_is_no_hypothesis() -> None:
    for wrong in (Sign(Entry("n"), "zero"), Sign(Entry("x"), "zero")):
        with pytest.raises(TermError):
            decide(Equation(parse_term("1"), parse_term("1")), THEORY, (wrong,))


def test_a_claim_of_another_class_is_no_claim() -> None:
    class Sly(Equation):
        pass

    one = parse_term("1")
    for wrong in (Sly(one, one), (one, one), None, Fixed("n", 2), Add((one, one))):
        with pytest.raises(TermError):
            decide(wrong, THEORY)  # type: ignore[arg-type]
        with pytest.raises(TermError):
            Steps(THEORY, ()).prove(wrong, {})  # type: ignore[arg-type]
