"""What the listeners need."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from escbot.core.case import Case
from escbot.services.desk import Desk
from escbot.services.drillfile import Drills, packaged_drills
from escbot.services.library import Library
from escbot.services.reviews import Reviews
from escbot.slack.newer import NewerBlocks
from escbot.words.voice import Voice


@dataclass(frozen=True, slots=True)
class Services:
    """`clock` is domain time (aware UTC); `permalink` makes a link from channel and ts."""

    desk: Desk
    library: Library
    clock: Callable[[], datetime]
    permalink: Callable[[str, str], str]
    voice: Callable[[], Voice]
    reviews: Reviews
    troubles: Callable[[], tuple[str, ...]] = tuple  # sentences for the admins' Home
    drills: Callable[[], Drills] = packaged_drills
    health: Callable[[], tuple[str, ...]] = tuple  # how the program is, in phrases
    lost: Callable[[str], None] = lambda code: None  # Slack took the app's token away
    capped: Callable[[], None] = lambda: None  # Slack leaves events out: too many in an hour
    newer: NewerBlocks = field(default_factory=NewerBlocks)

    async def links(self, team: str, cases: Iterable[Case]) -> dict[int, str]:
        """Return links to the threads of cases, by number."""
        roots = await self.desk.roots(team, [case.number for case in cases])
        return {number: self.permalink(*root) for number, root in roots.items()}

    def name(self, id_: str) -> str:
        """Return a person's name as plain text; the id where the roster doesn't know them."""
        known = self.library.roster.person(id_)
        return known.name if known else id_
