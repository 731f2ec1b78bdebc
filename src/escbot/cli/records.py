"""`escbot why` and `escbot policy list|activate`: what the database remembers."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from escbot.bootstrap.times import wall
from escbot.cli.files import AsJson, PolicyFile, RosterFile, files_of, show_decision, stop
from escbot.core.case import Case
from escbot.core.policy import PLANNING
from escbot.services.explaining import explain
from escbot.services.explaining import why as why_of
from escbot.services.policyfile import compile_policy
from escbot.settings import DatabaseSettings
from escbot.store import cases, policies
from escbot.store.database import DatabaseError, open_database
from escbot.words.reasons import criterion_name
from escbot.words.voice import capital, plain_voice

Url = Annotated[
    str | None, typer.Option("--database", help="A database; else ESCBOT_DATABASE_URL.")
]
console = Console(highlight=False)


def why(
    case: Annotated[str, typer.Argument(help="A case, like ESC-12.")],
    now: Annotated[bool, typer.Option("--now", help="Decide again by today's policy.")] = False,
    team: Annotated[
        str | None, typer.Option(help="The workspace, where there are several.")
    ] = None,
    policy: PolicyFile = None,
    roster: RosterFile = None,
    database: Url = None,
    as_json: AsJson = False,
) -> None:
    """Say why a case is where it is: the decision as it was made, in the thread's words."""
    match = re.fullmatch(r"(?:ESC-)?(\d{1,9})", case.strip(), re.IGNORECASE)
    if match is None:
        stop("Name a case like this: escbot why ESC-12")
    found, active = asyncio.run(_load(_url(database), int(match[1]), team))
    files = files_of(policy, roster)
    if now:
        today = files.policy
        if policy is None and active is not None:
            name, text, feeds = active
            today = compile_policy(text, name=name, now=wall(), feeds=feeds)
        again = explain(
            today, files.roster if roster else None, found.facts, wall().replace(microsecond=0)
        )
        if as_json:
            typer.echo(json.dumps(again.answer, indent=2, ensure_ascii=False))
        else:
            console.print(f"[bold]{found.id}[/bold] by today's policy:")
            show_decision(again)
        return
    answer = why_of(found, plain_voice(files.roster))
    if as_json:
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        _show(answer)


def _show(answer: Mapping[str, Any]) -> None:
    console.print(
        f"[bold]{answer['id']}[/bold] · {escape(answer['customer'])} · {answer['severity']} · "
        f"{_place(answer['tier'])} · policy {answer['policy']}"
    )
    for one in answer["rounds"]:
        where = _place(one["tier"])
        console.print(f"\n[bold]Round {one['round']}[/bold] · {where} · {one['at']}")
        if one["severity"]:
            console.print(escape(f"{one['severity']}, because {one['severity_because']}."))
        for met in one["criteria"]:
            where = "management" if met["to"] == "management" else f"tier {met['to']}"
            text = f"{criterion_name(met['id'])} → {where}: {met['because']}."
            console.print("  " + escape(text))
        if one["considered"]:
            table = Table("person", "verdict", "because", box=None)
            for person in one["considered"]:
                because = capital("; ".join(person["because"]))
                table.add_row(
                    escape(person["name"]), person["verdict"].replace("_", " "), escape(because)
                )
            console.print(table)
        for step in one["overflow"]:
            console.print(escape(f"Overflow: {step}"))


def _place(tier: int | str) -> str:
    return "planning queue" if tier == PLANNING else f"tier {tier}"


async def _load(
    url: str, number: int, team: str | None
) -> tuple[Case, tuple[str, str, policies.Feeds] | None]:
    try:
        database = await open_database(url)
    except DatabaseError as error:
        stop(str(error))
    try:
        async with database.session() as session:
            teams = [one for one in await cases.teams(session) if team in (None, one)]
            if len(teams) > 1:
                stop(f"There are several workspaces; add --team with one of: {', '.join(teams)}")
            found = await cases.peek(session, teams[0], number) if teams else None
            if found is None:
                stop(f"There is no ESC-{number} in {url.split('@')[-1]}. See --database.")
            for one in await policies.listed(session):
                if one.active:
                    return found, (one.name, *await policies.source(session, one.version))
            return found, None
    finally:
        await database.close()


def list_policies(database: Url = None, as_json: AsJson = False) -> None:
    """List the policies that were in use, the newest last."""
    found = asyncio.run(_listed(_url(database)))
    if as_json:
        rows = [
            {
                "version": one.version,
                "name": one.name,
                "stored_at": one.stored_at.isoformat(),
                "active": one.active,
            }
            for one in found
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    if not found:
        typer.echo("No policy was used yet: `escbot run` stores the first one.")
        return
    table = Table("version", "file", "since", "", box=None)
    for one in found:
        state = "active" if one.active else ""
        table.add_row(one.version, escape(one.name), f"{one.stored_at:%Y-%m-%d %H:%M} UTC", state)
    console.print(table)


async def _listed(url: str) -> tuple[policies.Stored, ...]:
    try:
        database = await open_database(url)
    except DatabaseError as error:
        stop(str(error))
    try:
        async with database.session() as session:
            return await policies.listed(session)
    finally:
        await database.close()


def activate_policy(
    version: Annotated[str, typer.Argument(help="A version of `escbot policy list`.")],
    database: Url = None,
) -> None:
    """Decide new cases by an older policy; a running escbot follows within seconds."""
    done = asyncio.run(_activate(_url(database), version))
    if not done:
        stop(f"There is no policy {version[:40]}; see `escbot policy list`.")
    typer.echo(f"Policy {version} is active. Cases under way keep the policy they began with.")


async def _activate(url: str, version: str) -> bool:
    try:
        database = await open_database(url)
    except DatabaseError as error:
        stop(str(error))
    try:
        async with database.session() as session:
            return await policies.activate(session, version)
    finally:
        await database.close()


def _url(given: str | None) -> str:
    return given or DatabaseSettings().escbot_database_url
