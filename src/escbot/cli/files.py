"""`escbot policy show|explain|clocks|diff`, and what other commands read files with."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from escbot.bootstrap.reading import read_files
from escbot.bootstrap.times import wall
from escbot.services.explaining import Explained
from escbot.services.explaining import clocks as clocks_of
from escbot.services.explaining import explain as explain_facts
from escbot.services.factsfile import FactsError, read_facts, read_moment
from escbot.services.files import FileError, Files, NotReadable
from escbot.services.policyfile import default_text
from escbot.services.textfile import MOST, decoded, read_text
from escbot.words.policydiff import differences

PolicyFile = Annotated[Path | None, typer.Option("--policy", help="A policy file.")]
RosterFile = Annotated[Path | None, typer.Option("--roster", help="A roster file.")]
At = Annotated[str | None, typer.Option(help="The moment, ISO 8601 with offset; else now.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
console = Console(highlight=False)


def show() -> None:
    """Print the packaged policy, to start your own: escbot policy show > policy.yaml."""
    typer.echo(default_text(), nl=False)


def explain(
    facts: Annotated[str, typer.Option(help="A file of facts as JSON, or - for standard input.")],
    policy: PolicyFile = None,
    roster: RosterFile = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Say what the policy decides for some facts, and why."""
    moment = _moment(at)
    files = files_of(policy, roster)
    try:
        known = read_facts(_input(facts))
    except FactsError as error:
        stop(str(error))
    if known.from_tier > files.policy.top:
        stop(f"`from_tier` must be one of the policy's tiers, 1 to {files.policy.top}")
    found = explain_facts(files.policy, files.roster if roster else None, known, moment)
    if as_json:
        typer.echo(json.dumps(found.answer, indent=2, ensure_ascii=False))
    else:
        show_decision(found)


def show_decision(found: Explained) -> None:
    answer = found.answer
    called = " · management is called" if answer["management"] else ""
    console.print(f"[bold]{escape(answer['severity'])}[/bold] · {escape(found.tier)}{called}")
    console.print(f"{escape(answer['severity'])} because {escape(found.because)}.")
    console.print(
        f"To be taken by {answer['respond_by']} (within {answer['respond_within']}).",
        soft_wrap=True,
    )
    if answer["criteria"]:
        table = Table("criterion", "asks for", "because", box=None)
        for met in answer["criteria"]:
            table.add_row(escape(met["id"]), str(met["to"]), escape(met["because"]))
        console.print(table)
    if found.lead_calls:
        console.print("The tier's lead is asked to call the customer.")
    if answer["considered"]:
        table = Table("person", "verdict", "because", box=None)
        for person in answer["considered"]:
            because = escape("; ".join(person["because"]))
            table.add_row(escape(person["id"]), person["verdict"].replace("_", " "), because)
        console.print(table)
    for step in answer["overflow"]:
        console.print(escape(f"Overflow: {step}."))
    console.print(escape(_whom(found)))


def _whom(found: Explained) -> str:
    assignee = found.answer["assignee"]
    if found.answer["tier"] == "planning":
        return "A planner decides."
    if found.stays:
        other = f"; if it isn't, {assignee['name']} is asked" if assignee else ""
        return f"Stays with who opens it, because the tier is their own{other}."
    return f"Asked: {assignee['name']}." if assignee else "Asked: nobody."


def clocks(
    severity: Annotated[str, typer.Option(help="A severity of the policy, like P3.")],
    at: At = None,
    pause: Annotated[
        list[str] | None, typer.Option(help="A wait on the customer: ISO/ISO. May be repeated.")
    ] = None,
    policy: PolicyFile = None,
    as_json: AsJson = False,
) -> None:
    """Say when each limit of a severity ends."""
    moment = _moment(at)
    files = files_of(policy, None)
    known = [one.id for one in files.policy.severities]
    if severity not in known:
        stop(f"there is no severity {severity[:40]}; use one of: {', '.join(known)}")
    pauses = [_pause(text) for text in pause or []]
    try:
        answer = clocks_of(files.policy, severity, moment, pauses)
    except (ValueError, OverflowError) as error:
        stop(f"these clocks never end: {error}")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("clock", "ends", box=None)
    table.add_row("respond", answer["respond_by"])
    for warned in answer["warn_at"]:
        table.add_row("warning", warned)
    for tier, end in answer["tier_limits"].items():
        table.add_row(f"tier {tier}", end)
    table.add_row("update", answer["update_by"])
    console.print(f"{severity} in the calendar {answer['calendar']}")
    console.print(table)


def diff(
    before: Annotated[Path, typer.Argument(help="A policy file.")],
    after: Annotated[Path, typer.Argument(help="Another policy file.")],
    as_json: AsJson = False,
) -> None:
    """Say in words what changes between two policies, and for whom."""
    lines = differences(files_of(before, None).policy, files_of(after, None).policy)
    if as_json:
        typer.echo(json.dumps(lines, indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(lines) or "Both decide the same.")


def files_of(policy: Path | None, roster: Path | None) -> Files:
    try:
        return read_files(policy, roster, wall())
    except (FileError, NotReadable) as error:
        stop(str(error))


def _input(name: str) -> str:
    try:
        if name == "-":
            return decoded(sys.stdin.buffer.read(MOST), "the standard input")
        return read_text(Path(name))
    except NotReadable as error:
        stop(str(error))


def _moment(text: str | None) -> datetime:
    if text is None:
        return wall().replace(microsecond=0)
    try:
        return read_moment("--at", text)
    except FactsError as error:
        stop(str(error))


def _pause(text: str) -> tuple[datetime, datetime]:
    start, slash, end = text.partition("/")
    try:
        if not slash:
            raise FactsError("--pause must be two moments with a slash between them")
        pause = (read_moment("--pause", start), read_moment("--pause", end))
    except FactsError as error:
        stop(str(error))
    if pause[1] < pause[0]:
        stop("--pause must end after it begins")
    return pause


def stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
