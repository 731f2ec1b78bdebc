"""`escbot run` as real processes that are killed and started again."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

from benchmarks.chaos.nursery import Life
from escbot.services.failpoints import NAMES, VARIABLE
from escbot.services.policyfile import default_text
from escbot.services.rosterfile import default_roster_text
from escbot.workspace.workspace import Workspace

PACE = 20.0
START_WITHIN = 60.0
STARTS = 5
NO_SLACK = 3  # the exit code of a program that can't go on
LONGEST = 5.0  # seconds that a life lasts; one that waits for its named point is given up then
# Hours become seconds, so that every clock has its say while the program dies.
SHORT = (
    ('respond: "1h"', 'respond: "30s"'), ('respond: "4h"', 'respond: "40s"'),
    ('answer: "15m"', 'answer: "10s"'), ('answer: "1h"', 'answer: "12s"'),
    ('update: "30m"', 'update: "25s"'), ('update: "2h"', 'update: "30s"'),
    ('manage: "10m"', 'manage: "15s"'), ('manage: "30m"', 'manage: "20s"'),
    ('limit: "4h"', 'limit: "35s"'), ('limit: "8h"', 'limit: "35s"'),
    ('pauses: {P1: "30m", P2: "4h"', 'pauses: {P1: "12s", P2: "15s"'),
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
        self._log = folder / f"{name}.log"
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
        self._life: Life | None = None
        self.killed_at: Counter[str] = Counter()

    @property
    def kills(self) -> int:
        """How often it was killed."""
        return self.killed_at.total()

    async def start(self, failpoint: str = "") -> bool:
        """Start it; False where it died before it ran."""
        environment = {**self._environment, VARIABLE: failpoint}
        self._life = Life(environment, self._folder, self._log)
        try:
            async with asyncio.timeout(START_WITHIN):
                return await self._life.is_ready()
        except TimeoutError:
            return False

    async def live_and_die(self, chance: random.Random, longest: float = LONGEST) -> None:
        """Live through one life of `longest` seconds at most: die at a named point, or anywhere."""
        point = chance.choice((*NAMES, "", "", ""))
        count = chance.choice((1, 1, 2, 3, 5, 8))
        began = await self.start(f"{point}:{count}" if point else "")
        life = self._life
        if life is None:
            return
        lasts = longest if point else chance.uniform(0.0, longest)
        if began:
            try:
                async with asyncio.timeout(lasts):
                    await life.ended()
            except TimeoutError:
                point = "random moment"
        if life.is_alive:
            life.kill()
        code = await life.ended()
        if code == NO_SLACK and not began:
            return  # Slack did not answer while it started: whoever runs it starts it again
        if code != -9:
            raise RuntimeError(f"the program ended with {code}; see {self._log}")
        self.killed_at[point or "random moment"] += 1

    async def start_for_good(self) -> None:
        """Start it as a supervisor does: again, where Slack does not answer."""
        for _ in range(STARTS):
            if await self.start():
                return
        raise RuntimeError(f"the program does not start; see {self._log}")

    async def stop(self) -> None:
        """Stop it the way an operator does."""
        if self._life is not None and self._life.is_alive:
            self._life.terminate()
            await self._life.ended()
