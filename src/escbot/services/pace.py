"""How fast delivery may be, and how long it waits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Limits of delivery in seconds of machine time; `scaled` makes everything faster for tests."""

    posts_per_second: float = 1.0  # in one channel
    post_burst: float = 8.0  # one case with its thread may appear at once
    updates_per_second: float = 0.8  # in the workspace: 50 a minute
    update_burst: float = 25.0
    lease: float = 30.0
    grace: float = 10.0  # before an uncertain post is looked for, and between the two looks
    rest: float = 5.0  # after something failed
    recheck: float = 60.0  # after something was tried twice, before it is looked at once more
    missing: float = 60.0  # before a channel that is not there is tried again

    def scaled(self, factor: float) -> Pace:
        """Return the same limits, `factor` times as fast."""
        return Pace(
            self.posts_per_second * factor,
            self.post_burst,
            self.updates_per_second * factor,
            self.update_burst,
            # A busy machine needs longer than a call may hang, at any pace.
            max(self.lease / factor, min(self.lease, 5.0)),
            self.grace / factor,
            self.rest / factor,
            self.recheck / factor,
            self.missing / factor,
        )
