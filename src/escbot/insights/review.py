"""The monthly review: what happened, what changed, where skills are missing, what repeats.

docs/metrics.md says how each finding is made. Drills are left out and counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import fsum
from zoneinfo import ZoneInfo

from escbot.core.findings import Advice, Chance, Change, Gap, Named, Review, Tasks
from escbot.core.followups import Followup
from escbot.core.policy import Policy, Team
from escbot.core.roster import Roster
from escbot.insights.contacts import Contacts
from escbot.insights.metrics import SATISFIED, SMALL
from escbot.insights.noise import CHANCE, fisher, mann_whitney, of_counts, of_shares, of_times
from escbot.insights.numbers import percentile
from escbot.insights.story import Story

SKILLED = 2  # a level of skill from which somebody helps in an area without asking
MOST = 5  # findings of one kind
LEAST_OFFERS = 8
LEAST_REPEATS = 5
LEAST_ADVICE = 20
WORST = 5


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in a zone, [start, end) as aware UTC moments."""

    label: str
    start: datetime
    end: datetime

    @property
    def days(self) -> float:
        """Its length in days."""
        return (self.end - self.start) / timedelta(days=1)


def month_of(label: str, zone: ZoneInfo) -> Month:
    """Return the month named "2026-10". Raises ValueError for another text."""
    first = date.fromisoformat(f"{label}-01")
    following = (first + timedelta(days=32)).replace(day=1)

    def begins(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(ZoneInfo("UTC"))

    return Month(label, begins(first), begins(following))


def before(month: Month, zone: ZoneInfo) -> Month:
    """Return the month before."""
    first = date.fromisoformat(f"{month.label}-01") - timedelta(days=1)
    return month_of(f"{first:%Y-%m}", zone)


def of_team(stories: Iterable[Story], team: Team) -> list[Story]:
    """Return the cases that were in one of the team's tiers and areas; where it names none, all."""
    tiers, areas = {str(tier) for tier in team.tiers}, set(team.areas)
    return [
        one
        for one in stories
        if (not tiers or tiers & set(one.tiers)) and (not areas or one.area in areas)
    ]


def review(
    team: Team,
    month: Month,
    last: Month,
    stories: Sequence[Story],
    policy: Policy,
    roster: Roster,
    *,
    followups: Sequence[Followup] = (),
    contacts: Contacts | None = None,
    ready: Sequence[Advice] = (),
    practice: Sequence[str] = (),
) -> Review:
    """Return the review of a month from the team's cases of both months.

    `ready` is advice that another analysis made, `practice` are sentences about drills.
    """
    mine = of_team(stories, team)
    real = [one for one in mine if not one.drill]
    now = [one for one in real if month.start <= one.opened_at < month.end]
    was = [one for one in real if last.start <= one.opened_at < last.end]
    rated = [one.rating for one in now if one.rating is not None]
    figures = contacts.figures(now) if contacts and contacts.counts else {}
    drills = sum(month.start <= one.opened_at < month.end for one in mine if one.drill)
    return Review(
        team=team.id,
        name=team.name,
        month=month.label,
        start=month.start,
        end=month.end,
        cases=len(now),
        cases_before=len(was),
        resolved=sum(one.resolved for one in now),
        late=sum(one.late for one in now),
        small=len(now) < SMALL,
        worst=_worst(now, policy),
        by_severity=_ranked(Counter(one.severity for one in now)),
        by_area=_ranked(Counter(one.area for one in now)),
        causes=_ranked(Counter(one.root_cause for one in now if one.root_cause)),
        changes=changes(was, last, now, month),
        gaps=gaps(now, roster)[:MOST],
        chances=chances(now)[:MOST],
        advice=tuple(ready) or advice([*was, *now], policy),
        tasks=tasks(followups, month),
        practice=tuple(practice),
        rated=len(rated),
        satisfied=sum(score >= SATISFIED for score in rated) / len(rated) if rated else None,
        contacts=int(figures.get("contacts", 0)),
        escalation_rate=figures.get("escalation_rate"),
        drills_left_out=drills,
        weeks=_weeks(now, month),
    )


def changes(
    was: Sequence[Story], last: Month, now: Sequence[Story], month: Month
) -> tuple[Change, ...]:
    """Compare two months, figure by figure; times are open hours."""

    def times(name: str, counts: Callable[[Story], bool] = lambda one: True) -> Change:
        old, new = (
            [one.open_hours[name] for one in some if name in one.open_hours and counts(one)]
            for some in (was, now)
        )
        return of_times(name, old, new)

    def share(
        name: str, part: Callable[[Story], bool], whole: Callable[[Story], bool], *, good: bool
    ) -> Change:
        old, new = (_counted(some, part, whole) for some in (was, now))
        return of_shares(name, old, new, good=good)

    def kept(clock: str) -> Change:
        return share(
            f"kept.{clock}",
            lambda one: one.clocks[clock] != "breached",
            lambda one: clock in one.clocks,
            good=True,
        )

    def declined(some: Sequence[Story]) -> tuple[int, int]:
        asked = [offer for one in some for offer in one.asked]
        return sum(offer.outcome in ("declined", "passed") for offer in asked), len(asked)

    return (
        of_counts("cases", len(was), last.days, len(now), month.days),
        times("taken", lambda one: bool(one.asked)),  # not those that stayed where they began
        times("told"),
        times("resolved"),
        kept("respond"),
        kept("tier"),
        kept("update"),
        share("raised", lambda one: one.raised, lambda one: True, good=False),
        share("reopened", lambda one: one.reopened > 0, lambda one: True, good=False),
        of_shares("declined", declined(was), declined(now), good=False),
        share("complete", lambda one: one.complete, lambda one: True, good=True),
        share(
            "satisfied",
            lambda one: (one.rating or 0) >= SATISFIED,
            lambda one: one.rating is not None,
            good=True,
        ),
    )


def _counted(
    some: Sequence[Story], part: Callable[[Story], bool], whole: Callable[[Story], bool]
) -> tuple[int, int]:
    every = [one for one in some if whole(one)]
    return sum(part(one) for one in every), len(every)


def gaps(stories: Sequence[Story], roster: Roster) -> tuple[Gap, ...]:
    """Return the tiers that have trouble with an area, the worst first.

    Trouble: two "not my area" or more; a quarter of at least eight offers declined or left
    unanswered, more than elsewhere and more than noise; five cases and at most one skilled person;
    or times in the tier that are longer than those of its other areas by more than noise.
    """
    pairs = sorted({(one.area, tier) for one in stories for tier in one.tiers if tier.isdigit()})
    found = [gap for area, tier in pairs if (gap := _gap(stories, area, tier, roster)) is not None]
    return tuple(sorted(found, key=lambda gap: (-_weight(gap), gap.area, gap.tier)))


def _weight(gap: Gap) -> float:
    return 3 * gap.not_my_area + gap.declined + gap.cases * (gap.skilled == 0) + len(gap.why)


def _gap(stories: Sequence[Story], area: str, tier: str, roster: Roster) -> Gap | None:
    inside = [one for one in stories if one.area == area and tier in one.tiers]
    asked = [o for one in inside for o in one.asked if o.tier == tier]
    foreign = sum(o.reason == "not_my_area" for o in asked)
    declined = sum(o.outcome in ("declined", "passed") for o in asked)
    hours = _in_tier(inside, tier)
    usual = _in_tier([one for one in stories if one.area != area], tier)
    skilled = sum(
        person.skills.get(area, 0) >= SKILLED and int(tier) in person.tiers
        for person in roster.people
    )
    why = []
    if foreign >= 2:
        why.append("declined")
    if _is_silent(stories, area, tier):
        why.append("silent")
    # Tier 1 opens cases and needs no skill on the roster.
    known = any(int(tier) in person.tiers and person.skills for person in roster.people)
    if known and area != "(none)" and len(inside) >= LEAST_REPEATS and skilled <= 1:
        why.append("alone")
    slow = percentile(hours, 0.5), percentile(usual, 0.5)
    if min(len(hours), len(usual)) >= LEAST_OFFERS and (slow[0] or 0) > (slow[1] or 0):
        why += ["slow"] if mann_whitney(usual, hours) < CHANCE else []
    if not why:
        return None
    moved = sum(one.reassigned for one in inside)
    return Gap(
        area, tier, len(inside), len(asked), foreign, declined, moved, slow[0], slow[1], skilled,
        tuple(why), tuple(sorted(one.id for one in inside)),
    )  # fmt: skip


def _is_silent(stories: Sequence[Story], area: str, tier: str) -> bool:
    """Tell whether offers are declined or left more often than those of all else, not by noise."""

    def counted(here: bool) -> tuple[int, int]:
        some = [
            offer.outcome in ("declined", "passed")
            for one in stories
            for offer in one.asked
            if (one.area == area and offer.tier == tier) is here
        ]
        return sum(some), len(some)

    (part, whole), (others, rest) = counted(True), counted(False)
    if whole < LEAST_OFFERS or part < whole / 4 or not rest or part / whole <= others / rest:
        return False
    return fisher(part, whole, others, rest) < CHANCE


def _in_tier(stories: Iterable[Story], tier: str) -> list[float]:
    return sorted(
        sum(stay.open_hours for stay in one.stays if stay.tier == tier)
        for one in stories
        if tier in one.tiers
    )


def chances(stories: Sequence[Story]) -> tuple[Chance, ...]:
    """Return work that repeats: five resolved cases or more of the same cause and area, in half
    the usual time or less.
    """
    groups: dict[tuple[str, str], list[Story]] = defaultdict(list)
    solved = [one for one in stories if one.resolved and one.root_cause]
    for one in solved:
        groups[one.root_cause, one.area].append(one)
    usual = percentile(sorted(one.hours["resolved"] for one in solved), 0.5) or 0.0
    found = []
    for (cause, area), some in groups.items():
        middle = percentile(sorted(one.hours["resolved"] for one in some), 0.5) or 0.0
        if len(some) >= LEAST_REPEATS and middle <= usual / 2:
            together = fsum(hours for one in some for hours in one.held.values())
            ids = tuple(sorted(one.id for one in some))
            found.append(Chance(cause, area, len(some), middle, usual, together, ids))
    return tuple(sorted(found, key=lambda one: (-one.cases, one.root_cause, one.area)))


def advice(stories: Sequence[Story], policy: Policy) -> tuple[Advice, ...]:
    """Compare each severity's time to take with what history needed; at least 20 offered cases.

    A limit of which nine in ten cases use less than a third could be tighter; one that a fifth
    of the cases break promises too much.
    """
    found = []
    for severity in policy.severities:
        taken = sorted(
            one.open_hours["taken"]
            for one in stories
            if one.severity == severity.id and "taken" in one.open_hours and one.asked
        )
        limit = severity.respond.total_seconds() / 3600
        if len(taken) < LEAST_ADVICE:
            continue
        high = percentile(taken, 0.9) or 0.0
        kept = sum(hours <= limit for hours in taken) / len(taken)
        proposed = _round_up(high)
        then = sum(hours <= proposed for hours in taken) / len(taken)
        if high < limit / 3:
            found.append(Advice("tighten", severity.id, limit, proposed, len(taken), kept, then))
        elif kept <= 0.8:
            found.append(Advice("widen", severity.id, limit, proposed, len(taken), kept, then))
    return tuple(found)


def _round_up(hours: float) -> float:
    """Return the next time that people would write down: quarters, then whole hours."""
    step = 0.25 if hours < 2 else 1.0
    return max(-(-hours // step) * step, 0.25)


def tasks(followups: Sequence[Followup], month: Month) -> Tasks:
    """Count the follow-ups of a month: closed within it, and open at its end."""
    closed = [
        one
        for one in followups
        if one.closed_at is not None and month.start <= one.closed_at < month.end
    ]
    left = [
        one
        for one in followups
        if one.opened_at < month.end and (one.closed_at is None or one.closed_at >= month.end)
    ]
    late = sorted((one for one in left if one.due_on < month.end.date()), key=lambda o: o.due_on)
    return Tasks(
        done=sum(one.state == "done" for one in closed),
        dropped=sum(one.state == "dropped" for one in closed),
        open=len(left),
        overdue=len(late),
        late=tuple((one.text, one.case, (month.end.date() - one.due_on).days) for one in late),
    )


def _worst(stories: Sequence[Story], policy: Policy) -> tuple[Named, ...]:
    """Return the gravest cases: the late and severe ones, then those that took longest."""
    ranks = {severity.id: severity.rank for severity in policy.severities}

    def grave(one: Story) -> tuple[object, ...]:
        took = one.hours.get("resolved", 0.0)
        return (ranks.get(one.severity, 9), not one.late, -took, one.id)

    severe = [one for one in stories if ranks.get(one.severity, 9) <= 2 or one.late]
    return tuple(
        Named(one.id, one.severity, one.customer, one.area, one.hours.get("resolved"), one.late)
        for one in sorted(severe, key=grave)[:WORST]
    )


def _weeks(stories: Sequence[Story], month: Month) -> tuple[tuple[str, int, int], ...]:
    """Return each seven days of the month: the day they begin on, cases, of them late."""
    found = []
    start = month.start
    while start < month.end:
        end = min(start + timedelta(days=7), month.end)
        inside = [one for one in stories if start <= one.opened_at < end]
        middle = start + timedelta(hours=12)  # the zone's midnight may be the day before in UTC
        found.append((f"{middle.day} {middle:%b}", len(inside), sum(o.late for o in inside)))
        start = end
    return tuple(found)


def _ranked(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
