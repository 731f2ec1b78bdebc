"""The planning queue, and the management track."""

from __future__ import annotations

from escbot.core.case import Phase
from escbot.core.commands import AcceptPlan, DeclinePlan, TakeManagement
from escbot.core.decide.draft import Draft, Refused
from escbot.core.events import Closed, ManagementTaken, Noted, PlanAccepted


def accept(draft: Draft, command: AcceptPlan) -> None:
    """A planner takes the wish into the plan; the customer hears it."""
    draft.need("accept_plan")
    if draft.case.phase is not Phase.PLANNING:
        raise Refused("not_planning")
    draft.add(PlanAccepted(command.by))
    draft.prepare("timeline")


def decline(draft: Draft, command: DeclinePlan) -> None:
    """A planner says no, with a reason; the customer hears it and the case closes."""
    draft.need("decline_plan")
    if draft.case.phase not in (Phase.PLANNING, Phase.PLANNED):
        raise Refused("not_planning")
    if not command.reason.strip():
        raise Refused("needs_reason")
    draft.add(Noted(command.by, "plan_declined", command.reason.strip()))
    draft.add(Closed("plan_declined"))
    draft.prepare("resolution", resolution=command.reason.strip())


def take_management(draft: Draft, command: TakeManagement) -> None:
    """`I have it`: the management track has an owner; the technical one stays as it is."""
    draft.need("take_management")
    pings = draft.case.management
    if not pings:
        raise Refused("no_management_ping")
    number = command.number or pings[-1].number
    if not 1 <= number <= len(pings):
        raise Refused("no_management_ping")
    taken_by = pings[number - 1].taken_by
    if taken_by is not None:
        raise Refused("managed_already", person=taken_by, number=draft.case.number)
    draft.add(ManagementTaken(number, command.by))
