"""`escbot demo --history`: a simulated past in a database, with what was planted in it."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

from typer.testing import CliRunner

from escbot.cli.main import app
from escbot.insights.metrics import report, story
from escbot.insights.simulate.life import Simulation
from escbot.insights.simulate.world import GAP_AREA, QUICK_CAUSE, bad_month
from escbot.services.templates import compose
from escbot.store.database import open_database
from escbot.store.outbox import unsent
from tests.make import NOW, a_policy, a_roster

run = CliRunner().invoke


def a_year(seed: int) -> Simulation:
    return Simulation(
        a_policy(), a_roster(), team="T1", start=NOW - timedelta(days=365), end=NOW, seed=seed,
        compose=compose,
    )  # fmt: skip


def test_a_year_holds_what_was_planted() -> None:
    lived = a_year(1).run()
    stories = [story(f"ESC-{one.number}", one.records, lambda _: a_policy()) for one in lived]
    found = report(stories, by=["month", "area"])
    assert 800 < found["cases"] < 1500
    areas, months = found["by"]["area"], found["by"]["month"]
    declined = {area: values["declined_share"] or 0 for area, values in areas.items()}
    assert max(declined, key=lambda area: declined[area]) == GAP_AREA
    assert next(iter(found["root_causes"])) == QUICK_CAUSE
    year, month = bad_month(NOW)
    worse = months.pop(f"{year}-{month:02}")
    others = [values["hours"]["taken"]["p50"] for values in months.values()]
    assert worse["hours"]["taken"]["p50"] > 1.5 * max(others[1:])
    for rare in ("reassigned_share", "ping_pong_share", "moved_down_share"):
        assert 0.005 < found[rare] < 0.05, rare
    assert 0 < found["lowered"] < 30
    assert worse["cases"] > max(values["cases"] for values in months.values())


def test_the_same_seed_is_the_same_past() -> None:
    one, two = (
        [(lived.number, lived.records) for lived in Simulation(
            a_policy(), a_roster(), team="T1", start=NOW - timedelta(days=30), end=NOW, seed=7,
            compose=compose,
        ).run()]
        for _ in range(2)
    )  # fmt: skip
    assert one
    assert one == two


def test_the_past_is_stored_as_the_desk_leaves_it_and_nothing_is_sent(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'past.db'}"
    done = run(app, ["demo", "--history", "30d", "--database", url])
    assert done.exit_code == 0, done.output
    assert run(app, ["db", "verify", "--database", url]).exit_code == 0
    answer = json.loads(run(app, ["report", "--database", url, "--json"]).stdout)
    assert answer["cases"] > 40

    async def waiting() -> int:
        database = await open_database(url)
        async with database.session() as session:
            found = await unsent(session, "T01")
        await database.close()
        return found

    assert asyncio.run(waiting()) == 0
    again = run(app, ["demo", "--history", "30d", "--database", url])
    assert again.exit_code == 2
    assert "has cases" in again.stderr
    own = run(app, ["policy", "advise", "--database", url, "--json"])
    assert own.exit_code == 0, own.output


def test_a_span_that_is_none_gets_one_sentence() -> None:
    done = run(app, ["demo", "--history", "soon", "--database", "sqlite:///x.db"])
    assert done.exit_code == 2
    assert "90d, 12w, 6m or 1y" in done.stderr
