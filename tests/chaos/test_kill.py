"""The real program, killed at every named point, against a workspace that outlives it."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from pathlib import Path

import pytest
from benchmarks.chaos.nursery import Life

from escbot.core import events as e
from escbot.services.failpoints import NAMES, VARIABLE
from escbot.services.policyfile import default_text
from escbot.services.rosterfile import default_roster_text
from escbot.store import cases
from escbot.store.database import open_database
from escbot.workspace.model import Message
from escbot.workspace.workspace import Workspace
from tests.stories.conftest import PACE, a_workspace

TICKER = "ticker.claimed"
WITHIN = 20  # seconds


class Bot:
    """One `escbot run` as an operator starts it."""

    def __init__(self, workspace: Workspace, folder: Path, database: str, **more: str) -> None:
        app = workspace.state.app
        assert app is not None
        roster = folder / "roster.yaml"
        roster.write_text(default_roster_text())
        self._folder = folder
        self._environment = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_APP_TOKEN": app.app_token,
            "SLACK_API_URL": workspace.api_url,
            "ESCBOT_DATABASE_URL": database,
            "ESCBOT_ROSTER": str(roster),
            "ESCBOT_PACE": str(PACE),
            **more,
        }
        self.log = folder / "bot.log"
        self._life: Life | None = None

    async def start(self, failpoint: str = "") -> bool:
        """Start it and wait until it says that it runs; False where it ends before."""
        self._life = Life({**self._environment, VARIABLE: failpoint}, self._folder, self.log)
        async with asyncio.timeout(WITHIN):
            return await self._life.is_ready()

    async def dies(self) -> int:
        """Wait until it is dead."""
        assert self._life is not None
        async with asyncio.timeout(WITHIN):
            return await self._life.ended()

    async def stop(self) -> int:
        """Stop it the way an operator does."""
        assert self._life is not None
        if self._life.is_alive:
            self._life.terminate()
        return await self.dies()


async def escalate(workspace: Workspace) -> None:
    dana = workspace.person("U01")
    await dana.slash("/escalate", channel="general")
    form = dana.form().fill("Customer", "Acme").fill("What is happening?", "Nobody can pay")
    form.choose("Kind of problem", "System down").choose("Impact", "One user")
    form.choose("Area", "Payments")
    workspace.patience = 0.3  # it waits in vain for who is killed
    await form.submit()
    workspace.patience = 1.0


@pytest.mark.chaos
@pytest.mark.parametrize("failpoint", [name for name in NAMES if name != TICKER])
async def test_killed_at_a_named_point_nothing_is_lost_and_nothing_twice(
    failpoint: str, tmp_path: Path
) -> None:
    workspace = a_workspace(start=None, patience=1.0)
    await workspace.start()
    bot = Bot(workspace, tmp_path, f"sqlite:///{tmp_path / 'escbot.db'}")
    try:
        assert await bot.start(failpoint)
        await escalate(workspace)
        assert await bot.dies() == -9
        assert await bot.start()
        if workspace.person("U01").view() is not None:
            # It died before the form was taken: the form is still open, and is sent again.
            await workspace.person("U01").form().submit()
        await workspace.until(lambda: workspace.person("U05").direct(), timeout=60)
        await workspace.until(lambda: workspace.messages("escalations"), timeout=60)
        card = workspace.messages("escalations")[0]

        def thread() -> list[Message]:
            return workspace.thread("escalations", card.ts)[1:]

        await workspace.until(lambda: len(thread()) >= 5, timeout=60)
        await workspace.settle(quiet=1.2)
        assert len(workspace.messages("escalations")) == 1
        steps = Counter(message.words().split("*")[1] for message in thread())
        assert set(steps.values()) == {1}
        assert len(steps) == 5
        assert len(workspace.person("U05").direct()) == 1
        assert await bot.stop() == 0
    finally:
        await bot.stop()
        await workspace.stop()


@pytest.mark.chaos
async def test_killed_while_a_deadline_is_handled_it_is_handled_once(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(default_text().replace('answer: "15m"', 'answer: "2s"'))
    workspace = a_workspace(start=None, patience=1.0)
    await workspace.start()
    url = f"sqlite:///{tmp_path / 'escbot.db'}"
    bot = Bot(workspace, tmp_path, url, ESCBOT_POLICY=str(tmp_path / "policy.yaml"))
    try:
        assert await bot.start(TICKER)
        await escalate(workspace)
        assert await bot.dies() == -9
        assert await bot.start()
        await workspace.until(lambda: workspace.person("U06").direct(), timeout=60)
        assert await bot.stop() == 0
    finally:
        await bot.stop()
        await workspace.stop()
    database = await open_database(url)
    async with database.session() as session:
        records = await cases.events(session, "T01", 1)
    await database.close()
    passed = [r.event.person for r in records if isinstance(r.event, e.Passed)]
    assert passed.count("U05") == 1
    assert len(workspace.person("U06").direct()) == 1


@pytest.mark.chaos
async def test_a_second_program_on_the_same_file_is_refused(tmp_path: Path) -> None:
    workspace = a_workspace()
    await workspace.start()
    database = f"sqlite:///{tmp_path / 'escbot.db'}"
    first, second = Bot(workspace, tmp_path, database), Bot(workspace, tmp_path, database)
    try:
        assert await first.start()
        assert not await second.start()
        assert await second.dies() == 3
        said = second.log.read_text()
        assert "escbot.db is in use by another escbot. Stop it, or use PostgreSQL." in said
        assert "Traceback" not in said
    finally:
        await first.stop()
        await workspace.stop()
