"""The score of a drill: how each of the five steps went, by whom, and what would be better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from escbot.core.assess import assess
from escbot.core.case import Case, Round
from escbot.core.decision import Assessment
from escbot.core.drill.script import Mark, Practice
from escbot.core.facts import Facts
from escbot.core.handoff import Lacks, lacks
from escbot.core.policy import PLANNING, Policy
from escbot.core.reasons import Because
from escbot.core.roster import Roster
from escbot.core.steps import teller

LATER = 0.5  # what something is worth that was added after the handoff
SOFT = ("discretion", "time_limit")  # criteria that no story can ask for


def grade(case: Case, policy: Policy, roster: Roster, now: datetime) -> tuple[Mark, ...]:
    """Grade a drill. `policy` and `roster` are the drill's own; `now` is when it ends."""
    practice = case.practice
    if practice is None or not case.rounds:
        return ()
    return (
        _document(case, policy, practice),
        _assess(case, policy, practice),
        _route(case, roster),
        _brief(case, policy),
        _update(case, policy, now),
    )


def _tier_of(case: Case) -> str:
    return str(case.facts.from_tier)


def _document(case: Case, policy: Policy, practice: Practice) -> Mark:
    """The record at the handoff; what came later counts half."""
    first = "\n".join(filter(None, (case.summary, case.tried, case.ticket))).casefold()
    later = "\n".join(note.text for note in case.notes if note.kind != "asked").casefold()
    parts: list[float] = []
    better: list[Because] = []

    def count(first_time: bool, afterwards: bool, because: Because) -> None:
        parts.append(1.0 if first_time else LATER if afterwards else 0.0)
        if not first_time:
            better.append(because)

    same = case.customer.casefold() == practice.customer.casefold()
    count(same, False, Because("drill_customer", {"customer": practice.customer}))
    if "tried" in policy.handoff.required:
        added = any(note.kind == "tried" for note in case.notes)
        count(bool(case.tried), added, Because("drill_field", {"field": "tried"}))
    for name, words in practice.mentions.items():
        because = Because("drill_mention", {"name": name})
        count(_holds(first, words), _holds(later, words), because)
    return Mark("document", _mean(parts), (case.requester,), _tier_of(case), tuple(better))


def _holds(text: str, words: tuple[str, ...]) -> bool:
    return any(word.casefold() in text for word in words)


def _mean(parts: list[float]) -> float:
    return sum(parts) / len(parts) if parts else 1.0


def _assess(case: Case, policy: Policy, practice: Practice) -> Mark:
    """What the form said against what the call said; a later change counts half."""
    truth = replace(practice.facts, from_tier=case.facts.from_tier)
    should, did = assess(policy, truth), case.rounds[0].assessment or case.assessment
    parts: list[float] = []
    better: list[Because] = []
    if did is not None:
        right = did.severity == should.severity
        parts.append(1.0 if right else LATER if case.severity == should.severity else 0.0)
        if not right:
            values = {**should.severity_because.values, "was": did.severity}
            better.append(Because("drill_severity", values))
        wanted, found = _told(should), _told(did)
        parts.append(len(wanted & found) / len(wanted | found) if wanted | found else 1.0)
        better += [Because("drill_criterion", {"name": name}) for name in sorted(wanted - found)]
        better += [Because("drill_no_criterion", {"name": name}) for name in sorted(found - wanted)]
    if truth.area is not None and truth.area in {area.id for area in policy.areas}:
        parts.append(float(case.facts.area == truth.area))
        if case.facts.area != truth.area:
            better.append(Because("drill_area", {"area": truth.area}))
    for says, fact in _news(case, practice):
        parts.append(float(bool(getattr(case.facts, fact))))
        if not getattr(case.facts, fact):
            better.append(Because("drill_news", {"fact": fact, "says": says}))
    return Mark("assess", _mean(parts), (case.requester,), _tier_of(case), tuple(better))


def _told(found: Assessment) -> set[str]:
    """Return the criteria that follow from the call, not from what the player makes of it."""
    return {
        met.id
        for met in found.criteria
        if met.id not in SOFT and "diagnosis" not in met.because.values
    }


def _news(case: Case, practice: Practice) -> Iterator[tuple[str, str]]:
    """Yield what the customer said during the drill that belongs into the case."""
    known = {name for name in Facts.__slots__ if getattr(practice.facts, name) is True}
    for number in case.lines_said:
        line = practice.lines[number]
        yield from ((line.says, fact) for fact in line.also if fact not in known)


def _route(case: Case, roster: Roster) -> Mark:
    """Whether it reached the specialist whom the rules name, without detours."""
    rounds = [one for one in case.rounds if one.tier != PLANNING]
    if not rounds:
        return Mark("route", None, (), str(case.tier))
    last = rounds[-1]
    tier = str(last.tier)
    if last.taken_by is None:
        asked = tuple(dict.fromkeys(person for one in rounds for person in one.asked))
        because = Because("drill_nobody", {"person": asked[-1] if asked else None})
        return Mark("route", 0.0, asked or (case.requester,), tier, (because,))
    faults: list[Because] = []
    share = 1.0
    for one in rounds:
        for person in one.asked:
            if person != one.taken_by and _let_pass(rounds, one, person):
                share -= 0.5
                faults.append(Because("drill_no_answer", {"person": person}))
        by = _picked_wrongly(case, one, roster)
        if by is not None:
            share = 0.0
            faults.append(by)
    people = [str(fault.values.get("by") or fault.values["person"]) for fault in faults]
    concerned = tuple(dict.fromkeys(people)) or (last.taken_by,)
    return Mark("route", max(share, 0.0), concerned, tier, tuple(faults))


def _let_pass(rounds: list[Round], one: Round, person: str) -> bool:
    """Tell whether somebody who was asked gave no sign: no word, no `Decline`."""
    if person != one.asked[-1]:
        return True
    after = next((later for later in rounds if later.number == one.number + 1), None)
    return after is not None and after.why in ("respond_breached", "tier_breached")


def _picked_wrongly(case: Case, one: Round, roster: Roster) -> Because | None:
    """Return the fault where somebody was picked by name who knows less than another player."""
    choice, area = one.choice, case.facts.area
    asked_for = choice.because[0] if choice and choice.because else None
    if choice is None or choice.person is None or asked_for is None or area is None:
        return None
    if asked_for.code != "asked_for":
        return None
    skills = {
        person.id: person.skills.get(area, 0)
        for person in roster.people
        if one.tier in person.tiers
    }
    picked = roster.person(choice.person)
    level = picked.skills.get(area, 0) if picked else 0
    best = max(skills, key=lambda id_: (skills[id_], id_), default=None)
    if best is None or skills[best] <= level:
        return None
    values = {"person": choice.person, "best": best, "area": area}
    return Because("drill_wrong_person", {**values, "by": asked_for.values.get("by")})


def _brief(case: Case, policy: Policy) -> Mark:
    """Whether what was handed over urgently was also spoken about, in time and in full."""
    needed = [one for one in case.rounds if one.brief_needed and one.taken_by]
    needed = [one for one in needed if one.taken_by != case.requester]
    if not needed:
        return Mark("brief", None, (), str(case.tier))
    within = policy.severity(case.severity).answer or policy.severity(case.severity).update
    parts: list[float] = []
    better: list[Because] = []
    for one in needed:
        share, because = _briefed(one, within, lacks(case, policy, one), policy)
        parts.append(share)
        better += because
    people = tuple(dict.fromkeys(one.taken_by for one in needed if one.taken_by))
    return Mark("brief", _mean(parts), people, str(needed[-1].tier), tuple(better))


def _briefed(
    one: Round, within: timedelta, lack: Lacks, policy: Policy
) -> tuple[float, list[Because]]:
    if one.briefed_at is None or one.taken_at is None:
        return 0.0, [Because("drill_no_brief", {"person": one.taken_by})]
    share, better = 1.0, []
    if one.briefed_at - one.taken_at > within:
        share -= 0.5
        better.append(Because("drill_late_brief", {"person": one.taken_by}))
    if lack.lines:
        share -= 0.5 * len(lack.lines) / len(policy.handoff.briefing)
        better.append(Because("drill_short_brief", {"person": one.taken_by}))
    if one.scores.get("complete") is False:
        share -= 0.5
        better.append(Because("drill_incomplete_brief", {"person": one.taken_by}))
    return max(share, 0.0), better


def _update(case: Case, policy: Policy, now: datetime) -> Mark:
    """Whether the customer never waited longer than they were promised, and heard the end."""
    told = [words for words in case.words if words.sent_at is not None]
    people = tuple(dict.fromkeys(words.sent_by for words in told if words.sent_by))
    people = people or (teller(case),)
    if not told:
        return Mark("update", 0.0, people, _tier_of(case), (Because("drill_never_told"),))
    limit = _longest_update(case, policy)
    end = case.ended_at or now
    moments = [case.opened_at, *(words.sent_at for words in told if words.sent_at), end]
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    gaps = [gap for gap in gaps if gap > timedelta(0)]
    late = sum(gap > limit for gap in gaps)
    parts = [0.0] * late + [1.0] * (len(gaps) - late)
    better = [Because("drill_late_update", {"times": late})] if late else []
    if case.resolution is not None:
        heard = any((words.sent_at or end) >= case.resolution.at for words in told)
        parts.append(float(heard))
        if not heard:
            better.append(Because("drill_no_resolution"))
    return Mark("update", _mean(parts), people, _tier_of(case), tuple(better))


def _longest_update(case: Case, policy: Policy) -> timedelta:
    """Return the most patient limit of the severities that the case had."""
    had = {case.severity, *(one.assessment.severity for one in case.rounds if one.assessment)}
    return max(policy.severity(severity).update for severity in had)
