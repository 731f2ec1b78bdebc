"""Text from outside → text that Slack shows as it is: no mention, no link, no control character."""

from __future__ import annotations

import re
import unicodedata

# Control characters, and what would turn the direction of the words that come after a text.
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u2028\u2029\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_FORMAT = re.compile(r"([*_~`])")
_JOINER = "\u200b"  # between a formatting character and what it would format
_QUOTE = re.compile(r"^(\s*)(&gt;)", re.MULTILINE)


def clean(text: str, longest: int = 3000) -> str:
    """Remove what no message should hold, normalise, and cut with an ellipsis."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _CONTROLS.sub("", text)
    text = "".join(c for c in text if not "\ud800" <= c <= "\udfff").strip()
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def escape(text: str) -> str:
    """Disarm mentions, channels and links (docs.slack.dev: escaping text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def safe(text: str, longest: int = 1500) -> str:
    """Return mrkdwn that shows `text` as it is: nothing in it mentions, links or formats."""
    shown = escape(clean(text, longest))
    shown = _FORMAT.sub(rf"{_JOINER}\1{_JOINER}", shown)
    # A link typed as plain text would still be linked; `verbatim` keeps Slack from doing so.
    return _QUOTE.sub(rf"\1{_JOINER}\2", shown)


def one_line(text: str, longest: int = 150) -> str:
    """Return the text as one short line, not yet escaped."""
    return clean(" ".join(clean(text, 20 * longest).split()), longest)
