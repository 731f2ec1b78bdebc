"""What repeats, in words: while a case is opened, while it is resolved, and once it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from escbot.core.repeats import Repeat
from escbot.words.voice import Voice, counted, listed


def ordinal(number: int) -> str:
    """Return "4th"."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def opening(found: Sequence[Repeat], area: str, cause: Callable[[str], str], voice: Voice) -> str:
    """Return what this area has seen in the last thirty days, and what helped last."""
    if not found:
        return ""
    first = found[0]
    fix = first.fix if len(first.fix) <= 160 else first.fix[:159] + "…"
    times = counted(len(first.numbers), "time")
    return (
        f":repeat: {voice.safe(area)} had this {times} in thirty days: "
        f"{voice.safe(cause(first.root_cause))} ({first.names()}). "
        f"ESC-{first.numbers[0]} ended with: {voice.safe(fix)}"
    )


def resolving(found: Sequence[Repeat], area: str, cause: Callable[[str], str], voice: Voice) -> str:
    """Return the causes that this area had before, for whoever chooses one now."""
    if not found:
        return ""
    parts = [
        f"{voice.safe(cause(one.root_cause))} {counted(len(one.numbers), 'time')} ({one.names()})"
        for one in found
    ]
    return f":repeat: {voice.safe(area)} in the last thirty days: {listed(parts)}."


def again(times: int, cases: str, cause: str, area: str) -> str:
    """Return "4th time in thirty days, same root cause (Bug), same area (Payments)"."""
    return (
        f"{ordinal(times)} time in thirty days: same root cause ({cause}), same area ({area}), "
        f"as {cases}."
    )
