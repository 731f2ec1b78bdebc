"""The way to Slack: a client for what escbot says, sockets or signed HTTP for what it hears."""

from __future__ import annotations

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.http.server import Server
from escbot.settings import Settings, address
from escbot.slack.sockets import Sockets
from escbot.slack.webhook import PATH, handler

CALL_WITHIN = 10.0  # seconds for one call of Slack's Web API
SHORTEST_CALL = 2.0  # the same at any pace: a busy machine needs it


class StartError(Exception):
    """The program can't start; the message says what to do."""


class Door:
    """What connects the program with one Slack, by Socket Mode or over HTTP, as settings say."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        seconds = max(CALL_WITHIN / settings.escbot_pace, SHORTEST_CALL)
        self._session = ClientSession(timeout=ClientTimeout(total=min(seconds, CALL_WITHIN)))
        self.client = AsyncWebClient(
            token=settings.slack_bot_token.get_secret_value(),
            base_url=settings.slack_api_url,
            session=self._session,
            retry_handlers=[],  # the SDK's own would post twice after a lost answer
        )
        self.sockets: Sockets | None = None
        self._webhook: Server | None = None

    @property
    def kind(self) -> str:
        """How Slack's requests come in, for an admin."""
        return "signed HTTP" if self._webhook is not None else "Socket Mode"

    async def who_am_i(self) -> tuple[str, str]:
        """Check the token and return the workspace's address and id. Raises StartError."""
        try:
            answer = await self.client.auth_test()
        except SlackApiError as error:
            code = error.response.get("error")
            raise StartError(
                f"Slack refuses SLACK_BOT_TOKEN ({code}). Copy it again from OAuth & Permissions."
            ) from error
        except (ClientError, TimeoutError, OSError) as error:
            raise StartError(
                f"Slack can't be reached at {self._settings.slack_api_url}. Check the network."
            ) from error
        return str(answer["url"]), str(answer["team_id"])

    async def open(self, app: AsyncApp) -> None:
        """Begin to take what Slack sends. Raises StartError."""
        if self._settings.escbot_http:
            await self._open_http(app)
        else:
            await self._open_sockets(app)

    async def _open_http(self, app: AsyncApp) -> None:
        host, port = address(self._settings.escbot_http_address)
        secret = self._settings.slack_signing_secret
        made = handler(app, secret.get_secret_value() if secret else "")
        self._webhook = Server([], {PATH: made})
        try:
            await self._webhook.start(host, port)
        except OSError as error:
            raise StartError(
                f"ESCBOT_HTTP_ADDRESS {host}:{port} can't be used: {error.strerror}"
            ) from error

    async def _open_sockets(self, app: AsyncApp) -> None:
        token = self._settings.slack_app_token
        self.sockets = Sockets(
            app, token.get_secret_value() if token else "", pace=self._settings.escbot_pace
        )
        try:
            await self.sockets.open()
        except TimeoutError as error:
            raise StartError(
                "Slack does not open a socket. Check SLACK_APP_TOKEN and that Socket Mode is on."
            ) from error

    async def connections(self) -> int | None:
        """Return how many sockets are open; None in HTTP mode."""
        return None if self.sockets is None else await self.sockets.connected()

    def leave(self) -> None:
        """Connect no more: the program is about to stop."""
        if self.sockets is not None:
            self.sockets.leave()

    async def stop_listening(self) -> None:
        """Take no more requests; what was taken is answered first."""
        if self._webhook is not None:
            await self._webhook.stop()

    async def close(self) -> None:
        """End the connections."""
        if self.sockets is not None:
            await self.sockets.close()
        await self._session.close()
