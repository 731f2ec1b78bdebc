"""Whether a lease or a wait is over, in the time that all replicas share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, or_

# Nothing is claimed or put off for longer. A moment further away was written by a clock that has
# been set back since, so it counts as over: a jump delays nothing for an hour.
LONGEST = timedelta(minutes=30)

# What the loops ask again and again is written once, with these in the place of the moment: to
# write a statement takes longer than a file of SQLite takes to answer it.
WALL: BindParameter[datetime] = bindparam("wall")
_FAR: BindParameter[datetime] = bindparam("far")
Moment = datetime | BindParameter[datetime]


def at(wall: datetime) -> dict[str, datetime]:
    """Return the values of a statement that was written with WALL."""
    return {"wall": wall, "far": wall + LONGEST}


def is_free(until: Any, now: Moment) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    """A claim that was never made, has run out, or can't be true."""
    return or_(until.is_(None), is_over(until, now))


def is_over(moment: Any, now: Moment) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    """A moment that has passed, or can't be true."""
    far = now + LONGEST if isinstance(now, datetime) else _FAR
    return or_(moment <= now, moment > far)
