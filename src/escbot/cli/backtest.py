"""`escbot policy backtest`: what another policy would have done with the cases that came."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from escbot.cli.files import AsJson, RosterFile, stop
from escbot.cli.history import compiled, read_history, roster_of
from escbot.cli.options import Columns, Source, spread
from escbot.cli.patterns import AsHtml
from escbot.core.policy import Policy
from escbot.core.roster import Roster
from escbot.http.pages import hours, page
from escbot.insights.backtest.compare import Difference, differences, grouped, moved_hours
from escbot.insights.backtest.replay import replay
from escbot.insights.backtest.run import crowd
from escbot.insights.backtest.summary import summary, zone_of
from escbot.insights.backtest.trace import habits
from escbot.services.files import Files
from escbot.services.replaying import History
from escbot.words.history import WHAT, assumptions, in_short
from escbot.words.parting import because
from escbot.words.voice import counted

console = Console(highlight=False, soft_wrap=True)
SHOWN_CASES = 18  # on the page
SHOWN_EACH = 3  # of cases that differ in the same way


@spread
def backtest(
    policy: Annotated[Path, typer.Option(help="The policy to try.")],
    source: Source,
    columns: Columns,
    against: Annotated[
        Path | None,
        typer.Option(help="The policy to compare with; else the active or the packaged one."),
    ] = None,
    roster: RosterFile = None,
    as_json: AsJson = False,
    as_html: AsHtml = False,
) -> None:
    """Try a policy on history: replay the cases that came and say what differs, and why."""
    history, active = read_history(source, columns)
    answer = compared(history, policy, against, roster, active)
    if as_json:
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    elif as_html:
        title = f"{answer['new']['name']} on {history.name}"
        typer.echo(
            page(
                "backtest.html",
                title=title,
                b=answer,
                what=WHAT,
                each=SHOWN_EACH,
                most=telling(answer["differs"]["each"]),
                rows=ROWS,
                at_path=at_path,
                tiers={key: _tiers(answer, key) for key in ("start", "highest")},
            )
        )
    else:
        _show(answer)


def compared(
    history: History, policy: Path, against: Path | None, roster: Path | None, active: Policy | None
) -> dict[str, Any]:
    """Replay both policies; return everything that is said about them."""
    new = compiled(policy, roster, history)
    old = compiled(against, roster, history)
    before = active if against is None and active is not None else old.policy
    known = habits(history.traces)
    tried = f"Living {counted(len(history.traces), 'case')} again under both policies …"
    with Console(stderr=True).status(tried):
        was = replay(before, history.traces, roster_of(roster, old), known=known)
        now = replay(new.policy, history.traces, roster_of(roster, new), known=known)
    if not was:
        stop("there is no case to try the policy on")
    found = differences(was, now, (before, new.policy))
    people = roster_of(roster, new) or crowd(new.policy, ())
    name, newer = _names(old, new, stored=against is None and active is not None)
    figures = (summary(before, was), summary(new.policy, now))
    groups = [
        {**one, "why": because([one["why"]] if one["why"] else [], (before, new.policy), people)}
        for one in grouped(found)
    ]
    return {
        "source": history.name,
        "cases": len(history.traces),
        "span": {"from": history.since.isoformat(), "to": history.until.isoformat()},
        "roster": roster.name if roster else None,
        "hours_in": zone_of(new.policy),
        "in_short": list(in_short(name, newer, figures, groups, len(found), moved_hours(was, now))),
        "old": {"name": name, **figures[0]},
        "new": {"name": newer, **figures[1]},
        "differs": {
            "cases": len(found),
            "hours": moved_hours(was, now),
            "by_change": groups,
            "each": [plain(one, (before, new.policy), people) for one in found],
        },
        "assumptions": list(
            assumptions(
                source=history.source, crowded=roster is None, guessed=bool(history.guessed)
            )
        ),
        "not_mapped": history.unmapped,
        "guessed": history.guessed,
        "notes": list(history.notes),
        "trouble": history.trouble,
    }


def _names(old: Files, new: Files, *, stored: bool) -> tuple[str, str]:
    """Return what the two policies are called: by their files, with folders where names agree."""
    name = "active policy" if stored else Path(old.policy_name).name
    tried = Path(new.policy_name).name
    if name != tried:
        return name, tried
    was, now = Path(old.policy_name), Path(new.policy_name)
    if was == now:
        return name, f"{tried} (the same)"
    return str(was), str(now)


def plain(one: Difference, policies: tuple[Policy, Policy], roster: Roster) -> dict[str, Any]:
    """Return a difference for JSON and the page."""
    return {
        "case": one.case,
        "opened_at": one.opened_at.isoformat(),
        "changes": [
            {
                "what": change.what,
                "old": change.old,
                "new": change.new,
                "why": because(change.why, policies, roster),
            }
            for change in one.changes
        ],
    }


# What both policies are compared by: a sentence, where it stands, and how it is written.
ROWS: Sequence[tuple[str, tuple[str, ...], bool]] = (
    ("breaches of the response time", ("breaches", "respond"), False),
    ("breaches of the time in a tier", ("breaches", "tier"), False),
    ("moves up by a limit", ("moves", "by_limit"), False),
    ("warnings", ("warnings", "total"), False),
    ("warnings that no breach followed", ("warnings", "without_a_breach"), False),
    ("calls to management", ("manager_pings", "total"), False),
    ("offers passed on", ("passed_on",), False),
    ("updates promised to customers", ("updates_promised",), False),
    ("median until taken", ("waiting", "to_take_hours", "p50"), True),
    ("p90 until taken", ("waiting", "to_take_hours", "p90"), True),
    ("median until resolved", ("waiting", "to_resolve_hours", "p50"), True),
    ("p90 until resolved", ("waiting", "to_resolve_hours", "p90"), True),
    ("all time without an owner", ("waiting", "without_an_owner_hours"), True),
)


def at_path(values: Mapping[str, Any], path: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
    """Return what stands at a path."""
    found: Any = values
    for key in path:
        found = found[key]
    return found


def telling(differing: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return a few cases of each way in which cases differ: the most frequent way first."""
    ways: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for one in differing:
        way = tuple(change["what"] for change in one["changes"])
        ways.setdefault(way, []).append(one)
    ranked = sorted(ways.items(), key=lambda item: (-len(item[1]), item[0]))
    found = [one for _, cases in ranked for one in sorted(cases, key=_moved)[:SHOWN_EACH]]
    return found[:SHOWN_CASES]


def _moved(one: Mapping[str, Any]) -> tuple[float, str]:
    """Put first what ends much sooner or later."""
    hours_ = [
        abs(float(change["new"]) - float(change["old"]))
        for change in one["changes"]
        if change["what"] in ("sooner", "later")
    ]
    return -sum(hours_), str(one["case"])


def _tiers(b: Mapping[str, Any], key: str) -> list[str]:
    return sorted({*b["old"]["tiers"][key], *b["new"]["tiers"][key]})


def _show(b: Mapping[str, Any]) -> None:
    console.print(
        f"[bold]{counted(b['cases'], 'case')}[/bold] of {escape(b['source'])}, "
        f"{b['span']['from'][:10]} to {b['span']['to'][:10]}: "
        f"[bold]{counted(b['differs']['cases'], 'fares', 'fare')}[/bold] differently."
    )
    for sentence in b["in_short"]:
        console.print(f"- {escape(sentence)}")
    table = Table("", escape(b["old"]["name"]), escape(b["new"]["name"]), box=None)
    for key, said in (("start", "begin in tier"), ("highest", "reach tier")):
        for tier in _tiers(b, key):
            counts = (f"{b[side]['tiers'][key].get(tier, 0):,}" for side in ("old", "new"))
            table.add_row(f"{said} {tier}", *counts)
    for said, path, timed in ROWS:
        values = [at_path(b[side], path) for side in ("old", "new")]
        table.add_row(said, *(hours(v) if timed else f"{v:,}" for v in values))
    console.print(table)
    for one in b["differs"]["by_change"][:10]:
        pair = f": {one['old']} → {one['new']}" if one["old"] or one["new"] else ""
        some = ", ".join(one["examples"][:3])
        console.print(f"{one['cases']:>7,}  {WHAT[one['what']]}{escape(pair)}  [dim]{some}[/dim]")
    for column, values in b["not_mapped"].items():
        some = ", ".join(list(values)[:8])
        console.print(f"[yellow]not mapped[/yellow]  {escape(column)}: {escape(some)}")
    for note in b["notes"]:
        console.print(f"[yellow]note[/yellow]  {escape(note)}")
    console.print("[dim]What this takes for granted is on the page (--html) and in --json.[/dim]")
