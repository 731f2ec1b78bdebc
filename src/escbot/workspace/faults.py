"""Faults that somebody asks for: lost replies, errors, limits, delays, and envelopes gone wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

# What can happen to a call. Before the work: refuse (the connection closes), error (a code of
# Slack's), status (HTTP 500 and the like), limited (429), delay. After it: drop (the connection
# closes), broken (a code of Slack's although it was done), hang (no answer for so long).
KINDS = ("drop", "error", "limited", "delay", "refuse", "status", "broken", "hang")
# What can happen to an envelope or event: duplicate (sent twice), hold (sent after the next one),
# lose (its acknowledgement never arrives), late (sent after so long), cut (the socket closes at
# some byte of it).
ENVELOPES = ("duplicate", "hold", "lose", "late", "cut")
ANY = "*"


@dataclass(slots=True)
class Fault:
    """One fault that waits for its call or envelope (seconds of machine time)."""

    kind: str
    code: str = ""
    seconds: float = 0.0
    times: int = 1
    only: str = ""  # an envelope's kind; empty for any

    def covers(self, envelope: str) -> bool:
        """Tell whether it is meant for such an envelope."""
        return self.only in ("", envelope)


class Faults:
    """The faults that are waiting."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault]] = defaultdict(list)
        self._envelopes: list[Fault] = []

    # Calls

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
        """Do the work late."""
        self._waiting[method].append(Fault("delay", seconds=seconds, times=times))

    def refuse(self, method: str, times: int = 1) -> None:
        """Close the connection before anything is done."""
        self._waiting[method].append(Fault("refuse", times=times))

    def status(self, method: str, status: int = 500, times: int = 1) -> None:
        """Answer with an HTTP status and do nothing."""
        self._waiting[method].append(Fault("status", str(status), times=times))

    def broken(self, method: str, code: str = "internal_error", times: int = 1) -> None:
        """Do what is asked and answer with an error code all the same."""
        self._waiting[method].append(Fault("broken", code, times=times))

    def hang(self, method: str, seconds: float, times: int = 1) -> None:
        """Do what is asked and keep the answer back for so long."""
        self._waiting[method].append(Fault("hang", seconds=seconds, times=times))

    # Envelopes and events

    @property
    def duplicates(self) -> int:
        """How many envelopes will be delivered twice."""
        return sum(fault.times for fault in self._envelopes if fault.kind == "duplicate")

    def duplicate_next_envelope(self) -> None:
        """Deliver the next envelope twice."""
        self.envelope("duplicate")

    def hold_next_envelope(self, only: str = "") -> None:
        """Deliver the next envelope after the one that follows it."""
        self.envelope("hold", only=only)

    def lose_next_ack(self, only: str = "") -> None:
        """Act as if the next acknowledgement never came: an event is sent again."""
        self.envelope("lose", only=only)

    def delay_next_envelope(self, seconds: float, only: str = "") -> None:
        """Deliver the next envelope late."""
        self.envelope("late", seconds=seconds, only=only)

    def cut_next_envelope(self, after: int, only: str = "") -> None:
        """Close the socket after so many bytes of the next envelope."""
        self.envelope("cut", seconds=after, only=only)

    def envelope(self, kind: str, *, seconds: float = 0, times: int = 1, only: str = "") -> None:
        """Let a fault of any of ENVELOPES wait; `only` is the kind of envelope meant."""
        if kind not in ENVELOPES:
            raise KeyError(f"there is no fault {kind}")
        self._envelopes.append(Fault(kind, seconds=seconds, times=times, only=only))

    # Both

    def wait(self, kind: str, method: str, *, code: str, seconds: float, times: int) -> None:
        """Let a fault of any of KINDS wait for its call (seconds of machine time)."""
        if kind not in KINDS:
            raise KeyError(f"there is no fault {kind}")
        self._waiting[method].append(Fault(kind, code, seconds, times))

    def waiting(self) -> Iterator[tuple[str, Fault]]:
        """Yield the faults that wait, with their methods."""
        for method, faults in self._waiting.items():
            for fault in faults:
                yield method, fault

    def waiting_envelopes(self) -> Iterator[Fault]:
        """Yield the faults that wait for an envelope."""
        yield from self._envelopes

    def clear(self) -> None:
        """Take back every fault that still waits."""
        self._waiting.clear()
        self._envelopes.clear()

    def take(self, method: str) -> Fault | None:
        """Return the fault of this call, if one waits."""
        return _first(self._waiting.get(method)) or _first(self._waiting.get(ANY))

    def take_envelope(self, kind: str, envelope: str) -> Fault | None:
        """Return the fault of one kind for this envelope, if one waits."""
        near = [f for f in self._envelopes if f.kind == kind and f.covers(envelope)]
        if not near:
            return None
        found = near[0]
        found.times -= 1
        if found.times <= 0:
            self._envelopes.remove(found)
        return found


def _first(waiting: list[Fault] | None) -> Fault | None:
    if not waiting:
        return None
    fault = waiting[0]
    fault.times -= 1
    if fault.times <= 0:
        waiting.pop(0)
    return fault
