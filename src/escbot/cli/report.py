"""`escbot report`: what happened, in figures that can be followed down to their cases."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from escbot.bootstrap.times import wall
from escbot.cli.files import AsJson, RosterFile, stop
from escbot.cli.patterns import AsHtml
from escbot.cli.people import people_of
from escbot.cli.records import Url
from escbot.cli.tables import write_csv
from escbot.core.card import area_name, cause_name
from escbot.core.ledger import ContactsCounted
from escbot.core.policy import Policy
from escbot.core.roster import Roster
from escbot.http.pages import hours, page
from escbot.insights.contacts import between
from escbot.insights.metrics import DIMENSIONS, MARKED, Story, cases_of
from escbot.insights.metrics import report as figures_of
from escbot.insights.story import CLOCKS, MARKS
from escbot.services.histories import stories
from escbot.services.keeping import stored_library
from escbot.settings import DatabaseSettings
from escbot.store import cases as case_rows
from escbot.store.database import DatabaseError, open_database
from escbot.store.ledger import contacts as stored_contacts
from escbot.words.draft import KINDS
from escbot.words.figures import CLOCKS as CLOCK_NAMES
from escbot.words.figures import NAMES, SCORES, SHARES, left_out, list_name
from escbot.words.voice import counted, plain_voice

console = Console(highlight=False, soft_wrap=True)
MOST_VALUES = 8  # of a dimension, in the terminal
_AGO = re.compile(r"(\d{1,4})([dw])")


def report(
    start: Annotated[str | None, typer.Option("--from", help="A date, or like 30d.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="A date; it is not included.")] = None,
    by: Annotated[list[str] | None, typer.Option(help=f"Split by {', '.join(DIMENSIONS)}.")] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="Only cases like area=payments; several narrow it.")
    ] = None,
    cases: Annotated[
        str | None, typer.Option(help="List the cases of a figure, like reopened.")
    ] = None,
    database: Url = None,
    roster: RosterFile = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one line for each case.")] = False,
    as_html: AsHtml = False,
) -> None:
    """Say what happened: volume, times, promises, handoffs, satisfaction, load, root causes."""
    span = (moment(start), moment(end))
    for dimension in by or []:
        _known(dimension)
    if cases is not None and cases not in MARKED:
        stop(f"No figure is called {cases[:40]}; choose one of: {', '.join(MARKED)}")
    url = database or DatabaseSettings().escbot_database_url
    found, counts, policy = asyncio.run(_load(url, *span))
    narrowed = [one for one in found if all(_fits(one, text) for text in where or [])]
    if cases is not None:
        narrowed = cases_of(narrowed, cases)
    if as_csv:
        _csv(narrowed)
        return
    if cases is not None:
        _list(cases, narrowed, as_json=as_json)
        return
    contacts = between(counts, *span) if counts and not where else None
    answer = {
        "from": span[0].isoformat() if span[0] else None,
        "to": span[1].isoformat() if span[1] else None,
        "where": list(where or []),
        **figures_of(narrowed, by or (), contacts),
    }
    if as_json:
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        _draw(answer, narrowed, labels(policy, people_of(roster)), as_html=as_html)


def _draw(answer: Mapping[str, Any], found: list[Story], label: Label, *, as_html: bool) -> None:
    if as_html:
        lists = {name: [one.id for one in cases_of(found, name)] for name in MARKED}
        typer.echo(
            page(
                "report.html",
                title="Escalations",
                r=answer,
                names=NAMES,
                shares=SHARES,
                clocks=CLOCK_NAMES,
                scores=SCORES,
                listed=list_name,
                lists=lists,
                label=label,
                left_out=list(left_out(answer["contacts"])) if "contacts" in answer else [],
            )
        )
    else:
        _show(answer, label)


Label = Callable[[str, str], str]


def labels(policy: Policy | None, roster: Roster) -> Label:
    """Return what gives a value of a dimension the name that people know it by."""

    def label(dimension: str, value: str) -> str:
        if dimension == "owner":
            return plain_voice(roster).person(value)
        if dimension == "kind":
            return KINDS.get(value, value)
        if policy is None:
            return value
        if dimension == "root_cause":
            return cause_name(policy.root_causes, value)
        return area_name(policy, value) or value if dimension == "area" else value

    return label


def _known(dimension: str) -> None:
    if dimension not in DIMENSIONS:
        stop(f"There is no {dimension[:40]}; split by one of: {', '.join(DIMENSIONS)}")


def _fits(one: Story, text: str) -> bool:
    dimension, equals, value = text.partition("=")
    if not equals:
        stop(f"{text[:40]} is not like area=payments")
    _known(dimension)
    return str(getattr(one, dimension)).casefold() == value.strip().casefold()


async def _load(
    url: str, start: datetime | None, end: datetime | None
) -> tuple[list[Story], list[ContactsCounted], Policy | None]:
    try:
        database = await open_database(url)
    except DatabaseError as error:
        stop(str(error))
    try:
        library = await stored_library(database, wall())
        if library is None:
            return [], [], None
        counts: list[ContactsCounted] = []
        async with database.session() as session:
            for team in await case_rows.teams(session):
                counts += await stored_contacts(session, team)
        return await stories(database, library, start, end), counts, library.current
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
    times = [f"{name}_h" for name in MARKS]
    opened = [f"{name}_open_h" for name in MARKS]
    clocks = [f"{name}_clock" for name in CLOCKS]
    columns = ["case", "opened_at", *DIMENSIONS[:-1], *times, *opened, *clocks, "raised",
               "reopened", "declines", "reassigned", "ping_pong", "lowered", "complete",
               "rating", "root_cause", "drill"]  # fmt: skip
    write_csv(columns, (_row(one) for one in found))


def _row(one: Story) -> list[object]:
    return [
        one.id,
        one.opened_at.isoformat(),
        *(getattr(one, name) for name in DIMENSIONS[:-1]),
        *(one.hours.get(name) for name in MARKS),
        *(one.open_hours.get(name) for name in MARKS),
        *(one.clocks.get(name) for name in CLOCKS),
        one.raised, one.reopened, one.declines, one.reassigned, one.ping_pong, one.lowered,
        one.complete, one.rating, one.root_cause, one.drill,
    ]  # fmt: skip


def _list(name: str, found: list[Story], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"figure": name, "cases": [one.id for one in found]}, indent=2))
        return
    table = Table("case", "opened", "severity", "tier", "area", "customer", "owner", box=None)
    for one in found:
        table.add_row(
            one.id, f"{one.opened_at:%Y-%m-%d %H:%M}", one.severity, one.tier,
            escape(one.area), escape(one.customer), one.owner,
        )  # fmt: skip
    console.print(f"[bold]{counted(len(found), 'case')}[/bold]: {name}")
    if found:
        console.print(table)


def _show(r: Mapping[str, Any], label: Label) -> None:
    small = " (few: read the cases)" if r["small"] and r["cases"] else ""
    console.print(f"[bold]{counted(r['cases'], 'case')}[/bold], {r['resolved']:,} resolved{small}")
    table = Table("time", "cases", "median", "p90", "median open", "p90 open", box=None)
    for name, said in NAMES.items():
        times = r["hours"][name]
        table.add_row(said, str(times["cases"]), *_spans(times))
    for tier, times in r["tier_hours"].items():
        table.add_row(f"in tier {tier}" if tier.isdigit() else f"in {tier}", str(times["cases"]),
                      *_spans(times))  # fmt: skip
    console.print(table)
    for line in _lines(r, label):
        console.print(line)
    for dimension, values in r["by"].items():
        table = Table(dimension, "cases", "median to take", "median to resolve", "late", box=None)
        for value, one in values.items():
            medians = (hours(one["hours"][key]["p50"]) for key in ("taken", "resolved"))
            table.add_row(
                escape(label(dimension, value)), str(one["cases"]), *medians, str(one["late"])
            )
        console.print(table)


def _spans(times: Mapping[str, Any]) -> list[str]:
    return [hours(times[key]) for key in ("p50", "p90", "open_p50", "open_p90")]


def _lines(r: Mapping[str, Any], label: Label) -> Iterator[str]:
    for name, counts in r["volume"].items():
        if name != "root_cause" and len(counts) > 1:
            some = [
                f"{escape(label(name, v))} {c:,}" for v, c in list(counts.items())[:MOST_VALUES]
            ]
            more = f" and {len(counts) - MOST_VALUES} more" if len(counts) > MOST_VALUES else ""
            yield f"By {name}: {', '.join(some)}{more}"
    for clock, states in r["clocks"].items():
        parts = ", ".join(f"{name} {number}" for name, number in states.items() if number)
        yield f"Clock {clock}: {parts or 'no case'}"
    yield "Shares: " + ", ".join(
        f"{said} {_percent(r[f'{name}_share'])}" for name, said in SHARES.items()
    )
    if r["scored_share"]:
        yield "Receivers said: " + ", ".join(
            f"{said.split(',')[0]} {_percent(r['scores'][name])}" for name, said in SCORES.items()
        )
    for tier, one in r["fairness"].items():
        yield (
            f"Load of tier {tier}: {counted(one['people'], 'person', 'people')} took "
            f"{counted(one['cases'], 'case')}; the busiest {one['busiest']:.1f} times the mean"
        )
    happy = r["satisfaction"]
    if happy["rated"]:
        answers = counted(happy["rated"], "answer")
        yield (
            f"Satisfied: {_percent(happy['satisfied_share'])} of {answers} "
            f"(95 % between {_percent(happy['low'])} and {_percent(happy['high'])}); "
            f"{_percent(happy['response_rate'])} of {happy['of']} answered"
        )
    contacts = r.get("contacts")
    if contacts and contacts["contacts"]:
        yield (
            f"Escalated: {contacts['escalated']} of {counted(contacts['contacts'], 'contact')} "
            f"({_percent(contacts['escalation_rate'])}) on {counted(contacts['days'], 'day')}"
        )
        first = contacts["first_contact"]
        if first:
            yield (
                f"Solved at first contact: {_percent(first['share'])}; "
                f"{_percent(first['share_of_the_rest'])} of those not escalated"
            )
        yield from left_out(contacts)
    if r["root_causes"]:
        yield "Root causes: " + ", ".join(
            f"{escape(label('root_cause', n))} {c}" for n, c in r["root_causes"].items()
        )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
