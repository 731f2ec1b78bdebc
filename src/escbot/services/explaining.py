"""What the policy decides for some facts, as plain data: `policy explain` and `policy clocks`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from escbot.core.assess import assess
from escbot.core.calendars import add_open, add_open_with_pauses
from escbot.core.card import tier_title
from escbot.core.case import Case, Clock, Round
from escbot.core.clocks import due
from escbot.core.decision import Assessment, Choice
from escbot.core.durations import spell_duration
from escbot.core.facts import Facts
from escbot.core.policy import PLANNING, Policy
from escbot.core.roster import Floor, Roster, with_customer
from escbot.core.route import choose
from escbot.words.reasons import phrase
from escbot.words.voice import Voice, plain_voice


@dataclass(frozen=True, slots=True)
class Explained:
    """A decision: the answer for programs, and what only people read besides.

    `stays` says that the tier is the opener's own, so that the case stays with them.
    """

    answer: Mapping[str, Any]
    because: str  # the reason of the severity
    tier: str
    stays: bool
    lead_calls: bool


def explain(policy: Policy, roster: Roster | None, facts: Facts, at: datetime) -> Explained:
    """Return the whole decision. Stateless: nobody carries anything, nobody is away."""
    if roster is not None and facts.customer:
        facts = with_customer(facts, roster.customer(facts.customer))
    voice = plain_voice(roster)
    found = assess(policy, facts)
    severity = policy.severity(found.severity)
    # The limit is the policy's; a customer's own deadline only pulls the warnings forward.
    respond_by = due(Clock(severity.respond, severity.calendar, since=at), policy)
    choice = _choice(policy, roster, facts, found, at)
    answer = {
        "severity": found.severity,
        "tier": found.tier,
        "management": bool(found.management),
        "criteria": [
            {"id": met.id, "to": met.to, "because": phrase(met.because, voice)}
            for met in found.criteria
        ],
        "respond_within": spell_duration(severity.respond),
        "respond_by": _iso(respond_by, at),
        "assignee": _assignee(choice, voice),
        "considered": [
            {
                "id": person.id,
                "verdict": person.verdict,
                "because": [phrase(because, voice) for because in person.because],
            }
            for person in (choice.considered if choice else ())
        ],
        "overflow": [phrase(step, voice) for step in (choice.overflow if choice else ())],
    }
    return Explained(
        answer,
        phrase(found.severity_because, voice),
        "planning queue" if found.tier == PLANNING else tier_title(policy, found.tier),
        found.stays,
        found.lead_calls,
    )


def _choice(
    policy: Policy, roster: Roster | None, facts: Facts, found: Assessment, at: datetime
) -> Choice | None:
    if roster is None or not roster.people or found.tier == PLANNING:
        return None
    return choose(
        policy,
        roster,
        Floor(),
        severity=found.severity,
        tier=found.tier,
        area=facts.area,
        customer=facts.customer or "",
        novel=facts.novel,
        passed=(),
        now=at,
    )


def _assignee(choice: Choice | None, voice: Voice) -> dict[str, Any] | None:
    if choice is None or choice.person is None:
        return None
    return {
        "id": choice.person,
        "name": voice.person(choice.person),
        "because": [phrase(because, voice) for because in choice.because],
    }


def clocks(
    policy: Policy,
    severity_id: str,
    at: datetime,
    pauses: Sequence[tuple[datetime, datetime]] = (),
) -> dict[str, Any]:
    """Return every limit of a severity counted from `at`, in its calendar.

    A pause is a wait on the customer: it moves `respond_by` and its warnings. Raises KeyError.
    """
    severity = policy.severity(severity_id)
    calendar = policy.calendars[severity.calendar]
    shares = sorted({warn.share for warn in severity.warnings if warn.share < 1})

    def after(amount: timedelta) -> str | None:
        return _iso(add_open_with_pauses(calendar, at, amount, pauses), at)

    return {
        "calendar": severity.calendar,
        "respond_by": after(severity.respond),
        "warn_at": [after(severity.respond * share) for share in shares],
        "tier_limits": {
            str(tier): _iso(add_open(calendar, at, limit), at)
            for tier, limit in sorted(severity.limits.items())
        },
        "update_by": _iso(add_open(calendar, at, severity.update), at),
    }


def why(case: Case, voice: Voice) -> dict[str, Any]:
    """Return every decision of a case as it was made: round by round, from the record."""
    return {
        "id": case.id,
        "customer": case.customer,
        "severity": case.severity,
        "tier": case.tier,
        "policy": case.policy,
        "rounds": [_round(round_, voice) for round_ in case.rounds],
    }


def _round(round_: Round, voice: Voice) -> dict[str, Any]:
    found, choice = round_.assessment, round_.choice
    return {
        "round": round_.number,
        "tier": round_.tier,
        "at": round_.opened_at.isoformat(),
        "why": round_.why,
        "severity": found.severity if found else None,
        "severity_because": phrase(found.severity_because, voice) if found else None,
        "criteria": [
            {"id": met.id, "to": met.to, "because": phrase(met.because, voice)}
            for met in (found.criteria if found else ())
        ],
        "considered": [
            {
                "id": person.id,
                "name": person.name,
                "verdict": person.verdict,
                "because": [phrase(because, voice) for because in person.because],
            }
            for person in (choice.considered if choice else ())
        ],
        "overflow": [phrase(step, voice) for step in (choice.overflow if choice else ())],
    }


def _iso(moment: datetime | None, like: datetime) -> str | None:
    """Return a moment in the offset that was asked with."""
    return None if moment is None else moment.astimezone(like.tzinfo).isoformat()
