"""App Homes that people have looked at: fresh on opening, and again once something changed."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import OrderedDict
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.slack.blocks import home
from escbot.slack.blocks.tables import TABLE
from escbot.slack.newer import REFUSALS
from escbot.slack.services import Services

log = logging.getLogger(__name__)

MOST = 500  # people whose Home is kept fresh; who looked least lately is forgotten first
AT_ONCE = 20  # of them in one turn


class HomeKeeper:
    """Publishes Homes; ten quick changes are one call."""

    def __init__(self, services: Services, client: AsyncWebClient) -> None:
        self._services = services
        self._client = client
        self._shown: OrderedDict[tuple[str, str], str] = OrderedDict()  # digest of what is shown
        self._dirty: set[tuple[str, str]] = set()
        self._turns: dict[tuple[str, str], int] = {}  # how often each began to be drawn

    def mark(self) -> None:
        """Something changed: every Home that somebody looked at may be old."""
        self._dirty |= set(self._turns)

    async def show(self, team: str, user: str) -> None:
        """Publish somebody's Home now, where it is not shown already."""
        place = (team, user)
        old = place in self._dirty
        self._dirty.discard(place)  # before it is looked at: what changes meanwhile marks it again
        turn = self._turns[place] = self._turns.get(place, 0) + 1
        try:
            view = await self._view(team, user)
            digest = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
            if self._shown.get(place) != digest:
                await self._publish(team, user, view)
        except BaseException:
            if old:
                self._dirty.add(place)
            elif place not in self._shown:
                self._turns.pop(place, None)
            raise
        if self._turns.get(place) != turn:  # another began meanwhile, and may have ended before
            self._dirty.add(place)
        self._shown[place] = digest
        self._shown.move_to_end(place)
        while len(self._shown) > MOST:
            self._turns.pop(self._shown.popitem(last=False)[0], None)

    async def _publish(self, team: str, user: str, view: dict[str, Any]) -> None:
        """Publish; where Slack doesn't take tables here, publish lines from now on."""
        newer = self._services.newer
        try:
            await self._client.views_publish(user_id=user, view=view)
        except SlackApiError as error:
            tabled = any(block["type"] == TABLE for block in view["blocks"])
            if error.response.get("error") not in REFUSALS or not tabled:
                raise
            newer.refuse(TABLE)
            await self._client.views_publish(user_id=user, view=await self._view(team, user))

    async def _view(self, team: str, user: str) -> dict[str, Any]:
        services = self._services
        cases = await services.desk.open_cases(team)
        person = services.library.roster.person(user)
        leads = person is not None and {"manager", "lead"} & set(person.roles)
        tiles = await services.reviews.tiles(team) if leads else ()
        heavy = home.by_weight(cases, services.library, services.clock())[: home.MOST_LINKED]
        scene = home.Scene(
            services.library,
            await services.desk.floor(team),
            services.voice(),
            services.clock(),
            services.troubles(),
            services.health(),
            await services.links(team, heavy),
            services.newer.may(TABLE),
            tiles,
        )
        return home.view(user, cases, scene)

    async def open(self, team: str, user: str) -> None:
        """Somebody opened their Home: publish it whatever was shown."""
        self._shown.pop((team, user), None)
        await self.show(team, user)

    async def refresh_once(self) -> int:
        """Publish the Homes that are old; return how many."""
        places = sorted(self._dirty)[:AT_ONCE]
        for team, user in places:
            try:
                await self.show(team, user)
            except SlackApiError as error:
                self._dirty.discard((team, user))
                self._shown.pop((team, user), None)
                self._turns.pop((team, user), None)
                log.info("the Home of %s is left: %s", user, error.response.get("error"))
        return len(places)
