"""Answers to an open form, one after the other: the newest choice is what the form shows.

People choose faster than an answer travels, so two choices arrive with the same `hash`. The second
would be refused as stale, and the form would go on showing the answer to the first.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.slack.payloads import Click

MOST = 500  # open forms that are remembered; who was answered least lately is forgotten first
CLOSED = ("not_found", "view_not_found")


@dataclass
class _Turn:
    """What is known of one open form."""

    newest: float = 0.0  # machine time at Slack of the newest choice, in seconds
    hash: str = ""  # of what was shown last, by us
    answering: asyncio.Lock = field(default_factory=asyncio.Lock)


class Turns:
    """Keeps the answers to each open form in the order of its choices."""

    def __init__(self) -> None:
        self._turns: OrderedDict[str, _Turn] = OrderedDict()

    @asynccontextmanager
    async def mine(self, click: Click) -> AsyncIterator[bool]:
        """Wait for one's turn; False where a newer choice has come, which is answered instead."""
        turn = self._turn(click.view_id)
        turn.newest = max(turn.newest, click.at)
        async with turn.answering:
            yield click.at >= turn.newest

    async def show(self, client: AsyncWebClient, click: Click, view: dict[str, Any]) -> None:
        """Show a view in the form; a form that was closed meanwhile is left."""
        if not click.view_id:
            return
        turn = self._turn(click.view_id)
        # Without a hash the second try is taken whatever is shown: a conflict here means that
        # another replica answered meanwhile, and ours is the newest choice that we know.
        for hash_ in (turn.hash or click.view_hash, None):
            try:
                answer = await client.views_update(view_id=click.view_id, hash=hash_, view=view)
            except SlackApiError as error:
                code = error.response.get("error")
                if code in CLOSED:
                    return
                if code != "hash_conflict" or hash_ is None:
                    raise
            else:
                turn.hash = str(answer["view"]["hash"])
                return

    def _turn(self, view: str) -> _Turn:
        turn = self._turns.setdefault(view, _Turn())
        self._turns.move_to_end(view)
        while len(self._turns) > MOST:
            self._turns.popitem(last=False)
        return turn
