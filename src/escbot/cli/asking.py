"""The nine intake questions, asked one by one; an answer that makes no sense is asked again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from escbot.bootstrap.times import wall
from escbot.core.durations import parse_duration
from escbot.services.files import FileError
from escbot.services.intake.answers import COMPLAINTS, KEEP, Answers, Colleague, criteria_ids
from escbot.services.intake.policy import policy_text
from escbot.services.intake.roster import roster_text
from escbot.services.logintake import Suggested
from escbot.services.policyfile import compile_policy
from escbot.services.rosterfile import compile_roster

SEVERITIES: Mapping[str, str] = {"P1": "1h", "P2": "4h", "P3": "8h", "P4": "24h"}
CHECKED = {"tiers", "areas", "week", "timezone", "people"}  # where a policy or roster may refuse
LIMITS = "4h, 8h, 8h, 8h"
_PLACE = re.compile(r"^\S+:\d+(:\d+)?: ")  # where in the file, which nobody has seen yet

T = TypeVar("T")
Read = Callable[[str], "Mapping[str, Any]"]


class Asking:
    """Asks at the terminal; Enter takes what is suggested."""

    def __init__(self, console: Console, suggested: Suggested | None) -> None:
        self._console = console
        self._known = suggested.answers if suggested else Answers()
        self._said: Mapping[str, str] = suggested.said if suggested else {}
        self._told = Answers()

    def all(self) -> Answers:
        """Ask everything and return the answers, which fit together."""
        self._console.print(
            "Nine questions. Enter takes the suggestion in brackets, where there is one; "
            "everything can be changed later.\n"
        )
        self._work()
        self._trouble()
        self._people()
        return self._told

    def _work(self) -> None:
        known = self._known
        self._ask("1. Which tiers do you have, the lowest first?", "tiers",
                  ", ".join(known.tiers) or "Tier 1, Tier 2, Tier 3",
                  lambda text: {"tiers": tuple(_words(text))})  # fmt: skip
        self._ask("2. What does each handle? One answer for each, with ; between", "handles", "",
                  lambda text: {"handles": _numbered(map(str.strip, text.split(";")))})  # fmt: skip
        self._ask("   And which parts of the product are there?", "", ", ".join(known.areas),
                  lambda text: {"areas": tuple(_words(text))})  # fmt: skip
        self._ask("3. How many cases come in a week?", "volume", str(known.volume or 50),
                  lambda text: {"volume": _number(text)})  # fmt: skip

    def _trouble(self) -> None:
        usual = ", ".join(id_ for id_ in criteria_ids() if id_ not in KEEP)
        limits = ", ".join(LIMITS.split(", ")[: max(len(self._told.tiers) - 1, 1)])
        self._ask("4. What triggers an escalation?", "triggers", usual,
                  lambda text: {"triggers": _known(text, criteria_ids())})  # fmt: skip
        self._ask("5. Where do they get stuck? The longest time in each tier but the highest",
                  "stuck", limits, lambda text: {"stuck": _numbered(_limits(text))})  # fmt: skip
        self._ask(f"6. What do customers complain of? Some of: {', '.join(COMPLAINTS)}",
                  "complaints", "",
                  lambda text: {"complaints": _known(text, COMPLAINTS)})  # fmt: skip
        self._ask("7. Within which time must P1, P2, P3, P4 be taken?", "sla",
                  ", ".join(SEVERITIES.values()),
                  lambda text: {"sla": _each(SEVERITIES, _limits(text))})  # fmt: skip

    def _people(self) -> None:
        known = self._known
        week = next((f"{days} {spans[0]}" for days, spans in known.week.items()), "")
        self._ask("8. When are you there? Like mon-fri 09:00-17:00", "peaks",
                  week or "mon-fri 09:00-17:00", lambda text: {"week": _week(text)})  # fmt: skip
        self._ask("   In which time zone?", "", known.timezone or "UTC",
                  lambda text: {"timezone": text})  # fmt: skip
        self._ask("   Who takes cases? Name and tier, like Dana 1, Mo 2", "", "",
                  lambda text: {"people": tuple(_person(one) for one in _words(text))})  # fmt: skip
        self._ask("9. Who are the managers to call?", "", "", self._with("manager"))
        self._ask("   And who plans enhancement requests?", "", "",
                  self._with("planner", "admin"))  # fmt: skip

    def _with(self, *roles: str) -> Read:
        people = self._told.people
        return lambda text: {
            "people": (*people, *(Colleague(name, roles=roles) for name in _words(text)))
        }

    def _ask(self, question: str, about: str, default: str, read: Read) -> None:
        self._console.print(f"[bold]{question}[/bold]", soft_wrap=True)
        if about in self._said:
            said = escape(self._said[about])
            self._console.print(f"   [dim]Your log: {said}[/dim]", soft_wrap=True)
        while True:
            text = typer.prompt("  ", default=default, show_default=bool(default))
            try:
                given = read(str(text).strip())
                if not CHECKED.isdisjoint(given):
                    _fits(replace(Answers(tiers=self._told.tiers), **given))
            except (FileError, ValueError) as error:
                sentence = _PLACE.sub("", str(error))
                self._console.print(f"   [yellow]{escape(sentence)}[/yellow]", soft_wrap=True)
                continue
            self._told = replace(self._told, **given)
            return


def _fits(told: Answers) -> None:
    """Raise FileError where these answers make no policy and roster."""
    now = wall()
    policy = compile_policy(policy_text(told), name="policy.yaml", now=now)
    compile_roster(roster_text(told), name="roster.yaml", policy=policy)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _numbered(values: Iterable[T]) -> dict[int, T]:
    """Number from 1; what is empty has no answer."""
    return {at: one for at, one in enumerate(values, 1) if one}


def _each(names: Iterable[str], values: Iterable[T]) -> dict[str, T]:
    return dict(zip(names, values, strict=False))


def _number(text: str) -> int:
    digits = text.replace(",", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 7:
        raise ValueError(f"{text[:40]} is not a number of cases; write one like 50")
    return int(digits)


def _known(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    for word in _words(text):
        if word not in known:
            raise ValueError(f"there is no {word[:40]}; use some of: {', '.join(known)}")
    return tuple(_words(text))


def _limits(text: str) -> list[timedelta]:
    return [parse_duration(word) for word in _words(text)]


def _week(text: str) -> dict[str, tuple[str, ...]]:
    days, _, hours = text.partition(" ")
    if not hours.strip():
        raise ValueError("write days and hours, like mon-fri 09:00-17:00")
    return {days.lower(): tuple(_words(hours))}


def _person(text: str) -> Colleague:
    name, _, tier = text.rpartition(" ")
    if not name or not tier.isascii() or not tier.isdigit():
        return Colleague(text, tier=1)
    return Colleague(name, tier=int(tier))
