"""Slack's rate limits: a bucket per method and channel. Machine time, divided by `pace`."""

from __future__ import annotations

import time

# method -> (calls allowed at once, seconds for one more). docs.slack.dev: rate limits
TIERS: dict[str, tuple[float, float]] = {
    "chat.postMessage": (10, 1.0),  # per channel; short bursts are tolerated
    "chat.update": (50, 1.2),
    "conversations.history": (50, 1.2),
    "conversations.replies": (50, 1.2),
    "conversations.list": (20, 3.0),
    "users.list": (20, 3.0),
}
OTHERS = (100.0, 0.6)


class Limits:
    """Counts calls and says when one comes too soon."""

    def __init__(self, pace: float, *, enabled: bool) -> None:
        self._pace = pace
        self.enabled = enabled
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, method: str, channel: str) -> float:
        """Take one call; return 0, or the seconds to wait."""
        if not self.enabled:
            return 0
        burst, each = TIERS.get(method, OTHERS)
        each /= self._pace
        key = (method, channel if method == "chat.postMessage" else "")
        now = time.monotonic()
        tokens, at = self._buckets.get(key, (burst, now))
        tokens = min(burst, tokens + (now - at) / each)
        if tokens < 1:
            self._buckets[key] = (tokens, now)
            return max(each * (1 - tokens), 0.001)
        self._buckets[key] = (tokens - 1, now)
        return 0
