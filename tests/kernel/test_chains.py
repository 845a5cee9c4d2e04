"""Chains: they begin and end with their claim, and hold where all their terms do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bnproof.kernel import Citation, ForgeryError, Gap, Hints, Steps, Theorem, decide
from bnproof.language import parse_term
from bnproof.terms import (
    Add,
    Claim,
    Definition,
    Entry,
    Equation,
    Index,
    Neg,
    Number,
    Parameter,
    Pow,
    Root,
    Sum,
    TermError,
    Unequal,
)
from tests.kernel.chains import BATCH, chain, hints, prove_chain, proved, shows

CENTERED = "sum[i] y[i,d] = 0"
UNFOLDED = "1/s[d]*((sum[i] x[i,d]) - n*mu[d]) by definition of y, linearity"


def test_a_chain_whose_steps_follow_is_a_theorem() -> None:
    theorem = chain(CENTERED, "sum[i] y[i,d]", UNFOLDED, "0 by definition of mu")
    assert isinstance(theorem, Theorem)
    assert theorem.roots == {"s"}


def test_the_first_step_that_does_not_follow_is_a_gap() -> None:
    gap = chain(CENTERED, "sum[i] y[i,d]", UNFOLDED, "0 by linearity")
    assert isinstance(gap, Gap)
    assert gap.step == 1


@pytest.mark.parametrize(
    "steps",
    [
        ("sum[k] y[k,d]", "0 by statistics, linearity, definition of y"),
        ("sum[i] y[i,d]", "0 by statistics, linearity, definition of y"),
    ],
)
def test_ends_are_those_of_the_claim_up_to_bound_names(steps: tuple[str, ...]) -> None:
    assert isinstance(chain(CENTERED, *steps), Theorem)


@pytest.mark.parametrize(
    "steps",
    [
        ("sum[i] y[i,e]", "0 by statistics, linearity, definition of y"),
        ("0 + sum[i] y[i,d]", "0 by statistics, linearity, definition of y"),
        ("sum[i] y[i,d]", "0*n by statistics, linearity, definition of y"),
        ("sum[i] y[i,d]",),
    ],
)
def test_other_ends_and_no_steps_are_refused(steps: tuple[str, ...]) -> None:
    with pytest.raises(TermError) as caught:
        chain(CENTERED, *steps)
    assert caught.value.code == "chain"


@pytest.mark.parametrize("variable", ["x[j,e]", "x[k,f]", "x[m,e]"])
def test_a_blocked_loss_is_differentiated_by_any_entry(variable: str) -> None:
    first = f"diff[{variable}] sum[i,d] g[d]*y[i,d]"
    steps = ("0 by linearity, derivative, delta, definition of y, definition of mu",)
    assert isinstance(chain("blocked sum[i,d] g[d]*y[i,d]", first, *steps), Theorem)


@pytest.mark.parametrize("variable", ["x[i,f]", "x[j,d]", "gamma[e]"])
def test_the_entry_of_a_blocked_loss_is_free(variable: str) -> None:
    loss = "sum[i] g[d]*y[i,d]"
    steps = ("0 by linearity, derivative, delta, definition of y, definition of mu",)
    first = f"diff[{variable}] {loss}"
    if variable == "x[i,f]":
        assert isinstance(chain(f"blocked {loss}", first, *steps), Theorem)
        return
    with pytest.raises(TermError) as caught:
        chain(f"blocked {loss}", first, *steps)
    assert caught.value.code == "chain"


def test_a_theorem_holds_where_the_terms_in_between_do() -> None:
    theorem = chain("0*mu[d] = 0", "0*mu[d]", "0*y[j,d]/(n-2)", "0*s[d]", "0")
    assert isinstance(theorem, Theorem)
    assert theorem.roots == {"s"}
    assert theorem.nonzero_sizes == (((((), -2)), ((("n", 1),), 1)),)


def test_a_theorem_holds_where_what_it_cites_does() -> None:
    narrow = chain("0*g[d] = 0", "0*g[d]", "0*s[d]*g[d]/(n-3)", "0")
    assert isinstance(narrow, Theorem)
    steps = Steps(BATCH, ())
    facts = {"narrow": narrow}
    claim = Equation(parse_term("0*h[d]"), parse_term("0"))
    terms = [claim.left, claim.right]
    cited = prove_chain(steps, claim, terms, [hints("narrow", facts)])
    assert isinstance(cited, Theorem)
    assert cited.roots == {"s"}
    assert cited.citations == (narrow,)


def test_the_domain_is_that_of_each_theorem_alone() -> None:
    steps = Steps(BATCH, ())
    claim = Equation(parse_term("0*y[j,d]"), parse_term("0"))
    for _ in range(2):
        theorem = prove_chain(steps, claim, [claim.left, claim.right], [Hints()])
        assert isinstance(theorem, Theorem)
        assert theorem.roots == {"s"}
    plain = Equation(parse_term("g[d] - g[d]"), parse_term("0"))
    theorem = prove_chain(steps, plain, [plain.left, plain.right], [Hints()])
    assert isinstance(theorem, Theorem)
    assert theorem.roots == frozenset()


def test_a_bound_index_is_not_taken_for_a_free_one_of_its_name() -> None:
    j, k = Index("j", "sample"), Index("k", "sample")
    body = parse_term("1 - delta[j,k]")
    theory = BATCH.extended([Definition("f", (j, k), body)])
    steps = Steps(theory, (Unequal(j, k),))
    claim = Equation(parse_term("n + 0*delta[j,k]"), parse_term("n - 1"))
    terms = [
        claim.left,
        parse_term("sum[j] f[j,k]/f[j,k]"),
        parse_term("sum[j : j != k] 1/(1-delta[j,k])"),
        claim.right,
    ]
    by = ("linearity", "definition of f", "delta, linearity")
    with pytest.raises(TermError) as caught:
        prove_chain(steps, claim, terms, list(map(hints, by)))
    assert caught.value.code == "division"


FALSE_AT_A_COINCIDENCE = "f[k,k]*(sum[j : j != k] a[j]/(f[j,k] + delta[j,k])) = -a[k]"


@pytest.mark.parametrize(
    ("step", "facts"),
    [
        (FALSE_AT_A_COINCIDENCE, {}),
        (
            FALSE_AT_A_COINCIDENCE.replace("(f[j,k] + delta[j,k])", "q[j,k]"),
            {"divisor": "q[j,k] = f[j,k] assume j != k"},
        ),
        (
            "f[k,k]*(sum[j : j != k] q[j,k]*a[j]) = -a[k]",
            {"divisor": "q[j,k] = 1/f[j,k] assume j != k"},
        ),
    ],
)
def test_the_condition_of_a_sum_makes_no_divisor_that_is_zero_without_it(
    step: str, facts: dict[str, str]
) -> None:
    j, k = Index("j", "sample"), Index("k", "sample")
    theory = BATCH.extended(
        [
            Definition("f", (j, k), parse_term("1 - delta[j,k]")),
            Definition("q", (j, k), parse_term("1 + 0*delta[j,k]")),
        ]
    )
    known = {"zero": proved("f[j,j] = 0", theory)}
    known |= {name: proved(text, theory) for name, text in facts.items()}
    by = ", ".join(["linearity", "delta", *known])
    if "1/f" in facts.get("divisor", ""):
        with pytest.raises(TermError):
            shows(step, by, known, theory)
    else:
        assert not shows(step, by, known, theory)


def test_a_condition_that_an_index_differs_from_itself_is_refused() -> None:
    i, k = Index("i", "sample"), Index("k", "sample")
    theory = BATCH.extended([Definition("w", (i, k), parse_term("delta[i,k]*a[i] + a[k]"))])
    left = Add((Sum((i,), (Unequal(i, i),), parse_term("w[i,k]")), parse_term("w[j,k]")))
    claim = Equation(left, parse_term("a[k]"))
    with pytest.raises(TermError):
        prove_chain(
            Steps(theory, ()), claim, [claim.left, claim.right], [hints("delta, linearity")]
        )
    with pytest.raises(TermError):
        decide(claim, theory)


def test_hints_are_read_once() -> None:
    real = proved("g[d] = g[d]")
    passes = iter([real, object(), real, real])

    class Changing:
        def __iter__(self) -> Iterator[Citation]:
            return iter([Citation(next(passes))])  # type: ignore[arg-type]

    changing = Hints(citations=Changing())  # type: ignore[arg-type]
    claim = Equation(parse_term("g[d]"), parse_term("h[d]"))
    assert isinstance(
        prove_chain(Steps(BATCH, ()), claim, [claim.left, claim.right], [changing]), Gap
    )


def test_a_theorem_that_only_says_so_cannot_be_cited() -> None:
    class Fake:
        __class__ = Theorem  # type: ignore[assignment]
        claim: Claim = Equation(parse_term("g[d]"), parse_term("0"))
        theory = BATCH
        hypotheses = ()
        nonzero_sizes = ()
        roots: frozenset[str] = frozenset()
        citations = ()

    cited = Hints(citations=(Citation(Fake()),))  # type: ignore[arg-type]
    claim = Equation(parse_term("g[d]"), parse_term("0"))
    with pytest.raises(ForgeryError):
        prove_chain(Steps(BATCH, ()), claim, [claim.left, claim.right], [cited])


def test_nothing_in_a_declaration_or_a_term_can_change_later() -> None:
    i, j = Index("i", "sample"), Index("j", "sample")
    body = parse_term("a[i]")
    for build in (
        lambda: Definition("f", [i, j], body),  # type: ignore[arg-type]
        lambda: Root("f", [i], body),  # type: ignore[arg-type]
        lambda: Parameter("f", ["sample"]),  # type: ignore[arg-type]
        lambda: Sum((i,), ([i, j],), body),  # type: ignore[arg-type]
        lambda: Sum([i], (), body),  # type: ignore[arg-type]
        lambda: Entry("a", (("i", "sample"),)),  # type: ignore[arg-type]
        lambda: Number(0.5),  # type: ignore[arg-type]
        lambda: Parameter("M", ("feature", "feature"), symmetric=[1]),  # type: ignore[arg-type]
        lambda: Pow(body, True),
    ):
        with pytest.raises(TermError):
            build()


def test_classes_that_only_derive_from_those_of_terms_have_no_meaning() -> None:
    class Same(Definition):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    class Fickle(Neg):
        pass

    d = Index("d", "feature")
    with pytest.raises(TermError):
        Steps(BATCH.extended([Same("f", (d,), parse_term("0"))]), ())
    term = Fickle(parse_term("g[d]"))
    with pytest.raises(TermError):
        Steps(BATCH, ()).admit(term)
    with pytest.raises(TermError):
        decide(Equation(term, term), BATCH)


def test_a_theory_has_nothing_that_could_be_exchanged() -> None:
    with pytest.raises(TypeError):
        vars(BATCH)


def test_names_in_hints_are_strings_that_run_no_code() -> None:
    class Name(str):
        __slots__ = ()

    claim = Equation(parse_term("g[d]"), parse_term("g[d]"))
    for named in (Hints(frozenset({Name("linearity")})), Hints(definitions=frozenset({Name("y")}))):
        with pytest.raises(TermError):
            prove_chain(Steps(BATCH, ()), claim, [claim.left, claim.right], [named])


def test_what_is_left_over_is_not_what_the_kernel_goes_on_with() -> None:
    steps = Steps(BATCH, ())
    left, right = parse_term("1/(n-1)*g[d]"), parse_term("h[d]")
    steps.admit(left)
    leftover = steps.leftover(left, right, Hints())
    assert leftover is not None
    for polynomial in leftover.inverses.values():
        polynomial.clear()
    assert steps.leftover(parse_term("(n-1)/(n-1)"), parse_term("1"), Hints()) is None
    assert steps.leftover(parse_term("1/(n-1)"), parse_term("2"), Hints()) is not None


def test_an_end_that_binds_an_index_twice_is_no_end() -> None:
    i, k, m = (Index(letter, "sample") for letter in "ikm")
    a = parse_term("a[m]")
    right = Sum((k, m), (), a)
    claim = Equation(Sum((i, i), (), parse_term("a[i]")), right)
    with pytest.raises(TermError):
        prove_chain(Steps(BATCH, ()), claim, [right, right], [Hints()])
