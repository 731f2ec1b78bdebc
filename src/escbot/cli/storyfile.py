"""A demo's story as a YAML file → its steps. docs/contracts.md describes the format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from escbot.services.policyfile.document import Item, load
from escbot.services.policyfile.reader import Section, duration, entries, one_of, text
from escbot.slack.blocks.inputs import ALSO, IMPACTS, KINDS

VERBS = ("say", "escalate", "click", "reply", "react", "slash", "fill", "wait", "expect")
PEOPLE = ("hours", "timezone", "capacity")
PLACES = ("card", "thread", "channel", "direct", "only_you")
KEYS = ("as", "on", "in", "note", *VERBS)
ESCALATE = ("customer", "summary", "kind", "impact", "area", "tried", "also", "reason")
EXPECT = (*PLACES, "says", "not")
CHOICES = {
    "kind": tuple(text for _, text in KINDS),
    "impact": tuple(text for _, text in IMPACTS),
    "also": tuple(text for _, text in ALSO),
}
NAMES = ("outage", "vip", "weekend", "overflow", "handback", "drill")


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
    speed: int | None = None  # of the clock, where somebody watches


def packaged(name: str) -> str:
    """Return the text of one of the packaged stories."""
    return (resources.files("escbot") / "defaults" / "stories" / f"{name}.yaml").read_text("utf-8")


def read_play(text: str, name: str) -> Play:
    """Read a story. Raises FileError with line and column."""
    root = Section(load(text, name), "the story", ("about", "start", "speed", "people", "steps"))
    start = root.maybe_text("start")
    try:
        begins = datetime.fromisoformat(start) if start else None
        if begins is not None and begins.tzinfo is None:
            raise ValueError
    except ValueError:
        raise root.need("start").wrong("write `start` like 2026-11-28T03:00:00+01:00") from None
    return Play(
        name=name,
        about=root.text("about"),
        start=begins,
        people=_people(root),
        steps=tuple(_steps(root)),
        speed=root.whole("speed", least=1) if "speed" in root else None,
    )


def _people(root: Section) -> Mapping[str, Mapping[str, Any]]:
    item = root.get("people")
    if item is None:
        return {}
    if not isinstance(item.value, dict):
        raise item.wrong("`people` must be a mapping like U05: {hours: support}")
    found: dict[str, Mapping[str, Any]] = {}
    for id_, changes in item.value.items():
        section = Section(changes, f"`{id_}`", PEOPLE)
        found[id_] = {
            key: section.whole(key) if key == "capacity" else section.text(key)
            for key in section.items
        }
    return found


def _steps(root: Section) -> Iterator[Step]:
    items = list(root.each("steps"))
    if not items:
        raise root.need("steps").wrong("write at least one step under `steps`")
    for item in items:
        section = Section(item, "a step", KEYS)
        verbs = [verb for verb in VERBS if verb in section]
        if len(verbs) != 1:
            raise item.wrong(f"a step has one of: {', '.join(VERBS)}")
        if verbs[0] not in ("wait", "expect"):
            section.need("as")
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
        return _escalation(item)
    if verb == "expect":
        return _expectation(item)
    if verb == "fill" and not isinstance(item.value, dict):
        raise item.wrong("`fill` must be a mapping of labels and values")
    if verb not in ("fill", "slash"):
        text(item, f"`{verb}`")
    return _plain(item)


def _escalation(item: Item) -> Any:  # noqa: ANN401 - plain data
    """Read a filled form; a choice that the form lacks is said here, not in the play."""
    section = Section(item, "`escalate`", ESCALATE)
    for key in ("customer", "summary", "kind", "impact"):
        section.need(key)
    for key, known in CHOICES.items():
        chosen = section.get(key)
        several = entries(chosen, f"`{key}`") if chosen is not None and key == "also" else [chosen]
        for one in several:
            if one is not None:
                one_of(one, f"`{key}`", known)
    return _plain(item)


def _expectation(item: Item) -> Any:  # noqa: ANN401 - plain data
    section = Section(item, "`expect`", EXPECT)
    if sum(place in section for place in PLACES) != 1:
        raise item.wrong(f"`expect` looks at one of: {', '.join(PLACES)}")
    if "says" not in section and "not" not in section:
        raise item.wrong("`expect` needs `says` or `not`")
    for place in ("card", "thread"):
        if place in section:
            section.whole(place, least=1)
    return _plain(item)


def _plain(item: Item) -> Any:  # noqa: ANN401 - plain data
    if isinstance(item.value, dict):
        return {key: _plain(value) for key, value in item.value.items()}
    if isinstance(item.value, list):
        return [_plain(value) for value in item.value]
    return item.value
