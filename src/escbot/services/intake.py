"""The nine intake questions' answers → a first policy, roster and map, with reasons beside fields.

The policy is the packaged one with what was answered put in its place; every line that an answer
set ends with a comment that says which answer it was and what it changed.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from escbot.core.durations import spell_duration
from escbot.services.policyfile import default_text
from escbot.services.policyfile.document import Item, load
from escbot.services.policyfile.levels import ROLES
from escbot.services.policyfile.reader import Section, duration, entries, names, text
from escbot.words.voice import counted

COMPLAINTS = ("updates", "response", "sent_around", "repeating")
KEEP = ("time_limit", "discretion")  # criteria that every policy has
# What a comment calls a question; the numbers are those of the nine.
TIERS, HANDLES, VOLUME = "1 tiers", "2 what each handles", "3 volume"
TRIGGERS, STUCK, COMPLAINED = (
    "4 what triggers escalations",
    "5 where cases get stuck",
    "6 complaints",
)
SLA, PEAKS, STAKEHOLDERS = "7 SLA commitments", "8 peaks and resources", "9 stakeholders"
MOST_POINTS = 10
_SCALAR = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^\s,\]}#]+")
_KEYS = (
    "tiers", "handles", "areas", "volume", "triggers", "stuck", "complaints", "sla", "hours",
    "people", "channels",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody named in the answers; without a Slack id the roster asks for it."""

    name: str
    slack: str | None = None
    tier: int | None = None
    roles: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered; what is empty leaves the packaged policy as it is."""

    tiers: tuple[str, ...] = ()
    handles: Mapping[int, str] = field(default_factory=dict)
    areas: tuple[str, ...] = ()
    volume: int | None = None  # cases a week
    triggers: tuple[str, ...] = ()
    stuck: Mapping[int, timedelta] = field(default_factory=dict)  # tier -> limit
    complaints: tuple[str, ...] = ()
    sla: Mapping[str, timedelta] = field(default_factory=dict)
    timezone: str | None = None
    week: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    holidays: str | None = None
    people: tuple[Colleague, ...] = ()
    channels: Mapping[str, str] = field(default_factory=dict)


def read_answers(content: str, name: str) -> Answers:
    """Read a file of answers. Raises FileError with line, column and what is allowed."""
    root = Section(load(content, name), "the answers", _KEYS)
    hours = root.get("hours")
    when = Section(hours, "hours", ("timezone", "week", "holidays")) if hours else None
    week = when.get("week") if when else None
    volume = root.get("volume")
    return Answers(
        tiers=root.names("tiers"),
        handles={int(k): text(v, k) for k, v in _pairs(root.get("handles"), "1 2 3 4 5")},
        areas=root.names("areas"),
        volume=root.whole("volume") if volume else None,
        triggers=root.names("triggers", criteria_ids()),
        stuck={int(k): duration(v, k) for k, v in _pairs(root.get("stuck"), "1 2 3 4")},
        complaints=root.names("complaints", COMPLAINTS),
        sla={k: duration(v, k) for k, v in _pairs(root.get("sla"), "P1 P2 P3 P4")},
        timezone=when.maybe_text("timezone") if when else None,
        week={k: names(v, k) for k, v in _pairs(week, "")},
        holidays=when.maybe_text("holidays") if when else None,
        people=tuple(_colleague(one) for one in root.each("people")),
        channels={k: text(v, k) for k, v in _pairs(root.get("channels"), "escalations managers "
                                                   "planning")},
    )  # fmt: skip


def _pairs(item: Item | None, allowed: str) -> list[tuple[str, Item]]:
    if item is None:
        return []
    known = allowed.split() or (list(item.value) if isinstance(item.value, dict) else [])
    return list(Section(item, "this", [str(one) for one in known]).items.items())


def _colleague(item: Item) -> Colleague:
    one = Section(item, "a person", ("name", "slack", "tier", "roles", "skills"))
    tier = one.whole("tier", least=1) if one.get("tier") else None
    return Colleague(
        one.text("name"), one.maybe_text("slack"), tier, one.names("roles", ROLES),
        one.names("skills"),
    )  # fmt: skip


def criteria_ids() -> tuple[str, ...]:
    """Return the criteria of the packaged policy, in their order."""
    item = _at(load(default_text(), "policy.yaml"), "criteria")
    return tuple(str(_at(entry, "id").value) for entry in entries(item, "criteria"))


def area_id(name: str) -> str:
    """Return the id of an area by its name."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or "area"


# The policy


# Where a value stands, what is to stand there, and which answer says so.
Change = tuple[tuple[str | int, ...], str, str]


def policy_text(answers: Answers) -> str:
    """Return the first policy. It passes `escbot policy check`."""
    made = default_text()
    top = len(answers.tiers) or 3
    if answers.tiers:
        made = _section(made, "tiers", _tier_lines(answers))
        made = _below(made, top)
    made = _put(
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
        made = _section(made, "areas", _area_lines(answers.areas))
    made = _hours(made, answers)
    made = _capacity(made, answers)
    made = _put(
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
        for place, entry in enumerate(entries(_at(root, key), key)):
            value = _at(entry, name).value
            worst = key == "severities" and place == 0
            if isinstance(value, int) and (value > top or (worst and value != top)):
                changes.append(((key, place, name), str(top), TIERS))
    return _put(made, *changes)


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
    return _put(made, *changes)


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
    made = _put(made, *(one for what in answers.complaints for one in heard.get(what, ())))
    if "repeating" in answers.complaints:
        why = f"{COMPLAINED}: they have to say it twice"
        made = _line(made, "  gated: []", "  gated: [P3]", why)
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
    return _line(made, "  support: {timezone: UTC", line, PEAKS)


def _capacity(made: str, answers: Answers) -> str:
    """Set how much one person carries; without people the volume is said, and changes nothing."""
    if answers.volume is None:
        return made
    first = [one for one in answers.people if one.tier == 1]
    week = f"{VOLUME}: {answers.volume:,} a week"
    if not first:
        now = str(_at(load(made, "policy.yaml"), "routing", "capacity").value)
        why = f"{week}; name people for a number"
        return _put(made, (("routing", "capacity"), now, why))
    each = answers.volume / 5 / len(first)
    needed = math.ceil(each) + 2
    points = min(max(needed, 3), MOST_POINTS)
    people = f"{'each of ' if len(first) > 1 else ''}{counted(len(first), 'person', 'people')}"
    why = f"{week} are {each:.1f} a day for {people}"
    if needed > MOST_POINTS:
        why += ", more than anybody carries"
    return _put(made, (("routing", "capacity"), str(points), why))


def _time(value: timedelta) -> str:
    return f'"{spell_duration(value)}"'


def _at(item: Item, *path: str | int) -> Item:
    for key in path:
        value = item.value
        if isinstance(value, dict):
            item = value[str(key)]
        elif isinstance(value, list) and isinstance(key, int):
            item = value[key]
        else:
            raise LookupError(f"there is no {key}")
    return item


def _put(made: str, *changes: Change) -> str:
    """Replace values and say beside each which answer set it, and what stood there before."""
    if not changes:
        return made
    root = load(made, "policy.yaml")  # once: this reads some three hundred lines
    by_line: dict[int, list[tuple[int, str, str]]] = {}
    for path, value, why in changes:
        item = _at(root, *path)
        by_line.setdefault(item.line, []).append((item.column - 1, value, why))
    lines = made.splitlines()
    for number, here in by_line.items():
        lines[number - 1] = _changed(lines[number - 1], here)
    return "\n".join(lines) + "\n"


def _changed(line: str, changes: Sequence[tuple[int, str, str]]) -> str:
    code, hash_, said = line.partition("#")
    told = [said.strip()] if hash_ and "intake " in said else []
    for column, value, why in changes:
        token = _SCALAR.match(line, column)
        if token is None:
            raise LookupError(f"column {column + 1} of {line!r} holds no value")
        more = "" if token[0] == value else f" (packaged: {token[0].strip(chr(34))})"
        told.append(f"{'' if told else 'intake '}{why}{more}")
    for column, value, _ in sorted(changes, reverse=True):  # from the right: columns stay
        token = _SCALAR.match(code, column)
        code = code[:column] + value + code[token.end() if token else column :]
    return f"{code.rstrip()}  # {'; '.join(told)}"


def _line(made: str, begins: str, line: str, why: str) -> str:
    """Replace the first line that begins so."""
    lines = made.splitlines()
    place = next(at for at, known in enumerate(lines) if known.startswith(begins))
    lines[place] = f"{line}  # intake {why}"
    return "\n".join(lines) + "\n"


def _section(made: str, key: str, new: Sequence[str]) -> str:
    """Replace a section of the file."""
    lines = made.splitlines()
    start = lines.index(f"{key}:")
    end = next(
        (at for at in range(start + 1, len(lines)) if not lines[at].startswith(" ")), len(lines)
    )
    return "\n".join([*lines[:start], *new, *lines[end:]]) + "\n"


# The roster


def roster_text(answers: Answers) -> str:
    """Return the first roster: the people who were named, with what is missing said."""
    lines = [
        "# The people who take escalations, from the intake's answers.",
        "# Slack ids stand in a person's profile under “Copy member ID”.",
    ]
    if not answers.people:
        return "\n".join([*lines, "people: []  # name them: escbot decides for real people", ""])
    lines.append("people:")
    known = {area_id(name) for name in answers.areas} | {"other"} if answers.areas else None
    for number, one in enumerate(answers.people, 1):
        lines.append(_person_line(one, number, known))
    return "\n".join(lines) + "\n"


def _person_line(one: Colleague, number: int, known: set[str] | None) -> str:
    roles = one.roles or (("agent",) if one.tier == 1 else ("specialist",) if one.tier else ())
    parts = [f"slack: {one.slack or f'U_MISSING_{number}'}", f"name: {json.dumps(one.name)}"]
    parts.append(f"roles: [{', '.join(roles or ('agent',))}]")
    if one.tier:
        parts.append(f"tiers: [{one.tier}]")
    skills = [area_id(name) for name in one.skills]
    skills = [skill for skill in skills if known is None or skill in known]
    if skills:
        parts.append(f"skills: {{{', '.join(f'{skill}: 2' for skill in skills)}}}")
    why = PEAKS if one.tier else STAKEHOLDERS
    note = "" if one.slack else "; put their member ID in place of U_MISSING"
    return f"  - {{{', '.join(parts)}}}  # intake {why}{note}"
