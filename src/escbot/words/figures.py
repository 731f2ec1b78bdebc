"""What the figures of a report are called, and the report in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from escbot.words.review import cases, hours
from escbot.words.voice import counted

NAMES = {
    "taken": "to take it",
    "handed": "to hand it over whole",
    "told": "to the first word to the customer",
    "resolved": "to resolve",
}
# Keys of the report without `_share`, which are also names of lists of cases where they have one.
SHARES = {
    "raised": "went up a tier",
    "solved_low": "solved without going up",
    "moved_down": "went down a tier",
    "reopened": "opened again",
    "declined": "offers declined",
    "reassigned": "given to another person",
    "ping_pong": "came back to somebody",
    "complete": "handed over complete",
    "scored": "scored by the receiver",
    "false_escalations": "not needed, said the receiver",
}
# What the receiver of a handoff says, keys of the report's `scores`.
SCORES = {
    "needed": "needed, said the receiver",
    "complete": "complete, said the receiver",
    "in_time": "in time, said the receiver",
}
# Lists of cases that are named after no share and no clock.
LISTS = {
    "cases": "all cases",
    "resolved": "resolved",
    "late": "past a limit",
    "updates_missed": "an update to the customer was missed",
    "lowered": "severity lowered",
    "incomplete": "handed over incomplete",
    "rated": "the customer gave a score",
    "satisfied": "the customer was satisfied",
    "dissatisfied": "the customer was not satisfied",
}
CLOCKS = {
    "respond": "taken in time",
    "tier": "left its tier in time",
    "answer": "offers answered in time",
    "update": "customer heard in time",
    "manage": "managers answered in time",
}


def list_name(name: str) -> str:
    """Return what a list of cases is called, like "taken in time: breached"."""
    clock, dot, state = name.partition(".")
    if dot:
        return f"{CLOCKS[clock]}: {state}"
    return LISTS.get(name) or SHARES.get(name) or name.replace("_", " ")


def percent(share: float | None) -> str:
    """Return a share."""
    return "–" if share is None else f"{share:.0%}"


def parts(r: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Return a report's figures in sentences; `r` is what `insights.metrics.report` makes."""
    lead = [f"{cases(r['cases'])}, {r['resolved']:,} resolved, {r['late']:,} past a limit."]
    if r["small"]:
        lead.append("Few cases: read them rather than the figures.")
    if r["drills_left_out"]:
        lead.append(f"{counted(r['drills_left_out'], 'drill is', 'drills are')} left out.")
    times = [
        f"{hours(t['p50'])} median {said} (p90 {hours(t['p90'])}; open time "
        f"{hours(t['open_p50'])}), {cases(t['cases'])}."
        for name, said in NAMES.items()
        if (t := r["hours"][name])["cases"]
    ]
    found = [("What happened", lead), ("How long it took", times)]
    found.append(("Promises", list(_promises(r))))
    shares = [f"{percent(r[f'{name}_share'])} {said}." for name, said in SHARES.items()
              if r[f"{name}_share"]]  # fmt: skip
    found.append(("How it went", [*shares, *_satisfied(r), *_contacts(r)]))
    return [(title, lines) for title, lines in found if lines]


def _promises(r: Mapping[str, Any]) -> Iterator[str]:
    for clock, states in r["clocks"].items():
        ran = sum(states.values())
        if ran:
            kept = ran - states["breached"]
            yield f"{percent(kept / ran)} {CLOCKS[clock]} ({states['breached']} of {ran} not)."


def _satisfied(r: Mapping[str, Any]) -> Iterator[str]:
    s = r["satisfaction"]
    if s["rated"]:
        answers = counted(s["rated"], "answer")
        yield (
            f"{percent(s['satisfied_share'])} of {answers} satisfied (95 % between "
            f"{percent(s['low'])} and {percent(s['high'])}); {percent(s['response_rate'])} of "
            f"{s['of']} answered."
        )


def _contacts(r: Mapping[str, Any]) -> Iterator[str]:
    c = r.get("contacts")
    if not c or not c["contacts"]:
        return
    yield f"{c['escalation_rate']:.1%} of {counted(c['contacts'], 'contact')} escalated."
    first = c["first_contact"]
    if first:
        yield (
            f"{percent(first['share'])} solved at first contact, "
            f"{percent(first['share_of_the_rest'])} of those not escalated."
        )
    yield from left_out(c)


def left_out(contacts: Mapping[str, Any]) -> Iterator[str]:
    """Yield that counts of contacts were not used, where there are such."""
    number = contacts["counts_left_out"]
    if number:
        counts = counted(number, "count of contacts is", "counts of contacts are")
        yield f"{counts} left out: the days are counted singly too, or lie partly outside the span."


def tiles(r: Mapping[str, Any], followups: int) -> Iterator[tuple[str, str]]:
    """Yield a few figures with their names, for a glance."""
    yield "Cases", f"{r['cases']:,}, {r['resolved']:,} resolved"
    yield "Past a limit", f"{r['late']:,} ({percent(r['late'] / r['cases'])})"
    yield "Median to take", hours(r["hours"]["taken"]["p50"])
    yield "Median to resolve", hours(r["hours"]["resolved"]["p50"])
    yield "Opened again", percent(r["reopened_share"])
    happy = r["satisfaction"]
    answers = f"{percent(happy['satisfied_share'])} of {counted(happy['rated'], 'answer')}"
    yield "Satisfied", answers if happy["rated"] else "nobody answered"
    yield "Follow-ups open", f"{followups:,}"
    if r["small"]:
        yield "Few cases", "read them rather than the figures"
