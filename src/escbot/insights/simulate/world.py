"""What comes to an invented support organisation: customers, problems, and planted truths.

The planted truths, which a report and a review should find by themselves:

- nobody in tier 2 but the lead knows integrations: such cases are declined and go round;
- one cause is frequent and quickly solved, the login configuration: worth automating;
- one month is worse than those before: more performance cases, and slower reactions.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from escbot.core.commands import Escalate
from escbot.core.facts import Diagnosis, Facts, Impact, Kind

GAP_AREA = "integrations"
QUICK_CAUSE = "configuration"
QUICK_AREA = "login"
CUSTOMERS = (
    "Acme", "Globex", "Initech", "Umbrella", "Hooli", "Stark", "Wayne", "Wonka", "Cyberdyne",
    "Tyrell", "Soylent", "Oscorp",
)  # fmt: skip
PER_DAY = 3.2  # cases on a working day, and on a day of the weekend a quarter of it


@dataclass(frozen=True, slots=True)
class Problem:
    """One case before anybody saw it. `work` is what it needs, elapsed, once somebody has it."""

    at: datetime
    command: Escalate
    area: str
    cause: str
    work: timedelta
    quick: bool
    slow: float  # how many times slower people react


# Areas with how often they come, and what was the matter in the end.
_AREAS: tuple[tuple[str, float, tuple[str, ...], tuple[str, ...]], ...] = (
    ("login", 2.0, ("bug", "customer_error", "missing_article"),
     ("Single sign-on loops back to the start", "Password mail does not arrive")),
    ("payments", 2.2, ("bug", "third_party", "configuration"),
     ("Invoices are charged twice", "A card is refused that works elsewhere")),
    ("integrations", 2.0, ("third_party", "bug", "missing_article"),
     ("The webhook stopped after the update", "Sync with the ERP is a day behind")),
    ("performance", 1.4, ("performance", "configuration", "bug"),
     ("Reports take minutes to open", "The search times out at noon")),
    ("data", 1.6, ("bug", "customer_error", "training"),
     ("The export lacks last week", "Two accounts were merged by mistake")),
    ("other", 0.8, ("no_fault", "training", "missing_feature"),
     ("A question about the contract", "An odd sentence on the page")),
)  # fmt: skip
_KINDS = (
    (Kind.OUTAGE, 0.05), (Kind.MAJOR_FUNCTION, 0.22), (Kind.MINOR_ISSUE, 0.62),
    (Kind.ENHANCEMENT, 0.11),
)  # fmt: skip
_HOURS = {Kind.OUTAGE: 1.5, Kind.MAJOR_FUNCTION: 2.5, Kind.MINOR_ISSUE: 1.6, Kind.ENHANCEMENT: 8.0}


def bad_month(end: datetime) -> tuple[int, int]:
    """Return year and month of the worse month: the last whole one before the end."""
    last = end.replace(day=1) - timedelta(days=1)
    return last.year, last.month


def problems(
    start: datetime, end: datetime, draw: random.Random, openers: tuple[str, ...]
) -> list[Problem]:
    """Return everything that comes in [start, end), in order. Moments are aware UTC."""
    found: list[Problem] = []
    numbers = count(1)
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < end:
        bad = (day.year, day.month) == bad_month(end)
        grown = 1 + 0.3 * ((day - start) / (end - start))
        rate = PER_DAY * grown * (0.25 if day.weekday() > 4 else 1.0) * (1.35 if bad else 1.0)
        for _ in range(_poisson(rate, draw)):
            at = day + timedelta(hours=min(max(draw.gauss(12.5, 2.8), 0.1), 23.8))
            if start <= at < end:
                found.append(_problem(at, draw, openers, next(numbers), bad=bad))
        day += timedelta(days=1)
    return sorted(found, key=lambda problem: problem.at)


def _poisson(rate: float, draw: random.Random) -> int:
    passed, events = draw.expovariate(1.0), 0
    while passed < rate:
        events += 1
        passed += draw.expovariate(1.0)
    return events


def _problem(
    at: datetime, draw: random.Random, openers: tuple[str, ...], number: int, *, bad: bool
) -> Problem:
    weights = [share * (3.0 if bad and area == "performance" else 1.0)
               for area, share, _, _ in _AREAS]  # fmt: skip
    area, _, causes, summaries = draw.choices(_AREAS, weights)[0]
    kind = draw.choices([k for k, _ in _KINDS], [share for _, share in _KINDS])[0]
    quick = draw.random() < 0.19
    if quick:
        area, kind, cause = QUICK_AREA, Kind.MINOR_ISSUE, QUICK_CAUSE
        summary = "The login settings of a new user are missing"
        work = timedelta(minutes=draw.uniform(6, 18))
    else:
        cause, summary = draw.choice(causes), draw.choice(summaries)
        work = timedelta(hours=_HOURS[kind] * draw.lognormvariate(0, 0.7))
    command = Escalate(
        by=draw.choice(openers),
        customer=draw.choices(CUSTOMERS, [4, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1])[0],
        summary=summary,
        facts=_facts(kind, area, draw),
        tried="The steps of the article; it happens in another browser too."
        if draw.random() < 0.82
        else None,
        ticket=f"T-{10_000 + number}",
    )
    slow = 4.5 if bad else 1.0
    return Problem(at, command, area, cause, work, quick, slow)


def _facts(kind: Kind, area: str, draw: random.Random) -> Facts:
    impact = draw.choices(list(Impact), [0.78, 0.19, 0.03])[0]
    diagnosis = draw.choices(
        [None, Diagnosis.KNOWN, Diagnosis.CANNOT_DIAGNOSE, Diagnosis.NEEDS_DEVELOPMENT],
        [0.4, 0.2, 0.34, 0.06],
    )[0]
    if area == GAP_AREA and draw.random() < 0.5:
        diagnosis = Diagnosis.CANNOT_DIAGNOSE
    return Facts(
        kind=kind,
        impact=Impact.MULTIPLE_USERS if kind is Kind.OUTAGE else impact,
        workaround=kind is Kind.MAJOR_FUNCTION and draw.random() < 0.35,
        revenue_at_risk=draw.random() < 0.03,
        diagnosis=diagnosis if kind is not Kind.ENHANCEMENT else None,
        asks_for_manager=draw.random() < 0.04,
        executive_contact=draw.random() < 0.02,
        area=area,
    )
