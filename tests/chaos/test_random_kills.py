"""Ten kills at random moments and named points, on each database; the long runs are benchmarks."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.chaos.__main__ import ZERO, run

LONGEST = 2.0  # seconds of a life; those of the long runs may last longer


@pytest.mark.chaos
@pytest.mark.timeout(600)
async def test_ten_kills_lose_nothing_and_do_nothing_twice(
    database_url: str, tmp_path: Path
) -> None:
    replicas = 1 if database_url.startswith("sqlite") else 2
    found = await run(10, 7, replicas, database_url, tmp_path, longest=LONGEST)
    assert found["escalations"] > 0
    assert found["messages"] > found["escalations"]
    assert {name: found[name] for name in ZERO} == dict.fromkeys(ZERO, 0)
