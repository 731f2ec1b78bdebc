"""The specialist for a case: who is eligible, who ranks first, and what happens if nobody is.

Deterministic: the same inputs give the same answer; ties go to the smaller id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from escbot.core.availability import is_away, is_on_shift, leads_of, on_call_people, with_role
from escbot.core.decision import Choice, Considered
from escbot.core.policy import Policy, Severity
from escbot.core.reasons import Because
from escbot.core.roster import Floor, Person, Roster

RESTED_AFTER = timedelta(hours=24)  # elapsed; who had nothing for a day counts as fully rested
TOP_SKILL = 3
ENOUGH = 5  # solved or served cases after which more make no difference
DECLINES_THAT_COUNT = 3


# Most people are passed over, so their reasons are made once.
_ALREADY_ASKED = (Because("already_asked"),)
_GONE = (Because("gone"),)
_AWAY = (Because("away"),)
_OFF_SHIFT = (Because("off_shift"),)


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
    best, considered = scene.pick(person for person in roster.people if tier in person.tiers)
    if best is not None:
        return Choice(best.person.id, best.because, considered)
    return _overflow(scene, considered)


class _Ranked(NamedTuple):
    key: tuple[float, float, str]
    person: Person
    because: tuple[Because, ...]


class _Scene:
    """One decision's inputs, with each calendar looked up once."""

    def __init__(self, policy: Policy, roster: Roster, floor: Floor, need: Need) -> None:
        self.policy = policy
        self.roster = roster
        self.floor = floor
        self.need = need
        self._open: dict[str, bool] = {}
        away = (id_ for id_ in floor.away if is_away(floor, id_, need.now))
        self._absent = {*floor.gone, *away}
        self._no_skill = (Because("no_skill", {"area": need.area}),)

    def pick(
        self, people: Iterable[Person], *, any_skill: bool = False
    ) -> tuple[_Ranked | None, tuple[Considered, ...]]:
        """Rank the eligible; return the first and everybody with the reason, best first."""
        ranked: list[_Ranked] = []
        barred: list[Considered] = []
        for person in people:
            bar = self.bar(person, any_skill=any_skill)
            if bar is None:
                ranked.append(self.rank(person))
            else:
                barred.append(Considered(person.id, person.name, "not_eligible", bar))
        if not ranked:
            return None, tuple(barred)
        ranked.sort(key=lambda item: item.key)
        first, *others = ranked
        considered = (
            Considered(first.person.id, first.person.name, "chosen", first.because),
            *(Considered(o.person.id, o.person.name, "runner_up", o.because) for o in others),
            *barred,
        )
        return first, considered

    def bar(self, person: Person, *, any_skill: bool) -> tuple[Because, ...] | None:
        """Return the rule that keeps this person from the case, or None."""
        need, id_ = self.need, person.id
        if id_ in need.passed:
            return _ALREADY_ASKED
        if id_ in self._absent:
            return _GONE if id_ in self.floor.gone else _AWAY
        if not self._on_shift(person) and not (need.severity.urgent and id_ in need.on_call):
            return _OFF_SHIFT
        if need.area is not None and not any_skill and not person.skills.get(need.area):
            return self._no_skill
        full = self.full(person)
        return None if full is None else (full,)

    def full(self, person: Person) -> Because | None:
        """Return why a person can carry no more, or None."""
        severity, routing = self.need.severity, self.policy.routing
        capacity = self.capacity(person)
        load = self.floor.load.get(person.id, 0)
        usable = capacity if severity.urgent else capacity - routing.reserve
        if severity.points and load + severity.points > usable:
            code = "full" if load + severity.points > capacity else "reserve"
            return Because(code, {"load": load, "capacity": capacity})
        return None

    def _on_shift(self, person: Person) -> bool:
        known = self._open.get(person.hours)
        if known is None:
            known = self._open[person.hours] = is_on_shift(self.policy, person, self.need.now)
        return known

    def capacity(self, person: Person) -> int:
        return self.policy.routing.capacity if person.capacity is None else person.capacity

    def rank(self, person: Person) -> _Ranked:
        """Weigh one eligible person; smaller keys come first."""
        because: list[Because] = []
        score = 0.0
        for weigh in _WEIGHTS:
            share, reason = weigh(self, person)
            score += share
            if reason is not None:
                because.append(reason)
        level = person.skills.get(self.need.area or "", 0)
        if self.need.novel and level:
            because.insert(0, Because("novel"))
        key = (-level if self.need.novel else 0, -round(score, 9), person.id)
        return _Ranked(key, person, tuple(because))


_Weighed = tuple[float, Because | None]


def _skill(scene: _Scene, person: Person) -> _Weighed:
    area = scene.need.area
    level = person.skills.get(area, 0) if area else 0
    reason = Because("skill", {"area": area, "level": level}) if level else None
    return scene.policy.routing.skill * level / TOP_SKILL, reason


def _load(scene: _Scene, person: Person) -> _Weighed:
    capacity = max(scene.capacity(person), 1)
    load = scene.floor.load.get(person.id, 0)
    free = max(capacity - load, 0) / capacity
    return scene.policy.routing.load * free, Because("free", {"load": load, "capacity": capacity})


def _fairness(scene: _Scene, person: Person) -> _Weighed:
    last = scene.floor.last_assigned.get(person.id)
    if last is None:
        return float(scene.policy.routing.fairness), None
    rested = min(max(scene.need.now - last, timedelta(0)) / RESTED_AFTER, 1.0)
    return scene.policy.routing.fairness * rested, None


def _continuity(scene: _Scene, person: Person) -> _Weighed:
    served = scene.floor.served.get((person.id, scene.need.customer), 0)
    if not served:
        return 0.0, None
    share = min(served, ENOUGH) / ENOUGH
    return scene.policy.routing.continuity * share, Because("knows_customer", {"cases": served})


def _outcome(scene: _Scene, person: Person) -> _Weighed:
    area = scene.need.area
    solved = scene.floor.solved.get((person.id, area), 0) if area else 0
    if not solved:
        return 0.0, None
    share = min(solved, ENOUGH) / ENOUGH
    reason = Because("solved_before", {"area": area, "cases": solved})
    return scene.policy.routing.outcome * share, reason


def _declined(scene: _Scene, person: Person) -> _Weighed:
    area = scene.need.area
    declines = scene.floor.declines.get((person.id, area), 0) if area else 0
    if not declines:
        return 0.0, None
    share = min(declines, DECLINES_THAT_COUNT) / DECLINES_THAT_COUNT
    reason = Because("declined_area", {"area": area, "times": declines})
    return -scene.policy.routing.decline * share, reason


_WEIGHTS: tuple[Callable[[_Scene, Person], _Weighed], ...] = (
    _skill, _load, _fairness, _continuity, _outcome, _declined,
)  # fmt: skip


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
    tier = scene.need.tier
    people = [person for person in scene.roster.people if tier in person.tiers]
    return _taken(*scene.pick(people, any_skill=True))


def _next_tier(scene: _Scene) -> Choice | None:
    above = scene.need.tier + 1
    people = [person for person in scene.roster.people if above in person.tiers]
    return _taken(*scene.pick(people))


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
