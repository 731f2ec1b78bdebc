"""What an operator sees."""

from __future__ import annotations

from aiohttp import ClientSession

from tests.stories.conftest import World


async def _get(world: World, path: str) -> tuple[int, str]:
    health = world.program.health
    assert health is not None
    url = f"http://127.0.0.1:{health.port}{path}"
    async with ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def test_a_working_program_says_that_it_is_ready_and_shows_no_secret(world: World) -> None:
    await world.escalate()
    assert (await _get(world, "/healthz"))[0] == 200
    status, text = await _get(world, "/readyz")
    assert status == 200, text
    assert '"connections": 2' in text
    page = (await _get(world, "/"))[1]
    assert "Nothing needs attention." in page
    for secret in (world.settings.slack_bot_token, world.settings.slack_app_token):
        assert secret is not None
        assert secret.get_secret_value() not in text + page


async def test_a_deaf_program_is_not_ready(world: World) -> None:
    await world.escalate()
    sockets = world.workspace.sockets
    sockets.new_address = lambda: "ws://127.0.0.1:9/nowhere"  # type: ignore[method-assign]
    await sockets.close_all()
    for _ in range(200):
        status, text = await _get(world, "/readyz")
        if status == 503:
            break
    assert status == 503
    assert "no connection to Slack" in text
    await world.workspace.until(lambda: world.workspace.person("U10").direct(), timeout=20)
    told = world.workspace.person("U10").direct()[0].words()
    assert "Slack has been silent since" in told


async def test_a_missing_channel_is_named_with_what_to_do(world: World) -> None:
    delivery = world.program.delivery
    assert delivery is not None
    delivery.missing["planning"] = "create #planning and invite the bot to it"
    assert "create #planning" in (await _get(world, "/"))[1]
