"""`escbot review`: the monthly review as a message's text or as a page to forward."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from escbot.bootstrap.keys import new_key
from escbot.bootstrap.times import wall
from escbot.cli.files import AsJson, RosterFile, stop
from escbot.cli.patterns import AsHtml
from escbot.cli.people import people_of
from escbot.cli.records import Url
from escbot.core.codec import to_plain
from escbot.core.findings import Review
from escbot.core.policy import Policy, Team
from escbot.http.pages.review import review_page
from escbot.services.keeping import stored_library
from escbot.services.ledger import Ledger
from escbot.services.reviews import Reviews, names_of
from escbot.settings import DatabaseSettings
from escbot.store.database import DatabaseError, open_database
from escbot.words import review as words

console = Console(highlight=False)
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])", re.ASCII)


def review(
    team: Annotated[str | None, typer.Option(help="A team of the policy; else the first.")] = None,
    month: Annotated[str | None, typer.Option(help="Like 2026-10; else the last month.")] = None,
    roster: RosterFile = None,
    database: Url = None,
    as_json: AsJson = False,
    as_html: AsHtml = False,
) -> None:
    """Say what a month was like for a team, what changed, and what to decide."""
    label = month or f"{wall().replace(day=1) - timedelta(days=1):%Y-%m}"
    if _MONTH.fullmatch(label) is None:
        stop(f"{label[:40]} is no month; write 2026-10.")
    url = database or DatabaseSettings().escbot_database_url
    found, policy = asyncio.run(_load(url, team, label, roster))
    if as_json:
        typer.echo(json.dumps(to_plain(found), indent=2, ensure_ascii=False))
    elif as_html:
        typer.echo(review_page(found, names_of(policy)))
    else:
        _show(found, policy)


async def _load(
    url: str, team: str | None, label: str, roster: Path | None
) -> tuple[Review, Policy]:
    try:
        opened = await open_database(url)
    except DatabaseError as error:
        stop(str(error))
    try:
        library = await stored_library(opened, wall())
        if library is None:
            stop(f"There are no cases in {url.split('@')[-1]} yet. See --database.")
        library.roster = people_of(roster)
        ledger = Ledger(opened, library, wall, wall, new_key)
        chosen = _team(library.current, team)
        found = await Reviews(opened, library, ledger, wall).of(None, chosen, label)
        return found, library.current
    finally:
        await opened.close()


def _team(policy: Policy, wanted: str | None) -> Team:
    teams = policy.reports.teams
    found = next((one for one in teams if wanted in (None, one.id)), None)
    if found is None:
        known = ", ".join(one.id for one in teams)
        stop(f"The policy has no team {(wanted or '')[:40]}; choose one of: {known or 'none'}")
    return found


def _show(found: Review, policy: Policy) -> None:
    names = names_of(policy)
    console.print(f"[bold]{escape(words.title(found.name, found.month))}[/bold]")
    console.print(escape(words.headline(found)), soft_wrap=True)
    for title, lines in words.parts(found, names):
        console.print(f"\n[bold]{escape(title)}[/bold]")
        for line in lines:
            console.print(f"• {escape(line)}", soft_wrap=True)
    console.print(f"\n[bold]{words.DECIDE}[/bold]")
    for place, one in enumerate(words.ideas(found, names)[:3], 1):
        console.print(f"{place}. {escape(one.text)}", soft_wrap=True)
