"""What a form remembers about where it was opened, in Slack's private metadata."""

from __future__ import annotations

import json
from dataclasses import dataclass

from escbot.slack.payloads import whole

MOST_FILES = 5


@dataclass(frozen=True, slots=True)
class Memo:
    """What a form remembers about where it was opened; kept in Slack's private metadata."""

    number: int = 0
    seen: int | None = None
    channel: str = ""
    ts: str = ""
    text: str = ""  # what the summary began with, so that the form can be shown again
    files: tuple[str, ...] = ()  # links to what hung on the message

    def dump(self, longest: int = 2900) -> str:
        """Return the text that Slack keeps, the summary cut until it fits."""
        text, files = self.text, list(self.files[:MOST_FILES])
        while True:
            place = [self.number, self.seen, self.channel, self.ts, text, files]
            found = json.dumps(place, ensure_ascii=False)
            if len(found) <= longest or not (text or files):
                return found
            if text:
                text = text[: -max(len(found) - longest, 1)]
            else:
                files.pop()


def read_memo(text: str) -> Memo:
    """Read what a form remembers; an empty memo where it is none."""
    try:
        number, seen, channel, ts, summary, *rest = json.loads(text)
        place = (str(channel), str(ts), str(summary))
        files = tuple(str(link) for link in rest[0]) if rest else ()
        return Memo(whole(str(number)) or 0, whole(str(seen)), *place, files)
    except (ValueError, TypeError, RecursionError):
        return Memo()
