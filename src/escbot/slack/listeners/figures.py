"""`/escalate contacts | csat | followups | report | draft`: figures in, figures out."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from escbot.core import commands as c
from escbot.core.card import area_name, cause_name
from escbot.core.decide import Refused
from escbot.core.ledger import ContactsCounted
from escbot.core.repeats import same_before
from escbot.slack import payloads
from escbot.slack.blocks.base import SECTION, Block, section
from escbot.slack.escape import FENCE, clean, escape, fenced, pieces
from escbot.slack.grammar import FORMS, Typed
from escbot.slack.listeners.answers import sentence
from escbot.slack.services import Services
from escbot.words import draft as drafts
from escbot.words import ratings
from escbot.words.voice import counted

VERBS = ("contacts", "csat", "report", "draft")
REPORT_COMES = "Your report comes in your messages with me. `escbot report` has every figure."
NOTHING = "No case was opened in the last {days}, so there is nothing to report."
MOST_DAYS = 3660
MOST_DRAFTED = 30_000  # characters in a private answer


async def answer(services: Services, command: payloads.SlashCommand, typed: Typed) -> str:
    """Return the private answer."""
    try:
        if typed.verb == "contacts":
            return await _contacts(services, command, typed)
        if typed.verb == "csat":
            return await _csat(services, command, typed)
        if typed.verb == "report":
            return await _report(services, command, typed)
    except Refused as refused:
        return sentence(services, refused)
    return await _draft(services, command, typed)


async def _contacts(services: Services, command: payloads.SlashCommand, typed: Typed) -> str:
    """Note a count: of today, of a day, or of a month."""
    count, rest = typed.number or 0, typed.text.split()
    solved = int(rest.pop(0)) if rest and rest[0].isdigit() else None
    if solved is not None and solved > count:
        return "More were solved than came in; please write the contacts first, then the solved."
    today = services.clock().date()
    try:
        start, end = days_of(rest[0]) if rest else (today, today + timedelta(days=1))
    except ValueError:
        return f"That day isn't one. Please write it like this: `{FORMS['contacts']}`"
    if start > today:
        return "That day has not come yet; contacts are counted once they came."
    fact = ContactsCounted(start, end, count, solved)
    noted = await services.desk.ledger.count_contacts(command.team, command.user, [fact])
    when = start.isoformat() if end - start <= timedelta(days=1) else f"{start:%Y-%m}"
    also = f", {solved} of them solved at first contact" if solved is not None else ""
    lead = "Noted" if noted else "I knew that already"
    came = counted(count, "contact")
    return f"{lead}: {came}{also}, {when}. A later count of the same days replaces it."


def days_of(text: str) -> tuple[date, date]:
    """Return the days of "2026-11-24" or "2026-11", [start, end). Raises ValueError."""
    if len(text) == 7:
        first = date.fromisoformat(f"{text}-01")
        return first, first + timedelta(days=calendar.monthrange(first.year, first.month)[1])
    day = date.fromisoformat(text)
    return day, day + timedelta(days=1)


async def _csat(services: Services, command: payloads.SlashCommand, typed: Typed) -> str:
    number, (score, _, comment) = typed.number or 0, typed.text.partition(" ")
    text = clean(comment, 1000) or None
    await services.desk.do(command.team, number, c.Rate(command.user, int(score), "typed", text))
    return ratings.noted(f"ESC-{number}", int(score))


async def _report(services: Services, command: payloads.SlashCommand, typed: Typed) -> str:
    days = min(max(typed.number or 30, 1), MOST_DAYS)
    key = f"report:{command.trigger_id}" if command.trigger_id else None
    posted = await services.reviews.send_report(command.team, command.user, days, key)
    return REPORT_COMES if posted else NOTHING.format(days=counted(days, "day"))


async def _draft(services: Services, command: payloads.SlashCommand, typed: Typed) -> str:
    text = await draft(services, command.team, typed.number or 0)
    return f"{drafts.LEAD}\n{_blocks_of(text, MOST_DRAFTED)[0]}"


async def draft(services: Services, team: str, number: int) -> str:
    """Return the article, or the sentence that says why there is none yet."""
    case = await services.desk.case(team, number)
    if case is None:
        return f"There is no ESC-{number} here."
    policy = services.library.at(case.policy)
    area = case.facts.area
    earlier = await services.desk.lately(team, area) if area else ()
    found = same_before(case, earlier)
    cause = case.resolution.root_cause if case.resolution else ""
    return drafts.article(
        case,
        area_name(policy, area),
        cause_name(policy.root_causes, cause),
        found.numbers if found else (),
    )


def as_code(text: str) -> list[Block]:
    """Return Markdown to copy, in as many blocks as it needs."""
    shown = _blocks_of(text, SECTION - 200)
    return [section(drafts.LEAD), *[section(piece) for piece in shown[:20]]]


def _blocks_of(text: str, longest: int) -> list[str]:
    """Return text in code blocks of about `longest` characters, which nothing in it ends."""
    return [fenced(piece) for piece in pieces(escape(text).replace(FENCE, "'''"), longest)]
