"""Waiting for the customer, a vendor or somebody inside, and going on."""

from __future__ import annotations

from escbot.core.case import Phase
from escbot.core.commands import RenewWait, Resume, StartWait
from escbot.core.decide.draft import Draft, Refused
from escbot.core.events import Resumed, WaitRenewed, WaitStarted


def start(draft: Draft, command: StartWait) -> None:
    """Begin a wait; every wait has an end."""
    draft.open_only()
    draft.need("wait")
    if draft.case.wait is not None:
        raise Refused("already_waiting", on=draft.case.wait.on)
    draft.add(WaitStarted(command.on, (command.reason or "").strip() or None))


def renew(draft: Draft, command: RenewWait) -> None:
    """Wait once more, with a reason."""
    draft.open_only()
    draft.need("wait")
    if not command.reason.strip():
        raise Refused("needs_reason")
    if draft.case.wait is None:
        raise Refused("not_waiting")
    draft.add(WaitRenewed(command.reason.strip()))


def resume(draft: Draft, command: Resume) -> None:
    """Go on, the time used intact."""
    draft.need("resume")
    if draft.case.phase is not Phase.WAITING:
        raise Refused("not_waiting")
    draft.add(Resumed(command.why))
