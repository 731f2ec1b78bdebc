"""What the customer hears and says, and how a case ends for whoever asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from escbot.core import events as e
from escbot.core.availability import is_away, with_role
from escbot.core.case import Phase
from escbot.core.clocks import due
from escbot.core.notices.scene import News, Scene, Teller, moment
from escbot.core.reasons import Value
from escbot.core.steps import teller


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
        ready = copy.text in known and not copy.by_hand
        if resolved and ready and copy.channel is None:
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
        "due": moment(due(clock, scene.policy) if clock else None),
    }
    people = (event.to,) if event.to != scene.recorded.by else ()
    yield News("words_handed", people=people, values=values, holds="open", acts=True)


def _wrote(scene: Scene, event: e.CustomerWrote) -> Iterator[News]:
    case = scene.after
    asked = [note.person for note in case.notes if note.kind == "asked"]
    hears = asked[case.answered - 1] if event.why == "answer" else teller(case)
    values = {"text": event.text, "why": event.why}
    yield News("customer_wrote", people=(hears,), values=values, holds="open", acts=True)


def _noted(scene: Scene, event: e.Noted) -> Iterator[News]:
    if event.kind == "asked":
        values = {"person": event.person, "text": event.text}
        people = (scene.after.requester,)
        yield News("asked_information", people=people, values=values, holds="open", acts=True)


def _reopened(scene: Scene, event: e.Reopened) -> Iterator[News]:
    values = {"person": event.person, "reason": event.reason}
    had = scene.after.owner
    there = had is not None and not is_away(scene.floor, had, scene.recorded.at)
    people = (had,) if there and had != event.person else ()
    yield News("reopened", people=people, values=values, holds="open", acts=True)


def _closed(scene: Scene, event: e.Closed) -> Iterator[News]:
    if event.why == "quiet":
        yield News("closed", f"dm:{scene.after.requester}", buttons=("reopen",))


def _cancelled(scene: Scene, event: e.Cancelled) -> Iterator[News]:
    yield News("cancelled", values={"person": event.person, "reason": event.reason})


def _merged(scene: Scene, event: e.Merged) -> Iterator[News]:
    yield News("merged", values={"person": event.person, "into": event.into})


def _lost(scene: Scene, event: e.ThreadLost) -> Iterator[News]:
    if event.what == "channel":
        return  # they made the new one, and every open case moves there
    for admin in with_role(scene.policy, scene.roster, scene.floor, "admin", scene.recorded.at):
        yield News("thread_lost", f"dm:{admin.id}", values={"what": event.what})


NEWS: Mapping[type, Teller] = {
    e.WordsPrepared: _words,
    e.CustomerTold: _told,
    e.WordsHanded: _handed,
    e.CustomerWrote: _wrote,
    e.Noted: _noted,
    e.Reopened: _reopened,
    e.Closed: _closed,
    e.Cancelled: _cancelled,
    e.Merged: _merged,
    e.ThreadLost: _lost,
}
