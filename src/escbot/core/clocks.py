"""A clock's arithmetic, and the deadlines that a case arms: pure functions of its state.

Limits are open time of the clock's calendar; moments are aware UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from escbot.core.calendars import Calendar, NeverOpen, add_open, open_between
from escbot.core.case import Case, Clock
from escbot.core.drill import customer
from escbot.core.policy import Policy
from escbot.core.values import replace
from escbot.core.views import Deadline

ZERO = timedelta(0)
LIMITS = ("respond", "tier")  # the clocks that warn before they breach


def used(clock: Clock, policy: Policy, at: datetime) -> timedelta:
    """Return the open time that the clock has used by `at`."""
    if clock.since is None or at <= clock.since:
        return clock.used
    return clock.used + open_between(policy.calendars[clock.calendar], clock.since, at)


def share_used(clock: Clock, policy: Policy, at: datetime) -> float:
    """Return the used share of the limit; above 1 after a breach."""
    return used(clock, policy, at) / clock.limit if clock.limit else 1.0


def pause(clock: Clock, policy: Policy, at: datetime) -> Clock:
    """Stop the clock and bank what it has used."""
    return replace(clock, used=used(clock, policy, at), since=None)


def resume(clock: Clock, at: datetime) -> Clock:
    """Let a paused clock run on; a running one is returned as it is."""
    return clock if clock.since is not None else replace(clock, since=at)


def move(clock: Clock, policy: Policy, at: datetime, limit: timedelta, calendar: str) -> Clock:
    """Put the clock under another limit and calendar; the time already used counts on.

    A warning given under the old limit is not repeated before its share is reached again.
    """
    spent = used(clock, policy, at)
    return replace(
        clock,
        limit=limit,
        calendar=calendar,
        used=spent,
        since=at if clock.since is not None else None,
        warned=min(clock.warned, spent / limit if limit else 1.0),
        breached=clock.breached and spent >= limit,
    )


def due(clock: Clock, policy: Policy, share: float = 1.0) -> datetime | None:
    """Return when this share of the clock is used, or None while it does not run.

    A customer's own deadline (`ends_by`) that comes before the limit pulls every share forward.
    """
    if clock.since is None:
        return None
    try:
        return _ends(clock, clock.since, policy.calendars[clock.calendar], share)
    except NeverOpen:
        return None  # the linter says so; a clock that can't end must not stop the others


def _ends(clock: Clock, since: datetime, calendar: Calendar, share: float) -> datetime:
    end = add_open(calendar, since, max(clock.limit - clock.used, ZERO))
    if clock.ends_by is None or clock.ends_by >= end:
        return add_open(calendar, since, max(clock.limit * share - clock.used, ZERO))
    end = max(clock.ends_by, since)
    if share >= 1:
        return end
    whole = clock.used + open_between(calendar, since, end)
    if whole == ZERO:  # the customer's deadline lies in closed hours: count elapsed time
        return since + (end - since) * share
    return add_open(calendar, since, max(whole * share - clock.used, ZERO))


def shares(case: Case, policy: Policy) -> tuple[float, ...]:
    """Return the shares of a limit at which somebody is warned, ascending, below the breach."""
    warnings = policy.severity(case.severity).warnings
    return tuple(sorted({warn.share for warn in warnings if warn.share < 1}))


def kind_of(clock: str, share: float) -> str:
    """Return the deadline kind of a clock's share: `respond.50`, `tier.breach`."""
    return f"{clock}.breach" if share >= 1 else f"{clock}.{round(share * 100)}"


def deadlines(case: Case, policy: Policy) -> tuple[Deadline, ...]:
    """Return every moment at which the case must be looked at again, soonest first.

    Of each limit only the next threshold is named: what comes after follows from what happens then.
    """
    return tuple(
        sorted(_armed(case, policy), key=lambda deadline: (deadline.due_at, deadline.kind))
    )


def _armed(case: Case, policy: Policy) -> Iterator[Deadline]:
    yield from customer.armed(case, policy)
    for name, clock in case.clocks.items():
        if clock.breached:
            continue
        share = _next_share(case, policy, clock) if name in LIMITS else 1.0
        at = due(clock, policy, share)
        if at is not None:
            yield Deadline(kind_of(name, share) if name in LIMITS else _single(name), at)


def _next_share(case: Case, policy: Policy, clock: Clock) -> float:
    return next((share for share in shares(case, policy) if share > clock.warned), 1.0)


def _single(name: str) -> str:
    endings = {"update": "update.due", "pause": "pause.end", "close": "close.due"}
    return endings.get(name) or ("grace.end" if name == "grace" else f"{name}.breach")


def next_promise(case: Case, policy: Policy) -> tuple[str, datetime] | None:
    """Return the clock that ends first among those that people watch, with its moment."""
    watched = ("answer", "respond", "tier", "update", "pause")
    ends = [
        (at, name)
        for name in watched
        if (clock := case.clocks.get(name)) and not clock.breached and (at := due(clock, policy))
    ]
    if not ends:
        return None
    at, name = min(ends)
    return name, at
