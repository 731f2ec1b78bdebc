"""The form answers while it is filled: on each choice, never on a key."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from escbot.core import commands as c
from escbot.core.card import area_name, cause_name
from escbot.core.decide import Refused
from escbot.core.drill.stage import cast
from escbot.core.preview import Other, Preview, others, preview
from escbot.core.repeats import Repeat, repeats
from escbot.core.roster import Roster
from escbot.slack import ids, payloads
from escbot.slack.blocks import forms
from escbot.slack.blocks.base import Block, option
from escbot.slack.blocks.memo import read_memo
from escbot.slack.blocks.preview import live
from escbot.slack.escape import clean
from escbot.slack.listeners.answers import sentence
from escbot.slack.listeners.turns import Turns
from escbot.slack.listeners.views import as_drill, escalation
from escbot.slack.services import Services
from escbot.words import repeats as words
from escbot.words.preview import ADDED

UNNAMED = "a customer"  # so that the form can answer before the customer is named
MOST_OPTIONS = 20
LONGEST_NAME = 150  # an option's value has room for it (docs.slack.dev: option object)


def register(app: AsyncApp, services: Services) -> None:
    """Add the listeners of the open form."""

    turns = Turns()

    async def chosen(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        click, form = payloads.click(body), payloads.form(body)
        async with turns.mine(click) as mine:
            if mine:
                found, similar = await look(services, form)
                await turns.show(client, click, await _view(services, form, found, similar))

    async def add(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        click, form = payloads.click(body), payloads.form(body)
        number = payloads.case_reference(click.value)[0]
        customer = clean(form.text(ids.CUSTOMER), 150)
        try:
            if not customer:
                raise Refused("missing_field", field="customer")
            command = c.LinkCustomer(form.user, customer)
            await services.desk.do(form.team, number, command, key=click.key)
        except Refused as refused:
            found, similar = await look(services, form)
            view = await _view(services, form, found, similar, sentence(services, refused))
        else:
            text = ADDED.format(customer=customer, number=number)
            view = forms.done("Added", services.voice().safe(text))
        await ack()
        async with turns.mine(click):
            await turns.show(client, click, view)

    for block in ids.LIVE:
        app.action({"block_id": block, "action_id": ids.FIELD})(chosen)
    app.action(ids.ADD_CUSTOMER)(add)
    _suggest(app, services)


def _suggest(app: AsyncApp, services: Services) -> None:
    """Add the listener of fields with type-ahead. Bolt tells them apart by the action id only."""

    async def typing(ack: AsyncAck, body: dict[str, Any]) -> None:
        field, typed = payloads.suggestion(body)
        if field == ids.AREA:
            await ack(options=_areas(services, typed))
            return
        form = payloads.form(body)
        drill = read_memo(form.metadata).number
        case = await services.desk.case(form.team, drill) if drill else None
        roster = cast(services.library.roster, services.library.current, case)
        await ack(options=[option(name, name) for name in names(roster, typed)])

    app.options(ids.FIELD)(typing)


def _areas(services: Services, typed: str) -> list[Block]:
    wanted = typed.strip().casefold()
    known = services.library.current.areas
    fits = [area for area in known if wanted in area.name.casefold()]
    return [option(area.id, area.name) for area in fits[:MOST_OPTIONS]]


def names(roster: Roster, typed: str) -> list[str]:
    """Return customers for what was typed; the words themselves are the last choice."""
    wanted = " ".join(typed.split())
    known = roster.customers
    fits = [
        customer.name
        for customer in known
        if any(wanted.casefold() in name.casefold() for name in (customer.name, *customer.aliases))
    ]
    found = sorted(fits, key=lambda name: (not name.casefold().startswith(wanted.casefold()), name))
    exact = roster.customer(wanted) is not None
    typed_too = [clean(wanted, LONGEST_NAME)] if wanted and not exact else []
    return found[:MOST_OPTIONS] + typed_too


async def look(services: Services, form: payloads.Form) -> tuple[Preview | None, tuple[Other, ...]]:
    """Return where the case would go, and which open ones are perhaps the same."""
    policy, roster = services.library.current, services.library.roster
    cases = await services.desk.open_cases(form.team)
    customer = form.text(ids.CUSTOMER)
    known = roster.customer(customer) if customer else None
    drill = read_memo(form.metadata).number
    similar = () if drill else others(
        cases, policy,
        area=form.text(ids.AREA) or None, customer=known.name if known else customer,
    )  # fmt: skip
    try:
        command = escalation(form, services, customer=customer or UNNAMED, summary=UNNAMED)
        if drill:
            rehearsed = await services.desk.rehearse(form.team, as_drill(command), drill)
        else:
            rehearsed = await services.desk.rehearse(form.team, command)
    except Refused:
        return None, similar
    found = preview(rehearsed.case, rehearsed.events, policy, roster, services.clock())
    return found, similar


async def repeated(services: Services, team: str, area: str) -> tuple[Repeat, ...]:
    """Return what an area has seen more than once in the last thirty days."""
    return repeats(await services.desk.lately(team, area)) if area else ()


async def _view(
    services: Services,
    form: payloads.Form,
    found: Preview | None,
    similar: tuple[Other, ...],
    note: str = "",
) -> dict[str, Any]:
    lately = await repeated(services, form.team, form.text(ids.AREA))
    policy, voice = services.library.current, services.voice()
    again = words.opening(
        lately,
        area_name(policy, form.text(ids.AREA)) or "",
        lambda id_: cause_name(policy.root_causes, id_),
        voice,
    )
    blocks = live(found, similar, services.clock(), voice, note, again)
    memo = read_memo(form.metadata)
    return forms.escalate(services.library.current, memo=memo, summary=memo.text, live=blocks)
