"""What follows `/escalate`: a known first word in its right form, or the summary of a new case."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Verb = Literal[
    "new", "mine", "list", "find", "status", "why", "history", "tell", "update", "away", "back",
    "shift", "load", "drill", "help", "wrong", "contacts", "csat", "followups", "report", "draft",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """`number` is the case for verbs that name one; `text` the summary, what to find, the filters
    of a list, or the right form.
    """

    verb: Verb
    number: int | None = None
    text: str = ""
    until: tuple[int, int] | None = None  # hour and minute on the person's own clock


_CASE = re.compile(r"(?:esc-)?(\d{1,9})", re.IGNORECASE | re.ASCII)
_TIME = re.compile(r"(?:until\s+)?([01]?\d|2[0-3]):([0-5]\d)", re.IGNORECASE | re.ASCII)
_ALONE: tuple[Verb, ...] = (
    "mine", "list", "back", "shift", "load", "help", "followups", "report",
)  # fmt: skip
_WITH_CASE: tuple[Verb, ...] = (
    "status", "why", "history", "tell", "update", "draft",
)  # fmt: skip
# Words that narrow a list, besides severities, areas and tiers, which the policy names.
FILTERS = ("late", "unassigned", "vip", "waiting", "working", "resolved")
_LOOKS_LIKE_FILTER = re.compile(r"p[1-9]|t(?:ier)?[1-5]", re.IGNORECASE | re.ASCII)
_COUNT = re.compile(r"(\d{1,9})(?: (\d{1,9}))?(?: (\d{4}-\d\d(?:-\d\d)?))?", re.ASCII)
_SCORE = re.compile(r"(?:esc-)?(\d{1,9}) ([1-5])(?: (.+))?", re.IGNORECASE | re.ASCII)
_SPAN = re.compile(r"(\d{1,4})\s*(d|w|m|days?|weeks?|months?)?", re.IGNORECASE | re.ASCII)
_DAYS = {"w": 7, "m": 30}
FORMS = {
    "status": "/escalate status ESC-7",
    "why": "/escalate why ESC-7",
    "history": "/escalate history ESC-7",
    "tell": "/escalate tell ESC-7",
    "update": "/escalate update ESC-7",
    "list": "/escalate list P1 payments late",
    "find": "/escalate find checkout",
    "away": "/escalate away until 14:00",
    "drill": "/escalate drill list",
    "draft": "/escalate draft ESC-7",
    "contacts": "/escalate contacts 412 300 2026-11-24",
    "csat": "/escalate csat ESC-7 4",
    "report": "/escalate report 30d",
}


def parse(text: str, areas: Collection[str] = (), drills: Collection[str] = ()) -> Typed:
    """Read what was typed. A sentence that merely begins with a known word is a summary.

    `areas` are the policy's, by which a list may be narrowed; `drills` are the names of stories.
    """
    typed = " ".join(text.split())
    first, _, rest = typed.partition(" ")
    word = first.lower()
    for alone in _ALONE:
        if word == alone and not rest:
            return Typed(alone)
    for verb in _WITH_CASE:
        if word == verb:
            return _with_case(verb, rest, text)
    if word == "away":
        return _away(rest, text)
    if word == "drill":
        return _drill(rest, drills, text)
    if word == "find":
        return Typed("find", text=rest) if rest else Typed("wrong", text=FORMS["find"])
    if word == "list":
        return _list(rest.lower().split(), areas, text)
    return _figures(word, rest) or Typed("new", text=text.strip())


def _figures(word: str, rest: str) -> Typed | None:
    """Read the words that count something; None where it is none of them."""
    if word == "contacts":
        match = _COUNT.fullmatch(rest)
        if match is not None:
            return Typed(
                "contacts", int(match[1]), " ".join(part for part in match.groups()[1:] if part)
            )
    elif word == "csat":
        match = _SCORE.fullmatch(rest)
        if match is not None:
            return Typed("csat", int(match[1]), f"{match[2]} {match[3] or ''}".strip())
    elif word == "report":
        match = _SPAN.fullmatch(rest)
        if match is not None:
            days = _DAYS.get((match[2] or "d")[0].lower(), 1)
            return Typed("report", int(match[1]) * days)
    else:
        return None
    looks = not rest or rest[0].isdigit() or rest.lower().startswith("esc")
    return Typed("wrong", text=FORMS[word]) if looks else None


def _with_case(verb: Verb, rest: str, text: str) -> Typed:
    match = _CASE.fullmatch(rest)
    if match is not None:
        return Typed(verb, number=int(match[1]))
    if not rest or rest.lower().startswith("esc"):
        return Typed("wrong", text=FORMS[verb])
    return Typed("new", text=text.strip())


def _list(words: list[str], areas: Collection[str], text: str) -> Typed:
    known = {*FILTERS, *(area.lower() for area in areas)}
    fits = [word in known or bool(_LOOKS_LIKE_FILTER.fullmatch(word)) for word in words]
    if all(fits):
        return Typed("list", text=" ".join(words))
    if any(fits):
        return Typed("wrong", text=FORMS["list"])
    return Typed("new", text=text.strip())


def _drill(rest: str, drills: Collection[str], text: str) -> Typed:
    story, *others = rest.split() or [""]
    if story.startswith(("@", "<@")):
        story, others = "", [story, *others]
    known = story.lower() in ("", "list", *drills)
    if known and all(other.startswith(("@", "<@")) for other in others):
        return Typed("drill", text=rest.lower() if story.lower() == "list" else rest)
    if len(rest.split()) == 1:
        return Typed("wrong", text=FORMS["drill"])
    return Typed("new", text=text.strip())


def _away(rest: str, text: str) -> Typed:
    if not rest:
        return Typed("away")
    match = _TIME.fullmatch(rest)
    if match is not None:
        return Typed("away", until=(int(match[1]), int(match[2])))
    if rest.lower().startswith("until"):
        return Typed("wrong", text=FORMS["away"])
    return Typed("new", text=text.strip())
