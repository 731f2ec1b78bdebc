"""What stands out in a log's patterns: the sentences a manager reads before the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

FEW = 20  # cases under which a share says little
AT_ONCE_HOURS = 0.5  # a rise this soon was handed on, not tried
MOST = 6


def findings(p: Mapping[str, Any]) -> list[str]:
    """Return what stands out, what matters most first; few cases say little."""
    if p["cases"] < FEW:
        return ["Too few cases to say what is usual; read them instead."]
    return [*_rises(p), *_areas(p), *_back(p), *_time(p), *_peaks(p)][:MOST]


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
            f"{area} rises {rate / usual:.0f} times as often as usual ({rises[area]:,} rises in "
            f"{volumes[area]:,} cases): a place for training, or for routing it higher at once."
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


def _time(p: Mapping[str, Any]) -> Iterator[str]:
    hours = p["stuck"]["hours_by_status"]
    total = sum(hours.values())
    if total and hours:
        name = next(iter(hours))
        yield (
            f"The status “{name}” takes {hours[name] / total:.0%} of all time"
            f"; {p['waiting_share']:.0%} is waiting for somebody."
        )


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
