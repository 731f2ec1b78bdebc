"""Values → messages. One function for each kind of value; no state but the roster's names."""

from __future__ import annotations

from escbot.core.roster import Roster
from escbot.core.views import (
    AssessView,
    BriefView,
    CardView,
    DigestView,
    DirectView,
    DocumentView,
    FollowupView,
    LobbyView,
    ManageView,
    Notice,
    PlanView,
    PointerView,
    RatingView,
    ReportView,
    ReviewView,
    RouteView,
    ScoreView,
    SharedView,
    Shown,
    UpdateView,
)
from escbot.services.library import Library
from escbot.services.ports import Body, Setting
from escbot.slack.blocks import around, drill, followups, reports, steps
from escbot.slack.blocks.base import voice_for
from escbot.slack.blocks.card import card_body
from escbot.words.voice import Voice


class SlackPainter:
    """Paints Block Kit with the names of the current roster."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def paint(self, value: Shown, setting: Setting) -> Body:
        """Paint one value."""
        return paint(value, setting, self._library.roster)


def paint(value: Shown, setting: Setting, roster: Roster) -> Body:
    """Paint one value with a roster's names; what belongs to a drill bears its mark."""
    body = _painted(value, setting, roster)
    return drill.marked(body) if getattr(value, "drill", False) else body


def _painted(value: Shown, setting: Setting, roster: Roster) -> Body:
    voice = voice_for(roster)
    link = setting.link
    match value:
        case CardView():
            return card_body(value, voice)
        case DocumentView() | AssessView() | RouteView() | BriefView() | UpdateView():
            return _step(value, voice)
        case DirectView():
            return around.direct(value, voice, link)
        case ManageView() | PlanView() | PointerView() | SharedView():
            return _beside(value, voice, link)
        case DigestView() | FollowupView() | RatingView() | ReportView() | ReviewView():
            return _afterwards(value, voice)
        case LobbyView() | ScoreView():
            return drill.played(value, voice)
        case Notice():
            return around.notice(value, voice, link, direct_to=setting.named)


def _afterwards(
    value: DigestView | FollowupView | RatingView | ReportView | ReviewView, voice: Voice
) -> Body:
    match value:
        case DigestView():
            return around.digest(value, voice)
        case FollowupView():
            return followups.followup(value, voice)
        case RatingView():
            return followups.rating(value)
        case ReportView():
            return reports.report(value)
        case ReviewView():
            return reports.review(value, voice)


def _step(
    value: DocumentView | AssessView | RouteView | BriefView | UpdateView, voice: Voice
) -> Body:
    match value:
        case DocumentView():
            return steps.document(value, voice)
        case AssessView():
            return steps.assess(value, voice)
        case RouteView():
            return steps.route(value, voice)
        case BriefView():
            return steps.brief(value, voice)
        case UpdateView():
            return steps.update(value, voice)


def _beside(
    value: ManageView | PlanView | PointerView | SharedView, voice: Voice, link: str | None
) -> Body:
    match value:
        case ManageView():
            return around.manage(value, voice, link)
        case PlanView():
            return around.plan(value, voice, link)
        case PointerView():
            return around.pointer(value, voice, link)
        case SharedView():
            return around.shared(value)
