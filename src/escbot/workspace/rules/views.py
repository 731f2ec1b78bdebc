"""Views: what Slack's validator says of modals and App Homes."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from escbot.workspace.model import Raw
from escbot.workspace.rules.blocks import problems
from escbot.workspace.rules.wording import (
    keys,
    lengths,
    needs,
    no_match,
    plain,
    said,
    unsupported,
)

SHARED = ("type", "blocks", "private_metadata", "callback_id", "external_id")
MODAL = (*SHARED, "title", "submit", "close", "clear_on_close", "notify_on_close")
MODAL_ONLY_INPUTS = "must define `submit` to use an `input` block in modals"


def view_problems(
    view: object, kind: str = "", *, refused: Collection[str] = frozenset()
) -> list[str]:
    """Return what Slack would refuse in a view of this kind; without one, in the view's own."""
    if not isinstance(view, dict):
        return [said("must provide an object", "/view")]
    needed = [*needs(view, ("blocks", "type"), "/view")]
    own = view.get("type")
    if own is not None and own not in ((kind,) if kind else ("modal", "home")):
        return [unsupported(own, "/view")]
    if own == "modal":
        needed = [*needs(view, ("title",), "/view"), *needed]
    if needed:
        return needed
    found = [*_fields(view)]
    found += problems(view["blocks"], most=100, where=str(own), at="/view/blocks", refused=refused)
    if own == "modal" and "submit" not in view:
        for place, block in enumerate(view["blocks"]):
            if isinstance(block, dict) and block.get("type") == "input":
                found.append(said(MODAL_ONLY_INPUTS, f"/view/blocks/{place}/input"))
    return found


def _fields(view: Raw) -> Iterator[str]:
    extra = [*keys(view, MODAL if view["type"] == "modal" else SHARED, "/view")]
    if extra:
        yield no_match("/view")
        yield from extra
    for key in ("title", "submit", "close"):
        if view.get(key) is not None:
            yield from plain(view[key], 24, f"/view/{key}")
    limits = {"private_metadata": 3000, "callback_id": 255, "external_id": 255}
    yield from lengths(view, limits, "/view", least=0)
