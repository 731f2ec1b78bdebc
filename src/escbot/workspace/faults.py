"""Faults that a test asks for: a lost reply, an error, a limit, a delay, a doubled envelope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

KINDS = ("drop", "error", "limited", "delay")


@dataclass(slots=True)
class Fault:
    """One fault: `drop` loses the reply after the work is done, `error` refuses before it."""

    kind: str
    code: str = ""
    seconds: float = 0.0
    times: int = 1


class Faults:
    """The faults that are waiting for their call."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault]] = defaultdict(list)
        self.duplicates = 0

    def drop_reply(self, method: str, times: int = 1) -> None:
        """Do what is asked, then close the connection without an answer."""
        self._waiting[method].append(Fault("drop", times=times))

    def error(self, method: str, code: str, times: int = 1) -> None:
        """Answer with one of Slack's error codes."""
        self._waiting[method].append(Fault("error", code, times=times))

    def limited(self, method: str, retry_after: float, times: int = 1) -> None:
        """Answer 429 with Retry-After (seconds)."""
        self._waiting[method].append(Fault("limited", seconds=retry_after, times=times))

    def delay(self, method: str, seconds: float, times: int = 1) -> None:
        """Answer late."""
        self._waiting[method].append(Fault("delay", seconds=seconds, times=times))

    def wait(self, kind: str, method: str, *, code: str, seconds: float, times: int) -> None:
        """Let a fault of any of KINDS wait for its call (seconds of machine time)."""
        self._waiting[method].append(Fault(kind, code, seconds, times))

    def waiting(self) -> Iterator[tuple[str, Fault]]:
        """Yield the faults that wait, with their methods."""
        for method, faults in self._waiting.items():
            for fault in faults:
                yield method, fault

    def clear(self) -> None:
        """Take back every fault that still waits."""
        self._waiting.clear()
        self.duplicates = 0

    def duplicate_next_envelope(self) -> None:
        """Deliver the next envelope twice."""
        self.duplicates += 1

    def take(self, method: str) -> Fault | None:
        """Return the fault of this call, if one waits."""
        waiting = self._waiting.get(method)
        if not waiting:
            return None
        fault = waiting[0]
        fault.times -= 1
        if fault.times <= 0:
            waiting.pop(0)
        return fault
