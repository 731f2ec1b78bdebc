"""What is said about drills: the invitation, the score, and what would be better."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from escbot.core.drill.script import Mark, Practice, total
from escbot.core.durations import format_duration
from escbot.core.reasons import Because, Value
from escbot.words.reasons import FACTS, criterion_name, facts_phrase
from escbot.words.refusals import FIELDS
from escbot.words.voice import Voice, capital, listed

MARK = "DRILL"
TO_CUSTOMER = f"{MARK}, for practice only: "
BEGUN = (
    "*{title}* is ready: {id} in #{channel}. Read the call there and press `Escalate`. "
    "Whoever presses `Join the drill` plays with you; nobody else is asked."
)
UNKNOWN = "I don't know {names}. Name people as the roster does, like `/escalate drill vip @Priya`."
STEPS: Mapping[str, str] = {
    "document": "1 Document",
    "assess": "2 Assess",
    "route": "3 Route",
    "brief": "4 Brief",
    "update": "5 Update",
}
ASKED: Mapping[str, str] = {
    "document": "documented fully",
    "assess": "assessed as the policy says",
    "route": "the right specialist",
    "brief": "brief complete",
    "update": "customer told in time",
}
GOOD = 0.85  # from this share on a step needs no sign


def faster(pace: float) -> str:
    """Return what an hour of the policy is in this drill."""
    return f"an hour of the policy is {format_duration(timedelta(hours=1) / pace)} here"


def stories(found: Iterable[Practice], troubles: Iterable[str]) -> str:
    """Return the list of drills that can be started."""
    lines = ["These drills are there; `/escalate drill outage @Priya` starts one with company:"]
    lines += [f"• `{one.story}` · {one.title}: {one.teaches}" for one in found]
    lines += [f":warning: {trouble}" for trouble in troubles]
    return "\n".join(lines)


def percent(share: float | None) -> str:
    """Return a share as people read it; what was not asked for has none."""
    return "–" if share is None else f"{share:.0%}"


def sign(share: float | None) -> str:
    """Return the emoji of a step; the words beside it say the same."""
    if share is None:
        return ":white_circle:"
    return ":white_check_mark:" if share >= GOOD else ":warning:" if share >= 0.5 else ":x:"


def headline(marks: tuple[Mark, ...]) -> str:
    """Return the score as a whole."""
    share = total(marks)
    if share is None:
        return "The drill is over. Nobody escalated, so there is no score."
    return f"The drill is over: {percent(share)}"


def lines(marks: tuple[Mark, ...], voice: Voice) -> list[str]:
    """Return one line for each step."""
    found = []
    for mark in marks:
        who = listed([voice.person(person) for person in mark.people])
        asked = ASKED[mark.step] if mark.share is not None else "not needed here"
        by = f" · {who}" if who and mark.share is not None else ""
        found.append(f"{sign(mark.share)} *{STEPS[mark.step]}* {percent(mark.share)} · {asked}{by}")
    return found


def advice(marks: tuple[Mark, ...], voice: Voice) -> list[str]:
    """Return what would be better next time."""
    return [f"{STEPS[mark.step]}: {better(b, voice)}" for mark in marks for b in mark.better]


def better(because: Because, voice: Voice) -> str:
    """Return one sentence of advice."""
    write = _BETTER.get(because.code)
    return write(because.values, voice) if write else capital(because.code.replace("_", " ")) + "."


def _person(values: Mapping[str, Value], voice: Voice, key: str = "person") -> str:
    value = values.get(key)
    return voice.person(str(value)) if value else "somebody"


def _severity(v: Mapping[str, Value], voice: Voice) -> str:
    why = facts_phrase({name: value for name, value in v.items() if name != "was"})
    should = v.get("severity", "another severity")
    return f"this was {should}, because {why}; it went as {v['was']}."


def _news(v: Mapping[str, Value], voice: Voice) -> str:
    what = FACTS.get((str(v["fact"]), True), str(v["fact"]).replace("_", " "))
    return (
        f"the customer said “{voice.safe(str(v['says']))}”: {what}, and `More…` → "
        "`Something changed` tells those who must know."
    )


def _nobody(v: Mapping[str, Value], voice: Voice) -> str:
    asked = f" {_person(v, voice)} was asked last." if v.get("person") else ""
    return f"nobody took it.{asked} `Acknowledge` or the first reply takes a case."


_BETTER: Mapping[str, Callable[[Mapping[str, Value], Voice], str]] = {
    "drill_customer": lambda v, voice: (
        f"name the customer as the roster does: {voice.safe(str(v['customer']))}."
    ),
    "drill_field": lambda v, _: (
        f"“{FIELDS.get(str(v['field']), str(v['field']))}” belongs into the form, "
        "so that nobody asks again."
    ),
    "drill_mention": lambda v, voice: (
        f"say {voice.safe(str(v['name']))} in the form; the customer told it in the call."
    ),
    "drill_severity": _severity,
    "drill_criterion": lambda v, _: (
        f"“{criterion_name(str(v['name']))}” was true as well and was not ticked."
    ),
    "drill_no_criterion": lambda v, _: (
        f"“{criterion_name(str(v['name']))}” was not what the customer said."
    ),
    "drill_area": lambda v, voice: (
        f"the area was {voice.safe(str(v['area']))}; it decides whose skill is looked for."
    ),
    "drill_news": _news,
    "drill_nobody": _nobody,
    "drill_no_answer": lambda v, voice: (
        f"{_person(v, voice)} was asked and let the time pass; `Decline` is quicker for everybody."
    ),
    "drill_wrong_person": lambda v, voice: (
        f"{_person(v, voice)} was picked by name; {_person(v, voice, 'best')} knows more of "
        f"{voice.safe(str(v['area']))}."
    ),
    "drill_no_brief": lambda v, voice: (
        f"{_person(v, voice)} took it without a brief: talk, then press `Brief taken`."
    ),
    "drill_late_brief": lambda v, voice: (
        f"the brief of {_person(v, voice)} came late; it is the first thing after taking a case."
    ),
    "drill_short_brief": lambda v, voice: (
        f"the checklist of {_person(v, voice)} has lines that nobody ticked."
    ),
    "drill_incomplete_brief": lambda v, voice: (
        f"{_person(v, voice)} missed something in the handoff; the checklist says what belongs in."
    ),
    "drill_never_told": lambda v, _: (
        "the customer heard nothing. The text stands ready under Update; `I sent it` says so."
    ),
    "drill_late_update": lambda v, _: (
        f"the customer waited longer than promised {_times(v['times'])}. "
        "A short word in time is better than a long one late."
    ),
    "drill_no_resolution": lambda v, _: "the customer has not heard that it is solved.",
}
CODES = tuple(_BETTER)


def _times(count: Value) -> str:
    return "once" if count == 1 else f"{count} times"
