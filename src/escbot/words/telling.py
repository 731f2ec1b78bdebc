"""Who reads the words that somebody writes for a customer."""

from __future__ import annotations

from escbot.words.voice import listed


def also_for(alike: tuple[str, ...], apart: tuple[str, ...]) -> str | None:
    """Say what the linked customers get: `apart` are those of another language."""
    said = []
    if alike:
        reads = "reads" if len(alike) == 1 else "read"
        said.append(f"{listed(alike)} {reads} these words too, unless they name another customer.")
    if apart:
        reads = "reads" if len(apart) == 1 else "read"
        prepared = "the prepared words in their own language, not these"
        said.append(f"{listed(apart)} {reads} {prepared}.")
    return " ".join(said) or None
