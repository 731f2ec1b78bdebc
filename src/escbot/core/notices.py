"""Events → the news that somebody must see: posted once, with the values of that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from escbot.core import events as e
from escbot.core.availability import (
    duty_manager,
    is_on_shift,
    lead_of,
    on_call_people,
    planner_lead,
    with_role,
)
from escbot.core.calendars import NeverOpen, next_open
from escbot.core.case import Case, Phase
from escbot.core.clocks import due
from escbot.core.drill.stage import cast, floor_of, paced
from escbot.core.policy import PLANNING, Policy
from escbot.core.reasons import Value
from escbot.core.roster import Floor, Roster
from escbot.core.steps import teller
from escbot.core.views import Message, Notice, SharedView


@dataclass(frozen=True, slots=True)
class Scene:
    """What a notice is made from: the case before and after one event, and who is there."""

    before: Case | None
    recorded: e.Recorded
    after: Case
    policy: Policy
    roster: Roster
    floor: Floor


@dataclass(frozen=True, slots=True)
class News:
    """A notice before it has its place among the case's messages."""

    code: str
    target: str = "thread"
    people: tuple[str | None, ...] = ()
    values: Mapping[str, Value] | None = None
    buttons: tuple[str, ...] = ()
    holds: str = "always"
    acts: bool = False


def notices(
    before: Case | None,
    recorded: e.Recorded,
    after: Case,
    policy: Policy,
    roster: Roster,
    floor: Floor,
) -> tuple[Message, ...]:
    """Return the notices of one event, in the order in which they are posted."""
    tell = _NEWS.get(type(recorded.event))
    if tell is None:
        return ()
    people = cast(roster, policy, after)  # in a drill nobody hears but who joined
    scene = Scene(before, recorded, after, paced(policy, after), people, floor_of(floor, after))
    told = tuple(
        message
        for place, news in enumerate(tell(scene, recorded.event), 1)
        for message in _messages(scene, place, news)
    )
    return (*told, *_shared(recorded))


def _shared(recorded: e.Recorded) -> Iterator[Message]:
    """Yield the customer's words for each channel that is shared with a customer."""
    event = recorded.event
    if not isinstance(event, e.CustomerTold):
        return
    places = {event.channel: event.text, **{copy.channel: copy.text for copy in event.copies}}
    for place, (channel, text) in enumerate(places.items()):
        if channel is not None:
            slot = f"shared:{recorded.number}:{place}"
            yield Message(slot, 1, "notice", f"customer:{channel}", SharedView(text))


def _messages(scene: Scene, place: int, news: News) -> Iterator[Message]:
    """Yield the notice; whoever is off shift gets it alone, when their hours begin.

    Only an urgent case wakes people up.
    """
    people = tuple(dict.fromkeys(person for person in news.people if person))
    asleep = {person: at for person in people if (at := _wakes(scene, person)) is not None}
    there = tuple(person for person in people if person not in asleep)
    slot = f"notice:{scene.recorded.number}:{place}"
    yield _message(scene, slot, news, there)
    for person, at in asleep.items():
        alone = replace(news, target=f"dm:{person}", holds=f"concerns:{person}")
        yield replace(_message(scene, f"{slot}:{person}", alone, ()), after=at)


def _wakes(scene: Scene, id_: str) -> datetime | None:
    """Return when a person's hours begin, None where they may hear of it now."""
    now, policy = scene.recorded.at, scene.policy
    person = scene.roster.person(id_)
    severity = scene.after.severity or policy.severities[0].id
    if person is None or policy.severity(severity).urgent:
        return None
    if id_ in on_call_people(scene.roster, now=now) or is_on_shift(policy, person, now):
        return None
    try:
        return next_open(policy.calendars[person.hours], now)
    except NeverOpen:
        return None


def _message(scene: Scene, slot: str, news: News, people: tuple[str, ...]) -> Message:
    after = scene.after
    notice = Notice(
        code=news.code,
        number=after.number,
        version=after.turn,
        people=people,
        values={"customer": after.customer, **(news.values or {})},
        buttons=news.buttons,
        drill=after.drill,
    )
    return Message(slot, 1, "notice", news.target, notice, holds=news.holds, acts=news.acts)


def holds(case: Case, condition: str) -> bool:
    """Tell whether a notice is still true when it is about to be posted."""
    name, _, value = condition.partition(":")
    if name == "open":
        return not case.phase.is_over
    if name == "over":
        return case.phase.is_over
    if name == "asked":
        return case.offered == value
    if name == "concerns":
        return value in (case.owner, case.offered, case.requester) and not case.phase.is_over
    if name == "owner":
        return case.owner == value and not case.phase.is_over
    if name == "owned":
        return case.owner is not None and not case.phase.is_over
    if name == "clock":
        return value in case.clocks and case.clocks[value].since is not None
    if name == "managed":
        ping = case.management[int(value) - 1]
        return ping.taken_by is None and not case.phase.is_over
    return True


def _moment(at: datetime | None) -> int | None:
    return int(at.timestamp()) if at else None


def _holder(case: Case) -> str:
    return case.owner or case.offered or case.requester


def _audience(scene: Scene, share: float) -> Iterator[str | None]:
    """Yield whom the policy's warnings name for this share; an unowned case's requester hears."""
    now, policy, roster, floor = scene.recorded.at, scene.policy, scene.roster, scene.floor
    case = scene.before or scene.after
    for warn in policy.severity(case.severity).warnings:
        if abs(warn.share - share) > 1e-9:
            continue
        for audience in warn.to:
            if audience == "owner":
                yield _holder(case)
            elif audience == "lead" and case.tier != PLANNING:
                yield lead_of(policy, roster, floor, case.tier, now)
            elif audience == "manager":
                yield duty_manager(policy, roster, floor, now)
            elif audience in ("planner_lead", "lead"):
                yield planner_lead(policy, roster, floor, now)


def _warned(scene: Scene, event: e.Warned) -> Iterator[News]:
    clock = scene.after.clocks[event.clock]
    values: dict[str, Value] = {
        "clock": event.clock,
        "share": round(event.share * 100),
        "ends": _moment(due(clock, scene.policy)),
    }
    extend = event.clock == "tier" and scene.after.owner is not None and not scene.after.extended
    yield News(
        "warned",
        people=tuple(_audience(scene, event.share)),
        values=values,
        buttons=("extend",) if extend else (),
        holds=f"clock:{event.clock}",
        acts=True,
    )


def _breached(scene: Scene, event: e.Breached) -> Iterator[News]:
    values: dict[str, Value] = {"clock": event.clock, "ended": _moment(event.due_at)}
    people = tuple(_audience(scene, 1.0))
    yield News("breached", people=people, values=values, holds="open", acts=True)


def _acknowledged(scene: Scene, event: e.Acknowledged) -> Iterator[News]:
    case = scene.after
    values = {"person": event.person, "how": event.how}
    if event.how in ("reply", "reaction"):
        yield News("taken", values=values, buttons=("give_back",), holds="owned", acts=True)
    if event.person != case.requester:
        yield News("has_it", f"dm:{case.requester}", values=values, holds="owned")


def _given_back(scene: Scene, event: e.GivenBack) -> Iterator[News]:
    yield News("given_back", values={"person": event.person, "offered": scene.after.offered})


def _declined(scene: Scene, event: e.Declined) -> Iterator[News]:
    values = {"person": event.person, "reason": event.reason, "note": event.note}
    yield News("declined", values=values)


def _passed(scene: Scene, event: e.Passed) -> Iterator[News]:
    owned = scene.before is not None and scene.before.owner == event.person
    yield News("silent" if owned else "passed", values={"person": event.person})


def _tier_changed(scene: Scene, event: e.TierChanged) -> Iterator[News]:
    was = scene.before.tier if scene.before else event.to
    down = event.to == PLANNING or (isinstance(was, int) and event.to < was)
    values: dict[str, Value] = {
        "tier": None if event.to == PLANNING else scene.policy.tier(event.to).name,
        "why": event.why,
        "note": event.note,
        "by": scene.recorded.by,
    }
    yield News("moved_down" if down else "moved_up", values=values, holds="open")


def _severity_changed(scene: Scene, event: e.SeverityChanged) -> Iterator[News]:
    severity = scene.policy.severity(event.to)
    was = scene.before.severity if scene.before else event.to
    values: dict[str, Value] = {
        "was": was,
        "to": event.to,
        "name": severity.name,
        "why": event.why,
        "note": event.note,
        "by": scene.recorded.by,
    }
    undo = ("undo",) if scene.after.lowered_from is not None else ()
    yield News("severity_changed", values=values, buttons=undo, holds="open", acts=bool(undo))


def _offered(scene: Scene, event: e.Offered) -> Iterator[News]:
    if event.choice.person is None:
        yield News("unassigned", values={"tier": str(scene.after.tier)}, holds="open", acts=True)


def _resumed(scene: Scene, event: e.Resumed) -> Iterator[News]:
    codes = {"pause_ended": "wait_ended", "replied": "resumed"}
    if event.why in codes:
        people = (_holder(scene.after),)
        yield News(codes[event.why], people=people, holds="open", acts=True)


def _update_missed(scene: Scene, event: e.UpdateMissed) -> Iterator[News]:
    """The owner of the words hears first, then the lead; a silent owner of the case likewise."""
    case = scene.after
    first, owner = teller(case), case.owner if case.silent else None
    values: dict[str, Value] = {
        "missed": case.missed_updates,
        "teller": first,
        "due": _moment(event.due_at),
        "owner": owner,
        "silent": case.silent,
    }
    if case.missed_updates == 1:
        mine = owner is not None and owner == first
        buttons = ("still_on_it",) if mine else ()
        yield News(
            "update_due", people=(first,), values=values, buttons=buttons, holds="open", acts=True
        )
    else:
        now = scene.recorded.at
        lead = lead_of(scene.policy, scene.roster, scene.floor, case.tier, now)
        yield News("update_due", people=(lead or first,), values=values, holds="open", acts=True)
    if owner is not None and case.silent == 1 and (owner != first or case.missed_updates > 1):
        yield News(
            "still_on_it",
            people=(owner,),
            values=values,
            buttons=("still_on_it",),
            holds=f"owner:{owner}",
            acts=True,
        )


def _management_passed(scene: Scene, event: e.ManagementPassed) -> Iterator[News]:
    values: dict[str, Value] = {"ping": event.number, "to": event.to}
    yield News(
        "manage_next" if event.to else "manage_nobody",
        "channel:managers",
        people=(event.to,),
        values=values,
        buttons=("have_it",),
        holds=f"managed:{event.number}",
        acts=True,
    )


def _management_taken(scene: Scene, event: e.ManagementTaken) -> Iterator[News]:
    yield News("manager_has_it", values={"person": event.person})


def _assessed(scene: Scene, event: e.Assessed) -> Iterator[News]:
    before = scene.before.assessment if scene.before else None
    if not event.assessment.lead_calls or (before is not None and before.lead_calls):
        return
    tier = event.assessment.tier
    lead = lead_of(scene.policy, scene.roster, scene.floor, tier, scene.recorded.at)
    if lead is not None:
        yield News("lead_call", f"dm:{lead}", holds="open", acts=True)


def _words(scene: Scene, event: e.WordsPrepared) -> Iterator[News]:
    """The requester hears the end of a case with the words for the customer."""
    case = scene.after
    codes = {
        ("resolution", Phase.RESOLVED): ("resolved_requester", ("not_fixed",)),
        ("resolution", Phase.CLOSED): ("plan_declined", ()),
        ("timeline", Phase.PLANNED): ("planned", ()),
    }
    found = codes.get((event.template, case.phase))
    if found is None:
        return
    code, buttons = found
    values: dict[str, Value] = {
        "text": event.text,
        "summary": case.resolution.summary if case.resolution else None,
        "person": scene.recorded.by,
    }
    yield News(code, f"dm:{case.requester}", values=values, buttons=buttons)
    for copy in event.copies:
        if copy.requester != case.requester or copy.text != event.text:
            own = {**values, "text": copy.text, "customer": copy.customer}
            yield News(code, f"dm:{copy.requester}", values=own, buttons=buttons)


def _told(scene: Scene, event: e.CustomerTold) -> Iterator[News]:
    """Whoever reported the same problem for another customer gets the words for them."""
    before = scene.before.words[-1] if scene.before and scene.before.words else None
    known = {copy.text for copy in before.copies} if before and not before.sent_at else set()
    resolved = before is not None and before.template == "resolution"
    for copy in event.copies:
        if resolved and copy.text in known and copy.channel is None:
            continue  # they were told when the case was resolved
        if copy.channel is not None and copy.requester == event.person:
            continue
        values: dict[str, Value] = {
            "text": copy.text,
            "linked": copy.customer,
            "channel": copy.channel,
        }
        yield News("told", f"dm:{copy.requester}", values=values)


def _handed(scene: Scene, event: e.WordsHanded) -> Iterator[News]:
    clock = scene.after.clocks.get("update")
    values: dict[str, Value] = {
        "to": event.to,
        "by": scene.recorded.by,
        "due": _moment(due(clock, scene.policy) if clock else None),
    }
    people = (event.to,) if event.to != scene.recorded.by else ()
    yield News("words_handed", people=people, values=values, holds="open", acts=True)


def _reopened(scene: Scene, event: e.Reopened) -> Iterator[News]:
    values = {"person": event.person, "reason": event.reason}
    people = (scene.after.owner,) if scene.after.owner != event.person else ()
    yield News("reopened", people=people, values=values, holds="open", acts=True)


def _closed(scene: Scene, event: e.Closed) -> Iterator[News]:
    if event.why == "quiet":
        yield News("closed", f"dm:{scene.after.requester}", buttons=("reopen",))


def _cancelled(scene: Scene, event: e.Cancelled) -> Iterator[News]:
    yield News("cancelled", values={"person": event.person, "reason": event.reason})


def _merged(scene: Scene, event: e.Merged) -> Iterator[News]:
    yield News("merged", values={"person": event.person, "into": event.into})


def _noted(scene: Scene, event: e.Noted) -> Iterator[News]:
    if event.kind == "asked":
        values = {"person": event.person, "text": event.text}
        people = (scene.after.requester,)
        yield News("asked_information", people=people, values=values, holds="open", acts=True)


def _extended(scene: Scene, event: e.LimitExtended) -> Iterator[News]:
    hours = round(event.by_time.total_seconds() / 3600, 1)
    values = {"person": scene.recorded.by, "hours": hours, "reason": event.reason}
    yield News("extended", values=values)


def _proposed(scene: Scene, event: e.DeescalationProposed) -> Iterator[News]:
    grace = scene.after.clocks.get("grace")
    first = with_role(
        scene.policy, scene.roster, scene.floor, event.confirm_by or "", scene.recorded.at
    )
    people = (first[0].id if first else None,) if event.confirm_by else (_holder(scene.after),)
    yield News(
        "deescalation_proposed",
        people=people,
        values={
            "rule": event.rule,
            "to": event.to_severity,
            "at": _moment(due(grace, scene.policy) if grace else None),
        },
        buttons=("confirm", "keep") if event.confirm_by else ("keep",),
        holds="open",
        acts=True,
    )


def _helper(scene: Scene, event: e.HelperJoined) -> Iterator[News]:
    values = {"by": scene.recorded.by, "person": event.person}
    yield News("brought_in", people=(event.person,), values=values, holds="open", acts=True)


def _lost(scene: Scene, event: e.ThreadLost) -> Iterator[News]:
    for admin in with_role(scene.policy, scene.roster, scene.floor, "admin", scene.recorded.at):
        yield News("thread_lost", f"dm:{admin.id}", values={"what": event.what})


def _wrote(scene: Scene, event: e.CustomerWrote) -> Iterator[News]:
    case = scene.after
    asked = [note.person for note in case.notes if note.kind == "asked"]
    hears = asked[case.answered - 1] if event.why == "answer" else teller(case)
    values = {"text": event.text, "why": event.why}
    yield News("customer_wrote", people=(hears,), values=values, holds="open", acts=True)


def _joined(scene: Scene, event: e.DrillJoined) -> Iterator[News]:
    if scene.after.rounds:
        yield News("drill_joined", values={"person": event.person})


_NEWS: Mapping[type, Callable[[Scene, Any], Iterator[News]]] = {
    e.Warned: _warned,
    e.Breached: _breached,
    e.Acknowledged: _acknowledged,
    e.GivenBack: _given_back,
    e.Declined: _declined,
    e.Passed: _passed,
    e.TierChanged: _tier_changed,
    e.SeverityChanged: _severity_changed,
    e.Offered: _offered,
    e.Resumed: _resumed,
    e.UpdateMissed: _update_missed,
    e.ManagementPassed: _management_passed,
    e.ManagementTaken: _management_taken,
    e.Assessed: _assessed,
    e.WordsPrepared: _words,
    e.WordsHanded: _handed,
    e.CustomerTold: _told,
    e.Reopened: _reopened,
    e.Closed: _closed,
    e.Cancelled: _cancelled,
    e.Merged: _merged,
    e.Noted: _noted,
    e.LimitExtended: _extended,
    e.DeescalationProposed: _proposed,
    e.HelperJoined: _helper,
    e.ThreadLost: _lost,
    e.CustomerWrote: _wrote,
    e.DrillJoined: _joined,
}
