// The box at the bottom: messages, slash commands, and completion of commands, people, channels, emoji.
import { h, recall, remember, replace, toast } from "./dom.js";
import { emoji, NAMES } from "./emoji.js";
import { encode } from "./encode.js";
import { act, did, server } from "./feed.js";
import { icon } from "./icons.js";
import { menu } from "./menu.js";
import { avatar, everyone, nameOf } from "./people.js";

const LARGEST = 1024 * 1024;
const MARKS = [["bold", "Bold", "*"], ["italic", "Italic", "_"], ["strike", "Strikethrough", "~"], ["code", "Code", "`"], ["quote", "Quote", "> "]];

export function composer(channel, thread) {
  const key = `draft ${thread ?? channel.id}`;
  const where = channel.direct ? nameOf(server.state.bot) : channel.with ? nameOf(channel.with) : `#${channel.name}`;
  const label = thread ? "Reply" : `Message ${where.replace("#", "")}`;
  const hints = h("div", { class: "hints", role: "listbox", id: `hints-${thread ?? channel.id}`, "aria-label": "Suggestions", hidden: true });
  let offered = [];
  let here = 0;
  const box = h("textarea", { rows: "1", "aria-label": label, "aria-controls": hints.id, "aria-autocomplete": "list", placeholder: thread ? "Reply…" : `Message ${where}`,
    oninput: typed, onkeydown: keys, onblur: () => setTimeout(hide, 150), onclick: typed });
  const send = h("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send"));
  const plus = h("button", { type: "button", class: "icon round", title: "Shortcuts", "aria-label": "Shortcuts", "aria-haspopup": "menu", "aria-expanded": "false", onclick: shortcuts }, icon("plus"));
  const file = h("input", { type: "file", class: "visually-hidden", tabindex: "-1", "aria-label": "Choose a file", onchange: attach });
  const made = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); submit(); } },
    hints,
    h("div", { class: "line-box", "data-tour": thread ? null : "composer" },
      h("div", { class: "marks", role: "toolbar", "aria-label": "Formatting" }, MARKS.map(([sign, name, mark]) => h("button", { type: "button", class: "icon", title: name, "aria-label": name, onclick: () => wrap(mark) }, icon(sign, 16)))),
      box,
      h("div", { class: "line-tools" }, thread ? null : plus, file,
        h("button", { type: "button", class: "icon", title: "Attach a file", "aria-label": "Attach a file", onclick: () => file.click() }, icon("file")),
        h("button", { type: "button", class: "icon", title: "Mention someone", "aria-label": "Mention someone", onclick: () => insert("@") }, "@"),
        h("button", { type: "button", class: "icon", title: "Emoji", "aria-label": "Emoji", onclick: () => insert(":") }, icon("smile")),
        h("span", { class: "grow" }), send)));
  box.value = recall(key, "");
  ready();
  return made;

  function ready() {
    send.classList.toggle("ready", Boolean(box.value.trim()));
  }
  function typed() {
    remember(key, box.value);
    ready();
    suggest();
  }
  function submit() {
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    typed();
    hide();
    const [word] = text.split(/\s/, 1);
    if (text.startsWith("/") && !thread) {
      did("slash");
      act("slash", { channel: channel.id, command: word, text: text.slice(word.length).trim() });
    } else {
      act("say", { channel: channel.id, text: encode(text), thread });
    }
  }
  function shortcuts() {
    const known = server.state.shortcuts.filter((one) => one.type === "global");
    const app = nameOf(server.state.bot);
    menu(plus, known.length ? known.map((one) => ({ text: one.name, about: one.description ?? app, icon: avatar(server.state.bot, "tiny"), act: () => { did("slash"); act("shortcut", { callback: one.callback_id }); } }))
      : [{ text: "No shortcuts", act: () => {} }], "Shortcuts");
  }
  async function attach() {
    const [chosen] = file.files;
    file.value = "";
    if (!chosen) return;
    if (chosen.size > LARGEST) return toast("This workspace takes files up to 1 MB.");
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    const content = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    act("upload", { channel: channel.id, name: chosen.name, content, thread });
  }
  function wrap(mark) {
    const { selectionStart: from, selectionEnd: to, value } = box;
    const end = mark === "> " ? "" : mark;
    box.focus();
    box.setRangeText(`${mark}${value.slice(from, to)}${end}`, from, to, "end");
    if (from === to && end) box.setSelectionRange(from + 1, from + 1);
    typed();
  }
  function insert(text) {
    box.focus();
    const before = box.value.slice(0, box.selectionStart);
    box.setRangeText(before && !/\s$/.test(before) ? ` ${text}` : text, box.selectionStart, box.selectionEnd, "end");
    typed();
  }
  function suggest() {
    const before = box.value.slice(0, box.selectionStart);
    const found = before.match(/(?:^|\s)([@#:])([\w+-]*)$/);
    if (/^\/\S*$/.test(before) && !thread) offered = commands(before);
    else if (found) offered = { "@": people, "#": rooms, ":": signs }[found[1]](found[2].toLowerCase());
    else offered = [];
    here = 0;
    paint();
  }
  function paint() {
    hints.hidden = !offered.length;
    box.removeAttribute("aria-activedescendant");
    replace(hints, offered.map((one, place) => h("div", { role: "option", id: `${hints.id}-${place}`, "aria-selected": String(place === here), onpointerdown: (event) => { event.preventDefault(); choose(place); } },
      one.picture ?? null, h("span", { class: "grow" }, h("strong", {}, one.name), one.usage ? h("span", { class: "small" }, ` ${one.usage}`) : null, one.about ? h("div", { class: "small" }, one.about) : null))));
    if (offered.length) box.setAttribute("aria-activedescendant", `${hints.id}-${here}`);
  }
  function hide() {
    offered = [];
    paint();
  }
  function choose(place) {
    const one = offered[place];
    const from = box.selectionStart - box.value.slice(0, box.selectionStart).match(/\S*$/)[0].length;
    box.setRangeText(`${one.text} `, from, box.selectionStart, "end");
    hide();
    remember(key, box.value);
    box.focus();
  }
  function keys(event) {
    if (event.isComposing) return;
    const whole = offered.length === 1 && offered[0].text === box.value.trim();
    if (offered.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      here = (here + (event.key === "ArrowDown" ? 1 : -1) + offered.length) % offered.length;
      paint();
      hints.children[here].scrollIntoView({ block: "nearest" });
    } else if (offered.length && (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !whole))) {
      event.preventDefault();
      choose(here);
    } else if (offered.length && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      hide();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  }
}

function commands(text) {
  return server.state.commands.filter((one) => one.command.startsWith(text)).map((one) => ({ text: one.command, name: one.command, usage: one.usage_hint, about: one.description, picture: avatar(server.state.bot, "tiny") }));
}

function people(text) {
  return everyone().filter((user) => user.name.toLowerCase().startsWith(text)).slice(0, 8).map((user) => ({ text: `@${user.name}`, name: user.name, about: user.title, picture: avatar(user.id, "tiny") }));
}

function rooms(text) {
  return server.state.channels.filter((one) => !one.direct && !one.with && one.name.startsWith(text)).slice(0, 8).map((one) => ({ text: `#${one.name}`, name: one.name, picture: icon(one.private ? "lock" : "hash", 16) }));
}

function signs(text) {
  if (!text) return [];
  const first = (name) => (name.startsWith(text) ? 0 : 1);
  return NAMES.filter((name) => name.includes(text)).sort((one, other) => first(one) - first(other)).slice(0, 8).map((name) => ({ text: `:${name}:`, name: `:${name}:`, picture: h("span", {}, emoji(name)) }));
}
