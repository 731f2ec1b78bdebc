"""Events → the news that somebody must see: posted once, with the values of that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from escbot.core import events as e
from escbot.core.availability import is_on_shift, on_call_people
from escbot.core.calendars import NeverOpen, next_open
from escbot.core.case import Case
from escbot.core.drill.stage import cast, floor_of, paced
from escbot.core.notices import clocks, customer, hands
from escbot.core.notices.scene import News, Scene
from escbot.core.policy import Policy
from escbot.core.roster import Floor, Roster
from escbot.core.steps import teller
from escbot.core.views import Message, Notice, SharedView

_AND = " & "  # between conditions that must all hold
_NEWS = {**clocks.NEWS, **hands.NEWS, **customer.NEWS}


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
        still = news.holds
        if person in _here(scene.after):  # much may happen before they wake up
            still += f"{_AND}concerns:{person}"
        alone = replace(news, target=f"dm:{person}", holds=still)
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
    return all(_is_true(case, one) for one in condition.split(_AND))


def _is_true(case: Case, condition: str) -> bool:
    name, _, value = condition.partition(":")
    test = _STILL.get(name)
    return test is None or test(case, value)


def _here(case: Case) -> tuple[str | None, ...]:
    return case.owner, case.offered, case.requester, teller(case), *case.helpers


_STILL: Mapping[str, Callable[[Case, str], bool]] = {
    "open": lambda case, _: not case.phase.is_over,
    "over": lambda case, _: case.phase.is_over,
    "waiting": lambda case, _: case.wait is not None and not case.phase.is_over,
    "asked": lambda case, person: case.offered == person,
    "concerns": lambda case, person: person in _here(case) and not case.phase.is_over,
    "owner": lambda case, person: case.owner == person and not case.phase.is_over,
    "owned": lambda case, _: case.owner is not None and not case.phase.is_over,
    "clock": lambda case, name: name in case.clocks and case.clocks[name].since is not None,
    "managed": lambda case, ping: (
        case.management[int(ping) - 1].taken_by is None and not case.phase.is_over
    ),
    "proposed": lambda case, severity: (
        case.proposal is not None and case.proposal.to_severity == severity
    ),
}
