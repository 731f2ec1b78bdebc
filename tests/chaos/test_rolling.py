"""Two real programs on one PostgreSQL, restarted one after the other while people work."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.chaos.test_kill import WITHIN, Bot
from tests.conftest import new_database
from tests.stories.conftest import a_workspace


@pytest.mark.chaos
@pytest.mark.postgres
async def test_a_rolling_restart_loses_nothing_and_keeps_answering(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = new_database(request, "postgres", tmp_path)
    workspace = a_workspace(start=None)
    await workspace.start()
    bots = [Bot(workspace, tmp_path, url, ESCBOT_HEALTH_ADDRESS="") for _ in range(2)]
    opened = refused = 0

    async def work(enough: asyncio.Event) -> None:
        """Open one case after the other; count what had to be sent again."""
        nonlocal opened, refused
        dana = workspace.person("U01")
        while not enough.is_set():
            if not await dana.slash("/escalate", channel="general"):
                refused += 1
                continue
            form = dana.form().fill("Customer", "Acme").fill("What is happening?", "Down")
            form.choose("Kind of problem", "Minor issue").choose("Impact", "One user")
            outcome = await form.submit()
            while not outcome.closed:
                refused += 1
                outcome = await form.submit()
            opened += 1
            await asyncio.sleep(0.2)

    try:
        for bot in bots:
            assert await bot.start()
        enough = asyncio.Event()
        working = asyncio.create_task(work(enough))
        for bot in bots:
            before = opened  # people are at work when it stops
            await workspace.until(lambda: opened > before, timeout=WITHIN)  # noqa: B023
            assert await bot.stop() == 0
            assert await bot.start()
        enough.set()
        await working
        # What is on its way to a socket at the moment when it closes must be sent again.
        assert refused <= len(bots)
        await workspace.until(lambda: len(workspace.messages("escalations")) == opened, timeout=60)
        await workspace.settle(quiet=1.0)
        assert len(workspace.messages("escalations")) == opened
    finally:
        for bot in bots:
            await bot.stop()
        await workspace.stop()
