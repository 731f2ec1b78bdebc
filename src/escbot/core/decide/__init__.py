"""Command → events. Pure: no I/O, no clock; one function for each command, by subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from escbot.core import commands as c
from escbot.core.case import Case
from escbot.core.decide import (
    deadlines,
    drilling,
    ending,
    lowering,
    moving,
    opening,
    planning,
    taking,
    telling,
    waiting,
)
from escbot.core.decide.draft import Context, Draft, Refused, demand
from escbot.core.decide.texts import Compose
from escbot.core.events import Event

__all__ = ["Compose", "Context", "Refused", "decide", "decided", "demand"]

_DOES: Mapping[type, Callable[[Draft, Any], None]] = {
    c.Escalate: opening.escalate,
    c.Acknowledge: taking.acknowledge,
    c.GiveBack: taking.give_back,
    c.Decline: taking.decline,
    c.Reassign: taking.reassign,
    c.TakeOver: taking.take_over,
    c.TakeBrief: taking.take_brief,
    c.CheckBrief: taking.check_brief,
    c.ScoreHandoff: taking.score,
    c.BringIn: taking.bring_in,
    c.RouteAgain: taking.route_again,
    c.MoveUp: moving.move_up,
    c.MoveDown: moving.move_down,
    c.ChangeSeverity: moving.change_severity,
    c.ChangeTier: moving.change_tier,
    c.ExtendLimit: moving.extend,
    c.ChangeFacts: moving.change_facts,
    c.KeepLevel: lowering.keep,
    c.UndoDeescalation: lowering.undo,
    c.ConfirmDeescalation: lowering.confirm,
    c.StartWait: waiting.start,
    c.RenewWait: waiting.renew,
    c.Resume: waiting.resume,
    c.TellCustomer: telling.tell,
    c.EditWords: telling.edit,
    c.HandWords: telling.hand_over,
    c.Note: telling.note,
    c.LinkCustomer: telling.link,
    c.UnlinkCustomer: telling.unlink,
    c.AcceptPlan: planning.accept,
    c.DeclinePlan: planning.decline,
    c.TakeManagement: planning.take_management,
    c.Resolve: ending.resolve,
    c.Rate: ending.rate,
    c.Reopen: ending.reopen,
    c.Cancel: ending.cancel,
    c.Merge: ending.merge,
    c.TakeIn: telling.take_in,
    c.LoseThread: ending.lose_thread,
    c.StartDrill: drilling.start,
    c.JoinDrill: drilling.join,
    c.EscalateDrill: drilling.escalate,
    c.EndDrill: drilling.end,
    c.DeadlinePassed: deadlines.deadline_passed,
}

_OPENS = (c.Escalate, c.StartDrill)
# Clicks on a card that has moved on since would do twice what was meant once.
_SEES = (c.MoveUp, c.MoveDown, c.ChangeTier, c.ChangeSeverity, c.Reassign, c.TakeOver)


def decide(case: Case | None, command: c.Command, context: Context) -> tuple[Event, ...]:
    """Return what the command makes happen; empty where there is nothing to do.

    `case` is None for what opens one. Raises Refused where it may not be done now.
    """
    return decided(case, command, context)[0]


def decided(
    case: Case | None, command: c.Command, context: Context
) -> tuple[tuple[Event, ...], Case]:
    """Return the same events with the case after them, for who need not record them first."""
    if case is None and not isinstance(command, _OPENS):
        raise Refused("unknown_case", number=context.number)
    if case is not None:
        if isinstance(command, _OPENS):
            raise Refused("not_now", phase=case.phase.value)
        drilling.admit(case, command)
    seen = getattr(command, "seen", None)
    if isinstance(command, _SEES) and case is not None and seen is not None and seen < case.turn:
        raise Refused("moved_on")
    draft = Draft(case, getattr(command, "by", None), context)
    _DOES[type(command)](draft, command)
    if case is not None:
        draft.prepare_anew(case)
    return tuple(draft.events), draft.case
