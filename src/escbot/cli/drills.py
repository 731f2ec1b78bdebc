"""`escbot drill`: which drills there are, whether a story can be read, and how people did."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from escbot.cli.files import AsJson, stop
from escbot.cli.records import Url
from escbot.cli.report import moment
from escbot.core.drill.script import STEPS
from escbot.insights.drills import Training, record
from escbot.services.drillfile import read_drill, read_drills
from escbot.services.histories import trainings
from escbot.services.policyfile.document import FileError
from escbot.settings import DatabaseSettings
from escbot.store.database import DatabaseError, open_database
from escbot.words.drill import percent
from escbot.words.voice import counted

console = Console(highlight=False)
drill_app = typer.Typer(
    name="drill",
    help="Drills: stories to practise with, and how it went.",
    add_completion=False,
)


@drill_app.command("list")
def list_drills(
    folder: Annotated[Path | None, typer.Argument(help="A folder with your own stories.")] = None,
) -> None:
    """List the stories that `/escalate drill` can start."""
    drills = read_drills(folder)
    table = Table("name", "title", "pace", "what it teaches", box=None)
    for name, one in drills.found.items():
        table.add_row(name, one.practice.title, f"{one.pace:g}", one.practice.teaches)
    console.print(table)
    for trouble in drills.troubles:
        typer.echo(trouble, err=True)
    raise typer.Exit(1 if drills.troubles else 0)


@drill_app.command("check")
def check(files: Annotated[list[Path], typer.Argument(help="Stories of your own.")]) -> None:
    """Read stories and say where one is wrong."""
    for file in files:
        try:
            drill = read_drill(file.read_text("utf-8"), file.stem, str(file))
        except OSError as error:
            stop(f"{file} can't be read: {error.strerror}")
        except UnicodeDecodeError:
            stop(f"{file} can't be read: it is not UTF-8 text")
        except FileError as error:
            stop(str(error))
        typer.echo(f"{file}: {drill.practice.title}, ready to play.")


@drill_app.command("record")
def training_record(
    start: Annotated[str | None, typer.Option("--from", help="A date, or like 30d.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="A date; it is not included.")] = None,
    database: Url = None,
    as_json: AsJson = False,
) -> None:
    """Say how people and tiers did in their drills, step by step."""
    url = database or DatabaseSettings().escbot_database_url
    found = record(asyncio.run(_load(url, moment(start), moment(end))))
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    console.print(
        f"[bold]{counted(found['drills'], 'drill')}[/bold], {percent(found['share'])} on average"
    )
    for title, rows in (("person", found["people"]), ("tier", found["tiers"])):
        if rows:
            console.print(_table(title, rows))


def _table(title: str, rows: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table(title, "drills", "all", *STEPS, "weakest", box=None)
    for name, one in rows.items():
        steps = (percent(one["steps"][step]) for step in STEPS)
        table.add_row(
            name, str(one["drills"]), percent(one["share"]), *steps, one["weakest"] or "–"
        )
    return table


async def _load(url: str, start: datetime | None, end: datetime | None) -> list[Training]:
    try:
        database = await open_database(url)
    except DatabaseError as error:
        stop(str(error))
    try:
        return await trainings(database, start, end)
    finally:
        await database.close()
