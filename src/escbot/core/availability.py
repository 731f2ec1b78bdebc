"""Who is there: shifts, on-call duty, absences, and the people of a role."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime

from escbot.core.calendars import NeverOpen, is_open, next_open
from escbot.core.policy import Policy
from escbot.core.roster import Floor, OnCall, Person, Roster
from escbot.core.rotation import on_duty, turn_at
from escbot.core.values import kept

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


def is_away(floor: Floor, person: str, now: datetime) -> bool:
    """Tell whether somebody said they are away, or is gone from Slack."""
    if person in floor.gone:
        return True
    absence = floor.away.get(person)
    return absence is not None and (absence.until is None or now < absence.until)


def is_on_shift(policy: Policy, person: Person, now: datetime) -> bool:
    """Tell whether `now` lies in the person's own hours.

    Hours that the policy no longer has count as open: better a person too many than none.
    """
    calendar = policy.calendars.get(person.hours)
    return calendar is None or is_open(calendar, now)


def is_around(policy: Policy, roster: Roster, floor: Floor, id_: str, now: datetime) -> bool:
    """Tell whether a person of the roster is neither away nor gone, and on shift or on call."""
    person = roster.person(id_)
    if person is None or is_away(floor, id_, now):
        return False
    return is_on_shift(policy, person, now) or id_ in on_call_people(roster, now=now)


def on_call_people(
    roster: Roster,
    *,
    now: datetime,
    tier: int | None = None,
    area: str | None = None,
    role: str | None = None,
) -> tuple[str, ...]:
    """Return who is on call now, in the roster's order.

    Without `tier` or `role`, everybody on call for anything; an entry that names no area serves
    all of them.
    """
    found: dict[str, None] = {}
    for entry in roster.on_call:
        if _is_for(entry, tier, area, role):
            found.update(dict.fromkeys(serving(entry, now)))
    return tuple(found)


def _is_for(entry: OnCall, tier: int | None, area: str | None, role: str | None) -> bool:
    if role is not None:
        return entry.role == role
    if tier is not None and (entry.role is not None or entry.tier not in (None, tier)):
        return False
    return area is None or entry.area in (None, area)


def serving(entry: OnCall, now: datetime) -> tuple[str, ...]:
    """Return who serves in one on-call entry at a moment (aware UTC)."""
    duty = kept(entry, _Duty)
    if not duty.start <= now < duty.end:
        duty.turn(entry, now)
    return duty.people


class _Duty:
    """Who serves in [start, end): of one entry, the stretch of time that was asked about last."""

    def __init__(self, entry: OnCall) -> None:
        self._edges = sorted({at for shift in entry.shifts for at in (shift.start, shift.end)})
        self.start = self.end = _EARLIEST
        self.people: tuple[str, ...] = ()

    def turn(self, entry: OnCall, now: datetime) -> None:
        """Go to the stretch that a moment lies in."""
        place = bisect_right(self._edges, now)
        self.start = self._edges[place - 1] if place else _EARLIEST
        self.end = self._edges[place] if place < len(self._edges) else _LATEST
        on_shift = (shift.person for shift in entry.shifts if shift.start <= now < shift.end)
        self.people = tuple(on_shift)
        if entry.rotation is not None:
            start, end = turn_at(entry.rotation, now)
            self.start, self.end = max(self.start, start), min(self.end, end)
            self.people = (on_duty(entry.rotation, now), *self.people)


def with_role(
    policy: Policy, roster: Roster, floor: Floor, role: str, now: datetime
) -> tuple[Person, ...]:
    """Return the people of a role who are there now; those on call for it first."""
    first = on_call_people(roster, role=role, now=now)
    there = [
        person
        for person in roster.in_role(role)
        if not is_away(floor, person.id, now)
        and (person.id in first or is_on_shift(policy, person, now))
    ]
    return tuple(sorted(there, key=lambda person: (person.id not in first, person.id)))


def lead_of(
    policy: Policy, roster: Roster, floor: Floor, tier: int | str, now: datetime
) -> str | None:
    """Return the lead of a tier who is there now, or None."""
    return next(iter(leads_of(policy, roster, floor, tier, now)), None)


def leads_of(
    policy: Policy, roster: Roster, floor: Floor, tier: int | str, now: datetime
) -> tuple[str, ...]:
    """Return the leads of a tier who are there now; those on call for it first."""
    leads = with_role(policy, roster, floor, "lead", now)
    return tuple(person.id for person in leads if tier in person.tiers)


def duty_manager(policy: Policy, roster: Roster, floor: Floor, now: datetime) -> str | None:
    """Return the manager on duty: the one on call, else one on shift, else None."""
    managers = with_role(policy, roster, floor, "manager", now)
    return managers[0].id if managers else None


def management_chain(
    policy: Policy,
    roster: Roster,
    floor: Floor,
    *,
    customer: str,
    now: datetime,
    off_shift: bool = False,
) -> tuple[str, ...]:
    """Return whom to ask, in order: by default the account owner, the duty manager, the others.

    `off_shift` takes people outside their hours too; who is away is never asked.
    """
    known = roster.customer(customer)
    chain: dict[str, None] = {}
    managers = [person.id for person in with_role(policy, roster, floor, "manager", now)]
    if off_shift:
        asleep = (person.id for person in roster.in_role("manager"))
        managers += [id_ for id_ in asleep if id_ not in managers and not is_away(floor, id_, now)]
    for link in policy.management:
        if link == "account_owner":
            owner = known.owner if known else None
            if owner is None or is_away(floor, owner, now):
                continue
            if off_shift or is_around(policy, roster, floor, owner, now):
                chain.setdefault(owner)
        elif link == "duty_manager":
            chain.update(dict.fromkeys(managers[:1]))
        else:
            chain.update(dict.fromkeys(managers))
    return tuple(chain)


def next_manager(
    policy: Policy,
    roster: Roster,
    floor: Floor,
    *,
    customer: str,
    now: datetime,
    urgent: bool,
    asked: tuple[str, ...] = (),
) -> tuple[str | None, datetime | None]:
    """Return whom of the chain to ask, and when their hours begin where nobody is there now.

    An urgent case wakes somebody up; for another one the moment (aware UTC) is given instead.
    """
    for off_shift in (False, True):
        chain = management_chain(
            policy, roster, floor, customer=customer, now=now, off_shift=off_shift
        )
        left = [person for person in chain if person not in asked]
        if left and (urgent or not off_shift):
            return left[0], None
        if left and not asked:
            begins = [
                (at, place)
                for place, id_ in enumerate(left)
                if (at := _begins(policy, roster, id_, now))
            ]
            if begins:
                at, place = min(begins)
                return left[place], at
    return None, None


def _begins(policy: Policy, roster: Roster, id_: str, now: datetime) -> datetime | None:
    person = roster.person(id_)
    calendar = policy.calendars.get(person.hours) if person else None
    if calendar is None:
        return now
    try:
        return next_open(calendar, now)
    except NeverOpen:
        return None


def planner(policy: Policy, roster: Roster, floor: Floor, now: datetime) -> str | None:
    """Return the planner who is there now, else the first one who is still in Slack, else None."""
    there = with_role(policy, roster, floor, "planner", now)
    if there:
        return there[0].id
    planners = (person.id for person in roster.in_role("planner"))
    return next((id_ for id_ in planners if id_ not in floor.gone), None)


def planner_lead(policy: Policy, roster: Roster, floor: Floor, now: datetime) -> str | None:
    """Return who hears when the planning queue is late: a planner who leads, else a manager."""
    planners = with_role(policy, roster, floor, "planner", now)
    leads = (person.id for person in planners if {"lead", "manager"} & set(person.roles))
    return next(leads, None) or duty_manager(policy, roster, floor, now)


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the tiers, as of now. `capacity` and `load` are points."""

    person: Person
    there: bool
    on_call: bool
    away_until: datetime | None
    is_away: bool
    load: int
    capacity: int


def crew(policy: Policy, roster: Roster, floor: Floor, now: datetime) -> tuple[Member, ...]:
    """Return everybody who takes cases, by tier and name, with whether they are there."""
    called = on_call_people(roster, now=now)
    found = []
    for person in roster.people:
        if not person.tiers or person.id in floor.gone:
            continue
        absence = floor.away.get(person.id)
        away = is_away(floor, person.id, now)
        found.append(
            Member(
                person=person,
                there=not away and (is_on_shift(policy, person, now) or person.id in called),
                on_call=person.id in called,
                away_until=absence.until if absence else None,
                is_away=away,
                load=floor.load.get(person.id, 0),
                capacity=policy.routing.capacity if person.capacity is None else person.capacity,
            )
        )
    return tuple(sorted(found, key=lambda member: (member.person.tiers, member.person.name)))
