"""How many cases each property tries: few in every test run, many with ESCBOT_FUZZ=100000."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

FUZZ = settings(
    max_examples=int(os.environ.get("ESCBOT_FUZZ", "25")),
    deadline=None,  # the machine may be busy
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
