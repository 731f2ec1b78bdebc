"""Past cases for tests: by hand, and by seeded chance."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from escbot.core.policy import Policy
from escbot.insights.backtest.trace import Part, Pause, Stage, Trace, Work
from tests.make import facts

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday, when support opens


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def a_trace(*stages: Stage, id_: str = "A", at: datetime = MORNING, **known: object) -> Trace:
    """Return a case of a minor issue unless told otherwise."""
    described = {"kind": "minor_issue", **known}
    return Trace(id_, at, facts(**described), stages)  # type: ignore[arg-type]


def with_limit(policy: Policy, tier: int, limit: timedelta) -> Policy:
    """Return the policy with another time in a tier, for every severity that has one."""
    severities = tuple(
        replace(one, limits={**one.limits, tier: limit} if one.limits else one.limits)
        for one in policy.severities
    )
    return replace(policy, severities=severities, version="other")


def weekday(draw: random.Random) -> datetime:
    """Return a moment of a working day."""
    return MORNING + timedelta(days=7 * draw.randint(0, 20) + draw.randint(0, 4))


def noise(seed: int, cases: int = 160) -> list[Trace]:
    """Cases whose times have nothing to do with any threshold of the packaged policy."""
    draw = random.Random(seed)
    found = []
    for number in range(cases):
        kind = draw.choices(["outage", "major_function", "minor_issue"], [1, 3, 8])[0]
        parts: tuple[Part, ...] = (Work(hours(draw.lognormvariate(0, 0.8))),)
        if draw.random() < 0.3:
            parts += (Pause(hours(draw.expovariate(0.25))), Work(hours(draw.expovariate(2))))
        stages = [Stage(1, hours(draw.expovariate(4)), parts=parts)]
        if draw.random() < 0.3:
            work = Work(hours(draw.lognormvariate(0.4, 0.8)))
            stages.append(Stage(2, hours(draw.expovariate(3)), parts=(work,)))
        at = weekday(draw) + hours(draw.uniform(0, 6))
        found.append(a_trace(*stages, id_=f"N{number}", at=at, kind=kind))
    return found


def stuck(seed: int, cases: int = 160) -> list[Trace]:
    """Tier 1 solves most within the hour; the rest lies there for six before it is handed up."""
    draw = random.Random(seed)
    found = []
    for number in range(cases):
        takes = hours(draw.expovariate(4))
        if draw.random() < 0.6:
            stages = [Stage(1, takes, parts=(Work(hours(draw.uniform(0.1, 0.9))),))]
        else:
            late = Work(hours(draw.uniform(5, 7)))
            stages = [Stage(1, takes, parts=(late,)), Stage(2, hours(0.2), parts=(Work(hours(1)),))]
        found.append(a_trace(*stages, id_=f"S{number}", at=weekday(draw)))
    return found


def needless(seed: int, cases: int = 160) -> list[Trace]:
    """Tier 1 solves its cases in an hour or two; tier 2 takes half a day to look at any."""
    draw = random.Random(seed)
    found = []
    for number in range(cases):
        takes = hours(draw.expovariate(4))
        stages = [Stage(1, takes, parts=(Work(hours(draw.uniform(0.5, 3))),))]
        if draw.random() < 0.2:
            slow = Stage(2, hours(draw.uniform(3, 5)), parts=(Work(hours(1)),))
            stages = [Stage(1, takes, parts=(Work(hours(0.2)),)), slow]
        found.append(a_trace(*stages, id_=f"F{number}", at=weekday(draw)))
    return found


def a_log(seed: int, cases: int) -> str:
    """Return a CSV of ticket events."""
    draw = random.Random(seed)
    rows = ["case_id,timestamp,support_line,team,status,severity,area"]
    for number in range(cases):
        at, line = weekday(draw) + hours(draw.uniform(0, 6)), 1
        severity = draw.choices(["Critical", "High", "Medium"], [1, 3, 6])[0]
        area = draw.choice(["payments", "login", "data"])
        steps: list[tuple[float, int, str]] = [
            (0, 1, "Queued"), (draw.expovariate(4), 1, "In Progress"),
            (draw.expovariate(0.4), 1, "Wait - User"), (draw.expovariate(0.2), 1, "In Progress"),
        ]  # fmt: skip
        if draw.random() < 0.4:
            steps += [(draw.expovariate(0.3), 2, "Queued"), (draw.expovariate(1), 2, "In Progress")]
        steps.append((draw.expovariate(0.3), steps[-1][1], "Resolved"))
        for after, line, status in steps:
            at += hours(after)
            rows.append(f"T{number},{at.isoformat()},{line},team{line},{status},{severity},{area}")
    return "\n".join(rows) + "\n"
