"""Event → new state. No rule is checked here: what was recorded has happened."""

from __future__ import annotations

from collections.abc import Mapping

from escbot.core import events as e
from escbot.core.case import Case
from escbot.core.drill.stage import paced
from escbot.core.evolve import drilling, ending, level, opening, people, placing, record
from escbot.core.evolve.change import Change
from escbot.core.policy import Policy
from escbot.core.values import replace

CHANGES: Mapping[type, Change] = {
    **opening.CHANGES,
    **placing.CHANGES,
    **level.CHANGES,
    **people.CHANGES,
    **record.CHANGES,
    **ending.CHANGES,
    **drilling.CHANGES,
}


def evolve(
    case: Case | None, recorded: e.Recorded, policy: Policy, *, team: str, number: int
) -> Case:
    """Return the case after one event. Raises ValueError where a case does not begin with Opened.

    `policy` is the one stamped on the case.
    """
    event = recorded.event
    if isinstance(event, e.Opened):
        return opening.opened(recorded, event, team, number, policy)
    if case is None:
        raise ValueError(f"a case begins with Opened, not with {type(event).__name__}")
    after = CHANGES[type(event)](case, recorded, event, paced(policy, case))
    turn = case.turn if _standing(case) == _standing(after) else recorded.number
    after = replace(after, version=recorded.number, turn=turn)
    if after.owner is None or after.owner != recorded.by:
        return after if after.owner == case.owner else replace(after, heard_at=None, silent=0)
    return replace(after, heard_at=recorded.at, silent=0)  # the owner did something


def _standing(case: Case) -> tuple[object, ...]:
    return case.phase, case.tier, case.severity, case.owner, case.offered
