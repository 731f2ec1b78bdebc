"""The roster as a YAML file → the values of `core/roster.py`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from importlib import resources

from escbot.core.facts import Relationship
from escbot.core.policy import Policy
from escbot.core.roster import Customer, OnCall, Person, Roster, Shift
from escbot.core.rotation import Rotation
from escbot.services.policyfile import version_of
from escbot.services.policyfile.document import Item, load, shown
from escbot.services.policyfile.hours import DAYS, minute, timezone
from escbot.services.policyfile.levels import ROLES
from escbot.services.policyfile.reader import Section, entries, text, whole

MOST_PEOPLE = 5000
LONGEST_NAME = 150  # as a form can hand it back
Shifts = Mapping[str, tuple[Shift, ...]]  # address of an iCal feed -> the shifts read from it
EMPTY = "people: []\n"


def default_roster_text() -> str:
    """Return the packaged roster of the demo with its comments."""
    return (resources.files("escbot") / "defaults" / "roster.yaml").read_text("utf-8")


def compile_roster(
    content: str, *, name: str, policy: Policy, feeds: Shifts | None = None
) -> Roster:
    """Compile a roster file. Raises FileError with line, column and what is allowed."""
    root = Section(load(content, name), "the roster", ("people", "on_call", "customers"))
    people = _people(root, policy)
    known = {person.id for person in people}
    return Roster(
        people=people,
        on_call=tuple(
            _on_call(entry, known, policy, feeds or {}) for entry in root.each("on_call")
        ),
        customers=_customers(root, known),
        version=version_of(root.item),
    )


def people_of(item: Item) -> tuple[Person, ...]:
    """Return ids, names and e-mails of a roster file's people, before it is compiled.

    Calendar feeds are read before, because the rest of the file stands on them.
    """
    root = Section(item, "the roster", ("people", "on_call", "customers"))
    sections = [Section(entry, "a person", _PERSON) for entry in root.each("people")]
    return tuple(
        Person(one.text("slack"), one.text("name"), email=one.maybe_text("email"))
        for one in sections
    )


def _people(root: Section, policy: Policy) -> tuple[Person, ...]:
    found: dict[str, Person] = {}
    items = entries(root.need("people"), "people")
    if len(items) > MOST_PEOPLE:
        raise root.need("people").wrong(f"a roster has at most {MOST_PEOPLE} people")
    for entry in items:
        person = _person(entry, policy)
        if person.id in found:
            raise entry.wrong(f"`{person.id}` stands here twice; keep one of them")
        found[person.id] = person
    return tuple(found.values())


_PERSON = (
    "slack", "email", "name", "roles", "tiers", "skills", "capacity", "hours", "timezone",
)  # fmt: skip


def _person(item: Item, policy: Policy) -> Person:
    section = Section(item, "a person", _PERSON)
    zone = section.get("timezone")
    hours = "support" if "support" in policy.calendars else "always"
    return Person(
        id=section.text("slack"),
        name=section.text("name"),
        roles=section.names("roles", ROLES) or ("agent",),
        tiers=_tiers(section, policy),
        skills=_skills(section, policy),
        capacity=section.whole("capacity") if section.get("capacity") else None,
        hours=section.one_of("hours", policy.calendars, hours),
        timezone=timezone(zone) if zone is not None else "UTC",
        email=section.maybe_text("email"),
    )


def _tiers(section: Section, policy: Policy) -> tuple[int, ...]:
    return tuple(
        sorted(whole(entry, "a tier", least=1, most=policy.top) for entry in section.each("tiers"))
    )


def _skills(section: Section, policy: Policy) -> Mapping[str, int]:
    item = section.get("skills")
    if item is None:
        return {}
    skills = Section(item, "skills", [area.id for area in policy.areas])
    return {
        area: whole(level, f"the level of {area}", least=1, most=3)
        for area, level in skills.items.items()
    }


def _on_call(item: Item, known: set[str], policy: Policy, feeds: Shifts) -> OnCall:
    section = Section(item, "an on-call entry", ("tier", "area", "role", "rotation", "ical"))
    rotation, feed, tier = section.get("rotation"), section.maybe_text("ical"), section.get("tier")
    if rotation is None and feed is None:
        raise item.wrong("an on-call entry needs a `rotation` or an `ical` address")
    areas = [area.id for area in policy.areas]
    return OnCall(
        tier=whole(tier, "`tier`", least=1, most=policy.top) if tier is not None else None,
        area=section.one_of("area", areas) if section.get("area") else None,
        role=section.one_of("role", ROLES) if section.get("role") else None,
        rotation=_rotation(rotation, known) if rotation is not None else None,
        shifts=feeds.get(feed, ()) if feed else (),
        feed=feed,
    )


def _rotation(item: Item, known: set[str]) -> Rotation:
    section = Section(item, "a rotation", ("people", "every", "handover", "timezone"))
    people = section.names("people", sorted(known))
    every = section.duration("every")
    days = every // timedelta(days=1)
    if days < 1 or every % timedelta(days=1):
        raise section.need("every").wrong('`every` must be whole days or weeks, like "1w"')
    weekday, at = _handover(section.need("handover"))
    if not people:
        raise item.wrong("a rotation needs at least one person")
    return Rotation(people, days, weekday, at, timezone(section.need("timezone")))


def _handover(item: Item) -> tuple[int, int]:
    day, _, clock = text(item, "handover").partition(" ")
    if day not in DAYS:
        raise item.wrong('write a handover like "mon 09:00"')
    at = minute(Item(clock, item.file, item.line, item.column))
    return DAYS.index(day), at % (24 * 60)


_CUSTOMER = (
    "name", "vip", "arr", "owner", "relationship", "aliases", "channel", "language",
)  # fmt: skip


def _customers(root: Section, known: set[str]) -> tuple[Customer, ...]:
    """Read the customers; a name or alias stands for one of them only."""
    found: list[Customer] = []
    whose: dict[str, str] = {}
    for entry in root.each("customers"):
        customer = _customer(entry, known)
        for name in {customer.name.casefold(), *(alias.casefold() for alias in customer.aliases)}:
            if name in whose:
                sentence = f"`{shown(name)}` stands for {whose[name]} already; keep one"
                raise entry.wrong(sentence)
            whose[name] = customer.name
        found.append(customer)
    return tuple(found)


def _customer(item: Item, known: set[str]) -> Customer:
    section = Section(item, "a customer", _CUSTOMER)
    if len(section.text("name")) > LONGEST_NAME:
        sentence = f"a customer's name has at most {LONGEST_NAME} characters; shorten it"
        raise section.need("name").wrong(f"{sentence} and keep the long one elsewhere")
    relation = (
        Relationship(section.one_of("relationship", [str(r.value) for r in Relationship]))
        if section.get("relationship")
        else None
    )
    return Customer(
        name=section.text("name"),
        vip=section.yes_no("vip", default=False),
        arr=section.whole("arr") if section.get("arr") else None,
        owner=section.one_of("owner", sorted(known)) if section.get("owner") else None,
        relationship=relation,
        aliases=section.names("aliases"),
        channel=(section.maybe_text("channel") or "").lstrip("#") or None,
        language=section.text("language", "en"),
    )
