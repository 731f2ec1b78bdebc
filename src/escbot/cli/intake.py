"""`escbot policy new`: nine questions, then a first policy, roster and map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from escbot.bootstrap.times import wall
from escbot.cli.files import stop
from escbot.cli.options import Columns, spread
from escbot.core.durations import parse_duration
from escbot.services.files import FileError
from escbot.services.intake import (
    COMPLAINTS,
    KEEP,
    Answers,
    Colleague,
    criteria_ids,
    policy_text,
    read_answers,
    roster_text,
)
from escbot.services.linting import Finding, lint
from escbot.services.logfile import LogError
from escbot.services.logintake import Suggested, suggest
from escbot.services.policyfile import compile_policy
from escbot.services.rosterfile import compile_roster

console = Console(highlight=False)
POLICY, ROSTER, MAP = "policy.yaml", "roster.yaml", "map.yaml"
SEVERITIES: Mapping[str, str] = {"P1": "1h", "P2": "4h", "P3": "8h", "P4": "24h"}


@spread
def new(
    columns: Columns,
    answers: Annotated[
        Path | None, typer.Option(help="A YAML file of answers; else you are asked.")
    ] = None,
    log: Annotated[
        Path | None, typer.Option(help="A CSV of ticket events: its figures are suggested.")
    ] = None,
    to: Annotated[Path, typer.Option(help="The folder to write to.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Overwrite files.")] = False,
) -> None:
    """Write a first policy, roster and map from the answers to nine questions."""
    targets = [to / POLICY, to / ROSTER, *([to / MAP] if log else [])]
    for target in targets:
        if target.exists() and not force:
            stop(f"{target} is there already; name another folder with --to, or use --force")
    suggested = _suggested(log, columns.given())
    if answers is not None:
        told = _read(answers)
        if suggested is not None:
            told = _filled(told, suggested.answers)
    else:
        told = _ask(suggested)
    texts = [policy_text(told), roster_text(told), *([suggested.map_text] if suggested else [])]
    findings = _checked(texts[0], texts[1])
    try:
        to.mkdir(parents=True, exist_ok=True)
        for target, text in zip(targets, texts, strict=True):
            target.write_text(text, "utf-8")
    except OSError as error:
        stop(f"{error.filename or to} can't be written: {error.strerror}")
    _say(targets, findings, suggested, log)


def _say(
    targets: list[Path], findings: list[Finding], suggested: Suggested | None, log: Path | None
) -> None:
    for target in targets:
        console.print(f"Wrote [bold]{escape(str(target))}[/bold]", soft_wrap=True)
    for finding in findings:
        console.print(f"[yellow]{finding.level}[/yellow]  {escape(finding.text)}")
    for note in suggested.notes if suggested else ():
        console.print(f"[yellow]log[/yellow]  {escape(note)}")
    policy, roster, *maps = (str(target) for target in targets)
    console.print(f"Check it: escbot policy check {policy} --roster {roster}", soft_wrap=True)
    if log is not None:
        asked = f"--policy {policy} --log {log} --map {maps[0]}"
        console.print(f"Try it:   escbot policy backtest {asked}", soft_wrap=True)


def _suggested(log: Path | None, given: Mapping[str, str | None]) -> Suggested | None:
    if log is None:
        return None
    try:
        return suggest(log, given)
    except LogError as error:
        stop(str(error))


def _read(path: Path) -> Answers:
    try:
        return read_answers(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{path} can't be read: {error}")
    except FileError as error:
        stop(str(error))


def _filled(told: Answers, known: Answers) -> Answers:
    """Take from the log what was not answered."""
    return replace(
        told,
        tiers=told.tiers or known.tiers,
        areas=told.areas or known.areas,
        volume=told.volume if told.volume is not None else known.volume,
        week=told.week or known.week,
    )


def _checked(policy: str, roster: str) -> list[Finding]:
    """Compile what will be written; stop where an answer makes no sense."""
    now = wall()
    try:
        compiled = compile_policy(policy, name=POLICY, now=now)
        people = compile_roster(roster, name=ROSTER, policy=compiled)
    except FileError as error:
        stop(f"these answers don't fit together: {error}")
    return list(lint(compiled, people, now))


# Asking


def _ask(suggested: Suggested | None) -> Answers:
    """Ask the nine questions; Enter takes what is suggested."""
    known = suggested.answers if suggested else Answers()
    told: dict[str, str] = dict(suggested.said) if suggested else {}
    console.print("Nine questions. Enter takes the suggestion; everything can be changed later.\n")

    def ask(number: int, about: str, question: str, default: str = "") -> str:
        console.print(f"[bold]{number}. {question}[/bold]")
        if about in told:
            console.print(f"   [dim]Your log: {escape(told[about])}[/dim]")
        return str(typer.prompt("  ", default=default, show_default=bool(default))).strip()

    tiers = _words(ask(1, "tiers", "Which tiers do you have, the lowest first?",
                       ", ".join(known.tiers) or "Tier 1, Tier 2, Tier 3"))  # fmt: skip
    handles = ask(2, "handles", "What does each handle? One answer for each, with ; between")
    areas = _words(ask(2, "areas", "And which parts of the product are there?",
                       ", ".join(known.areas)))  # fmt: skip
    volume = _number(ask(3, "volume", "How many cases come in a week?",
                         str(known.volume or 50)))  # fmt: skip
    triggers = _known(ask(4, "triggers", "What triggers an escalation?",
                          ", ".join(i for i in criteria_ids() if i not in KEEP)),
                      criteria_ids())  # fmt: skip
    stuck = _limits(ask(5, "stuck", "Where do they get stuck? The longest time in each tier",
                        "4h, 8h"))  # fmt: skip
    complaints = _known(ask(6, "complaints", "What do customers complain of? "
                            f"({', '.join(COMPLAINTS)})"), COMPLAINTS)  # fmt: skip
    sla = _limits(ask(7, "sla", "Within which time must P1, P2, P3, P4 be taken?",
                      ", ".join(SEVERITIES.values())))  # fmt: skip
    week = ask(8, "peaks", "When are you there? Like mon-fri 09:00-17:00",
               next((f"{days} {spans[0]}" for days, spans in known.week.items()),
                    "mon-fri 09:00-17:00"))  # fmt: skip
    zone = str(typer.prompt("   In which time zone", default="UTC")).strip()
    people = ask(8, "people", "Who takes cases? Like Dana 1, Mo 2 (name and tier)")
    managers = _words(ask(9, "managers", "Who are the managers to call?"))
    planners = _words(str(typer.prompt("   And who plans enhancement requests", default="",
                                       show_default=False)))  # fmt: skip
    days, _, hours = week.partition(" ")
    return Answers(
        tiers=tuple(tiers),
        handles=dict(enumerate((one.strip() for one in handles.split(";") if one.strip()), 1)),
        areas=tuple(areas),
        volume=volume,
        triggers=triggers,
        stuck=dict(enumerate(stuck, 1)),
        complaints=complaints,
        sla=dict(zip(SEVERITIES, sla, strict=False)),
        timezone=zone,
        week={days: (hours.strip(),)} if hours.strip() else {},
        people=(
            *(_person(one) for one in _words(people)),
            *(Colleague(name, roles=("manager",)) for name in managers),
            *(Colleague(name, roles=("planner", "admin")) for name in planners),
        ),
    )


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        stop(f"{text[:40]} is not a number of cases; write one like 50")
    return int(text)


def _known(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    for word in _words(text):
        if word not in known:
            stop(f"there is no {word[:40]}; use some of: {', '.join(known)}")
    return tuple(_words(text))


def _limits(text: str) -> list[timedelta]:
    try:
        return [parse_duration(word) for word in _words(text)]
    except ValueError as error:
        stop(str(error))


def _person(text: str) -> Colleague:
    name, _, tier = text.rpartition(" ")
    if not name or not tier.isdigit():
        return Colleague(text, tier=1)
    return Colleague(name, tier=int(tier))
