"""Whose case it is now: taken, given back, declined, passed on, moved, lowered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from escbot.core import events as e
from escbot.core.availability import (
    is_away,
    with_role,
)
from escbot.core.clocks import due
from escbot.core.notices.scene import News, Scene, Teller, holder_of, moment
from escbot.core.policy import PLANNING
from escbot.core.queue import belongs_in_planning
from escbot.core.reasons import Value


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
    planning = belongs_in_planning(scene.after, scene.policy)
    values: dict[str, Value] = {"person": event.person, "planning": planning}
    yield News("silent" if owned else "passed", values=values)


def _offered(scene: Scene, event: e.Offered) -> Iterator[News]:
    if event.choice.person is None:
        yield News("unassigned", values={"tier": str(scene.after.tier)}, holds="open", acts=True)


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


def _proposed(scene: Scene, event: e.DeescalationProposed) -> Iterator[News]:
    grace = scene.after.clocks.get("grace")
    asked = event.confirm_by
    people = (_who_confirms(scene, asked) if asked else holder_of(scene.after),)
    yield News(
        "deescalation_proposed",
        people=people,
        values={
            "rule": event.rule,
            "to": event.to_severity,
            "at": moment(due(grace, scene.policy) if grace else None),
        },
        buttons=("confirm", "keep") if event.confirm_by else ("keep",),
        holds=f"proposed:{event.to_severity}",
        acts=True,
    )


def _who_confirms(scene: Scene, role: str) -> str | None:
    """Return who of a role is there, those of the case's tier first; else who is asleep."""
    now, policy, roster, floor = scene.recorded.at, scene.policy, scene.roster, scene.floor
    there = with_role(policy, roster, floor, role, now)
    others = (person for person in roster.in_role(role) if not is_away(floor, person.id, now))
    found = min(
        (*there, *others),
        key=lambda person: (person not in there, scene.after.tier not in person.tiers),
        default=None,
    )
    return found.id if found else None


def _taken_back(scene: Scene, event: e.DeescalationKept) -> Iterator[News]:
    proposal = scene.before.proposal if scene.before else None
    if event.why != "kept" and proposal is not None:
        values: dict[str, Value] = {
            "why": event.why,
            "to": proposal.to_severity,
            "was": scene.after.severity,
        }
        yield News("deescalation_off", values=values, holds="open")


def _helper(scene: Scene, event: e.HelperJoined) -> Iterator[News]:
    values = {"by": scene.recorded.by, "person": event.person}
    yield News("brought_in", people=(event.person,), values=values, holds="open", acts=True)


def _joined(scene: Scene, event: e.DrillJoined) -> Iterator[News]:
    if scene.after.rounds:
        yield News("drill_joined", values={"person": event.person})


NEWS: Mapping[type, Teller] = {
    e.Acknowledged: _acknowledged,
    e.GivenBack: _given_back,
    e.Declined: _declined,
    e.Passed: _passed,
    e.Offered: _offered,
    e.TierChanged: _tier_changed,
    e.SeverityChanged: _severity_changed,
    e.DeescalationProposed: _proposed,
    e.DeescalationKept: _taken_back,
    e.HelperJoined: _helper,
    e.DrillJoined: _joined,
}
