"""What follows `/escalate`: a known first word in its right form, or the summary of a new case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Verb = Literal["new", "mine", "list", "status", "why", "history", "tell", "away", "back", "help",
               "wrong"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """`number` is the case for verbs that name one; `text` the summary, or the right form."""

    verb: Verb
    number: int | None = None
    text: str = ""
    until: tuple[int, int] | None = None  # hour and minute on the person's own clock


_CASE = re.compile(r"(?:esc-)?(\d{1,9})", re.IGNORECASE | re.ASCII)
_TIME = re.compile(r"(?:until\s+)?([01]?\d|2[0-3]):([0-5]\d)", re.IGNORECASE | re.ASCII)
_ALONE: tuple[Verb, ...] = ("mine", "list", "back", "help")
_WITH_CASE: tuple[Verb, ...] = ("status", "why", "history", "tell")
FORMS = {
    "status": "/escalate status ESC-7",
    "why": "/escalate why ESC-7",
    "history": "/escalate history ESC-7",
    "tell": "/escalate tell ESC-7",
    "away": "/escalate away until 14:00",
}


def parse(text: str) -> Typed:
    """Read what was typed. A sentence that merely begins with a known word is a summary."""
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
    return Typed("new", text=text.strip())


def _with_case(verb: Verb, rest: str, text: str) -> Typed:
    match = _CASE.fullmatch(rest)
    if match is not None:
        return Typed(verb, number=int(match[1]))
    if not rest or rest.lower().startswith("esc"):
        return Typed("wrong", text=FORMS[verb])
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
