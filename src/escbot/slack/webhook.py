"""HTTP mode: Slack's signed requests → the same listeners, through Bolt's aiohttp adapter."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

log = logging.getLogger(__name__)

PATH = "/slack/events"


def handler(
    app: AsyncApp, signing_secret: str
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the handler of every request that Slack sends.

    The signature (HMAC-SHA256 over timestamp and body, at most five minutes old, compared in
    constant time: docs.slack.dev, verifying requests) is checked before anything is read: Bolt
    itself would parse a stranger's body first, and break on one that is no JSON.
    """
    verifier = SignatureVerifier(signing_secret)

    async def handle(request: web.Request) -> web.StreamResponse:
        if not is_signed(verifier, await request.read(), request):
            log.warning("a request without a true signature was turned away")
            return web.Response(status=401)
        try:
            asked = await to_bolt_request(request)
        except (ValueError, TypeError, AttributeError, RecursionError):
            asked = None  # JSON of a shape that Bolt does not expect, or none at all
        if asked is None or not isinstance(asked.body, dict):
            return web.Response(status=400)
        return await to_aiohttp_response(await app.async_dispatch(asked))

    return handle


def is_signed(verifier: SignatureVerifier, body: bytes, request: web.Request) -> bool:
    """Tell whether the request bears the signature of who knows the secret."""
    at = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not (at.isascii() and at.isdigit() and len(at) < 12 and signature.isascii()):
        return False
    try:
        return verifier.is_valid(body=body.decode(), timestamp=at, signature=signature)
    except UnicodeDecodeError:
        return False  # Slack sends UTF-8
