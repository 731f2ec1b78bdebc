"""`escbot db`: look after the database. Allowed beside a running escbot."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from escbot.bootstrap.keys import new_key
from escbot.bootstrap.times import wall
from escbot.cli.files import AsJson, stop
from escbot.services import keeping
from escbot.services.desk import Desk
from escbot.services.policyfile import default_policy
from escbot.services.templates import compose
from escbot.services.work import Services
from escbot.settings import DatabaseSettings
from escbot.store import outbox
from escbot.store.database import Database, DatabaseError, connect, open_database
from escbot.words.voice import counted

T = TypeVar("T")
LINK = re.compile(r"/archives/([A-Z0-9]+)/p(\d+)(\d{6})(?:\?|$)")
Url = Annotated[
    str | None, typer.Option("--database", help="A database; else ESCBOT_DATABASE_URL.")
]
console = Console(highlight=False)
db_app = typer.Typer(help="Look after the database.", no_args_is_help=True, add_completion=False)


def _url(given: str | None) -> str:
    return given or DatabaseSettings().escbot_database_url


def _with(
    given: str | None, work: Callable[[Database], Awaitable[T]], *, upgrade: bool = True
) -> T:
    async def run() -> T:
        database = await (open_database if upgrade else connect)(_url(given))
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except DatabaseError as error:
        stop(str(error))


@db_app.command("upgrade")
def upgrade(database: Url = None) -> None:
    """Bring the tables to this version of escbot."""
    before, newest = _with(database, lambda opened: opened.revision(), upgrade=False)
    after, _ = _with(database, lambda opened: opened.revision())
    if before == after:
        typer.echo(f"The tables are at revision {after}, the newest.")
    else:
        typer.echo(f"The tables went from revision {before or 'none'} to {newest}.")


@db_app.command("check")
def check(database: Url = None, as_json: AsJson = False) -> None:
    """Say whether the tables fit this version and the file is whole; exit 1 where not."""
    found = _with(database, keeping.check, upgrade=False)
    fits = found["revision"] == found["newest"]
    whole = found.get("integrity", "ok") == "ok"
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        state = "the newest" if fits else f"run `escbot db upgrade` for {found['newest']}"
        if found["newer"]:
            state = f"newer than this escbot, which knows {found['newest']}"
        typer.echo(f"{found['engine']}, revision {found['revision'] or 'none'}: {state}.")
        if not whole:
            typer.echo(f"The file is damaged: {found['integrity']}. Restore a backup.")
    if not (fits and whole):
        raise typer.Exit(1)


@db_app.command("verify")
def verify(database: Url = None, as_json: AsJson = False) -> None:
    """Rebuild every case from its events and compare; exit 1 where one differs."""
    found = _with(database, lambda opened: keeping.verify(opened, wall()))
    if as_json:
        typer.echo(json.dumps({"cases": found.cases, "differing": found.differing}))
    elif found.differing:
        of = f"of {counted(found.cases, 'case')}"
        one, many = f"{of} differs from its events:", f"{of} differ from their events:"
        typer.echo(counted(len(found.differing), one, many))
        typer.echo("\n".join(found.differing))
    else:
        one, many = "case is what its events make it.", "cases are what their events make them."
        typer.echo(counted(found.cases, one, many))
    if found.differing:
        raise typer.Exit(1)


@db_app.command("backup")
def backup(
    target: Annotated[Path, typer.Argument(help="A new file.")], database: Url = None
) -> None:
    """Copy an SQLite database while it is in use."""
    try:
        keeping.backup(_url(database), target)
    except (ValueError, sqlite3.Error, OSError, DatabaseError) as error:
        stop(f"No backup was made: {error}.")
    typer.echo(f"Copied to {target}.")


@db_app.command("export")
def export(
    target: Annotated[Path | None, typer.Argument(help="A file; else standard output.")] = None,
    database: Url = None,
) -> None:
    """Write every event of every case as one JSON line: the audit timeline."""

    async def write(opened: Database) -> int:
        count = 0
        place = target.open("w", encoding="utf-8") if target else nullcontext(sys.stdout)
        with place as file:
            async for line in keeping.export(opened):
                file.write(line + "\n")
                count += 1
        return count

    count = _with(database, write)
    if target is not None:
        typer.echo(f"Wrote {counted(count, 'event')} to {target}.")


@db_app.command("prune")
def prune(database: Url = None) -> None:
    """Remove cases, digests and reports past the policy's retention, and old request keys."""

    async def work(opened: Database) -> dict[str, int]:
        library = await keeping.stored_library(opened, wall())
        policy = library.current if library else default_policy(wall())
        return await keeping.prune(opened, policy, wall(), wall())

    found = _with(database, work)
    keys = counted(found["requests"], "request key")
    reports = counted(found["reports"], "digest or report", "digests and reports")
    typer.echo(f"Removed {counted(found['cases'], 'case')}, {reports} and {keys}.")


@db_app.command("redact")
def redact(
    case: Annotated[str, typer.Argument(help="A case, like ESC-12.")],
    team: Annotated[str | None, typer.Option(help="A workspace, if there are several.")] = None,
    database: Url = None,
) -> None:
    """Blank what people wrote in a case, for good; figures and times stay."""
    number = case.upper().removeprefix("ESC-")
    if not number.isdigit():
        stop("Name a case like this: escbot db redact ESC-12")

    async def work(opened: Database) -> bool:
        library = await keeping.stored_library(opened, wall())
        if library is None:
            return False
        services = Services(opened, library, wall, wall, new_key=new_key, compose=compose)
        return await Desk(services).redact(int(number), team)

    if not _with(database, work):
        stop(f"There is no ESC-{number} here. See --database and --team.")
    typer.echo(f"ESC-{number} is blank now. What Slack shows is edited; notices stay as posted.")


@db_app.command("settle")
def settle(
    message: Annotated[int | None, typer.Argument(help="A message's id; none lists them.")] = None,
    decision: Annotated[
        str | None, typer.Option("--as", help="posted (it is there), again (post it), drop.")
    ] = None,
    link: Annotated[
        str | None, typer.Option(help="The posted message's link (Copy link in Slack).")
    ] = None,
    database: Url = None,
) -> None:
    """List messages whose outcome is unknown, or decide about one."""
    if message is None:
        _list_unsettled(database)
        return
    states = {"posted": "sent", "again": "dirty", "drop": "dropped"}
    if decision not in states:
        stop("Say what is true with --as posted, --as again or --as drop.")
    place = LINK.search(link or "")
    if link is not None and (place is None or decision != "posted"):
        stop(
            "--link is the link of the posted message, like https://…/archives/C01/p1795562007961239"
        )
    values: dict[str, Any] = {"state": states[decision or ""], "attempts": 0}
    if place is not None:  # known again, it is edited to what it should say now
        values |= {"channel": place[1], "ts": f"{place[2]}.{place[3]}", "state": "dirty"}

    async def work(opened: Database) -> bool:
        async with opened.session() as session:
            known = {one[0] for one in await outbox.unsettled(session)}
            if message in known:
                await outbox.change(session, message, **values)
            return message in known

    if not _with(database, work):
        stop(f"There is no unsettled message {message}; `escbot db settle` lists them.")
    typer.echo(f"Message {message} is settled: {decision}.")


def _list_unsettled(database: str | None) -> None:
    async def work(opened: Database) -> list[tuple[int, str, str, str | None]]:
        async with opened.session() as session:
            return list(await outbox.unsettled(session))

    found = _with(database, work)
    if not found:
        typer.echo("Every message is settled.")
        return
    table = Table("message", "of", "place", "why", box=None)
    for id_, subject, slot, error in found:
        table.add_row(str(id_), escape(subject), escape(slot), escape(error or ""))
    console.print(table)
    console.print("Decide with: escbot db settle ID --as posted|again|drop")
