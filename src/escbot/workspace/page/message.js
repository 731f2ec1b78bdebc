// One message, with its reactions, its thread and what can be done with it.
import { blocks } from "./blocks.js";
import { h } from "./dom.js";
import { emoji, PICKER, QUICK } from "./emoji.js";
import { encode } from "./encode.js";
import { act, did, local, server } from "./feed.js";
import { icon } from "./icons.js";
import { menu } from "./menu.js";
import { bare, mrkdwn, unescape } from "./mrkdwn.js";
import { avatar, format, nameOf, person, timeOf } from "./people.js";

// `context`: inThread, compact, replies (of a root), openThread
export function message(item, channel, context) {
  const at = Number(item.ts) * 1000;
  const name = nameOf(item.user);
  const bot = item.bot_id || item.user === "USLACKBOT";
  const deed = {
    key: `${channel.id}/${item.ts}`,
    as: server.as,
    press: (element, extra) => {
      did(`click:${element.text ? bare(element.text) : element.type}`);
      return act("click", { channel: channel.id, ts: item.ts, action: element.action_id, value: element.value, ...extra });
    },
    ask: async (element, text, block) => (await act("suggest", { channel: channel.id, ts: item.ts, action: element.action_id, block, text })).options ?? [],
  };
  const stamp = (long) => h("a", { class: "stamp", href: `/archives/${channel.id}/p${item.ts.replace(".", "")}`, title: format(at, { dateStyle: "full", timeStyle: "medium" }) },
    h("time", { datetime: new Date(at).toISOString() }, long ? timeOf(at) : timeOf(at).replace(/ ?[AP]M$/, "")));
  if (item.subtype === "tombstone") {
    return h("article", { class: "message buried", "data-ts": item.ts, tabindex: "0", "aria-label": item.text, onkeydown: walk },
      h("div", { class: "gutter" }, h("span", { class: "avatar stone", "aria-hidden": "true" }, icon("trash", 18))),
      h("div", { class: "body" }, h("div", { class: "block muted" }, item.text), context.replies?.length ? replies(item, channel, context) : null));
  }
  return h("article", { class: `message${item.ephemeral ? " hidden-one" : ""}${context.compact ? " compact" : ""}`, "data-ts": item.ts, tabindex: "0", "aria-label": `${name}, ${timeOf(at)}`, onkeydown: walk },
    h("div", { class: "gutter" }, context.compact ? stamp(false) : avatar(item.user)),
    h("div", { class: "body" },
      item.ephemeral ? h("div", { class: "only" }, icon("eye", 14), " Only visible to you") : null,
      channel.pins?.includes(item.ts) ? h("div", { class: "only" }, icon("pin", 14), " Pinned") : null,
      context.compact ? null : h("div", { class: "by" }, h("strong", {}, name), bot ? h("span", { class: "badge" }, "APP") : null, from(item.user), stamp(true)),
      content(item, deed),
      item.ephemeral && item.bot_id ? h("button", { type: "button", class: "dismiss", onclick: () => act("dismiss", { channel: channel.id, ts: item.ts }) }, "Dismiss message") : null,
      reactions(item, channel),
      context.replies?.length ? replies(item, channel, context) : null),
    item.ephemeral ? null : toolbar(item, channel, context));
}

function from(id) {
  const user = person(id);
  const text = user?.deleted ? "DEACTIVATED" : user?.external ? "EXTERNAL" : user?.guest ? "GUEST" : null;
  return text ? h("span", { class: "badge" }, text) : null;
}

function content(item, deed) {
  const made = [];
  if (item.blocks?.length) made.push(blocks(item.blocks, deed));
  else if (item.text && !item.attachments?.length) made.push(h("div", { class: "block text" }, mrkdwn(item.text), item.edited ? h("span", { class: "small edited" }, " (edited)") : null));
  made.push((item.attachments ?? []).map((part, place) => attachment(part, { ...deed, key: `${deed.key}/attachment ${place}` })));
  made.push((item.files ?? []).map(file));
  return made;
}

function attachment(part, deed) {
  const made = h("div", { class: "attachment" },
    part.pretext ? h("div", {}, mrkdwn(part.pretext)) : null,
    part.title ? h("strong", {}, part.title) : null,
    part.blocks?.length ? blocks(part.blocks, deed) : part.text ? h("div", {}, mrkdwn(part.text)) : null,
    part.fields?.length ? h("div", { class: "fields" }, part.fields.map((one) => h("div", {}, h("strong", {}, one.title ?? ""), h("div", {}, mrkdwn(one.value ?? ""))))) : null,
    part.footer ? h("div", { class: "small" }, part.footer) : null);
  const named = { good: "#2eb886", warning: "#daa038", danger: "#a30200" }[part.color];
  if (named || /^#?[0-9a-f]{3,6}$/i.test(part.color ?? "")) made.style.borderLeftColor = named ?? `#${part.color.replace("#", "")}`;
  return made;
}

function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  return bytes < 1024 ? `${bytes} bytes` : bytes < 1048576 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function file(one) {
  const own = local(one.url_private ?? one.permalink);
  const name = one.title || one.name || "File";
  if (own && one.mimetype?.startsWith("image/")) {
    return h("figure", { class: "block file-image" }, h("figcaption", { class: "small" }, name), h("img", { src: own, alt: one.alt_txt || name, loading: "lazy" }));
  }
  const inner = [h("span", { class: "file-sign" }, icon("file", 22)), h("span", { class: "grow" }, h("strong", {}, name), h("span", { class: "small" }, [one.pretty_type ?? one.filetype ?? one.mimetype, size(one.size)].filter(Boolean).join(" · ")))];
  return own ? h("a", { class: "block file", href: own, download: one.name ?? "" }, inner) : h("div", { class: "block file" }, inner);
}

function react(item, channel, name) {
  const mine = item.reactions?.find((one) => one.name === name)?.users.includes(server.as);
  return act(mine ? "unreact" : "react", { channel: channel.id, ts: item.ts, name });
}

function reactions(item, channel) {
  if (!item.reactions?.length) return null;
  return h("div", { class: "reactions" }, item.reactions.map((one) => {
    const mine = one.users.includes(server.as);
    const who = one.users.map((id) => (id === server.as ? "you" : nameOf(id))).join(", ");
    return h("button", { type: "button", class: mine ? "mine" : null, "aria-pressed": String(mine), "aria-label": `${one.name.replaceAll("_", " ")}, ${one.count}: ${who}`, title: who, "data-focus": `reaction ${one.name}`,
      onclick: () => react(item, channel, one.name) }, emoji(one.name), h("span", {}, one.count));
  }), h("button", { type: "button", class: "add", "aria-label": "Add a reaction", "aria-haspopup": "menu", onclick: (event) => choose(event.currentTarget, item, channel) }, icon("smile", 15)));
}

function choose(anchor, item, channel) {
  menu(anchor, PICKER.map((name) => ({ text: emoji(name), label: name.replaceAll("_", " "), act: () => react(item, channel, name) })), "Reactions");
  document.querySelector(".menu-box")?.classList.add("emoji-grid");
}

function replies(item, channel, context) {
  const count = context.replies.length;
  const people = [...new Set(context.replies.map((one) => one.user))].slice(0, 4);
  const last = Number(context.replies.at(-1).ts) * 1000;
  return h("button", { type: "button", class: "replies", onclick: () => context.openThread(channel.id, item.ts) },
    h("span", { class: "faces" }, people.map((id) => avatar(id, "tiny"))),
    h("span", { class: "count-replies" }, `${count} ${count === 1 ? "reply" : "replies"}`),
    h("span", { class: "small last" }, `Last reply at ${timeOf(last)}`), h("span", { class: "small view" }, "View thread"));
}

function toolbar(item, channel, context) {
  const { state } = server;
  const known = state.shortcuts.filter((one) => one.type === "message");
  const app = nameOf(state.bot);
  const more = () => menu(dots, [
    ...known.map((one) => ({ text: one.name, about: app, icon: avatar(state.bot, "tiny"), act: () => { did(`shortcut:${one.name}`); act("shortcut", { callback: one.callback_id, channel: channel.id, ts: item.ts }); } })),
    known.length ? null : undefined,
    { text: "Copy link", act: () => navigator.clipboard?.writeText(`${location.origin}/archives/${channel.id}/p${item.ts.replace(".", "")}`) },
    item.user === server.as && item.text ? { text: "Edit message", act: () => edit(dots.closest("article"), item, channel) } : undefined,
    { text: "Delete message…", danger: true, act: () => act("delete", { channel: channel.id, ts: item.ts }) },
  ].filter((one) => one !== undefined), "More actions");
  const dots = h("button", { type: "button", title: "More actions", "aria-label": "More actions", "aria-haspopup": "menu", "aria-expanded": "false", onclick: more }, icon("more"));
  return h("div", { class: "hover", role: "toolbar", "aria-label": "Message actions" },
    QUICK.map((name) => h("button", { type: "button", title: `React with ${name.replaceAll("_", " ")}`, "aria-label": `React with ${name.replaceAll("_", " ")}`, onclick: () => react(item, channel, name) }, emoji(name))),
    h("button", { type: "button", title: "Find another reaction", "aria-label": "Find another reaction", "aria-haspopup": "menu", onclick: (event) => choose(event.currentTarget, item, channel) }, icon("smile")),
    context.inThread ? null : h("button", { type: "button", title: "Reply in thread", "aria-label": "Reply in thread", onclick: () => context.openThread(channel.id, item.thread_ts ?? item.ts) }, icon("thread")),
    dots);
}

// The text as it was typed: names instead of ids, no entities.
function typed(text) {
  return unescape(text.replace(/<@(\w+)>/g, (whole, id) => `@${nameOf(id)}`).replace(/<#\w+\|([^>]*)>/g, "#$1").replace(/<!(\w+)>/g, "@$1").replace(/<([^|>]+)(?:\|[^>]*)?>/g, "$1"));
}

function edit(article, item, channel) {
  const text = article.querySelector(".text");
  if (!text) return;
  const box = h("textarea", { class: "edit-box", "aria-label": "Edit message", onkeydown: (event) => {
    if (event.key === "Escape") { event.preventDefault(); end(); }
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); send(); }
  } });
  box.value = typed(item.text);
  const end = () => { form.replaceWith(text); article.focus(); };
  const send = async () => {
    if (box.value.trim()) await act("edit", { channel: channel.id, ts: item.ts, text: encode(box.value.trim()) });
    if (form.isConnected) end();
  };
  const form = h("div", { class: "edit" }, box, h("div", { class: "actions" }, h("button", { type: "button", class: "button", onclick: end }, "Cancel"), h("button", { type: "button", class: "button primary", onclick: send }, "Save")));
  text.replaceWith(form);
  box.focus();
}

// With a message in focus, the arrows go to its neighbours.
function walk(event) {
  if (event.target !== event.currentTarget) return;
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (!step) return;
  event.preventDefault();
  let next = event.currentTarget[step];
  while (next && next.tagName !== "ARTICLE") next = next[step];
  next?.focus();
}
