"""views: modals on a stack of three at most, and the App Home."""

from __future__ import annotations

import json

from escbot.workspace.api.errors import ApiError, invalid_arguments
from escbot.workspace.api.group import Group, parsed
from escbot.workspace.model import Raw, View
from escbot.workspace.rules.blocks import refused_types
from escbot.workspace.rules.views import view_problems
from escbot.workspace.shapes import with_ids

LARGEST = 250_000  # bytes of a view
DEEPEST = 3  # modals on one another


class Views(Group):
    """Modals and homes."""

    def _body(self, a: Raw, kind: str = "modal") -> Raw:
        body = parsed(a.get("view"))
        if body is None:
            raise invalid_arguments("missing required field: view")
        refused = self._w.refuse_blocks
        found = view_problems(body, kind, refused=refused)
        if found or not isinstance(body, dict):
            blocks = body.get("blocks") if isinstance(body, dict) else []
            error = invalid_arguments(*found)
            error.expected = bool(refused_types(blocks or [], []) & set(refused))
            raise error
        if len(json.dumps(body).encode()) > LARGEST:
            raise ApiError("view_too_large")
        return {**body, "blocks": with_ids(body["blocks"])}

    def _unique(self, body: Raw, but: View | None = None) -> None:
        wanted = body.get("external_id")
        if wanted and any(
            view.body.get("external_id") == wanted
            for stack in self._s.modals.values()
            for view in stack
            if view is not but
        ):
            raise ApiError("duplicate_external_id")

    def _new(self, user: str, body: Raw, under: View | None = None) -> View:
        id_ = self._s.id("V")
        return View(
            id_,
            user,
            body,
            hash=self._s.hash(),
            root_id=under.root_id if under else id_,
            previous=under.id if under else None,
        )

    async def open(self, a: Raw) -> Raw:
        """views.open: with a trigger, within three seconds of it, once."""
        body = self._body(a)
        self._unique(body)
        user = self._w.triggers.use(str(a.get("trigger_id") or ""))
        view = self._new(user, body)
        self._s.modals[user] = [view]
        self._s.changed()
        return {"view": self._w.view_raw(view)}

    async def push(self, a: Raw) -> Raw:
        """views.push: a second and a third modal over the first."""
        body = self._body(a)
        self._unique(body)
        user = self._w.triggers.use(str(a.get("trigger_id") or ""))
        stack = self._s.modals.get(user, [])
        if not stack:
            raise ApiError("not_found")
        if len(stack) >= DEEPEST:
            raise ApiError("push_limit_reached")
        view = self._new(user, body, under=stack[-1])
        stack.append(view)
        self._s.changed()
        return {"view": self._w.view_raw(view)}

    def _meant(self, a: Raw) -> View:
        if a.get("view_id"):
            found = self._s.view(str(a["view_id"]))
        elif a.get("external_id"):
            wanted = str(a["external_id"])
            everything = [view for stack in self._s.modals.values() for view in stack]
            found = next((v for v in everything if v.body.get("external_id") == wanted), None)
        else:
            raise invalid_arguments("missing required field: view_id")
        if found is None:
            raise ApiError("not_found")
        return found

    async def update(self, a: Raw) -> Raw:
        """views.update: by view_id or external_id; a stale hash is refused."""
        view = self._meant(a)
        body = self._body(a, str(view.body.get("type")))
        if a.get("hash") and a["hash"] != view.hash:
            raise ApiError("hash_conflict")
        self._unique(body, but=view)
        self._w.replace_view(view, body)
        return {"view": self._w.view_raw(view)}

    async def publish(self, a: Raw) -> Raw:
        """views.publish: one person's App Home."""
        if not self._w.manifest.home_tab:
            raise ApiError("not_enabled")
        user = self._s.users.get(str(a.get("user_id") or ""))
        if user is None or user.is_bot or user.team:
            raise invalid_arguments("invalid `user_id` [json-pointer:/user_id]")
        body = self._body(a, "home")
        known = self._s.homes.get(user.id)
        if known is not None and a.get("hash") and a["hash"] != known.hash:
            raise ApiError("hash_conflict")
        if known is None:
            known = self._new(user.id, body)
            self._s.homes[user.id] = known
            self._s.changed()
        else:
            self._w.replace_view(known, body)
        return {"view": self._w.view_raw(known)}
