"""The morning's digest in words."""

from __future__ import annotations

from escbot.core.views import DigestLine, DigestView
from escbot.words.card import next_line
from escbot.words.voice import Voice, listed

TITLES = (
    ("late", "Past a limit"),
    ("at_risk", "Half of a limit is used"),
    ("unassigned", "Nobody has it"),
    ("quiet", "For you to know"),
)


def headline(view: DigestView) -> str:
    """Return "5 open: 1 past a limit and 2 at risk"."""
    late, risky, nobody, _ = view.counts
    parts = []
    if late:
        parts.append(f"{late} past a limit")
    if risky:
        parts.append(f"{risky} at risk")
    if nobody:
        parts.append(f"{nobody} without anybody")
    fine = "within its limits" if view.open == 1 else "all within their limits"
    state = listed(parts) if parts else fine
    return f"{view.open} open: {state}"


def parts(view: DigestView, voice: Voice) -> list[tuple[str, list[str]]]:
    """Return each part that has something, with its lines."""
    found = []
    for place, (name, title) in enumerate(TITLES):
        lines: tuple[DigestLine, ...] = getattr(view, name)
        if not lines:
            continue
        texts = [line(one, voice) for one in lines]
        more = view.counts[place] - len(lines)
        if more > 0:
            texts.append(f"… and {more} more: `/escalate list`")
        found.append((title, texts))
    return found


def line(one: DigestLine, voice: Voice) -> str:
    """Return one case: who, what, until when."""
    vip = " :star:" if one.vip else ""
    who = voice.person(one.person) if one.person else "nobody"
    text = (
        f"{one.emoji} *ESC-{one.number}* · {one.severity} · {voice.safe(one.customer)}{vip} · {who}"
    )
    until = next_line(one.next, voice)
    return f"{text} · {until}" if until else text
