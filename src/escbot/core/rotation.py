"""Who is on call in a rotation whose handovers are at a wall-clock time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_EPOCH = date(2024, 1, 1)  # a Monday: where rotations without a start are counted from
_MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Rotation:
    """People who take turns of `every_days` days, in order.

    Handovers are at `handover_minute` (from local midnight) and fall on `handover_weekday`
    (0 is Monday) where a turn is whole weeks. `start` is a day in the first person's turn.
    """

    people: tuple[str, ...]
    every_days: int
    handover_weekday: int
    handover_minute: int
    zone: str
    start: date | None = None

    def __post_init__(self) -> None:
        """Refuse a rotation that could never hand over."""
        if not self.people:
            raise ValueError("a rotation needs at least one person")
        if self.every_days < 1:
            raise ValueError("a rotation's turn must be at least a day")
        if not 0 <= self.handover_weekday <= 6 or not 0 <= self.handover_minute < _MINUTES_OF_DAY:
            raise ValueError("a rotation hands over on a weekday between 00:00 and 23:59")


def on_duty(rotation: Rotation, at: datetime) -> str:
    """Return who is on duty at a moment. ValueError if `at` is naive."""
    return rotation.people[_turn(rotation, at) % len(rotation.people)]


def turn_at(rotation: Rotation, at: datetime) -> tuple[datetime, datetime]:
    """Return when the turn of a moment begins and ends, aware UTC. ValueError if `at` is naive."""
    turn = _turn(rotation, at)
    return _begins(rotation, turn), _begins(rotation, turn + 1)


def next_handover(rotation: Rotation, at: datetime) -> datetime:
    """Return the first handover after a moment, aware UTC. ValueError if `at` is naive."""
    return _begins(rotation, _turn(rotation, at) + 1)


def _turn(rotation: Rotation, at: datetime) -> int:
    """Return the number of the turn that a moment lies in; negative before the anchor."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    day = at.astimezone(ZoneInfo(rotation.zone)).date()
    turn = (day - _anchor(rotation)).days // rotation.every_days
    while at < _begins(rotation, turn):
        turn -= 1
    while at >= _begins(rotation, turn + 1):
        turn += 1
    return turn


def _anchor(rotation: Rotation) -> date:
    day = rotation.start or _EPOCH
    if rotation.start is not None and rotation.every_days % 7:
        return day  # turns wander through the week: the first begins when it was said to
    return day - timedelta(days=(day.weekday() - rotation.handover_weekday) % 7)


def _begins(rotation: Rotation, turn: int) -> datetime:
    """Return when a turn begins: a skipped wall time shifts on, of a repeated one the first."""
    day = _anchor(rotation) + timedelta(days=turn * rotation.every_days)
    hour, minute = divmod(rotation.handover_minute, 60)
    zone = ZoneInfo(rotation.zone)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
