// The line at the bottom: messages, and slash commands with completion.
import { h, replace } from "./dom.js";
import { act } from "./feed.js";

export function composer(state, channel, thread) {
  const hints = h("div", { class: "hints", role: "listbox" });
  const box = h("textarea", { rows: "1", "aria-label": `Message ${channel.name}`, placeholder: thread ? "Reply…" : `Message ${channel.direct ? "escbot" : "#" + channel.name}`,
    oninput: () => hint(box, hints, state),
    onkeydown: (event) => {
      if (event.key === "Tab" && hints.firstChild) {
        event.preventDefault();
        hints.firstChild.click();
      }
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        send();
      }
    } });
  const send = () => {
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    hint(box, hints, state);
    const [word] = text.split(/\s/, 1);
    if (text.startsWith("/")) {
      act("slash", { channel: channel.id, command: word, text: text.slice(word.length).trim() });
    } else {
      act("say", { channel: channel.id, text: escape(text, state), thread });
    }
  };
  return h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); send(); } },
    hints, h("div", { class: "line-box" },
      thread ? null : h("button", { type: "button", class: "icon", title: "Shortcuts", "aria-label": "Shortcuts", onclick: () => menu(hints, state) }, "+"),
      box,
      h("button", { type: "submit", class: "send", "aria-label": "Send" }, "➤")));
}

function menu(hints, state) {
  if (hints.firstChild) return replace(hints);
  const known = state.shortcuts.filter((one) => one.type === "global");
  replace(hints, known.map((one) => h("button", { type: "button", role: "option", onclick: () => {
    replace(hints);
    act("shortcut", { callback: one.callback_id });
  } }, h("strong", {}, one.name), h("div", { class: "small" }, one.description))));
}

function escape(text, state) {
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return safe.replace(/@(\w+)/g, (whole, name) => {
    const user = state.users.find((one) => one.name.toLowerCase() === name.toLowerCase());
    return user ? `<@${user.id}>` : whole;
  });
}

function hint(box, hints, state) {
  const text = box.value;
  if (!text.startsWith("/") || text.includes(" ")) return replace(hints);
  const known = state.commands.filter((one) => one.command.startsWith(text));
  replace(hints, known.map((one) => h("button", { type: "button", role: "option", onclick: () => {
    box.value = `${one.command} `;
    replace(hints);
    box.focus();
  } }, h("strong", {}, one.command), " ", h("span", { class: "muted" }, one.usage_hint ?? ""), h("div", { class: "small" }, one.description))));
}
