"""The management, helpers and other customers around a case."""

from __future__ import annotations

from collections.abc import Mapping

from escbot.core import events as e
from escbot.core import timing
from escbot.core.case import Case, Linked, Management
from escbot.core.evolve.change import Change
from escbot.core.policy import Policy
from escbot.core.values import replace


def _ping(case: Case, changed: Management) -> tuple[Management, ...]:
    return tuple(changed if ping.number == changed.number else ping for ping in case.management)


def _management_called(
    case: Case, rec: e.Recorded, event: e.ManagementCalled, policy: Policy
) -> Case:
    number = len(case.management) + 1
    asked = (event.person,) if event.person else ()
    ping = Management(
        number, event.criteria, asked, rec.at, quiet=event.quiet, past=event.past, after=event.after
    )
    after = replace(case, management=(*case.management, ping))
    if event.quiet or event.person is None:
        return after
    severity = policy.severity(case.severity)
    name = f"manage:{number}"
    begins = event.after or rec.at
    return replace(
        after, clocks=timing.started(after, name, severity.manage, begins, severity.calendar)
    )


def _management_passed(
    case: Case, rec: e.Recorded, event: e.ManagementPassed, policy: Policy
) -> Case:
    severity = policy.severity(case.severity)
    name = f"manage:{event.number}"
    if event.to is None:
        return replace(case, clocks=timing.without(case, name))
    ping = case.management[event.number - 1]
    return replace(
        case,
        management=_ping(case, replace(ping, asked=(*ping.asked, event.to))),
        clocks=timing.started(case, name, severity.manage, rec.at, severity.calendar),
    )


def _management_taken(
    case: Case, rec: e.Recorded, event: e.ManagementTaken, policy: Policy
) -> Case:
    return replace(
        case,
        management=_ping(case, replace(case.management[event.number - 1], taken_by=event.person)),
        clocks=timing.without(case, f"manage:{event.number}"),
    )


def _helper_joined(case: Case, rec: e.Recorded, event: e.HelperJoined, policy: Policy) -> Case:
    return replace(case, helpers=(*case.helpers, event.person))


def _linked(case: Case, rec: e.Recorded, event: e.CustomerLinked, policy: Policy) -> Case:
    linked = (*case.linked, Linked(event.customer, event.requester))
    if event.copy is None:
        return replace(case, linked=linked)
    last = case.words[-1]
    words = (*case.words[:-1], replace(last, copies=(*last.copies, event.copy)))
    return replace(case, linked=linked, words=words)


def _unlinked(case: Case, rec: e.Recorded, event: e.CustomerUnlinked, policy: Policy) -> Case:
    linked = tuple(link for link in case.linked if link.customer != event.customer)
    last = case.words[-1] if case.words else None
    if last is None or last.sent_at is not None:
        return replace(case, linked=linked)
    copies = tuple(copy for copy in last.copies if copy.customer != event.customer)
    return replace(case, linked=linked, words=(*case.words[:-1], replace(last, copies=copies)))


CHANGES: Mapping[type, Change] = {
    e.ManagementCalled: _management_called,
    e.ManagementPassed: _management_passed,
    e.ManagementTaken: _management_taken,
    e.HelperJoined: _helper_joined,
    e.CustomerLinked: _linked,
    e.CustomerUnlinked: _unlinked,
}
