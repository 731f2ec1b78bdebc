"""The policy as a YAML file → the compiled values of `core/policy.py`."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from importlib import resources

from escbot.core.policy import Policy
from escbot.services.policyfile import hours, levels, sections
from escbot.services.policyfile.document import FileError, Item, Problem, load
from escbot.services.policyfile.reader import Section, duration

__all__ = ["FileError", "Problem", "compile_policy", "default_policy", "default_text"]

_SECTIONS = (
    "severities", "tiers", "warnings", "criteria", "management", "areas", "handoff", "calendars",
    "routing", "queue", "pauses", "deescalation", "extension", "templates", "root_causes",
    "permissions", "channels", "reopen", "retention", "reports",
)  # fmt: skip


def default_text() -> str:
    """Return the packaged policy with its comments."""
    return (resources.files("escbot") / "defaults" / "policy.yaml").read_text("utf-8")


def default_policy(now: datetime) -> Policy:
    """Compile the packaged policy; `now` is aware UTC."""
    return compile_policy(default_text(), name="policy.yaml", now=now)


def compile_policy(
    text: str,
    *,
    name: str,
    now: datetime,
    feeds: hours.Feeds | None = None,
    kept: bool = False,
) -> Policy:
    """Compile a policy file. Raises FileError with line, column and what is allowed.

    `now` (aware UTC) fixes the years whose holidays are known; it does not change the version.
    The days off of feeds do, because a case keeps the days that its clocks were counted by.
    A version that is `kept` with its cases may hold more than a form can offer.
    """
    root = Section(load(text, name), "the policy", _SECTIONS)
    calendars = hours.calendars(root.need("calendars"), now, feeds)
    tiers, limits = levels.tiers(root.need("tiers"))
    queue = Section(root.need("queue"), "queue", sections.QUEUE_KEYS)
    around = levels.Around(
        tier_limits=limits,
        warns=levels.warnings(root.need("warnings")),
        pauses=root.need("pauses"),
        weights=queue.need("severity"),
        calendars=calendars,
        top=len(tiers),
    )
    severities = levels.severities(root.need("severities"), around)
    ids = tuple(severity.id for severity in severities)
    areas = sections.areas(root.need("areas"))
    root_causes = sections.root_causes(root.need("root_causes"))
    if not kept:
        sections.fit_forms(root.need("areas"), root.need("root_causes"))
    down = Section(root.need("deescalation"), "deescalation", ("rules", "rest"))
    return Policy(
        severities=severities,
        tiers=tiers,
        criteria=levels.criteria(root.need("criteria"), len(tiers)),
        management=sections.management(root.need("management")),
        areas=areas,
        handoff=sections.handoff(root.need("handoff"), ids, ids[0]),
        routing=sections.routing(root.need("routing")),
        queue=sections.queue(queue),
        deescalation=sections.deescalation(down),
        rest=down.duration("rest", zero=True),
        extension=duration(root.need("extension"), "`extension`"),
        templates=sections.templates(root.need("templates"), ids),
        root_causes=root_causes,
        permissions=sections.permissions(root.need("permissions")),
        channels=sections.channels(root.need("channels")),
        reopen_for=duration(root.need("reopen"), "`reopen`"),
        retention=duration(root.need("retention"), "`retention`"),
        reports=sections.reports(root.need("reports"), calendars, tuple(area.id for area in areas)),
        calendars=calendars,
        version=version_of(root.item, feeds),
    )


def version_of(item: Item, feeds: hours.Feeds | None = None) -> str:
    """Return the short hash of a file's content, comments and key order aside."""
    content = [_plain(item)]
    if feeds:
        content.append({at: [day.isoformat() for day in days] for at, days in feeds.items()})
    plain = json.dumps(content if feeds else content[0], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:12]


def _plain(item: Item) -> object:
    if isinstance(item.value, dict):
        return {key: _plain(value) for key, value in item.value.items()}
    if isinstance(item.value, list):
        return [_plain(value) for value in item.value]
    return item.value
