"""The audit timeline: each event of a case as one short line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from escbot.core import events as e
from escbot.core.events import Event, Recorded
from escbot.words.card import WAITS
from escbot.words.notices import DECLINED, LOST, MOVES, TAKEN_BACK
from escbot.words.reasons import criterion_name
from escbot.words.voice import Voice, capital, listed

MOST = 40
Tell = Callable[[Any, Voice], str]


def history(records: Sequence[Recorded], voice: Voice) -> str:
    """Return what happened, newest last; of a long one the last forty events."""
    lines = [line(record, voice) for record in records[-MOST:]]
    if len(records) > MOST:
        lines.insert(0, f"… {len(records) - MOST} earlier ones: `escbot db export`")
    return "\n".join(lines)


def line(record: Recorded, voice: Voice) -> str:
    """Return one event: when, what, and by whom where a person did it."""
    by = f" · {voice.person(record.by)}" if record.by else ""
    return f"{voice.moment(record.at)} · {what(record.event, voice)}{by}"


def what(event: Event, voice: Voice) -> str:
    """Return what happened; an event without words of its own reads as its name."""
    tell = _WORDS.get(type(event))
    if tell is not None:
        return tell(event, voice)
    name = type(event).__name__
    return capital("".join(f" {c.lower()}" if c.isupper() else c for c in name).strip())


def _who(id_: str | None, voice: Voice) -> str:
    return voice.person(id_) if id_ else "nobody"


def _short(text: str | None, voice: Voice, longest: int = 100) -> str:
    if not text:
        return ""
    one = " ".join(text.split())
    return f": {voice.safe(one if len(one) <= longest else one[: longest - 1] + '…')}"


def _tier(tier: object) -> str:
    return "the planning queue" if tier == "planning" else f"tier {tier}"


def _why(why: str) -> str:
    return MOVES.get(why) or criterion_name(why).lower()


def _names(criteria: Sequence[str]) -> str:
    return listed([criterion_name(one) for one in criteria])


def _late(event: e.Warned | e.Breached | e.UpdateMissed) -> str:
    minutes = int(event.late_by.total_seconds() // 60)
    return f" (noticed {minutes} min late)" if minutes else ""


def _told(event: e.CustomerTold, voice: Voice) -> str:
    where = f" in #{voice.safe(event.channel)}" if event.channel else ""
    also = f", and {listed([voice.safe(copy.customer) for copy in event.copies])}"
    return f"Told the customer{where}{also if event.copies else ''}{_short(event.text, voice)}"


def _noted(event: e.Noted, voice: Voice) -> str:
    if event.kind == "sign":
        return "Still on it"
    kinds = {"tried": "Added what was tried", "asked": "Asked for information"}
    return f"{kinds.get(event.kind, 'Added to the record')}{_short(event.text, voice)}"


def _says(text: str) -> Tell:
    """Tell the same of every such event."""
    return lambda event, voice: text


def _quotes(text: str, field: str = "reason") -> Tell:
    """Tell it with what somebody wrote."""
    return lambda event, voice: f"{text}{_short(getattr(event, field), voice)}"


def _of(text: str, field: str = "person") -> Tell:
    """Tell it with a person's name in place of the braces."""
    return lambda event, voice: text.format(_who(getattr(event, field), voice))


_WORDS: Mapping[type, Tell] = {
    e.Opened: lambda v, voice: f"Opened for {voice.safe(v.customer)}{_short(v.summary, voice)}",
    e.Assessed: lambda v, _: (
        f"Assessed: {v.assessment.severity}, {_tier(v.assessment.tier)}"
        + (
            f" ({_names([met.id for met in v.assessment.criteria])})"
            if v.assessment.criteria
            else ""
        )
    ),
    e.RoundOpened: lambda v, _: (
        f"A handoff begins in {_tier(v.tier)}" + (f": {LOST[v.why]}" if v.why in LOST else "")
    ),
    e.Offered: lambda v, voice: (
        f"{_who(v.choice.person, voice)} was asked" if v.choice.person else "Nobody was available"
    ),
    e.Passed: _of("No sign from {}"),
    e.Kept: _of("Stays with {}"),
    e.Queued: _says("To the planning queue"),
    e.PlanAccepted: _says("Taken into the plan"),
    e.Acknowledged: lambda v, voice: f"{_who(v.person, voice)} has it ({v.how.replace('_', ' ')})",
    e.GivenBack: _of("{} gave it back"),
    e.Declined: lambda v, voice: (
        f"{_who(v.person, voice)} declined, {DECLINED.get(v.reason, v.reason)}"
        f"{_short(v.note, voice)}"
    ),
    e.Reassigned: lambda v, voice: f"Given to {_who(v.to, voice)}{_short(v.reason, voice)}",
    e.TierChanged: lambda v, voice: f"To {_tier(v.to)}, {_why(v.why)}{_short(v.note, voice)}",
    e.SeverityChanged: lambda v, voice: f"Severity {v.to}, {v.why}{_short(v.note, voice)}",
    e.WaitStarted: lambda v, voice: f"Waits for {WAITS[v.on]}{_short(v.reason, voice)}",
    e.WaitRenewed: _quotes("Waits longer"),
    e.Resumed: lambda v, _: f"Goes on, {v.why.replace('_', ' ')}",
    e.Warned: lambda v, _: f"{v.share:.0%} of {v.clock} used{_late(v)}",
    e.Breached: lambda v, _: f"{capital(v.clock)} is past its limit{_late(v)}",
    e.LimitExtended: _quotes("More time in the tier"),
    e.ManagementCalled: lambda v, voice: (
        f"Management: {_names(v.criteria)}, {_who(v.person, voice)} asked"
    ),
    e.ManagementPassed: _of("No answer from management, next {}", "to"),
    e.ManagementTaken: _of("{} has the management side"),
    e.WordsPrepared: lambda v, voice: f"Words ready ({v.template}){_short(v.text, voice)}",
    e.WordsEdited: _quotes("Words edited", "text"),
    e.WordsHanded: _of("{} owns the customer's words", "to"),
    e.CustomerTold: _told,
    e.UpdateMissed: lambda v, _: f"The customer was to hear from us{_late(v)}",
    e.Noted: _noted,
    e.FactsChanged: _says("Something turned out different"),
    e.Briefed: _of("{} took the brief"),
    e.BriefChecked: lambda v, voice: (
        f"{_who(v.person, voice)} ticked {len(v.checked)} of the briefing checklist"
    ),
    e.Scored: lambda v, _: f"Handoff {v.question.replace('_', ' ')}: {'yes' if v.yes else 'no'}",
    e.HelperJoined: _of("{} was brought in"),
    e.CustomerLinked: lambda v, voice: f"{voice.safe(v.customer)} linked",
    e.CustomerUnlinked: lambda v, voice: f"{voice.safe(v.customer)} unlinked",
    e.DeescalationProposed: lambda v, _: f"{v.to_severity} proposed, {v.rule.replace('_', ' ')}",
    e.DeescalationKept: lambda v, _: (
        f"The de-escalation is off{TAKEN_BACK[v.why]}" if v.why in TAKEN_BACK else "Kept as it is"
    ),
    e.Resolved: _quotes("Resolved", "summary"),
    e.Reopened: _quotes("Reopened"),
    e.Closed: lambda v, _: f"Closed, {v.why.replace('_', ' ')}",
    e.Cancelled: _quotes("Cancelled"),
    e.Merged: lambda v, _: f"Merged into ESC-{v.into}",
    e.ThreadLost: lambda v, _: (
        "The channel was gone; the card was posted in the new one"
        if v.what == "channel"
        else f"The {v.what} was lost and posted again"
    ),
    e.PolicyStamped: lambda v, _: f"Policy {v.policy}",
    e.Rated: lambda v, voice: f"The customer gave {v.score} of 5{_short(v.comment, voice)}",
    e.DrillEscalated: _quotes("The form was filled in the drill", "summary"),
    e.DrillJoined: _says("Joined the drill"),
    e.CustomerWrote: _quotes("The customer wrote", "text"),
    e.DrillGraded: _says("The drill was graded"),
    e.Redacted: _says("What people wrote was removed"),
}
