"""The policy's linter: what is wrong, or will be, although the files can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from escbot.core.calendars import NeverOpen, add_open
from escbot.core.coverage import gaps, unskilled
from escbot.core.policy import PLANNING, Policy, Severity
from escbot.core.proofs import prove
from escbot.core.roster import Roster
from escbot.services.templates import TemplateError, compose
from escbot.words import findings as words

WORKING = ("other_skills", "next_tier")  # these solve it; leads and managers only keep it
SHOWN = 5  # uncovered combinations that are spelled out
MESSAGES = ("acknowledgement", "timeline", "progress", "resolution")


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about a policy or a roster.

    A `problem` loses or delays cases; a `note` is a thing to know, like a gap that another tier's
    specialists fill.
    """

    level: Literal["problem", "note"]
    about: Literal["rules", "limits", "templates", "people", "coverage"]
    text: str


def lint(policy: Policy, roster: Roster, now: datetime) -> tuple[Finding, ...]:
    """Return what was found, problems first. Without people the roster is not looked at."""
    found = [*_rules(policy), *_limits(policy, now), *_templates(policy)]
    if roster.people:
        found += [*_people(policy, roster), *_coverage(policy, roster, now)]
    return tuple(sorted(found, key=lambda finding: finding.level != "problem"))


def _rules(policy: Policy) -> Iterator[Finding]:
    proof = prove(policy)
    for facts in proof.uncovered[:SHOWN]:
        yield Finding("problem", "rules", words.uncovered(facts, policy.severities[-1].id))
    rest = len(proof.uncovered) - SHOWN
    if rest > 0:
        yield Finding("problem", "rules", words.more_uncovered(rest))
    for severity, number in proof.unreachable:
        yield Finding("problem", "rules", words.unreachable(severity, number))
    if not proof.whole:
        yield Finding("note", "rules", words.NOT_PROVEN)
    for criterion in policy.criteria:
        if isinstance(criterion.to, int) and criterion.to == 1:
            yield Finding("problem", "rules", words.asks_nothing(criterion.id))


def _limits(policy: Policy, now: datetime) -> Iterator[Finding]:
    for severity in policy.severities:
        if severity.answer is not None and severity.answer > severity.respond:
            yield Finding("problem", "limits", words.answer_too_long(severity))
        if severity.points > policy.routing.capacity:
            yield Finding("problem", "limits", words.too_heavy(severity, policy.routing.capacity))
        if not any(warn.share >= 1 for warn in severity.warnings):
            yield Finding("problem", "limits", words.silent_breach(severity))
        yield from _openings(policy, severity, now)
        for tier in policy.tiers[:-1]:
            if severity.start != PLANNING and tier.number not in severity.limits:
                yield Finding("note", "limits", words.no_limit(severity, tier.number))
    for worse, milder in zip(policy.severities, policy.severities[1:], strict=False):
        if worse.calendar == milder.calendar and worse.respond > milder.respond:
            yield Finding("problem", "limits", words.slower_than_milder(worse, milder))


def _openings(policy: Policy, severity: Severity, now: datetime) -> Iterator[Finding]:
    limits = (severity.respond, severity.answer, severity.update, severity.pause, severity.close)
    longest = max(limit for limit in (*limits, *severity.limits.values()) if limit is not None)
    try:
        add_open(policy.calendars[severity.calendar], now, longest)
    except NeverOpen:
        yield Finding("problem", "limits", words.never_open(severity))


def _templates(policy: Policy) -> Iterator[Finding]:
    languages = sorted({template.language for template in policy.templates} | {"en"})
    for severity in policy.severities:
        for message in MESSAGES:
            for language in languages:
                try:
                    compose(policy, message, severity.id, language, words.SAMPLE)
                except TemplateError as error:
                    text = words.template_fails(message, severity.id, language, str(error))
                    yield Finding("problem", "templates", text)


def _people(policy: Policy, roster: Roster) -> Iterator[Finding]:
    roles = {role for person in roster.people for role in person.roles}
    plans = any(severity.start == PLANNING for severity in policy.severities)
    needed = {"planner": plans, "manager": True}
    for role, is_needed in needed.items():
        if is_needed and role not in roles:
            yield Finding("problem", "people", words.nobody_is(role))
    if "admin" not in roles:
        yield Finding("note", "people", words.nobody_is("admin"))
    for tier in policy.tiers:
        if not any(tier.number in p.tiers and "lead" in p.roles for p in roster.people):
            yield Finding("note", "people", words.no_lead(tier.number))
    lacking: dict[int, list[str]] = {}
    for number, area in unskilled(policy, roster):
        lacking.setdefault(number, []).append(area)
    for number, areas in lacking.items():
        yield Finding("note", "people", words.no_skill(number, areas))
    for person in roster.people:
        if person.skills and not person.tiers:
            yield Finding("note", "people", words.skilled_without_tier(person.name))


def _coverage(policy: Policy, roster: Roster, now: datetime) -> Iterator[Finding]:
    said = set(unskilled(policy, roster))
    found = [
        gap
        for gap in gaps(policy, roster, now)
        # Where nobody has the skill at any hour, once is enough.
        if not (
            gap.caught_by and gap.caught_by[0] == "other_skills" and (gap.tier, gap.area) in said
        )
    ]
    for caught, text in words.coverage(found, policy, roster):
        yield Finding("note" if caught in WORKING else "problem", "coverage", text)
