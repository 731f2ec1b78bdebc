"""The five steps of a handoff, one message each; an earlier round folds to one line."""

from __future__ import annotations

from collections.abc import Iterator

from escbot.core.views import AssessView, BriefView, DocumentView, RouteView, UpdateView
from escbot.services.ports import Body
from escbot.slack.blocks.base import (
    OPTION,
    Block,
    actions,
    context,
    date,
    option,
    quote,
    section,
    sections,
)
from escbot.slack.escape import code, one_line, safe
from escbot.slack.ids import BRIEF_LINES
from escbot.words.notices import LOST, MOVES
from escbot.words.reasons import criterion_name, phrase
from escbot.words.refusals import FIELDS
from escbot.words.voice import Voice, capital, counted, listed

MOST_FILES = 5
MOST_BOXES = 10  # of one element (docs.slack.dev: checkboxes)
MOST_TEXTS = 3  # texts of linked customers that are shown
MOST_NAMES = 5  # of their readers
MOST_NAMED = 3  # lines of the checklist that are named as missing
WHY = {
    "opened": "opened",
    "declined": "declined",
    "reassigned": "reassigned",
    "taken_over": "taken over",
    "reopened": "reopened",
    "deescalated": "moved down",
    "silent": "no word from its owner",
    **LOST,
    **MOVES,
}


def _title(step: int, name: str, round_: int, text: str) -> str:
    again = f" · round {round_}" if round_ > 1 else ""
    return f"*{step} {name}*{again}\n{text}"


def _body(step: int, name: str, round_: int, text: str, *more: Block) -> Body:
    title = _title(step, name, round_, text)
    return Body(text=one_line(f"{step} {name}: {text}", 300), blocks=[*sections(title), *more])


def _folded(step: int, name: str, round_: int, text: str) -> Body:
    line = f"{step} {name} · round {round_} · {text}"
    return Body(text=one_line(line, 300), blocks=[context(line)])


def document(view: DocumentView, voice: Voice) -> Body:
    """Paint step 1."""
    why = WHY.get(view.why) or criterion_name(view.why).lower()
    if view.folded:
        return _folded(1, "Document", view.round, why)
    lines: list[str] = []
    if view.round == 1:
        lines.append(quote(view.summary, 1200))
        if view.tried:
            lines.append("*Tried*\n" + quote(view.tried, 900))
    else:
        lines.append(f"New handoff: {why}.")
        if view.note:
            lines.append(quote(view.note, 900))
    lines += [f"• {safe(note, 300)}" for note in view.notes[-5:]]
    if view.customer_deadline and view.round == 1:
        lines.append(f"The customer needs it by {date(view.customer_deadline)}.")
    if view.missing:
        names = listed([FIELDS.get(field, field).rstrip("?").lower() for field in view.missing])
        lines.append(f":pencil: Still missing: {names}. A reply here adds it.")
    blocks = []
    links = _links(view, voice) if view.round == 1 else []
    if links:
        blocks.append(context(*links))
    return _body(1, "Document", view.round, "\n".join(lines), *blocks)


def _links(view: DocumentView, voice: Voice) -> list[str]:
    links = [f"From {voice.person(view.requester)} for {safe(view.customer, 150)}"]
    if view.permalink and _is_link(view.permalink):
        links.append(f"<{safe(view.permalink, 500)}|The message it came from>")
    for place, file in enumerate(view.files[:MOST_FILES], 1):
        name = "Screenshot" if len(view.files) == 1 else f"Screenshot {place}"
        links.append(f"<{safe(file, 500)}|{name}>" if _is_link(file) else safe(file, 500))
    if view.ticket:
        ticket = safe(view.ticket, 500)
        links.append(f"<{ticket}|Ticket>" if _is_link(view.ticket) else f"Ticket: {ticket}")
    return links


def _is_link(text: str) -> bool:
    """Tell whether a text is an address that can be a link without showing anything else."""
    web = text.startswith(("https://", "http://")) and " " not in text.strip()
    return web and not set("|<>*_~`\n") & set(text)


def assess(view: AssessView, voice: Voice) -> Body:
    """Paint step 2."""
    level = f"{view.severity} · {safe(view.tier_name, 60)}"
    if view.folded:
        return _folded(2, "Assess", view.round, level)
    because = phrase(view.severity_because, voice)
    lines = [f"*{view.severity}* ({safe(view.severity_name, 60)}), because {because}."]
    for met in view.criteria:
        where = "management" if met.to == "management" else f"tier {met.to}"
        reason = phrase(met.because, voice)
        lines.append(f"• {safe(criterion_name(met.id), 60)} → {where}: {reason}.")
    if not view.criteria:
        lines.append("• No criterion asks for a higher tier.")
    where = safe(view.tier_name, 60)
    why = ", with whoever opened it" if view.stays else ""
    why = f", where {view.severity} begins" if view.begins else why
    lines.append(f"*{where}*{why}.")
    return _body(2, "Assess", view.round, "\n".join(lines))


def route(view: RouteView, voice: Voice) -> Body:
    """Paint step 3."""
    who = view.taken_by or view.person
    person = voice.person(who) if who else "nobody"
    if view.folded:
        return _folded(3, "Route", view.round, person)
    if view.phase in ("planning", "planned"):
        return _body(3, "Route", view.round, "Goes to the planning queue.")
    blocks = []
    others = _others(view, voice)
    if others:
        blocks.append(context(others))
    return _body(3, "Route", view.round, _routed(view, voice, person), *blocks)


def _routed(view: RouteView, voice: Voice, person: str) -> str:
    reasons = "; ".join(phrase(because, voice) for because in view.because)
    if view.taken_by:
        asked = view.taken_by == view.person
        why = f": {reasons}." if reasons and asked else "."
        return f"{person} has it{why}"
    if view.person is None:
        return f"Nobody is available: {reasons}." if reasons else "Nobody is available."
    by = f", answer by {date(view.answer_by)}" if view.answer_by else ""
    return f"{person} is asked{by}: {reasons}."


def _others(view: RouteView, voice: Voice) -> str:
    lines = [capital(phrase(step, voice)) for step in view.overflow]
    for other in view.considered:
        if other.id in (view.person, view.taken_by):
            continue
        reasons = "; ".join(phrase(because, voice) for because in other.because)
        verdict = "no answer" if other.id in view.passed else reasons or "next in line"
        lines.append(f"{safe(other.name, 80)}: {verdict}")
    return "\n".join(lines[:12])


def brief(view: BriefView, voice: Voice) -> Body:
    """Paint step 4."""
    receiver = voice.person(view.receiver) if view.receiver else "whoever takes it"
    if view.folded:
        done = f"taken by {voice.person(view.briefed_by)}" if view.briefed_by else "not taken"
        if view.briefed_by and view.lacks.lines:
            done += f", {_lines(len(view.lacks.lines))} not ticked"
        return _folded(4, "Brief", view.round, done)
    if view.briefed_by:
        said = f"Brief taken by {voice.person(view.briefed_by)}."
    elif view.over:
        said = "The brief was not taken."
    else:
        said = f"{voice.person(view.giver)}, please call {receiver} or start a huddle here."
    if view.lacks.lines and view.checklist and not view.over:
        said += " " + capital(f"{receiver} ticks what was spoken about:")
    boxes = _boxes(view) if view.lacks.lines or not view.briefed_by else ()
    buttons = () if view.briefed_by else ("brief_taken",)
    if view.over:
        boxes, buttons = (), ()
    value = f"{view.number}|{view.version}"
    more = (*boxes, context(_completeness(view)), *actions(buttons, value))
    return _body(4, "Brief", view.round, said, *more)


def _completeness(view: BriefView) -> str:
    """Say what the handoff lacks before it is complete."""
    if not view.lacks:
        return "The handoff is complete."
    lines = view.lacks.lines
    if view.over:
        left = [f"“{FIELDS.get(field, field)}”" for field in view.lacks.fields]
        left += [f"{_lines(len(lines))} of the checklist"] if lines else []
        left += ["the brief"] if view.lacks.brief else []
        return f"It ended before the handoff was complete: {listed(left)} missing."
    waits = [f"“{FIELDS.get(field, field)}” is answered" for field in view.lacks.fields]
    if 0 < len(lines) <= MOST_NAMED and len(lines) < len(view.checklist):
        waits += [f"“{safe(line, 100)}” is ticked" for line in lines]
    elif lines:
        waits.append(
            "every line is ticked"
            if len(lines) == len(view.checklist)
            else f"{len(lines)} more lines are ticked"
        )
    waits += ["the brief is taken"] if view.lacks.brief else []
    return f"Complete once {listed(waits)}."


def _lines(number: int) -> str:
    return counted(number, "line")


def _boxes(view: BriefView) -> Iterator[Block]:
    """Yield the checklist as boxes to tick; what a box has no room for stands above it."""
    for start in range(0, len(view.checklist), MOST_BOXES):
        lines = view.checklist[start : start + MOST_BOXES]
        long = [f"• {safe(line, 300)}" for line in lines if len(line) > OPTION]
        if long:
            yield section("\n".join(long))
        options = [option(str(start + place), line) for place, line in enumerate(lines)]
        ticked = [made for made, line in zip(options, lines, strict=True) if line in view.checked]
        boxes: Block = {"type": "checkboxes", "action_id": BRIEF_LINES, "options": options}
        if ticked:
            boxes["initial_options"] = ticked
        yield {
            "type": "actions",
            "block_id": f"brief#{view.number}|{start}",
            "elements": [boxes],
        }


def update(view: UpdateView, voice: Voice) -> Body:
    """Paint step 5."""
    if view.folded:
        return _folded(5, "Update", view.round, "see the current round")
    value = "|".join(str(one) for one in (view.number, view.version, view.mark) if one is not None)
    more = [block for text in _other_words(view) for block in sections(text)]
    more += [context(*small)] if (small := _who_else(view, voice)) else []
    text = "\n".join(_customers_words(view, voice))
    return _body(5, "Update", view.round, text, *more, *actions(view.buttons, value))


def _customers_words(view: UpdateView, voice: Voice) -> Iterator[str]:
    customer, teller = safe(view.customer, 150), voice.person(view.teller)
    told = view.sent_at is not None and view.sent_by is not None
    if view.text is None:
        yield f"{teller} owns the words for {customer}."
    elif told and view.sent_at and view.sent_by:
        where = f" in #{safe(view.channel, 80)}" if view.channel else ""
        by = voice.person(view.sent_by)
        yield f"{customer} was told by {by}{where} {date(view.sent_at)}:"
    else:
        yield f"For {customer}, ready to copy. {teller} owns the words."
    if view.text is not None:
        yield code(view.text)
    if view.next_at is not None:
        hears = "hears again" if told else "hears from us"
        owns = f" {teller} owns the words." if told else ""
        yield f"The customer {hears} by {date(view.next_at)}.{owns}"


def _other_words(view: UpdateView) -> Iterator[str]:
    """Yield what linked customers read instead, each text with its readers."""
    for names, text in view.others[:MOST_TEXTS]:
        readers = listed([safe(name, 80) for name in names[:MOST_NAMES]])
        yield f"{readers} {'reads' if len(names) == 1 else 'read'}:\n{code(text)}"
    if len(view.others) > MOST_TEXTS:
        yield "`Edit` shows the others too."


def _who_else(view: UpdateView, voice: Voice) -> list[str]:
    found = []
    if "send_words" in view.buttons and view.channel:
        found.append(f"Send posts it to #{safe(view.channel, 80)}.")
    if view.linked:
        names = [f"{safe(name, 80)} through {voice.person(who)}" for name, who in view.linked]
        found.append(f"Also for {listed(names[:10])}.")
    return found
