"""Two normalisers of one input: whichever is declared first, what is true of them is proved.

Their statistics are crossed (batch and layer norm) or nested (instance norm inside batch norm over
images), so that a sum can be exchanged in two ways. What is true is found without the kernel: the linear
relations between random averages that hold at random points of several sizes, by exact evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations, permutations
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bnproof import strategies
from bnproof.checks.evaluator import Evaluator, Point, Work, positions
from bnproof.checks.numbers import WorkExhausted
from bnproof.kernel import Budget, Calculus, Theorem, decide
from bnproof.maps.definitions import renamed
from bnproof.readback import to_term
from bnproof.terms import (
    Add,
    Declaration,
    Definition,
    Entry,
    Equation,
    Fixed,
    Index,
    Input,
    Mean,
    Mul,
    Parameter,
    Pow,
    Root,
    Sign,
    Sort,
    Term,
    Theory,
    index_sorts,
    number,
)
from tests.pixels import SORTS, claim_of, let, standardized, term_of
from tests.theories import used

Declarations = tuple[Declaration, ...]
Row = list[Fraction]
ALL_SORTS = (*SORTS, Sort("ghost", "B"))


def standardizing(alias: str, entry: str, at: str, averaged: str) -> Declarations:
    """Standardization of x[entry] with statistics for each `at`, by its definition alone."""
    theory = standardized(Input("x", sorts_of(entry)), at, averaged, entry)
    return behind(alias, (d for d in theory.declarations if d.name not in ("b", "w")))


def evaluating(alias: str, entry: str) -> Declarations:
    """Evaluation mode for x[entry]: the running statistics of a feature are parameters."""
    declared = (
        Input("x", sorts_of(entry)),
        Parameter("eps", (), nonnegative=True),
        Parameter("m", ("feature",)),
        Parameter("v", ("feature",)),
        Root("s", let("s[d]", "0").formals, term_of("v[d] + eps")),
        let(f"y[{entry}]", f"(x[{entry}] - m[d])/s[d]"),
    )
    return behind(alias, declared)


def sorts_of(entry: str) -> tuple[str, ...]:
    return tuple(index.sort for index in let(f"x[{entry}]", "0").formals)


def behind(alias: str, declared: Iterable[Declaration]) -> Declarations:
    """Declarations with an alias in front of every name but that of the input."""
    declared = tuple(declared)
    names = {d.name: f"{alias}.{d.name}" for d in declared if d.name != "x"}
    return tuple(renamed(d, names) for d in declared)


GROUPS: dict[str, dict[str, Declarations]] = {
    "x[sample,feature]": {
        "batch": used("batchnorm", "x", "bn"),
        "layer": used("layernorm", "x", "ln"),
        "rms": used("rmsnorm", "x", "rms"),
        "center": used("center", "x", "c0"),
        "scale": used("scale", "x", "sc"),
        "unbiased": used("unbiased", "x", "ub"),
        "evaluation": used("evaluation", "x", "ev"),
    },
    "x[sample,feature,pixel]": {
        "batch over images": used("batchnorm2d", "x", "bn"),
        "instance": used("instancenorm", "x", "in"),
        "layer": standardizing("ln", "i,d,p", "i", "d,p"),
        "evaluation": evaluating("ev", "i,d,p"),
    },
    "x[sample,group,feature,pixel]": {
        "group": used("groupnorm", "x", "gn"),
        "instance": standardizing("in", "i,a,d,p", "i,a,d", "p"),
        "batch over images": standardizing("bn", "i,a,d,p", "a,d", "i,p"),
        "evaluation": evaluating("ev", "i,a,d,p"),
    },
}
PAIRS = [
    (shape, first, second)
    for shape, group in GROUPS.items()
    for first, second in permutations(group, 2)
]
UNORDERED = [pair for pair in PAIRS if pair[1] < pair[2]]
TRIPLES = [
    ("x[sample,feature]", "batch", "layer", "center"),
    ("x[sample,feature]", "scale", "rms", "center"),
    ("x[sample,feature]", "batch", "scale", "unbiased"),
    ("x[sample,feature,pixel]", "batch over images", "instance", "layer"),
    ("x[sample,group,feature,pixel]", "group", "instance", "batch over images"),
]


def together(shape: str, *names: str) -> Theory:
    """The theory of several normalisers of one input, declared in this order."""
    declared = tuple(dict.fromkeys(d for name in names for d in GROUPS[shape][name]))
    there = {"sample", "feature", *(sort for d in declared for sort in index_sorts(d))}
    return Theory(declared, tuple(sort for sort in ALL_SORTS if sort.name in there))


# What is true, without the kernel


def averages(theory: Theory, random: Random, count: int) -> list[Term]:
    """Random averages of products of what there is, even powers of roots alone.

    With averages in the place of sums, no relation between them depends on the sizes.
    """
    return [_average(theory, random) for _ in range(count)]


def _average(theory: Theory, random: Random) -> Term:
    factors: list[Term] = []
    bound: dict[Index, None] = {}
    letters = {"sample": "i", "feature": "d", "pixel": "p", "group": "a"}
    for _ in range(random.choice([1, 1, 2])):
        declared = random.choice([d for d in theory.declarations if _is_used(d)])
        indices = tuple(
            Index(f"{letters[sort]}{random.choice([1, 1, 1, 2])}", sort)
            for sort in index_sorts(declared)
        )
        bound |= dict.fromkeys(indices)
        entry = Entry(declared.name, indices)
        exponent = random.choice([2, 2, 4, -2]) if isinstance(declared, Root) else 1
        if declared.name == "x" and random.random() < 0.6:
            exponent = 2
        factors.append(entry if exponent == 1 else Pow(entry, exponent))
    body = factors[0] if len(factors) == 1 else Mul(tuple(factors))
    return Mean(tuple(bound), body) if bound else body


def _is_used(declared: Declaration) -> bool:
    """Inputs, parameters, roots, means and variances: a normalised value may be irrational."""
    return not isinstance(declared, Definition) or declared.name.endswith((".mu", ".var"))


def relations(theory: Theory, terms: list[Term], random: Random) -> Iterator[Row]:
    """The linear relations between terms that hold at random points of several sizes."""
    rows: list[Row] = []
    sizes = [dict.fromkeys(theory.sizes(), size) for size in (2, 3)]
    for position, name in enumerate(theory.sizes()):
        sizes.append({**sizes[0], name: 4 if position < 2 else 3})
    while len(rows) < len(terms) + 6:
        rows.append(point_values(theory, terms, random.choice(sizes), random))
    return null_space(rows)


def point_of(theory: Theory, sizes: dict[str, int], random: Random) -> Point:
    """A point of the domain: what has no sign is a small integer, eps and variances are positive."""
    arrays = {}
    for declared in theory.declarations:
        if isinstance(declared, Input | Parameter):
            least = 1 if declared.name.endswith((".v", ".eps")) else -4
            arrays[declared.name] = {
                position: Fraction(random.randint(least, 5))
                for position in positions(theory, sizes, declared, Work(10**4))
            }
    return Point(sizes, arrays)


def null_space(rows: list[Row]) -> Iterator[Row]:
    """A basis of the vectors that all rows are orthogonal to."""
    width = len(rows[0])
    pivots: dict[int, Row] = {}
    for row in rows:
        for column, pivot in pivots.items():
            row = [a - row[column] * b for a, b in zip(row, pivot, strict=True)]
        first = next((k for k, value in enumerate(row) if value), None)
        if first is not None:
            row = [value / row[first] for value in row]
            for column, pivot in pivots.items():
                pivots[column] = [a - pivot[first] * b for a, b in zip(pivot, row, strict=True)]
            pivots[first] = row
    for free in set(range(width)) - set(pivots):
        vector = [Fraction(int(k == free)) for k in range(width)]
        for column, pivot in pivots.items():
            vector[column] = -pivot[free]
        yield vector


def combined(coefficients: Iterable[Fraction], terms: Iterable[Term]) -> Term:
    parts = [Mul((number(c), t)) for c, t in zip(coefficients, terms, strict=True) if c]
    return parts[0] if len(parts) == 1 else Add(tuple(parts))


def is_proved(term: Term, theory: Theory) -> bool:
    return isinstance(decide(Equation(term, number(0)), theory), Theorem)


def point_values(theory: Theory, terms: list[Term], sizes: dict[str, int], random: Random) -> Row:
    """The rational values of terms without free indices at a random point."""
    evaluator = Evaluator(theory, point_of(theory, sizes, random), Work(10**7))
    values = [evaluator.value(term, {}).parts for term in terms]
    assert all(set(value) <= {(0, 1)} for value in values)
    return [value.get((0, 1), Fraction(0)) for value in values]


# Confluence


@pytest.mark.parametrize("pair", UNORDERED, ids=" ".join)
def test_what_is_true_of_two_normalisers_is_proved_in_either_order(
    pair: tuple[str, str, str],
) -> None:
    shape, first, second = pair
    random = Random(f"{pair}")
    theory = together(shape, first, second)
    terms = averages(theory, random, 24)
    found = list(relations(theory, terms, random))
    assert found
    for relation in found:
        difference = combined(relation, terms)
        assert is_proved(difference, theory)
        assert is_proved(difference, together(shape, second, first))


@pytest.mark.parametrize("names", TRIPLES, ids=" ".join)
def test_what_is_true_of_three_normalisers_is_proved_in_any_order(names: tuple[str, ...]) -> None:
    shape, *norms = names
    random = Random(f"{names}")
    theory = together(shape, *norms)
    terms = averages(theory, random, 24)
    found = list(relations(theory, terms, random))
    assert found
    for relation in found:
        difference = combined(relation, terms)
        for order in permutations(norms):
            assert is_proved(difference, together(shape, *order)), order


@pytest.mark.parametrize("pair", UNORDERED, ids=" ".join)
def test_a_relation_with_one_wrong_coefficient_is_proved_in_neither_order(
    pair: tuple[str, str, str],
) -> None:
    shape, first, second = pair
    random = Random(f"{pair}")
    theory = together(shape, first, second)
    terms = averages(theory, random, 16)
    for relation in [*relations(theory, terms, random), [Fraction(0)] * len(terms)]:
        wrong = list(relation)
        wrong[random.randrange(len(terms))] += 1
        difference = combined(wrong, terms)
        assert not is_proved(difference, theory)
        assert not is_proved(difference, together(shape, second, first))


@settings(max_examples=120)
@given(st.data())
def test_the_normal_form_of_a_term_with_two_normalisers_evaluates_as_the_term(
    data: st.DataObject,
) -> None:
    theory = together(*data.draw(st.sampled_from(PAIRS)))
    free = tuple(Index(f"{name[0]}{k}", name) for name, _ in theory.sorts for k in (1, 2))
    fixed = [Sign(Entry(d.name), "zero") for d in theory.declarations if d.name.endswith(".eps")]
    term = data.draw(strategies.terms(theory, free, 2, fixed))
    calculus = Calculus(theory, (), Budget(10**6))
    polynomial = calculus.presented(calculus.normal_form(term))
    normal = to_term(polynomial, calculus.size_polynomials.inverted)
    sizes = {name: data.draw(st.integers(1, 3)) for name in theory.sizes()}
    at = {index: data.draw(st.integers(0, sizes[theory.size_of(index.sort)] - 1)) for index in free}
    random = Random(data.draw(st.integers(0, 2**32)))
    try:
        evaluator = Evaluator(theory, point_of(theory, sizes, random), Work(10**6))
        values = evaluator.value(term, at), evaluator.value(normal, at)
    except (ZeroDivisionError, WorkExhausted):  # an unbiased variance of one sample
        assume(False)
        raise
    assert values[0] == values[1]


@pytest.mark.parametrize("sizes", [{"n": 1}, {"n": 2}, {"D": 1}, {"n": 2, "D": 2}])
@pytest.mark.parametrize(
    "pair",
    [
        ("x[sample,feature]", "batch", "layer"),
        ("x[sample,feature]", "rms", "batch"),
        ("x[sample,feature]", "layer", "evaluation"),
        ("x[sample,feature,pixel]", "batch over images", "instance"),
    ],
    ids=" ".join,
)
def test_at_fixed_sizes_only_what_is_true_there_is_proved(
    pair: tuple[str, str, str], sizes: dict[str, int]
) -> None:
    theory = together(*pair)
    random = Random(f"{pair}{sizes}")
    terms = averages(theory, random, 10)
    for size in (2, 3):
        others = dict.fromkeys(theory.sizes(), size) | sizes
        values = point_values(theory, terms, others, random)
        for (left, value), (right, other) in combinations(zip(terms, values, strict=True), 2):
            if value != other:
                hypotheses = tuple(Fixed(name, count) for name, count in sizes.items())
                claim = Equation(left, right)
                assert not isinstance(decide(claim, theory, hypotheses), Theorem)


# What a pencil shows


TRUE = {
    ("x[sample,feature]", "batch", "layer"): [
        "mean[d] bn.mu[d] = mean[i] ln.mu[i]",
        "mean[d] (bn.var[d] + bn.mu[d]^2) = mean[i] (ln.var[i] + ln.mu[i]^2)",
        "sum[i] bn.y[i,d] = 0",
        "sum[d] ln.y[i,d] = 0",
        "sum[i,d] ln.y[i,d] = 0",
        "sum[d] bn.s[d]*bn.y[i,d] = D*ln.mu[i] - (sum[d] bn.mu[d])",
        "diff[x[j,e]] ln.mu[i] = delta[i,j]/D",
    ],
    ("x[sample,feature]", "center", "rms"): [
        "mean[i] c0.y[i,d]^2 = (mean[i] x[i,d]^2) - c0.mu[d]^2",
        "mean[i,d] c0.y[i,d]^2 = (mean[i] rms.s[i]^2) - rms.eps - (mean[d] c0.mu[d]^2)",
    ],
    ("x[sample,feature]", "batch", "evaluation"): [
        "ev.y[i,d] = (bn.s[d]*bn.y[i,d] + bn.mu[d] - ev.m[d])/ev.s[d]",
        "mean[i] ev.y[i,d]^2 = (bn.var[d] + (bn.mu[d] - ev.m[d])^2)/(ev.v[d] + ev.eps)",
        "diff[x[j,e]] ev.s[d] = 0",
    ],
    ("x[sample,feature,pixel]", "batch over images", "instance"): [
        "mean[i] in.mu[i,d] = bn.mu[d]",
        "bn.var[d] = mean[i] (in.var[i,d] + (in.mu[i,d] - bn.mu[d])^2)",
        "bn.var[d] = (mean[i] in.var[i,d]) + (mean[i] in.mu[i,d]^2) - bn.mu[d]^2",
        "sum[p] bn.y[i,d,p] = P*(in.mu[i,d] - bn.mu[d])/bn.s[d]",
        "sum[i,p] in.y[i,d,p] = 0",
        "diff[x[j,e,q]] sum[i] in.mu[i,d] = delta[d,e]/P",
    ],
    ("x[sample,feature,pixel]", "batch over images", "layer"): [
        "mean[d] bn.mu[d] = mean[i] ln.mu[i]",
        "mean[d] (bn.var[d] + bn.mu[d]^2) = mean[i] (ln.var[i] + ln.mu[i]^2)",
    ],
    ("x[sample,feature,pixel]", "instance", "layer"): [
        "mean[d] in.mu[i,d] = ln.mu[i]",
        "ln.var[i] = mean[d] (in.var[i,d] + (in.mu[i,d] - ln.mu[i])^2)",
    ],
    ("x[sample,group,feature,pixel]", "group", "instance"): [
        "mean[d] in.mu[i,a,d] = gn.mu[i,a]",
        "gn.var[i,a] = mean[d] (in.var[i,a,d] + (in.mu[i,a,d] - gn.mu[i,a])^2)",
    ],
    ("x[sample,group,feature,pixel]", "group", "batch over images"): [
        "mean[d] bn.mu[a,d] = mean[i] gn.mu[i,a]",
        "mean[d] (bn.var[a,d] + bn.mu[a,d]^2) = mean[i] (gn.var[i,a] + gn.mu[i,a]^2)",
    ],
}
FALSE = {
    ("x[sample,feature]", "batch", "layer"): [
        "sum[d] bn.mu[d] = sum[i] ln.mu[i]",
        "mean[d] bn.var[d] = mean[i] ln.var[i]",
        "sum[i] ln.y[i,d] = 0",
        "bn.y[i,d] = ln.y[i,d]",
    ],
    ("x[sample,feature,pixel]", "batch over images", "instance"): [
        "bn.var[d] = mean[i] in.var[i,d]",
        "sum[p] bn.y[i,d,p] = 0",
        "in.mu[i,d] = bn.mu[d]",
    ],
}


def in_both_orders(table: dict[tuple[str, str, str], list[str]]) -> list[tuple[str, ...]]:
    return [
        (shape, *pair, claim)
        for (shape, *names), claims in table.items()
        for pair in (names, names[::-1])
        for claim in claims
    ]


@pytest.mark.parametrize("case", in_both_orders(TRUE), ids=" ".join)
def test_what_a_pencil_shows_of_two_normalisers(case: tuple[str, ...]) -> None:
    *names, claim = case
    assert isinstance(decide(claim_of(claim), together(*names)), Theorem)


@pytest.mark.parametrize("case", in_both_orders(FALSE), ids=" ".join)
def test_what_a_pencil_refutes_of_two_normalisers(case: tuple[str, ...]) -> None:
    *names, claim = case
    assert not isinstance(decide(claim_of(claim), together(*names)), Theorem)
