"""A moment has come: warn, move up, offer on, remind, close. Nothing happens before its time.

After a stop, only what is still true happens: a warning whose breach has passed is the breach, and
whatever starts because of it starts now (DESIGN: never a cascade).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from escbot.core.availability import next_manager
from escbot.core.clocks import LIMITS, deadlines, due, shares
from escbot.core.commands import DeadlinePassed
from escbot.core.decide.draft import Draft
from escbot.core.decide.drilling import customer_speaks, finish
from escbot.core.decide.lowering import lower_as_proposed, propose_after_wait
from escbot.core.decide.placing import call_management, move, route_on
from escbot.core.events import (
    Breached,
    Closed,
    ManagementPassed,
    Passed,
    Resumed,
    UpdateMissed,
    Warned,
)

MISSES_BEFORE_REROUTE = 3  # the owner was asked, the lead was told, and still no word


def deadline_passed(draft: Draft, command: DeadlinePassed) -> None:
    """Do what the deadline asks for; nothing where it is no longer armed or not due yet."""
    armed = {deadline.kind: deadline.due_at for deadline in deadlines(draft.case, draft.policy)}
    due_at = armed.get(command.kind)
    if due_at is None or due_at > draft.now:
        return
    name, _, what = command.kind.partition(".")
    if name in LIMITS:
        _limit(draft, name)
    elif name.startswith("manage:"):
        _manager_silent(draft, int(name.removeprefix("manage:")), due_at)
    else:
        _SINGLE[f"{name}.{what}"](draft, due_at)


def _limit(draft: Draft, name: str) -> None:
    clock = draft.case.clocks[name]
    breach_at = due(clock, draft.policy)
    if breach_at is not None and breach_at <= draft.now:
        _breach(draft, name, breach_at)
        return
    for share in reversed(shares(draft.case, draft.policy)):
        due_at = due(clock, draft.policy, share)
        if share > clock.warned and due_at is not None and due_at <= draft.now:
            draft.add(Warned(name, share, due_at, draft.now - due_at))
            return


def _breach(draft: Draft, name: str, due_at: datetime) -> None:
    draft.add(Breached(name, due_at, draft.now - due_at))
    tier = draft.case.tier
    if not isinstance(tier, int):
        return  # the planning queue never moves up by itself; the planner's lead hears of it
    if tier >= draft.policy.top:
        call_management(draft, (f"{name}_breached",), again=True)
    else:
        move(draft, tier + 1, f"{name}_breached")


def _answer(draft: Draft, due_at: datetime) -> None:
    if draft.case.offered is not None:
        draft.add(Passed(draft.case.offered))
        route_on(draft)


def _update(draft: Draft, due_at: datetime) -> None:
    draft.add(UpdateMissed(due_at, draft.now - due_at))
    case = draft.case
    if not case.words or case.words[-1].sent_at is not None:
        draft.prepare("progress")
    urgent = case.severity in draft.policy.handoff.brief
    if case.silent >= MISSES_BEFORE_REROUTE and case.owner and not urgent:
        if not isinstance(case.tier, int) or case.owner == case.requester:
            return
        draft.add(Passed(case.owner))
        route_on(draft, "silent")


def _pause(draft: Draft, due_at: datetime) -> None:
    wait = draft.case.wait
    draft.add(Resumed("pause_ended"))
    if wait is not None and wait.on == "customer":
        propose_after_wait(draft)


def _manager_silent(draft: Draft, number: int, due_at: datetime) -> None:
    asked = draft.case.management[number - 1].asked
    to, _ = next_manager(
        draft.policy,
        draft.roster,
        draft.floor,
        customer=draft.case.customer,
        now=draft.now,
        urgent=draft.severity.urgent,
        asked=asked,
    )
    draft.add(ManagementPassed(number, to, draft.now - due_at))


def _close(draft: Draft, due_at: datetime) -> None:
    draft.add(Closed("quiet"))


def _grace(draft: Draft, due_at: datetime) -> None:
    lower_as_proposed(draft)


def _customer(draft: Draft, due_at: datetime) -> None:
    customer_speaks(draft)


def _drill_end(draft: Draft, due_at: datetime) -> None:
    finish(draft)


_SINGLE: Mapping[str, Callable[[Draft, datetime], None]] = {
    "answer.breach": _answer,
    "update.due": _update,
    "pause.end": _pause,
    "close.due": _close,
    "grace.end": _grace,
    "drill.customer": _customer,
    "drill.end": _drill_end,
}
