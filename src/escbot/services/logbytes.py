"""The bytes of a log → text, perhaps out of gzip, as far as the file goes."""

from __future__ import annotations

import io
import zlib
from typing import IO, Any

CHUNK = 4096  # of what is broken, at most so much is lost before it
_GZIP = b"\x1f\x8b"


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
                found.append(self._inflate.decompress(chunk))
                chunk = self._inflate.unused_data
        except zlib.error:  # broken from here on
            self.cut_off = True
            self._file.seek(0, io.SEEK_END)
        self._ready = b"".join(found)


def as_text(source: Unzipped) -> IO[str]:
    """Return the text, UTF-8 or UTF-16; a byte that is neither can be found again in its row."""
    buffered = io.BufferedReader(source)
    mark = buffered.peek(4)[:2]
    encoding = "utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    # A byte that is no UTF-8 becomes a lone surrogate, by which its row is found again.
    errors = "replace" if encoding == "utf-16" else "surrogateescape"  # UTF-16 knows no escape
    return io.TextIOWrapper(buffered, encoding, errors=errors, newline="")
