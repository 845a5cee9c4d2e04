"""Hypothesis runs without a deadline, writes nothing to disk and repeats its examples.

What takes longest begins first, so that no worker is left with it at the end.
"""

import pytest
from hypothesis import HealthCheck, settings

LONGEST = ("test_shipped.py", "test_random_claims.py", "test_readme.py")

settings.register_profile(
    "bnproof",
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("bnproof")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)
