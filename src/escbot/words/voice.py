"""How a sentence names people and moments: for Slack, for a terminal, for a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from escbot.core.roster import Roster


@dataclass(frozen=True, slots=True)
class Voice:
    """`person` turns an id into a name or mention, `moment` a time (aware UTC) into text,
    `safe` disarms text that people wrote, `code` sets it apart, whole, to be copied.
    """

    person: Callable[[str], str]
    moment: Callable[[datetime], str]
    safe: Callable[[str], str]
    code: Callable[[str], str]


def plain_voice(roster: Roster | None = None) -> Voice:
    """Return the voice for terminals: names from the roster, times in UTC."""

    def person(id_: str) -> str:
        known = roster.person(id_) if roster else None
        return known.name if known else id_

    def moment(at: datetime) -> str:
        return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")

    return Voice(person, moment, lambda text: text, lambda text: f"```{text}```")


def listed(words: list[str] | tuple[str, ...]) -> str:
    """Join words as people do: "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with what is counted: "1 case", "2,518 cases", "1 drill was"."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def capital(text: str) -> str:
    """Return the text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]
