"""Bytes of files: taken at an upload's address, and given to those who may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import BodyPartReader, web

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace


def add_routes(app: web.Application, workspace: Workspace) -> None:
    """Add the upload's address and the private addresses of files."""

    async def upload(request: web.Request) -> web.StreamResponse:
        return await _upload(workspace, request)

    async def read(request: web.Request) -> web.StreamResponse:
        return _read(workspace, request)

    app.router.add_post("/upload/v1/{secret}", upload)
    app.router.add_get("/files-pri/{file}/{name}", read)
    app.router.add_get("/files-pri/{file}/download/{name}", read)


async def _upload(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    file_id = workspace.state.uploads.pop(request.match_info["secret"], None)
    file = workspace.state.files.get(file_id or "")
    if file is None:
        return web.Response(status=404, text="not found")
    content = await _bytes(request)
    if len(content) != file.size:
        # Slack takes what was announced and nothing else.
        return web.Response(status=400, text=f"expected {file.size} bytes, got {len(content)}")
    file.content = content
    workspace.state.log("app", f"upload {file.name}", {"file": file.id, "bytes": len(content)})
    return web.Response(text=f"OK - {len(content)}")


async def _bytes(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.content.read()
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.filename is not None:
            return bytes(await part.read())
    return b""


def _read(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    """Give a file to the app with its token and scope, or to the page of this very address."""
    file = workspace.state.files.get(request.match_info["file"].rpartition("-")[2])
    if file is None or file.content is None:
        raise web.HTTPNotFound
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    app = workspace.state.app
    from_page = not token and request.headers.get("Sec-Fetch-Site") == "same-origin"
    from_app = app is not None and token == app.bot_token and "files:read" in workspace.scopes
    if not from_page and not from_app:
        # Slack shows its sign-in page instead of an error.
        return web.Response(status=302, headers={"Location": f"{workspace.url}/signin"})
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if not file.kind.startswith("image/"):
        headers["Content-Disposition"] = "attachment"
    return web.Response(body=file.content, content_type=file.kind, headers=headers)
