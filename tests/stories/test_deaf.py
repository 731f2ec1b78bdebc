"""Connections that die without a word, and a token that is taken away. Seconds here are those of
a pace of 20, with floors for a busy machine: 90 seconds of silence are 12."""

from __future__ import annotations

import logging

import pytest
from aiohttp import ClientSession

from escbot.slack.sockets import Sockets
from tests.stories.conftest import World

LONG = 60.0


async def health(world: World) -> tuple[int, str]:
    page = world.program.health
    assert page is not None
    url = f"http://127.0.0.1:{page.port}/readyz"
    async with ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


def sockets_of(world: World) -> Sockets:
    assert world.program.door is not None
    assert world.program.door.sockets is not None
    return world.program.door.sockets


async def replaced(world: World, before: set[int]) -> None:
    sockets = sockets_of(world)
    await world.workspace.until(
        lambda: not before & {id(line) for line in sockets._lines}, timeout=LONG
    )


def lines(world: World) -> set[int]:
    sockets = sockets_of(world)
    return {id(line) for line in sockets._lines}


async def test_half_open_connections_are_noticed_and_rebuilt(world: World) -> None:
    card = await world.escalate()
    direct = (await world.directs("U05"))[0]
    before = lines(world)
    world.workspace.sockets.freeze()  # nothing is said, nothing is closed
    await replaced(world, before)
    world.workspace.sockets.end_ghosts()
    await world.workspace.person("U05").click(direct, "Acknowledge")
    await world.shows(card, "is working on it")


async def test_a_connection_that_answers_pings_but_brings_nothing_is_rebuilt(world: World) -> None:
    card = await world.escalate()
    direct = (await world.directs("U05"))[0]
    await world.workspace.until(lambda: len(world.thread(card)) == 5)
    before = lines(world)
    world.workspace.sockets.mute()
    # The bot goes on posting, and its own posts no longer come back as events.
    await world.later(minutes=20)
    await replaced(world, before)
    await world.workspace.sockets.close_all()  # Slack forgets the mute ones
    await world.workspace.until(lambda: world.workspace.sockets.count >= 2, timeout=LONG)
    assert direct is not None


async def test_silence_that_lasts_is_told_to_the_admins_once(world: World) -> None:
    await world.escalate()
    await world.directs("U05")
    world.workspace.sockets.new_address = (  # type: ignore[method-assign]
        lambda: "ws://127.0.0.1:9/nowhere"
    )
    await world.workspace.sockets.close_all()
    admin = world.workspace.person("U10")
    await world.workspace.until(lambda: admin.direct(), timeout=LONG)
    assert "Slack has been silent since" in admin.direct()[0].words()
    await world.workspace.settle(quiet=1.0)
    assert len(admin.direct()) == 1


async def test_more_connections_than_are_held_are_named(world: World) -> None:
    sockets = sockets_of(world)
    for line in sockets._lines:
        line.counted = 5  # as Slack says in its hello
    sockets._count_ghosts()
    sockets._ghosts_since = 0.0
    assert "Slack counts 5 connections" in (await health(world))[1]
    sockets.know_of(3)  # another replica holds them
    sockets._count_ghosts()
    assert "Slack counts" not in (await health(world))[1]


async def test_a_lost_token_is_said_once_and_loses_no_message(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.escalate()
    await world.directs("U05")
    app = world.workspace.state.app
    assert app is not None
    good = app.bot_token
    with caplog.at_level(logging.ERROR):
        object.__setattr__(app, "bot_token", "xoxb-another")
        await world.later(minutes=20)  # somebody else is to be asked
        for _ in range(400):
            status, text = await health(world)
            if status == 503 and "refuses the bot's token" in text:
                break
        assert status == 503
        assert "install it again" in text
    said = [r for r in caplog.records if "refuses the bot's token" in r.getMessage()]
    assert len(said) == 1
    assert not world.workspace.person("U06").direct()
    object.__setattr__(app, "bot_token", good)
    await world.workspace.until(lambda: world.workspace.person("U06").direct(), timeout=LONG)
    world.workspace.refusals.clear()  # of the calls without a token


@pytest.mark.parametrize("event", ["app_uninstalled", "tokens_revoked"])
async def test_an_uninstalled_app_is_noticed_at_once(world: World, event: str) -> None:
    world.workspace.events.send(event, {"type": event})
    await world.workspace.settle()
    status, text = await health(world)
    assert (status, event in text) == (503, True)
    assert "install it again" in text


async def test_when_slack_leaves_events_out_the_admins_hear_it_once_and_buttons_work(
    world: World,
) -> None:
    card = await world.escalate()
    direct = (await world.directs("U05"))[0]
    world.workspace.limits.events_an_hour = 0
    for words in ("Is somebody there?", "Hello?"):
        await world.workspace.person("U01").say("general", words)
    admin = world.workspace.person("U10")
    await world.workspace.until(lambda: admin.direct(), timeout=LONG)
    assert "Slack leaves events out" in admin.direct()[0].words()
    assert "busy channels" in (await health(world))[1]
    await world.workspace.person("U05").click(direct, "Acknowledge")
    await world.shows(card, "is working on it")
    await world.later(minutes=20)
    assert len(admin.direct()) == 1
    sockets_of(world).posted()
    assert sockets_of(world).deaf_for() == 0  # that no post of ours comes back says nothing now
