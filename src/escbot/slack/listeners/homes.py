"""The buttons of the App Home."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from escbot.slack import ids, payloads
from escbot.slack.blocks import forms, home
from escbot.slack.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Add the listeners of the App Home."""

    async def new(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        click = payloads.click(body)
        form = forms.escalate(services.library.current)
        await client.views_open(trigger_id=click.trigger_id, view=form)
        await ack()

    async def mentioned(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        click = payloads.click(body)
        memo = forms.read_memo(click.value)
        form = forms.escalate(services.library.current, summary=memo.text, memo=memo)
        await client.views_open(trigger_id=click.trigger_id, view=form)
        await ack()

    async def away(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        click = payloads.click(body)
        await services.desk.away(click.team, click.user, None)
        await ack()
        await _show(client, click)

    async def back(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        click = payloads.click(body)
        await services.desk.back(click.team, click.user)
        await ack()
        await _show(client, click)

    async def _show(client: AsyncWebClient, click: payloads.Click) -> None:
        cases = await services.desk.open_cases(click.team)
        floor = await services.desk.floor(click.team)
        view = home.view(click.user, cases, services.library, floor, services.voice())
        await client.views_publish(user_id=click.user, view=view)

    app.action(ids.HOME_NEW)(new)
    app.action(ids.MENTION_NEW)(mentioned)
    app.action(ids.HOME_AWAY)(away)
    app.action(ids.HOME_BACK)(back)
