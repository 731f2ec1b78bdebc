"""Past cases for tests: by hand, and by seeded chance."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from escbot.core.policy import Policy
from escbot.core.roster import Person, Roster
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


def noise(seed: int, cases: int = 80) -> list[Trace]:
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


def stuck(seed: int, cases: int = 32) -> list[Trace]:
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


def needless(seed: int, cases: int = 32) -> list[Trace]:
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


def slept_on(seed: int, cases: int = 32) -> list[Trace]:
    """Tier 1 solves in three hours what it looks at; half of its cases it never does."""
    draw = random.Random(seed)
    found = []
    for number in range(cases):
        fast = draw.random() < 0.4
        quick = Stage(2, hours(0.2), parts=(Work(hours(draw.uniform(0.5, 1))),))
        stages = (
            (Stage(1, hours(0.1), parts=(Work(hours(draw.uniform(2.8, 3.2))),)),)
            if fast
            else (Stage(1, hours(draw.uniform(3.4, 3.8)), parts=(Work(hours(0.1)),)), quick)
        )
        found.append(a_trace(*stages, id_=f"R{number}", at=weekday(draw)))
    return found


def hurried(seed: int, cases: int = 32) -> list[Trace]:
    """Tier 1 takes within the hour and solves nearly all; tier 2 takes half a day to look."""
    draw = random.Random(seed)
    found = []
    for number in range(cases):
        takes = hours(draw.uniform(0.4, 0.9))
        stages = [Stage(1, takes, parts=(Work(hours(draw.uniform(0.3, 1))),))]
        if draw.random() < 0.15:
            stages.append(Stage(2, hours(draw.uniform(3, 5)), parts=(Work(hours(1)),)))
        found.append(a_trace(*stages, id_=f"H{number}", at=weekday(draw)))
    return found


def unanswered(seed: int, cases: int = 32) -> list[Trace]:
    """Half of the first people who are asked give no sign; the next ones take it soon."""
    draw = random.Random(seed)
    return [
        a_trace(
            Stage(
                1,
                hours(draw.uniform(0.1, 0.3)),
                silent=draw.randint(0, 1),
                parts=(Work(hours(0.5)),),
            ),
            id_=f"U{number}",
            at=MORNING + timedelta(days=7 * (number // 5) + number % 5),
        )
        for number in range(cases)
    ]


def crowded(seed: int, cases: int = 32) -> list[Trace]:
    """Cases come eight at a time; each is an hour of work."""
    draw = random.Random(seed)
    return [
        a_trace(
            Stage(1, hours(0.1), parts=(Work(hours(draw.uniform(0.8, 1.2))),)),
            id_=f"B{number}",
            at=MORNING + timedelta(days=7 * (number // 8), minutes=number % 8),
        )
        for number in range(cases)
    ]


def two_people(policy: Policy) -> Roster:
    """Return two people for each tier, there at all hours, without a capacity of their own."""
    return Roster(
        tuple(
            Person(f"U{tier.number}{name}", name, ("specialist", "lead"), (tier.number,),
                   hours="always")
            for tier in policy.tiers
            for name in "ab"
        )
    )  # fmt: skip


def with_severity(policy: Policy, **values: object) -> Policy:
    """Return the policy with another number for P3, which minor issues are."""
    severities = tuple(
        replace(one, **values) if one.id == "P3" else one  # type: ignore[arg-type]
        for one in policy.severities
    )
    return replace(policy, severities=severities, version="other")


def with_shares(policy: Policy, *shares: float) -> Policy:
    """Return the policy with its first warnings at other shares."""
    severities = tuple(
        replace(
            one,
            warnings=tuple(
                replace(warn, share=shares[place] if place < len(shares) else warn.share)
                for place, warn in enumerate(one.warnings)
            ),
        )
        for one in policy.severities
    )
    return replace(policy, severities=severities, version="other")


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
