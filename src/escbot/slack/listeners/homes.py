"""The buttons of the App Home."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from escbot.slack import ids, payloads
from escbot.slack.blocks import forms
from escbot.slack.blocks.memo import read_memo
from escbot.slack.homekeeper import HomeKeeper
from escbot.slack.listeners.commands import moment
from escbot.slack.services import Services


def register(app: AsyncApp, services: Services, keeper: HomeKeeper) -> None:
    """Add the listeners of the App Home."""

    async def new(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        click = payloads.click(body)
        form = forms.escalate(services.library.current)
        await client.views_open(trigger_id=click.trigger_id, view=form)
        await ack()

    async def mentioned(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        click = payloads.click(body)
        memo = read_memo(click.value)
        form = forms.escalate(services.library.current, summary=memo.text, memo=memo)
        await client.views_open(trigger_id=click.trigger_id, view=form)
        await ack()

    async def away(ack: AsyncAck, body: dict[str, Any]) -> None:
        click = payloads.click(body)
        await services.desk.away(click.team, click.user, None)
        await ack()
        await keeper.show(click.team, click.user)

    async def away_until(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        click = payloads.click(body)
        await client.views_open(trigger_id=click.trigger_id, view=forms.away())
        await ack()

    async def said_until(ack: AsyncAck, body: dict[str, Any]) -> None:
        form = payloads.form(body)
        hour, _, minute = form.text(ids.UNTIL).partition(":")
        clock = (int(hour), int(minute)) if hour.isdigit() and minute.isdigit() else None
        until = moment(services, form.user, clock) if clock else None
        await services.desk.away(form.team, form.user, until)
        await ack()
        await keeper.show(form.team, form.user)

    async def back(ack: AsyncAck, body: dict[str, Any]) -> None:
        click = payloads.click(body)
        await services.desk.back(click.team, click.user)
        await ack()
        await keeper.show(click.team, click.user)

    app.action(ids.HOME_NEW)(new)
    app.action(ids.MENTION_NEW)(mentioned)
    app.action(ids.HOME_AWAY)(away)
    app.action(ids.HOME_AWAY_UNTIL)(away_until)
    app.view(ids.FORM_AWAY)(said_until)
    app.action(ids.HOME_BACK)(back)
