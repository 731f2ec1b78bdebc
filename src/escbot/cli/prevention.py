"""`escbot contacts | csat | followups | draft`: what belongs to a case after it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from escbot.bootstrap.keys import new_key
from escbot.bootstrap.times import wall
from escbot.cli.files import AsJson, RosterFile, stop
from escbot.cli.people import people_of
from escbot.cli.records import Url
from escbot.cli.tables import write_csv
from escbot.core import commands as c
from escbot.core.card import area_name, cause_name
from escbot.core.decide import Refused
from escbot.core.followups import Followup
from escbot.core.ledger import ContactsCounted
from escbot.core.repeats import same_before
from escbot.services.desk import Desk
from escbot.services.keeping import stored_library
from escbot.services.sheets import Notes, Score, SheetError, scores, span
from escbot.services.sheets import contacts as read_contacts
from escbot.services.templates import compose
from escbot.services.work import Services
from escbot.settings import DatabaseSettings
from escbot.store import cases as rows
from escbot.store.database import DatabaseError, open_database
from escbot.words import draft as drafts
from escbot.words.followups import KINDS, STATES
from escbot.words.refusals import refusal
from escbot.words.voice import counted, plain_voice

T = TypeVar("T")
Team = Annotated[str | None, typer.Option(help="The workspace, where there are several.")]
console = Console(highlight=False)
_CASE = re.compile(r"(?:ESC-)?(\d{1,9})", re.IGNORECASE | re.ASCII)
COLUMNS = ("number", "kind", "state", "due_on", "owner", "text", "case", "gap", "tier", "area",
           "link", "opened_at", "opened_by", "closed_at", "closed_by", "postponed")  # fmt: skip


def contacts(
    count: Annotated[str, typer.Argument(help="How many contacts, or a CSV by day or month.")],
    solved: Annotated[
        int | None, typer.Option(help="How many of them the first answer solved.")
    ] = None,
    day: Annotated[
        str | None, typer.Option(help="A day, or a month like 2026-11; else today.")
    ] = None,
    database: Url = None,
    team: Team = None,
) -> None:
    """Note how many customer contacts came, so that reports say how many of them escalate."""
    today, notes = wall().date(), Notes([])
    if count.isascii() and count.isdigit() and len(count) < 10:
        days = span(day) if day else (today, today + timedelta(days=1))
        if days is None:
            stop(f"{(day or '')[:40]} is no day; write 2026-11-24, or 2026-11 for a month.")
        if solved is not None and not 0 <= solved <= int(count):
            stop("More were solved than came in.")
        facts = [ContactsCounted(*days, int(count), solved)]
    else:
        try:
            facts, notes = read_contacts(Path(count), today)
        except SheetError as error:
            stop(str(error))

    async def work(desk: Desk, workspace: str) -> int:
        return await desk.ledger.count_contacts(workspace, None, facts)

    noted = _with(database, team, work)
    _say(notes)
    total = sum(fact.contacts for fact in facts)
    typer.echo(
        f"{counted(len(facts), 'count')} with {counted(total, 'contact')}; new or changed: {noted}."
    )


def csat(
    case: Annotated[str, typer.Argument(help="A case like ESC-7, or a CSV of cases and scores.")],
    score: Annotated[int | None, typer.Argument(help="1 to 5.")] = None,
    comment: Annotated[str | None, typer.Option(help="What the customer said.")] = None,
    roster: RosterFile = None,
    database: Url = None,
    team: Team = None,
) -> None:
    """Note how satisfied a customer is with the end of a case."""
    match, notes = _CASE.fullmatch(case.strip()), Notes([])
    if match is not None:
        if score is None:
            stop(f"Add the score, 1 to 5: escbot csat {case} 4")
        found = [Score(0, int(match[1]), score, comment)]
    else:
        try:
            found, notes = scores(Path(case))
        except SheetError as error:
            stop(str(error))
    source = "typed" if match else "file"

    async def work(desk: Desk, workspace: str) -> int:
        done = 0
        for one in found:
            known = await desk.case(workspace, one.case)
            if known and known.rating and known.rating.score == one.score:
                continue
            try:
                command = c.Rate(None, one.score, "file" if source == "file" else "typed",
                                 one.comment)  # fmt: skip
                await desk.do(workspace, one.case, command)
                done += 1
            except Refused as refused:
                said = refusal(refused.because, plain_voice())
                notes.add(one.line, said) if one.line else stop(said)
        return done

    done = _with(database, team, work, roster)
    _say(notes)
    typer.echo(f"{counted(len(found), 'score')}; new or changed: {done}.")


def followups(
    every: Annotated[bool, typer.Option("--all", help="The closed ones too.")] = False,
    database: Url = None,
    team: Team = None,
    roster: RosterFile = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table for spreadsheets.")] = False,
) -> None:
    """List what cases and reviews left to do."""

    async def work(desk: Desk, workspace: str) -> tuple[Followup, ...]:
        return await desk.ledger.followups(workspace)

    found = [one for one in _with(database, team, work) if every or one.state == "open"]
    if as_csv:
        write_csv(COLUMNS, (_row(one) for one in found))
    elif as_json:
        plain = [dict(zip(COLUMNS, _row(one), strict=True)) for one in found]
        typer.echo(json.dumps(plain, indent=2, ensure_ascii=False))
    elif not found:
        typer.echo("Nothing is to be followed up.")
    else:
        voice = plain_voice(people_of(roster))
        table = Table("", "what", "for", "due", "from", "", box=None)
        for one in found:
            source = f"ESC-{one.case}" if one.case else (one.review or "")
            table.add_row(
                str(one.number), f"{KINDS[one.kind]}: {escape(one.text)}",
                escape(voice.person(one.owner)), one.due_on.isoformat(), source,
                STATES[one.state],
            )  # fmt: skip
        console.print(table)


def _row(one: Followup) -> list[object]:
    values = [getattr(one, name) for name in COLUMNS]
    return [value.isoformat() if hasattr(value, "isoformat") else value for value in values]


def draft(
    case: Annotated[str, typer.Argument(help="A resolved case, like ESC-7.")],
    database: Url = None,
    team: Team = None,
) -> None:
    """Print a resolved case as a draft for the knowledge base, in Markdown."""
    match = _CASE.fullmatch(case.strip())
    if match is None:
        stop("Name a case like this: escbot draft ESC-7")
    number = int(match[1])

    async def work(desk: Desk, workspace: str) -> str | None:
        found = await desk.case(workspace, number)
        if found is None or found.resolution is None:
            return None if found is None else ""
        policy = desk.ledger.library.at(found.policy)
        area = found.facts.area
        earlier = same_before(found, await desk.lately(workspace, area) if area else ())
        cause = cause_name(policy.root_causes, found.resolution.root_cause)
        numbers = earlier.numbers if earlier else ()
        return drafts.article(found, area_name(policy, area), cause, numbers)

    text = _with(database, team, work)
    if text is None:
        stop(f"There is no ESC-{number} here. See --database and --team.")
    if not text:
        stop(drafts.NOT_YET.format(number=number))
    typer.echo(text)


def _say(notes: Notes) -> None:
    for text in notes.texts:
        console.print(f"[yellow]note[/yellow]  {escape(text)}", soft_wrap=True)
    if notes.count > len(notes.texts):
        console.print(f"[yellow]note[/yellow]  and {notes.count - len(notes.texts)} more lines")


def _with(
    url: str | None,
    team: str | None,
    work: Callable[[Desk, str], Awaitable[T]],
    roster: Path | None = None,
) -> T:
    return asyncio.run(_work(url or DatabaseSettings().escbot_database_url, team, work, roster))


async def _work(
    url: str,
    team: str | None,
    work: Callable[[Desk, str], Awaitable[T]],
    roster: Path | None,
) -> T:
    try:
        database = await open_database(url)
    except DatabaseError as error:
        stop(str(error))
    try:
        library = await stored_library(database, wall())
        async with database.session() as session:
            teams = [one for one in await rows.teams(session) if team in (None, one)]
        if library is None or not teams:
            stop(f"There are no cases in {url.split('@')[-1]} yet. See --database and --team.")
        if len(teams) > 1:
            stop(f"There are several workspaces; add --team with one of: {', '.join(teams)}")
        library.roster = people_of(roster)
        return await work(
            Desk(Services(database, library, wall, wall, new_key=new_key, compose=compose)),
            teams[0],
        )
    finally:
        await database.close()
