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
FENCE = "```"
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


def code(text: str) -> str:
    """Return a code block to copy `text` from: whole, with nothing put into it that acts."""
    return fenced(escape(clean(text, max(len(text), 1) * 4)).replace(FENCE, "'''"))


def fenced(shown: str) -> str:
    """Return text without fences as a code block; a tick at its edge is no part of the fence."""
    before = "\n" if shown.startswith("`") else ""
    after = "\n" if shown.endswith("`") else ""
    return f"{FENCE}{before}{shown}{after}{FENCE}"


def pieces(shown: str, longest: int) -> list[str]:
    """Return escaped text in pieces of at most `longest` characters, at a line's or word's end."""
    found = []
    while len(shown) > longest:
        half = longest // 2
        at = shown.rfind("\n", half, longest) + 1 or shown.rfind(" ", half, longest) + 1 or longest
        entity = shown.rfind("&", at - 5, at)  # each & begins one
        if entity > 0 and ";" not in shown[entity:at]:
            at = entity
        found.append(shown[:at])
        shown = shown[at:]
    return [*found, shown] if shown else found


def one_line(text: str, longest: int = 150) -> str:
    """Return the text as one short line, not yet escaped."""
    return clean(" ".join(clean(text, 20 * longest).split()), longest)
