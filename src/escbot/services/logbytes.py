"""The bytes of a log → text, perhaps out of gzip, as far as the file goes."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

CHUNK = 4096  # of what is broken, at most so much is lost before it
PEEK = 1024  # bytes that tell what a file is
MOSTLY = 0.8  # of every other byte is zero where Latin text is UTF-16
BINARY = 0.05  # a file with so many control characters is no text
_GZIP = b"\x1f\x8b"
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1b")


class Unzipped(io.RawIOBase):
    """Reads a file that may be gzipped; `cut_off` says that it ended too soon or is broken."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        start = file.read(2)
        file.seek(0)
        self._zipped = start == _GZIP
        self._inflate = zlib.decompressobj(wbits=31)
        self._ready = b""
        self.cut_off = False

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """Fill the buffer with what comes next; 0 at the end."""
        while not self._ready:
            chunk = self._file.read(CHUNK)
            if not self._zipped:
                self._ready = chunk
                break
            if not chunk:
                self.cut_off |= not self._inflate.eof
                break
            self._inflated(chunk)
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _inflated(self, chunk: bytes) -> None:
        """Add what a chunk holds; a file may be several gzip files after each other."""
        found = []
        try:
            while chunk:
                if self._inflate.eof:
                    self._inflate = zlib.decompressobj(wbits=31)
                before = self._inflate.copy()
                found.append(self._inflate.decompress(chunk))
                chunk = self._inflate.unused_data
        except zlib.error:  # broken from here on
            found += _what_can_be_read(before, chunk)
            self.cut_off = True
            self._file.seek(0, io.SEEK_END)
        self._ready = b"".join(found)


def _what_can_be_read(inflate: Any, chunk: bytes) -> Iterator[bytes]:  # noqa: ANN401 - of zlib
    """Yield what a chunk holds before the byte that breaks it."""
    with suppress(zlib.error):
        for place in range(len(chunk)):
            yield inflate.decompress(chunk[place : place + 1])


class NotText(ValueError):
    """The bytes are no text at all."""


def as_text(source: Unzipped) -> IO[str]:
    """Return the text, UTF-8 or UTF-16; a byte that is neither can be found again in its row.

    Raises NotText for a picture, a program or a spreadsheet's own format.
    """
    buffered = io.BufferedReader(source)
    encoding = encoding_of(buffered.peek(PEEK)[:PEEK])
    # A byte that is no UTF-8 becomes a lone surrogate, by which its row is found again.
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"  # UTF-16 knows no escape
    return io.TextIOWrapper(buffered, encoding, errors=errors, newline="")


def encoding_of(start: bytes) -> str:
    """Return the encoding of a file by its first bytes. Raises NotText."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    half = len(start) // 2
    if half and start[1::2].count(0) >= MOSTLY * half and start[0::2].count(0) == 0:
        return "utf-16-le"
    if half and start[0::2].count(0) >= MOSTLY * half and start[1::2].count(0) == 0:
        return "utf-16-be"
    if sum(byte in _CONTROL for byte in start) > BINARY * len(start):
        raise NotText
    return "utf-8-sig"
