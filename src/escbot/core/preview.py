"""What the form shows while it is filled: where this case would go, and what is open already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from escbot.core import events as e
from escbot.core.availability import is_on_shift
from escbot.core.card import area_name, tier_title
from escbot.core.case import Case
from escbot.core.clocks import next_promise
from escbot.core.decision import Assessment
from escbot.core.drill.stage import cast
from escbot.core.policy import Policy
from escbot.core.reasons import Because
from escbot.core.roster import Roster

MOST_OTHERS = 3


@dataclass(frozen=True, slots=True)
class Preview:
    """A case that was not opened. Times are aware UTC.

    `pages` names somebody whom this would page outside their hours, with their time zone.
    """

    assessment: Assessment
    severity_name: str
    emoji: str
    tier_name: str
    person: str | None
    because: tuple[Because, ...]
    keeps: bool
    planning: bool
    answer_by: datetime | None
    managers: tuple[str, ...]
    pages: tuple[str, str] | None
    goes_up_at: datetime | None
    could: tuple[str, ...]  # criteria that would send it up
    checklist: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """An open case that is perhaps the same problem. `why` is `area` or `customer`.

    `asked`: `person` was asked and has not answered. `joined` is the customer being typed, by the
    case's name for them, where the case is theirs or they are part of it already.
    """

    number: int
    severity: str
    emoji: str
    customer: str
    summary: str
    person: str | None
    area: str | None
    why: str
    asked: bool = False
    joined: str | None = None


def preview(
    case: Case, events: Sequence[e.Event], policy: Policy, roster: Roster, now: datetime
) -> Preview:
    """Return what opening this case would do. ValueError where it was not assessed."""
    if case.assessment is None:
        raise ValueError("the case was not assessed")
    roster = cast(roster, policy, case)
    severity = policy.severity(case.severity)
    choice = case.round.choice if case.rounds else None
    keeps = any(isinstance(event, e.Kept) for event in events)
    person = case.owner or case.offered
    known = roster.person(person) if person else None
    asleep = known is not None and person == case.offered and not is_on_shift(policy, known, now)
    promise = next_promise(case, policy)
    tier_clock = case.clocks.get("tier")
    raised = any(met.to != "management" for met in case.assessment.criteria)
    stays_low = keeps and not raised
    return Preview(
        assessment=case.assessment,
        severity_name=severity.name,
        emoji=severity.emoji,
        tier_name=tier_title(policy, case.tier),
        person=person,
        because=choice.because if choice else (),
        keeps=keeps,
        planning=any(isinstance(event, e.Queued) for event in events),
        answer_by=promise[1] if promise else None,
        managers=tuple(ping.asked[-1] for ping in case.management if ping.asked),
        pages=(known.id, known.timezone) if asleep and known is not None else None,
        goes_up_at=promise[1] if stays_low and tier_clock and promise else None,
        could=tuple(c.id for c in policy.criteria if c.test == "facts" and c.to != "management")
        if stays_low
        else (),
        checklist=policy.handoff.solve_here if stays_low else (),
    )


def others(
    cases: Iterable[Case], policy: Policy, *, area: str | None, customer: str, drill: bool = False
) -> tuple[Other, ...]:
    """Return open cases of the same customer, and the severe ones of the same area."""
    urgent = {severity.id for severity in policy.severities[:2]}
    wanted = customer.strip().casefold()
    found: list[Other] = []
    for case in cases:
        if case.drill != drill or case.phase.is_over:
            continue
        names = (case.customer, *(link.customer for link in case.linked))
        joined = next((name for name in names if wanted and name.casefold() == wanted), None)
        same_area = area is not None and case.facts.area == area and case.severity in urgent
        if joined is None and not same_area:
            continue
        severity = policy.severity(case.severity) if case.severity in _ids(policy) else None
        found.append(
            Other(
                number=case.number,
                severity=case.severity,
                emoji=severity.emoji if severity else "",
                customer=case.customer,
                summary=case.summary,
                person=case.owner or case.offered,
                area=area_name(policy, case.facts.area),
                why="area" if joined is None else "customer",
                asked=case.owner is None,
                joined=joined,
            )
        )
    return tuple(found[:MOST_OTHERS])


def _ids(policy: Policy) -> set[str]:
    return {severity.id for severity in policy.severities}
