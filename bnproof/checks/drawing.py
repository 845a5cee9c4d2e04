"""Points that Hypothesis draws at run time, without a trace on disk."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, configuration, errors
from hypothesis.strategies import SearchStrategy

from bnproof import strategies
from bnproof.checks.evaluator import Point
from bnproof.checks.points import Setting

# Points for exact arithmetic with roots are kept simple.
_SIMPLE_MEAN = 8
_SIMPLE_SPREADS = 1


def drawn_points(setting: Setting, examples: int, seed: int | None) -> list[Point]:
    """Up to so many points of the domain of a setting, at several sizes."""
    sizes = strategies.sizes(setting)
    return _drawn(sizes.flatmap(lambda s: strategies.points(setting, s)), examples, seed)


def drawn_at(
    setting: Setting, sizes: Mapping[str, int], examples: int, seed: int | None
) -> list[Point]:
    """Up to so many points at given sizes, their numbers small."""
    points = strategies.points(setting, sizes, _SIMPLE_MEAN, _SIMPLE_SPREADS)
    return _drawn(points, examples, seed)


def _drawn(points: SearchStrategy[Point], examples: int, seed: int | None) -> list[Point]:
    """What a strategy yields; without a seed it is always the same."""
    found: list[Point] = []

    @hypothesis.settings(
        database=None,
        derandomize=seed is None,
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
        verbosity=Verbosity.quiet,
        print_blob=False,
    )
    @hypothesis.given(points)
    def collect(point: Point) -> None:
        found.append(point)

    if seed is not None:
        collect = hypothesis.seed(seed)(collect)
    with _home_elsewhere(), warnings.catch_warnings(), suppress(errors.Unsatisfiable):
        warnings.simplefilter("ignore")
        collect()
    return found[:examples]


@contextmanager
def _home_elsewhere() -> Iterator[None]:
    """Let Hypothesis write where everything is removed again: it does so even without a database."""
    before = getattr(configuration, "__hypothesis_home_directory", None)
    with tempfile.TemporaryDirectory(prefix="bnproof-") as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)
