"""The SymPy maps, the kernel and the exact evaluator are about the same functions."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

import bnproof
from bnproof import maps
from bnproof.checks.evaluator import Evaluator, Point, Work
from bnproof.kernel import Theorem, decide
from bnproof.language import parse_term
from bnproof.maps.models import Map
from bnproof.terms import BnproofError, Entry, Equation, Index, Parameter

SIZES = [2, 3, 4]
I, J, K = (Index(name, "sample") for name in "ijk")  # noqa: E741
D, E = (Index(name, "feature") for name in "de")
MAPS: list[Map] = [
    maps.Centering(),
    maps.Scaling(),
    maps.Standardization(),
    maps.Affine(),
    maps.BatchNorm(),
    maps.Centering() >> maps.Scaling(),
    maps.Standardization() >> maps.Affine(),
    maps.BatchNorm() >> maps.Centering(),
]


def at_point(map_: Map, n: int, features: int) -> tuple[Point, dict[sympy.Symbol, sympy.Rational]]:
    """A point with integer entries, for the evaluator and for SymPy."""
    values = iter([3, -1, 4, 1, -5, 9, 2, 6, -3, 5, 8, 7, 10, 11, 12, 13, 14, 15, 16, 17])
    arrays: dict[str, dict[tuple[int, ...], Fraction]] = {
        "x": {(i, d): Fraction(next(values)) for i in range(n) for d in range(features)}
    }
    symbols = {
        sympy.Symbol(f"x_{i + 1}_{d + 1}", real=True): sympy.Rational(v)
        for (i, d), v in arrays["x"].items()
    }
    for parameter in map_.theory.declarations:
        if isinstance(parameter, Parameter):
            scalar = not parameter.sorts
            shape = [()] if scalar else [(d,) for d in range(features)]
            arrays[parameter.name] = {position: Fraction(2) for position in shape}
            for position in shape:
                name = "_".join([parameter.name, *(str(k + 1) for k in position)])
                symbols[sympy.Symbol(name, real=True, nonnegative=scalar or None)] = 2
    return Point({"n": n, "D": features}, arrays), symbols


def exact(map_: Map, term: str, point: Point, at: dict[Index, int]) -> sympy.Expr:
    value = Evaluator(map_.theory, point, Work(10**7)).value(parse_term(term), at)
    return sympy.Add(*(sympy.Rational(q) * sympy.sqrt(m) for (_, m), q in value.parts.items()))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("map_", MAPS, ids=repr)
def test_outputs_and_jacobians_agree_with_the_exact_evaluator(map_: Map, n: int) -> None:
    point, symbols = at_point(map_, n, 2)
    matrix, jacobian = map_.matrix(n, 2), map_.jacobian(n, 2)
    for i, d in [(0, 0), (n - 1, 1)]:
        here = matrix[i, d].subs(symbols)
        assert sympy.simplify(here - exact(map_, f"{map_.output}[i,d]", point, {I: i, D: d})) == 0
        for j, e in [(0, 0), (1, 0), (n - 1, 1)]:
            slope = jacobian[2 * i + d, 2 * j + e].subs(symbols)
            at = {I: i, D: d, J: j, E: e}
            expected = exact(map_, f"diff[x[j,e]] {map_.output}[i,d]", point, at)
            assert sympy.simplify(slope - expected) == 0


@pytest.mark.parametrize("n", SIZES)
def test_the_jacobian_of_standardization_is_what_the_kernel_proves(n: int) -> None:
    claim = "diff[x[j,e]] y[k,d] = delta[d,e]/s[d]*(delta[j,k] - 1/n - y[j,d]*y[k,d]/n)"
    standardization = maps.Standardization()
    assert bnproof.prove(claim, norm=standardization).verdict == "proved"
    y = standardization.matrix(n)
    identity, ones = sympy.eye(n), sympy.ones(n, n)
    expected = identity - ones / n - y * y.T / n
    difference = standardization.projection(n) - expected
    assert difference.applyfunc(sympy.simplify) == sympy.zeros(n, n)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize(
    ("map_", "lost", "projector"),
    [
        (maps.Centering(), 1, True),
        (maps.Scaling(), 0, False),
        (maps.Scaling(eps=0), 1, True),
        (maps.Standardization(), 1, False),
        (maps.Standardization(eps=0), 2, True),
        (maps.Affine(), 0, True),
        (maps.BatchNorm(eps=0), 2, True),
        (maps.Centering() >> maps.Scaling(eps=0), 2, True),
    ],
    ids=repr,
)
def test_ranks_null_spaces_and_projectors(map_: Map, lost: int, projector: bool, n: int) -> None:
    assert map_.rank(n) == n - lost
    assert map_.is_projector(n) == projector
    assert len(map_.null_space(n)) == lost


@pytest.mark.parametrize("n", SIZES)
def test_the_null_space_of_standardization_is_spanned_by_one_and_y(n: int) -> None:
    map_ = maps.Standardization(eps=0)
    ones, y = sympy.ones(n, 1), map_.matrix(n)
    for vector in (ones, y):
        image = map_.projection(n) * vector
        assert image.applyfunc(sympy.simplify) == sympy.zeros(n, 1)
    at = dict(zip(map_.inputs(n), [1, 4, 9, 20], strict=False))
    spanned = sympy.Matrix.hstack(*map_.null_space(n), ones, map_.inputs(n)).subs(at)
    assert spanned.rank() == 2


@pytest.mark.parametrize("n", SIZES)
def test_standardization_is_scaling_after_centering(n: int) -> None:
    composed = (maps.Centering() >> maps.Scaling()).matrix(n)
    difference = composed - maps.Standardization().matrix(n)
    assert difference.applyfunc(sympy.simplify) == sympy.zeros(n, 1)


def test_a_composition_is_a_theory_that_the_kernel_reads() -> None:
    composed = maps.Centering() >> maps.Scaling(eps=0)
    for claim in ("sum[i] y[i,d] = 0", "sum[i] y[i,d]^2 = n", "blocked sum[i,d] h[d]*y[i,d]^2"):
        assert bnproof.prove(claim, norm=composed).verdict == "proved"
    assert bnproof.prove("y[i,d] = x1[i,d]", norm=composed).verdict == "refuted"


def test_composition_is_associative_up_to_names() -> None:
    a, b, c = maps.Centering(), maps.Scaling(), maps.Affine()
    left, right = ((a >> b) >> c).matrix(3), (a >> (b >> c)).matrix(3)
    assert (left - right).applyfunc(sympy.simplify) == sympy.zeros(3, 1)


def test_arrays_of_both_maps_keep_apart() -> None:
    twice = maps.BatchNorm() >> maps.BatchNorm()
    names = [declared.name for declared in twice.theory.declarations]
    assert len(set(names)) == len(names)
    assert {"gamma", "gamma2", "eps", "eps2", "mu", "mu2", "s", "s2"} <= set(names)
    point, symbols = at_point(twice, 3, 1)
    value = twice.matrix(3)[1, 0].subs(symbols)
    expected = exact(twice, f"{twice.output}[i,d]", point, {I: 1, D: 0})
    assert sympy.simplify(value - expected) == 0


def test_which_phase_is_to_blame() -> None:
    linear, squares = "blocked sum[i,d] g[d]*y[i,d]", "blocked sum[i,d] h[d]*y[i,d]^2"
    verdicts = {
        (type(phase).__name__, claim): bnproof.prove(claim, norm=phase).verdict
        for phase in (maps.Centering(), maps.Scaling(eps=0), maps.Standardization(eps=0))
        for claim in (linear, squares)
    }
    assert verdicts == {
        ("Centering", linear): "proved",
        ("Centering", squares): "refuted",
        ("Scaling", linear): "refuted",
        ("Scaling", squares): "proved",
        ("Standardization", linear): "proved",
        ("Standardization", squares): "proved",
    }


def test_entries_for_symbolic_sizes_agree_with_explicit_ones() -> None:
    for map_ in (maps.Centering(), maps.Standardization(), maps.Centering() >> maps.Scaling()):
        n, i, d = sympy.symbols("n i d", integer=True, positive=True)
        entry = map_.entry().subs({n: 3, i: 2, d: 1}).doit()
        x = sympy.IndexedBase("x", real=True)
        explicit = map_.matrix(3)[1, 0]
        for k in range(3):
            explicit = explicit.subs(map_.inputs(3)[k, 0], x[k + 1, 1])
        assert sympy.simplify(entry - explicit) == 0


def test_a_folded_entry_keeps_the_names() -> None:
    assert str(maps.Standardization().entry(unfold=False)) == "(-mu[d] + x[i, d])/s[d]"


def test_bound_indices_of_a_symbolic_entry_are_apart() -> None:
    for total in maps.Standardization().entry().atoms(sympy.Sum):
        inner = {limit[0] for s in total.function.atoms(sympy.Sum) for limit in s.limits}
        assert inner.isdisjoint({limit[0] for limit in total.limits})


@pytest.mark.parametrize("n", [2, 3])
def test_the_jacobian_entry_for_symbolic_sizes_holds_at_given_ones(n: int) -> None:
    map_ = maps.Standardization()
    entry = map_.jacobian_entry()
    assert isinstance(entry.theorem, Theorem)
    point, symbols = at_point(map_, n, 1)
    for j in range(n):
        for k in range(n):
            at = {J: j, K: k, D: 0, E: 0}
            value = Evaluator(map_.theory, point, Work(10**6)).value(entry.term, at)
            shown = sympy.Add(
                *(sympy.Rational(q) * sympy.sqrt(m) for (_, m), q in value.parts.items())
            )
            assert sympy.simplify(map_.jacobian(n)[k, j].subs(symbols) - shown) == 0


@pytest.mark.parametrize("map_", [maps.Standardization(), maps.BatchNorm()], ids=repr)
def test_the_first_order_term_is_pulled_back_to_nothing(map_: Map) -> None:
    pulled = map_.pull_back(maps.first_order())
    assert str(pulled.gradient) == "0"
    assert pulled.gradient.expression == 0
    assert pulled.explicit_gradient(2).applyfunc(sympy.simplify) == sympy.zeros(2, 1)


def test_the_diagonal_term_leaks_exactly_what_theorem_two_says() -> None:
    pulled = maps.Standardization().pull_back(maps.diagonal())
    leak = parse_term("eps*h[e]*y[j,e]/s[e]^3")
    assert isinstance(decide(Equation(pulled.gradient.term, leak), pulled.theory), Theorem)
    at_zero = maps.Standardization(eps=0).pull_back(maps.diagonal())
    assert str(at_zero.gradient) == "0"


@pytest.mark.parametrize(
    "term",
    [
        maps.first_order(shared=False),
        maps.diagonal(),
        maps.off_diagonal(),
        maps.second_order(),
        maps.TaylorTerm("sum[i,d] v[i,d]^3"),
    ],
    ids=lambda term: term.text,
)
def test_gradients_at_symbolic_sizes_agree_with_sympy_at_given_ones(term: maps.TaylorTerm) -> None:
    map_ = maps.Standardization()
    pulled = map_.pull_back(term)
    n, features = 2, 2
    gradient = pulled.explicit_gradient(n, features)
    point, symbols = at_point(map_, n, features)
    for declared in pulled.theory.declarations:
        if isinstance(declared, Parameter) and declared.name not in point.arrays:
            shape = [n if sort == "sample" else features for sort in declared.sorts]
            point = _with_parameter(point, declared, shape, symbols)
    for j in range(n):
        for e in range(features):
            value = Evaluator(pulled.theory, point, Work(10**6)).value(
                pulled.gradient.term, {J: j, E: e}
            )
            shown = sympy.Add(
                *(sympy.Rational(q) * sympy.sqrt(m) for (_, m), q in value.parts.items())
            )
            assert sympy.simplify(gradient[j, e].subs(symbols) - shown) == 0


def _with_parameter(
    point: Point, declared: Parameter, shape: list[int], symbols: dict[sympy.Symbol, sympy.Rational]
) -> Point:
    """The point with entries 1, 2, ... for one more parameter, and their symbols noted."""
    import itertools

    entries: dict[tuple[int, ...], Fraction] = {}
    for count, position in enumerate(itertools.product(*map(range, shape)), 1):
        key = tuple(sorted(position)) if declared.symmetric else position
        entries[position] = entries.get(key, Fraction(count))
        name = "_".join([declared.name, *(str(k + 1) for k in key)])
        symbols[sympy.Symbol(name, real=True)] = sympy.Rational(entries[position])
    return Point(point.sizes, {**point.arrays, declared.name: entries})


def test_a_pulled_back_term_is_written_out_in_the_input() -> None:
    pulled = maps.Centering().pull_back(maps.first_order())
    assert str(pulled) == "sum[i,d] g[d]*(y[i,d] - t[d])"
    x, g = sympy.IndexedBase("x", real=True), sympy.IndexedBase("g", real=True)
    assert pulled.expression.has(x, g)
    assert not pulled.expression.has(sympy.IndexedBase("y", real=True))


def test_a_map_is_not_evaluated_outside_of_its_domain() -> None:
    for attempt in (
        lambda: maps.Standardization(eps=0).matrix(1),
        lambda: maps.Standardization(eps=0).rank(1),
        lambda: maps.Centering().matrix(0),
        lambda: maps.Centering().inputs(2, 0),
        lambda: maps.Centering().pull_back(maps.TaylorTerm("sum[i,d] w[i,d]")),
    ):
        with pytest.raises(BnproofError):
            attempt()
    with pytest.raises(TypeError):
        maps.Centering() >> 3  # type: ignore[operator]


def test_maps_are_listed_for_completion() -> None:
    assert set(maps.__all__) <= set(dir(maps))


def test_eps_is_zero_or_a_symbol() -> None:
    with pytest.raises(BnproofError):
        maps.Standardization(eps=1)  # type: ignore[arg-type]


def test_a_map_that_is_not_rational_has_no_rank_here() -> None:
    odd = Map(maps.Standardization().theory, "y", Entry("eps"))
    with pytest.raises(BnproofError):
        odd.rank(2)
