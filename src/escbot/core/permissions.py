"""Who may do what: roles of the roster and relations to the case, by the policy's table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from escbot.core.case import Case
from escbot.core.policy import Policy
from escbot.core.roster import Roster

# For what a company's table leaves out, such as an action that is newer than its file. The packaged
# policy says the same, line by line.
DEFAULT: Mapping[str, tuple[str, ...]] = {
    "escalate": ("anyone",),
    "acknowledge": ("offered", "tier", "lead", "manager"),
    "reassign": ("owner", "offered", "requester", "lead", "manager"),
    "take_over": ("lead", "manager"),
    "move_up": ("anyone",),
    "move_down": ("owner", "lead", "manager"),
    "change_severity": ("owner", "requester", "lead", "manager"),
    "reclassify": ("planner", "admin", "lead", "manager"),
    "change_tier": ("lead", "manager"),
    "change_facts": ("owner", "requester", "lead", "manager"),
    "wait": ("owner", "requester", "lead", "manager"),
    "resume": ("anyone",),
    "tell_customer": ("owner", "requester", "lead", "manager"),
    "hand_words": ("owner", "requester", "lead", "manager"),
    "extend": ("owner", "lead", "manager"),
    "bring_in": ("anyone",),
    "link": ("anyone",),
    "keep": ("owner", "requester", "lead", "manager"),
    "take_management": ("manager", "lead"),
    "accept_plan": ("planner", "admin"),
    "decline_plan": ("planner", "admin"),
    "resolve": ("owner", "requester", "offered", "lead", "manager"),
    "reopen": ("anyone",),
    "cancel": ("requester", "lead", "manager"),
    "merge": ("owner", "requester", "lead", "manager"),
    "rate": ("requester", "owner", "agent", "specialist", "lead", "manager", "admin"),
    "count": ("agent", "specialist", "lead", "manager", "admin"),
    "decide": ("lead", "manager", "admin"),
    "drill": ("anyone",),
    "policy": ("admin",),
}

# `lower_by` names the least who may lower a severity; those to the right may always.
_LADDER = ("owner", "lead", "manager")


def standing(roster: Roster, case: Case | None, person: str) -> frozenset[str]:
    """Return every role and relation that somebody has: anyone, requester, owner, lead, ..."""
    return frozenset(_standing(roster, case, person))


def _standing(roster: Roster, case: Case | None, person: str) -> Iterator[str]:
    yield "anyone"
    known = roster.person(person)
    if known is not None:
        yield from known.roles
    if case is None:
        return
    if person == case.requester:
        yield "requester"
    if person == case.owner:
        yield "owner"
    if person == case.offered:
        yield "offered"
    if known is not None and case.tier in known.tiers:
        yield "tier"


def table_of(policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """Return who may do what: the company's table, and the default for what it leaves out."""
    return {**DEFAULT, **policy.permissions}


def allowed(policy: Policy, action: str) -> tuple[str, ...]:
    """Return the roles and relations that may do this.

    Raises KeyError for what is no action.
    """
    return table_of(policy)[action]


def may(policy: Policy, roster: Roster, case: Case | None, person: str | None, action: str) -> bool:
    """Tell whether somebody may do this; the program itself (None) always may."""
    if person is None:
        return True
    return not standing(roster, case, person).isdisjoint(allowed(policy, action))


def may_lower(
    policy: Policy, roster: Roster, case: Case, person: str | None, least: str | None = None
) -> bool:
    """Tell whether somebody may lower the severity of a case; `least` is who at least must."""
    if person is None:
        return True
    least = least or policy.severity(case.severity).lower_by
    enough = _LADDER[_LADDER.index(least) :] if least in _LADDER else (least,)
    return not standing(roster, case, person).isdisjoint(enough)
