"""The real program, killed at every named point, against a workspace that outlives it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from pathlib import Path

import pytest

from escbot.services.failpoints import NAMES, VARIABLE
from escbot.services.rosterfile import default_roster_text
from escbot.workspace.model import Message
from escbot.workspace.workspace import Workspace
from tests.stories.conftest import PACE, a_workspace

READY = "escbot is running"
CODE = "from escbot.cli.main import run; run()"


class Bot:
    """One `escbot run` as an operator starts it."""

    def __init__(self, workspace: Workspace, folder: Path, database: str) -> None:
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
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, failpoint: str = "") -> None:
        """Start it and wait until it says that it runs."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            CODE,
            "run",
            cwd=self._folder,
            env={**self._environment, VARIABLE: failpoint},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert self.process.stdout is not None
        async with asyncio.timeout(20):
            line = await self.process.stdout.readline()
        assert READY in line.decode()

    async def dies(self) -> int:
        """Wait until it is dead."""
        assert self.process is not None
        async with asyncio.timeout(20):
            return await self.process.wait()

    async def stop(self) -> int:
        """Stop it the way an operator does."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.terminate()
        return await self.dies()


async def escalate(workspace: Workspace) -> None:
    dana = workspace.person("U01")
    await dana.slash("/escalate", channel="general")
    form = dana.form().fill("Customer", "Acme").fill("What is happening?", "Nobody can pay")
    form.choose("Kind of problem", "System down").choose("Impact", "One user")
    form.choose("Area", "Payments")
    await form.submit()


@pytest.mark.chaos
@pytest.mark.parametrize("failpoint", NAMES)
async def test_killed_at_a_named_point_nothing_is_lost_and_nothing_twice(
    failpoint: str, tmp_path: Path
) -> None:
    workspace = a_workspace(start=None)
    await workspace.start()
    bot = Bot(workspace, tmp_path, f"sqlite:///{tmp_path / 'escbot.db'}")
    try:
        await bot.start("" if failpoint == "ticker.claimed" else failpoint)
        await escalate(workspace)
        if failpoint == "ticker.claimed":
            await workspace.until(lambda: workspace.person("U05").direct(), timeout=20)
            await bot.stop()
        else:
            assert await bot.dies() == -9
        await bot.start()
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
async def test_a_second_program_on_the_same_file_is_refused(tmp_path: Path) -> None:
    workspace = a_workspace()
    await workspace.start()
    database = f"sqlite:///{tmp_path / 'escbot.db'}"
    first, second = Bot(workspace, tmp_path, database), Bot(workspace, tmp_path, database)
    try:
        await first.start()
        with pytest.raises(AssertionError):
            await second.start()
        assert await second.dies() == 3
        assert second.process is not None
        assert second.process.stderr is not None
        said = (await second.process.stderr.read()).decode()
        assert "escbot.db is in use by another escbot. Stop it, or use PostgreSQL." in said
        assert "Traceback" not in said
    finally:
        await first.stop()
        await workspace.stop()
