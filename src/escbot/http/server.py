"""The program's own web server: health, and Slack's requests in HTTP mode."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from escbot.http.pages import page
from escbot.services.health import Doctor

LARGEST = 1024 * 1024  # bytes of one request; Slack's largest payloads have some 100 kB
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def health_routes(doctor: Doctor) -> list[web.RouteDef]:
    """Return `/healthz` (the loops have their turns), `/readyz` (it can work) and a page."""

    async def healthz(request: web.Request) -> web.Response:
        alive = doctor.alive()
        return web.json_response({"alive": alive}, status=200 if alive else 503)

    async def readyz(request: web.Request) -> web.Response:
        found = await doctor.look()
        return web.json_response(found.plain(), status=200 if found.ready else 503)

    async def shown(request: web.Request) -> web.Response:
        found = await doctor.look()
        text = page("health.html", title="escbot's health", h=found)
        return web.Response(text=text, content_type="text/html")

    return [
        web.get("/healthz", healthz),
        web.get("/readyz", readyz),
        web.get("/", shown),
    ]


class Server:
    """One listening address. Raises OSError where it is taken."""

    def __init__(self, routes: list[web.RouteDef], posts: Mapping[str, Handler]) -> None:
        app = web.Application(client_max_size=LARGEST)
        app.add_routes([*routes, *(web.post(path, made) for path, made in posts.items())])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening; requests under way are answered."""
        await self._runner.cleanup()
