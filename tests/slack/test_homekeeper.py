"""Homes end up showing what is true, whatever changes while they are drawn."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from escbot.slack.homekeeper import HomeKeeper

ANN = ("T1", "U1")


class Drawn(HomeKeeper):
    """A keeper whose Homes show one number, and that waits where the test wants it to."""

    def __init__(self) -> None:
        super().__init__(None, None)  # type: ignore[arg-type]
        self.truth = 0
        self.slack: list[int] = []
        self.drawing, self.posting = asyncio.Event(), asyncio.Event()
        self.drawing.set()
        self.posting.set()

    async def _view(self, team: str, user: str) -> dict[str, Any]:
        view = {"number": self.truth}
        await self.drawing.wait()
        return view

    async def _publish(self, team: str, user: str, view: dict[str, Any]) -> None:
        if view["number"] == 1:
            await self.posting.wait()
        self.slack.append(view["number"])


async def test_what_changes_while_a_home_is_drawn_is_drawn_too() -> None:
    keeper = Drawn()
    await keeper.open(*ANN)
    keeper.truth = 1
    keeper.mark()
    keeper.drawing.clear()
    refresh = asyncio.create_task(keeper.refresh_once())
    await asyncio.sleep(0)
    keeper.truth = 2
    keeper.mark()
    keeper.drawing.set()
    await refresh
    await keeper.refresh_once()
    assert keeper.slack == [0, 1, 2]
    assert await keeper.refresh_once() == 0


async def test_what_changes_while_a_home_is_opened_is_drawn_too() -> None:
    keeper = Drawn()
    keeper.drawing.clear()
    opening = asyncio.create_task(keeper.open(*ANN))
    await asyncio.sleep(0)
    keeper.truth = 2
    keeper.mark()
    keeper.drawing.set()
    await opening
    await keeper.refresh_once()
    assert keeper.slack == [0, 2]


async def test_an_older_home_that_arrives_late_is_replaced() -> None:
    keeper = Drawn()
    await keeper.open(*ANN)
    keeper.truth = 1
    keeper.mark()
    keeper.posting.clear()
    slow = asyncio.create_task(keeper.refresh_once())
    await asyncio.sleep(0)
    keeper.truth = 2
    await keeper.open(*ANN)
    keeper.posting.set()
    await slow
    await keeper.refresh_once()
    assert keeper.slack[-1] == 2
    assert await keeper.refresh_once() == 0


async def test_a_home_that_could_not_be_drawn_is_tried_again() -> None:
    keeper = Drawn()
    await keeper.open(*ANN)
    keeper.mark()
    drawn = keeper._view

    async def fails(team: str, user: str) -> dict[str, Any]:
        raise ConnectionError

    keeper._view = fails  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        await keeper.refresh_once()
    keeper._view = drawn  # type: ignore[method-assign]
    keeper.truth = 3
    await keeper.refresh_once()
    assert keeper.slack == [0, 3]
