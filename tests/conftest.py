"""Hypothesis runs without a deadline, writes nothing to disk and repeats its examples."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "bnproof",
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("bnproof")
