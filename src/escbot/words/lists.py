"""Answers of `/escalate mine | list | status | why | history | tell | help`, for one reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from escbot.core.card import card
from escbot.core.case import Case
from escbot.core.events import Recorded
from escbot.core.policy import Policy
from escbot.words.card import next_line, now_line
from escbot.words.reasons import criterion_name, phrase
from escbot.words.voice import Voice, capital

MOST = 20
HELP = (
    "`/escalate` opens the form; `/escalate checkout is down` fills in the summary.\n"
    "`/escalate mine` · yours  |  `/escalate list` · all open ones\n"
    "`/escalate status ESC-7`  |  `why ESC-7`  |  `history ESC-7`\n"
    "`/escalate tell ESC-7` · what to tell the customer now\n"
    "`/escalate away until 14:00`  |  `/escalate back`"
)


def one_line(case: Case, policy: Policy, voice: Voice) -> str:
    """Return a case in one line: what now, by whom, until when."""
    view = card(case, policy)
    until = next_line(view.next, voice)
    line = f"{view.emoji} *{case.id}* · {case.severity} · {voice.safe(case.customer)}"
    return f"{line} · {now_line(view, voice)}" + (f" · {until}" if until else "")


def several(
    cases: Sequence[Case], policy: Callable[[str], Policy], voice: Voice, empty: str
) -> str:
    """Return cases line by line, the first twenty of them."""
    if not cases:
        return empty
    lines = [one_line(case, policy(case.policy), voice) for case in cases[:MOST]]
    if len(cases) > MOST:
        lines.append(f"… and {len(cases) - MOST} more")
    return "\n".join(lines)


def why(case: Case, voice: Voice) -> str:
    """Return the decision as it was made, in the thread's words."""
    lines = [f"*{case.id}* · {case.severity} · tier {case.tier}"]
    found = case.assessment
    if found is not None:
        because = phrase(found.severity_because, voice)
        lines.append(f"{found.severity}, because {because}.")
        for met in found.criteria:
            where = "management" if met.to == "management" else f"tier {met.to}"
            lines.append(f"• {criterion_name(met.id)} → {where}: {phrase(met.because, voice)}.")
    choice = case.round.choice if case.rounds else None
    if choice is not None:
        for person in choice.considered:
            reasons = "; ".join(phrase(because, voice) for because in person.because)
            chosen = "asked" if person.verdict == "chosen" else "passed over"
            chosen = "next in line" if person.verdict == "runner_up" else chosen
            lines.append(f"• {voice.safe(person.name)}: {chosen} ({reasons or 'free'}).")
    lines.append(f"Policy {case.policy}.")
    return "\n".join(lines)


def history(records: Sequence[Recorded], voice: Voice) -> str:
    """Return what happened, newest last, the last thirty events."""
    lines = []
    for record in records[-30:]:
        name = type(record.event).__name__
        words = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
        by = f" · {voice.person(record.by)}" if record.by else ""
        lines.append(f"{voice.moment(record.at)} · {capital(words)}{by}")
    return "\n".join(lines)


def tell(case: Case, voice: Voice) -> str:
    """Return what to tell the customer now."""
    if not case.words:
        return f"Nothing is prepared for {voice.safe(case.customer)} yet."
    words = case.words[-1]
    if words.sent_at is not None:
        lead = f"{voice.safe(case.customer)} was told {voice.moment(words.sent_at)}:"
    else:
        lead = f"For {voice.safe(case.customer)}, ready to copy:"
    return f"{lead}\n```{voice.safe(words.text)}```"
