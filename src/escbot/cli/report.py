"""`escbot report`: what happened, in figures that can be followed down to their cases."""

from __future__ import annotations

import asyncio
import csv
import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from escbot.bootstrap import wall
from escbot.cli.files import AsJson, stop
from escbot.cli.patterns import AsHtml
from escbot.cli.records import Url
from escbot.http.pages import hours, page
from escbot.insights.metrics import DIMENSIONS, Story
from escbot.insights.metrics import report as figures_of
from escbot.services.histories import stories
from escbot.services.keeping import stored_library
from escbot.settings import DatabaseSettings
from escbot.store.database import DatabaseError, open_database

console = Console(highlight=False)
_AGO = re.compile(r"(\d{1,4})([dw])")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def report(
    start: Annotated[str | None, typer.Option("--from", help="A date, or like 30d.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="A date; it is not included.")] = None,
    by: Annotated[list[str] | None, typer.Option(help=f"Split by {', '.join(DIMENSIONS)}.")] = None,
    database: Url = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one line for each case.")] = False,
    as_html: AsHtml = False,
) -> None:
    """Say what happened: volume, times, clocks, handoffs, root causes."""
    span = (moment(start), moment(end))
    for dimension in by or []:
        if dimension not in DIMENSIONS:
            stop(f"There is no {dimension[:40]}; split by one of: {', '.join(DIMENSIONS)}")
    found = asyncio.run(_load(database or DatabaseSettings().escbot_database_url, *span))
    if as_csv:
        _csv(found)
        return
    answer = {
        "from": span[0].isoformat() if span[0] else None,
        "to": span[1].isoformat() if span[1] else None,
        **figures_of(found, by or ()),
    }
    if as_json:
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    elif as_html:
        typer.echo(page("report.html", title="Escalations", r=answer, names=NAMES))
    else:
        _show(answer)


NAMES = {
    "taken": "to take it",
    "told": "to the first word to the customer",
    "resolved": "to resolve",
}


async def _load(url: str, start: datetime | None, end: datetime | None) -> list[Story]:
    try:
        database = await open_database(url)
    except DatabaseError as error:
        stop(str(error))
    try:
        library = await stored_library(database, wall())
        return await stories(database, library, start, end) if library else []
    finally:
        await database.close()


def moment(text: str | None) -> datetime | None:
    """Read a date, or a span before now; aware UTC. Exits with 2 for another text."""
    if text is None:
        return None
    ago = _AGO.fullmatch(text)
    if ago is not None:
        days = int(ago[1]) * (7 if ago[2] == "w" else 1)
        return wall() - timedelta(days=days)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        stop(f"{text[:40]} is not a date; write 2026-11-24, or 30d for thirty days ago.")
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _csv(found: list[Story]) -> None:
    out = csv.writer(sys.stdout)
    out.writerow(["case", "opened_at", *DIMENSIONS[:-1], "taken_h", "told_h", "resolved_h",
                  "respond", "tier_clock", "root_cause", "drill"])  # fmt: skip
    for one in found:
        dimensions = [getattr(one, name) for name in DIMENSIONS[:-1]]
        times = [one.hours.get(name, "") for name in ("taken", "told", "resolved")]
        clocks = [one.clocks["respond"], one.clocks["tier"]]
        row = [one.id, one.opened_at.isoformat(), *dimensions, *times, *clocks, one.root_cause]
        out.writerow([_cell(value) for value in (*row, one.drill)])


def _cell(value: object) -> object:
    """Disarm what a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _show(r: Mapping[str, Any]) -> None:
    small = " (few: read the cases)" if r["small"] and r["cases"] else ""
    console.print(f"[bold]{r['cases']}[/bold] cases, {r['resolved']} resolved{small}")
    table = Table("time", "cases", "median", "p90", "median open", "p90 open", box=None)
    for name, said in NAMES.items():
        times = r["hours"][name]
        spans = [hours(times[key]) for key in ("p50", "p90", "open_p50", "open_p90")]
        table.add_row(said, str(times["cases"]), *spans)
    console.print(table)
    for line in _lines(r):
        console.print(line)
    for dimension, values in r["by"].items():
        table = Table(dimension, "cases", "median to take", "median to resolve", "late", box=None)
        for value, one in values.items():
            late = sum(one["clocks"][clock].get("breached", 0) for clock in one["clocks"])
            times = (hours(one["hours"][key]["p50"]) for key in ("taken", "resolved"))
            table.add_row(value, str(one["cases"]), *times, str(late))
        console.print(table)


def _lines(r: Mapping[str, Any]) -> Iterator[str]:
    for clock, states in r["clocks"].items():
        parts = ", ".join(f"{name} {number}" for name, number in sorted(states.items()))
        yield f"Clock {clock}: {parts or 'no case'}"
    shares = ("raised", "reopened", "declined", "reassigned", "ping_pong", "complete", "scored")
    yield "Shares: " + ", ".join(
        f"{name.replace('_', '-')} {_percent(r[f'{name}_share'])}" for name in shares
    )
    if r["root_causes"]:
        yield "Root causes: " + ", ".join(f"{n} {c}" for n, c in r["root_causes"].items())


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
