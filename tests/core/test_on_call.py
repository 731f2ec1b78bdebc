"""Who is on call, asked about in any order, is who would be found by looking anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from escbot.core.availability import serving
from escbot.core.roster import OnCall, Shift
from escbot.core.rotation import Rotation, on_duty

START = datetime(2026, 10, 24, tzinfo=UTC)  # a daylight saving day is near
ROTATION = Rotation(("U1", "U2", "U3"), 1, 0, 540, "Europe/Berlin")

hours = st.integers(0, 96).map(lambda hour: START + timedelta(hours=hour))
shifts = st.builds(Shift, st.sampled_from(["U4", "U5"]), hours, hours)
entries = st.builds(
    OnCall,
    rotation=st.sampled_from([None, ROTATION]),
    shifts=st.lists(shifts, max_size=4).map(tuple),
)


@given(entries, st.lists(hours, min_size=1, max_size=8))
def test_who_serves_does_not_depend_on_what_was_asked_before(
    entry: OnCall, moments: list[datetime]
) -> None:
    for now in moments:
        rotating = (on_duty(ROTATION, now),) if entry.rotation else ()
        shifting = tuple(s.person for s in entry.shifts if s.start <= now < s.end)
        assert serving(entry, now) == (*rotating, *shifting)
