"""The specialist for a case: who is eligible, who ranks first, and what happens if nobody is.

Deterministic: the same inputs give the same answer; ties go to the smaller id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from escbot.core.availability import is_away, leads_of, on_call_people, with_role
from escbot.core.bench import Bar, Bench, bench_of, no_skill, passed_over, runner_up
from escbot.core.calendars import is_open
from escbot.core.decision import Choice, Considered
from escbot.core.policy import Policy, Severity
from escbot.core.reasons import Because
from escbot.core.roster import Floor, Person, Roster
from escbot.core.weighing import Record, weighed

RESTED_AFTER = timedelta(hours=24)  # elapsed; who had nothing for a day counts as fully rested
_NO_TIME = timedelta(0)
_ALREADY_ASKED: Bar = ("already_asked",)
_GONE: Bar = ("gone",)


@dataclass(frozen=True, slots=True)
class Need:
    """What a case asks of a specialist. `passed` were asked already and did not take it."""

    severity: Severity
    tier: int
    area: str | None
    customer: str
    novel: bool
    passed: Collection[str]
    now: datetime
    on_call: Collection[str] = field(default=())


def choose(
    policy: Policy,
    roster: Roster,
    floor: Floor,
    *,
    severity: str,
    tier: int,
    area: str | None,
    customer: str,
    novel: bool,
    passed: Collection[str],
    now: datetime,
) -> Choice:
    """Pick the specialist, naming everybody of the tier with the reason.

    Raises KeyError where the policy lacks the severity.
    """
    need = Need(
        severity=policy.severity(severity),
        tier=tier,
        area=area,
        customer=customer,
        novel=novel,
        passed=frozenset(passed),
        now=now,
        on_call=on_call_people(roster, tier=tier, area=area, now=now),
    )
    scene = _Scene(policy, roster, floor, need)
    best, considered = scene.pick(tier, area)
    if best is not None:
        return Choice(best.person.id, best.because, considered)
    return _overflow(scene, considered)


class _Ranked(NamedTuple):
    key: tuple[float, float, str]
    person: Person
    record: Record
    because: tuple[Because, ...]


class _Scene:
    """One decision's inputs, with each calendar looked up once."""

    def __init__(self, policy: Policy, roster: Roster, floor: Floor, need: Need) -> None:
        self.policy = policy
        self.roster = roster
        self.floor = floor
        self.need = need
        # Hours that the policy no longer has count as open, as in `is_on_shift`.
        self._closed = frozenset(
            name
            for name in roster.hours & policy.calendars.keys()
            if not is_open(policy.calendars[name], need.now)
        )
        self._out: dict[str, Bar] = {
            **{id_: ("away",) for id_ in floor.away if is_away(floor, id_, need.now)},
            **dict.fromkeys(floor.gone, _GONE),
            **dict.fromkeys(need.passed, _ALREADY_ASKED),
        }
        self._called = need.on_call if need.severity.urgent else ()
        self._points = need.severity.points
        self._reserve = 0 if need.severity.urgent else policy.routing.reserve

    def pick(self, tier: int, area: str | None) -> tuple[_Ranked | None, tuple[Considered, ...]]:
        """Rank a tier's eligible; return the first and everybody with the reason, best first.

        Without an area no skill is asked for.
        """
        ranked: list[_Ranked] = []
        barred: list[Considered] = []
        for person, verdict in self._verdicts(
            bench_of(self.roster, tier, area, self._closed), area
        ):
            if verdict is not None:
                barred.append(verdict)
            elif bar := self.full(person):
                barred.append(passed_over(self.roster, person, bar))
            else:
                ranked.append(self.rank(person))
        if not ranked:
            return None, tuple(barred)
        ranked.sort(key=_key)
        first, *others = ranked
        considered = (
            Considered(first.person.id, first.person.name, "chosen", first.because),
            *(runner_up(self.roster, o.person, o.record, o.because) for o in others),
            *barred,
        )
        return first, considered

    def _verdicts(
        self, bench: Bench, area: str | None
    ) -> Iterator[tuple[Person, Considered | None]]:
        """Yield the people of a bench with what speaks against them, whatever they carry."""
        found = list(bench.barred)
        for id_ in self._called:  # who is on call takes an urgent case outside their hours too
            if (place := bench.places.get(id_)) is not None:
                person = bench.people[place]
                bar = no_skill(person, area)
                found[place] = passed_over(self.roster, person, bar) if bar else None
        for id_, bar in self._out.items():
            if (place := bench.places.get(id_)) is not None:
                found[place] = passed_over(self.roster, bench.people[place], bar)
        return zip(bench.people, found, strict=True)

    def full(self, person: Person) -> Bar | None:
        """Return why a person can carry no more, or None."""
        capacity = self.capacity(person)
        load = self.floor.load.get(person.id, 0)
        after = load + self._points
        if not self._points or after <= capacity - self._reserve:
            return None
        return "full" if after > capacity else "reserve", load, capacity

    def capacity(self, person: Person) -> int:
        return self.policy.routing.capacity if person.capacity is None else person.capacity

    def rank(self, person: Person) -> _Ranked:
        """Weigh one eligible person; smaller keys come first."""
        need, floor, id_ = self.need, self.floor, person.id
        capacity, load = max(self.capacity(person), 1), floor.load.get(id_, 0)
        served = floor.served.get((id_, need.customer), 0)
        level = solved = declined = 0
        if area := need.area:
            level = person.skills.get(area, 0)
            solved = floor.solved.get((id_, area), 0)
            declined = floor.declines.get((id_, area), 0)
        record = Record(area, need.novel, level, load, capacity, served, solved, declined)
        found = weighed(self.policy, record)
        score = (
            found.skill_and_load
            + self.policy.routing.fairness * self._rested(id_)
            + found.continuity
            + found.outcome
            - found.decline
        )
        key = (-level if need.novel else 0, -round(score, 9), id_)
        return _Ranked(key, person, record, found.because)

    def _rested(self, id_: str) -> float:
        last = self.floor.last_assigned.get(id_)
        if last is None:
            return 1.0
        return min(max(self.need.now - last, _NO_TIME) / RESTED_AFTER, 1.0)


_key = attrgetter("key")


def _overflow(scene: _Scene, considered: tuple[Considered, ...]) -> Choice:
    """Go down the policy's overflow chain; the unassigned queue is its end."""
    steps: list[Because] = []
    for step in scene.policy.routing.overflow:
        found = _STEPS[step](scene)
        steps.append(Because(f"overflow_{step}", {"person": found.person if found else None}))
        if found is not None:
            seen = {item.id for item in found.considered}
            rest = tuple(item for item in considered if item.id not in seen)
            return Choice(found.person, found.because, (*found.considered, *rest), tuple(steps))
    return Choice(None, (Because("nobody", {"tier": scene.need.tier}),), considered, tuple(steps))


def _other_skills(scene: _Scene) -> Choice | None:
    return _taken(*scene.pick(scene.need.tier, None))


def _next_tier(scene: _Scene) -> Choice | None:
    return _taken(*scene.pick(scene.need.tier + 1, scene.need.area))


def _taken(best: _Ranked | None, considered: tuple[Considered, ...]) -> Choice | None:
    return None if best is None else Choice(best.person.id, best.because, considered)


def _on_call_lead(scene: _Scene) -> Choice | None:
    need = scene.need
    return _named(scene, leads_of(scene.policy, scene.roster, scene.floor, need.tier, need.now))


def _duty_manager(scene: _Scene) -> Choice | None:
    managers = with_role(scene.policy, scene.roster, scene.floor, "manager", scene.need.now)
    return _named(scene, [manager.id for manager in managers])


def _named(scene: _Scene, ids: Iterable[str]) -> Choice | None:
    """Take the first of them who was not asked before and can carry it."""
    for id_ in ids:
        person = scene.roster.person(id_)
        if person is not None and id_ not in scene.need.passed and not scene.full(person):
            because = (Because("last_resort"),)
            chosen = Considered(person.id, person.name, "chosen", because)
            return Choice(person.id, because, (chosen,))
    return None


_STEPS: Mapping[str, Callable[[_Scene], Choice | None]] = {
    "other_skills": _other_skills,
    "next_tier": _next_tier,
    "on_call_lead": _on_call_lead,
    "duty_manager": _duty_manager,
}
OVERFLOW_STEPS = tuple(_STEPS)
