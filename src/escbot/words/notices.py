"""A notice → its text. Short, kind, exact; who must act is named by the caller, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from escbot.core.reasons import Value
from escbot.core.views import Notice
from escbot.words.reasons import criterion_name
from escbot.words.repeats import again
from escbot.words.voice import Voice, listed

Values = Mapping[str, Value]
Write = Callable[[Values, Voice], str]

CLOCKS = {
    "respond": "to be taken",
    "tier": "in this tier",
    "answer": "for an answer",
    "update": "until the customer hears from us",
    "pause": "of the wait",
}
# Why somebody declines, as they say it themselves; and as it is told of them.
DECLINE_CHOICES = (
    ("not_my_area", "Not my area"),
    ("no_capacity", "No capacity"),
    ("off_shift", "Off shift"),
    ("conflict", "Conflict of interest"),
    ("other", "Other"),
)
DECLINED = {
    "not_my_area": "not their area",
    "no_capacity": "no capacity",
    "off_shift": "off shift",
    "conflict": "a conflict of interest",
    "other": "another reason",
}
_CHANGES = {"raised": "", "lowered": "", "reassessed": "the facts changed"}  # else a rule's name
# Why a handoff begins that nobody asked for.
LOST = {"owner_gone": "its owner is no longer in Slack"}
# Why a proposed de-escalation does not happen, where nobody pressed Keep.
TAKEN_BACK = {"facts": ": the facts changed", "moved_up": ": it was escalated"}
MOVES = {
    "respond_breached": "nobody took it in time",
    "tier_breached": "the time in its tier is used up",
    "deescalated": "it was de-escalated",
    "discretion": "somebody asked for it",
    "severity": "its severity changed",
    "reassessed": "the facts changed",
    "changed": "it was moved",
    "left": "nobody works on it any more",
}


def notice_text(notice: Notice, voice: Voice) -> str:
    """Return the text of a notice, without mentions of those who must act."""
    write = _TEXTS.get(notice.code)
    return write(notice.values, voice) if write else f"There is news: {notice.code}."


def _person(values: Values, voice: Voice, key: str = "person") -> str:
    value = values.get(key)
    return voice.person(str(value)) if value else "Somebody"


def _at(values: Values, voice: Voice, key: str) -> str:
    value = values.get(key)
    if not isinstance(value, int | float):
        return "soon"
    return voice.moment(datetime.fromtimestamp(value, UTC))


def _note(values: Values, voice: Voice, key: str = "note") -> str:
    value = values.get(key)
    return f"\n> {voice.safe(str(value))}" if value else ""


def _customer(values: Values, voice: Voice) -> str:
    return voice.safe(str(values.get("customer") or "The customer"))


def _quote(values: Values, voice: Voice) -> str:
    return f"\n{voice.code(str(values.get('text') or ''))}"


def _warned(v: Values, voice: Voice) -> str:
    clock = CLOCKS.get(str(v["clock"]), "of a limit")
    return f"{v['share']} % of the time {clock} is used. It ends {_at(v, voice, 'ends')}."


def _breached(v: Values, voice: Voice) -> str:
    clock = CLOCKS.get(str(v["clock"]), "of a limit")
    return f"The time {clock} ended {_at(v, voice, 'ended')}."


def _why(v: Values) -> str:
    why = str(v.get("why") or "")
    return MOVES.get(why) or criterion_name(why).lower()


def _moved_up(v: Values, voice: Voice) -> str:
    return f"It goes up to {v['tier']}: {_why(v)}.{_note(v, voice)}"


def _moved_down(v: Values, voice: Voice) -> str:
    where = v.get("tier") or "the planning queue"
    return f"It goes down to {where}: {_why(v)}.{_note(v, voice)}"


def _severity(v: Values, voice: Voice) -> str:
    by = f" by {voice.person(str(v['by']))}" if v.get("by") else ""
    why = str(v.get("why") or "")
    said = _CHANGES.get(why, why.replace("_", " "))
    why = f": {voice.safe(said)}" if said else ""
    name = voice.safe(str(v["name"]))
    return f"{v['was']} → *{v['to']}* ({name}){by}{why}.{_note(v, voice)}"


def _update_due(v: Values, voice: Voice) -> str:
    if v.get("missed") == 1:
        still = "Still on it? " if v.get("owner") and v.get("owner") == v.get("teller") else ""
        return (
            f"{still}{_customer(v, voice)} was to hear from us by {_at(v, voice, 'due')}. "
            "The text is ready under Update."
        )
    teller = _person(v, voice, "teller")
    silent = v.get("silent")
    quiet = ""
    if v.get("owner") and isinstance(silent, int) and silent > 1:
        quiet = f" No sign from {_person(v, voice, 'owner')} for {silent} of them either."
    return (
        f"{_customer(v, voice)} has not heard from us for {v['missed']} update times. "
        f"{teller} owns the words; please see that somebody writes.{quiet}"
    )


def _risks(v: Values, voice: Voice) -> str:
    """Return what a manager was called for, and for whom."""
    criteria = str(v.get("criteria") or "")  # notices from before version 1 don't name it
    names = [voice.safe(criterion_name(one)) for one in criteria.split(",") if one]
    return f"*{listed(names)}* for {_customer(v, voice)}" if names else "This"


def _told(v: Values, voice: Voice) -> str:
    lead = f"News for {voice.safe(str(v.get('linked') or ''))}, who has the same problem"
    channel = v.get("channel")
    sent = f", posted to #{voice.safe(str(channel))}" if channel else ", ready to copy"
    return f"{lead}{sent}:{_quote(v, voice)}"


_LEFT = "who owned the words is no longer in Slack"


def _handed(v: Values, voice: Voice) -> str:
    due = f" They hear from us by {_at(v, voice, 'due')}." if v.get("due") else ""
    why = f"handed over by {_person(v, voice, 'by')}" if v.get("by") else _LEFT
    return f"{_person(v, voice, 'to')} tells {_customer(v, voice)} from now on ({why}).{due}"


def _proposed(v: Values, voice: Voice) -> str:
    rule = str(v["rule"]).replace("_", " ")
    if v.get("at"):
        return (
            f"{rule.capitalize()}: this can be *{v['to']}*. It changes {_at(v, voice, 'at')} "
            "unless somebody presses Keep."
        )
    return f"{rule.capitalize()}: this can be *{v['to']}*. Please confirm, or keep it."


def _passed(what: str, then: str, v: Values, voice: Voice) -> str:
    """A wish is offered to nobody else; where it goes is the next message."""
    return f"{what} from {_person(v, voice)}{'' if v.get('planning') else f'; {then}'}."


def _off(v: Values, voice: Voice) -> str:
    why = TAKEN_BACK.get(str(v["why"]), "")
    return f"It stays *{v['was']}* and does not go to {v['to']}{why}."


def _resolved(v: Values, voice: Voice) -> str:
    return (
        f"{_person(v, voice)} has resolved it: {voice.safe(str(v.get('summary') or ''))}\n"
        f"For {_customer(v, voice)}:{_quote(v, voice)}"
    )


_TEXTS: Mapping[str, Write] = {
    "warned": _warned,
    "breached": _breached,
    "taken": lambda v, voice: f"Taken as yours, {_person(v, voice)}.",
    "has_it": lambda v, voice: (
        f"{_person(v, voice)} has it now. The thread has what to tell {_customer(v, voice)}."
    ),
    "given_back": lambda v, voice: (
        f"{_person(v, voice)} gave it back; the clocks run on as before."
    ),
    "declined": lambda v, voice: (
        f"{_person(v, voice)} can't take it: {DECLINED.get(str(v['reason']), 'another reason')}."
        f"{_note(v, voice)}"
    ),
    "passed": lambda v, voice: _passed("No answer", "the next person is asked", v, voice),
    "silent": lambda v, voice: _passed("No word", "somebody else is asked", v, voice),
    "moved_up": _moved_up,
    "moved_down": _moved_down,
    "severity_changed": _severity,
    "unassigned": lambda v, voice: (
        "Nobody is available now. It waits for the next free person; a manager was told."
    ),
    "ask_customer": lambda v, voice: (
        f"{voice.person(str(v['person']))} waits for {_customer(v, voice)}"
        + (f": “{voice.safe(str(v['reason']))}”. " if v.get("reason") else ". ")
        + "Please ask them, and press `Customer replied` once they did."
    ),
    "wait_ended": lambda v, voice: (
        "The wait is over and the clocks run again. `Waiting` waits once more."
    ),
    "resumed": lambda v, voice: f"{_customer(v, voice)} replied; the clocks run again.",
    "update_due": _update_due,
    "manage_next": lambda v, voice: (
        f"No answer so far about {_risks(v, voice)}, so it comes to you."
        " The first message has what there is to know."
    ),
    "manage_nobody": lambda v, voice: (
        f"No answer so far about {_risks(v, voice)}, and nobody is left to ask."
    ),
    "manager_has_it": lambda v, voice: f"{_person(v, voice)} has the management side.",
    "lead_call": lambda v, voice: (
        f"{_customer(v, voice)} asks for a manager. Please call them; the thread has the details."
    ),
    "resolved_requester": _resolved,
    "plan_declined": lambda v, voice: (
        f"The planning team declined it. For {_customer(v, voice)}:{_quote(v, voice)}"
    ),
    "planned": lambda v, voice: (
        f"The planning team took it into the plan. For {_customer(v, voice)}:{_quote(v, voice)}"
    ),
    "told": _told,
    "words_handed": _handed,
    "still_on_it": lambda v, voice: "Still on it? A word in this thread, or the button, is enough.",
    "reopened": lambda v, voice: (
        f"{_person(v, voice)} says it is not fixed. It is open again, with its time as it was.\n"
        f"> {voice.safe(str(v['reason']))}"
    ),
    "closed": lambda v, voice: f"Nothing was heard from {_customer(v, voice)} any more; closed.",
    "cancelled": lambda v, voice: f"{_person(v, voice)} cancelled it.{_note(v, voice, 'reason')}",
    "merged": lambda v, voice: f"{_person(v, voice)} merged it into ESC-{v['into']}.",
    "asked_information": lambda v, voice: (
        f"{_person(v, voice)} needs to know; please answer here:\n> {voice.safe(str(v['text']))}"
    ),
    "extended": lambda v, voice: (
        f"{_person(v, voice)} gave this tier {v['hours']:g} more hours.{_note(v, voice, 'reason')}"
    ),
    "deescalation_proposed": _proposed,
    "deescalation_off": _off,
    "brought_in": lambda v, voice: f"{_person(v, voice, 'by')} asks for your help here.",
    "channel_missing": lambda v, voice: (
        f"I can't post to #{voice.safe(str(v['channel']))}: please create it, or bring it back, "
        "and invite me. What waits for it is kept."
    ),
    "roster_proposal": lambda v, voice: (
        f"{voice.person(str(v['person']))} has declined {voice.safe(str(v['area']))} "
        f"{v['times']} times as not their area. Perhaps take the skill out of the roster?"
    ),
    "deaf": lambda v, voice: (
        f"Slack has been silent since {_at(v, voice, 'since')}: buttons and commands don't reach "
        "me. I keep trying. Please look at the network, and at status.slack.com."
    ),
    "events_capped": lambda v, voice: (
        f"Since {_at(v, voice, 'since')} Slack leaves events out: more than 30,000 came within an "
        "hour. Replies and reactions may not reach me; buttons and commands do. Please remove me "
        "from busy channels that I need not read."
    ),
    "files_broken": lambda v, voice: (
        f"The new policy or roster is not used: {voice.safe(str(v['sentence']))}. "
        "I go on with the old one; save the file again once it is mended."
    ),
    "customer_wrote": lambda v, voice: (
        f":speech_balloon: {_customer(v, voice)} writes:\n> {voice.safe(str(v['text']))}"
    ),
    "drill_joined": lambda v, voice: f"{_person(v, voice)} plays too.",
    "repeated": lambda v, voice: again(
        int(v["times"] or 0),
        voice.safe(str(v["cases"])),
        voice.safe(str(v["cause"])),
        voice.safe(str(v["area"])),
    ),
    "thread_lost": lambda v, voice: (
        f"The {v['what']} of this case was deleted; the card was posted again."
    ),
}
CODES = tuple(_TEXTS)
