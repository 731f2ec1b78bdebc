"""The moments of a log as people write them → aware times; what had to be guessed is noted."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from escbot.services.logtrouble import Trouble

YEARS = range(1971, 2200)  # others are typing errors, and no calendar knows them

_FORMS = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d-%b-%Y %H:%M:%S", "%d %b %Y %H:%M:%S",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M",
)  # fmt: skip
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}),? (\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?)")
_TIMES = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
_EPOCH = re.compile(r"\d{9,10}(\.\d+)?|\d{12,13}")


def moment(written: str, trouble: Trouble, line: int) -> datetime | None:
    """Read a moment; one without an offset counts as UTC and is said."""
    try:
        if _EPOCH.fullmatch(written):
            seconds = float(written)
            return datetime.fromtimestamp(seconds / 1000 if len(written) > 11 else seconds, UTC)
        found = _parsed(written, trouble, line)
    except (ValueError, OverflowError):
        return None
    if found is None:
        return None
    if found.tzinfo is None:
        trouble.note("no_offset", line)
        return found.replace(tzinfo=UTC)
    return found


def _parsed(written: str, trouble: Trouble, line: int) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        pass
    slashed = _SLASHED.fullmatch(written)
    if slashed is not None:
        return _with_slashes(slashed, trouble, line)
    for form in _FORMS:
        try:
            found = datetime.strptime(written, form)  # noqa: DTZ007 - said by `no_offset`
        except ValueError:
            continue
        trouble.note("other_form", line)
        return found
    return None


def _with_slashes(found: re.Match[str], trouble: Trouble, line: int) -> datetime | None:
    """Read 24/11/2026 and 11/24/2026; where both could be meant, the day stands first."""
    first, second = int(found[1]), int(found[2])
    trouble.note("which_day" if first <= 12 and second <= 12 and first != second else "other_form",
                 line)  # fmt: skip
    day, month = (second, first) if second > 12 else (first, second)
    for form in _TIMES:
        try:
            time = datetime.strptime(found[4].upper(), form)  # noqa: DTZ007 - as above
        except ValueError:
            continue
        return time.replace(year=int(found[3]), month=month, day=day)
    return None
