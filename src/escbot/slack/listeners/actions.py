"""Buttons: some do at once what they say, some open a form first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from escbot.core import commands as c
from escbot.core.case import Case
from escbot.core.decide import Refused
from escbot.core.policy import Policy
from escbot.slack import ids, payloads
from escbot.slack.blocks import changes, forms
from escbot.slack.blocks.memo import Memo
from escbot.slack.listeners.answers import case_of, on_page, privately, sentence
from escbot.slack.services import Services

DONE = "Done."
Do = Callable[[str, Case, int | None, int | None], c.Command]
Open = Callable[[Case, Policy, Memo], dict[str, Any]]


def register(app: AsyncApp, services: Services) -> None:
    """Add a listener for each button."""
    for id_, make in _AT_ONCE.items():
        app.action(ids.BUTTON + id_)(_at_once(services, make))
    for id_, show in _FORMS.items():
        app.action(ids.BUTTON + id_)(_form(services, show))

    def edit_words(case: Case, policy: Policy, memo: Memo) -> dict[str, Any]:
        roster, others = services.library.roster, services.desk.others_now(case)
        return forms.edit_words(case, memo, roster, others)

    app.action(ids.BUTTON + "edit_words")(_form(services, edit_words))

    def update(case: Case, policy: Policy, memo: Memo) -> dict[str, Any]:
        roster, others = services.library.roster, services.desk.others_now(case)
        return forms.tell(case, memo, services.desk.words_now(case), roster, others)

    app.action(ids.BUTTON + "update_customer")(_form(services, update))

    async def more(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        user = payloads.click(body).user

        def show(case: Case, policy: Policy, memo: Memo) -> dict[str, Any]:
            return changes.more(case, policy, services.library.roster, user, memo)

        await _form(services, show)(ack, body, client, respond)

    app.action(ids.BUTTON + "more")(more)


def _at_once(services: Services, make: Do) -> Callable[..., Any]:
    async def clicked(
        ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        click = payloads.click(body)
        number, seen, ping = payloads.case_reference(click.value)
        said = DONE
        try:
            case = await case_of(services, click.team, number)
            command = make(click.user, case, seen, ping)
            await services.desk.do(click.team, number, command, key=click.key)
        except Refused as refused:
            said = sentence(services, refused)
        await ack()
        if click.in_view:
            page = forms.done(f"ESC-{number}", said)
            await client.views_update(view_id=click.view_id, view=page)
        elif said != DONE and await services.desk.once(click.team, click.key):
            await privately(respond, said)

    return clicked


def _form(services: Services, show: Open) -> Callable[..., Any]:
    async def clicked(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        click = payloads.click(body)
        number, seen, _ = payloads.case_reference(click.value)
        try:
            case = await case_of(services, click.team, number)
            view = show(case, services.library.at(case.policy), Memo(number, seen))
        except Refused as refused:
            await ack()
            said = sentence(services, refused)
            if not await on_page(client, body, f"ESC-{number}", said):
                await privately(respond, said)
            return
        if click.in_view:  # from the list behind `More…`
            await client.views_push(trigger_id=click.trigger_id, view=view)
        else:
            await client.views_open(trigger_id=click.trigger_id, view=view)
        await ack()

    return clicked


def _words(by: str, case: Case, seen: int | None, mark: int | None, *, send: bool) -> c.Command:
    text = case.words[-1].text if case.words else ""
    return c.TellCustomer(by, text, seen, send=send, prepared=True, mark=mark)


_AT_ONCE: dict[str, Do] = {
    "acknowledge": lambda by, case, seen, ping: c.Acknowledge(by, "button", seen),
    "resume": lambda by, case, seen, ping: c.Resume(by, "asked", seen),
    "customer_replied": lambda by, case, seen, ping: c.Resume(by, "replied", seen),
    "give_back": lambda by, case, seen, ping: c.GiveBack(by, seen),
    "have_it": lambda by, case, seen, ping: c.TakeManagement(by, ping, seen),
    "brief_taken": lambda by, case, seen, ping: c.TakeBrief(by, (), seen),
    "accept_plan": lambda by, case, seen, ping: c.AcceptPlan(by, seen),
    "keep": lambda by, case, seen, ping: c.KeepLevel(by, seen),
    "undo": lambda by, case, seen, ping: c.UndoDeescalation(by, seen),
    "confirm": lambda by, case, seen, ping: c.ConfirmDeescalation(by, seen),
    "take_over": lambda by, case, seen, ping: c.TakeOver(by, seen),
    "sent": lambda by, case, seen, mark: _words(by, case, seen, mark, send=False),
    "send_words": lambda by, case, seen, mark: _words(by, case, seen, mark, send=True),
    "still_on_it": lambda by, case, seen, ping: c.Note(by, "sign", ""),
    "join_drill": lambda by, case, seen, ping: c.JoinDrill(by),
    "drill_end": lambda by, case, seen, ping: c.EndDrill(by),
    "score_good": lambda by, case, seen, ping: c.ScoreHandoff(by),
    "score_needless": lambda by, case, seen, ping: c.ScoreHandoff(by, needed=False),
    "score_incomplete": lambda by, case, seen, ping: c.ScoreHandoff(by, complete=False),
    "score_late": lambda by, case, seen, ping: c.ScoreHandoff(by, in_time=False),
}


def _reason(callback: str, title: str, submit: str, label: str) -> Open:
    def show(case: Case, policy: Policy, memo: Memo) -> dict[str, Any]:
        return forms.reason(callback, title.format(id=case.id), submit, label, memo)

    return show


def _unlink(case: Case, policy: Policy, memo: Memo) -> dict[str, Any]:
    if not case.linked:  # somebody else unlinked the last one meanwhile
        raise Refused("none_linked")
    return changes.unlink(case, policy, memo)


_FORMS: dict[str, Open] = {
    "decline": lambda case, policy, memo: forms.decline(case, memo),
    "reassign": lambda case, policy, memo: forms.reassign(case, memo),
    "escalate": forms.move_up,
    "deescalate": forms.move_down,
    "waiting": lambda case, policy, memo: forms.wait(case, memo),
    "hand_words": lambda case, policy, memo: forms.hand_words(case, memo),
    "reclassify": changes.change_severity,
    "reopen": _reason(ids.FORM_REOPEN, "Reopen {id}", "Reopen", "Why?"),
    "not_fixed": _reason(ids.FORM_REOPEN, "{id} is not fixed", "Reopen", "What still happens?"),
    "need_information": _reason(ids.FORM_ASK, "Ask about {id}", "Ask", "What do you need to know?"),
    "extend": _reason(ids.FORM_EXTEND, "More time for {id}", "Add time", "Why?"),
    "bring_in": changes.bring_in,
    "facts": changes.facts,
    "link": changes.link,
    "unlink": _unlink,
    "change_severity": changes.change_severity,
    "change_tier": changes.change_tier,
    "merge": changes.merge,
    "renew": _reason(ids.FORM_RENEW, "{id} waits longer", "Wait", "What for?"),
    "cancel": _reason(ids.FORM_CANCEL, "Cancel {id}", "Cancel it", "Why?"),
    "decline_plan": _reason(ids.FORM_DECLINE_PLAN, "Decline {id}", "Decline", "Why?"),
}
