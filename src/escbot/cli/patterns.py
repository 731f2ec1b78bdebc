"""`escbot patterns`: what a log of ticket events says, before anything is redesigned."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from escbot.cli.files import AsJson, stop
from escbot.cli.options import Columns, spread
from escbot.http.pages import hours, page
from escbot.insights.backtest.fromlog import LogMap, Mapper
from escbot.insights.patterns import Patterns
from escbot.services.logfile import LogError, read_log
from escbot.words.patterns import findings, over_time
from escbot.words.voice import counted

console = Console(highlight=False, soft_wrap=True)
AsHtml = Annotated[bool, typer.Option("--html", help="Print a page for the browser.")]


@spread
def patterns(
    columns: Columns,
    file: Annotated[Path, typer.Argument(help="A CSV of events, perhaps gzipped.")],
    as_json: AsJson = False,
    as_html: AsHtml = False,
) -> None:
    """Map today's patterns: volumes, escalations, hand-offs, waiting, ping-pong, peaks."""
    try:
        with read_log(file, columns.given()) as log:
            found, guessed = Patterns(), Mapper(LogMap())
            for _, events in log.cases():
                found.add(events)
            log.note_unfinished(lambda status: guessed.doing(status) == "done")
            done = [status for status in log.values("status") if guessed.doing(status) == "done"]
            answer = {
                **found.result(),
                "duplicate_rows": log.duplicates,
                "columns": dict(log.columns),
                "trouble": log.trouble.plain(),
            }
            notes = log.trouble.say()
    except LogError as error:
        stop(str(error))
    if as_json:
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    elif as_html:
        title = f"Patterns of {file.name}"
        typer.echo(
            page(
                "patterns.html",
                title=title,
                p=answer,
                notes=notes,
                findings=findings(answer, done),
                over_time=over_time(answer),
            )
        )
    else:
        _show(answer, findings(answer, done))
        for note in notes:
            console.print(f"[yellow]note[/yellow]  {escape(note)}")


def _show(p: Mapping[str, Any], sentences: Sequence[str]) -> None:
    console.print(
        f"[bold]{counted(p['cases'], 'case')}[/bold], {counted(p['events'], 'event')}, "
        f"{str(p['span']['from'])[:10]} to {str(p['span']['to'])[:10]}"
    )
    first = p["time_to_first_escalation_hours"]
    share = p["escalated_cases"] / p["cases"]
    table = Table(show_header=False, box=None)
    table.add_row("Cases that rise a line", f"{p['escalated_cases']:,} ({share:.0%})")
    median, late = hours(first["p50"]), hours(first["p90"])
    table.add_row("Time to the first rise", f"{median} median, {late} p90")
    table.add_row("Hand-offs between teams", f"{p['handoffs']:,}")
    ping = p["ping_pong_cases"] / p["cases"]
    table.add_row("Cases that come back to a team", f"{p['ping_pong_cases']:,} ({ping:.0%})")
    table.add_row("Share of time spent waiting", f"{p['waiting_share']:.0%}")
    console.print(table)
    for title, key in (("Escalations", "escalations"), ("De-escalations", "deescalations")):
        pairs = ", ".join(f"{pair} {count:,}" for pair, count in p[key].items())
        console.print(f"{title}: {pairs or 'none'}")
    for title, counts in (
        ("Highest line reached", p["volume"]["by_line"]),
        ("Severity", p["volume"]["by_severity"]),
        ("Area", p["volume"]["by_area"]),
        ("Rises by area", p["triggers"]["area"]),
    ):
        if counts:
            some = ", ".join(f"{escape(str(n))} {c:,}" for n, c in list(counts.items())[:6])
            console.print(f"{title}: {some}")
    console.print("\n[bold]What stands out[/bold]")
    for sentence in sentences:
        console.print(f"- {escape(sentence)}")
