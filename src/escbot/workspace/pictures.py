"""What else of Slack's addresses can be opened: pictures of people, and the sign-in page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

COLOURS = ("#3d6b8e", "#7a4b8c", "#3f7d5c", "#8e5a3d", "#5a5f8e", "#7d3f52")
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="72" height="72"><rect width="72" height="72" '
    'fill="{colour}"/><text x="36" y="46" font-family="sans-serif" font-size="28" fill="#fff" '
    'text-anchor="middle">{letters}</text></svg>'
)
SAFE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"}


def add_routes(app: web.Application, workspace: Workspace) -> None:
    """Add the addresses."""

    async def picture(request: web.Request) -> web.StreamResponse:
        user = workspace.state.users.get(request.match_info["user"])
        if user is None:
            raise web.HTTPNotFound
        letters = "".join(part[0] for part in user.name.split()[:2]).upper()
        colour = COLOURS[sum(user.id.encode()) % len(COLOURS)]
        text = PICTURE.format(colour=colour, letters=escape(letters))
        return web.Response(text=text, content_type="image/svg+xml", headers=SAFE)

    async def signin(request: web.Request) -> web.StreamResponse:
        # What a bot gets that reads a private file without its token: a page with status 200.
        text = "<!doctype html><title>Sign in</title><p>Sign in to see this.</p>"
        return web.Response(text=text, content_type="text/html", headers=SAFE)

    app.router.add_get("/avatar/{user}", picture)
    app.router.add_get("/signin", signin)
