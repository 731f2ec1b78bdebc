"""Submitted forms: read, commit under the form's own key, then answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from escbot.core import commands as c
from escbot.core.case import Source
from escbot.core.decide import Refused
from escbot.slack import ids
from escbot.slack.blocks import forms
from escbot.slack.blocks.memo import Memo, read_memo
from escbot.slack.escape import clean
from escbot.slack.listeners import changes
from escbot.slack.listeners.answers import at_field
from escbot.slack.listeners.lessons import lessons
from escbot.slack.listeners.reading import facts_of
from escbot.slack.payloads import Form
from escbot.slack.payloads import form as read_form
from escbot.slack.services import Services

Make = Callable[[Form, Memo], c.Command]
Do = Callable[[Form, Memo, str], Awaitable[None]]


def register(app: AsyncApp, services: Services) -> None:
    """Add a listener for each form."""

    async def escalate(ack: AsyncAck, body: dict[str, Any]) -> None:
        form = read_form(body)
        try:
            command, number = escalation(form, services), read_memo(form.metadata).number
            if number:  # the form of a drill, which has its number already
                await services.desk.do(
                    form.team, number, as_drill(command), key=f"view:{form.view_id}"
                )
            else:
                await services.desk.do(form.team, None, command, key=f"view:{form.view_id}")
        except Refused as refused:
            await at_field(ack, body, services, refused, ids.SUMMARY)
            return
        await ack()

    app.view(ids.FORM_ESCALATE)(escalate)
    for callback, (first, make) in _FORMS.items():
        app.view(callback)(_listener(services, first, _one(services, make)))
    for callback, (first, do) in _SEVERAL.items():
        app.view(callback)(_listener(services, first, partial(do, services)))


def _one(services: Services, make: Make) -> Do:
    async def do(form: Form, memo: Memo, key: str) -> None:
        await services.desk.do(form.team, memo.number, make(form, memo), key=key)

    return do


def _listener(services: Services, first: str, do: Do) -> Callable[..., Any]:
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        form = read_form(body)
        memo = read_memo(form.metadata)
        try:
            await do(form, memo, f"view:{form.view_id}")
        except Refused as refused:
            await at_field(ack, body, services, refused, first)
            return
        await ack(response_action="clear")  # a form behind `More…` closes with its list

    return submitted


def escalation(
    form: Form, services: Services, *, customer: str | None = None, summary: str | None = None
) -> c.Escalate:
    """Read the form of `/escalate`. Raises Refused where a required choice is missing.

    `customer` and `summary` stand in for fields that are still empty while the form is filled.
    """
    memo = read_memo(form.metadata)
    source = None
    if memo.channel and memo.ts:
        link = services.permalink(memo.channel, memo.ts)
        source = Source(memo.channel, memo.ts, link, memo.files)
    return c.Escalate(
        by=form.user,
        customer=clean(customer or form.text(ids.CUSTOMER), 4000),
        summary=clean(summary or form.text(ids.SUMMARY), 40_000),
        facts=facts_of(form),
        tried=clean(form.text(ids.TRIED), 40_000) or None,
        ticket=clean(form.text(ids.TICKET), 4000) or None,
        source=source,
    )


def as_drill(command: c.Escalate) -> c.EscalateDrill:
    """Return the same form for a drill."""
    return c.EscalateDrill(
        by=command.by,
        customer=command.customer,
        summary=command.summary,
        facts=command.facts,
        tried=command.tried,
        ticket=command.ticket,
    )


def _decline(form: Form, memo: Memo) -> c.Command:
    note = clean(form.text(ids.TEXT)) or None
    return c.Decline(form.user, form.text(ids.REASON), note, memo.seen)


def _reassign(form: Form, memo: Memo) -> c.Command:
    reason = clean(form.text(ids.TEXT)) or None
    return c.Reassign(form.user, form.text(ids.PERSON), reason, memo.seen)


def _move_up(form: Form, memo: Memo) -> c.Command:
    criterion = form.text(ids.CRITERION) or None
    return c.MoveUp(form.user, criterion, clean(form.text(ids.REASON)) or None, memo.seen)


def _move_down(form: Form, memo: Memo) -> c.Command:
    severity = form.text(ids.SEVERITY) or None
    return c.MoveDown(form.user, clean(form.text(ids.REASON)), severity, memo.seen)


def _wait(form: Form, memo: Memo) -> c.Command:
    on = form.text(ids.ON)
    reason = clean(form.text(ids.REASON)) or None
    if on == "vendor":
        return c.StartWait(form.user, "vendor", reason, memo.seen)
    if on == "inside":
        return c.StartWait(form.user, "inside", reason, memo.seen)
    return c.StartWait(form.user, "customer", reason, memo.seen)


def _tell(form: Form, memo: Memo) -> c.Command:
    text = clean(form.text(ids.TEXT), 40_000)
    return c.TellCustomer(form.user, text, memo.seen, others=_other_texts(form))


def _edit_words(form: Form, memo: Memo) -> c.Command:
    return c.EditWords(form.user, clean(form.text(ids.TEXT), 40_000), memo.seen, _other_texts(form))


def _other_texts(form: Form) -> dict[str, str]:
    """Return the words for linked customers, by language."""
    first = forms.text_field("")
    names = [name for name in form.values if name.startswith(first)]
    return {name.removeprefix(first): clean(form.text(name), 40_000) for name in names}


def _hand_words(form: Form, memo: Memo) -> c.Command:
    return c.HandWords(form.user, form.text(ids.PERSON), memo.seen)


async def _resolve(services: Services, form: Form, memo: Memo, key: str) -> None:
    case = await services.desk.case(form.team, memo.number)
    area = case.facts.area if case else None
    command = c.Resolve(
        form.user,
        clean(form.text(ids.SUMMARY), 40_000),
        form.text(ids.ROOT_CAUSE),
        memo.seen,
        lessons(form, area),
    )
    await services.desk.do(form.team, memo.number, command, key=key)


def _reopen(form: Form, memo: Memo) -> c.Command:
    return c.Reopen(form.user, clean(form.text(ids.REASON)), memo.seen)


def _ask(form: Form, memo: Memo) -> c.Command:
    return c.Note(form.user, "asked", clean(form.text(ids.REASON)))


def _extend(form: Form, memo: Memo) -> c.Command:
    return c.ExtendLimit(form.user, clean(form.text(ids.REASON)), memo.seen)


def _severity(form: Form, memo: Memo) -> c.Command:
    reason = clean(form.text(ids.REASON))
    return c.ChangeSeverity(form.user, form.text(ids.SEVERITY), reason, memo.seen)


def _decline_plan(form: Form, memo: Memo) -> c.Command:
    return c.DeclinePlan(form.user, clean(form.text(ids.REASON)), memo.seen)


# callback id -> (the field where other refusals show, the command it makes)
_FORMS: dict[str, tuple[str, Make]] = {
    ids.FORM_DECLINE: (ids.REASON, _decline),
    ids.FORM_REASSIGN: (ids.PERSON, _reassign),
    ids.FORM_MOVE_UP: (ids.REASON, _move_up),
    ids.FORM_MOVE_DOWN: (ids.REASON, _move_down),
    ids.FORM_WAIT: (ids.ON, _wait),
    ids.FORM_TELL: (ids.TEXT, _tell),
    ids.FORM_EDIT_WORDS: (ids.TEXT, _edit_words),
    ids.FORM_HAND_WORDS: (ids.PERSON, _hand_words),
    ids.FORM_REOPEN: (ids.REASON, _reopen),
    ids.FORM_ASK: (ids.REASON, _ask),
    ids.FORM_EXTEND: (ids.REASON, _extend),
    ids.FORM_SEVERITY: (ids.SEVERITY, _severity),
    ids.FORM_DECLINE_PLAN: (ids.REASON, _decline_plan),
    ids.FORM_BRING_IN: (ids.PERSON, changes.bring_in),
    ids.FORM_TIER: (ids.TIER, changes.tier),
    ids.FORM_CANCEL: (ids.REASON, changes.cancel),
    ids.FORM_LINK: (ids.CUSTOMER_NAME, changes.link),
    ids.FORM_UNLINK: (ids.CUSTOMER_NAME, changes.unlink),
    ids.FORM_RENEW: (ids.REASON, changes.renew),
}
# Forms that read the case first, or change two.
_SEVERAL = {
    ids.FORM_FACTS: (ids.KIND, changes.facts),
    ids.FORM_MERGE: (ids.INTO, changes.merge),
    ids.FORM_RESOLVE: (ids.SUMMARY, _resolve),
}
