"""`escbot policy new`: nine questions, then a first policy, roster and map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from escbot.bootstrap.times import wall
from escbot.cli.asking import Asking
from escbot.cli.files import stop
from escbot.cli.options import Columns, spread
from escbot.services.files import FileError
from escbot.services.intake.answers import Answers, read_answers
from escbot.services.intake.policy import policy_text
from escbot.services.intake.roster import roster_text
from escbot.services.linting import Finding, lint
from escbot.services.logfile import LogError
from escbot.services.logintake import Suggested, suggest
from escbot.services.policyfile import compile_policy
from escbot.services.rosterfile import compile_roster

console = Console(highlight=False)
POLICY, ROSTER, MAP = "policy.yaml", "roster.yaml", "map.yaml"


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
        told = Asking(console, suggested).all()
    texts = [
        policy_text(told),
        roster_text(told),
        *([suggested.map_text(told.areas)] if suggested else []),
    ]
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
        stop(f"{path} can't be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}")
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
        timezone=told.timezone or known.timezone,
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
