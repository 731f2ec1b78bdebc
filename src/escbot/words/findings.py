"""What the linter says: one sentence each, with what to do where that isn't plain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from escbot.core.coverage import Gap
from escbot.core.durations import format_duration
from escbot.core.policy import Policy, Severity
from escbot.core.reasons import Value
from escbot.core.roster import Roster
from escbot.words.reasons import FACTS
from escbot.words.voice import counted, listed

NOT_PROVEN = "The rules read too many facts to try every combination; what was tried is covered."
SAMPLE: Mapping[str, Value] = {
    "id": "ESC-1",
    "customer": "Acme",
    "summary": "Nobody can pay",
    "severity": "System down",
    "owner": "Priya",
    "update_within": "30 min",
    "resolution": "The certificate was renewed.",
}
_STEPS = {
    "other_skills": "other skills of the tier",
    "next_tier": "the next tier",
    "on_call_lead": "the lead on call",
    "duty_manager": "the duty manager",
}


def uncovered(facts: Mapping[str, object], mildest: str) -> str:
    """Say which combination no severity takes."""
    said = [
        FACTS.get((fact, value if isinstance(value, bool) else str(value)), f"{fact} is {value}")
        for fact, value in facts.items()
        if value is not None and not (value is False and (fact, False) not in FACTS)
    ]
    return f"No severity has a rule for this, so it becomes {mildest}: {listed(said)}."


def more_uncovered(count: int) -> str:
    """Say how many more combinations there are."""
    return f"{count} more combinations of facts have no severity."


def unreachable(severity: str, number: int) -> str:
    """Say that a rule never decides."""
    return (
        f"Rule {number} of {severity} is never reached: earlier rules take all it would. "
        "Move it up or remove it."
    )


def asks_nothing(criterion: str) -> str:
    """Say that a criterion changes nothing."""
    return f"The criterion {criterion} asks for tier 1, where every case is already. Ask for more."


def answer_too_long(severity: Severity) -> str:
    """Say that an offer is passed on too late."""
    answer = format_duration(severity.answer) if severity.answer else ""
    return (
        f"{severity.id}: an offer is passed on after {answer}, later than it must be taken "
        f"({format_duration(severity.respond)}). Make `answer` shorter than `respond`."
    )


def too_heavy(severity: Severity, capacity: int) -> str:
    """Say that nobody can carry a case."""
    return (
        f"{severity.id} takes {counted(severity.points, 'point')}, but people carry {capacity}. "
        "Lower `points` or raise `capacity`."
    )


def silent_breach(severity: Severity) -> str:
    """Say that a breach is told to nobody."""
    return f'{severity.id}: nobody hears of a breach. Add a warning at "100%".'


def no_limit(severity: Severity, tier: int) -> str:
    """Say that a case may stay in a tier for ever."""
    return f"{severity.id} may stay in tier {tier} without limit."


def slower_than_milder(worse: Severity, milder: Severity) -> str:
    """Say that the limits are in the wrong order."""
    return (
        f"{worse.id} must be taken within {format_duration(worse.respond)}, slower than "
        f"{milder.id} ({format_duration(milder.respond)}). Swap them or change one."
    )


def never_open(severity: Severity) -> str:
    """Say that a clock never ends."""
    return (
        f"The calendar {severity.calendar} never opens long enough for {severity.id}. "
        "Give it hours."
    )


def template_fails(name: str, severity: str, language: str, why: str) -> str:
    """Say that a customer's text can't be made."""
    return f"The {name} for {severity} ({language}) can't be written: {why}."


def nobody_is(role: str) -> str:
    """Say that a role is empty."""
    return f"Nobody in the roster is {role}. Give somebody the role."


def no_lead(tier: int) -> str:
    """Say that a tier has no lead."""
    return f"Tier {tier} has no lead; its warnings go to the manager."


def no_skill(tier: int, areas: list[str]) -> str:
    """Say which areas have no skilled person in a tier."""
    return f"Nobody of tier {tier} has a skill in {listed(areas)}."


def skilled_without_tier(name: str) -> str:
    """Say that somebody will never be asked."""
    return f"{name} has skills but no tier, and is never asked."


_Fate = tuple[str, str] | None


def coverage(
    gaps: Iterable[Gap], policy: Policy, roster: Roster
) -> Iterator[tuple[str | None, str]]:
    """Yield (step that catches it, sentence), what has the same hours and the same fate once.

    "Sat 02:00–06:00 Europe/Berlin: nobody for P1 payments in tier 3; falls to the duty manager".
    """
    zone = _zone(roster)
    holes: dict[tuple[int, str, str, _Fate], list[Gap]] = {}
    for gap in gaps:
        holes.setdefault((gap.tier, gap.severity, gap.area, gap.caught_by), []).append(gap)
    same: dict[tuple[str, _Fate], list[tuple[int, str, str]]] = {}
    for (tier, severity, area, fate), found in holes.items():
        same.setdefault((_hours(found, zone), fate), []).append((tier, severity, area))
    for (hours, fate), places in same.items():
        for what in _places(places, [area.id for area in policy.areas]):
            yield fate and fate[0], f"{hours} {zone.key}: nobody {what}; {_fate(fate, roster)}."


def _places(places: list[tuple[int, str, str]], every: list[str]) -> Iterator[str]:
    """Yield "for P1 and P2 payments in tier 3" with what has the same areas together."""
    areas: dict[tuple[int, str], list[str]] = {}
    for tier, severity, area in places:
        areas.setdefault((tier, severity), []).append(area)
    together: dict[tuple[int, tuple[str, ...]], list[str]] = {}
    for (tier, severity), of in areas.items():
        together.setdefault((tier, tuple(of)), []).append(severity)
    for (tier, of_all), severities in together.items():
        named = "of any area" if len(of_all) == len(every) > 1 else listed(of_all)
        yield f"for {listed(severities)} {named} in tier {tier}"


def _fate(fate: _Fate, roster: Roster) -> str:
    if fate is None:
        return "the case waits unassigned"
    person = roster.person(fate[1])
    return f"falls to {_STEPS.get(fate[0], fate[0])} ({person.name if person else fate[1]})"


def _hours(gaps: list[Gap], zone: ZoneInfo) -> str:
    whole = [gap for gap in gaps if not gap.cut] or gaps
    spans: dict[str, None] = {}
    for gap in sorted(whole, key=lambda gap: (gap.start.astimezone(zone).weekday(), gap.start)):
        spans.setdefault(_span(gap, zone))
    return ", ".join(spans)


def _zone(roster: Roster) -> ZoneInfo:
    zones = Counter(person.timezone for person in roster.people)
    return ZoneInfo(zones.most_common(1)[0][0] if zones else "UTC")


def _span(gap: Gap, zone: ZoneInfo) -> str:
    start, end = gap.start.astimezone(zone), gap.end.astimezone(zone)
    if gap.end - gap.start > timedelta(days=27):
        return "At all hours"
    if start.date() == (end - timedelta(microseconds=1)).date():
        return f"{start:%a %H:%M}–{end:%H:%M}"
    return f"{start:%a %H:%M} – {end:%a %H:%M}"
