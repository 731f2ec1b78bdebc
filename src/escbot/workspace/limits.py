"""Slack's rate limits: a bucket per method and channel. Machine time, divided by `pace`."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping

# Calls in one minute of a tier (docs.slack.dev: rate limits). Bursts up to a minute's worth pass.
PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
TIERS: Mapping[str, int] = {
    "apps.connections.open": 3,
    "bookmarks.add": 2,
    "bookmarks.edit": 2,
    "bookmarks.list": 3,
    "bookmarks.remove": 2,
    "bots.info": 3,
    "chat.delete": 3,
    "chat.update": 3,
    "conversations.archive": 2,
    "conversations.create": 2,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.invite": 3,
    "conversations.join": 3,
    "conversations.kick": 3,
    "conversations.leave": 3,
    "conversations.list": 2,
    "conversations.open": 3,
    "conversations.rename": 2,
    "conversations.replies": 3,
    "conversations.setPurpose": 2,
    "conversations.setTopic": 2,
    "files.delete": 3,
    "files.list": 3,
    "pins.add": 2,
    "pins.list": 2,
    "pins.remove": 2,
    "reactions.add": 3,
    "reactions.get": 3,
    "reactions.remove": 2,
    "team.info": 3,
    "usergroups.create": 2,
    "usergroups.list": 2,
    "usergroups.users.list": 2,
    "usergroups.users.update": 2,
    "users.conversations": 3,
    "users.getPresence": 3,
    "users.list": 2,
    "users.lookupByEmail": 3,
}
OTHERS = 4
POST = "chat.postMessage"
BURST, EACH = 10.0, 1.0  # messages of one channel: short bursts are tolerated, then one a second
POSTS_A_MINUTE = 300  # messages of the whole workspace: "several hundred"
EVENTS_AN_HOUR = 30_000  # deliveries to one app in one workspace
READS = ("conversations.history", "conversations.replies")


class Limits:
    """Counts calls and says when one comes too soon.

    `distributed` plays an app that is sold outside of the Marketplace: it reads a history once a
    minute, 15 messages at most.
    """

    def __init__(self, pace: float, *, enabled: bool) -> None:
        self._pace = pace
        self.enabled = enabled
        self.distributed = False
        self.events_an_hour = EVENTS_AN_HOUR
        self._events: deque[float] = deque()
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, method: str, channel: str) -> float:
        """Take one call; return 0, or the seconds to wait."""
        if not self.enabled:
            return 0
        if method == POST:
            return max(
                self._bucket((POST, channel), BURST, EACH),
                self._bucket((POST, ""), POSTS_A_MINUTE, 60 / POSTS_A_MINUTE),
            )
        many = PER_MINUTE[TIERS.get(method, OTHERS)]
        if self.distributed and method in READS:
            many = PER_MINUTE[1]
        return self._bucket((method, ""), many, 60 / many)

    def take_event(self) -> bool:
        """Take one event; False where the app had as many within an hour as it may have."""
        now = time.monotonic()
        while self._events and now - self._events[0] > 3600 / self._pace:
            self._events.popleft()
        if self.enabled and len(self._events) >= self.events_an_hour:
            return False
        self._events.append(now)
        return True

    def _bucket(self, key: tuple[str, str], burst: float, each: float) -> float:
        each /= self._pace
        now = time.monotonic()
        tokens, at = self._buckets.get(key, (burst, now))
        tokens = min(burst, tokens + (now - at) / each)
        if tokens < 1:
            self._buckets[key] = (tokens, now)
            return max(each * (1 - tokens), 0.001)
        self._buckets[key] = (tokens - 1, now)
        return 0
