"""The one table of states: what may happen in each phase of a case, and where it leads.

An event that a phase does not list is refused. Where several phases are listed, the event's values
decide between them (an offer without a person leads to `unassigned`); `evolve` may only pick from
the list. docs/states.md is generated from this table by `make states`.
"""

from __future__ import annotations

from collections.abc import Mapping

from escbot.core.case import Phase

P = Phase

# What adds to the record and leaves an open case where it is.
_RECORD = (
    "Assessed", "RoundOpened", "SeverityChanged", "Warned", "Breached", "LimitExtended",
    "ManagementCalled", "ManagementPassed", "ManagementTaken", "WordsPrepared", "WordsEdited",
    "WordsHanded", "CustomerTold", "UpdateMissed", "Noted", "FactsChanged", "Briefed",
    "BriefChecked", "Scored", "HelperJoined", "CustomerLinked", "CustomerUnlinked",
    "DeescalationProposed", "DeescalationKept", "ThreadLost", "PolicyStamped", "Redacted",
    "DrillJoined", "CustomerWrote", "DrillGraded", "Rated",
)  # fmt: skip

# What may still be added when a case is over.
_AFTERWORDS = (
    "ManagementTaken", "WordsPrepared", "WordsEdited", "WordsHanded", "CustomerTold", "Noted",
    "Scored", "ThreadLost", "Redacted", "DrillGraded", "Rated",
)  # fmt: skip

_ENDS: Mapping[str, tuple[Phase, ...]] = {
    "Resolved": (P.RESOLVED,),
    "Closed": (P.CLOSED,),
    "Cancelled": (P.CANCELLED,),
    "Merged": (P.MERGED,),
}

# Where a case goes when it gets a new place: a person, a queue, or the one who opened it.
_PLACED: Mapping[str, tuple[Phase, ...]] = {
    "Offered": (P.OFFERED, P.UNASSIGNED),
    "Kept": (P.WORKING,),
    "Queued": (P.PLANNING,),
}
_LEFT: Mapping[str, tuple[Phase, ...]] = {"TierChanged": (P.UNASSIGNED,)}


def _open(phase: Phase, moves: Mapping[str, tuple[Phase, ...]]) -> dict[str, tuple[Phase, ...]]:
    return {**dict.fromkeys(_RECORD, (phase,)), **_ENDS, **_PLACED, **_LEFT, **moves}


def _over(phase: Phase, moves: Mapping[str, tuple[Phase, ...]]) -> dict[str, tuple[Phase, ...]]:
    return {**dict.fromkeys(_AFTERWORDS, (phase,)), **moves}


TABLE: Mapping[Phase, Mapping[str, tuple[Phase, ...]]] = {
    P.NEW: {
        **dict.fromkeys(_RECORD, (P.NEW,)),
        **_PLACED,
        "Opened": (P.NEW,),
        "DrillEscalated": (P.NEW,),  # a drill stays new until a player fills the form
        "Closed": (P.CLOSED,),
    },
    P.OFFERED: _open(
        P.OFFERED,
        {
            "Acknowledged": (P.WORKING,),
            "Passed": (P.UNASSIGNED,),
            "Declined": (P.UNASSIGNED,),
            "Reassigned": (P.UNASSIGNED,),
            "WaitStarted": (P.WAITING,),
        },
    ),
    P.UNASSIGNED: _open(
        P.UNASSIGNED,
        {
            "Acknowledged": (P.WORKING,),
            "Reassigned": (P.UNASSIGNED,),
            "WaitStarted": (P.WAITING,),
        },
    ),
    P.WORKING: _open(
        P.WORKING,
        {
            "Acknowledged": (P.WORKING,),
            "GivenBack": (P.OFFERED, P.UNASSIGNED),
            "Passed": (P.UNASSIGNED,),
            "Declined": (P.UNASSIGNED,),
            "Reassigned": (P.UNASSIGNED,),
            "WaitStarted": (P.WAITING,),
        },
    ),
    P.WAITING: _open(
        P.WAITING,
        {
            "Acknowledged": (P.WAITING,),
            "GivenBack": (P.WAITING, P.OFFERED, P.UNASSIGNED),
            "Passed": (P.UNASSIGNED,),
            "Declined": (P.UNASSIGNED,),
            "Reassigned": (P.UNASSIGNED,),
            "WaitRenewed": (P.WAITING,),
            "Resumed": (P.WORKING, P.OFFERED, P.UNASSIGNED),
        },
    ),
    P.PLANNING: _open(P.PLANNING, {"PlanAccepted": (P.PLANNED,)}),
    P.PLANNED: _open(P.PLANNED, {}),
    P.RESOLVED: _over(P.RESOLVED, {"Reopened": (P.WORKING, P.PLANNING), "Closed": (P.CLOSED,)}),
    P.CLOSED: _over(P.CLOSED, {"Reopened": (P.WORKING, P.PLANNING)}),
    P.CANCELLED: _over(P.CANCELLED, {"Reopened": (P.WORKING, P.PLANNING)}),
    P.MERGED: _over(P.MERGED, {}),
}


def outcomes(phase: Phase, event: str) -> tuple[Phase, ...]:
    """Return the phases that this event may lead to, empty where it is not allowed."""
    return TABLE[phase].get(event, ())


def as_markdown() -> str:
    """Return docs/states.md."""
    lines = [
        "# States of a case",
        "",
        "Generated from the table in `core/lifecycle.py`; run `make states` after changing it.",
        "An event that a phase does not list is refused.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> new",
    ]
    for phase, moves in TABLE.items():
        targets: dict[Phase, list[str]] = {}
        for event, to in moves.items():
            for target in to:
                if target is not phase:
                    targets.setdefault(target, []).append(event)
        lines += [f"    {phase} --> {to}: {', '.join(names)}" for to, names in targets.items()]
    lines += ["```", ""]
    for phase, moves in TABLE.items():
        stay = sorted(event for event, to in moves.items() if to == (phase,))
        lines += [f"## {phase}", "", "| event | leads to |", "|---|---|"]
        lines += [
            f"| {event} | {' or '.join(to)} |" for event, to in moves.items() if to != (phase,)
        ]
        lines += ["", f"Stays: {', '.join(stay)}." if stay else "Nothing stays.", ""]
    return "\n".join(lines)
