"""The unassigned queue: whom a waiting case may go to, and which case is next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import takewhile

from escbot.core.case import Case
from escbot.core.decision import Choice
from escbot.core.policy import PLANNING, Policy
from escbot.core.priority import weight_of
from escbot.core.roster import Floor, Roster
from escbot.core.route import choose


def belongs_in_planning(case: Case, policy: Policy) -> bool:
    """Tell whether a case in a tier is a wish that only whoever has it may keep there.

    Once they leave it, the tier's next specialist has better things to do than to be asked about
    it. Where somebody took it out of the planning queue as the wish it is, it is the tiers'.
    """
    if policy.severity(case.severity).start != PLANNING or case.tier == PLANNING:
        return False
    since = tuple(takewhile(lambda round_: round_.tier != PLANNING, reversed(case.rounds)))
    was_queued = 0 < len(since) < len(case.rounds)
    return not was_queued or since[-1].why in ("severity", "reassessed")


def specialist_for(
    case: Case, policy: Policy, roster: Roster, floor: Floor, now: datetime
) -> Choice | None:
    """Choose somebody for the tier of a case; None where it is in no tier."""
    if not isinstance(case.tier, int):
        return None
    return choose(
        policy,
        roster,
        floor,
        severity=case.severity,
        tier=case.tier,
        area=case.facts.area,
        customer=case.customer,
        novel=case.facts.novel,
        passed=case.passed,
        now=now,
    )


def room(policies: Iterable[Policy], roster: Roster, floor: Floor) -> int:
    """Return how many points the freest person can still carry; a case of more finds nobody."""
    usual = max(policy.routing.capacity for policy in policies)
    left = (
        (usual if person.capacity is None else person.capacity) - floor.load.get(person.id, 0)
        for person in roster.people
    )
    return max(left, default=0)


def next_up(
    waiting: Iterable[Case],
    policy_of: Callable[[str], Policy],
    roster: Roster,
    floor: Floor,
    now: datetime,
) -> Case | None:
    """Return the heaviest waiting case that somebody can be asked for now; None for none.

    `policy_of` returns the policy of a version. Of equal weight the older one comes first.
    """
    heaviest = sorted(
        waiting, key=lambda case: (-weight_of(case, policy_of(case.policy), now), case.number)
    )
    for case in heaviest:
        choice = specialist_for(case, policy_of(case.policy), roster, floor, now)
        if choice is not None and choice.person is not None:
            return case
    return None
