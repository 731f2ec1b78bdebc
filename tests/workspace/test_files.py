"""Files: the app's upload in three steps, people's uploads, and who may read them."""

from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from escbot.workspace.workspace import Workspace
from tests.workspace.conftest import SCOPES, a_client, a_manifest, a_workspace

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


async def test_the_app_uploads_a_picture_into_a_thread(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    root = await client.chat_postMessage(channel="general", text="the numbers")
    place = str(root["channel"])
    await client.files_upload_v2(
        channel=place,
        thread_ts=root["ts"],
        content=PNG,
        filename="chart.png",
        title="This week",
        alt_txt="Cases a day: 3, 4, 2",
        initial_comment="as a picture",
    )
    message = workspace.thread("general", str(root["ts"]))[1]
    assert message.text == "as a picture"
    file = message.files[0]
    assert file["title"] == "This week"
    assert file["mimetype"] == "image/png"
    assert file["alt_txt"] == "Cases a day: 3, 4, 2"
    assert file["size"] == len(PNG)
    assert workspace.refusals == []


async def test_bytes_that_were_not_announced_are_refused(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    announced = await client.files_getUploadURLExternal(filename="a.txt", length=4)
    url = str(announced["upload_url"])
    async with aiohttp.ClientSession() as session, session.post(url, data=b"12345") as answer:
        assert answer.status == 400
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_completeUploadExternal(
            files=[{"id": str(announced["file_id"]), "title": "a"}]
        )


async def test_the_app_hears_of_a_file_and_reads_it_with_its_token_only() -> None:
    workspace = a_workspace(a_manifest(scopes=[*SCOPES, "files:read"]), pace=20)
    await workspace.start()
    message = await workspace.person("U01").upload("general", "log.txt", b"all of it", "see here")
    assert message.api()["subtype"] == "file_share"
    url = message.files[0]["url_private"]
    client = a_client(workspace)
    info = await client.files_info(file=message.files[0]["id"])
    assert info["file"]["url_private"] == url
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {client.token}"}
        async with session.get(url, headers=headers) as answer:
            assert await answer.read() == b"all of it"
            assert answer.headers["Content-Disposition"] == "attachment"
        async with session.get(url) as answer:  # as at Slack: a page, with status 200
            assert answer.content_type == "text/html"
            assert b"all of it" not in await answer.read()
        same = {"Sec-Fetch-Site": "same-origin"}
        async with session.get(url, headers=same) as answer:
            assert await answer.read() == b"all of it"
    await workspace.stop()


async def test_without_the_scope_there_is_no_reading(workspace: Workspace) -> None:
    message = await workspace.person("U01").upload("general", "log.txt", b"all of it")
    client = a_client(workspace)
    with pytest.raises(SlackApiError, match="missing_scope") as caught:
        await client.files_info(file=message.files[0]["id"])
    assert caught.value.response["needed"] == "files:read"


async def test_people_have_a_picture_that_holds_no_script(workspace: Workspace) -> None:
    workspace.add_user("U07", '<i onload="x()">')
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{workspace.url}/avatar/U07") as answer:
            assert answer.content_type == "image/svg+xml"
            assert "onload" not in await answer.text()
        async with session.get(f"{workspace.url}/avatar/U70") as answer:
            assert answer.status == 404
