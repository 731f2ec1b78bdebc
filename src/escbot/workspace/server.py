"""The HTTP side: Web API, sockets, response addresses, the page and what it talks to."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import TYPE_CHECKING

from aiohttp import web

from escbot.workspace import control, pictures, uploads
from escbot.workspace.api.errors import ApiError
from escbot.workspace.faults import Fault
from escbot.workspace.model import Raw
from escbot.workspace.scopes import SCOPES

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

LARGEST = 2 * 1024 * 1024


def build(workspace: Workspace) -> web.Application:
    """Build the program that listens on the workspace's port."""
    app = web.Application(client_max_size=LARGEST)

    async def api(request: web.Request) -> web.StreamResponse:
        return await _api(workspace, request)

    async def response(request: web.Request) -> web.StreamResponse:
        return await _response(workspace, request)

    app.router.add_route("*", "/api/{method}", api)
    app.router.add_get("/socket", workspace.sockets.accept)
    app.router.add_post("/response/{id}", response)
    uploads.add_routes(app, workspace)
    pictures.add_routes(app, workspace)
    control.add_routes(app, workspace)
    return app


async def _arguments(request: web.Request) -> Raw:
    found: Raw = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json()
        found |= body if isinstance(body, dict) else {}
    elif request.can_read_body:
        found |= dict(await request.post())
    return found


async def _api(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    method = request.match_info["method"]
    try:
        arguments = await _arguments(request)
    except ValueError:
        return _answer(workspace, method, {"ok": False, "error": "invalid_json"})
    fault = workspace.faults.take(method)
    stopped = await _stopped(workspace, request, method, fault)
    if stopped is not None:
        return stopped
    refused = _authorised(workspace, request, method, arguments)
    if refused is not None:
        return _refuse(workspace, method, {"error": refused}, asked=_shown(arguments))
    wait = workspace.limits.take(method, str(arguments.get("channel", "")))
    if wait:
        return _limited(workspace, method, wait)
    try:
        answer = await workspace.api.call(method, arguments)
    except ApiError as error:
        refusal = {"error": error.code, **error.more}
        shown = _shown(arguments)
        return _refuse(workspace, method, refusal, expected=error.expected, asked=shown)
    workspace.state.log("app", method, _shown(arguments), answer={"ok": True, **answer})
    spoilt = await _spoilt(workspace, request, method, fault)
    return spoilt or _answer(workspace, method, {"ok": True, **answer})


async def _stopped(
    workspace: Workspace, request: web.Request, method: str, fault: Fault | None
) -> web.StreamResponse | None:
    """Let a fault happen that keeps the call from doing its work."""
    if fault is None:
        return None
    if fault.kind == "error":
        return _refuse(workspace, method, {"error": fault.code}, expected=True)
    if fault.kind == "limited":
        return _limited(workspace, method, fault.seconds)
    if fault.kind == "status":
        workspace.state.log("app", f"{method}: status {fault.code}", ok=False)
        status = int(fault.code) if fault.code.isdigit() else 500
        return web.Response(status=status, text="Internal Server Error")
    if fault.kind == "refuse":
        return _dropped(workspace, request, f"{method}: connection closed before the work")
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
    return None


async def _spoilt(
    workspace: Workspace, request: web.Request, method: str, fault: Fault | None
) -> web.StreamResponse | None:
    """Let a fault happen that spoils the answer to work that was done."""
    if fault is None:
        return None
    if fault.kind == "drop":
        return _dropped(workspace, request, f"{method}: answer lost")
    if fault.kind == "broken":
        return _refuse(workspace, method, {"error": fault.code}, expected=True)
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds)
    return None


def _dropped(workspace: Workspace, request: web.Request, what: str) -> web.Response:
    workspace.state.log("app", what, ok=False)
    if request.transport is not None:
        request.transport.close()
    return web.Response()


def _shown(arguments: Raw) -> Raw:
    return {key: value for key, value in arguments.items() if key != "token"}


def _authorised(
    workspace: Workspace, request: web.Request, method: str, arguments: Raw
) -> str | None:
    header = request.headers.get("Authorization", "")
    token = header.removeprefix("Bearer ") or str(arguments.get("token") or "")
    app = workspace.state.app
    if method == "api.test":
        return None
    if not token:
        return "not_authed"
    if token in workspace.revoked:
        return "account_inactive"
    if app is None or token not in (app.app_token, app.bot_token):
        return "invalid_auth"
    wanted = app.app_token if method == "apps.connections.open" else app.bot_token
    return None if token == wanted else "not_allowed_token_type"


def _answer(workspace: Workspace, method: str, answer: Raw) -> web.Response:
    """Answer with the headers by which Slack tells of scopes."""
    headers = {
        "X-Slack-Req-Id": secrets.token_hex(16),
        "X-OAuth-Scopes": ",".join(sorted(workspace.scopes)),
        "X-Accepted-OAuth-Scopes": ",".join(SCOPES.get(method, ())),
    }
    return web.json_response(answer, headers=headers)


def _refuse(
    workspace: Workspace,
    method: str,
    answer: Raw,
    *,
    expected: bool = False,
    asked: Raw | None = None,
) -> web.Response:
    line = f"{method}: {json.dumps(answer)}"
    workspace.state.log("app", line, asked, ok=False, answer={"ok": False, **answer})
    if not expected:
        workspace.state.refusals.append(line)
    return _answer(workspace, method, {"ok": False, **answer})


def _limited(workspace: Workspace, method: str, seconds: float) -> web.Response:
    workspace.state.log("app", f"{method}: limited for {seconds:.2f} s", ok=False)
    # Slack sends whole seconds; a faster pace needs finer ones.
    value = str(int(seconds) + 1) if workspace.pace == 1 else f"{seconds:.3f}"
    answer = {"ok": False, "error": "ratelimited"}
    return web.json_response(answer, status=429, headers={"Retry-After": value})


async def _response(workspace: Workspace, request: web.Request) -> web.StreamResponse:
    try:
        body = await request.json()
        if not isinstance(body, dict):
            raise ValueError("a response is an object")
        user, channel, ts = workspace.triggers.answer(request.match_info["id"])
    except ValueError:
        return web.Response(status=400, text="invalid_payload")
    except ApiError as error:
        workspace.state.log("app", f"response_url: {error.code}", ok=False)
        workspace.state.refusals.append(f"response_url: {error.code}")
        return web.json_response({"ok": False, "error": error.code}, status=404)
    workspace.state.log("app", "response_url", body)
    code = workspace.interactions.respond(user, channel, ts, body)
    return web.Response(status=400, text=code) if code else web.Response(text="ok")
