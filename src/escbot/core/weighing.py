"""What counts for and against an eligible person, by the weights of the policy.

Few combinations of skill, load and past come up time and again, so each is weighed once.
"""

from __future__ import annotations

from typing import NamedTuple

from escbot.core.policy import Policy, Routing
from escbot.core.reasons import Because
from escbot.core.values import kept

TOP_SKILL = 3
ENOUGH = 5  # solved or served cases after which more make no difference
DECLINES_THAT_COUNT = 3
_MOST = 10_000  # combinations kept of one policy


class Record(NamedTuple):
    """What is weighed of somebody for one case; counts of cases are of its area or customer."""

    area: str | None
    novel: bool
    level: int  # of the area's skill, 0 for none
    load: int
    capacity: int  # at least 1
    served: int
    solved: int
    declined: int


class Weighed(NamedTuple):
    """The parts of a score, but for how long somebody rested, and what is said of them."""

    skill_and_load: float
    continuity: float
    outcome: float
    decline: float
    because: tuple[Because, ...]


def weighed(policy: Policy, record: Record) -> Weighed:
    """Weigh a record by the policy."""
    known = kept(policy, _nothing_weighed)
    found = known.get(record)
    if found is None:
        if len(known) >= _MOST:
            known.clear()
        found = known[record] = _weigh(policy.routing, record)
    return found


def _nothing_weighed(policy: Policy) -> dict[Record, Weighed]:
    return {}


def _weigh(weights: Routing, record: Record) -> Weighed:
    free = max(record.capacity - record.load, 0) / record.capacity
    declined = min(record.declined, DECLINES_THAT_COUNT) / DECLINES_THAT_COUNT
    return Weighed(
        skill_and_load=weights.skill * record.level / TOP_SKILL + weights.load * free,
        continuity=weights.continuity * (min(record.served, ENOUGH) / ENOUGH),
        outcome=weights.outcome * (min(record.solved, ENOUGH) / ENOUGH),
        decline=weights.decline * declined,
        because=_reasons(record),
    )


def _reasons(record: Record) -> tuple[Because, ...]:
    """Say what counted for and against somebody."""
    area, load, capacity = record.area, record.load, record.capacity
    said = (
        (record.novel and record.level, Because("novel")),
        (record.level, Because("skill", {"area": area, "level": record.level})),
        (True, Because("free", {"load": load, "capacity": capacity})),
        (record.served, Because("knows_customer", {"cases": record.served})),
        (record.solved, Because("solved_before", {"area": area, "cases": record.solved})),
        (record.declined, Because("declined_area", {"area": area, "times": record.declined})),
    )
    return tuple(because for counts, because in said if counts)
