"""The composition root: settings in, running program out. Only here is the clock read."""

from __future__ import annotations

from escbot.bootstrap.beats import BEAT
from escbot.bootstrap.program import Program, StartError, new_key, read_files, reader_of
from escbot.bootstrap.times import Steady, wall

__all__ = [
    "BEAT",
    "Program",
    "StartError",
    "Steady",
    "new_key",
    "read_files",
    "reader_of",
    "wall",
]
