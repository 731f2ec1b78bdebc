"""Text files that people name: read in UTF-8, never more of them than could be used."""

from __future__ import annotations

from pathlib import Path

MOST = 4 * 256 * 1024  # bytes; what reads the text refuses less, in its own words


class NotReadable(Exception):
    """A file can't be read; the message says which and why."""


def read_text(path: Path) -> str:
    """Return a file's text without a byte order mark. Raises NotReadable."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise NotReadable(f"{_name(path)} can't be read: {why}") from error
    if len(content) > MOST:
        raise NotReadable(f"{_name(path)} has more than {MOST // 1024} KiB")
    return decoded(content, _name(path))


def decoded(content: bytes, name: str) -> str:
    """Return text of UTF-8 without a byte order mark. Raises NotReadable naming the place."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotReadable(f"{name} can't be read: line {line} is not UTF-8") from error


def _name(path: Path) -> str:
    text = "".join(letter if letter.isprintable() else "?" for letter in str(path))
    return text if len(text) <= 200 else text[:200] + "…"
