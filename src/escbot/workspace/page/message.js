// One message, with its reactions, its thread and what can be done with it.
import { blocks } from "./blocks.js";
import { h } from "./dom.js";
import { emoji, QUICK } from "./emoji.js";
import { act } from "./feed.js";
import { mrkdwn, nameOf } from "./mrkdwn.js";

const COLOURS = ["#1264a3", "#2b7a55", "#8a3ffc", "#b3541e", "#a3195b", "#0b7285", "#5f3dc4"];

export function avatar(id, name, bot) {
  const hash = [...id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7);
  const made = h("span", { class: "avatar", "aria-hidden": "true" }, bot ? "🛟" : name.slice(0, 1));
  made.style.background = bot ? "#4a154b" : COLOURS[Math.abs(hash) % COLOURS.length];
  return made;
}

export function message(item, channel, context) {
  const { state, openThread, inThread } = context;
  const bot = item.user === state.bot || item.user === "USLACKBOT";
  const name = item.user === "USLACKBOT" ? "Slackbot" : nameOf(item.user);
  const at = new Date(Number(item.ts) * 1000);
  const press = (element) => act("click", { channel: channel.id, ts: item.ts, action: element.action_id });
  const replies = channel.messages.filter((other) => other.thread_ts === item.ts && other.ts !== item.ts && !other.ephemeral);
  return h("article", { class: `message${item.ephemeral ? " hidden-one" : ""}`, "data-ts": item.ts },
    avatar(item.user, name, bot),
    h("div", { class: "body" },
      item.ephemeral ? h("div", { class: "only" }, "👁 Only visible to you") : null,
      h("div", { class: "by" },
        h("strong", {}, name),
        bot ? h("span", { class: "badge" }, "APP") : null,
        h("time", { datetime: at.toISOString() }, at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }))),
      item.blocks?.length ? blocks(item.blocks, press) : item.attachments?.length ? null : h("div", { class: "block" }, mrkdwn(item.text)),
      (item.attachments ?? []).map((part) => attachment(part, press)),
      reactions(item, channel),
      !inThread && replies.length ? h("button", { type: "button", class: "replies", onclick: () => openThread(channel.id, item.ts) },
        `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`, h("span", { class: "muted" }, " View thread")) : null),
    h("div", { class: "hover", role: "toolbar", "aria-label": "Message actions" },
      QUICK.map((code) => h("button", { type: "button", title: `React with ${code}`, onclick: () =>
        act("react", { channel: channel.id, ts: item.ts, name: code }) }, emoji(code))),
      inThread ? null : h("button", { type: "button", title: "Reply in thread", onclick: () => openThread(channel.id, item.ts) }, "💬"),
      state.shortcuts.filter((one) => one.type === "message").map((one) =>
        h("button", { type: "button", class: "wide", onclick: () =>
          act("shortcut", { callback: one.callback_id, channel: channel.id, ts: item.ts }) }, one.name))));
}

function attachment(part, press) {
  const made = h("div", { class: "attachment" }, blocks(part.blocks ?? [], press));
  made.style.borderLeftColor = part.color ?? "#ddd";
  return made;
}

function reactions(item, channel) {
  if (!item.reactions?.length) return null;
  return h("div", { class: "reactions" }, item.reactions.map((one) =>
    h("button", { type: "button", title: one.users.map(nameOf).join(", "), onclick: () =>
      act("react", { channel: channel.id, ts: item.ts, name: one.name }) },
    emoji(one.name), " ", one.count)));
}
