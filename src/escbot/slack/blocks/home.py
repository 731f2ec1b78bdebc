"""The App Home, by role: what is mine, what is at risk, who carries what, whether all is well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from escbot.core.availability import Member, crew
from escbot.core.case import Case, Phase
from escbot.core.digest import is_at_risk, is_late
from escbot.core.priority import weight_of
from escbot.core.roster import Floor, Person
from escbot.services.library import Library
from escbot.slack import ids
from escbot.slack.blocks.base import SECTION, Block, context, divider, header, plain, section
from escbot.words import lists
from escbot.words.voice import Voice

MOST = 15  # cases of one list; `/escalate list` has the rest


def view(
    user: str,
    cases: Sequence[Case],
    library: Library,
    floor: Floor,
    voice: Voice,
    now: datetime,
    troubles: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the App Home of one person; `now` is aware UTC, `troubles` are for admins."""
    person = library.roster.person(user)
    roles = set(person.roles) if person else {"agent"}
    ordered = sorted(
        cases,
        key=lambda case: (-weight_of(case, library.at(case.policy), now), case.number),
    )
    around = crew(library.current, library.roster, floor, now)
    blocks: list[Block] = [header("Escalations"), _top(user, floor)]
    blocks += _me(person, around)
    mine = [case for case in ordered if user in (case.owner, case.offered)]
    opened = [case for case in ordered if case.requester == user and case not in mine]
    blocks += _listed("Mine", mine, library, voice, "Nothing is waiting for you.")
    blocks += _listed("Opened by me", opened, library, voice, "Nothing of yours is open.")
    if {"manager", "lead"} & roles:
        blocks += _manager([case for case in ordered if not case.drill], library, voice, now)
        blocks += [divider(), section("*Load*"), *_cut(lists.loads(around, voice))]
    if "admin" in roles:
        blocks += _admin(library, troubles)
    return {"type": "home", "blocks": blocks[:100]}


def _manager(
    cases: Sequence[Case], library: Library, voice: Voice, now: datetime
) -> Iterator[Block]:
    late = [case for case in cases if is_late(case)]
    risky = [case for case in cases if is_at_risk(case, library.at(case.policy), now)]
    nobody = [case for case in cases if case.phase is Phase.UNASSIGNED]
    yield from _listed("Past a limit", late, library, voice, "Nothing is late.")
    yield from _listed("At risk", risky, library, voice, "Nothing is at risk.")
    yield from _listed("Nobody has it", nobody, library, voice, "Everything has somebody.")


def _admin(library: Library, troubles: Sequence[str]) -> Iterator[Block]:
    people = len(library.roster.people)
    yield divider()
    yield section("*Running*")
    yield context(f"Policy {library.current.version} · {people} people in the roster")
    if troubles:
        yield from _cut("\n".join(f":warning: {trouble}" for trouble in troubles[:10]))
    else:
        yield context("Nothing needs attention. `escbot policy check` has the details.")


def _me(person: Person | None, around: Sequence[Member]) -> Iterator[Block]:
    member = next((m for m in around if person is not None and m.person.id == person.id), None)
    if member is None:
        return
    state = "on shift" if member.there else "away" if member.is_away else "off shift"
    call = " · on call" if member.on_call else ""
    yield context(f"You carry {member.load} of {member.capacity} points · {state}{call}")


def _top(user: str, floor: Floor) -> Block:
    absence = floor.away.get(user)
    away = absence is not None
    switch = _button(ids.HOME_BACK, "I'm back") if away else _button(ids.HOME_AWAY, "I'm away")
    new = {**_button(ids.HOME_NEW, "New escalation"), "style": "primary"}
    return {"type": "actions", "elements": [new, switch]}


def new_from(memo: str) -> Block:
    """Return the button that opens the form from where somebody called the bot."""
    button = {**_button(ids.MENTION_NEW, "Escalate"), "value": memo, "style": "primary"}
    return {"type": "actions", "elements": [button]}


def _button(action: str, text: str) -> Block:
    return {"type": "button", "action_id": action, "text": plain(text, 75), "value": "home"}


def _listed(
    title: str, cases: Sequence[Case], library: Library, voice: Voice, empty: str
) -> Iterator[Block]:
    yield divider()
    yield section(f"*{title}*" + (f" · {len(cases)}" if cases else ""))
    if not cases:
        yield context(empty)
        return
    shown = [lists.one_line(case, library.at(case.policy), voice) for case in cases[:MOST]]
    yield from _cut("\n".join(shown))
    if len(cases) > MOST:
        yield context(f"… and {len(cases) - MOST} more: `/escalate list`")


def _cut(text: str) -> Iterator[Block]:
    """Yield sections of whole lines within Slack's limit."""
    part = ""
    for line in text.split("\n"):
        if part and len(part) + len(line) + 1 > SECTION:
            yield section(part)
            part = ""
        part = f"{part}\n{line}" if part else line
    if part:
        yield section(part)
