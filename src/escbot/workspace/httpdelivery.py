"""HTTP mode: signed requests to the addresses in the app's manifest, as Slack sends them."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aiohttp import (
    ClientConnectionError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    TooManyRedirects,
)

from escbot.workspace.delivery import ACK_WITHIN, Delivered
from escbot.workspace.model import Raw

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace


class HttpDelivery:
    """Sends what an app without Socket Mode gets."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._session: ClientSession | None = None

    def _address(self, kind: str, payload: Raw) -> str:
        manifest = self._w.manifest
        if kind == "slash_commands":
            return str((manifest.command(str(payload["command"])) or {}).get("url", ""))
        if kind == "events_api":
            return manifest.events_url
        if payload.get("type") == "block_suggestion":
            return manifest.options_url
        return manifest.request_url

    async def deliver(self, kind: str, payload: Raw, *, retry: int, reason: str) -> Delivered:
        """Send one signed request and wait three seconds for its answer."""
        address = self._address(kind, payload)
        if not address:
            return Delivered(None, again=False)
        headers = {"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        if kind == "events_api":
            body = json.dumps(payload)
            headers["Content-Type"] = "application/json"
            if retry:
                headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
        else:
            fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body = urlencode({key: str(value) for key, value in fields.items()})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers |= self.signature(body)
        try:
            found = await self._post(kind, address, body, headers)
        except (ClientError, TimeoutError, OSError) as error:
            self._w.state.log("slack", f"{kind}: no answer ({error})", ok=False)
            return Delivered(None, _reason(error))
        if found.answer is not None:
            self._w.state.log("app", f"acknowledged {kind}", answer=found.answer)
        return found

    async def _post(self, kind: str, address: str, body: str, headers: dict[str, str]) -> Delivered:
        if self._session is None:
            within = ACK_WITHIN * self._w.patience
            self._session = ClientSession(timeout=ClientTimeout(total=within))
        # Slack follows two redirects at most.
        async with self._session.post(
            address, data=body.encode(), headers=headers, max_redirects=2
        ) as answer:
            return await self._read(kind, answer)

    async def _read(self, kind: str, answer: ClientResponse) -> Delivered:
        text = await answer.text()
        if answer.status != 200:
            self._w.state.log("slack", f"{kind}: status {answer.status}", ok=False)
            again = answer.headers.get("X-Slack-No-Retry") != "1"
            return Delivered(None, "http_error", again=again)
        if "json" in answer.content_type:
            found = json.loads(text or "{}")
            return Delivered(found if isinstance(found, dict) else {})
        return Delivered({"text": text} if text and kind == "slash_commands" else {})

    async def verify(self) -> bool:
        """Ask the events' address for a challenge, as Slack does when it is saved."""
        app, challenge = self._w.state.app, secrets.token_urlsafe(24)
        token = app.verification_token if app else ""
        body = json.dumps({"token": token, "challenge": challenge, "type": "url_verification"})
        headers = {"Content-Type": "application/json", **self.signature(body)}
        session = ClientSession(timeout=ClientTimeout(total=ACK_WITHIN))
        address = self._w.manifest.events_url
        try:
            async with session, session.post(address, data=body, headers=headers) as answer:
                return answer.status == 200 and challenge in await answer.text()
        except (ClientError, TimeoutError, OSError):
            return False

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


def _reason(error: BaseException) -> str:
    """Return what Slack gives as the reason of a retry."""
    if isinstance(error, TimeoutError):
        return "http_timeout"
    if isinstance(error, TooManyRedirects):
        return "too_many_redirects"
    return "connection_failed" if isinstance(error, ClientConnectionError) else "unknown_error"
