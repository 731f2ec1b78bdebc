"""A manager's morning: what is open, at risk and past its limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from escbot.core.card import next_of
from escbot.core.case import Case, Phase
from escbot.core.clocks import LIMITS, share_used
from escbot.core.policy import Policy
from escbot.core.views import DigestLine, DigestView

AT_RISK = 0.5  # of a running clock: where the first warning is by default
MOST_LINES = 10


def is_late(case: Case, policy: Policy, now: datetime) -> bool:
    """Tell whether a limit of an open case has passed, also one that passed this moment.

    So has one where the customer was to hear from us by now and has not yet.
    """
    if case.phase.is_over:
        return False
    breached = any(clock.breached for clock in case.clocks.values())
    return breached or case.missed_updates > 0 or _used(case, policy, now) >= 1


def is_at_risk(case: Case, policy: Policy, now: datetime) -> bool:
    """Tell whether half of a running limit is used and none has passed."""
    if case.phase.is_over or is_late(case, policy, now):
        return False
    return _used(case, policy, now) >= AT_RISK


def _used(case: Case, policy: Policy, now: datetime) -> float:
    """Return the largest share of a running limit that is used."""
    clocks = [case.clocks[name] for name in LIMITS if name in case.clocks]
    running = [clock for clock in clocks if clock.since is not None]
    return max((share_used(clock, policy, now) for clock in running), default=0.0)


def digest(
    cases: Iterable[Case], policy_of: Callable[[str], Policy], person: str, now: datetime
) -> DigestView | None:
    """Return the morning's message of one manager, None where there is nothing to say.

    Drills are left out.
    """
    cases = [case for case in cases if not case.phase.is_over and not case.drill]
    if not cases:
        return None
    late = [case for case in cases if is_late(case, policy_of(case.policy), now)]
    risky = [case for case in cases if is_at_risk(case, policy_of(case.policy), now)]
    nobody = [case for case in cases if case.phase is Phase.UNASSIGNED]
    quiet = [case for case in cases if _is_quiet(case, policy_of(case.policy))]

    def lines(found: list[Case]) -> tuple[DigestLine, ...]:
        return tuple(_line(case, policy_of(case.policy)) for case in found[:MOST_LINES])

    return DigestView(
        person=person,
        open=len(cases),
        late=lines(late),
        at_risk=lines(risky),
        unassigned=lines(nobody),
        quiet=lines(quiet),
        counts=(len(late), len(risky), len(nobody), len(quiet)),
    )


def _is_quiet(case: Case, policy: Policy) -> bool:
    """Tell whether a manager hears of its risks here alone."""
    unheard = any(ping.taken_by is None for ping in case.management)
    return unheard and policy.severity(case.severity).manage is None


def _line(case: Case, policy: Policy) -> DigestLine:
    severity = policy.severity(case.severity)
    return DigestLine(
        number=case.number,
        severity=severity.id,
        emoji=severity.emoji,
        customer=case.customer,
        vip=case.facts.vip,
        person=case.owner or case.offered,
        next=next_of(case, policy),
    )
