"""Beside the thread: the specialist's direct message, management, planning, pointers, notices."""

from __future__ import annotations

from escbot.core.views import (
    DigestView,
    DirectView,
    ManageView,
    Notice,
    PlanView,
    PointerView,
    SharedView,
)
from escbot.services.ports import Body
from escbot.slack.blocks.base import (
    Block,
    actions,
    context,
    date,
    fields,
    mention,
    plain,
    quote,
    section,
    sections,
)
from escbot.slack.escape import clean, escape, one_line, safe
from escbot.words import digest as digest_words
from escbot.words import manage as manage_words
from escbot.words.card import PHASES, until
from escbot.words.notices import notice_text
from escbot.words.reasons import criterion_name, phrase
from escbot.words.voice import Voice, listed

SCORES = ("score_good", "score_needless", "score_incomplete", "score_late")


def _name(number: int, link: str | None) -> str:
    return f"<{link}|ESC-{number}>" if link else f"ESC-{number}"


def direct(view: DirectView, voice: Voice, link: str | None) -> Body:
    """Paint the specialist's direct message."""
    name = _name(view.number, link)
    text = f"ESC-{view.number} · {view.severity} for {view.customer}: {view.summary}"
    fallback = safe(one_line(text, 300), 300)
    if view.standing == "passed":
        owner = f" {voice.person(view.owner)} has it." if view.owner else ""
        line = f"{name} · {safe(view.customer, 150)}: no longer with you.{owner}"
        return Body(text=fallback, blocks=[context(line)])
    if view.standing == "over":
        line = f"{name} · {safe(view.customer, 150)}: over. Thank you."
        return Body(text=fallback, blocks=[context(line)])
    asked = view.standing == "asked"
    lead = "Can you take this?" if asked else "This is yours."
    vip = " :star: VIP" if view.vip else ""
    title = (
        f"{view.emoji} *{lead}* {name} · *{safe(view.customer, 150)}*{vip}"
        f"\n{quote(view.summary, 1200)}"
    )
    blocks: list[Block] = [section(title)]
    pairs = [("Severity", f"{view.emoji} {view.severity}"), ("Tier", safe(view.tier_name, 60))]
    if view.next:
        pairs.append(("Next", until(view.next, voice)))
    pairs.append(("From", voice.person(view.requester)))
    blocks.append(fields(pairs))
    if view.tried:
        blocks.append(section("*Tried*\n" + quote(view.tried, 900)))
    if view.note:
        blocks.append(section("*From the last tier*\n" + quote(view.note, 900)))
    why = "; ".join(phrase(because, voice) for because in view.because)
    told = (
        f"The customer was told: {safe(view.told, 300)}"
        if view.told
        else ("The customer has not heard from us yet.")
    )
    blocks += [context(f"Why you: {why}")] if why else []
    blocks.append(context(told))
    value = f"{view.number}|{view.version}"
    blocks += actions(view.buttons, value)
    if view.scored is False:
        blocks.append(context("How was this handoff? One click helps the next one."))
        blocks += actions(SCORES, value)
    elif view.scored:
        blocks.append(context("Thank you for scoring the handoff."))
    return Body(text=fallback, blocks=blocks)


def manage(view: ManageView, voice: Voice, link: str | None) -> Body:
    """Paint one ping of the management."""
    name = _name(view.number, link)
    names = listed([safe(criterion_name(c), 60) for c in view.criteria])
    fallback = safe(one_line(f"{names}: ESC-{view.number} for {view.customer}", 300), 300)
    if view.over:
        line = f"{name} · {safe(view.customer, 150)} · {names}: over."
        return Body(text=fallback, blocks=[context(line)])
    ask = f"{mention(view.asked)} " if view.asked and not view.taken_by else ""
    vip = " :star: VIP" if view.vip else ""
    title = (
        f":bell: {ask}*{names}* · {name} for *{safe(view.customer, 150)}*{vip}"
        f"\n{quote(view.summary, 900)}"
    )
    pairs = [
        ("Severity", f"{view.emoji} {view.severity} · {safe(view.severity_name, 60)}"),
        ("Owner", voice.person(view.owner) if view.owner else "nobody yet"),
    ]
    if view.arr is not None:
        pairs.append(("Yearly revenue", f"{view.arr:,}"))
    pairs.append(("History", manage_words.history(view)))
    if view.next:
        pairs.append(("Next", until(view.next, voice)))
    if view.taken_by:
        end = f"{voice.person(view.taken_by)} has the management side."
    else:
        end = manage_words.asked(view.criteria)
    blocks = [section(title), fields(pairs), context(end)]
    blocks += actions(view.buttons, f"{view.number}|{view.version}|{view.ping}")
    return Body(text=fallback, blocks=blocks)


def plan(view: PlanView, voice: Voice, link: str | None) -> Body:
    """Paint the case as the planners see it."""
    name = _name(view.number, link)
    title = f":bulb: {name} · *{safe(view.customer, 150)}*\n{quote(view.summary, 1200)}"
    state = PHASES.get(view.phase, view.phase)
    planner = (
        f" by {voice.person(view.planner)}" if view.planner and view.phase == "planned" else ""
    )
    until = f" · decided by {date(view.next.at)}" if view.next else ""
    small = f"{state}{planner} · from {voice.person(view.requester)}{until}"
    blocks = [section(title), context(small)]
    blocks += actions(view.buttons, f"{view.number}|{view.version}")
    return Body(text=safe(one_line(f"ESC-{view.number}: {view.summary}", 300), 300), blocks=blocks)


def pointer(view: PointerView, voice: Voice, link: str | None) -> Body:
    """Paint the line that leads to the thread."""
    name = _name(view.number, link)
    state = PHASES.get(view.phase, view.phase).lower()
    who = f", {voice.person(view.owner)}" if view.owner else ""
    what = f"{view.emoji} {name} · {view.severity} · {safe(view.customer, 150)}"
    about = f": {safe(one_line(view.summary, 120), 200)}" if view.here == "tier" else ""
    line = f"{what}{about} · {state}{who}"
    return Body(text=one_line(f"ESC-{view.number} · {state}", 300), blocks=[section(line)])


def shared(view: SharedView) -> Body:
    """Paint the customer's words: nothing of ours beside them, and nothing in them acts."""
    text = escape(clean(view.text))
    return Body(text=text, blocks=[{"type": "section", "text": plain(view.text)}])


def digest(view: DigestView, voice: Voice) -> Body:
    """Paint a manager's morning."""
    title = digest_words.headline(view)
    blocks: list[Block] = [section(f":coffee: *Good morning.* {title}.")]
    for name, lines in digest_words.parts(view, voice):
        blocks.append(section(f"*{name}*\n" + "\n".join(lines)))
    return Body(text=f"Good morning. {title}.", blocks=blocks)


def notice(view: Notice, voice: Voice, link: str | None, *, direct_to: bool) -> Body:
    """Paint news; who must act is mentioned once, in front."""
    people = " ".join(mention(person) for person in view.people)
    text = notice_text(view, voice)
    where = f"{_name(view.number, link)}: " if direct_to and view.number else ""
    line = f"{people} {where}{text}".strip()
    value = f"{view.number}|{view.version}"
    if view.code in ("manage_next", "manage_nobody"):
        value = f"{value}|{view.values.get('ping')}"
    fallback = one_line(f"ESC-{view.number}: {text}" if view.number else text, 300)
    return Body(
        text=f"{people} {fallback}".strip(), blocks=[*sections(line), *actions(view.buttons, value)]
    )
