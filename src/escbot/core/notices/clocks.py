"""What clocks say, and whom they call: warnings, breaches, missed updates, managers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from escbot.core import events as e
from escbot.core.availability import (
    duty_manager,
    lead_of,
    planner_lead,
)
from escbot.core.clocks import due
from escbot.core.notices.scene import News, Scene, Teller, holder_of, moment
from escbot.core.policy import PLANNING
from escbot.core.reasons import Value
from escbot.core.steps import teller


def _audience(scene: Scene, share: float) -> Iterator[str | None]:
    """Yield whom the policy's warnings name for this share; an unowned case's requester hears."""
    now, policy, roster, floor = scene.recorded.at, scene.policy, scene.roster, scene.floor
    case = scene.before or scene.after
    for warn in policy.severity(case.severity).warnings:
        if abs(warn.share - share) > 1e-9:
            continue
        for audience in warn.to:
            if audience == "owner":
                yield holder_of(case)
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
        "ends": moment(due(clock, scene.policy)),
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
    values: dict[str, Value] = {"clock": event.clock, "ended": moment(event.due_at)}
    people = tuple(_audience(scene, 1.0))
    yield News("breached", people=people, values=values, holds="open", acts=True)


def _update_missed(scene: Scene, event: e.UpdateMissed) -> Iterator[News]:
    """The owner of the words hears first, then the lead; a silent owner of the case likewise."""
    case = scene.after
    first, owner = teller(case), case.owner if case.silent else None
    values: dict[str, Value] = {
        "missed": case.missed_updates,
        "teller": first,
        "due": moment(event.due_at),
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


def _extended(scene: Scene, event: e.LimitExtended) -> Iterator[News]:
    hours = round(event.by_time.total_seconds() / 3600, 1)
    values = {"person": scene.recorded.by, "hours": hours, "reason": event.reason}
    yield News("extended", values=values)


def _wait_started(scene: Scene, event: e.WaitStarted) -> Iterator[News]:
    """Whoever talks to the customer hears what they are to get from them."""
    first = teller(scene.after)
    if event.on == "customer" and first != scene.recorded.by:
        values = {"person": scene.recorded.by, "reason": event.reason}
        yield News("ask_customer", people=(first,), values=values, holds="waiting", acts=True)


def _resumed(scene: Scene, event: e.Resumed) -> Iterator[News]:
    codes = {"pause_ended": "wait_ended", "replied": "resumed"}
    if event.why in codes:
        people = (holder_of(scene.after),)
        yield News(codes[event.why], people=people, holds="open", acts=True)


def _management_passed(scene: Scene, event: e.ManagementPassed) -> Iterator[News]:
    criteria = ",".join(scene.after.management[event.number - 1].criteria)
    values: dict[str, Value] = {"ping": event.number, "to": event.to, "criteria": criteria}
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


NEWS: Mapping[type, Teller] = {
    e.Warned: _warned,
    e.Breached: _breached,
    e.UpdateMissed: _update_missed,
    e.LimitExtended: _extended,
    e.WaitStarted: _wait_started,
    e.Resumed: _resumed,
    e.ManagementPassed: _management_passed,
    e.ManagementTaken: _management_taken,
    e.Assessed: _assessed,
}
