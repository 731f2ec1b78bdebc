"""What changes between two policies besides severities, tiers and criteria, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from escbot.core.calendars import Calendar, Window
from escbot.core.durations import format_duration
from escbot.core.policy import Policy, RootCause
from escbot.words.voice import counted, listed

_Part = Callable[[Policy, Policy], Iterator[str]]
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TIMES = {
    "rest": "A rule that moved a case down rests for",
    "extension": "An extension of a tier limit gives",
    "reopen_for": "A resolved case may be reopened for",
    "retention": "Closed cases are kept for",
}
_HANDOFF = {
    "required": "A complete handoff needs",
    "gated": "Held up until the handoff is complete:",
    "brief": "Briefed in person:",
    "solve_here": "To try at one's own tier:",
    "triage": "The triage checklist:",
    "briefing": "The briefing checklist:",
}
_ROUTING = {
    "skill": "Skill weighs",
    "load": "A light load weighs",
    "fairness": "Time since the last case weighs",
    "continuity": "Knowing the customer weighs",
    "outcome": "Having solved such cases weighs",
    "decline": "Having declined the area weighs",
    "capacity": "People carry points:",
    "reserve": "Points kept free for urgent severities:",
    "declines_to_propose": "Declines that propose a change of the roster:",
    "overflow": "With nobody eligible, a case goes to",
}
_QUEUE = {
    "share": "The used share of a clock",
    "vip": "A VIP",
    "revenue": "Revenue at stake",
    "strained": "A strained relationship",
    "per_hour": "Each open hour",
}


def parts(a: Policy, b: Policy) -> Iterator[str]:
    """Yield one sentence for each difference of these parts."""
    for name in _PARTS:
        yield from parts_of(name, a, b)


def parts_of(name: str, a: Policy, b: Policy) -> Iterator[str]:
    """Yield the differences of one part. Raises KeyError for one that is not of these."""
    return _PARTS[name](a, b)


def _areas(a: Policy, b: Policy) -> Iterator[str]:
    return _named("The area", {x.id: x.name for x in a.areas}, {x.id: x.name for x in b.areas})


def _queue(a: Policy, b: Policy) -> Iterator[str]:
    for field, words in _QUEUE.items():
        start = f"{words} adds to a case's weight in the queue:"
        yield from _swapped(start, getattr(a.queue, field), getattr(b.queue, field))


def _tree(a: Policy, b: Policy) -> Iterator[str]:
    return _named("The root cause", dict(_causes(a.root_causes)), dict(_causes(b.root_causes)))


def _channels(a: Policy, b: Policy) -> Iterator[str]:
    for purpose in a.channels:
        start = f"The channel for {purpose} is"
        yield from _swapped(start, f"#{a.channels[purpose]}", f"#{b.channels.get(purpose)}")


def _time_of(field: str) -> _Part:
    return lambda a, b: _fields({field: _TIMES[field]}, a, b)


def _fields(words: Mapping[str, str], a: object, b: object) -> Iterator[str]:
    for field, start in words.items():
        yield from _swapped(start, getattr(a, field), getattr(b, field))


def _swapped(start: str, was: Any, now: Any) -> Iterator[str]:  # noqa: ANN401 - any plain value
    if was != now:
        yield f"{start} {_plain(now)} instead of {_plain(was)}."


def _plain(value: Any) -> str:  # noqa: ANN401 - any plain value
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, tuple):
        return listed([str(one).replace("_", " ") for one in value]) or "nothing"
    return str(value)


def _named(what: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for id_ in sorted({*was, *now}):
        if id_ not in now:
            yield f"{what} {was[id_]} is gone."
        elif id_ not in was:
            yield f"{what} {now[id_]} is new."
        elif was[id_] != now[id_]:
            yield f"{what} {was[id_]} is called {now[id_]}."


def _rules(a: Policy, b: Policy) -> Iterator[str]:
    was, now = {rule.id: rule.on for rule in a.deescalation}, {r.id: r.on for r in b.deescalation}
    for id_ in sorted({*was, *now}):
        name = id_.replace("_", " ")
        if id_ not in now:
            yield f"“{name}” no longer proposes a lower severity."
        elif was.get(id_) != now[id_]:
            yield f"“{name}” proposes a lower severity after: {now[id_].replace('_', ' ')}."


def _templates(a: Policy, b: Policy) -> Iterator[str]:
    was, now = ({(t.name, t.severity, t.language): t.text for t in p.templates} for p in (a, b))
    for key in sorted({*was, *now}, key=str):
        if was.get(key) != now.get(key):
            name, severity, language = key
            whose = f"Customers of {severity}" if severity else "Customers"
            how = "no longer have their own" if key not in now else "read another"
            if key not in was:
                how = "get their own"
            yield f"{whose} {how} {name} ({language})."


def _causes(causes: Iterable[RootCause]) -> Iterator[tuple[str, str]]:
    for cause in causes:
        yield cause.id, cause.name
        yield from _causes(cause.children)


def _reports(a: Policy, b: Policy) -> Iterator[str]:
    yield from _swapped("The digest comes at", a.reports.digest_at, b.reports.digest_at)
    yield from _swapped("The review comes at", a.reports.review_at, b.reports.review_at)
    was, now = ({team.id: team for team in policy.reports.teams} for policy in (a, b))
    names = ({id_: team.name for id_, team in teams.items()} for teams in (was, now))
    yield from _named("The review of", *names)
    for id_ in sorted(was.keys() & now.keys()):
        old, new = was[id_], now[id_]
        yield from _swapped(
            f"The review of {new.name} goes to", f"#{old.channel}", f"#{new.channel}"
        )
        rest = (old.calendar, old.tiers, old.areas), (new.calendar, new.tiers, new.areas)
        if rest[0] != rest[1]:
            yield f"The review of {new.name} covers other hours, tiers or areas."


def calendar_parts(a: Policy, b: Policy, names: Iterable[str] | None = None) -> Iterator[str]:
    """Yield how calendars differ; of these names, or of all."""
    for name in sorted({*a.calendars, *b.calendars} if names is None else names):
        was, now = a.calendars.get(name), b.calendars.get(name)
        users = [severity.id for severity in b.severities if severity.calendar == name]
        whose = f" for {listed(users)}" if users else ""
        if now is None or was is None:
            if was is not now:
                yield f"The calendar {name} is {'gone' if now is None else 'new'}{whose}."
            continue
        if _hours(was) != _hours(now):
            yield f"The calendar {name} is open {_hours(now)} instead of {_hours(was)}{whose}."
        days = ((was.closed, now.closed, "closed"), (was.open.items(), now.open.items(), "special"))
        for before, after, kind in days:
            more, fewer = len(set(after) - set(before)), len(set(before) - set(after))
            if more or fewer:
                new = counted(more, f"new {kind} day")
                yield f"The calendar {name} has {new} and {fewer} fewer{whose}."


def _hours(calendar: Calendar) -> str:
    """Return "Mon–Fri 09:00–17:00 (UTC)"."""
    if calendar.always:
        return "always"
    spans: list[tuple[int, int, tuple[Window, ...]]] = []
    for day in range(7):
        windows = tuple(calendar.days.get(day, ()))
        if spans and spans[-1][1] == day - 1 and spans[-1][2] == windows:
            spans[-1] = (spans[-1][0], day, windows)
        elif windows:
            spans.append((day, day, windows))
    found = [
        f"{_DAYS[first]}{f'–{_DAYS[last]}' if last > first else ''} {_windows(windows)}"
        for first, last, windows in spans
    ]
    return f"{listed(found) or 'never'} ({calendar.zone})"


def _windows(windows: tuple[Window, ...]) -> str:
    return ", ".join(f"{_clock(window.start)}–{_clock(window.end)}" for window in windows)


def _clock(minute: int) -> str:
    hours, minutes = divmod(minute if minute <= 24 * 60 else minute - 24 * 60, 60)
    return f"{hours:02}:{minutes:02}"


# The order in which a difference is read out.
_PARTS: Mapping[str, _Part] = {
    "management": lambda a, b: _swapped(
        "Management is asked in this order:", a.management, b.management
    ),
    "areas": _areas,
    "handoff": lambda a, b: _fields(_HANDOFF, a.handoff, b.handoff),
    "calendars": calendar_parts,
    "routing": lambda a, b: _fields(_ROUTING, a.routing, b.routing),
    "queue": _queue,
    "rules": _rules,
    **{field: _time_of(field) for field in _TIMES},
    "templates": _templates,
    "root_causes": _tree,
    "channels": _channels,
    "reports": _reports,
}
