"""Answers of `/escalate mine | list | status | why | history | tell | help`, for one reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from escbot.core.availability import Member
from escbot.core.card import card
from escbot.core.case import Case
from escbot.core.clocks import due
from escbot.core.policy import Policy
from escbot.core.steps import teller
from escbot.words.card import next_line, now_line
from escbot.words.drill import MARK
from escbot.words.reasons import criterion_name, phrase
from escbot.words.voice import Voice, listed

MOST = 20
HELP = (
    "`/escalate` opens the form; `/escalate checkout is down` fills in the summary.\n"
    "`/escalate mine` · yours  |  `/escalate list` · all open ones, or `list P1 payments late`\n"
    "`/escalate find checkout` · open and past ones\n"
    "`/escalate status ESC-7`  |  `why ESC-7`  |  `history ESC-7`\n"
    "`/escalate tell ESC-7` · what to tell the customer now  |  `update ESC-7` · I told them\n"
    "`/escalate shift` · who is there  |  `load` · who carries what\n"
    "`/escalate away until 14:00`  |  `/escalate back`\n"
    "`/escalate report 30d`  |  `followups` · what is yours to do  |  `draft ESC-7` · an article\n"
    "`/escalate csat ESC-7 4` · the customer's score  |  `contacts 412` · how many came today\n"
    "`/escalate drill` · practise with a case that isn't real, or `drill vip @Priya`"
)


def one_line(case: Case, policy: Policy, voice: Voice, link: str | None = None) -> str:
    """Return a case in one line: what now, by whom, until when; `link` leads to its thread."""
    view = card(case, policy)
    until = next_line(view.next, voice)
    drill = f"*{MARK}* · " if case.drill else ""
    name = f"<{link}|{case.id}>" if link else case.id
    line = f"{drill}{view.emoji} *{name}* · {case.severity} · {voice.safe(case.customer)}"
    return f"{line} · {now_line(view, voice)}" + (f" · {until}" if until else "")


def several(
    cases: Sequence[Case],
    policy: Callable[[str], Policy],
    voice: Voice,
    empty: str,
    links: Mapping[int, str],
) -> str:
    """Return cases line by line, the first twenty of them."""
    if not cases:
        return empty
    lines = [
        one_line(case, policy(case.policy), voice, links.get(case.number)) for case in cases[:MOST]
    ]
    if len(cases) > MOST:
        lines.append(f"… and {len(cases) - MOST} more")
    return "\n".join(lines)


def caption(verb: str, text: str, count: int) -> str:
    """Return what a list is: "12 open cases: p1 payments"."""
    if verb == "mine":
        return f"{count} of yours"
    if verb == "find":
        return f"{count} found for {text}"
    return f"{count} open" + (f": {text}" if text else "")


def more_than(shown: int) -> str:
    """Say that a list was cut."""
    return f"The first {shown} are shown; `/escalate list P1 payments late` narrows it."


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
        if found.begins:
            lines.append(f"{found.severity} begins in tier {found.tier}.")
    choice = case.round.choice if case.rounds else None
    if choice is not None:
        for person in choice.considered:
            reasons = "; ".join(phrase(because, voice) for because in person.because)
            chosen = "asked" if person.verdict == "chosen" else "passed over"
            chosen = "next in line" if person.verdict == "runner_up" else chosen
            lines.append(f"• {voice.safe(person.name)}: {chosen} ({reasons or 'free'}).")
    lines.append(f"Policy {case.policy}.")
    return "\n".join(lines)


def tell(
    case: Case, policy: Policy, voice: Voice, now: str, others: Sequence[tuple[Sequence[str], str]]
) -> str:
    """Return what the customer heard last, what to tell them now, and when they hear again.

    `others` are linked customers who read another language, with the words for them.
    """
    customer = voice.safe(case.customer)
    last = case.words[-1] if case.words else None
    lines = []
    told = next((words for words in reversed(case.words) if words.sent_at), None)
    if told is not None and told.sent_at is not None:
        lines.append(f"{customer} was told {voice.moment(told.sent_at)}:")
        lines.append(voice.code(told.text))
    if last is not told or not case.phase.is_over:
        lead = "For" if told is None else "Now, for"
        lines.append(f"{lead} {customer}, ready to copy:\n{voice.code(now)}")
        for names, text in others:
            readers = listed([voice.safe(name) for name in names])
            lines.append(f"For {readers}:\n{voice.code(text)}")
    clock = case.clocks.get("update")
    at = due(clock, policy) if clock else None
    who = voice.person(teller(case))
    lines.append(f"{who} owns the words." + (f" Due {voice.moment(at)}." if at else ""))
    return "\n".join(lines)


def shift(crew: Sequence[Member], voice: Voice) -> str:
    """Return who is there now, tier by tier, then who is not."""
    lines = []
    for tiers, members in _by_tiers(crew):
        there = [
            voice.person(m.person.id) + (" (on call)" if m.on_call else "")
            for m in members
            if m.there
        ]
        lines.append(f"*{tiers}*: {listed(there) if there else 'nobody'}")
    gone = [_gone(member, voice) for member in crew if not member.there]
    if gone:
        lines.append(f"Not there: {listed(gone)}")
    return "\n".join(lines) or "The roster has nobody who takes cases."


def _gone(member: Member, voice: Voice) -> str:
    name = voice.person(member.person.id)
    if member.is_away and member.away_until is not None:
        return f"{name} (away until {voice.moment(member.away_until)})"
    return f"{name} ({'away' if member.is_away else 'off shift'})"


def loads(crew: Sequence[Member], voice: Voice) -> str:
    """Return who carries what, in capacity points."""
    lines = []
    for tiers, members in _by_tiers(crew):
        lines.append(f"*{tiers}*")
        for member in members:
            full = min(member.load, member.capacity)
            bar = "▰" * full + "▱" * max(member.capacity - full, 0)
            name = voice.person(member.person.id)
            lines.append(f"{bar} {name} {member.load} of {member.capacity}")
    return "\n".join(lines) or "The roster has nobody who takes cases."


def _by_tiers(crew: Sequence[Member]) -> list[tuple[str, list[Member]]]:
    found: dict[str, list[Member]] = {}
    for member in crew:
        tiers = listed([str(tier) for tier in member.person.tiers])
        name = f"Tier {tiers}" if len(member.person.tiers) == 1 else f"Tiers {tiers}"
        found.setdefault(name, []).append(member)
    return list(found.items())
