"""Drill stories as YAML files: the packaged ones and those of a folder of the company's own.

docs/contracts.md describes the format. A file that can't be read stops nothing but itself.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from escbot.core.drill.script import Answer, Line, Practice
from escbot.core.facts import Facts, Impact, Kind, Relationship
from escbot.services.policyfile.document import FileError, Item, load
from escbot.services.policyfile.reader import Section

FIRST = "outage"  # what `/escalate drill` starts where nothing is named
ALSO = (
    "workaround", "revenue_impact", "revenue_at_risk", "asks_for_manager", "escalated_again",
    "executive_contact", "brand_risk", "novel",
)  # fmt: skip
FASTEST = 600
OTHERWISE = "I don't know, sorry."
BACK = "I'm back. What do you need?"
_STORY = (
    "title", "teaches", "pace", "lasts", "customer", "call", "facts", "mentions", "says",
    "answers", "answers_after", "otherwise", "back",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drill:
    """A story and the pace it is played at."""

    practice: Practice
    pace: float


@dataclass(frozen=True, slots=True)
class Drills:
    """What can be played, by name; `troubles` says what is wrong with a file."""

    found: dict[str, Drill]
    troubles: tuple[str, ...] = ()

    def under(self, speed: float) -> Drills:
        """Return them for a clock that runs so many times as fast as people do."""
        slower = {name: replace(one, pace=one.pace / speed) for name, one in self.found.items()}
        return replace(self, found=slower)


def packaged_drills() -> Drills:
    """Return the stories that come with escbot."""
    return read_drills(None)


def read_drills(folder: Path | None) -> Drills:
    """Read every story, the company's own before a packaged one of the same name."""
    found = {drill.practice.story: drill for drill in _packaged()}
    troubles = []
    try:
        paths = sorted(folder.glob("*.yaml")) if folder else []
    except OSError as error:
        paths, troubles = [], [f"{folder} can't be read: {error.strerror}"]
    for path in paths:
        try:
            found[path.stem] = read_drill(path.read_text("utf-8"), path.stem, str(path))
        except FileError as error:
            troubles.append(str(error))
        except (OSError, UnicodeDecodeError) as error:
            troubles.append(f"{path} can't be read: {error}")
    return Drills(found, tuple(troubles))


def _packaged() -> Iterator[Drill]:
    folder = resources.files("escbot") / "defaults" / "drills"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml"):
            yield read_drill(file.read_text("utf-8"), file.name.removesuffix(".yaml"), file.name)


@functools.lru_cache(maxsize=64)  # read at each use, so that an edited file holds at once
def read_drill(content: str, story: str, file: str) -> Drill:
    """Read one story. Raises FileError with line, column and what is allowed."""
    root = Section(load(content, file), "the drill", _STORY)
    customer = Section(root.need("customer"), "customer", ("name", "vip", "arr", "relationship"))
    standing = customer.get("relationship")
    facts = replace(
        _facts(root.need("facts")),
        vip=customer.yes_no("vip", False),
        relationship=customer.one_of("relationship", tuple(Relationship)) if standing else None,
    )
    pace = root.whole("pace", least=1)
    if pace > FASTEST:
        raise root.need("pace").wrong(f"`pace` must be at most {FASTEST}")
    practice = Practice(
        story=story,
        title=root.text("title"),
        teaches=root.text("teaches"),
        customer=customer.text("name"),
        arr=customer.whole("arr", 0) or None,
        call=root.text("call"),
        facts=facts,
        lasts=root.duration("lasts"),
        mentions=_mentions(root),
        lines=tuple(_line(item) for item in root.each("says")),
        answers=tuple(_answer(item) for item in root.each("answers")),
        answers_after=root.duration("answers_after"),
        otherwise=root.text("otherwise", OTHERWISE),
        back=root.text("back", BACK),
    )
    return Drill(practice, float(pace))


def _facts(item: Item) -> Facts:
    section = Section(item, "facts", ("kind", "impact", "area", "also"))
    facts = Facts(
        kind=section.one_of("kind", tuple(Kind)),
        impact=section.one_of("impact", tuple(Impact)),
        area=section.maybe_text("area"),
    )
    also: dict[str, Any] = dict.fromkeys(section.names("also", ALSO), True)
    return replace(facts, **also)


def _mentions(root: Section) -> dict[str, tuple[str, ...]]:
    item = root.get("mentions")
    if item is None:
        return {}
    if not isinstance(item.value, dict):
        raise item.wrong('`mentions` must be a mapping like "the error": ["502"]')
    section = Section(item, "mentions", tuple(item.value))
    found = {name: section.names(name) for name in item.value}
    for name, words in found.items():
        if not words:
            raise item.value[name].wrong(f"`{name}` must list words of which one is enough")
    return found


def _line(item: Item) -> Line:
    section = Section(item, "a line of `says`", ("after", "at", "text", "also"))
    if ("after" in section) == ("at" in section):
        raise item.wrong("a line has `after` (so much silence) or `at` (since the escalation)")
    timed: dict[str, timedelta] = {
        key: section.duration(key) for key in ("after", "at") if key in section
    }
    return Line(section.text("text"), also=section.names("also", ALSO), **timed)


def _answer(item: Item) -> Answer:
    section = Section(item, "an answer", ("about", "text"))
    words = section.names("about")
    if not words:
        raise section.need("about").wrong("`about` must list words of a question")
    return Answer(tuple(word.casefold() for word in words), section.text("text"))
