"""What is to be done after a case: opened with a lesson, reminded, postponed, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from escbot.core import ledger as f
from escbot.core.availability import duty_manager, lead_of, planner
from escbot.core.case import Lesson
from escbot.core.decide.draft import Refused
from escbot.core.policy import Policy
from escbot.core.roster import Floor, Roster
from escbot.core.views import FollowupView, Message

LATER = timedelta(days=7)  # what Later gives, and the time between two reminders

Asked = Literal["done", "later", "dropped"]


@dataclass(frozen=True, slots=True)
class Followup:
    """One follow-up as its facts make it. `remind_on` is None once it is closed."""

    number: int
    kind: f.Kind
    text: str
    owner: str
    opened_by: str | None
    opened_at: datetime
    due_on: date
    state: Literal["open", "done", "dropped"] = "open"
    remind_on: date | None = None
    case: int | None = None
    gap: str | None = None
    tier: int | None = None
    area: str | None = None
    link: str | None = None
    review: str | None = None
    reminded: tuple[date, ...] = ()
    postponed: int = 0
    given: bool = False  # its first owner left, and somebody else has it
    closed_by: str | None = None
    closed_at: datetime | None = None

    @property
    def stream(self) -> str:
        """The name of its facts, and the subject of its messages."""
        return f"followup:{self.number}"


def followup(number: int, entries: Sequence[f.Entry]) -> Followup:
    """Build a follow-up from its facts. Raises ValueError where its opening isn't the first."""
    found: Followup | None = None
    for entry in entries:
        found = evolve(number, found, entry)
    if found is None:
        raise ValueError(f"follow-up {number} has no facts")
    return found


def evolve(number: int, before: Followup | None, entry: f.Entry) -> Followup:
    """Return the follow-up after one more fact. Raises ValueError for one out of place."""
    fact = entry.fact
    if isinstance(fact, f.FollowupOpened):
        return Followup(
            number=number, kind=fact.kind, text=fact.text, owner=fact.owner, opened_by=entry.by,
            opened_at=entry.at, due_on=fact.due_on, remind_on=fact.due_on, case=fact.case,
            gap=fact.gap, tier=fact.tier, area=fact.area, link=fact.link, review=fact.review,
        )  # fmt: skip
    if before is None:
        raise ValueError(f"follow-up {number} does not begin with its opening")
    match fact:
        case f.FollowupReminded():
            return replace(before, reminded=(*before.reminded, fact.on), remind_on=fact.on + LATER)
        case f.FollowupGiven():
            return replace(before, owner=fact.to, reminded=(), given=True)
        case f.FollowupPostponed():
            postponed = before.postponed + 1
            return replace(before, due_on=fact.due_on, remind_on=fact.due_on, postponed=postponed)
        case f.FollowupClosed():
            state: Literal["done", "dropped"] = "done" if fact.done else "dropped"
            return replace(
                before, state=state, remind_on=None, closed_by=entry.by, closed_at=entry.at
            )
    raise ValueError(f"{type(fact).__name__} has no place in a follow-up")


def decide(state: Followup, asked: Asked, by: str, roster: Roster, today: date) -> f.Fact:
    """Return what pressing a button makes happen. Raises Refused."""
    if state.state != "open":
        raise Refused("followup_closed")
    person = roster.person(by)
    roles = set(person.roles) if person else set()
    if by not in (state.owner, state.opened_by) and not roles & {"lead", "manager", "admin"}:
        raise Refused("not_your_followup", owner=state.owner)
    if asked == "later":
        return f.FollowupPostponed(max(state.due_on, today) + LATER)
    return f.FollowupClosed(done=asked == "done")


def day_of(roster: Roster, owner: str, now: datetime) -> date:
    """Return the date that an owner's calendar on the wall shows; `now` is aware UTC."""
    person = roster.person(owner)
    return now.astimezone(ZoneInfo(person.timezone)).date() if person else now.date()


def is_morning(policy: Policy, roster: Roster, owner: str, now: datetime) -> bool:
    """Tell whether an owner may be reminded now: on a working day of theirs, from the digest's
    hour on. Somebody whom the roster doesn't know is never too early.
    """
    person = roster.person(owner)
    if person is None:
        return True
    local = now.astimezone(ZoneInfo(person.timezone))
    calendar = policy.calendars.get(person.hours)
    works = calendar is None or calendar.always or bool(calendar.windows(local.date()))
    return works and f"{local:%H:%M}" >= policy.reports.digest_at


def heir(state: Followup, policy: Policy, roster: Roster, floor: Floor, now: datetime) -> str:
    """Return who has a follow-up now: its owner, or a manager where the owner has left."""
    there = roster.person(state.owner) is not None and state.owner not in floor.gone
    if there or not roster.people:
        return state.owner
    managers = [person.id for person in roster.people if "manager" in person.roles]
    found = duty_manager(policy, roster, floor, now)
    return found or next((id_ for id_ in managers if id_ not in floor.gone), state.owner)


def opened_for(
    lesson: Lesson,
    case: int,
    by: str,
    policy: Policy,
    roster: Roster,
    floor: Floor,
    now: datetime,
) -> f.FollowupOpened:
    """Return the follow-up of a lesson: who has it by its kind, and until when.

    Knowledge stays with who solved the case, training goes to the lead of the tier, product input
    to a planner; where there is none, it stays with who solved the case.
    """
    owner: str | None = None
    if lesson.kind == "training":
        owner = lead_of(policy, roster, floor, lesson.tier or 1, now) or _a_lead(roster, lesson)
    elif lesson.kind == "product":
        owner = planner(policy, roster, floor, now)
    return f.FollowupOpened(
        kind=lesson.kind, text=lesson.text, owner=owner or by, case=case, gap=lesson.gap,
        due_on=now.date() + timedelta(days=policy.reports.followup_days),
        tier=lesson.tier, area=lesson.area, link=lesson.link,
    )  # fmt: skip


def _a_lead(roster: Roster, lesson: Lesson) -> str | None:
    """Return a lead of the tier, whether or not they are there now."""
    leads = (p.id for p in roster.people if "lead" in p.roles and lesson.tier in p.tiers)
    return next(leads, None)


def views(state: Followup, area: str | None) -> tuple[Message, ...]:
    """Return its messages to the owner: one at the opening, unless they opened it or came to it
    later, and one each time they were reminded. Only the newest has buttons.
    """
    slots = [] if state.given or state.opened_by == state.owner else ["opened"]
    slots += [f"remind:{day.isoformat()}" for day in state.reminded]
    return tuple(
        Message(slot, 1, "view", f"dm:{state.owner}", _view(state, area, newest=slot == slots[-1]))
        for slot in slots
    )


def _view(state: Followup, area: str | None, *, newest: bool) -> FollowupView:
    return FollowupView(
        number=state.number,
        kind=state.kind,
        text=state.text,
        case=state.case,
        gap=state.gap,
        tier=state.tier,
        area=area,
        link=state.link,
        due_on=state.due_on,
        opened_by=state.opened_by,
        state=state.state,
        closed_by=state.closed_by,
        newest=newest,
    )
