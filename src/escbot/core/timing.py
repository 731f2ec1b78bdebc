"""How events start, stop and move the clocks of a case. All moments are aware UTC."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from escbot.core.case import Case, Clock
from escbot.core.clocks import move, pause, resume
from escbot.core.policy import PLANNING, Policy, Severity
from escbot.core.values import replace

Clocks = Mapping[str, Clock]

# What a wait stops. What the customer was promised pauses only while the customer is awaited,
# and the customer's updates never do.
PAUSED_BY: Mapping[str, tuple[str, ...]] = {
    "customer": ("respond", "tier", "answer"),
    "vendor": ("tier",),
    "inside": (),
}


def begun(case: Case, severity: Severity) -> Clocks:
    """Start what the customer is promised from the opening on."""
    return {
        **case.clocks,
        "respond": Clock(
            severity.respond,
            severity.calendar,
            since=case.opened_at,
            ends_by=case.facts.customer_deadline,
        ),
        "update": Clock(severity.update, severity.calendar, since=case.opened_at),
    }


def started(case: Case, name: str, limit: timedelta | None, at: datetime, calendar: str) -> Clocks:
    """Start one clock anew, or drop it where there is no limit."""
    if limit is None:
        return without(case, name)
    return {**case.clocks, name: Clock(limit, calendar, since=at)}


def patience(severity: Severity) -> timedelta | None:
    """Return how long an offer stands.

    The planning queue asks nobody, so a wish may lack a limit; in a tier it would then stay with a
    silent person for ever. It gets a quarter of the time to respond, as problems do, so that
    several are asked before that is over.
    """
    if severity.answer is None and severity.start == PLANNING:
        return severity.respond / 4
    return severity.answer


def without(case: Case, *names: str) -> Clocks:
    """Drop clocks."""
    return {name: clock for name, clock in case.clocks.items() if name not in names}


def changed(case: Case, name: str, change: Callable[[Clock], Clock]) -> Clocks:
    """Change one clock, where there is one."""
    clock = case.clocks.get(name)
    return case.clocks if clock is None else {**case.clocks, name: change(clock)}


def alike(case: Case, change: Callable[[Case], Clocks]) -> Case:
    """Change the clocks that run, and those that "Not mine" would put back with them."""
    if case.undo is None:
        return replace(case, clocks=change(case))
    aside = case.undo.clocks
    clocks = change(replace(case, clocks={**case.clocks, **aside}))
    put_back = {name: clock for name, clock in clocks.items() if name in aside}
    undo = replace(case.undo, clocks=put_back)
    return replace(
        case, clocks={n: clock for n, clock in clocks.items() if n not in aside}, undo=undo
    )


def in_tier(case: Case, severity: Severity, tier: int | str, at: datetime) -> Clocks:
    """Start the limit of a tier; the planning queue and a tier without limit have none."""
    limit = severity.limits.get(tier) if isinstance(tier, int) else None
    return started(case, "tier", limit, at, severity.calendar)


def waiting(case: Case, policy: Policy, severity: Severity, on: str, at: datetime) -> Clocks:
    """Stop what the wait stops, and give the wait its end."""
    stopped = PAUSED_BY[on]
    clocks = {
        name: pause(clock, policy, at) if name in stopped else clock
        for name, clock in case.clocks.items()
    }
    clocks["pause"] = Clock(severity.pause, severity.calendar, since=at)
    if on == "customer" and severity.close is not None and not case.facts.vip:
        clocks["close"] = Clock(severity.close, severity.calendar, since=at)
    return clocks


def going_on(case: Case, at: datetime) -> Clocks:
    """Let everything that a wait stopped run on, the time used intact."""
    return {name: resume(clock, at) for name, clock in without(case, "pause", "close").items()}


def back(case: Case, severity: Severity, at: datetime) -> Clocks:
    """Let a reopened case go on; who of the management was asked has their time anew."""
    return {**going_on(case, at), **_managers(case, severity, at)}


def _managers(case: Case, severity: Severity, at: datetime) -> Clocks:
    """Give each manager who was asked and has not answered their time, from their hours on."""
    if severity.manage is None:
        return {}
    return {
        f"manage:{ping.number}": Clock(
            severity.manage, severity.calendar, since=max(at, ping.after or at)
        )
        for ping in case.management
        if ping.asked and not ping.quiet and ping.taken_by is None
    }


def banked(case: Case, policy: Policy, at: datetime) -> Clocks:
    """Stop everything and keep what was used, for the day the case is reopened."""
    kept = ("respond", "tier", "update")
    return {name: pause(case.clocks[name], policy, at) for name in kept if name in case.clocks}


def under(case: Case, policy: Policy, severity: Severity, at: datetime) -> Clocks:
    """Put every clock under another severity; time already used and pauses stay.

    A manager's runs from their hours on, and what got worse is put to them once more where nobody
    answered: a clock that ran out begins anew.
    """
    tier = severity.limits.get(case.tier) if isinstance(case.tier, int) else None
    limits: Mapping[str, timedelta | None] = {
        "respond": severity.respond,
        "update": severity.update,
        "answer": patience(severity),
        "tier": tier,
        "pause": severity.pause,
        "close": None if case.facts.vip else severity.close,
        **{name: severity.manage for name in case.clocks if name.startswith("manage:")},
    }
    moved: dict[str, Clock] = {}
    for name, clock in without(case, "grace").items():
        limit = limits.get(name, clock.limit)
        if limit is not None:
            moved[name] = move(clock, policy, at, limit, severity.calendar)
    if "tier" not in moved and tier is not None and not case.phase.is_over:
        moved["tier"] = Clock(tier, severity.calendar, since=at)
    worse = severity.rank < policy.severity(case.severity).rank
    for name, clock in _managers(case, severity, at).items():
        if name in moved:
            moved[name] = replace(moved[name], since=clock.since)
        elif worse:
            moved[name] = clock
    return moved


def lengthened(clock: Clock, by_time: timedelta) -> Clock:
    """Give a limit more time; warnings count against the longer limit."""
    limit = clock.limit + by_time
    warned = min(clock.warned, 1.0) * (clock.limit / limit)
    return replace(clock, limit=limit, warned=warned, breached=False)
