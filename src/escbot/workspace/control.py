"""The page and its control API. Only pages of this very address may use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace


def add_routes(app: web.Application, workspace: Workspace) -> None:
    """Add the routes of the page."""
