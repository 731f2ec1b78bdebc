"""What a log suggests as answers, and the first map of its values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from escbot.insights.backtest.fromlog import DOINGS, LogMap, Mapper
from escbot.insights.backtest.guess import guess
from escbot.insights.patterns import Patterns
from escbot.services.intake import Answers, area_id
from escbot.services.logfile import read_log

MOST_AREAS = 8
MOST_VALUES = 60  # of a column, written into the map
BUSY = 0.4  # an hour counts as open where it has this share of the busiest hour's cases


@dataclass(frozen=True, slots=True)
class Suggested:
    """A log's figures as suggested answers; `said` holds a sentence for each question."""

    answers: Answers
    said: Mapping[str, str]
    map_text: str
    notes: tuple[str, ...]


def suggest(path: Path, given: Mapping[str, str | None]) -> Suggested:
    """Read a log. Raises LogError."""
    with read_log(path, given) as log:
        found = Patterns()
        for _, events in log.cases():
            found.add(events)
        values = {name: log.values(name) for name in ("severity", "status", "area")}
        notes = tuple(log.trouble.say())
        columns = dict(log.columns)
    p = found.result()
    answers = _answers(p)
    return Suggested(answers, _sentences(p), map_text(columns, values, answers.areas), notes)


def _weeks(p: Mapping[str, Any]) -> float:
    first, last = (datetime.fromisoformat(p["span"][key]) for key in ("from", "to"))
    return max((last - first) / timedelta(days=7), 1.0)


def _answers(p: Mapping[str, Any]) -> Answers:
    lines = list(p["volume"]["by_line"])
    areas = [name for name in p["volume"]["by_area"] if area_id(name) != "area"][:MOST_AREAS]
    return Answers(
        tiers=tuple(f"Line {line}" for line in lines) if 2 <= len(lines) <= 5 else (),
        areas=tuple(areas),
        volume=round(p["cases"] / _weeks(p)),
        week=_week(p),
    )


def _week(p: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    by_hour = {int(hour): number for hour, number in p["peaks"]["by_hour"].items()}
    top = max(by_hour.values())
    open_ = [hour for hour, number in by_hour.items() if number >= BUSY * top]
    return {"mon-fri": (f"{min(open_):02}:00-{max(open_) + 1:02}:00",)} if open_ else {}


def _sentences(p: Mapping[str, Any]) -> Mapping[str, str]:
    reached = ", ".join(f"line {line}: {n:,}" for line, n in p["volume"]["by_line"].items())
    areas = ", ".join(f"{name} {n:,}" for name, n in list(p["volume"]["by_area"].items())[:5])
    rises = ", ".join(f"{name} {n:,}" for name, n in list(p["triggers"]["area"].items())[:5])
    stuck = ", ".join(
        f"{name} {hours / 24:,.0f} days" for name, hours in list(
            p["stuck"]["hours_by_status"].items())[:4]
    )  # fmt: skip
    first = p["time_to_first_escalation_hours"]
    day = max(p["peaks"]["by_day"], key=lambda name: p["peaks"]["by_day"][name])
    hour = max(p["peaks"]["by_hour"], key=lambda name: p["peaks"]["by_hour"][name])
    said_ = {
        "tiers": f"Cases by the highest line they reached: {reached or 'the log has no line'}.",
        "handles": f"The most frequent areas: {areas or 'the log has none'}.",
        "volume": f"{p['cases']:,} cases, {p['cases'] / _weeks(p):.0f} a week.",
        "triggers": f"{p['escalated_cases'] / p['cases']:.0%} of cases rise a line; most before a "
        f"rise: {rises or 'no area'}.",
        "stuck": f"Half of the rises come within {first['p50'] or 0:.1f} h, nine tenths within "
        f"{first['p90'] or 0:.1f} h. All cases together spent: {stuck or 'no status'}.",
        "complaints": f"{p['ping_pong_cases'] / p['cases']:.0%} of cases come back to a team they "
        f"left; {p['waiting_share']:.0%} of all time is waiting.",
        "peaks": f"The busiest day is {day}, the busiest hour {hour}:00.",
    }
    return {key: sentence.replace("\n", " ") for key, sentence in said_.items()}


def map_text(
    columns: Mapping[str, str], values: Mapping[str, Sequence[str]], areas: Sequence[str]
) -> str:
    """Return the first map, with what the words seem to mean and what must be looked at.

    `areas` are those that the policy names; other values of the log's column count as `other`.
    """
    mapper = Mapper(LogMap())
    lines = [
        "# What the values of the log mean, guessed from their words: correct it.",
        "# Used by: escbot policy backtest --log FILE --map THIS",
        "columns:",
        *(f"  {key}: {json.dumps(column)}" for key, column in columns.items()),
    ]
    if values["status"]:
        lines.append("statuses:  # by how a status begins; the longest that fits wins")
        for doing in DOINGS:
            fit = [one for one in values["status"][:MOST_VALUES] if mapper.doing(one) == doing]
            if fit:
                lines.append(f"  {doing}: {json.dumps(fit, ensure_ascii=False)}")
    if values["severity"]:
        meant = guess(values["severity"])
        lines += ["facts:", f"  {json.dumps(columns['severity'])}:"]
        for value in values["severity"][:MOST_VALUES]:
            written = json.dumps(value, ensure_ascii=False)
            facts = meant.get(value)
            if facts:
                lines.append(f"    {written}: {{kind: {facts['kind']}}}")
            else:
                lines.append(f"    # {written}: {{kind: ?}}  nothing was guessed")
        if not meant:
            lines.append('    "*": {kind: minor_issue}  # nothing was guessed')
    if values["area"]:
        lines.append("areas:  # values of the area column → areas of the policy")
        for value in values["area"][:MOST_VALUES]:
            area = area_id(value) if value in areas else "other"
            lines.append(f"  {json.dumps(value, ensure_ascii=False)}: {area}")
    return "\n".join(lines) + "\n"
