"""Every door of the real app: whatever arrives is taken or refused; no listener ever breaks."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_base_client import AsyncBaseClient
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

from escbot.services.reviews import Reviews
from escbot.services.work import rebuild
from escbot.slack import ids
from escbot.slack.app import build_app
from escbot.slack.blocks.base import voice_for
from escbot.slack.homekeeper import HomeKeeper
from escbot.slack.services import Services
from escbot.store.database import open_database
from tests.fuzz import samples
from tests.fuzz.conftest import FUZZ
from tests.fuzz.inputs import FRAME, spoiled, words
from tests.make import NOW, a_roster, an_escalation
from tests.services.office import Office

FORMS = [value for name, value in vars(ids).items() if name.startswith("FORM_")]
_slash = st.sampled_from([
    "status", "why", "tell", "update", "find", "list", "away", "report", "contacts", "csat",
    "followups", "draft", "drill", "",
])  # fmt: skip


async def agrees(client: AsyncBaseClient, api_method: str, **_: Any) -> AsyncSlackResponse:
    """Answer as a Slack that takes every call; Bolt copies its client, so this is patched in."""
    data = {
        "ok": True, "user_id": "U00", "bot_id": "B01", "team_id": "T01", "ts": "1.9",
        "view": {"id": "V01", "hash": "h2"}, "channel": {"id": "D01"},
    }  # fmt: skip
    return AsyncSlackResponse(
        client=client, http_verb="POST", api_url=api_method, req_args={}, data=data,
        headers={}, status_code=200,
    )  # fmt: skip


async def responded(client: object, *args: object, **more: object) -> WebhookResponse:
    """Answer a response_url."""
    return WebhookResponse(url="", status_code=200, body="ok", headers={})


class Faults(logging.Handler):
    """Keeps what the app could not handle."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.found.append(self.format(record))


async def an_app(folder: Path) -> tuple[AsyncApp, Office]:
    office = Office(await open_database(f"sqlite:///{folder / 'escbot.db'}"))
    await office.desk.do("T01", None, an_escalation(area="payments", vip=True))
    services = Services(
        office.desk, office.library, lambda: NOW, office.chat.permalink,
        lambda: voice_for(a_roster()),
        Reviews(office.database, office.library, office.desk.ledger, lambda: NOW),
    )  # fmt: skip
    client = AsyncWebClient(token="xoxb-fuzz", base_url="http://127.0.0.1:9/api/")
    keeper = HomeKeeper(services, client)
    return build_app(services, client, keeper), office


def _call(body: dict[str, Any]) -> AsyncBoltRequest:
    return AsyncBoltRequest(body=body, mode="socket_mode")


def test_no_payload_breaks_a_listener(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(AsyncBaseClient, "api_call", agrees)
    monkeypatch.setattr(AsyncWebhookClient, "send_dict", responded)
    faults = Faults()
    log = logging.getLogger("escbot")
    log.addHandler(faults)
    with asyncio.Runner() as runner:
        app, office = runner.run(an_app(tmp_path))
        button = {"type": "button", "action_id": ids.BUTTON + "resolve", "value": "1|99"}
        clicks = st.sampled_from(sorted(_buttons(app))).map(
            lambda action: {
                **samples.CLICK,
                "actions": [{**button, "action_id": action, "action_ts": "2.0"}],
            }
        )
        forms = st.sampled_from(FORMS).map(
            lambda form: {
                **samples.SUBMITTED,
                "view": {**samples.VIEW, "callback_id": form, "private_metadata": MEMO},
            }
        )
        typed = st.builds(lambda word, rest: f"{word} {rest}", _slash, words).map(
            lambda text: {**samples.SLASH, "text": text}
        )
        sent = (
            spoiled(samples.ALL, FRAME)
            | clicks.flatmap(lambda click: spoiled((click,), FRAME))
            | forms.flatmap(lambda form: spoiled((form,), FRAME))
            | typed
        )

        @settings(FUZZ)
        @given(sent)
        def takes(body: dict[str, Any]) -> None:
            faults.found.clear()
            answer = runner.run(app.async_dispatch(_call(json.loads(json.dumps(body)))))
            assert answer.status in (200, 404), answer.body
            assert faults.found == []

        takes()
        runner.run(_is_whole(office))
        runner.run(office.database.close())
    log.removeHandler(faults)


MEMO = '[1, 99, "C01", "1.0", "down"]'


def _buttons(app: AsyncApp) -> set[str]:
    found = {value for name, value in vars(ids).items() if name.startswith(("HOME_", "ADD_"))}
    known = {ids.BUTTON + name for name in ("acknowledge", "more", "resolve", "sent", "have_it")}
    return {value for value in found | known if isinstance(value, str)}


async def _is_whole(office: Office) -> None:
    """What all that left behind is still a function of the events."""
    for case in await office.desk.recent_cases("T01", limit=10_000):
        records = await office.desk.events("T01", case.number)
        assert rebuild(records, office.library, team="T01", number=case.number) == case
