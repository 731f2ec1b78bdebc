"""The address of HTTP mode: any body is answered, and only Slack's signature opens anything."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_base_client import AsyncBaseClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from escbot.http.server import Server
from escbot.slack.webhook import PATH, handler
from tests.fuzz import samples
from tests.fuzz.conftest import FUZZ
from tests.fuzz.inputs import FRAME, junk, spoiled, words
from tests.fuzz.test_doors import agrees, an_app, responded

SECRET = "fuzz-secret"
NOW = str(int(time.time()))
shapeless = (words | junk.map(json.dumps)).map(lambda text: text.encode(errors="replace"))
bodies = (
    st.binary(max_size=200)
    | shapeless
    | junk.map(lambda value: urlencode({"payload": json.dumps(value)}).encode())
    | spoiled(samples.ALL).map(lambda value: json.dumps(value).encode())
)  # fmt: skip
known = spoiled(samples.ALL, FRAME).map(lambda value: json.dumps(value).encode())
kinds = st.sampled_from(
    ["application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data"]
)
heads = st.sampled_from(
    [{}, {"X-Slack-Signature": "v0=" + "0" * 64, "X-Slack-Request-Timestamp": "1"}]
)


def test_no_body_breaks_the_address_and_none_without_signature_opens_it(
    tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(AsyncBaseClient, "api_call", agrees)
    monkeypatch.setattr(AsyncWebhookClient, "send_dict", responded)
    with asyncio.Runner() as runner:
        app, office = runner.run(an_app(tmp_path))
        server = Server([], {PATH: handler(app, SECRET)})
        runner.run(server.start("127.0.0.1", 0))
        url = f"http://127.0.0.1:{server.port}{PATH}"
        session = runner.run(_session())
        sign = SignatureVerifier(SECRET)

        async def post(body: bytes, headers: dict[str, str]) -> int:
            async with session.post(url, data=body, headers=headers) as answer:
                await answer.read()
                return answer.status

        @settings(FUZZ)
        @given(bodies, kinds, heads)
        def unsigned(body: bytes, kind: str, head: dict[str, str]) -> None:
            assert runner.run(post(body, {"Content-Type": kind, **head})) in (400, 401)

        @settings(FUZZ)
        @given(
            spoiled(samples.ALL, FRAME).map(lambda value: json.dumps(value).encode()) | shapeless
        )
        def signed(body: bytes) -> None:
            at = str(int(time.time()))
            signature = sign.generate_signature(timestamp=at, body=body)
            head = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": str(signature)}
            status = runner.run(post(body, {"Content-Type": "application/json", **head}))
            assert status in (200, 400, 404), (status, body)

        unsigned()
        assert len(runner.run(office.desk.recent_cases("T01"))) == 1
        signed()
        runner.run(session.close())
        runner.run(server.stop())
        runner.run(office.database.close())


async def _session() -> ClientSession:
    return ClientSession()
