"""The monthly review in sentences that a manager would forward."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from escbot.core.findings import Advice, Chance, Change, Gap, Named, Review
from escbot.words.voice import capital, counted, listed

DECIDE = "Three decisions to take"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
# name of a change -> what it is called, what its sentence is about
CHANGED: Mapping[str, str] = {
    "cases": "Escalations",
    "taken": "Median time until somebody takes a case (open hours)",
    "told": "Median time until the customer first hears from us (open hours)",
    "resolved": "Median time to resolve (open hours)",
    "kept.respond": "Cases taken within the promised time",
    "kept.tier": "Cases that left their tier within its limit",
    "kept.update": "Cases whose customer always heard from us in time",
    "raised": "Cases that went up another tier",
    "reopened": "Cases opened again",
    "declined": "Offers declined or left unanswered",
    "complete": "Handoffs with everything that the next person needs",
    "satisfied": "Satisfied customers among those who answered",
}
# How the headline and a decision call them, where the long names would be too much.
SHORT: Mapping[str, str] = {
    "taken": "time until somebody takes a case",
    "told": "time until the customer hears from us",
    "resolved": "time to resolve",
    "kept.respond": "cases taken in time",
    "kept.tier": "cases that left their tier in time",
    "kept.update": "customers told in time",
    "raised": "cases that went up another tier",
    "reopened": "cases opened again",
    "declined": "offers declined or unanswered",
    "complete": "complete handoffs",
    "satisfied": "satisfied customers",
}
ENOUGH_FOR_LIMITS = 30  # cases of both months
SHOWN_LATE = 5  # overdue follow-ups, alike ones together
TEST = (
    "“More than noise” means that a difference like this would come by chance less than once in a "
    "hundred times: Fisher's exact test for shares, Mann–Whitney for times, an exact binomial test "
    "for counts. With fewer than 10 cases on either side (8 for times) nothing is claimed."
)


@dataclass(frozen=True, slots=True)
class Names:
    """How areas, root causes and cases are called."""

    area: Callable[[str], str]
    cause: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Idea:
    """Something to decide: a short id, the sentence, and how much hangs on it."""

    id: str
    text: str
    weight: float


def month_name(month: str) -> str:
    """Return "October 2026" for "2026-10"."""
    year, _, number = month.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def title(name: str, month: str) -> str:
    """Return the headline."""
    return f"{name} in {month_name(month)}"


def hours(value: float | None) -> str:
    """Return hours as people say them."""
    if value is None:
        return "–"
    if value < 1:
        return f"{value * 60:.0f} min"
    return f"{value:.1f} h" if value < 48 else f"{value / 24:,.1f} days"


def figure(change: Change, value: float | None) -> str:
    """Return one side of a change."""
    if value is None:
        return "–"
    if change.unit == "share":
        return f"{value:.0%}"
    return hours(value) if change.unit == "hours" else f"{value:,.0f}"


def cases(number: int) -> str:
    """Return "1 case" or "3 cases"."""
    return counted(number, "case")


def headline(r: Review) -> str:
    """Return the month in one or two sentences."""
    if not r.cases:
        return "Nothing was escalated this month."
    better, worse = (
        [SHORT[one.name] for one in r.changes if one.verdict == verdict and one.name in SHORT]
        for verdict in ("better", "worse")
    )
    text = f"{counted(r.cases, 'escalation')} ({r.cases_before:,} the month before)"
    text += f", {r.resolved:,} resolved"
    text += f", {r.late:,} past a limit." if r.late else ", none past a limit."
    if worse:
        text += f" Worse: {_named(worse)}."
    if better:
        text += f" Better: {_named(better)}."
    if not better and not worse and r.cases_before:
        text += " Nothing else changed by more than noise."
    return text


def _named(names: list[str]) -> str:
    more = len(names) - 3
    return listed([*names[:3], f"{more} more"]) if more > 1 else listed(names)


def happened(r: Review, names: Names) -> Iterator[str]:
    """Yield what happened."""
    if not r.cases:
        yield "No case was opened."
        return
    parts = [f"{count} {severity}" for severity, count in sorted(r.by_severity.items())]
    yield f"{cases(r.cases)}: {listed(parts)}."
    areas = [f"{names.area(area)} ({count})" for area, count in list(r.by_area.items())[:3]]
    yield f"Most came from {listed(areas)}."
    if r.causes:
        causes = [f"{names.cause(cause)} ({count})" for cause, count in list(r.causes.items())[:3]]
        yield f"Most frequent root causes: {listed(causes)}."
    for one in r.worst[:3]:
        yield named(one, names)
    if r.rated and r.satisfied is not None:
        who = counted(r.rated, "customer")
        yield f"{r.satisfied:.0%} of the {who} who answered were satisfied."
    if r.contacts and r.escalation_rate is not None:
        contacts = counted(r.contacts, "counted contact")
        yield f"{r.escalation_rate:.1%} of {contacts} were escalated."
    if r.small:
        yield "Few cases: read them rather than the figures."


def named(one: Named, names: Names) -> str:
    """Return a case to know by name."""
    end = f"resolved after {hours(one.hours)}" if one.hours is not None else "not resolved yet"
    late = ", past a limit" if one.late else ""
    return f"{one.id} · {one.severity} · {one.customer} · {names.area(one.area)}: {end}{late}."


def changed(one: Change) -> str:
    """Return a change in one sentence, with whether it is more than noise."""
    was, now = figure(one, one.before), figure(one, one.now)
    line = f"{CHANGED[one.name]}: {now} (was {was})"
    if one.verdict == "few":
        return f"{line}; too few to say more."
    if one.verdict == "noise":
        return f"{line}; no more than noise."
    chance = "under 0.1%" if (one.p or 0) < 0.001 else f"{one.p or 0:.1%}"
    word = "better" if one.verdict == "better" else "worse"
    if one.name == "cases":
        word = "fewer" if one.verdict == "better" else "more"
    return f"{line}: {word}, more than noise (by chance: {chance})."


def what_changed(r: Review) -> Iterator[str]:
    """Yield what got worse, what got better, and in one sentence the rest."""
    if not r.cases_before:
        yield "There is no month before to compare with."
        return
    for verdict in ("worse", "better"):
        yield from (changed(one) for one in r.changes if one.verdict == verdict)
    noise = sum(one.verdict == "noise" for one in r.changes)
    few = sum(one.verdict == "few" for one in r.changes)
    if noise:
        yield f"{_others(noise)} changed by no more than noise."
    if few:
        yield f"{_others(few)} rest on too few cases to say."


def _others(number: int) -> str:
    """Return "Three figures"."""
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
    word = words[number] if number < len(words) else str(number)
    return f"{word} figure" if number == 1 else f"{word} figures"


def gap(one: Gap, names: Names) -> str:
    """Return a skill gap with what shows it."""
    return f"{names.area(one.area)} in tier {one.tier} ({cases(one.cases)}): {shown_by(one)}."


def times(number: int) -> str:
    """Return "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def shown_by(one: Gap) -> str:
    """Return what shows a skill gap."""
    facts = []
    if "declined" in one.why:
        facts.append(f"declined {times(one.not_my_area)} as “not my area”")
    if "silent" in one.why:
        offers = counted(one.offers, "offer")
        facts.append(f"{one.declined} of {offers} declined or unanswered")
    if "alone" in one.why:
        who = "nobody there has" if one.skilled == 0 else "only one person there has"
        facts.append(f"{who} skill 2 or more in it")
    if "slow" in one.why:
        facts.append(f"{hours(one.hours)} in the tier, {hours(one.usual_hours)} in other areas")
    return listed(facts)


def chance(one: Chance, names: Names) -> str:
    """Return work that repeats."""
    return (
        f"{names.cause(one.root_cause)} in {names.area(one.area)}: {cases(one.cases)}, "
        f"{hours(one.hours)} each where others take {hours(one.usual_hours)}."
    )


def limits(r: Review) -> list[str]:
    """Return the advice about limits, or that they were looked at and none stands out."""
    if r.advice:
        return [advised(one) for one in r.advice]
    if r.cases + r.cases_before < ENOUGH_FOR_LIMITS:
        return []
    return ["Other limits and warnings were tried on both months: none would have helped enough."]


def advised(one: Advice) -> str:
    """Return advice about a limit."""
    if one.what == "ready":
        return one.text
    limit, proposed = hours(one.limit), hours(one.proposed)
    if one.what == "tighten":
        return (
            f"{one.severity}: nine in ten of {cases(one.cases)} were taken within {proposed} of "
            f"open time; the limit is {limit}. {one.kept_then:.0%} would have kept {proposed}."
        )
    return (
        f"{one.severity}: only {one.kept:.0%} of {cases(one.cases)} were taken within {limit}. "
        f"Either more people, or a promise of {proposed} ({one.kept_then:.0%} would have kept it)."
    )


def tasks(r: Review) -> Iterator[str]:
    """Yield how the follow-ups stand."""
    t = r.tasks
    if not (t.done or t.dropped or t.open):
        yield "Nothing was to be followed up."
        return
    dropped = f", {t.dropped} found not needed" if t.dropped else ""
    overdue = f", {t.overdue or 'none'} of them overdue" if t.open else ""
    yield f"{t.done} done{dropped}; {t.open} open{overdue}."
    alike: dict[str, list[tuple[int | None, int]]] = {}
    for text, case, days in t.late:
        alike.setdefault(text, []).append((case, days))
    for text, late in list(alike.items())[:SHOWN_LATE]:
        yield f"Overdue: {text} ({_late(late)})"
    if len(alike) > SHOWN_LATE:
        more = counted(len(alike) - SHOWN_LATE, "more is", "more are")
        yield f"{more} overdue; `escbot followups` lists all."


def _late(late: Sequence[tuple[int | None, int]]) -> str:
    """Return where overdue follow-ups of the same text come from; the oldest stands first."""
    sources = [f"ESC-{case}" for case, _ in late if case]
    if len(sources) > 3:
        sources = [*sources[:2], f"{len(sources) - 2} more"]
    oldest = counted(late[0][1], "day")
    days = oldest if len(late) == 1 else f"the oldest {oldest}"
    return f"{listed(sources)}; {days}" if sources else days


def practice(record: Mapping[str, Any]) -> list[str]:
    """Return how the drills of a month went; `record` is what `insights.drills.record` makes."""
    count = record["drills"]
    if not count:
        return []
    share = record["share"]
    drills = counted(count, "drill was", "drills were")
    lines = [f"{drills} played" + (f"; {share:.0%} on average." if share is not None else ".")]
    weak = [
        f"tier {tier} at {one['weakest']}"
        for tier, one in record["tiers"].items()
        if one["weakest"]
    ]
    if weak:
        lines.append(f"Weakest step: {listed(weak)}.")
    return lines


def day(on: date) -> str:
    """Return a day as people write it."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def ideas(r: Review, names: Names) -> list[Idea]:
    """Return what could be decided, the weightiest first; each is taken from a finding."""
    found = [*_from_gaps(r, names), *_from_chances(r, names), *_from_changes(r, names)]
    found += [
        Idea(f"limit-{place}", f"Look at a limit. {advised(one)}", 3.0 + one.cases / 50)
        for place, one in enumerate(r.advice)
    ]
    if r.tasks.overdue:
        text = f"Close or drop the {r.tasks.overdue} overdue follow-ups, each with a name and a day"
        found.append(Idea("overdue", f"{text}.", 2.0 + min(r.tasks.overdue, 10) / 4))
    found = sorted(found, key=lambda one: -one.weight)
    return [*found, *_always(r, names)]


def _from_gaps(r: Review, names: Names) -> Iterator[Idea]:
    for place, one in enumerate(r.gaps):
        area = names.area(one.area)
        text = f"Teach {area} to one more person of tier {one.tier}"
        if one.not_my_area:
            text = f"Teach {area} in tier {one.tier}, or take it out of the roster's skills there"
        text = f"{text} ({cases(one.cases)}): {shown_by(one)}."
        yield Idea(f"gap-{place}", text, 4.0 + one.not_my_area * 2)


def _from_chances(r: Review, names: Names) -> Iterator[Idea]:
    for place, one in enumerate(r.chances):
        text = (
            f"Write a runbook for {names.area(one.area)}, or automate it: "
            f"{names.cause(one.root_cause)} came {times(one.cases)}, {hours(one.hours)} each."
        )
        yield Idea(f"chance-{place}", text, 3.5 + one.cases / 4)


def _from_changes(r: Review, names: Names) -> Iterator[Idea]:
    """Yield one decision about everything that got worse: it mostly has one reason."""
    worse = [one for one in r.changes if one.verdict == "worse" and one.name in SHORT]
    if not worse:
        return
    said = [f"{SHORT[o.name]} {figure(o, o.before)} → {figure(o, o.now)}" for o in worse[:3]]
    more = f" and {len(worse) - 3} more" if len(worse) > 3 else ""
    text = f"Name somebody who finds out why the month got worse: {', '.join(said)}{more}."
    yield Idea("worse", text, 5.0 + 2 * len(worse))


def _always(r: Review, names: Names) -> Iterator[Idea]:
    """Yield what is worth deciding in any month, for months that show little else."""
    if r.causes:
        cause, count = next(iter(r.causes.items()))
        text = f"Take one of the {cases(count)} with the cause {names.cause(cause)} and ask what"
        yield Idea("cause", f"{text} would have prevented it.", 0.0)
    if r.resolved and r.rated < r.resolved / 10:
        text = f"Ask more customers how it went: {r.rated} of {r.resolved} gave a score"
        yield Idea("ask", f"{text} (`/escalate csat ESC-7 4`, or a shared channel).", 0.0)
    if not r.contacts and r.cases:
        text = (
            "Count contacts (`/escalate contacts 412`), so that next month says how many escalate"
        )
        yield Idea("count", f"{text}.", 0.0)
    if r.cases:
        text = "Keep everything as it is, and read the three longest cases together."
        yield Idea("read", text, -1.0)


def without_review(missed: Sequence[str], team: str) -> list[str]:
    """Say which earlier months had cases and no review, and how to see them."""
    if not missed:
        return []
    months = listed([month_name(month) for month in sorted(missed)])
    command = f"`escbot review --team {team} --month {min(missed)}`"
    shows = "shows it" if len(missed) == 1 else "shows the first of them"
    return [f"{months} had cases, but no review was posted: {command} {shows}."]


def parts(r: Review, names: Names, missed: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """Return every part of the review that has something to say; `missed` are earlier months."""
    every = [
        ("What happened", list(happened(r, names))),
        ("What changed", list(what_changed(r))),
        ("Where skills are missing", [gap(one, names) for one in r.gaps]),
        ("What repeats and could be automated", [chance(one, names) for one in r.chances]),
        ("Limits", limits(r)),
        ("Follow-ups", list(tasks(r))),
        ("Practice", list(r.practice)),
        ("Months without a review", without_review(missed, r.team)),
    ]
    return [(name, [capital(line) for line in lines]) for name, lines in every if lines]
