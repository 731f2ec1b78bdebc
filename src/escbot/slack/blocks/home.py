"""The App Home, by role: what is mine, what is at risk, who carries what, whether all is well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from escbot.core.availability import Member, crew
from escbot.core.case import Case, Phase
from escbot.core.digest import is_at_risk, is_late
from escbot.core.permissions import may
from escbot.core.priority import weight_of
from escbot.core.roster import Floor, Person
from escbot.services.library import Library
from escbot.slack import ids
from escbot.slack.blocks import tables
from escbot.slack.blocks.base import (
    SECTION,
    Block,
    context,
    date,
    divider,
    fields,
    header,
    plain,
    section,
)
from escbot.words import lists
from escbot.words.voice import Voice, counted, plain_voice

MOST = 15  # cases of one list of lines; `/escalate list` has the rest
TABLED = 6  # from so many cases on a list is a table
MOST_LINKED = 200  # cases whose threads are linked
MOST_TABLED = 25  # rows of one table; a Home has up to five


@dataclass(frozen=True, slots=True)
class Scene:
    """What a Home is made from. `now` is aware UTC; `troubles` and `health` are for admins.

    `links` lead to the threads; `tables` says whether Slack takes tables here.
    """

    library: Library
    floor: Floor
    voice: Voice
    now: datetime
    troubles: Sequence[str] = ()
    health: Sequence[str] = ()
    links: Mapping[int, str] = field(default_factory=dict)
    tables: bool = True
    tiles: Sequence[tuple[str, str]] = ()  # figures of the last thirty days, for managers


def view(user: str, cases: Sequence[Case], scene: Scene) -> dict[str, Any]:
    """Return the App Home of one person."""
    library = scene.library
    person = library.roster.person(user)
    roles = set(person.roles) if person else {"agent"}
    around = crew(library.current, library.roster, scene.floor, scene.now)
    ordered = by_weight(cases, library, scene.now)
    blocks: list[Block] = [header("Escalations"), _top(user, scene.floor)]
    blocks += _me(person, around)
    mine = [case for case in ordered if user in (case.owner, case.offered, *_managed_by(case))]
    opened = [case for case in ordered if case.requester == user and case not in mine]
    if mine or not roles.isdisjoint({"specialist", "agent"}):
        blocks += _listed("Mine", mine, scene, "Nothing is waiting for you.")
    if opened or "agent" in roles:
        blocks += _listed("Opened by me", opened, scene, "Nothing of yours is open.")
    if not roles.isdisjoint({"manager", "lead"}):
        blocks += _manager([case for case in ordered if not case.drill], scene)
        blocks += [divider(), section("*Load*"), *_cut(lists.loads(around, scene.voice))]
    elif person is not None and person.tiers:
        near = [m for m in around if set(m.person.tiers) & set(person.tiers)]
        blocks += [divider(), section("*Shift*"), *_cut(lists.shift(near, scene.voice))]
    if may(library.current, library.roster, None, user, "policy"):
        blocks += _admin(scene)
    return {"type": "home", "blocks": blocks[:100]}


def _managed_by(case: Case) -> Iterator[str]:
    """Yield who took the management side."""
    yield from (ping.taken_by for ping in case.management if ping.taken_by is not None)


def by_weight(cases: Sequence[Case], library: Library, now: datetime) -> list[Case]:
    """Return the cases, the heaviest first."""
    return sorted(
        cases, key=lambda case: (-weight_of(case, library.at(case.policy), now), case.number)
    )


def _manager(cases: Sequence[Case], scene: Scene) -> Iterator[Block]:
    library, now = scene.library, scene.now
    late = [case for case in cases if is_late(case, library.at(case.policy), now)]
    risky = [case for case in cases if is_at_risk(case, library.at(case.policy), now)]
    nobody = [case for case in cases if case.phase is Phase.UNASSIGNED]
    yield from _listed("At risk", risky, scene, "Nothing is at risk.")
    yield from _listed("Past a limit", late, scene, "Nothing is late.")
    yield from _listed(
        "Nobody has it", nobody, scene, "Every case has somebody, or somebody is asked."
    )
    if scene.tiles:
        yield divider()
        yield section("*Last thirty days*")
        yield fields(scene.tiles)
        yield context("`/escalate report 30d` has all figures, with charts.")


def _admin(scene: Scene) -> Iterator[Block]:
    library = scene.library
    people = len(library.roster.people)
    checked = "nothing to mend" if not scene.troubles else f"{len(scene.troubles)} to look at"
    channels = ", ".join(f"#{name}" for name in library.current.channels.values())
    yield divider()
    yield section("*Running*")
    yield context(f"Policy {library.current.version} · checked: {checked}")
    yield context(
        f"{counted(people, 'person', 'people')} in the roster · channels {channels}", *scene.health
    )
    if scene.troubles:
        yield from _cut("\n".join(f":warning: {trouble}" for trouble in scene.troubles[:10]))
    else:
        yield context("Nothing needs attention. `escbot policy check` has the details.")


def _me(person: Person | None, around: Sequence[Member]) -> Iterator[Block]:
    member = next((m for m in around if person is not None and m.person.id == person.id), None)
    if member is None:
        return
    state = "on shift" if member.there else "away" if member.is_away else "off shift"
    if member.is_away and member.away_until is not None:
        state = f"away until {date(member.away_until)}"
    call = " · on call" if member.on_call else ""
    yield context(f"You carry {member.load} of {counted(member.capacity, 'point')} · {state}{call}")


def _top(user: str, floor: Floor) -> Block:
    if user in floor.away:
        switches = [_button(ids.HOME_BACK, "I'm back")]
    else:
        until = _button(ids.HOME_AWAY_UNTIL, "Away until…")
        switches = [_button(ids.HOME_AWAY, "I'm away"), until]
    new = {**_button(ids.HOME_NEW, "New escalation"), "style": "primary"}
    return {"type": "actions", "elements": [new, *switches]}


def new_from(memo: str) -> Block:
    """Return the button that opens the form from where somebody called the bot."""
    button = {**_button(ids.MENTION_NEW, "Escalate"), "value": memo, "style": "primary"}
    return {"type": "actions", "elements": [button]}


def _button(action: str, text: str) -> Block:
    return {"type": "button", "action_id": action, "text": plain(text, 75), "value": "home"}


def _listed(title: str, cases: Sequence[Case], scene: Scene, empty: str) -> Iterator[Block]:
    library, count = scene.library, len(cases)
    yield divider()
    yield section(f"*{title}*" + (f" · {count}" if cases else ""))
    if not cases:
        yield context(empty)
        return
    if scene.tables and count >= TABLED:
        names = plain_voice(library.roster).person
        caption = f"{title}, the heaviest first"
        yield tables.cases_table(
            cases, library.at, names, caption, scene.links, most=MOST_TABLED, page=5
        )
        shown = MOST_TABLED
    else:
        voice, shown = scene.voice, MOST
        lines = [
            lists.one_line(case, library.at(case.policy), voice, scene.links.get(case.number))
            for case in cases[:MOST]
        ]
        yield from _cut("\n".join(lines))
    if count > shown:
        yield context(f"… and {count - shown} more: `/escalate list`")


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
