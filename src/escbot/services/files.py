"""The policy and roster files with the calendar feeds they name, read and compiled together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from escbot.core.policy import Policy
from escbot.core.roster import Person, Roster, Shift
from escbot.services.policyfile import FileError, compile_policy, default_text
from escbot.services.policyfile.document import Item, load
from escbot.services.ports import Feed, FeedText, NoFeed
from escbot.services.rosterfile import EMPTY, compile_roster, people_of
from escbot.services.textfile import NotReadable, read_text

# The text of a feed and the moment → what it says. The feeds' room has them.
DaysOff = Callable[[str, datetime], tuple[date, ...]]
Shifts = Callable[[str, tuple[Person, ...], datetime], tuple[Shift, ...]]


@dataclass(frozen=True, slots=True)
class Files:
    """The policy and the roster as they were read. `stale` holds a sentence for each old feed."""

    policy: Policy
    policy_text: str
    policy_name: str
    roster: Roster
    days_off: Mapping[str, tuple[date, ...]] = field(default_factory=dict)  # of the policy's feeds
    stale: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads both files: where they are, and what knows calendar feeds."""

    policy: Path | None
    roster: Path | None
    feed: Feed
    days_off: DaysOff
    shifts: Shifts

    def read(self, now: datetime) -> Files:
        """Read and compile both files. Raises FileError or NotReadable.

        `now` is aware UTC. A feed that can't be reached is used as it was last read, and said.
        """
        text, name = self.policy_text()
        content, roster_name = self.roster_text()
        closed = _feeds_in(text, name)
        addresses = closed | _feeds_in(content, roster_name)
        texts: dict[str, FeedText] = {}
        for address in sorted(addresses):
            try:
                texts[address] = self.feed.read(address, now)
            except NoFeed as error:
                raise NotReadable(
                    f"the calendar feed {address} can't be read ({error}); check the address"
                ) from error
        try:
            feeds = {at: self.days_off(texts[at].text, now) for at in sorted(closed)}
            shifts = self._shifts(content, texts, now)
        except NoFeed as error:
            raise NotReadable(f"a calendar feed can't be used: {error}") from error
        policy = compile_policy(text, name=name, now=now, feeds=feeds)
        roster = compile_roster(content, name=roster_name, policy=policy, feeds=shifts)
        return Files(policy, text, name, roster, feeds, tuple(_stale(texts)))

    def _shifts(
        self, content: str, texts: Mapping[str, FeedText], now: datetime
    ) -> Mapping[str, tuple[Shift, ...]]:
        if not texts:
            return {}
        people = people_of(load(content, "roster"))
        return {at: self.shifts(found.text, people, now) for at, found in texts.items()}

    def policy_text(self) -> tuple[str, str]:
        """Return the policy's text and name. Raises NotReadable."""
        if self.policy is None:
            return default_text(), "policy.yaml"
        return read_text(self.policy), str(self.policy)

    def roster_text(self) -> tuple[str, str]:
        """Return the roster's text and name. Raises NotReadable."""
        if self.roster is None:
            return EMPTY, "roster.yaml"
        return read_text(self.roster), str(self.roster)


def _feeds_in(text: str, name: str) -> set[str]:
    # Most files name none, and reading one takes long.
    return set(_feeds(load(text, name))) if "ical" in text else set()


def _feeds(item: Item) -> Iterator[str]:
    """Yield every `ical` address, wherever it stands."""
    if isinstance(item.value, dict):
        for key, value in item.value.items():
            if key == "ical" and isinstance(value.value, str):
                yield value.value
            yield from _feeds(value)
    elif isinstance(item.value, list):
        for value in item.value:
            yield from _feeds(value)


def _stale(texts: Mapping[str, FeedText]) -> Iterator[str]:
    for address, found in texts.items():
        if found.trouble is not None:
            yield (
                f"the calendar feed {address} can't be read ({found.trouble}); "
                f"escbot uses what it said on {found.read_at:%Y-%m-%d %H:%M} UTC"
            )


__all__ = ["FileError", "Files", "NotReadable", "Reader"]
