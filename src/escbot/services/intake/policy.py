"""The answers → a first policy: the packaged one with what was answered put in its place."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from datetime import timedelta

from escbot.core.durations import spell_duration
from escbot.services.intake.answers import (
    COMPLAINED,
    HANDLES,
    KEEP,
    PEAKS,
    SLA,
    STAKEHOLDERS,
    STUCK,
    TIERS,
    TRIGGERS,
    VOLUME,
    Answers,
    area_id,
)
from escbot.services.intake.beside import Change, put_values, replace_line, replace_section
from escbot.services.policyfile import default_text
from escbot.services.policyfile.document import load
from escbot.services.policyfile.place import at
from escbot.services.policyfile.reader import entries
from escbot.words.voice import counted

MOST_POINTS = 10


def policy_text(answers: Answers) -> str:
    """Return the first policy. It passes `escbot policy check`."""
    made = default_text()
    top = len(answers.tiers) or 3
    if answers.tiers:
        made = replace_section(made, "tiers", _tier_lines(answers))
        made = _below(made, top)
    made = put_values(
        made,
        *(
            (("tiers", tier - 1, "limit"), _time(limit), STUCK)
            for tier, limit in answers.stuck.items()
            if not answers.tiers and tier < top
        ),
    )
    made = _severities(made, answers)
    made = _triggers(made, answers)
    made = _complaints(made, answers)
    if answers.areas:
        made = replace_section(made, "areas", _area_lines(answers.areas))
    made = _hours(made, answers)
    made = _capacity(made, answers)
    made = put_values(
        made,
        *(
            (("channels", purpose), json.dumps(channel.lstrip("#")), STAKEHOLDERS)
            for purpose, channel in answers.channels.items()
        ),
    )
    return made.replace(
        "# Start your own with: escbot policy show > policy.yaml\n",
        "# A first one, from the intake's answers: lines that they set end with `intake` and the\n"
        "# question's number.\n",
    )


def _tier_lines(answers: Answers) -> list[str]:
    usual = {1: timedelta(hours=4), 2: timedelta(hours=8)}
    lines = ["tiers:"]
    for number, name in enumerate(answers.tiers, 1):
        shown = f"number: {number}, name: {json.dumps(name)}"
        handles = answers.handles.get(number)
        if handles:
            shown += f", people: {json.dumps(handles)}"
        why = [TIERS, *([HANDLES] if handles else [])]
        if number < len(answers.tiers):
            limit = answers.stuck.get(number, usual.get(number, timedelta(hours=8)))
            shown += f", limit: {_time(limit)}"
            if number in answers.stuck:
                why.append(f"{STUCK}: after {spell_duration(limit)} a case moves up by itself")
        lines.append(f"  - {{{shown}}}  # intake {'; '.join(why)}")
    return lines


def _below(made: str, top: int) -> str:
    """Point whatever names a tier above the highest to the highest."""
    root = load(made, "policy.yaml")
    changes: list[Change] = []
    for key, name in (("severities", "start"), ("criteria", "to")):
        for place, entry in enumerate(entries(at(root, key), key)):
            value = at(entry, name).value
            worst = key == "severities" and place == 0
            if isinstance(value, int) and (value > top or (worst and value != top)):
                changes.append(((key, place, name), str(top), TIERS))
    return put_values(made, *changes)


def _severities(made: str, answers: Answers) -> str:
    changes: list[Change] = []
    for place, id_ in enumerate(("P1", "P2", "P3", "P4")):
        respond = answers.sla.get(id_)
        if respond is None:
            continue
        changes.append((("severities", place, "respond"), _time(respond), SLA))
        answer = {"P1": 15, "P2": 60, "P3": 120}.get(id_)
        if answer and timedelta(minutes=answer) > respond:
            half = max(respond / 2, timedelta(minutes=1))
            changes.append((("severities", place, "answer"), _time(half), SLA))
    return put_values(made, *changes)


def _triggers(made: str, answers: Answers) -> str:
    if not answers.triggers:
        return made
    lines: list[str] = []
    out: list[str] = []
    after = 0  # the line behind the last criterion
    for line in made.splitlines():
        named = re.match(r"  - \{id: (\w+), to: (?:next|management|\d)", line)
        if named is not None and named[1] not in (*KEEP, *answers.triggers):
            out.append(named[1])
            continue
        told = named is not None and named[1] not in KEEP
        lines.append(f"{line}  # intake {TRIGGERS}" if told else line)
        after = len(lines) if named is not None else after
    if out:
        lines.insert(after, f"  # intake {TRIGGERS}; not named: {', '.join(out)}")
    return "\n".join(lines) + "\n"


def _complaints(made: str, answers: Answers) -> str:
    few, slow, around = (
        f"{COMPLAINED}: {what}" for what in ("too few updates", "slow responses", "sent around")
    )
    heard: dict[str, list[Change]] = {
        "updates": [
            (("severities", 1, "update"), '"1h"', few),
            (("severities", 2, "update"), '"4h"', few),
        ],
        "response": [(("warnings", 0, "at"), '"40%"', slow)],
        "sent_around": [(("routing", "declines_to_propose"), "2", around)],
    }
    made = put_values(made, *(one for what in answers.complaints for one in heard.get(what, ())))
    if "repeating" in answers.complaints:
        why = f"{COMPLAINED}: they have to say it twice"
        made = replace_line(made, "  gated: []", "  gated: [P3]", why)
    return made


def _area_lines(areas: Sequence[str]) -> list[str]:
    why = f"  # intake {HANDLES}"
    found = {area_id(name): name for name in areas}
    found.setdefault("other", "Something else")
    return ["areas:", *(f"  - {{id: {i}, name: {json.dumps(n)}}}{why}" for i, n in found.items())]


def _hours(made: str, answers: Answers) -> str:
    if not answers.timezone and not answers.week:
        return made
    week = answers.week or {"mon-fri": ("09:00-17:00",)}
    hours = ", ".join(
        f"{days}: [{', '.join(json.dumps(w) for w in spans)}]" for days, spans in week.items()
    )
    zone = answers.timezone or "UTC"
    holidays = f", holidays: {{country: {answers.holidays}}}" if answers.holidays else ""
    line = f"  support: {{timezone: {zone}, hours: {{{hours}}}{holidays}}}"
    return replace_line(made, "  support: {timezone: UTC", line, PEAKS)


def _capacity(made: str, answers: Answers) -> str:
    """Set how much one person carries; without people the volume is said, and changes nothing."""
    if answers.volume is None:
        return made
    first = [one for one in answers.people if one.tier == 1]
    week = f"{VOLUME}: {answers.volume:,} a week"
    if not first:
        now = str(at(load(made, "policy.yaml"), "routing", "capacity").value)
        why = f"{week}; name people for a number"
        return put_values(made, (("routing", "capacity"), now, why))
    each = answers.volume / 5 / len(first)
    needed = math.ceil(each) + 2
    points = min(max(needed, 3), MOST_POINTS)
    people = f"{'each of ' if len(first) > 1 else ''}{counted(len(first), 'person', 'people')}"
    why = f"{week} are {each:.1f} a day for {people}"
    if needed > MOST_POINTS:
        why += ", more than anybody carries"
    return put_values(made, (("routing", "capacity"), str(points), why))


def _time(value: timedelta) -> str:
    return f'"{spell_duration(value)}"'
