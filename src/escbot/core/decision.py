"""What the routing core answers: the assessment of a case and the choice of a specialist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from escbot.core.policy import TierRef
from escbot.core.reasons import Because


@dataclass(frozen=True, slots=True)
class Met:
    """A criterion that holds, what it asks for, and why."""

    id: str
    to: int | Literal["management"]
    because: Because


@dataclass(frozen=True, slots=True)
class Assessment:
    """Severity and tier of a case with the reasons. `management` holds the criteria that call it.

    `stays` says that the tier is the opener's own: the case is tracked and stays with them.
    """

    severity: str
    severity_because: Because
    tier: TierRef
    criteria: tuple[Met, ...]
    management: tuple[str, ...]
    lead_calls: bool  # the customer asked for a manager: the tier's lead calls
    stays: bool

    @property
    def begins(self) -> bool:
        """Whether the severity itself begins in this tier: no criterion leads there."""
        led = any(met.to == self.tier for met in self.criteria)
        return isinstance(self.tier, int) and not self.stays and not led


@dataclass(frozen=True, slots=True)
class Considered:
    """Somebody who was looked at: chosen, runner_up, or the rule that passed them over."""

    id: str
    name: str
    verdict: Literal["chosen", "runner_up", "not_eligible"]
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets the case and why; `person` None means the unassigned queue.

    `overflow` names the steps of the overflow chain that were needed, with their outcome.
    """

    person: str | None
    because: tuple[Because, ...]
    considered: tuple[Considered, ...]
    overflow: tuple[Because, ...] = ()
