"""What stands out in a log's patterns: the sentences a manager reads before the figures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from escbot.words.voice import counted

FEW = 20  # cases under which a share says little
AT_ONCE_HOURS = 0.5  # a rise this soon was handed on, not tried
MOST = 7
WEEKS = 80  # a longer span is shown by month
CROWDED = 5  # a week with so many times the cases of an even spread, and half of all, is a snapshot


def findings(p: Mapping[str, Any], done: Collection[str] = ()) -> list[str]:
    """Return what stands out, what matters most first; few cases say little.

    `done` holds the statuses after which nothing is left to do.
    """
    if p["cases"] < FEW:
        return ["Too few cases to say what is usual; read them instead."]
    return [*_snapshot(p), *_rises(p), *_areas(p), *_back(p), *_time(p, done), *_peaks(p)][:MOST]


def _rises(p: Mapping[str, Any]) -> Iterator[str]:
    first = p["time_to_first_escalation_hours"]
    share = p["escalated_cases"] / p["cases"]
    if not first["cases"]:
        yield "No case rises a line: either the log's column is another one, or one line does all."
    elif first["p50"] <= AT_ONCE_HOURS:
        yield (
            f"{share:.0%} of cases rise, half of them within {_time_said(first['p50'])}: the first "
            "line hands these on rather than trying them. They could begin higher at once."
        )
    else:
        yield (
            f"{share:.0%} of cases rise, half of them within {_time_said(first['p50'])}, but one "
            f"in ten only after {_time_said(first['p90'])}: a time limit would have moved those."
        )
    if first["cases"] and first["p90"] > 24:
        yield (
            f"One in ten of the rises comes after more than {_time_said(first['p90'])}; such cases "
            "wait in a line that does not solve them."
        )


def _areas(p: Mapping[str, Any]) -> Iterator[str]:
    volumes, rises = p["volume"]["by_area"], p["triggers"]["area"]
    usual = sum(rises.values()) / p["cases"]
    often = [
        (rises[area] / volumes[area], area)
        for area in rises
        if volumes.get(area, 0) >= FEW and rises[area] > 2 * usual * volumes[area]
    ]
    if often:
        rate, area = max(often)
        yield (
            f"{area} rises {rate / usual:.0f} times as often as usual "
            f"({counted(rises[area], 'rise')} in {counted(volumes[area], 'case')}): a place for "
            "training, or for routing it higher at once."
        )


def _back(p: Mapping[str, Any]) -> Iterator[str]:
    share = p["ping_pong_cases"] / p["cases"]
    if share >= 0.05:
        pair = next(iter(p["team_pairs"]), None)
        most = f" The most frequent hand-off is {pair} ({p['team_pairs'][pair]:,})." if pair else ""
        yield f"{share:.0%} of cases come back to a team they had left.{most}"
    down = sum(p["deescalations"].values())
    up = sum(p["escalations"].values())
    if up and down / up >= 0.25:
        yield (
            f"For each 100 moves up there are {100 * down / up:.0f} down: many cases go up that "
            "the line below finishes."
        )


def _time(p: Mapping[str, Any], done: Collection[str]) -> Iterator[str]:
    hours = p["stuck"]["hours_by_status"]
    total = sum(hours.values())
    if not total:
        return
    name = next(iter(hours))
    if name not in done:
        yield (
            f"The status “{name}” takes {hours[name] / total:.0%} of all time"
            f"; {p['waiting_share']:.0%} is waiting for somebody."
        )
        return
    after = sum(hours.get(one, 0.0) for one in done)
    waits = sum(value for one, value in hours.items() if one.startswith("Wait"))
    rest = total - after
    yield (
        f"{after / total:.0%} of all time lies after the work, mostly in “{name}”, and makes cases "
        "look longer than they were."
        + (f" Of the rest, {waits / rest:.0%} is waiting for somebody." if rest else "")
    )


def _snapshot(p: Mapping[str, Any]) -> Iterator[str]:
    """Warn where most cases began in one week of a long span: figures by time mean little."""
    weeks = p["peaks"]["by_week"]
    at = max(weeks, key=lambda name: weeks[name])
    span = (date.fromisoformat(max(weeks)) - date.fromisoformat(min(weeks))) / timedelta(weeks=1)
    share = weeks[at] / p["cases"]
    if share >= 0.5 and share * (span + 1) >= CROWDED:
        yield (
            f"{share:.0%} of the cases began in one week (from {at}): the file is a snapshot, not "
            "a history. Read volumes, days and trends with that in mind."
        )


def over_time(p: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cases by week, or by month over a long span, with the empty ones between."""
    counts: dict[str, int] = {}
    weeks, months = p["peaks"]["by_week"], p["peaks"]["by_month"]
    at, last = (date.fromisoformat(end(weeks)) for end in (min, max))
    by_month = (last - at) / timedelta(weeks=1) > WEEKS
    if by_month:
        at, last = (date.fromisoformat(f"{end(months)}-01") for end in (min, max))
    while at <= last:
        name = at.isoformat()[:7] if by_month else at.isoformat()
        counts[name] = (months if by_month else weeks).get(name, 0)
        at = (at + timedelta(days=32)).replace(day=1) if by_month else at + timedelta(weeks=1)
    top = max(counts, key=lambda name: counts[name])
    return {
        "unit": "month" if by_month else "week",
        "counts": counts,
        "first": min(counts),
        "last": max(counts),
        "at": top,
        "most": counts[top],
    }


def _peaks(p: Mapping[str, Any]) -> Iterator[str]:
    by_day, by_hour = p["peaks"]["by_day"], p["peaks"]["by_hour"]
    days = sorted(by_day, key=lambda day: -by_day[day])
    hour = max(by_hour, key=lambda name: by_hour[name])
    share = by_day[days[0]] / p["cases"]
    if share >= 0.25:
        yield f"{share:.0%} of cases begin on {days[0]}; the busiest hour is {hour}:00."


def _time_said(hours: float) -> str:
    if hours < 1:
        return f"{hours * 60:.0f} minutes"
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
