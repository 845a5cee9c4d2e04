"""Stacks of normalisers, whose roots are nested: counterexamples, re-checks and confirmations."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random

import pytest

from bnproof.checks.confirm import confirm_differs, confirm_equal
from bnproof.checks.evaluator import Evaluator, Point, Position, Work
from bnproof.checks.numbers import Exact
from bnproof.checks.points import Setting, draw_point, in_domain, setting_of
from bnproof.checks.search import SidesDiffer, find_counterexample, recheck, silent
from bnproof.language import parse_term
from bnproof.terms import Declaration, Entry, Equation, Index, Parameter, Sign, Theory
from tests.theories import EPS, X, let, root

D, J = Index("d", "feature"), Index("j", "sample")
PARAMETERS = (
    Parameter("w", ("feature", "feature")),
    Parameter("v", ("feature", "feature")),
    Parameter("G", ("sample", "feature")),
    Parameter("g", ("feature",)),
)
NO_EPS = (Sign(Entry("eps", ()), "zero"),)
SOME_EPS = (Sign(Entry("eps", ()), "positive"),)


def batch(argument: str, name: str) -> tuple[Declaration, ...]:
    """Batch norm of an array: its root is called `s_NAME`, its output `NAME`."""
    return (
        root(f"s_{name}[d]", f"(mean[i] ({argument}[i,d] - mean[k] {argument}[k,d])^2) + eps"),
        let(f"{name}[i,d]", f"({argument}[i,d] - mean[k] {argument}[k,d])/s_{name}[d]"),
    )


def layer(argument: str, name: str) -> tuple[Declaration, ...]:
    """Layer norm of an array: its root is called `s_NAME`, its output `NAME`."""
    return (
        root(f"s_{name}[i]", f"(mean[d] ({argument}[i,d] - mean[e] {argument}[i,e])^2) + eps"),
        let(f"{name}[i,d]", f"({argument}[i,d] - mean[e] {argument}[i,e])/s_{name}[i]"),
    )


def linear(argument: str, name: str, weights: str) -> tuple[Declaration, ...]:
    """A linear layer, each row of the weights for one of its outputs."""
    return (let(f"{name}[i,e]", f"sum[d] {weights}[e,d]*{argument}[i,d]"),)


STACKS = {
    "batch of batch": (*batch("x", "y"), *batch("y", "top")),
    "batch of linear of batch": (*batch("x", "y"), *linear("y", "u", "w"), *batch("u", "top")),
    "layer of batch": (*batch("x", "y"), *layer("y", "top")),
    "layer of linear of batch": (*batch("x", "y"), *linear("y", "u", "w"), *layer("u", "top")),
    "batch of layer": (*layer("x", "y"), *batch("y", "top")),
    "batch of a residual": (*batch("x", "y"), let("u[i,d]", "x[i,d] + y[i,d]"), *batch("u", "top")),
    "batch of batch of batch": (*batch("x", "y"), *batch("y", "m"), *batch("m", "top")),
    "three batch norms, two linear layers": (
        *(*batch("x", "y"), *linear("y", "u", "w"), *batch("u", "m")),
        *(*linear("m", "o", "v"), *batch("o", "top")),
    ),
}


def claim(stack: str, left: str, right: str, hypotheses: tuple[Sign, ...] = ()) -> Setting:
    theory = Theory((X, EPS, *PARAMETERS, *STACKS[stack]))
    equation = Equation(parse_term(left), parse_term(right))
    roots = [declared.name for declared in STACKS[stack] if declared.name.startswith("s_")]
    return setting_of(equation, theory, hypotheses, roots)


UPSTREAM = "(sum[i,e] G[i,e]*top[i,e])"
FALSE = [
    ("batch of linear of batch", f"sum[f] diff[x[j,f]] {UPSTREAM}", "0", ()),
    ("batch of linear of batch", f"diff[x[j,f]] {UPSTREAM}", "0", NO_EPS),
    ("batch of linear of batch", "diff[x[j,f]] sum[i,e] g[e]*top[i,e]^2", "0", SOME_EPS),
    ("batch of linear of batch", "diff[x[j,f]] sum[i,e] g[e]*top[i,e]^4", "0", NO_EPS),
    ("batch of linear of batch", f"diff[x[j,f]] diff[x[k,f]] {UPSTREAM}", "0", NO_EPS),
    (
        "batch of linear of batch",
        f"diff[x[j,f]] {UPSTREAM}",
        "sum[e] w[e,f]/(s_y[f]*s_top[e])*(G[j,e] - (mean[i] G[i,e])"
        " - top[j,e]*(mean[i] G[i,e]*top[i,e]))",
        NO_EPS,
    ),
    ("batch of batch", "top[i,d]", "y[i,d]", SOME_EPS),
    ("batch of batch", "s_top[d]^2", "1 - eps/s_y[d]^2", SOME_EPS),
    ("layer of batch", "sum[i] top[i,d]", "0", NO_EPS),
    ("layer of batch", "diff[x[j,f]] sum[i,d] g[d]*top[i,d]", "0", NO_EPS),
    ("layer of linear of batch", "diff[x[j,f]] sum[i,d] g[d]*top[i,d]", "0", NO_EPS),
    ("batch of layer", f"diff[x[j,f]] {UPSTREAM}", "0", NO_EPS),
    ("batch of a residual", "top[i,d]", "y[i,d]", SOME_EPS),
    ("batch of batch of batch", "top[i,d]", "y[i,d]", SOME_EPS),
    ("three batch norms, two linear layers", f"diff[x[j,f]] {UPSTREAM}", "0", ()),
    ("three batch norms, two linear layers", f"sum[f] diff[x[j,f]] {UPSTREAM}", "0", NO_EPS),
]
TRUE = [
    ("batch of linear of batch", "diff[x[j,f]] sum[i,e] g[e]*top[i,e]", "0", ()),
    ("batch of linear of batch", "diff[x[j,f]] sum[i,e] g[e]*top[i,e]^2", "0", NO_EPS),
    ("batch of linear of batch", f"sum[j] diff[x[j,f]] {UPSTREAM}", "0", ()),
    ("batch of linear of batch", f"sum[d] w[f,d]*(diff[w[f,d]] {UPSTREAM})", "0", NO_EPS),
    ("batch of linear of batch", "sum[i] top[i,d]^2", "n*(1 - eps/s_top[d]^2)", ()),
    ("batch of batch", "top[i,d]", "y[i,d]", NO_EPS),
    ("batch of batch", "s_top[d]^2", "1 - eps/s_y[d]^2 + eps", ()),
    ("layer of batch", "sum[d] top[i,d]", "0", ()),
    ("batch of layer", "diff[x[j,f]] sum[i,d] g[d]*top[i,d]", "0", ()),
    ("batch of a residual", "top[i,d]", "y[i,d]", NO_EPS),
    ("batch of batch of batch", "top[i,d]", "y[i,d]", NO_EPS),
    ("three batch norms, two linear layers", "diff[x[j,f]] sum[i,d] g[d]*top[i,d]", "0", ()),
]


@pytest.mark.parametrize(("stack", "left", "right", "hypotheses"), FALSE)
def test_what_is_false_of_a_stack_has_a_counterexample(
    stack: str, left: str, right: str, hypotheses: tuple[Sign, ...]
) -> None:
    found = find_counterexample(claim(stack, left, right, hypotheses), silent)
    assert found is not None
    assert sum(found.point.sizes.values()) <= 6
    assert found.left != found.right
    confirmations = confirm_differs(found)
    assert not [c.disagreement for c in confirmations if c.disagreement]
    assert "fails" in confirmations[1].how


@pytest.mark.parametrize(("stack", "left", "right", "hypotheses"), TRUE)
def test_what_is_true_of_a_stack_is_evaluated_at_several_sizes(
    stack: str, left: str, right: str, hypotheses: tuple[Sign, ...]
) -> None:
    found = recheck(claim(stack, left, right, hypotheses), silent)
    reached = {(sizes["n"], sizes["D"]) for sizes in found.sizes}
    assert {(2, 1), (3, 1), (2, 2), (3, 2)} <= reached


@pytest.mark.parametrize(("stack", "left", "right", "hypotheses"), [TRUE[2], TRUE[5], TRUE[9]])
def test_what_is_true_of_a_stack_is_confirmed(
    stack: str, left: str, right: str, hypotheses: tuple[Sign, ...]
) -> None:
    for confirmation in confirm_equal(claim(stack, left, right, hypotheses)):
        assert confirmation.disagreement is None
        assert confirmation.sizes


def test_a_false_theorem_about_a_stack_is_seen_by_the_recheck() -> None:
    for stack, left, right, hypotheses in FALSE[:2]:
        with pytest.raises(SidesDiffer):
            recheck(claim(stack, left, right, hypotheses), silent)


def point_of(rows: list[list[int]], eps: int, **parameters: int) -> Point:
    samples, features = range(len(rows)), range(len(rows[0]))
    arrays: dict[str, Mapping[Position, Fraction]] = {
        "x": {(i, d): Fraction(rows[i][d]) for i in samples for d in features},
        "eps": {(): Fraction(eps)},
    }
    for name, value in parameters.items():
        arrays[name] = {(e, d): Fraction(value) for e in features for d in features}
    return Point({"n": len(rows), "D": len(rows[0])}, arrays)


def test_values_are_those_of_pencil_and_paper() -> None:
    # var = 1, so y = -1, 1 over sqrt(2) and its variance is 1/2; the second root is sqrt(3/2).
    setting = claim("batch of batch", "top[i,d]", "0", SOME_EPS)
    evaluator = Evaluator(setting.theory, point_of([[0], [2]], eps=1), Work(10**4))
    assert str(evaluator.value(parse_term("top[j,d]"), {J: 1, D: 0})) == "sqrt(3)/3"
    # u = -1, 1 plus y = -1, 1 over sqrt(2): the variance of u is (1 + 1/sqrt(2))^2, and eps = 1.
    setting = claim("batch of a residual", "top[i,d]", "0", SOME_EPS)
    evaluator = Evaluator(setting.theory, point_of([[0], [2]], eps=1), Work(10**4))
    value = evaluator.value(parse_term("s_top[d]"), {D: 0})
    assert str(value) == "sqrt(2)*sqrt(5 + 2*sqrt(2))/2"
    # Without eps it is x - mu plus its sign, so the root is 1 + 1.
    evaluator = Evaluator(setting.theory, point_of([[0], [2]], eps=0), Work(10**4))
    assert evaluator.value(parse_term("s_top[d]"), {D: 0}) == Exact.rational(2)


def test_a_radicand_that_is_zero_is_outside_of_the_domain() -> None:
    setting = claim("batch of linear of batch", "top[i,d]", "0", NO_EPS)
    assert in_domain(setting, point_of([[0, 1], [1, 3], [3, 0]], eps=0, w=1), Work(10**5))
    assert not in_domain(setting, point_of([[0, 1], [1, 3], [3, 0]], eps=0, w=0), Work(10**5))
    # The features are opposite to each other up to a factor, so y[i,1] + y[i,2] = 0.
    assert not in_domain(setting, point_of([[0, 0], [1, -2], [3, -6]], eps=0, w=1), Work(10**5))


def test_only_a_root_under_a_root_makes_a_stack() -> None:
    one = Theory((X, EPS, *batch("x", "y"), *layer("x", "top")))
    equation = Equation(parse_term("top[i,d]"), parse_term("y[i,d]"))
    assert not setting_of(equation, one).stacked
    assert all(claim(stack, "top[i,d]", "0").stacked for stack in STACKS)


def test_the_entries_of_a_large_batch_repeat() -> None:
    setting = claim("batch of linear of batch", "top[i,d]", "0")
    seen = set()
    for seed in range(8):
        point = draw_point(setting, {"n": 4, "D": 5}, Random(seed), 40, Work(10**7))
        assert point is not None
        x = point.arrays["x"]
        columns = {tuple(sorted(x[i, d] for i in range(4))) for d in range(5)}
        rows = {tuple(sorted(x[i, d] for d in range(5))) for i in range(4)}
        seen.add((len(columns) == 1, len(rows) == 1))
        assert len({tuple(x[i, d] for i in range(4)) for d in range(5)}) > 1
    assert seen == {(True, False), (False, True)}


def test_many_levels_are_evaluated_and_end_with_sympy() -> None:
    levels: list[Declaration] = []
    above = "x"
    for name in ("a1", "a2", "a3", "a4", "a5", "top"):
        centred = f"({above}[i,d] - mean[k] {above}[k,d])"
        levels += [
            root(f"s_{name}[d]", f"(mean[i] {centred}*{centred}) + eps"),
            let(f"{name}[i,d]", f"{centred}/s_{name}[d]"),
        ]
        if name != "top":
            levels += linear(name, f"u_{name}", "w")
            above = f"u_{name}"
    theory = Theory((X, EPS, *PARAMETERS, *levels))
    true = setting_of(Equation(parse_term("sum[i] top[i,d]"), parse_term("0")), theory)
    assert {(2, 1), (2, 2), (3, 1)} <= {(s["n"], s["D"]) for s in recheck(true, silent).sizes}
    assert all(confirmation.sizes for confirmation in confirm_equal(true))
    false = setting_of(Equation(parse_term("sum[d] top[i,d]"), parse_term("0")), theory)
    assert find_counterexample(false, silent) is not None
