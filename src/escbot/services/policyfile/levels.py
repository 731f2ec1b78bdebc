"""The sections that say how bad a case is and where it goes: severities, tiers, criteria."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import timedelta
from enum import Enum
from typing import Literal

from escbot.core.facts import Diagnosis, Facts, Impact, Kind, Relationship
from escbot.core.policy import (
    PLANNING,
    Condition,
    Criterion,
    Rule,
    Severity,
    Tier,
    TierRef,
    Warn,
    When,
)
from escbot.services.policyfile.document import Item, nearest, shown
from escbot.services.policyfile.reader import Section, duration, entries, names, once, text, whole

CHOICES: Mapping[str, type[Enum]] = {
    "kind": Kind,
    "impact": Impact,
    "diagnosis": Diagnosis,
    "relationship": Relationship,
}
# What rules may read; free texts and moments have no finite set of values.
READABLE = tuple(
    f.name
    for f in fields(Facts)
    if f.name in CHOICES or f.type in ("bool", bool) or f.name == "from_tier"
)
AUDIENCES = ("owner", "lead", "manager", "planner_lead")
Test = Literal["facts", "time_limit", "discretion"]
TESTS: tuple[Test, ...] = ("facts", "time_limit", "discretion")
ROLES = ("agent", "specialist", "lead", "manager", "planner", "admin")


def tiers(item: Item) -> tuple[tuple[Tier, ...], Mapping[int, timedelta]]:
    """Read the tiers and the time that a case may spend in each."""
    found: list[Tier] = []
    limits: dict[int, timedelta] = {}
    for entry in entries(item, "tiers"):
        section = Section(entry, "a tier", ("number", "name", "people", "limit", "channel"))
        number = section.whole("number", least=1)
        if number != len(found) + 1:
            raise entry.wrong(f"tiers are numbered from 1 without gaps; this is {len(found) + 1}")
        found.append(
            Tier(
                number,
                section.text("name"),
                channel=(section.maybe_text("channel") or "").lstrip("#") or None,
                people=section.maybe_text("people"),
            )
        )
        limit = section.duration_or("limit", "never")
        if limit is not None:
            limits[number] = limit
    if not 2 <= len(found) <= 5:
        raise item.wrong(f"there must be two to five tiers, here are {len(found)}")
    return tuple(found), limits


def warnings(item: Item) -> tuple[Warn, ...]:
    """Read who hears at which share of a clock."""
    found: list[Warn] = []
    for entry in entries(item, "warnings"):
        section = Section(entry, "a warning", ("at", "to"))
        share = _share(section.need("at"))
        if found and share <= found[-1].share:
            raise entry.wrong("warnings must stand in the order of their shares")
        found.append(Warn(share, names(section.need("to"), "`to`", AUDIENCES)))
    return tuple(found)


def _share(item: Item) -> float:
    written = text(item, "`at`").removesuffix("%")
    if not written.isascii() or not written.isdigit() or not 1 <= int(written) <= 100:
        raise item.wrong('`at` must be a share from "1%" to "100%"')
    return int(written) / 100


_SEVERITY_KEYS = (
    "id", "name", "emoji", "when", "start", "calendar", "respond", "answer", "update", "manage",
    "close", "grace", "confirm_by", "lower_by", "points", "urgent", "warnings", "limits",
)  # fmt: skip


class Around:
    """What severities share: the sections of the file that speak of all of them."""

    def __init__(
        self,
        tier_limits: Mapping[int, timedelta],
        warns: tuple[Warn, ...],
        pauses: Item,
        weights: Item,
        calendars: Collection[str],
        top: int,
    ) -> None:
        self.tier_limits = tier_limits
        self.warns = warns
        self.pauses = pauses
        self.weights = weights
        self.calendars = calendars
        self.top = top


def severities(item: Item, around: Around) -> tuple[Severity, ...]:
    """Read the severities, the worst first."""
    found: list[Severity] = []
    ids = [text(Section(e, "a severity", _SEVERITY_KEYS).need("id"), "`id`") for e in _list(item)]
    pauses = Section(around.pauses, "pauses", ids)
    weights = Section(around.weights, "severity", ids)
    for rank, entry in enumerate(_list(item), 1):
        section = Section(entry, "a severity", _SEVERITY_KEYS)
        if ids[rank - 1] in ids[: rank - 1]:
            raise entry.wrong(f"there are two severities `{ids[rank - 1]}`")
        found.append(_severity(section, rank, around, pauses, weights))
    if not found:
        raise item.wrong("there must be at least one severity")
    return tuple(found)


def _list(item: Item) -> list[Item]:
    return entries(item, "severities")


def _severity(
    section: Section, rank: int, around: Around, pauses: Section, weights: Section
) -> Severity:
    id_ = section.text("id")
    start = start_tier(section.need("start"), around.top)
    limits = {} if start == PLANNING else around.tier_limits
    own = section.get("limits")
    if own is not None:
        limits = _limits(own, limits)
    warns = section.get("warnings")
    lower_by = section.one_of("lower_by", ("owner", *ROLES), "owner")
    return Severity(
        id=id_,
        rank=rank,
        name=section.text("name"),
        emoji=section.text("emoji", ":white_circle:"),
        when=when(section.need("when")),
        start=start,
        calendar=section.one_of("calendar", around.calendars),
        respond=section.duration("respond"),
        answer=section.duration_or("answer", "never"),
        update=section.duration("update"),
        manage=section.duration_or("manage", "digest"),
        pause=duration(pauses.need(id_), f"the pause of {id_}"),
        close=section.duration_or("close", "never"),
        grace=section.duration_or("grace", "never", zero=True),
        confirm_by=_confirm_by(section, lower_by),
        lower_by=lower_by,
        points=section.whole("points", 1),
        weight=weights.whole(id_),
        limits=limits,
        warnings=warnings(warns) if warns is not None else around.warns,
        urgent=section.yes_no("urgent", default=False),
    )


def _confirm_by(section: Section, lower_by: str) -> str | None:
    """Return who must confirm a de-escalation; without a grace period somebody must."""
    if section.get("confirm_by"):
        return section.one_of("confirm_by", ROLES)
    if section.duration_or("grace", "never", zero=True) is not None:
        return None
    return "lead" if lower_by == "owner" else lower_by


def _limits(item: Item, default: Mapping[int, timedelta]) -> Mapping[int, timedelta]:
    section = Section(item, "limits", [str(number) for number in range(1, 6)])
    own = {
        int(key): duration(value, f"the limit of tier {key}")
        for key, value in section.items.items()
    }
    return {**default, **own}


def start_tier(item: Item, top: int) -> TierRef:
    """Read a tier's number, or `planning`."""
    if item.value == PLANNING:
        return PLANNING
    return whole(item, "`start` (a tier, or planning)", least=1, most=top)


def when(item: Item) -> When:
    """Read a list of rules; one of them must hold."""
    return tuple(_rule(entry) for entry in entries(item, "`when`"))


def _rule(item: Item) -> Rule:
    if not isinstance(item.value, dict) or not item.value:
        raise item.wrong("a rule must be like {kind: outage}")
    return tuple(_condition(fact, value) for fact, value in sorted(item.value.items()))


def _condition(fact: str, item: Item) -> Condition:
    if fact not in READABLE:
        hint = nearest(fact, READABLE) or f" Known: {', '.join(READABLE)}."
        raise item.wrong_key(f"there is no fact `{shown(fact)}`.{hint}")
    values = item.value if isinstance(item.value, list) else [item]
    return Condition(fact, tuple(_value(fact, value) for value in values))


def _value(fact: str, item: Item) -> str | bool | int:
    value = item.value
    if fact in CHOICES:
        known = [str(choice.value) for choice in CHOICES[fact]]
        if value not in known:
            raise item.wrong(f"`{fact}` can be: {', '.join(known)}")
        return str(value)
    if fact == "from_tier":
        return whole(item, "`from_tier`", least=1)
    if not isinstance(value, bool):
        raise item.wrong(f"`{fact}` can be true or false")
    return value


def criteria(item: Item, top: int) -> tuple[Criterion, ...]:
    """Read the reasons to move up or to call the management."""
    seen: set[str] = set()
    return tuple(_criterion(entry, top, seen) for entry in entries(item, "criteria"))


def _criterion(item: Item, top: int, seen: set[str]) -> Criterion:
    section = Section(item, "a criterion", ("id", "to", "test", "when"))
    test: Test = section.one_of("test", TESTS, "facts")
    to = section.need("to")
    rules: When = ()
    if test == "facts":
        rules = when(section.need("when"))
    id_ = once(section, "id", seen, "criteria")
    return Criterion(id_, _target(to, top), test, rules)


def _target(item: Item, top: int) -> int | Literal["next", "management"]:
    if item.value == "next":
        return "next"
    if item.value == "management":
        return "management"
    return whole(item, "`to` (a tier, next or management)", least=1, most=top)
