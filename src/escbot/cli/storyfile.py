"""A demo's story as a YAML file → its steps. docs/contracts.md describes the format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from escbot.services.policyfile.document import Item, load
from escbot.services.policyfile.reader import Section, duration

VERBS = ("say", "escalate", "click", "reply", "react", "slash", "fill", "wait", "expect")
KEYS = ("as", "on", "in", "note", *VERBS)
ESCALATE = ("customer", "summary", "kind", "impact", "area", "tried", "also", "reason")
EXPECT = ("card", "thread", "channel", "direct", "only_you", "says", "not")
NAMES = ("outage", "vip", "weekend", "overflow", "handback")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does, a wait, or what must be seen. `line` is its place."""

    verb: str
    value: Any
    person: str
    on: int
    place: str
    note: str
    line: int


@dataclass(frozen=True, slots=True)
class Play:
    """A whole story. `people` holds changes to the demo's roster, by Slack id."""

    name: str
    about: str
    start: datetime | None
    people: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


def packaged(name: str) -> str:
    """Return the text of one of the packaged stories."""
    return (resources.files("escbot") / "defaults" / "stories" / f"{name}.yaml").read_text("utf-8")


def read_play(text: str, name: str) -> Play:
    """Read a story. Raises FileError with line and column."""
    root = Section(load(text, name), "the story", ("about", "start", "people", "steps"))
    start = root.maybe_text("start")
    try:
        begins = datetime.fromisoformat(start) if start else None
        if begins is not None and begins.tzinfo is None:
            raise ValueError
    except ValueError:
        raise root.need("start").wrong("write `start` like 2026-11-28T03:00:00+01:00") from None
    people = root.get("people")
    return Play(
        name=name,
        about=root.text("about"),
        start=begins,
        people={} if people is None else _plain(people),
        steps=tuple(_steps(root)),
    )


def _steps(root: Section) -> Iterator[Step]:
    for item in root.each("steps"):
        section = Section(item, "a step", KEYS)
        verbs = [verb for verb in VERBS if verb in section]
        if len(verbs) != 1:
            raise item.wrong(f"a step has one of: {', '.join(VERBS)}")
        yield Step(
            verb=verbs[0],
            value=_value(section, verbs[0]),
            person=section.text("as", ""),
            on=section.whole("on", 1),
            place=section.text("in", "general"),
            note=section.text("note", ""),
            line=item.line,
        )


def _value(section: Section, verb: str) -> Any:  # noqa: ANN401 - by verb
    item = section.need(verb)
    if verb == "wait":
        found: timedelta = duration(item, "`wait`")
        return found
    if verb == "escalate":
        return _plain(Section(item, "escalate", ESCALATE).item)
    if verb == "expect":
        return _plain(Section(item, "expect", EXPECT).item)
    return _plain(item)


def _plain(item: Item) -> Any:  # noqa: ANN401 - plain data
    if isinstance(item.value, dict):
        return {key: _plain(value) for key, value in item.value.items()}
    if isinstance(item.value, list):
        return [_plain(value) for value in item.value]
    return item.value
