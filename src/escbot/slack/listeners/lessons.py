"""What the form that resolves a case says was learned; each part is optional."""

from __future__ import annotations

from collections.abc import Iterator

from escbot.core.case import Lesson
from escbot.slack import ids
from escbot.slack.escape import clean
from escbot.slack.payloads import Form
from escbot.words.followups import GAPS
from escbot.words.voice import capital


def lessons(form: Form, area: str | None) -> tuple[Lesson, ...]:
    """Read the lessons; `area` is the case's."""
    return tuple(_lessons(form, area))


def _lessons(form: Form, area: str | None) -> Iterator[Lesson]:
    gap, article = form.text(ids.GAP) or None, _text(form, ids.KNOWLEDGE)
    link = _text(form, ids.LINK) or None
    if gap or article or link:
        text = article or (capital(GAPS.get(gap or "", "")) or link or "")
        yield Lesson("knowledge", text, gap=gap or "missing", area=area, link=link)
    training, tier = _text(form, ids.TRAINING), form.text(ids.TRAINING_TIER)
    if training or tier:
        number = int(tier) if tier.isdigit() else None
        text = training or "Training"
        yield Lesson("training", text, tier=number, area=area)
    product, tracker = _text(form, ids.PRODUCT), _text(form, ids.TRACKER) or None
    if product or tracker:
        yield Lesson("product", product or tracker or "", area=area, link=tracker)


def _text(form: Form, field: str) -> str:
    return clean(form.text(field), 500)
