"""What the forms behind `More…` make of their fields."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from escbot.core import commands as c
from escbot.core.codec import CodecError, from_plain
from escbot.core.decide import Refused
from escbot.core.facts import Facts, Relationship
from escbot.slack import ids
from escbot.slack.blocks.memo import Memo
from escbot.slack.escape import clean
from escbot.slack.listeners.reading import facts_of
from escbot.slack.payloads import Form, whole
from escbot.slack.services import Services


async def merge(services: Services, form: Form, memo: Memo, key: str) -> None:
    """Merge a case; its customer is told with the one that goes on. Raises Refused."""
    match = re.fullmatch(r"(?:esc-)?(\d{1,9})", form.text(ids.INTO), re.IGNORECASE | re.ASCII)
    into = int(match[1]) if match else 0
    if await services.desk.case(form.team, into) is None:
        raise Refused("no_such_target", into=form.text(ids.INTO))
    await services.desk.do(form.team, memo.number, c.Merge(form.user, into, memo.seen), key=key)


async def facts(services: Services, form: Form, memo: Memo, key: str) -> None:
    """Change what is known, leaving what the form does not ask. Raises Refused."""
    case = await services.desk.case(form.team, memo.number)
    if case is None:
        raise Refused("unknown_case", number=memo.number)
    was, said = case.facts, facts_of(form)
    changed = replace(
        said,
        vip=was.vip,
        relationship=said.relationship or _calmer(was.relationship),
        customer_deadline=was.customer_deadline,
        discretion=was.discretion,
        time_in_tier=was.time_in_tier,
        from_tier=was.from_tier,
        customer=was.customer,
    )
    command = c.ChangeFacts(form.user, changed, memo.seen, _shown(memo))
    await services.desk.do(form.team, memo.number, command, key=key)


def _shown(memo: Memo) -> Facts | None:
    """Return what the form began with."""
    try:
        return from_plain(Facts, json.loads(memo.text))
    except (CodecError, ValueError, RecursionError):
        return None


def _calmer(was: Relationship | None) -> Relationship | None:
    """Return how we stand once the box "at risk" is empty: as before, unless that was it."""
    return None if was is Relationship.AT_RISK else was


def bring_in(form: Form, memo: Memo) -> c.Command:
    """Read whom to bring in."""
    return c.BringIn(form.user, form.text(ids.PERSON))


def tier(form: Form, memo: Memo) -> c.Command:
    """Read another tier."""
    to = whole(form.text(ids.TIER)) or 0
    return c.ChangeTier(form.user, to, clean(form.text(ids.REASON)), memo.seen)


def cancel(form: Form, memo: Memo) -> c.Command:
    """Read why a case ends without being solved."""
    return c.Cancel(form.user, clean(form.text(ids.REASON)), memo.seen)


def link(form: Form, memo: Memo) -> c.Command:
    """Read another customer."""
    return c.LinkCustomer(form.user, clean(form.text(ids.CUSTOMER_NAME), 4000))


def unlink(form: Form, memo: Memo) -> c.Command:
    """Read which customer goes."""
    return c.UnlinkCustomer(form.user, form.text(ids.CUSTOMER_NAME))


def renew(form: Form, memo: Memo) -> c.Command:
    """Read why the wait goes on."""
    return c.RenewWait(form.user, clean(form.text(ids.REASON)), memo.seen)
