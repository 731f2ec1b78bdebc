"""What a log suggests as answers, and the first map of its values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from escbot.insights.backtest.fromlog import DOINGS, EVERY_OTHER, LogMap, Mapper
from escbot.insights.backtest.guess import guess
from escbot.insights.patterns import DAYS, Patterns
from escbot.services.intake.answers import Answers, area_id
from escbot.services.logfile import read_log
from escbot.words.voice import counted

MOST_AREAS = 8
MOST_NAMED = 12  # values that count as another area, in a comment
MOST_VALUES = 60  # of a column, written into the map
BUSY = 0.4  # an hour counts as open where it has this share of the busiest hour's cases
ZONES = (
    "UTC", "Europe/London", "Europe/Berlin", "Europe/Helsinki", "America/New_York",
    "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Sao_Paulo", "Asia/Dubai",
    "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggested:
    """A log's figures as suggested answers; `said` holds a sentence for each question."""

    answers: Answers
    said: Mapping[str, str]
    columns: Mapping[str, str]
    values: Mapping[str, Sequence[str]]  # of the log's severity, status and area
    notes: tuple[str, ...]

    def map_text(self, areas: Sequence[str]) -> str:
        """Return the first map for a policy with these areas."""
        return map_text(self.columns, self.values, areas)


def suggest(path: Path, given: Mapping[str, str | None]) -> Suggested:
    """Read a log. Raises LogError."""
    with read_log(path, given) as log:
        found, offsets = Patterns(), Offsets()
        for _, events in log.cases():
            found.add(events)
            offsets.add(events[0].at)
        values = {name: log.values(name) for name in ("severity", "status", "area")}
        notes = tuple(log.trouble.say())
        columns = dict(log.columns)
    p = found.result()
    answers = _answers(p, offsets.zone())
    return Suggested(answers, _sentences(p, answers.timezone), columns, values, notes)


class Offsets:
    """Finds the time zone that the times of a log were written in, where one of the usual fits."""

    def __init__(self) -> None:
        self._left = {name: ZoneInfo(name) for name in ZONES}
        self._known: set[tuple[date, timedelta | None]] = set()

    def add(self, at: datetime) -> None:
        """Take one moment with its offset."""
        key = (at.date(), at.utcoffset())
        if key not in self._known:
            self._known.add(key)
            misfits = [name for name, zone in self._left.items() if not _fits(at, zone)]
            for name in misfits:
                del self._left[name]

    def zone(self) -> str | None:
        """Return the first zone that fits every moment."""
        return next(iter(self._left), None)


def _fits(at: datetime, zone: ZoneInfo) -> bool:
    return at.astimezone(zone).utcoffset() == at.utcoffset()


def usual_week(by_week: Mapping[str, int]) -> int:
    """Return the cases of the week in which the median case began.

    Quiet weeks count little: a log often begins with a few old cases that were still open.
    """
    passed, half = 0, sum(by_week.values()) / 2
    for number in sorted(by_week.values()):
        passed += number
        if passed >= half:
            return number
    return 0


def _answers(p: Mapping[str, Any], zone: str | None) -> Answers:
    lines = list(p["volume"]["by_line"])
    return Answers(
        tiers=tuple(f"Line {line}" for line in lines) if 2 <= len(lines) <= 5 else (),
        areas=_areas(p),
        volume=usual_week(p["peaks"]["by_week"]),
        week=_week(p),
        timezone=zone,
    )


def _areas(p: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the areas with the most cases, and between them those that rise most."""
    volumes, rises = p["volume"]["by_area"], p["triggers"]["area"]
    weight = {name: volumes.get(name, 0) + rises.get(name, 0) for name in {**volumes, **rises}}
    ranked = sorted(weight, key=lambda name: (-weight[name], name))
    return tuple(name for name in ranked if area_id(name) not in ("area", "other"))[:MOST_AREAS]


def _week(p: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    by_hour = {int(hour): number for hour, number in p["peaks"]["by_hour"].items()}
    top = max(by_hour.values())
    open_ = [hour for hour, number in by_hour.items() if number >= BUSY * top]
    by_day = p["peaks"]["by_day"]
    least = BUSY * sum(by_day[day] for day in DAYS[:5]) / 5
    last = "sun" if by_day["Sun"] >= least else "sat" if by_day["Sat"] >= least else "fri"
    return {f"mon-{last}": (f"{min(open_):02}:00-{max(open_) + 1:02}:00",)} if open_ else {}


def _sentences(p: Mapping[str, Any], zone: str | None) -> Mapping[str, str]:
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
    weeks = p["peaks"]["by_week"]
    usual, busiest = usual_week(weeks), max(weeks, key=lambda name: weeks[name])
    said_ = {
        "tiers": f"Cases by the highest line they reached: {reached or 'the log has no line'}.",
        "handles": f"The most frequent areas: {areas or 'the log has none'}.",
        "volume": f"{counted(p['cases'], 'case')}; the median one began in a week with {usual:,}, "
        f"the busiest week had {max(weeks.values()):,} (from {busiest}).",
        "triggers": f"{p['escalated_cases'] / p['cases']:.0%} of cases rise a line; most before a "
        f"rise: {rises or 'no area'}.",
        "stuck": f"Half of the rises come within {first['p50'] or 0:.1f} h, nine tenths within "
        f"{first['p90'] or 0:.1f} h. All cases together spent: {stuck or 'no status'}.",
        "complaints": f"{p['ping_pong_cases'] / p['cases']:.0%} of cases come back to a team they "
        f"left; {p['waiting_share']:.0%} of all time is waiting.",
        "peaks": f"The busiest day is {day}, the busiest hour {hour}:00"
        + (f"; the times fit {zone}." if zone else "; no usual time zone fits its times."),
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
            lines.append(f'    "{EVERY_OTHER}": {{kind: minor_issue}}  # nothing was guessed')
    lines += _area_lines(values["area"], areas)
    return "\n".join(lines) + "\n"


def _area_lines(values: Sequence[str], areas: Sequence[str]) -> list[str]:
    if not values:
        return []
    lines = ["areas:  # values of the area column → areas of the policy"]
    named = [value for value in values if value in areas]
    others = [value.replace("\n", " ") for value in values if value not in areas]
    lines += [f"  {json.dumps(one, ensure_ascii=False)}: {area_id(one)}" for one in named]
    if others:
        more = f" and {len(others) - MOST_NAMED:,} more" if len(others) > MOST_NAMED else ""
        lines.append(f'  "{EVERY_OTHER}": other  # {", ".join(others[:MOST_NAMED])}{more}')
    return lines
