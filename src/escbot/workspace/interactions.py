"""What a person does to the app, and what the app's answer changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from escbot.workspace import filling
from escbot.workspace.model import SLACKBOT, Message, Raw, View, elements_of
from escbot.workspace.payloads import Payloads, values
from escbot.workspace.rules import message_problems, view_problems
from escbot.workspace.shapes import encode, with_ids

if TYPE_CHECKING:
    from escbot.workspace.workspace import Workspace

NO_ANSWER = "We had some trouble connecting. Try again?"
UNKNOWN = (
    '`{0}` is not a valid command. In Slack, all messages that start with the "/" character are '
    "interpreted as commands.\n\nIf you are trying to send a message and not run a command, try "
    'preceding the "/" with an empty space.'
)
FAILED = '{0} failed with the error "{1}"'
MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")


class Interactions:
    """Sends interactions to the app and applies its answers. None of them is sent twice."""

    def __init__(self, workspace: Workspace) -> None:
        self._w = workspace
        self._s = workspace.state
        self._payloads = Payloads(workspace)

    def _here(self, user: str) -> None:
        if self._s.users[user].deleted:
            raise PermissionError(f"{self._s.users[user].name} is deactivated")

    def _uses_apps(self, user: str) -> bool:
        """Tell whether somebody is of the workspace that installed the app."""
        return not self._s.users[user].team

    async def slash(self, user: str, channel: str, command: str, text: str) -> bool:
        """Type a slash command; tell whether the app has it and answered."""
        self._here(user)
        declared = self._w.manifest.command(command)
        if declared is None or not self._uses_apps(user):
            self.whisper(user, channel, UNKNOWN.format(command))
            return False
        text = self._escaped(text, escape=bool(declared.get("should_escape")))
        payload = self._payloads.slash(user, self._s.channels[channel], command, text)
        self._s.log("slack", f"{command} {text[:60]}", payload)
        found = await self._w.delivery.send("slash_commands", payload)
        if found.answer is None:
            slow = found.reason in ("timeout", "http_timeout")
            error = "operation_timeout" if slow else "dispatch_failed"
            self.whisper(user, channel, FAILED.format(command, error))
            return False
        said = found.answer.get("text") or found.answer.get("blocks")
        if said and self.respond(user, channel, None, found.answer) is not None:
            self.whisper(user, channel, FAILED.format(command, "invalid_command_response"))
        return True

    def _escaped(self, text: str, *, escape: bool) -> str:
        """Return a command's text with the mentions as the manifest wants them."""

        def shown(match: re.Match[str]) -> str:
            user = self._s.users.get(match[1])
            if user is None:
                return match[0]
            return f"<@{user.id}|{user.handle()}>" if escape else f"@{user.handle()}"

        return MENTION.sub(shown, encode(text))

    async def shortcut(self, user: str, callback: str, message: Message | None) -> bool:
        """Pick a shortcut, on a message or globally."""
        self._here(user)
        kind = "message" if message else "global"
        known = [s["callback_id"] for s in self._w.manifest.shortcuts if s["type"] == kind]
        if callback not in known or not self._uses_apps(user):
            raise KeyError(f"the app has no {kind} shortcut {callback}")
        payload = self._payloads.shortcut(user, callback, message)
        self._s.log("slack", f"shortcut {callback}", payload)
        return await self._interact(payload) is not None

    async def _interact(self, payload: Raw) -> Raw | None:
        if not self._w.manifest.interactive:
            self._s.refusals.append("the manifest doesn't switch interactivity on")
            return None
        return await self._w.delivery.interact("interactive", payload)

    async def click(
        self,
        user: str,
        element: Raw,
        *,
        message: Message | None,
        view: View | None,
        chosen: Raw | None = None,
    ) -> bool:
        """Press a button of a message or a view, or choose in one of its elements."""
        self._here(user)
        source = message.all_blocks() if message else view.body["blocks"] if view else []
        holds = [block for block in source if element in elements_of([block])]
        block_id = str(holds[-1].get("block_id", "")) if holds else ""
        if view is not None:
            for id_, state in values({**element, "block_id": block_id}, chosen).items():
                view.values.setdefault(id_, {}).update(state)
        payload = self._payloads.action(user, element, block_id, chosen, message=message, view=view)
        self._s.log("slack", f"click {element.get('action_id')}", payload)
        answered = await self._interact(payload) is not None
        if not answered and message is not None:
            self.whisper(user, message.channel, NO_ANSWER, message.thread_ts)
        return answered

    async def dispatch(self, user: str, view: View, block: Raw) -> bool:
        """Tell the app of a choice in an input that dispatches; tell whether it answered."""
        filling.complete(view)
        id_, element = str(block.get("block_id")), block["element"]
        state = view.values[id_][str(element["action_id"])]
        payload = self._payloads.action(user, element, id_, state, message=None, view=view)
        self._s.log("slack", f"choose {id_}", payload)
        return await self._interact(payload) is not None

    async def suggest(
        self, user: str, view: View | None, block: Raw, text: str, message: Message | None = None
    ) -> list[Raw]:
        """Type into an external select; return the app's options (docs.slack.dev: at most 100).

        `block` holds the select as its `element`.
        """
        element = block["element"]
        if len(text) < int(element.get("min_query_length", 3)):
            return []
        if not self._w.manifest.socket_mode and not self._w.manifest.options_url:
            self._s.refusals.append("the manifest has no message_menu_options_url")
            return []
        payload = self._payloads.suggestion(user, block, text, message=message, view=view)
        self._s.log("slack", f"suggest {block.get('block_id')}", payload)
        options = self._offered(await self._interact(payload) or {})
        holder = view or message
        if holder is not None:
            place, values = filling.place_of(block), {option["value"] for option in options}
            before = [o for o in holder.offered.get(place, []) if o["value"] not in values]
            holder.offered[place] = [*options, *before][:300]
        return options

    def _offered(self, answer: Raw) -> list[Raw]:
        """Return the options of an answer, those of groups too; note those past the limits."""
        groups = answer.get("option_groups") or []
        options = list(answer.get("options") or [])
        options += [option for group in groups for option in group.get("options", [])]
        if len(options) > 100:
            self._s.refusals.append("more than 100 options")
        for option in options:
            text, value = option["text"]["text"], option["value"]
            if not 1 <= len(text) <= 75 or not 1 <= len(value) <= 150:
                self._s.refusals.append("an option is too long")
        return options

    async def submit(self, user: str, view: View) -> dict[str, str]:
        """Submit a modal; return errors by block id, empty where it was taken."""
        self._here(user)
        filling.complete(view)
        view.errors = filling.errors(view)
        if view.errors:
            self._s.changed()
            return view.errors
        payload = self._payloads.submission(user, view)
        self._s.log("slack", f"submit {view.body.get('callback_id')}", payload)
        answer = await self._interact(payload)
        if answer is None:
            return self._trouble(view)
        return self._answered(user, view, answer)

    def _trouble(self, view: View, refusal: str = "") -> dict[str, str]:
        if refusal:
            self._s.refusals.append(refusal)
        view.notice = NO_ANSWER
        self._s.changed()
        return {"": NO_ANSWER}

    def _answered(self, user: str, view: View, answer: Raw) -> dict[str, str]:
        stack = self._s.modals.get(user, [])
        action = answer.get("response_action")
        if action == "errors":
            blocks = {block.get("block_id") for block in filling.inputs(view)}
            unknown = set(answer.get("errors", {})) - blocks
            if unknown or not answer.get("errors"):
                return self._trouble(view, f"errors for fields that are not there: {unknown}")
            view.errors = dict(answer["errors"])
        elif action in ("update", "push"):
            found = view_problems(answer.get("view"), "modal", refused=self._w.refuse_blocks)
            if found:
                return self._trouble(view, f"view_submission answer: {found}")
            if action == "push" and len(stack) >= 3:
                return self._trouble(view, "view_submission answer: push_limit_reached")
            body = {**answer["view"], "blocks": with_ids(answer["view"]["blocks"])}
            if action == "update":
                self._w.replace_view(view, body)
            else:
                id_, root = self._s.id("V"), view.root_id
                stack.append(View(id_, user, body, self._s.hash(), root, previous=view.id))
        elif action == "clear":
            self._s.modals[user] = []
        elif action is not None:
            return self._trouble(view, f"view_submission answer: response_action {action}")
        elif view in stack:
            stack.remove(view)
        self._s.changed()
        return view.errors

    async def close(self, user: str, *, every: bool = False) -> None:
        """Close the open modal, or every one; the app hears of it where it asked to."""
        stack = self._s.modals.get(user, [])
        if not stack:
            return
        cleared = every or bool(stack[-1].body.get("clear_on_close"))
        gone = list(stack) if cleared else stack[-1:]
        del stack[len(stack) - len(gone) :]
        self._s.changed()
        for view in reversed(gone):
            if view.body.get("notify_on_close"):
                payload = self._payloads.closed(user, view, cleared=cleared)
                self._s.log("slack", f"close {view.body.get('callback_id')}", payload)
                await self._interact(payload)

    def whisper(self, user: str, channel: str, text: str, thread: str | None = None) -> None:
        """Show something to one person, as Slack itself does."""
        made = Message(channel, self._s.ts(), SLACKBOT, text, thread_ts=thread)
        made.ephemeral_for = user
        self._s.add(made)

    def respond(self, user: str, channel: str, ts: str | None, body: Raw) -> str | None:
        """Take what an app sends to a response_url; return an error code or None."""
        blocks, attachments = body.get("blocks") or [], body.get("attachments") or []
        found = message_problems(blocks, attachments, refused=self._w.refuse_blocks)
        if found:
            self._s.refusals.append(f"response_url: {found}")
            return "invalid_blocks"
        original = self._s.find(channel, ts) if ts else None
        if body.get("delete_original"):
            self._delete(original)
            return None
        text = str(body.get("text") or "")
        if not text and not blocks and not attachments:
            self._s.refusals.append("response_url: no_text")
            return "no_text"
        blocks = with_ids(blocks)
        attachments = [
            {**item, "blocks": with_ids(item.get("blocks") or [])} for item in attachments
        ]
        if body.get("replace_original") and original is not None:
            original.text, original.blocks = text, blocks
            original.attachments = attachments
            self._s.changed()
            return None
        thread = body.get("thread_ts") or (original.thread_ts if original else None)
        made = Message(
            channel,
            self._s.ts(),
            self._w.bot,
            text,
            blocks=blocks,
            attachments=attachments,
            is_bot=True,
            thread_ts=thread,
        )
        if body.get("response_type") != "in_channel":
            made.ephemeral_for = user
        self._s.add(made)
        if made.ephemeral_for is None:
            self._w.events.said(made)
        return None

    def _delete(self, original: Message | None) -> None:
        if original is None:
            return
        if original.ephemeral_for is not None:
            self._s.hidden.remove(original)
            self._s.changed()
        elif original.user == self._w.bot:
            self._w.delete(original)
