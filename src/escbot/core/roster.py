"""The people who take escalations, who is on call, and the customers known by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from escbot.core.facts import Facts, Relationship
from escbot.core.rotation import Rotation
from escbot.core.values import Memory, kept

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the support organisation. `hours` names a calendar of the policy.

    Roles: agent, specialist, lead, manager, planner, admin. Skills: area -> level, 1 to 3.
    """

    id: str  # Slack user id
    name: str
    roles: tuple[str, ...] = ("agent",)
    tiers: tuple[int, ...] = ()
    skills: Mapping[str, int] = field(default_factory=dict)
    capacity: int | None = None  # points; None: the policy's default
    hours: str = "support"
    timezone: str = "UTC"
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody is on call in [start, end), aware UTC; made from a calendar feed."""

    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class OnCall(Memory):
    """Who is on call for a tier (None: any), an area (None: any) or a role."""

    tier: int | None = None
    area: str | None = None
    role: str | None = None  # e.g. manager: the duty manager
    rotation: Rotation | None = None
    shifts: tuple[Shift, ...] = ()
    feed: str | None = None  # address of the iCal feed the shifts were read from


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as the roster knows it. `arr` is yearly revenue in the company's currency."""

    name: str
    vip: bool = False
    arr: int | None = None
    owner: str | None = None
    relationship: Relationship | None = None
    aliases: tuple[str, ...] = ()
    channel: str | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Roster(Memory):
    """Everybody and every customer; the file owns it, the database only overlays it."""

    people: tuple[Person, ...] = ()
    on_call: tuple[OnCall, ...] = ()
    customers: tuple[Customer, ...] = ()
    version: str = ""

    def person(self, id_: str) -> Person | None:
        """Return the person with this Slack id, or None."""
        return kept(self, _people_by_id).get(id_)

    def in_tier(self, tier: int) -> tuple[Person, ...]:
        """Return the people of a tier, in the file's order."""
        return kept(self, _people_by_tier).get(tier, ())

    def in_role(self, role: str) -> tuple[Person, ...]:
        """Return the people who have a role, in the file's order."""
        return kept(self, _people_by_role).get(role, ())

    @property
    def hours(self) -> frozenset[str]:
        """The calendars that people work by."""
        return kept(self, _hours)

    def customer(self, name: str) -> Customer | None:
        """Return the customer known by this name or alias, whatever its case, or None."""
        return kept(self, _customers_by_name).get(name.strip().casefold())

    def language_of(self, customer: str) -> str:
        """Return the language that a customer is written to in."""
        known = self.customer(customer)
        return known.language if known else "en"

    def channel_of(self, customer: str) -> str | None:
        """Return the name of the channel that is shared with a customer, where there is one."""
        known = self.customer(customer)
        return known.channel if known else None


def _people_by_id(roster: Roster) -> Mapping[str, Person]:
    # Of two with the same id the first one counts.
    return {person.id: person for person in reversed(roster.people)}


def _people_by_tier(roster: Roster) -> Mapping[int, tuple[Person, ...]]:
    return _grouped((tier, person) for person in roster.people for tier in {*person.tiers})


def _people_by_role(roster: Roster) -> Mapping[str, tuple[Person, ...]]:
    return _grouped((role, person) for person in roster.people for role in {*person.roles})


def _hours(roster: Roster) -> frozenset[str]:
    return frozenset(person.hours for person in roster.people)


def _grouped(pairs: Iterable[tuple[K, Person]]) -> Mapping[K, tuple[Person, ...]]:
    found: dict[K, list[Person]] = {}
    for key, person in pairs:
        found.setdefault(key, []).append(person)
    return {key: tuple(people) for key, people in found.items()}


def _customers_by_name(roster: Roster) -> Mapping[str, Customer]:
    return {
        name.casefold(): customer
        for customer in reversed(roster.customers)
        for name in (customer.name, *customer.aliases)
    }


def with_customer(facts: Facts, customer: Customer | None) -> Facts:
    """Add what the roster knows of a customer: the name, whether a VIP, how we stand."""
    if customer is None:
        return facts
    return replace(
        facts,
        customer=customer.name,
        vip=facts.vip or customer.vip,
        relationship=facts.relationship or customer.relationship,
    )


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody said that they are away, until a moment (aware UTC) or until they are back."""

    person: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """What the database overlays on the roster: who is away and who carries what.

    Loads are capacity points; counts of declines are of reason "not my area" by (person, area).
    """

    away: Mapping[str, Absence] = field(default_factory=dict)
    load: Mapping[str, int] = field(default_factory=dict)
    last_assigned: Mapping[str, datetime] = field(default_factory=dict)
    declines: Mapping[tuple[str, str], int] = field(default_factory=dict)
    solved: Mapping[tuple[str, str], int] = field(default_factory=dict)  # (person, area)
    served: Mapping[tuple[str, str], int] = field(default_factory=dict)  # (person, customer)
    gone: frozenset[str] = frozenset()  # deactivated in Slack
