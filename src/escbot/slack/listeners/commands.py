"""`/escalate` and the shortcuts: the form, or an answer for the one who asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from escbot.core import searching
from escbot.core.availability import crew
from escbot.core.case import Case
from escbot.core.decide import Refused
from escbot.core.decide.texts import languages
from escbot.core.digest import is_late
from escbot.core.steps import is_told
from escbot.slack import ids, payloads
from escbot.slack.blocks import forms, tables
from escbot.slack.blocks.base import context
from escbot.slack.blocks.memo import Memo
from escbot.slack.grammar import Typed, parse
from escbot.slack.listeners import drills, figures
from escbot.slack.listeners.afterwards import mine, open_of
from escbot.slack.listeners.answers import privately, sentence
from escbot.slack.services import Services
from escbot.words import lists, timeline
from escbot.words.drill import MARK
from escbot.words.followups import MOST, NOTHING, line

LISTS = ("mine", "list", "find")
UNKNOWN = "There is no ESC-{number} here. `/escalate mine` lists yours."


def register(app: AsyncApp, services: Services) -> None:
    """Add the listeners of commands and shortcuts."""

    async def escalate(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        command = payloads.slash_command(body)
        areas = [area.id for area in services.library.current.areas]
        typed = parse(command.text, areas, list(services.drills().found))
        # The trigger lives three seconds, so a form comes before everything else.
        form = await _form(services, command, typed)
        if form is not None:
            await client.views_open(trigger_id=command.trigger_id, view=form)
            await ack()
            return
        if typed.verb == "drill":
            said = await drills.begin(services, command, typed.text)
            await ack()
            await privately(respond, said)
            return
        await ack()
        if typed.verb == "followups":
            blocks = await mine(services, command.team, command.user)
            await privately(respond, "Your follow-ups", blocks)
        elif typed.verb in LISTS:
            await _show_list(services, respond, command, typed)
        else:
            await privately(respond, await answer(services, command, typed))

    async def on_message(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        picked = payloads.shortcut(body)
        ts = picked.ts or picked.thread_ts
        memo = Memo(channel=picked.channel, ts=ts, files=picked.files)
        text = payloads.with_names(picked.text, services.name)
        form = forms.escalate(services.library.current, summary=text, memo=memo)
        await client.views_open(trigger_id=picked.trigger_id, view=form)
        await ack()

    async def anywhere(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        picked = payloads.shortcut(body)
        form = forms.escalate(services.library.current)
        await client.views_open(trigger_id=picked.trigger_id, view=form)
        await ack()

    app.command(ids.COMMAND)(escalate)
    app.shortcut(ids.SHORTCUT_MESSAGE)(on_message)
    app.shortcut(ids.SHORTCUT_GLOBAL)(anywhere)


async def _form(
    services: Services, command: payloads.SlashCommand, typed: Typed
) -> dict[str, Any] | None:
    """Return the form that a command opens; None where it is answered in words."""
    if typed.verb == "new":
        return forms.escalate(services.library.current, summary=typed.text)
    if typed.verb != "update" or typed.number is None:
        return None
    case = await to_tell(services, command.team, typed.number)
    if case is None:
        return None
    memo = Memo(case.number, case.turn)
    text, others = services.desk.words_now(case), services.desk.others_now(case)
    return forms.tell(case, memo, text, services.library.roster, others)


async def to_tell(services: Services, team: str, number: int) -> Case | None:
    """Return a case whose customer can be told something; None where there is none, or it is over
    and its last words were said.
    """
    case = await services.desk.case(team, number)
    if case is None or (case.phase.is_over and is_told(case)):
        return None
    return case


async def answer(services: Services, command: payloads.SlashCommand, typed: Typed) -> str:
    """Return the private answer to a command that opens no form."""
    if typed.verb == "help":
        return lists.HELP
    if typed.verb == "wrong":
        return f"That didn't quite fit. Please write it like this: `{typed.text}`"
    if typed.verb in figures.VERBS:
        return await figures.answer(services, command, typed)
    if typed.verb == "followups":
        found = await open_of(services, command.team, command.user)
        return "\n".join(line(one, services.voice()) for one in found[:MOST]) or NOTHING
    if typed.verb in ("away", "back"):
        return await _presence(services, command, typed)
    if typed.verb in LISTS:
        return await _several(services, command, typed)
    if typed.verb in ("shift", "load"):
        return await _people(services, command, typed)
    return await _about(services, command, typed)


async def _show_list(
    services: Services, respond: AsyncRespond, command: payloads.SlashCommand, typed: Typed
) -> None:
    """Answer with a table where there are enough cases and Slack takes one, else with lines."""
    found, empty = await _found(services, command, typed)
    links = await services.links(command.team, found[: tables.MOST_ROWS])
    text = lists.several(found, services.library.at, services.voice(), empty, links)
    if len(found) >= tables.WORTH and services.newer.may(tables.TABLE):
        caption = lists.caption(typed.verb, typed.text, len(found))
        blocks = [
            tables.cases_table(found, services.library.at, services.name, caption, links),
        ]
        if len(found) > tables.MOST_ROWS:
            blocks.append(context(lists.more_than(tables.MOST_ROWS)))
        answer_ = await respond(
            text=text, blocks=blocks, response_type="ephemeral", replace_original=False
        )
        if answer_.status_code == 200 and "invalid_blocks" not in (answer_.body or ""):
            return
        services.newer.refuse(tables.TABLE)
    await privately(respond, text)


async def _several(services: Services, command: payloads.SlashCommand, typed: Typed) -> str:
    found, empty = await _found(services, command, typed)
    links = await services.links(command.team, found[: lists.MOST])
    return lists.several(found, services.library.at, services.voice(), empty, links)


async def _found(
    services: Services, command: payloads.SlashCommand, typed: Typed
) -> tuple[tuple[Case, ...], str]:
    """Return the cases that were asked for, and what to say where there are none."""
    if typed.verb == "find":
        recent = await services.desk.recent_cases(command.team, limit=2000)
        found = tuple(case for case in recent if searching.says(case, typed.text))
        return found, f"Nothing was found for “{services.voice().safe(typed.text[:100])}”."
    cases = await services.desk.open_cases(command.team)
    if typed.verb == "mine":
        cases = tuple(case for case in cases if _is_of(case, command.user))
        return cases, "Nothing of yours is open."
    if not typed.text:
        return cases, "Nothing is open. All quiet."
    if "resolved" in typed.text.split():
        cases = await services.desk.recent_cases(command.team, limit=2000)
    library, now = services.library, services.clock()
    words = typed.text.split()
    cases = tuple(
        case
        for case in cases
        if searching.fits(case, words, lambda one: is_late(one, library.at(one.policy), now))
    )
    return cases, f"Nothing open fits `{typed.text}`."


async def _people(services: Services, command: payloads.SlashCommand, typed: Typed) -> str:
    library, now = services.library, services.clock()
    floor = await services.desk.floor(command.team)
    found = crew(library.current, library.roster, floor, now)
    if typed.verb == "load":
        return lists.loads(found, services.voice())
    return lists.shift(found, services.voice())


def _is_of(case: Case, user: str) -> bool:
    return user in (case.owner, case.offered, case.requester, *case.helpers)


async def _about(services: Services, command: payloads.SlashCommand, typed: Typed) -> str:
    number = typed.number or 0
    case = await services.desk.case(command.team, number)
    if case is None:
        return UNKNOWN.format(number=number)
    voice = services.voice()
    if typed.verb == "status":
        links = await services.links(command.team, [case])
        return lists.one_line(case, services.library.at(case.policy), voice, links.get(number))
    mark = f"*{MARK}* · " if case.drill else ""
    if typed.verb == "why":
        return mark + lists.why(case, voice)
    if typed.verb == "history":
        return mark + timeline.history(await services.desk.events(command.team, number), voice)
    if typed.verb == "tell":
        names = languages(case, services.library.roster)
        others = [(names[at], text) for at, text in services.desk.others_now(case).items()]
        policy, now = services.library.at(case.policy), services.desk.words_now(case)
        return mark + lists.tell(case, policy, voice, now, others)
    return sentence(services, Refused("over", phase=case.phase.value))  # nothing is left to update


async def _presence(services: Services, command: payloads.SlashCommand, typed: Typed) -> str:
    if typed.verb == "back":
        was_away = await services.desk.back(command.team, command.user)
        return "Welcome back; you can be asked again." if was_away else "You were not away."
    until = moment(services, command.user, typed.until) if typed.until else None
    await services.desk.away(command.team, command.user, until)
    if until is None:
        return "You are away. Nobody asks you until you write `/escalate back`."
    return f"You are away until {services.voice().moment(until)}. `/escalate back` ends it sooner."


def moment(services: Services, user: str, clock: tuple[int, int]) -> datetime:
    """Return the next time that the person's own clock shows this."""
    person = services.library.roster.person(user)
    zone = ZoneInfo(person.timezone if person else "UTC")
    now = services.clock().astimezone(zone)
    at = now.replace(hour=clock[0], minute=clock[1], second=0, microsecond=0)
    return (at if at > now else at + timedelta(days=1)).astimezone(UTC)
