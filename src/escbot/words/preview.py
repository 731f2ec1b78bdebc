"""What the form says while it is filled: where this goes, why, and whom it wakes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from escbot.core.preview import Other, Preview
from escbot.words.reasons import criterion_name, phrase
from escbot.words.voice import Voice, capital, listed

NOTHING_YET = "Choose the kind of problem and the impact to see where this goes."
ADDED = "{customer} is on ESC-{number} now. Its updates and its resolution reach you too."


def headline(view: Preview, voice: Voice) -> str:
    """Return "P1 · Tier 3 · Priya (payments skill 3 of 3; on shift) · answers by 15:04"."""
    found = view.assessment
    where = "Planning queue" if view.planning else view.tier_name
    parts = [f"{view.emoji} *{found.severity} {view.severity_name}*", where]
    if view.keeps:
        parts.append("stays with you, tracked")
    elif view.person:
        because = [phrase(one, voice) for one in view.because[:2]]
        because += ["on shift"] if view.pages is None else []
        parts.append(voice.person(view.person) + (f" ({'; '.join(because)})" if because else ""))
    elif not view.planning:
        parts.append("nobody is free now; the next free person gets it")
    if view.answer_by is not None and not view.keeps:
        parts.append(f"answers by {voice.moment(view.answer_by)}")
    return " · ".join(parts)


def because(view: Preview, voice: Voice) -> str:
    """Return the reasons in plain words."""
    found = view.assessment
    lines = [f"{found.severity} because {phrase(found.severity_because, voice)}."]
    met = [(one.to, phrase(one.because, voice)) for one in found.criteria if one.to != "management"]
    up = list(dict.fromkeys(why for to, why in met if to == found.tier))  # one fact, two criteria
    also = list(dict.fromkeys(why for _, why in met if why not in up))
    if found.begins:
        lines.append(f"{found.severity} begins in {view.tier_name}.")
    if up:
        lines.append(f"{view.tier_name} because {listed(up)}.")
    if also:
        lines.append(f"Also: {listed(also)}.")
    risks = [criterion_name(one.id) for one in found.criteria if one.to == "management"]
    if risks:
        pinged = listed([voice.person(one) for one in dict.fromkeys(view.managers)])
        lines.append(
            f"{listed(risks)}: management hears of it{f', {pinged} first' if pinged else ''}."
        )
    return " ".join(lines)


def pages(view: Preview, now: datetime, voice: Voice) -> str:
    """Return whom this wakes, with the time it is for them."""
    if view.pages is None:
        return ""
    person, zone = view.pages
    there = now.astimezone(ZoneInfo(zone))
    return f":alarm_clock: This pages {voice.person(person)}; it is {there:%H:%M} for them."


def stays(view: Preview, voice: Voice) -> str:
    """Return what would send the case up, where nothing does, and what to try first."""
    if not view.could:
        return ""
    names = listed([criterion_name(id_).lower() for id_ in view.could])
    end = view.goes_up_at
    until = f" until {voice.moment(end)} and then goes up" if end else ""
    text = f"No criterion is met, so it stays with you{until}."
    text += f" What would send it up now: {names}; or your reason below."
    if view.checklist:
        lines = "\n".join(f"• {capital(line)}" for line in view.checklist)
        text += f"\nWorth checking first:\n{lines}"
    return text


def other(view: Other, voice: Voice) -> str:
    """Return an open case that is perhaps the same problem."""
    verb = "is asked" if view.asked else "has it"
    who = f"{voice.person(view.person)} {verb}" if view.person else "nobody has it yet"
    area = f" · {view.area}" if view.area and view.why == "area" else ""
    short = view.summary if len(view.summary) <= 120 else view.summary[:119] + "…"
    line = f"{view.emoji} *ESC-{view.number}* · {view.severity} · {voice.safe(view.customer)}{area}"
    joined = f"\n{voice.safe(view.joined)} is part of ESC-{view.number}." if view.joined else ""
    return f"{line}\n{voice.safe(short)}\n{who}{joined}"
