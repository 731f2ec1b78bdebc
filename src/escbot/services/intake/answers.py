"""What was answered to the nine questions, and how a file of answers is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from escbot.services.policyfile import default_text
from escbot.services.policyfile.document import Item, load
from escbot.services.policyfile.levels import ROLES
from escbot.services.policyfile.place import at
from escbot.services.policyfile.reader import Section, duration, entries, names, text

COMPLAINTS = ("updates", "response", "sent_around", "repeating")
KEEP = ("time_limit", "discretion")  # criteria that every policy has
# What a comment calls a question; the numbers are those of the nine.
TIERS, HANDLES, VOLUME = "1 tiers", "2 what each handles", "3 volume"
TRIGGERS, STUCK, COMPLAINED = (
    "4 what triggers escalations",
    "5 where cases get stuck",
    "6 complaints",
)
SLA, PEAKS, STAKEHOLDERS = "7 SLA commitments", "8 peaks and resources", "9 stakeholders"
_KEYS = (
    "tiers", "handles", "areas", "volume", "triggers", "stuck", "complaints", "sla", "hours",
    "people", "channels",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody named in the answers; without a Slack id the roster asks for it."""

    name: str
    slack: str | None = None
    tier: int | None = None
    roles: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered; what is empty leaves the packaged policy as it is."""

    tiers: tuple[str, ...] = ()
    handles: Mapping[int, str] = field(default_factory=dict)
    areas: tuple[str, ...] = ()
    volume: int | None = None  # cases a week
    triggers: tuple[str, ...] = ()
    stuck: Mapping[int, timedelta] = field(default_factory=dict)  # tier -> limit
    complaints: tuple[str, ...] = ()
    sla: Mapping[str, timedelta] = field(default_factory=dict)
    timezone: str | None = None
    week: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    holidays: str | None = None
    people: tuple[Colleague, ...] = ()
    channels: Mapping[str, str] = field(default_factory=dict)


def read_answers(content: str, name: str) -> Answers:
    """Read a file of answers. Raises FileError with line, column and what is allowed."""
    root = Section(load(content, name), "the answers", _KEYS)
    hours = root.get("hours")
    when = Section(hours, "hours", ("timezone", "week", "holidays")) if hours else None
    week = when.get("week") if when else None
    volume = root.get("volume")
    return Answers(
        tiers=root.names("tiers"),
        handles={int(k): text(v, k) for k, v in _pairs(root.get("handles"), "1 2 3 4 5")},
        areas=root.names("areas"),
        volume=root.whole("volume") if volume else None,
        triggers=root.names("triggers", criteria_ids()),
        stuck={int(k): duration(v, k) for k, v in _pairs(root.get("stuck"), "1 2 3 4")},
        complaints=root.names("complaints", COMPLAINTS),
        sla={k: duration(v, k) for k, v in _pairs(root.get("sla"), "P1 P2 P3 P4")},
        timezone=when.maybe_text("timezone") if when else None,
        week={k: names(v, k) for k, v in _pairs(week, "")},
        holidays=when.maybe_text("holidays") if when else None,
        people=tuple(_colleague(one) for one in root.each("people")),
        channels={k: text(v, k) for k, v in _pairs(root.get("channels"), "escalations managers "
                                                   "planning")},
    )  # fmt: skip


def _pairs(item: Item | None, allowed: str) -> list[tuple[str, Item]]:
    if item is None:
        return []
    known = allowed.split() or (list(item.value) if isinstance(item.value, dict) else [])
    return list(Section(item, "this", [str(one) for one in known]).items.items())


def _colleague(item: Item) -> Colleague:
    one = Section(item, "a person", ("name", "slack", "tier", "roles", "skills"))
    tier = one.whole("tier", least=1) if one.get("tier") else None
    return Colleague(
        one.text("name"), one.maybe_text("slack"), tier, one.names("roles", ROLES),
        one.names("skills"),
    )  # fmt: skip


def criteria_ids() -> tuple[str, ...]:
    """Return the criteria of the packaged policy, in their order."""
    item = at(load(default_text(), "policy.yaml"), "criteria")
    return tuple(str(at(entry, "id").value) for entry in entries(item, "criteria"))


def area_id(name: str) -> str:
    """Return the id of an area by its name."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or "area"
