"""The other sections: handoff, routing, queue, templates, root causes, permissions, reports."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Literal

from escbot.core.permissions import DEFAULT
from escbot.core.policy import (
    Area,
    Deescalation,
    Handoff,
    Queue,
    Reports,
    RootCause,
    Routing,
    Team,
    Template,
)
from escbot.core.route import OVERFLOW_STEPS
from escbot.services.policyfile.document import Item
from escbot.services.policyfile.hours import minute
from escbot.services.policyfile.levels import ROLES
from escbot.services.policyfile.reader import Section, entries, names, once, text
from escbot.services.templates import TemplateError, check

FIELDS = ("summary", "tried", "ticket", "area")
LINKS = ("account_owner", "duty_manager", "manager")
After = Literal["workaround", "impact_reduced", "vip_lifted", "waiting_customer"]
AFTER: tuple[After, ...] = ("workaround", "impact_reduced", "vip_lifted", "waiting_customer")
Name = Literal["acknowledgement", "timeline", "progress", "resolution"]
NAMES: tuple[Name, ...] = ("acknowledgement", "timeline", "progress", "resolution")
STANDINGS = ("anyone", "requester", "owner", "offered", "tier", *ROLES)
ACTIONS = tuple(DEFAULT)
LONGEST_ID = 75
MOST_CAUSES = 100  # that a select can offer (docs.slack.dev: select menu)
PURPOSES = ("escalations", "managers", "planning")


def areas(item: Item) -> tuple[Area, ...]:
    """Read the parts of the product."""
    found: list[Area] = []
    seen: set[str] = set()
    for entry in entries(item, "areas"):
        section = Section(entry, "an area", ("id", "name"))
        found.append(Area(once(section, "id", seen, "areas"), section.text("name")))
    return tuple(found)


def handoff(item: Item, severities: Collection[str], worst: str) -> Handoff:
    """Read what a complete handoff holds."""
    section = Section(
        item, "handoff", ("required", "gated", "brief", "solve_here", "triage", "briefing")
    )
    gated = section.names("gated", severities)
    if worst in gated:
        raise section.need("gated").wrong(f"{worst} is never held up; leave it out")
    return Handoff(
        required=section.names("required", FIELDS),
        gated=gated,
        brief=section.names("brief", severities),
        solve_here=section.names("solve_here"),
        triage=section.names("triage"),
        briefing=section.names("briefing"),
    )


def routing(item: Item) -> Routing:
    """Read how a specialist is chosen."""
    section = Section(
        item, "routing", ("weights", "capacity", "reserve", "declines_to_propose", "overflow")
    )
    keys = ("skill", "load", "fairness", "continuity", "outcome", "decline")
    weights = Section(section.need("weights"), "weights", keys)
    return Routing(
        **{key: weights.whole(key) for key in keys},
        capacity=section.whole("capacity", least=1),
        reserve=section.whole("reserve", 0),
        declines_to_propose=section.whole("declines_to_propose", 3, least=1),
        overflow=section.names("overflow", OVERFLOW_STEPS),
    )


QUEUE_KEYS = ("severity", "share", "vip", "revenue", "strained", "per_hour")


def queue(section: Section) -> Queue:
    """Read the weights of the unassigned queue; those of severities are read with them."""
    return Queue(
        share=section.whole("share"),
        vip=section.whole("vip"),
        revenue=section.whole("revenue"),
        strained=section.whole("strained"),
        per_hour=section.whole("per_hour"),
    )


def deescalation(section: Section) -> tuple[Deescalation, ...]:
    """Read what proposes a lower severity."""
    found: list[Deescalation] = []
    seen: set[str] = set()
    for entry in section.each("rules"):
        rule = Section(entry, "a rule", ("id", "after"))
        id_ = once(rule, "id", seen, "rules")
        found.append(Deescalation(id_, rule.one_of("after", AFTER)))
    return tuple(found)


def templates(item: Item, severities: Collection[str]) -> tuple[Template, ...]:
    """Read the customer's texts; each is tried with sample values."""
    found = []
    for entry in entries(item, "templates"):
        section = Section(entry, "a template", ("name", "text", "language", "severity"))
        name = section.one_of("name", NAMES)
        severity = section.one_of("severity", severities) if "severity" in section else None
        try:
            check(section.text("text"))
        except TemplateError as error:
            raise section.need("text").wrong(str(error)) from None
        found.append(Template(name, section.text("text"), section.text("language", "en"), severity))
    for name in NAMES:
        if not any(t.name == name and t.language == "en" and not t.severity for t in found):
            raise item.wrong(f"templates lack an English `{name}` for every severity")
    return tuple(found)


def root_causes(item: Item) -> tuple[RootCause, ...]:
    """Read the tree of root causes."""
    seen: set[str] = set()
    return tuple(_cause(entry, seen) for entry in entries(item, "root_causes"))


def _cause(item: Item, seen: set[str]) -> RootCause:
    section = Section(item, "a root cause", ("id", "name", "children"))
    id_ = once(section, "id", seen, "root causes")
    children = tuple(_cause(entry, seen) for entry in section.each("children"))
    return RootCause(id_, section.text("name"), children)


def fit_forms(areas_: Item, causes: Item) -> None:
    """Check what forms offer, once both lists are read. Raises FileError for what none can hold."""
    leaves = list(_leaves(causes))
    if not leaves:
        raise causes.wrong(
            "whoever resolves a case chooses a root cause: it needs one root cause at least, such"
            " as {id: other, name: Other}"
        )
    if len(leaves) > MOST_CAUSES:
        raise leaves[MOST_CAUSES].wrong(
            f"a form can offer {MOST_CAUSES} root causes and here are {len(leaves)}; merge some"
        )
    for entry in (*entries(areas_, "areas"), *leaves):
        id_ = Section(entry, "an entry", ("id", "name", "children")).need("id")
        if len(text(id_, "`id`")) > LONGEST_ID:
            raise id_.wrong(f"`id` has at most {LONGEST_ID} characters; the name may have more")


def _leaves(item: Item) -> Iterator[Item]:
    """Yield the entries of causes that can be chosen: those without children."""
    for entry in entries(item, "root_causes"):
        below = Section(entry, "a root cause", ("id", "name", "children")).get("children")
        if below is not None and below.value:
            yield from _leaves(below)
        else:
            yield entry


def permissions(item: Item) -> Mapping[str, tuple[str, ...]]:
    """Read who may do what."""
    section = Section(item, "permissions", ACTIONS)
    return {
        action: names(entry, f"`{action}`", STANDINGS) for action, entry in section.items.items()
    }


def channels(item: Item) -> Mapping[str, str]:
    """Read the channels by purpose; a leading # is fine."""
    section = Section(item, "channels", PURPOSES)
    return {purpose: section.text(purpose).lstrip("#") for purpose in PURPOSES}


def reports(item: Item, calendars: Collection[str], areas_: Collection[str]) -> Reports:
    """Read when the recurring reports come."""
    section = Section(item, "reports", ("digest_at", "review_at", "followup_days", "teams"))
    found = []
    for entry in section.each("teams"):
        keys = ("id", "name", "channel", "calendar", "tiers", "areas")
        team = Section(entry, "a team", keys)
        found.append(
            Team(
                id=team.text("id"),
                name=team.text("name"),
                channel=team.text("channel").lstrip("#"),
                calendar=team.one_of("calendar", calendars),
                tiers=tuple(int(tier) for tier in team.names("tiers", ("1", "2", "3", "4", "5"))),
                areas=team.names("areas", areas_),
            )
        )
    for key in ("digest_at", "review_at"):
        if key in section:
            minute(section.need(key))
    return Reports(
        section.text("digest_at", "08:30"),
        section.text("review_at", "09:00"),
        tuple(found),
        section.whole("followup_days", 14, least=1),
    )


def management(item: Item) -> tuple[str, ...]:
    """Read whom to ask first."""
    return names(item, "management", LINKS)
