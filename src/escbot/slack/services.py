"""What the listeners need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from escbot.services.desk import Desk
from escbot.services.drillfile import Drills, packaged_drills
from escbot.services.library import Library
from escbot.services.reviews import Reviews
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
