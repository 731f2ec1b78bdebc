"""HTTP mode: signed requests to the addresses in the app's manifest, as Slack sends them."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from escbot.workspace.model import Raw

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

ACK_WITHIN = 3.0  # seconds of machine time


class HttpDelivery:
    """Sends what an app without Socket Mode gets."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._session: ClientSession | None = None

    @property
    def wanted(self) -> bool:
        """Whether the app's manifest asks for HTTP."""
        app = self._w.state.app
        return app is not None and not app.manifest["settings"].get("socket_mode_enabled", False)

    def _address(self, kind: str, payload: Raw) -> str:
        manifest = self._w.state.app.manifest if self._w.state.app else {}
        if kind == "slash_commands":
            for command in manifest["features"]["slash_commands"]:
                if command["command"] == payload["command"]:
                    return str(command["url"])
        settings = manifest["settings"]
        if kind == "events_api":
            return str(settings["event_subscriptions"]["request_url"])
        interactivity = settings["interactivity"]
        if payload.get("type") == "block_suggestion":
            return str(interactivity["message_menu_options_url"])
        return str(interactivity["request_url"])

    async def send(self, kind: str, payload: Raw, *, retry: int = 0) -> Raw | None:
        """Send one request; return the answer, None where there is none in three seconds."""
        address = self._address(kind, payload)
        headers = {"User-Agent": "Slackbot 1.0"}
        if kind == "events_api":
            body = json.dumps(payload)
            headers["Content-Type"] = "application/json"
            if retry:
                headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        else:
            fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body = urlencode({key: str(value) for key, value in fields.items()})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers |= self.signature(body)
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=ACK_WITHIN))
        try:
            async with self._session.post(address, data=body.encode(), headers=headers) as answer:
                return await self._read(kind, answer)
        except (ClientError, TimeoutError, OSError) as error:
            self._w.state.log("slack", f"{kind}: no answer ({error})", ok=False)
            return None

    async def _read(self, kind: str, answer: ClientResponse) -> Raw | None:
        text = await answer.text()
        if answer.status != 200:
            self._w.state.log("slack", f"{kind}: status {answer.status}", ok=False)
            return None
        if "json" in answer.content_type:
            found = json.loads(text or "{}")
            return found if isinstance(found, dict) else {}
        return {"text": text} if text and kind == "slash_commands" else {}

    def signature(self, body: str, *, at: float | None = None) -> dict[str, str]:
        """Return the headers that prove who sends (docs.slack.dev: verifying requests)."""
        stamp = str(int(time.time() if at is None else at))
        secret = self._w.state.app.signing_secret if self._w.state.app else ""
        digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
        return {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest.hexdigest()}",
        }

    async def stop(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
