"""The monthly review of each team, and reports that people ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from escbot.core.card import area_name, cause_name
from escbot.core.decide import demand
from escbot.core.findings import Advice, Review
from escbot.core.policy import Policy, Team
from escbot.core.views import Chart, Part, Proposed, ReportView, ReviewView, Sheet
from escbot.insights.advise import advise
from escbot.insights.contacts import between
from escbot.insights.drills import record
from escbot.insights.metrics import report
from escbot.insights.review import before, month_of, of_team, review
from escbot.services.histories import stories, traces, trainings
from escbot.services.ledger import Ledger, review_stream
from escbot.services.library import Library
from escbot.store import cases, messages
from escbot.store import ledger as rows
from escbot.store.database import Database
from escbot.words import figures as said
from escbot.words import review as words
from escbot.words.advice import change, evidence
from escbot.words.voice import capital, counted

DECISIONS = 3
MOST_MONTHS = 12  # that are looked at for a review that is missing
MOST_TRACES = 400  # cases that thresholds are tried on: some seconds beside the loop
FRESH = timedelta(minutes=10)
MONTH = timedelta(days=30)
SLOT = "review"
NO_AREA = "(none)"
NONE = "–"  # of a table's cell: nothing was counted
TIMES = (("taken", "to take"), ("resolved", "to resolve"))


@dataclass(frozen=True, slots=True)
class Reviews:
    """Makes reviews. `clock` is domain time, aware UTC."""

    database: Database
    library: Library
    ledger: Ledger
    clock: Callable[[], datetime]
    glances: dict[str, tuple[datetime, tuple[tuple[str, str], ...]]] = field(default_factory=dict)
    settled: set[tuple[str, str, str]] = field(default_factory=set)  # nothing is left to post

    async def of(self, workspace: str | None, team: Team, label: str) -> Review:
        """Return a team's review of a month like "2026-10"; `workspace` None takes all."""
        policy = self.library.current
        zone = ZoneInfo(policy.calendars[team.calendar].zone)
        month = month_of(label, zone)
        last = before(month, zone)
        found = await stories(self.database, self.library, last.start, month.end, workspace)
        async with self.database.session() as session:
            spaces = [workspace] if workspace else await cases.teams(session)
            followups = [one for name in spaces for one in await rows.followups(session, name)]
            counts = [one for name in spaces for one in await rows.contacts(session, name)]
        mine = [
            one
            for one in followups
            if (one.review or "").startswith(review_stream(team.id, ""))
            or (_within(one.area, team.areas) and _within(one.tier, team.tiers))
        ]
        everybody = not team.tiers and not team.areas  # contacts are counted for all teams
        ready = await self._advice(last.start, month.end, workspace)
        drills = record(await trainings(self.database, month.start, month.end, workspace))
        return review(
            team, month, last, found, policy, self.library.roster,
            followups=mine, ready=ready, practice=words.practice(drills),
            contacts=between(counts, month.start, month.end) if everybody else None,
        )  # fmt: skip

    async def _advice(
        self, start: datetime, end: datetime, workspace: str | None
    ) -> tuple[Advice, ...]:
        """Return what trying other thresholds on these cases proposes, beside the loop.

        It is about all cases, whatever the team: thresholds are the whole policy's.
        """
        past = await traces(self.database, start, end, workspace)
        policy = self.library.current
        found = await asyncio.to_thread(advise, policy, past[-MOST_TRACES:])
        return tuple(
            Advice(
                "ready",
                one.severity or "",
                cases=one.cases,
                text=f"{capital(change(one))}. {evidence(one)[0]}",
            )
            for one in found.proposals
        )

    async def post_due(self) -> int:
        """Post the reviews that are due, once each; return how many.

        Due is the last month, from the team's hour of its first working day on; after downtime the
        newest month since the last review in which there were cases. Earlier ones are named in it.
        """
        now, posted = self.clock(), 0
        for team in self.library.current.reports.teams:
            label = due(self.library.current, team, now)
            if label is None:
                continue
            async with self.database.session() as session:
                spaces = await cases.teams(session)
            for workspace in spaces:
                posted += await self._post(workspace, team, label)
        return posted

    async def _post(self, workspace: str, team: Team, label: str) -> bool:
        if (workspace, team.id, label) in self.settled:
            return False
        posted = False
        newest, *missed = await self._without_review(workspace, team, label) or (None,)
        if newest is not None:
            found = await self.of(workspace, team, newest)
            value = view(found, self.library.current, missed)
            posted = await self.ledger.post_review(workspace, value, f"name:{team.channel}")
        self.settled.add((workspace, team.id, label))
        return posted

    async def _without_review(self, workspace: str, team: Team, label: str) -> list[str]:
        """Return the months up to this one that had cases and no review since the last one.

        The newest stands first; before the first review it is the only one.
        """
        last = await self.ledger.last_review(workspace, team.id)
        zone = ZoneInfo(self.library.current.calendars[team.calendar].zone)
        month, found = month_of(label, zone), list[str]()
        for _ in range(MOST_MONTHS):
            if (last is not None and month.label <= last) or (last is None and found):
                break
            lived = await stories(self.database, self.library, month.start, month.end, workspace)
            if any(not one.drill for one in of_team(lived, team)):
                found.append(month.label)
            month = before(month, zone)
        return found

    async def report(self, workspace: str, days: int) -> ReportView | None:
        """Return the report of the last days, None where no case was opened in them."""
        start = self.clock() - timedelta(days=days)
        found = await stories(self.database, self.library, start, None, workspace)
        counts = between(await self.ledger.contacts(workspace), start, None)
        figures = report(found, ("severity", "area"), counts if counts.counts else None)
        if not figures["cases"]:
            return None
        return report_view(figures, days, names_of(self.library.current))

    async def tiles(self, workspace: str) -> tuple[tuple[str, str], ...]:
        """Return a few figures of the last thirty days, at most ten minutes old (domain time)."""
        now = self.clock()
        known = self.glances.get(workspace)
        if known is not None and abs(now - known[0]) < FRESH:
            return known[1]
        found = await stories(self.database, self.library, now - MONTH, None, workspace)
        figures = report(found)
        left = sum(one.state == "open" for one in await self.ledger.followups(workspace))
        tiles = tuple(said.tiles(figures, left)) if figures["cases"] else ()
        self.glances[workspace] = (now, tiles)
        return tiles

    async def send_report(
        self, workspace: str, person: str, days: int, key: str | None = None
    ) -> bool:
        """Send somebody the report of the last days; False where there is nothing to report."""
        made = await self.report(workspace, days)
        if made is not None:
            await self.ledger.send(workspace, person, made, key)
        return made is not None

    async def shown(self, workspace: str, team: str, month: str) -> ReviewView | None:
        """Return a review as it is shown, None where none was posted."""
        async with self.database.session() as session:
            found = await messages.value_of(session, workspace, review_stream(team, month), SLOT)
        return found if isinstance(found, ReviewView) else None

    async def decide(
        self,
        workspace: str,
        team: str,
        month: str,
        decision: str,
        *,
        accepted: bool,
        by: str,
        key: str | None = None,
    ) -> None:
        """Note what somebody decided about a proposal. Raises Refused."""
        demand(self.library.current, self.library.roster, None, by, "decide")
        stream = review_stream(team, month)
        await self.ledger.decide_review(
            workspace, stream, decision, accepted=accepted, by=by, key=key
        )


def _within(value: object, among: Sequence[object]) -> bool:
    return not among or value is None or value in among


def due(policy: Policy, team: Team, now: datetime) -> str | None:
    """Return the month whose review is due at a moment (aware UTC), None before its hour."""
    calendar = policy.calendars[team.calendar]
    local = now.astimezone(ZoneInfo(calendar.zone))
    first = first_working_day(policy, team, local.date())
    hour, minute = (int(part) for part in policy.reports.review_at.split(":"))
    begins = datetime(first.year, first.month, first.day, hour, minute, tzinfo=local.tzinfo)
    if local < begins:
        return None
    return f"{local.date().replace(day=1) - timedelta(days=1):%Y-%m}"


def first_working_day(policy: Policy, team: Team, within: date) -> date:
    """Return the first working day of a day's month; its first day where none works."""
    calendar = policy.calendars[team.calendar]
    day = within.replace(day=1)
    while not (calendar.always or calendar.windows(day)):
        day += timedelta(days=1)
        if day.month != within.month:
            return within.replace(day=1)
    return day


def names_of(policy: Policy) -> words.Names:
    """Return how the policy calls its areas and root causes."""

    def area(id_: str) -> str:
        return "no area" if id_ == NO_AREA else area_name(policy, id_) or id_

    return words.Names(area, lambda id_: cause_name(policy.root_causes, id_))


def report_view(figures: Mapping[str, Any], days: int, names: words.Names) -> ReportView:
    """Return a report as a message."""
    severities = figures["by"]["severity"]
    areas = sorted(figures["by"]["area"].items(), key=lambda item: -item[1]["cases"])
    volume = Chart(
        "Cases by severity",
        "cases",
        tuple(severities),
        (
            ("in time", tuple(float(one["cases"] - one["late"]) for one in severities.values())),
            ("past a limit", tuple(float(one["late"]) for one in severities.values())),
        ),
    )
    rows = [
        (
            names.area(area),
            int(one["cases"]),
            int(one["late"]),
            *(
                NONE if one["hours"][name]["p50"] is None else one["hours"][name]["p50"]
                for name, _ in TIMES
            ),
        )
        for area, one in areas
    ]
    head = ("Area", "Cases", "Past a limit", "Hours to take", "Hours to resolve")
    return ReportView(
        title=f"Escalations of the last {counted(days, 'day')}",
        parts=tuple(Part(name, tuple(lines)) for name, lines in said.parts(figures)),
        charts=(volume, _times(severities)),
        sheet=Sheet("By area; hours are medians, elapsed", (head, *rows)),
    )


def _times(severities: Mapping[str, Any]) -> Chart:
    """Return the median hours of each severity; what never happened has no bar."""
    medians = {
        severity: [one["hours"][name]["p50"] for name, _ in TIMES]
        for severity, one in severities.items()
    }
    told = {severity: hours for severity, hours in medians.items() if _any(hours)}
    every = (
        (what, tuple(hours[place] for hours in told.values()))
        for place, (_, what) in enumerate(TIMES)
    )
    series = tuple((what, hours) for what, hours in every if _any(hours))
    which = f" {series[0][0]}" if len(series) == 1 else ""  # one kind of bar needs no legend
    return Chart(f"Median hours{which} by severity", "hours", tuple(told), series)


def _any(values: Sequence[float | None]) -> bool:
    """Tell whether anything was counted."""
    return any(value is not None for value in values)


def view(found: Review, policy: Policy, missed: Sequence[str] = ()) -> ReviewView:
    """Return a review as a message, its sentences as they are today.

    `missed` are earlier months that had cases and got no review, the newest first.
    """
    names = names_of(policy)
    ideas = words.ideas(found, names)[:DECISIONS]
    weeks = Chart(
        "Escalations by week",
        "cases",
        tuple(f"from {begins}" for begins, _, _ in found.weeks),
        (
            ("in time", tuple(float(count - late) for _, count, late in found.weeks)),
            ("past a limit", tuple(float(late) for _, _, late in found.weeks)),
        ),
    )
    areas = list(found.by_area.items())[:8]
    by_area = Chart(
        "Escalations by area",
        "cases",
        tuple(names.area(area) for area, _ in areas),
        (("cases", tuple(float(count) for _, count in areas)),),
    )
    return ReviewView(
        team=found.team,
        name=found.name,
        month=found.month,
        headline=words.headline(found),
        parts=tuple(Part(name, tuple(lines)) for name, lines in words.parts(found, names, missed)),
        decisions=tuple(Proposed(one.id, one.text) for one in ideas),
        charts=(weeks, by_area),
    )
