"""Named points at which tests kill the program: ESCBOT_FAILPOINT=name[:count] in its environment.

Without that variable nothing happens.
"""

from __future__ import annotations

import os
import signal

VARIABLE = "ESCBOT_FAILPOINT"
NAMES = (
    "desk.decided",
    "desk.before_commit",
    "desk.committed",
    "delivery.claimed",
    "delivery.called",
    "ticker.claimed",
)
_passed: dict[str, int] = {}


def failpoint(name: str) -> None:
    """Kill the process here, the way a power cut does, where the environment asks for it."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    point, _, count = wanted.partition(":")
    if point != name:
        return
    _passed[name] = _passed.get(name, 0) + 1
    if _passed[name] >= int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
