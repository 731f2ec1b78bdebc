"""Whether a lease or a wait is over, in the time that all replicas share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_

# Nothing is claimed or put off for longer. A moment further away was written by a clock that has
# been set back since, so it counts as over: a jump delays nothing for an hour.
LONGEST = timedelta(minutes=30)


def is_free(until: Any, now: datetime) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    """A claim that was never made, has run out, or can't be true."""
    return or_(until.is_(None), is_over(until, now))


def is_over(moment: Any, now: datetime) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    """A moment that has passed, or can't be true."""
    return or_(moment <= now, moment > now + LONGEST)
