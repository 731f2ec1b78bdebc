"""Who reads the words that somebody writes for a customer."""

from __future__ import annotations

from collections.abc import Sequence

from escbot.words.voice import listed

LANGUAGES = {
    "cs": "Czech", "da": "Danish", "de": "German", "en": "English", "es": "Spanish",
    "fi": "Finnish", "fr": "French", "it": "Italian", "ja": "Japanese", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "sv": "Swedish", "tr": "Turkish",
    "uk": "Ukrainian", "zh": "Chinese",
}  # fmt: skip


def language_name(code: str) -> str:
    """Return a language's name in English, else its code."""
    return LANGUAGES.get(code.casefold(), code)


def also_for(alike: Sequence[str]) -> str | None:
    """Say which linked customers read the same words."""
    if not alike:
        return None
    reads = "reads" if len(alike) == 1 else "read"
    return f"{listed(list(alike))} {reads} these words too, unless they name another customer."
