"""Open time: which moments a calendar counts, and arithmetic that skips the rest.

Windows are wall clock of the calendar's zone. A moment is open if its wall clock lies in a window
of its local day, or in one of the day before that runs past midnight. So an hour that daylight
saving skips isn't there, one that it repeats counts twice, and every amount is true elapsed time.
Moments go in aware and come out as aware UTC.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from escbot.core.values import Memory, kept

ZERO = timedelta(0)
PATIENCE = timedelta(days=5 * 366)  # how far ahead an opening is looked for
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_BLOCK_DAYS = 32
_MARGIN_DAYS = 2  # a zone's offset and a window past midnight together reach less than this
_BLOCKS_KEPT = 512  # some 45 years
_SOONEST = datetime(2, 1, 1, tzinfo=UTC)
_LATEST = datetime(9990, 1, 1, tzinfo=UTC)


class NeverOpen(ValueError):
    """The calendar has no opening within five years, so the moment asked for does not exist."""


@dataclass(frozen=True, slots=True)
class Window:
    """Minutes from local midnight, [start, end); `end` may pass 1440 into the next day."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Block:
    """The open spans of some days, in order and apart; `before[i]` is the open time before i."""

    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    before: tuple[timedelta, ...]  # one longer than the spans: its last is the whole


@dataclass(frozen=True, slots=True)
class Calendar(Memory):
    """When a clock runs. `days` maps a weekday (0 is Monday) to its windows.

    A date of `open` has its own windows instead of its weekday's, even where it is `closed` too.
    """

    name: str
    zone: str = "UTC"
    days: Mapping[int, tuple[Window, ...]] = field(default_factory=dict)
    closed: frozenset[date] = frozenset()
    open: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)
    always: bool = False

    def windows(self, day: date) -> tuple[Window, ...]:
        """Return the windows that start on this local date."""
        special = self.open.get(day)
        if special is not None:
            return special
        return () if day in self.closed else self.days.get(day.weekday(), ())


ALWAYS = Calendar("always", always=True)


def is_open(cal: Calendar, at: datetime) -> bool:
    """Say whether the calendar counts this moment. ValueError if `at` is naive."""
    at = _utc(at)
    if cal.always:
        return True
    block = _block(cal, _index(at))
    place = bisect_right(block.starts, at) - 1
    return place >= 0 and at < block.ends[place]


def next_open(cal: Calendar, at: datetime) -> datetime:
    """Return the first open moment not before `at`. NeverOpen if there is none in five years."""
    at = _utc(at)
    if cal.always:
        return at
    for start, end in _spans(cal, at):
        if at < end:
            return max(start, at)
    raise _never(cal)


def add_open(cal: Calendar, start: datetime, amount: timedelta) -> datetime:
    """Return when this much open time has passed since `start`.

    What ends exactly when a window does is due then, not at the next opening; no time at all is
    due at `start`, open or not. ValueError for a negative amount, NeverOpen where it never ends.
    """
    start = _utc(start)
    if amount < ZERO:
        raise ValueError("an amount of open time can't be negative")
    if amount == ZERO:
        return start
    if cal.always:
        if amount > _LATEST - start:
            raise _never(cal)
        return start + amount
    return _walk(cal, start, amount)


def open_between(cal: Calendar, a: datetime, b: datetime) -> timedelta:
    """Return the open time in [a, b); zero where `b` is not after `a`."""
    a, b = _utc(a), _utc(b)
    if b <= a:
        return ZERO
    if cal.always:
        return b - a
    first, last = _index(a), _index(b)
    whole = sum((_block(cal, index).before[-1] for index in range(first, last)), ZERO)
    return whole + _passed(_block(cal, last), b) - _passed(_block(cal, first), a)


def boundaries(cal: Calendar, a: datetime, b: datetime) -> Iterator[datetime]:
    """Yield each moment in [a, b) at which the calendar opens or closes, in order."""
    a, b = _utc(a), _utc(b)
    if cal.always:
        return
    for start, end in _joined(_spans(cal, a - _BLOCK_DAYS * _DAY, until=b)):
        for moment in (start, end):
            if a <= moment < b:
                yield moment


def add_open_with_pauses(
    cal: Calendar,
    start: datetime,
    amount: timedelta,
    pauses: Sequence[tuple[datetime, datetime]],
) -> datetime:
    """Return when this much open time has passed since `start`, outside the pauses [from, to).

    Pauses may overlap and come in any order. What is used up exactly when a pause begins is due
    then. ValueError for a pause that ends before it begins.
    """
    here, left = _utc(start), amount
    for begin, end in _apart(pauses):
        if left <= ZERO or end <= here:
            continue
        until_pause = open_between(cal, here, begin)
        if begin > here and left <= until_pause:
            break
        left -= until_pause
        here = end
    return add_open(cal, here, left)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    try:
        at = at.astimezone(UTC)
    except OverflowError:
        at = _LATEST
    if not _SOONEST <= at < _LATEST:
        raise ValueError("calendars know the years 2 to 9989 only")
    return at


def _never(cal: Calendar) -> NeverOpen:
    return NeverOpen(f"the calendar {cal.name} has no more open time within five years")


def _apart(pauses: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    spans = sorted((_utc(begin), _utc(end)) for begin, end in pauses)
    for begin, end in spans:
        if end < begin:
            raise ValueError(f"the pause from {begin.isoformat()} ends before it begins")
    return _joined(spans)


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """Yield sorted spans with those that touch or overlap made one."""
    current: tuple[datetime, datetime] | None = None
    for start, end in spans:
        if current is None:
            current = (start, end)
        elif start <= current[1]:
            current = (current[0], max(end, current[1]))
        else:
            yield current
            current = (start, end)
    if current is not None:
        yield current


def _walk(cal: Calendar, start: datetime, amount: timedelta) -> datetime:
    index = _index(start)
    block = _block(cal, index)
    amount += _passed(block, start)  # counted from the beginning of the block
    seen = start
    while block.before[-1] < amount:
        amount -= block.before[-1]
        if block.ends:
            seen = max(start, block.ends[-1])
        index += 1
        if _first_day(index) - seen > PATIENCE or _first_day(index) >= _LATEST:
            raise _never(cal)
        block = _block(cal, index)
    place = bisect_right(block.before, amount) - 1
    if block.before[place] == amount:  # ends with a window: due at its end
        return block.ends[place - 1]
    return block.starts[place] + (amount - block.before[place])


def _passed(block: _Block, at: datetime) -> timedelta:
    """Return the block's open time before `at`."""
    place = bisect_right(block.starts, at) - 1
    if place < 0:
        return ZERO
    return block.before[place] + min(at, block.ends[place]) - block.starts[place]


def _spans(
    cal: Calendar, at: datetime, until: datetime | None = None
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the open spans from the block of `at` on, cut at the edges of blocks."""
    stop = min(until or at + PATIENCE, _LATEST)
    for index in range(max(_index(at), 1), _index(stop) + 1):
        block = _block(cal, index)
        yield from zip(block.starts, block.ends, strict=True)


def _index(at: datetime) -> int:
    return at.toordinal() // _BLOCK_DAYS


def _first_day(index: int) -> datetime:
    day = date.fromordinal(index * _BLOCK_DAYS)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _block(cal: Calendar, index: int) -> _Block:
    blocks = kept(cal, _blocks)
    block = blocks.get(index)
    if block is None:
        if len(blocks) >= _BLOCKS_KEPT:
            blocks.clear()
        block = blocks[index] = _worked_out(cal, index)
    return block


def _blocks(cal: Calendar) -> dict[int, _Block]:
    return {}


def _worked_out(cal: Calendar, index: int) -> _Block:
    first, last = _first_day(index), _first_day(index + 1)
    spans = []
    zone = ZoneInfo(cal.zone)
    for offset in range(-_MARGIN_DAYS, _BLOCK_DAYS + _MARGIN_DAYS):
        day = (first + offset * _DAY).date()
        for window in cal.windows(day):
            spans.extend(_elapsed(day, window, zone))
    cut = sorted((max(a, first), min(b, last)) for a, b in spans if a < last and b > first)
    apart = list(_joined(cut))
    lengths = (end - start for start, end in apart)
    return _Block(
        tuple(start for start, _ in apart),
        tuple(end for _, end in apart),
        tuple(accumulate(lengths, initial=ZERO)),
    )


def _elapsed(day: date, window: Window, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Return the spans of UTC in which the wall clock lies in a day's window."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    walls = [midnight + timedelta(minutes=minute) for minute in (window.start, window.end)]
    offsets = [_offset(wall.replace(fold=fold)) for wall in walls for fold in (0, 1)]
    start, end = (wall.replace(tzinfo=UTC) for wall in walls)
    earliest, latest = min(offsets), max(offsets)
    if earliest == latest:
        return [(start - latest, end - latest)] if start < end else []
    turn = _turn(zone, start - latest, end - earliest)
    before, after = _offset((turn - _SECOND).astimezone(zone)), _offset(turn.astimezone(zone))
    pieces = [(start - before, min(end - before, turn)), (max(start - after, turn), end - after)]
    return [(a, b) for a, b in pieces if a < b]


def _turn(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Return the moment between two at which the zone's offset changes."""
    was = _offset(low.astimezone(zone))
    while high - low > _SECOND:
        middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
        if _offset(middle.astimezone(zone)) == was:
            low = middle
        else:
            high = middle
    return high


def _offset(at: datetime) -> timedelta:
    return at.utcoffset() or ZERO
