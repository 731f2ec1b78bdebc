"""A drill's own rules, people and customers. For every other case nothing is changed.

The same functions decide and show a drill and a real case; what differs is what they are given:
the policy with shorter limits, and a roster of only those who joined. So nobody else can be asked,
warned or called, whatever the policy says.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from escbot.core.case import Case
from escbot.core.policy import Policy, Severity
from escbot.core.roster import Customer, Floor, Person, Roster

ALWAYS = "always"  # a calendar that every policy has


def paced(policy: Policy, case: Case | None) -> Policy:
    """Return the policy as it counts for a case: so many times as fast, around the clock."""
    if case is None or case.pace == 1:
        return policy
    pace = case.pace
    return replace(
        policy,
        severities=tuple(_faster(severity, pace) for severity in policy.severities),
        rest=policy.rest / pace,
        extension=policy.extension / pace,
    )


def _faster(severity: Severity, pace: float) -> Severity:
    def less(limit: timedelta | None) -> timedelta | None:
        return None if limit is None else limit / pace

    return replace(
        severity,
        calendar=ALWAYS,
        respond=severity.respond / pace,
        answer=less(severity.answer),
        update=severity.update / pace,
        manage=less(severity.manage),
        pause=severity.pause / pace,
        close=less(severity.close),
        grace=less(severity.grace),
        limits={tier: limit / pace for tier, limit in severity.limits.items()},
    )


def cast(roster: Roster, policy: Policy, case: Case | None) -> Roster:
    """Return the people and customers as a case sees them: in a drill, who joined, and its own.

    A tier that nobody of it joined is played by the others, so that two people are enough.
    """
    if case is None or case.practice is None:
        return roster
    people = [_player(roster, person) for person in case.joined]
    for tier in policy.tiers:
        if not any(tier.number in person.tiers for person in people):
            people = _stand_in(people, tier.number, case.requester)
    practice = case.practice
    customer = Customer(
        practice.customer,
        vip=practice.facts.vip,
        arr=practice.arr,
        relationship=practice.facts.relationship,
    )
    return Roster(tuple(people), (), (customer,), roster.version)


def _player(roster: Roster, id_: str) -> Person:
    known = roster.person(id_) or Person(id_, id_, tiers=(1,))
    return replace(known, hours=ALWAYS)


def _stand_in(people: list[Person], tier: int, requester: str) -> list[Person]:
    others = [person.id for person in people if person.id != requester]
    playing = others or [requester]
    return [
        replace(person, tiers=(*person.tiers, tier)) if person.id in playing else person
        for person in people
    ]


def floor_of(floor: Floor, case: Case | None) -> Floor:
    """Return who is away and who carries what as a case sees it: in a drill nobody carries more."""
    if case is None or case.practice is None:
        return floor
    return Floor(gone=floor.gone)
