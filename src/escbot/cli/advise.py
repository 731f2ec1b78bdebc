"""`escbot policy advise`: small changes that history says would have helped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from escbot.cli.files import AsJson, RosterFile
from escbot.cli.history import compiled, read_history, roster_of
from escbot.cli.options import Columns, Source, spread
from escbot.cli.patterns import AsHtml
from escbot.http.pages import page
from escbot.insights.advise import FEWEST_CASES, Advice, Looked, advise
from escbot.services.files import Files
from escbot.services.policyedit import diff
from escbot.words.advice import (
    CAVEAT,
    FEW,
    NO_CHANGE,
    change,
    evidence,
    level,
    looked_at,
    saved,
    spent,
    threshold,
    verdict,
)
from escbot.words.history import assumptions
from escbot.words.voice import capital, counted

console = Console(highlight=False, soft_wrap=True)


@spread
def advise_command(
    source: Source,
    columns: Columns,
    policy: Annotated[
        Path | None, typer.Option(help="The policy of today; else the packaged one.")
    ] = None,
    roster: RosterFile = None,
    seed: Annotated[int, typer.Option(help="Of the resampling.")] = 1,
    as_json: AsJson = False,
    as_html: AsHtml = False,
) -> None:
    """Propose the few changes of thresholds that would have helped most; people decide."""
    history, _ = read_history(source, columns)
    files = compiled(policy, roster, history)
    waiting = Console(stderr=True).status(
        f"Trying thresholds on {counted(len(history.traces), 'case')} …"
    )
    with waiting:
        found = advise(files.policy, history.traces, roster_of(roster, files), seed=seed)
    answer = {
        "policy": files.policy_name,
        "source": history.name,
        "cases": found.cases,
        "older_cases": found.older,
        "thresholds_tried": found.tried,
        "values_tried": found.changes,
        "said": looked_at(history.name, found),
        "spent": spent(found.hours),
        "hours": dict(found.hours),
        "proposals": [proposal(advice, files) for advice in found.proposals],
        "looked": [looked(one) for one in found.looked],
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
        title = f"Advice for {Path(files.policy_name).name}"
        typer.echo(page("advise.html", title=title, a=answer, saved=saved))
    else:
        _show(answer)


def proposal(advice: Advice, files: Files) -> dict[str, Any]:
    """Return a proposal for JSON and the page, with its sentences and its diff."""
    try:
        patch = diff(files.policy_text, advice, files.policy_name)
    except LookupError:
        patch = ""  # the file writes it in another place than usual: the sentence says what to do
    return {**asdict(advice), "change": change(advice), "evidence": evidence(advice), "diff": patch}


def looked(one: Looked) -> dict[str, Any]:
    """Return a threshold that was looked at for JSON and the page, with its words."""
    best = None if one.new is None else level(one.new)
    return {
        **asdict(one),
        "threshold": capital(threshold(one)),
        "today": level(one.old),
        "best": best,
        "why": verdict(one),
    }


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(type(value).__name__)


def _show(a: Mapping[str, Any]) -> None:
    console.print(escape(a["said"]))
    for number, one in enumerate(a["proposals"], 1):
        console.print(f"\n[bold]{number}. {escape(capital(one['change']))}[/bold]")
        for sentence in one["evidence"]:
            console.print(escape(sentence))
        if one["examples"]:
            console.print(f"Cases that gain most: {escape(', '.join(one['examples']))}")
        console.print(escape(one["diff"].rstrip()))
    console.print(f"\n[bold]{a['verdict']}[/bold]" if a["verdict"] else f"\n{a['caveat']}")
    if a["looked"]:
        console.print(_table(a["looked"]))
        console.print(escape(a["spent"]))
    for note in a["notes"]:
        console.print(f"[yellow]note[/yellow]  {escape(note)}")


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("threshold", "today", "best other", "saves", "helps", "harms", "", box=None)
    for one in rows:
        values = ("–", "–", "", "") if one["best"] is None else (
            one["best"], saved(one), f"{one['better']:,}", f"{one['worse']:,}",
        )  # fmt: skip
        table.add_row(escape(one["threshold"]), one["today"], *values, escape(one["why"]))
    return table
