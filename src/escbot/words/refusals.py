"""A refusal → one kind sentence that says what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from escbot.core.reasons import Because, Value
from escbot.words.voice import Voice, counted

FIELDS: Mapping[str, str] = {
    "customer": "Customer",
    "summary": "What is happening?",
    "tried": "What have you tried?",
    "ticket": "Ticket link",
    "discretion": "Your reason, if none of these fits",
    "text": "Text",
    "knowledge": "Knowledge base",
    "training": "Training need",
    "product": "Product input",
}
OUTSIDE = (
    "I work for the people of the workspace that installed me. Please ask whom you know there."
)
GENERIC = "That could not be done. Nothing was changed; please try again."
TYPED = "You typed: {text}"
TOO_LATE = "That took too long to open. Nothing was changed; please try again."
_ROLES = {
    "requester": "whoever opened it",
    "owner": "its owner",
    "offered": "whoever was asked",
    "tier": "people of its tier",
    "lead": "leads",
    "manager": "managers",
    "planner": "planners",
    "admin": "admins",
    "agent": "agents",
    "specialist": "specialists",
}


def refusal(because: Because, voice: Voice) -> str:
    """Return the sentence for a refusal; a code without one gets a general sentence."""
    write = _SENTENCES.get(because.code)
    return write(because.values, voice) if write else GENERIC


def _text(text: str) -> Callable[[Mapping[str, Value], Voice], str]:
    return lambda values, voice: text


def _who(values: Mapping[str, Value]) -> str:
    roles = [_ROLES.get(role.strip(), role.strip()) for role in str(values["who"]).split(",")]
    if len(roles) > 1:
        return f"{', '.join(roles[:-1])} or {roles[-1]}"
    return roles[0]


def _field(values: Mapping[str, Value]) -> str:
    field = str(values["field"]).partition(":")[0]  # text:de is the text in German
    return FIELDS.get(field, field)


def _taken(values: Mapping[str, Value], voice: Voice) -> str:
    return f"{voice.person(str(values['owner']))} has it already. `Reassign` would move it."


def _offered(values: Mapping[str, Value], voice: Voice) -> str:
    offered = values.get("offered")
    asked = f"{voice.person(str(offered))} was asked" if offered else "Nobody is asked now"
    return f"{asked}. Somebody of its tier, or a lead, can take it; `Reassign` asks somebody else."


_SENTENCES: Mapping[str, Callable[[Mapping[str, Value], Voice], str]] = {
    "newer_version": lambda v, _: (
        f"ESC-{v['number']} was last changed by a newer escbot than the one that answers you. "
        "Please try again in a minute."
    ),
    "unknown_case": lambda v, _: (
        f"There is no ESC-{v.get('number')} here. `/escalate mine` lists yours."
    ),
    "missing_field": lambda v, _: f"“{_field(v)}” is still empty. Please fill it in.",
    "too_long": lambda v, _: (
        f"“{_field(v)}” is too long: please keep it under {v['longest']} characters."
    ),
    "names_another": lambda v, voice: (
        f"This names another customer of the case, so {voice.safe(str(v['customer']))} would not"
        " read it. Leave the name out."
    ),
    "needed_first": lambda v, _: f"{v['severity']} is handed over with this. One line is enough.",
    "over": lambda v, _: f"This case is {v['phase']}. `Reopen` brings it back.",
    "not_now": lambda v, _: f"That isn't possible while the case is {v['phase']}.",
    "moved_on": _text("The case has moved on since you saw it. Please look again, then click."),
    "already_yours": _text("It is yours already."),
    "already_taken": _taken,
    "managed_already": lambda v, voice: (
        f"{voice.person(str(v['person']))} has the management side of ESC-{v['number']} already."
    ),
    "not_offered": _offered,
    "not_yours_to_give_back": _text("It can't be given back now. `Reassign` moves it on."),
    "unknown_reason": _text("Please choose one of the reasons."),
    "already_theirs": lambda v, voice: (
        f"{voice.person(str(v['person']))} has it or was asked already. Choose somebody else."
    ),
    "not_in_roster": lambda v, voice: (
        f"{voice.person(str(v['person']))} isn't in the roster. Choose somebody who is, "
        "or ask an admin to add them."
    ),
    "person_away": lambda v, voice: (
        f"{voice.person(str(v['person']))} is away. Please choose somebody else."
    ),
    "brief_not_yours": _text("The brief is confirmed by whoever receives it."),
    "already_briefed": _text("The brief was taken already."),
    "words_changed": lambda v, _: (
        "The words are others now. Please read them in the thread, and press once more."
    ),
    "told_already": lambda v, voice: (
        f"{voice.person(str(v['person']))} has told them already."
        if v.get("person")
        else "Nothing is ready to be told."
    ),
    "no_shared_channel": lambda v, voice: (
        f"The roster names no channel shared with {voice.safe(str(v['customer']))}. "
        "Copy the text, then press `I sent it`."
    ),
    "drill_sends_nothing": _text("This is a drill: nothing goes to a customer."),
    "words_theirs_already": lambda v, voice: (
        f"{voice.person(str(v['person']))} owns the customer's words already."
    ),
    "sign_not_yours": lambda v, voice: (
        f"{voice.person(str(v['owner']))} has it now." if v.get("owner") else "Nobody has it now."
    ),
    "score_not_yours": _text("The handoff is scored by whoever received it."),
    "scored_already": _text("You have scored it already. Thank you."),
    "no_such_target": _text("Name an open case that goes on, like ESC-7."),
    "already_here": lambda v, voice: f"{voice.person(str(v['person']))} is in already.",
    "needs_reason": _text("Please write the reason; one line is enough."),
    "unknown_criterion": _text("Please choose one of the criteria, or write a reason."),
    "lowest_tier": _text("It is in the lowest tier already."),
    "unknown_severity": lambda v, _: f"Please choose one of: {v['known']}.",
    "same_severity": lambda v, _: f"It is {v['severity']} already.",
    "may_not_lower": lambda v, _: (
        f"Lowering {v['severity']} takes {_who(v)} or above. Please ask one of them."
    ),
    "unknown_tier": _text("Please choose one of the tiers."),
    "same_tier": lambda v, _: f"It is in tier {v['tier']} already.",
    "no_tier_limit": _text("There is no limit running here."),
    "extended_already": _text("The limit was extended once already. Please ask the tier's lead."),
    "not_allowed": lambda v, _: f"This can be done by {_who(v)}. Please ask one of them.",
    "nothing_changed": _text("Nothing is different from before."),
    "nothing_to_undo": _text("There is nothing to undo any more. `Change severity` sets another."),
    "nothing_proposed": _text("No de-escalation is proposed any more."),
    "already_waiting": lambda v, _: "It is waiting already. `Resume` ends the wait.",
    "not_waiting": _text("It isn't waiting."),
    "already_linked": lambda v, voice: f"{voice.safe(str(v['customer']))} is linked already.",
    "not_linked": lambda v, voice: f"{voice.safe(str(v['customer']))} isn't linked.",
    "none_linked": _text("No other customer is linked any more."),
    "unknown_root_cause": _text("Please choose a root cause."),
    "not_over": _text("It is still open; nothing needs to be reopened."),
    "too_late_to_reopen": lambda v, _: (
        f"It ended more than {counted(int(str(v['days'])), 'day')} ago. "
        "Please open a new escalation."
    ),
    "no_such_score": _text("A score is a number from 1 to 5: `/escalate csat ESC-7 4`."),
    "no_such_followup": lambda v, _: f"There is no follow-up {v.get('number')} here.",
    "followup_closed": _text("It was closed already. Thank you."),
    "not_your_followup": lambda v, voice: (
        f"It is {voice.person(str(v['owner']))}'s; a lead or manager can close it too."
    ),
    "decided_already": _text("That was decided already."),
    "same_case": _text("A case can't be merged into itself."),
    "not_planning": _text("It isn't in the planning queue any more."),
    "join_first": _text("This is a drill. Press `Join the drill` on its card, then you can play."),
    "joined_already": _text("You play in it already."),
    "not_joined": lambda v, voice: (
        f"{voice.person(str(v['person']))} has not joined this drill. "
        "They can press `Join the drill` on its card."
    ),
    "drill_not_begun": _text("The drill begins with `Escalate` on its card."),
    "drill_escalated": lambda v, voice: (
        f"{voice.person(str(v['person']))} has escalated it already; the thread goes on from there."
    ),
    "drill_over": _text("This drill is over. `/escalate drill` starts another one."),
    "not_in_drill": _text("That has no place in a drill."),
    "not_a_drill": _text("This is a real case, not a drill."),
    "no_management_ping": _text("No manager was asked about this case."),
}
CODES = tuple(_SENTENCES)
