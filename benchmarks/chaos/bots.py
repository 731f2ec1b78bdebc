"""`escbot run` as real processes that are killed and started again."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from pathlib import Path

from escbot.services.failpoints import NAMES, VARIABLE
from escbot.services.policyfile import default_text
from escbot.services.rosterfile import default_roster_text
from escbot.workspace.workspace import Workspace

PACE = 20.0
CODE = "from escbot.cli.main import run; run()"
READY = "escbot is running"
START_WITHIN = 60.0
# Hours become seconds, so that every clock has its say while the program dies.
SHORT = (
    ('respond: "1h"', 'respond: "14s"'), ('respond: "4h"', 'respond: "18s"'),
    ('answer: "15m"', 'answer: "5s"'), ('answer: "1h"', 'answer: "6s"'),
    ('update: "30m"', 'update: "9s"'), ('update: "2h"', 'update: "12s"'),
    ('manage: "10m"', 'manage: "6s"'), ('manage: "30m"', 'manage: "7s"'),
    ('limit: "4h"', 'limit: "15s"'), ('limit: "8h"', 'limit: "15s"'),
    ('pauses: {P1: "30m", P2: "4h"', 'pauses: {P1: "5s", P2: "6s"'),
)  # fmt: skip


def write_files(folder: Path) -> tuple[Path, Path]:
    """Write a policy with short limits, and the demo's roster."""
    text = default_text()
    for before, after in SHORT:
        if before not in text:
            raise LookupError(f"the packaged policy has no {before}")
        text = text.replace(before, after)
    policy, roster = folder / "policy.yaml", folder / "roster.yaml"
    policy.write_text(text)
    roster.write_text(default_roster_text())
    return policy, roster


class Bot:
    """One replica: killed, started, killed again."""

    def __init__(self, workspace: Workspace, folder: Path, database: str, name: str) -> None:
        app = workspace.state.app
        if app is None:
            raise LookupError("the app is not installed")
        policy, roster = write_files(folder)
        self._folder = folder
        self._log = (folder / f"{name}.log").open("ab")
        self._environment = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_APP_TOKEN": app.app_token,
            "SLACK_API_URL": workspace.api_url,
            "ESCBOT_DATABASE_URL": database,
            "ESCBOT_POLICY": str(policy),
            "ESCBOT_ROSTER": str(roster),
            "ESCBOT_PACE": str(PACE),
            "ESCBOT_HEALTH_ADDRESS": "",
        }
        self._process: asyncio.subprocess.Process | None = None
        self.kills = 0
        self.by_point: dict[str, int] = {}

    async def start(self, failpoint: str = "") -> bool:
        """Start it; False where it died before it ran."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", CODE, "run",
            cwd=self._folder,
            env={**self._environment, VARIABLE: failpoint},
            stdout=asyncio.subprocess.PIPE,
            stderr=self._log,
        )  # fmt: skip
        if self._process.stdout is None:
            raise LookupError("the process has no output")
        try:
            async with asyncio.timeout(START_WITHIN):
                line = await self._process.stdout.readline()
        except TimeoutError:
            await self.kill("start")
            return False
        return READY in line.decode()

    async def kill(self, point: str) -> None:
        """Kill it the way a power cut does."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.kill()
            self.kills += 1
            self.by_point[point] = self.by_point.get(point, 0) + 1
        await self._process.wait()

    async def live_and_die(self, chance: random.Random) -> None:
        """Live through one life: die at a named point, or at a random moment."""
        point = chance.choice((*NAMES, "", "", ""))
        if not await self.start(f"{point}:{chance.randint(1, 8)}" if point else ""):
            # A point that is passed while it starts kills it before it says that it runs.
            if self._process is not None and self._process.returncode == -9:
                self.kills += 1
                self.by_point[point] = self.by_point.get(point, 0) + 1
            else:
                await self.kill("start")
            return
        try:
            async with asyncio.timeout(chance.uniform(0.2, 2.5)):
                if self._process is not None:
                    await self._process.wait()
            self.kills += 1
            self.by_point[point] = self.by_point.get(point, 0) + 1
        except TimeoutError:
            await self.kill("random moment")

    async def stop(self) -> None:
        """Stop it the way an operator does."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
        self._log.close()
