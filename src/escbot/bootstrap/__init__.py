"""The composition root: settings in, running program out. Only here is the clock read.

`from escbot.bootstrap import Program` imports the program when it is asked for, so that a command
that only reads a file starts without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PLACES = {
    "BEAT": "beats",
    "Program": "program",
    "StartError": "door",
    "Steady": "times",
    "new_key": "keys",
    "read_files": "reading",
    "reader_of": "reading",
    "wall": "times",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever stands there
    """Return one of the names above from its module. AttributeError for another."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
