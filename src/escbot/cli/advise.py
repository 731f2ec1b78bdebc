"""`escbot policy advise`: small changes that history says would have helped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from escbot.cli.files import AsJson, RosterFile
from escbot.cli.history import (
    Area,
    At,
    Case,
    Line,
    LogFile,
    MapOption,
    SeverityColumn,
    Status,
    Team,
    compiled,
    read_history,
    roster_of,
)
from escbot.cli.patterns import AsHtml
from escbot.cli.records import Url
from escbot.http.pages import page
from escbot.insights.advise import Advice, advise
from escbot.insights.advise.search import FEWEST_CASES
from escbot.services.files import Files
from escbot.services.policyedit import diff
from escbot.words.advice import CAVEAT, FEW, NO_CHANGE, change, evidence
from escbot.words.history import assumptions
from escbot.words.voice import capital

console = Console(highlight=False)


def advise_command(
    policy: Annotated[
        Path | None, typer.Option(help="The policy of today; else the packaged one.")
    ] = None,
    log: LogFile = None,
    map_file: MapOption = None,
    roster: RosterFile = None,
    case: Case = None,
    at: At = None,
    line: Line = None,
    team: Team = None,
    status: Status = None,
    severity: SeverityColumn = None,
    area: Area = None,
    seed: Annotated[int, typer.Option(help="Of the resampling.")] = 1,
    database: Url = None,
    as_json: AsJson = False,
    as_html: AsHtml = False,
) -> None:
    """Propose the few changes of thresholds that would have helped most; people decide."""
    columns = {
        "case": case, "at": at, "line": line, "team": team, "status": status,
        "severity": severity, "area": area,
    }  # fmt: skip
    history, _ = read_history(log, map_file, columns, database)
    files = compiled(policy, roster, history)
    found = advise(files.policy, history.traces, roster_of(roster, files), seed=seed)
    answer = {
        "policy": files.policy_name,
        "source": history.name,
        "cases": found.cases,
        "thresholds_tried": found.tried,
        "values_tried": found.changes,
        "proposals": [proposal(advice, files) for advice in found.proposals],
        "verdict": FEW if found.cases < FEWEST_CASES else None if found.proposals else NO_CHANGE,
        "caveat": CAVEAT,
        "assumptions": list(
            assumptions(
                source=history.source, crowded=roster is None, guessed=bool(history.guessed)
            )
        ),
        "notes": list(history.notes),
        "not_mapped": history.unmapped,
    }
    if as_json:
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False, default=_plain))
    elif as_html:
        typer.echo(page("advise.html", title=f"Advice for {files.policy_name}", a=answer))
    else:
        _show(answer)


def proposal(advice: Advice, files: Files) -> dict[str, Any]:
    """Return a proposal for JSON and the page, with its sentences and its diff."""
    try:
        patch = diff(files.policy_text, advice, files.policy_name)
    except LookupError:
        patch = ""  # the file writes it in another place than usual: the sentence says what to do
    return {**asdict(advice), "change": change(advice), "evidence": evidence(advice), "diff": patch}


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(type(value).__name__)


def _show(a: Mapping[str, Any]) -> None:
    console.print(
        f"[bold]{a['cases']:,}[/bold] cases of {escape(a['source'])}; {a['thresholds_tried']} "
        f"thresholds and {a['values_tried']} values tried."
    )
    for number, one in enumerate(a["proposals"], 1):
        console.print(f"\n[bold]{number}. {escape(capital(one['change']))}[/bold]")
        for sentence in one["evidence"]:
            console.print(escape(sentence))
        if one["examples"]:
            console.print(f"Cases that gain most: {escape(', '.join(one['examples']))}")
        console.print(escape(one["diff"].rstrip()))
    console.print(a["verdict"] or f"\n[dim]{a['caveat']}[/dim]")
    for note in a["notes"]:
        console.print(f"[yellow]note[/yellow]  {escape(note)}")
