"""Whether the bot still hears Slack: said once, to the admins and on the health page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.services.admins import tell_admins
from escbot.services.library import Library
from escbot.slack.gateway import NO_TOKEN
from escbot.slack.sockets import Sockets
from escbot.store.database import Database

log = logging.getLogger(__name__)

CAPPED_FOR = 3600.0  # seconds after Slack's last word that it leaves events out
CAPPED = (
    "Slack leaves events out, more than 30,000 came within an hour: replies and reactions may be "
    "missed, buttons and commands are not; remove escbot from busy channels that it need not read"
)
DEAF_AFTER = 90.0  # seconds of silence after which the admins are told
REFUSED = (
    "Slack refuses the bot's token ({code}): the app was removed or its token revoked; "
    "install it again, put the new SLACK_BOT_TOKEN in place and restart escbot"
)


class Ears:
    """Watches what comes in (the connections) and what goes out (the token)."""

    def __init__(
        self,
        database: Database,
        library: Library,
        sockets: Sockets | None,
        client: AsyncWebClient,
        *,
        wall: Callable[[], datetime],
        new_key: Callable[[], str],
        pace: float,
    ) -> None:
        self._database = database
        self._library = library
        self._sockets = sockets
        self._client = client
        self._wall = wall
        self._new_key = new_key
        self._deaf_after = DEAF_AFTER / pace
        self._capped_for = timedelta(seconds=CAPPED_FOR / pace)
        self._capped_at: datetime | None = None
        self._said_capped = False
        self._said_deaf = False
        self._token: str | None = None  # why the token is refused

    def troubles(self) -> tuple[str, ...]:
        """Return what is wrong, each with what to do."""
        found = [] if self._token is None else [self._token]
        if self._capped_at is not None:
            found.append(CAPPED)
        if self._sockets is not None:
            found += self._sockets.troubles()
        return tuple(found)

    @property
    def has_token(self) -> bool:
        """Whether Slack takes the bot's token."""
        return self._token is None

    async def listen_for_silence(self) -> int:
        """Tell the admins, once each time, when Slack stays silent for 90 seconds.

        What comes in is deaf, but a message can still go out.
        """
        if self._sockets is None:
            return 0
        deaf = self._sockets.deaf_for()
        if deaf < self._deaf_after:
            if self._said_deaf:
                log.warning("Slack is heard again")
            self._said_deaf = False
            return 0
        if self._said_deaf:
            return 0
        self._said_deaf = True
        log.error("Slack has been silent for %.0f s; escbot keeps trying", deaf)
        now = self._wall()
        await self._tell("deaf", now - timedelta(seconds=deaf), f"deaf:{now:%Y-%m-%dT%H:%M}")
        return 1

    async def _tell(self, code: str, since: datetime, subject: str) -> None:
        await tell_admins(
            self._database,
            self._library.roster,
            code,
            {"since": int(since.timestamp())},
            subject=subject,
            wall=self._wall,
            new_key=self._new_key,
        )

    def cap(self) -> None:
        """Slack leaves events out, and says so once a minute."""
        self._capped_at = self._wall()
        if self._sockets is not None:
            self._sockets.expect_no_echo()

    async def mind_the_cap(self) -> int:
        """Tell the admins once when Slack begins to leave events out; see when that is over."""
        if self._capped_at is None:
            return 0
        now = self._wall()
        if now - self._capped_at > self._capped_for:
            log.warning("Slack sends every event again")
            self._capped_at, self._said_capped = None, False
            return 0
        if self._said_capped:
            return 0
        self._said_capped = True
        log.error(CAPPED)
        await self._tell("events_capped", self._capped_at, f"capped:{now:%Y-%m-%dT%H}")
        return 1

    async def check_token(self) -> int:
        """Ask Slack who we are; a token that is refused is said once."""
        try:
            await self._client.auth_test()
        except SlackApiError as error:
            code = str(error.response.get("error"))
            if code in NO_TOKEN:
                self.lose(code)
            return 0
        except (ClientError, TimeoutError, OSError):
            return 0  # delivery says so, and so does the silence
        if self._token is not None:
            log.warning("Slack takes the bot's token again")
        self._token = None
        return 1

    def lose(self, code: str) -> None:
        """Slack refuses the token, and says why by a code of its own."""
        if self._token is None:
            log.error(REFUSED.format(code=code))
        self._token = REFUSED.format(code=code)
