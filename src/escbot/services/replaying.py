"""Traces to try a policy on: from a log by its map, or from the own events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from escbot.core.codec import CodecError
from escbot.insights.backtest.fromevents import trace_of
from escbot.insights.backtest.fromlog import SEVERITY, Mapper
from escbot.insights.backtest.guess import guess
from escbot.insights.backtest.trace import Trace
from escbot.services.logfile import Log, read_log
from escbot.services.mapfile import MapFile
from escbot.store import cases
from escbot.store.database import Database
from escbot.words.voice import counted

HOLIDAYS_FROM = timedelta(days=366)  # a policy compiled at the first case and this knows its year


@dataclass(frozen=True, slots=True)
class History:
    """The cases to try a policy on, with what is to be said about where they come from."""

    source: str  # log, events
    name: str
    traces: tuple[Trace, ...]
    notes: tuple[str, ...] = ()
    unmapped: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    trouble: Mapping[str, Any] = field(default_factory=dict)
    guessed: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    drills: int = 0

    @property
    def since(self) -> datetime:
        """The opening of the first case. ValueError where there is none."""
        return min(trace.opened_at for trace in self.traces)

    @property
    def until(self) -> datetime:
        """The opening of the last case. ValueError where there is none."""
        return max(trace.opened_at for trace in self.traces)

    @property
    def compiled_at(self) -> datetime:
        """The moment for which a policy is compiled, so that it knows the holidays of then."""
        return self.since + HOLIDAYS_FROM


def from_log(path: Path, given: Mapping[str, str | None], known: MapFile | None) -> History:
    """Read a log; without a map its severities are guessed. Raises LogError."""
    mapped = known or MapFile()
    columns = {**dict.fromkeys(given), **mapped.columns}
    columns.update({key: column for key, column in given.items() if column is not None})
    with read_log(path, columns, mapped.others) as log:
        meaning, guessed = mapped.meaning, {}
        if known is None:
            guessed = guess(severities(log))
            meaning = replace(meaning, facts={SEVERITY: guessed})
        mapper = Mapper(meaning)
        traces = tuple(mapper.trace(name, events) for name, events in log.cases())
        log.note_unfinished(lambda status: mapper.doing(status) == "done")
        notes = log.trouble.say()
    return History(
        source="log",
        name=path.name,
        traces=tuple(sorted(traces, key=lambda trace: (trace.opened_at, trace.id))),
        notes=tuple(notes),
        unmapped=mapper.not_mapped(),
        trouble=log.trouble.plain(),
        guessed=guessed,
    )


def severities(log: Log) -> list[str]:
    """Return the different values of the severity column."""
    return log.values("severity")


async def from_events(database: Database) -> History:
    """Read the own cases; drills are left out and counted."""
    async with database.session() as session:
        numbers = await cases.numbers(session)
    traces: list[Trace] = []
    notes: list[str] = []
    drills = 0
    for team, number in numbers:
        try:
            async with database.session() as session:
                records = await cases.events(session, team, number)
            trace = trace_of(f"ESC-{number}", records)
        except (CodecError, ValueError) as error:
            notes.append(f"ESC-{number} can't be read and is left out: {error}.")
            continue
        if trace is None:
            drills += 1
        else:
            traces.append(trace)
    if drills:
        notes.append(f"{counted(drills, 'drill is', 'drills are')} left out.")
    return History("events", "own cases", tuple(traces), tuple(notes), drills=drills)
