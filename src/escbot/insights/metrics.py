"""Figures of cases. docs/metrics.md has each one's definition.

Drills are left out. Times are given elapsed and, where a calendar counts, in open time of the
case's severity; both in hours. Percentiles are interpolated linearly.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum
from typing import Any

from escbot.insights.contacts import Contacts
from escbot.insights.numbers import percentile, wilson
from escbot.insights.story import CLOCKS, MARKS, Story, story

__all__ = ["DIMENSIONS", "MARKED", "SMALL", "Story", "cases_of", "figures", "report", "story"]

SMALL = 20  # cases under which a percentile says little, and the report says so
SATISFIED = 4  # a score of at least this
VOLUMES = ("severity", "tier", "kind", "area", "customer", "origin", "root_cause")
DIMENSIONS = ("severity", "tier", "kind", "area", "customer", "origin", "owner", "month")

Counts = Callable[[Story], bool]


def _stands(clock: str, state: str) -> Counts:
    return lambda one: one.clocks.get(clock) == state


# What can be followed down to its cases: the name of a figure and which cases it counts.
MARKED: Mapping[str, Counts] = {
    "cases": lambda one: True,
    "resolved": lambda one: one.resolved,
    "late": lambda one: one.late,
    **{
        f"{clock}.{state}": _stands(clock, state)
        for clock in CLOCKS
        for state in ("kept", "warned", "breached")
        if state != "warned" or clock in ("respond", "tier")
    },
    "updates_missed": lambda one: one.updates_missed > 0,
    "raised": lambda one: one.raised,
    "solved_low": lambda one: one.solved_low,
    "reopened": lambda one: one.reopened > 0,
    "declined": lambda one: one.declines > 0,
    "reassigned": lambda one: one.reassigned > 0,
    "ping_pong": lambda one: one.ping_pong,
    "lowered": lambda one: one.lowered > 0,
    "moved_down": lambda one: one.moved_down,
    "complete": lambda one: one.complete,
    "incomplete": lambda one: not one.complete,
    "scored": lambda one: bool(one.scores),
    "false_escalations": lambda one: one.scores.get("needed") is False,
    "rated": lambda one: one.rating is not None,
    "satisfied": lambda one: one.rating is not None and one.rating >= SATISFIED,
    "dissatisfied": lambda one: one.rating is not None and one.rating < SATISFIED,
}


def report(
    stories: Iterable[Story], by: Sequence[str] = (), contacts: Contacts | None = None
) -> dict[str, Any]:
    """Return all figures, and those of each value of the dimensions. Raises KeyError for another.

    Stories of drills are counted as left out. Contacts belong to no dimension, so that they stand
    beside the whole only.
    """
    for dimension in by:
        if dimension not in DIMENSIONS:
            raise KeyError(dimension)
    every = list(stories)
    real = [one for one in every if not one.drill]
    found = {**figures(real), "drills_left_out": len(every) - len(real)}
    if contacts is not None:
        found["contacts"] = contacts.figures(real)
    found["by"] = {
        dimension: {
            value: figures([one for one in real if str(getattr(one, dimension)) == value])
            for value in sorted({str(getattr(one, dimension)) for one in real})
        }
        for dimension in by
    }
    return found


def cases_of(stories: Iterable[Story], name: str) -> list[Story]:
    """Return the cases that a figure counts, drills left out. Raises KeyError for another name."""
    counts = MARKED[name]
    return [one for one in stories if not one.drill and counts(one)]


def figures(stories: Sequence[Story]) -> dict[str, Any]:
    """Return the figures of some cases; shares are None where nothing could be counted."""
    cases = len(stories)
    offers = sum(one.offers for one in stories)

    def count(name: str) -> int:
        return sum(MARKED[name](one) for one in stories)

    scored = count("scored")
    return {
        "cases": cases,
        "small": cases < SMALL,
        "volume": {name: _volume(stories, name) for name in VOLUMES},
        "resolved": count("resolved"),
        "hours": {name: _times(stories, name) for name in MARKS},
        "tier_hours": _stays(stories),
        "clocks": {
            clock: {
                state: sum(one.clocks.get(clock) == state for one in stories)
                for state in ("kept", "warned", "breached")
            }
            for clock in CLOCKS
        },
        "late": count("late"),
        "updates_missed": sum(one.updates_missed for one in stories),
        "raised_share": _share(count("raised"), cases),
        "solved_low_share": _share(count("solved_low"), count("resolved")),
        "reopened_share": _share(count("reopened"), cases),
        "declined_share": _share(sum(one.declines for one in stories), offers),
        "reassigned_share": _share(count("reassigned"), cases),
        "ping_pong_share": _share(count("ping_pong"), cases),
        "lowered": sum(one.lowered for one in stories),
        "moved_down_share": _share(count("moved_down"), cases),
        "complete_share": _share(count("complete"), cases),
        "scored_share": _share(scored, cases),
        "scores": {
            question: _share(sum(one.scores.get(question, False) for one in stories), scored)
            for question in ("needed", "complete", "in_time")
        },
        "false_escalations_share": _share(count("false_escalations"), scored),
        "satisfaction": _satisfaction(stories),
        "root_causes": _volume(stories, "root_cause"),
        "load": _load(stories),
        "fairness": _fairness(stories),
    }


def _volume(stories: Sequence[Story], name: str) -> dict[str, int]:
    return _ranked(Counter(str(getattr(one, name)) for one in stories if getattr(one, name)))


def _times(stories: Sequence[Story], name: str) -> dict[str, Any]:
    elapsed = sorted(one.hours[name] for one in stories if name in one.hours)
    opened = sorted(one.open_hours[name] for one in stories if name in one.open_hours)
    return _spread(elapsed, opened)


def _spread(elapsed: Sequence[float], opened: Sequence[float]) -> dict[str, Any]:
    return {
        "cases": len(elapsed),
        "p50": percentile(elapsed, 0.5),
        "p90": percentile(elapsed, 0.9),
        "open_p50": percentile(opened, 0.5),
        "open_p90": percentile(opened, 0.9),
    }


def _stays(stories: Sequence[Story]) -> dict[str, Any]:
    """Return the time that cases spent in each tier, all their stays together."""
    elapsed: dict[str, list[float]] = defaultdict(list)
    opened: dict[str, list[float]] = defaultdict(list)
    for one in stories:
        for tier in dict.fromkeys(stay.tier for stay in one.stays):
            mine = [stay for stay in one.stays if stay.tier == tier]
            elapsed[tier].append(sum(stay.hours for stay in mine))
            opened[tier].append(sum(stay.open_hours for stay in mine))
    return {tier: _spread(sorted(elapsed[tier]), sorted(opened[tier])) for tier in sorted(elapsed)}


def _satisfaction(stories: Sequence[Story]) -> dict[str, Any]:
    scores = [one.rating for one in stories if one.rating is not None]
    of = sum(one.resolved or one.rating is not None for one in stories)
    good = sum(score >= SATISFIED for score in scores)
    bounds = wilson(good, len(scores))
    return {
        "rated": len(scores),
        "of": of,
        "response_rate": _share(len(scores), of),
        "satisfied_share": _share(good, len(scores)),
        "low": bounds[0] if bounds else None,
        "high": bounds[1] if bounds else None,
        "mean": sum(scores) / len(scores) if scores else None,
    }


def _load(stories: Sequence[Story]) -> dict[str, Any]:
    """Return, by person: cases they had, hours they had them (elapsed), offers and what came."""
    cases = Counter(person for one in stories for person in set(one.takers))
    hours: Counter[str] = Counter()
    held: dict[str, list[float]] = defaultdict(list)
    declined: Counter[str] = Counter()
    for one in stories:
        for person, spent in one.held.items():
            held[person].append(spent)
        for offer in one.asked:
            hours[offer.person] += 1
            declined[offer.person] += offer.outcome in ("declined", "passed")
    people = sorted({*cases, *held, *hours}, key=lambda who: (-cases[who], who))
    return {
        person: {
            "cases": cases[person],
            "hours": fsum(held[person]),
            "asked": hours[person],
            "declined_or_silent": declined[person],
        }
        for person in people
    }


def _fairness(stories: Sequence[Story]) -> dict[str, Any]:
    """Return, by tier: how evenly the cases taken there lie on the people who took any.

    `busiest` is the most that one person took ÷ the mean; 1 is even.
    """
    taken: dict[str, Counter[str]] = defaultdict(Counter)
    for one in stories:
        for tier, person in {(o.tier, o.person) for o in one.asked if o.outcome == "taken"}:
            taken[tier][person] += 1
    found = {}
    for tier in sorted(taken):
        counts = list(taken[tier].values())
        mean = sum(counts) / len(counts)
        found[tier] = {
            "people": len(counts),
            "cases": sum(counts),
            "mean": mean,
            "most": max(counts),
            "busiest": max(counts) / mean,
        }
    return found


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _ranked(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
