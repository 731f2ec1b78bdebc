"""The page and its control API. Only pages of this very address may use it.

`GET /feed?as=U01` (WebSocket) sends what one person sees, and then each change of it;
`POST /control/<verb>` does something in somebody's name. docs/workspace.md lists the verbs.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from escbot.workspace import filling
from escbot.workspace.feed import Feed
from escbot.workspace.model import Message, Raw, View, elements_of
from escbot.workspace.panel import Panel
from escbot.workspace.snapshot import snapshot

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

PAGE = Path(__file__).parent / "page"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
ANYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - what other hosts than this machine come in by
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def add_routes(app: web.Application, workspace: Workspace) -> None:
    """Add the routes of the page and its control API."""
    feed = Feed(workspace)
    workspace.state.changed = feed.wake
    verbs = Verbs(workspace)

    async def index(request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html", headers=HEADERS)

    async def asset(request: web.Request) -> web.StreamResponse:
        wanted = (PAGE / request.match_info["path"]).resolve()
        if not wanted.is_file() or PAGE.resolve() not in wanted.parents:
            raise web.HTTPNotFound
        return web.FileResponse(wanted, headers=HEADERS)

    async def watch(request: web.Request) -> web.StreamResponse:
        _check_origin(request, workspace.host)
        return await feed.accept(request)

    async def control(request: web.Request) -> web.StreamResponse:
        _check_origin(request, workspace.host)
        return await verbs.answer(request)

    app.router.add_get("/", index)
    app.router.add_get("/archives/{channel}/{ts}", index)
    app.router.add_get("/page/{path:.+}", asset)
    app.router.add_get("/feed", watch)
    app.router.add_post("/control/{verb}", control)
    app.on_shutdown.append(feed.close)


def _check_origin(request: web.Request, host: str) -> None:
    """Refuse other sites and rebound names: this API acts in everybody's name.

    A workspace that was told to listen to others (`host`) is reached by any name.
    """
    name = urlsplit(f"//{request.host}").hostname
    if host in LOOPBACK and name not in LOOPBACK:
        raise web.HTTPForbidden(text="open the page by its address on this machine")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="another site may not use this workspace")


Verb = Callable[[str, Raw], Awaitable[Raw]]


class Verbs:
    """What a page, or a test in another language, can do."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._s = workspace.state
        self._panel = Panel(workspace)

    async def answer(self, request: web.Request) -> web.Response:
        """Do one verb; a wrong request gets one sentence and status 400."""
        verbs: dict[str, Verb] = {
            "say": self._say,
            "slash": self._slash,
            "shortcut": self._shortcut,
            "click": self._click,
            "submit": self._submit,
            "dispatch": self._dispatch,
            "suggest": self._suggest,
            "close": self._close,
            "react": self._react,
            "home": self._home,
            "read": self._read,
            "clock": self._clock,
            "state": self._state,
            **self._panel.verbs(),
            "upload": self._upload,
            "refuse": self._refuse,
        }
        verb = verbs.get(request.match_info["verb"])
        try:
            body = await request.json()
            if verb is None or not isinstance(body, dict):
                raise KeyError("there is no such verb")
            who = str(body.get("as"))
            if who not in self._s.users:
                raise KeyError(f"there is nobody {who}")
            answer = await verb(who, body)
        except (KeyError, ValueError, TypeError, PermissionError) as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        self._s.changed()
        return web.json_response({"ok": True, **answer})

    def _message(self, body: Raw) -> Message:
        found = self._s.find(str(body["channel"]), str(body["ts"]))
        if found is None:
            raise KeyError("there is no such message")
        return found

    def _view(self, who: str, body: Raw) -> View:
        found = self._s.view(str(body["view"]))
        if found is None or found.user != who:
            raise KeyError("there is no such view")
        return found

    async def _say(self, who: str, body: Raw) -> Raw:
        thread = str(body["thread"]) if body.get("thread") else None
        channel, text = str(body["channel"]), str(body["text"])
        message = await self._w.person(who).say(channel, text, thread, encoded=True)
        return {"ts": message.ts}

    async def _slash(self, who: str, body: Raw) -> Raw:
        channel = self._s.channel(str(body["channel"])).id
        text = str(body.get("text", ""))
        await self._w.interactions.slash(who, channel, str(body["command"]), text)
        return {}

    async def _shortcut(self, who: str, body: Raw) -> Raw:
        message = self._message(body) if body.get("ts") else None
        await self._w.interactions.shortcut(who, str(body["callback"]), message)
        return {}

    async def _click(self, who: str, body: Raw) -> Raw:
        view = self._view(who, body) if body.get("view") else None
        message = None if view else self._message(body)
        if view is not None:
            self._take(view, body)
        block = self._block(body, view, message)
        element = block["element"]
        chosen = None
        if element["type"] == "feedback_buttons":
            side = "positive_button" if body.get("chosen") == "positive" else "negative_button"
            chosen = {"value": element[side]["value"], "text": element[side]["text"]}
        elif "chosen" in body:
            holder = view or message
            offered = holder.offered.get(filling.place_of(block), []) if holder else []
            chosen = filling.state_of(element, body["chosen"], {}, None, offered)
        await self._w.interactions.click(who, element, message=message, view=view, chosen=chosen)
        return {}

    def _block(self, body: Raw, view: View | None, message: Message | None) -> Raw:
        """Return an element by its action, and where several share it by block and value."""
        blocks = view.body["blocks"] if view else message.all_blocks() if message else []
        found = [
            (block, element)
            for block in blocks
            for element in elements_of([block])
            if element.get("action_id") == body["action"]
        ]
        for key, place in (("block", 0), ("value", 1)):
            wanted = body.get(key)
            name = "block_id" if key == "block" else "value"
            near = [pair for pair in found if wanted and pair[place].get(name) == wanted]
            found = near or found
        if not found:
            raise KeyError("there is no such button")
        block, element = found[0]
        return {"block_id": block.get("block_id"), "element": element}

    async def _submit(self, who: str, body: Raw) -> Raw:
        view = self._view(who, body)
        self._take(view, body)
        return {"errors": await self._w.interactions.submit(who, view)}

    def _take(self, view: View, body: Raw) -> None:
        """Take what is filled in."""
        values = body.get("values") or {}
        for block in filling.inputs(view):
            if block["block_id"] in values:
                filling.set_value(view, block, values[block["block_id"]], {})

    def _input(self, view: View, body: Raw) -> Raw:
        for block in filling.inputs(view):
            if block.get("block_id") == body["block"]:
                return block
        raise KeyError("there is no such field")

    async def _dispatch(self, who: str, body: Raw) -> Raw:
        view = self._view(who, body)
        chosen = self._input(view, body)
        self._take(view, body)
        return {"answered": await self._w.interactions.dispatch(who, view, chosen)}

    async def _suggest(self, who: str, body: Raw) -> Raw:
        view = self._view(who, body) if body.get("view") else None
        message = None if view else self._message(body)
        block = (
            self._input(view, body)
            if view is not None and not body.get("action")
            else self._block(body, view, message)
        )
        text = str(body.get("text", ""))
        options = await self._w.interactions.suggest(who, view, block, text, message)
        return {"options": options}

    async def _close(self, who: str, body: Raw) -> Raw:
        await self._w.interactions.close(who, every=bool(body.get("every")))
        return {}

    async def _react(self, who: str, body: Raw) -> Raw:
        await self._w.person(who).react(self._message(body), str(body["name"]))
        return {}

    async def _home(self, who: str, body: Raw) -> Raw:
        await self._w.person(who).home()
        return {}

    async def _read(self, who: str, body: Raw) -> Raw:
        self._s.unread.pop((who, str(body["channel"])), None)
        return {}

    async def _clock(self, who: str, body: Raw) -> Raw:
        if "advance" in body:
            await self._w.clock.advance(timedelta(minutes=float(body["advance"])))
        if "speed" in body:
            self._w.clock.speed(float(body["speed"]))
        return {"now": self._w.clock.now().isoformat()}

    async def _upload(self, who: str, body: Raw) -> Raw:
        thread = str(body["thread"]) if body.get("thread") else None
        content = base64.b64decode(str(body["content"]), validate=True)
        channel, name, text = str(body["channel"]), str(body["name"]), str(body.get("text") or "")
        message = await self._w.person(who).upload(channel, name, content, text, thread)
        return {"ts": message.ts}

    async def _refuse(self, who: str, body: Raw) -> Raw:
        self._w.refuse_blocks = {str(kind) for kind in body["blocks"]}
        return {"blocks": sorted(self._w.refuse_blocks)}

    async def _state(self, who: str, body: Raw) -> Raw:
        return {"state": snapshot(self._w, who)}
