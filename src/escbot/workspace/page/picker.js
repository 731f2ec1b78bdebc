// A select that is typed into: options of the app, people, channels, or what the app answers.
import { h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { bare } from "./mrkdwn.js";
import { avatar, everyone, roomName } from "./people.js";
import { server } from "./feed.js";

let counter = 0;

// `find` answers [{value, text, about, group, picture}]; `chosen` are such choices; `change` hears of each change.
export function picker({ label, id, many, placeholder, find, chosen, change, most = 100, invalid, described, compact }) {
  const list = h("div", { class: "options", role: "listbox", id: `options-${(counter += 1)}`, hidden: true, "aria-label": label, "aria-multiselectable": many ? "true" : null });
  const pills = h("span", { class: "pills" });
  let picked = [...chosen];
  let found = [];
  let here = -1;
  let turn = 0;
  const box = h("input", { type: "text", id, role: "combobox", autocomplete: "off", spellcheck: false, "aria-label": id ? null : label, "aria-expanded": "false",
    "aria-autocomplete": "list", "aria-controls": list.id, "aria-invalid": invalid ? "true" : null, "aria-describedby": described, placeholder,
    onfocus: () => box.select(), onclick: () => show(""), oninput: () => show(box.value), onblur: leave, onkeydown: keys });
  const root = h("div", { class: `picker${many ? " many" : ""}${compact ? " compact" : ""}` }, pills, box, h("span", { class: "arrow-sign", "aria-hidden": "true" }, icon("chevron", 16)), list);

  function paint() {
    if (!many) box.value = picked[0]?.text ?? "";
    box.placeholder = many && picked.length ? "" : placeholder;
    replace(pills, many ? picked.map((one) => h("span", { class: "pill" }, one.text,
      h("button", { type: "button", "aria-label": `Remove ${one.text}`, onclick: () => { picked = picked.filter((other) => other !== one); paint(); change(picked); box.focus(); } }, icon("close", 12)))) : null);
  }
  async function show(text) {
    const mine = (turn += 1);
    const answer = await find(text);
    if (mine !== turn || document.activeElement !== box) return;
    found = many ? answer.filter((one) => !picked.some((other) => other.value === one.value)) : answer;
    here = text && found.length ? 0 : found.findIndex((one) => picked.some((other) => other.value === one.value));
    let group = null;
    replace(list, found.flatMap((one, place) => {
      const head = one.group && one.group !== group ? h("div", { class: "options-group", role: "presentation" }, one.group) : null;
      group = one.group ?? group;
      return [head, h("div", { role: "option", id: `${list.id}-${place}`, "aria-selected": String(place === here), onpointerdown: (event) => { event.preventDefault(); pick(one); },
        onclick: () => pick(one) }, one.picture ?? null, h("span", { class: "grow" }, one.text, one.about ? h("span", { class: "small" }, one.about) : null))];
    }), found.length ? null : h("div", { class: "options-none" }, "No match"));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    fit();
    mark();
  }
  function fit() {
    const at = root.getBoundingClientRect();
    const below = innerHeight - at.bottom - 12;
    const up = below < 180 && at.top > below;
    list.style.left = `${at.left}px`;
    list.style.width = `${Math.max(at.width, 200)}px`;
    list.style.maxHeight = `${Math.min(280, up ? at.top - 12 : below)}px`;
    list.style.top = up ? "auto" : `${at.bottom + 3}px`;
    list.style.bottom = up ? `${innerHeight - at.top + 3}px` : "auto";
  }
  function mark() {
    [...list.querySelectorAll("[role=option]")].forEach((one, place) => {
      one.setAttribute("aria-selected", String(place === here));
      if (place === here) one.scrollIntoView({ block: "nearest" });
    });
    if (here >= 0 && found[here]) box.setAttribute("aria-activedescendant", `${list.id}-${here}`);
    else box.removeAttribute("aria-activedescendant");
  }
  function hide() {
    turn += 1;
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }
  function pick(one) {
    if (list.hidden) return;
    picked = many ? [...picked, one].slice(0, most) : [one];
    if (many) box.value = "";
    hide();
    paint();
    change(picked);
  }
  function leave() {
    // As at Slack, words that were not picked are not a choice; an emptied field is.
    if (!many && !box.value.trim() && picked.length) { picked = []; change(picked); }
    hide();
    box.value = many ? "" : picked[0]?.text ?? "";
  }
  function keys(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return show("");
      here = (here + (event.key === "ArrowDown" ? 1 : -1) + found.length) % Math.max(found.length, 1);
      mark();
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (list.hidden) show("");
      else if (found[here]) pick(found[here]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      hide();
      paint();
    } else if (event.key === "Backspace" && many && !box.value && picked.length) {
      picked = picked.slice(0, -1);
      paint();
      change(picked);
    }
  }
  paint();
  root.choices = () => picked;
  return root;
}

const option = (one, group) => ({ value: one.value, text: bare(one.text), about: one.description ? bare(one.description) : null, group });

export function choicesOf(element) {
  const groups = element.option_groups?.flatMap((group) => group.options.map((one) => option(one, bare(group.label))));
  return groups ?? (element.options ?? []).map((one) => option(one));
}

const filter = (all, text) => all.filter((one) => one.text.toLowerCase().includes(text.trim().toLowerCase()));

function people() {
  return everyone().filter((user) => !user.bot).map((user) => ({ value: user.id, text: user.name, about: user.title, picture: avatar(user.id, "tiny") }));
}

function rooms(kinds) {
  return server.state.channels.filter((one) => !one.direct && !one.with && (!kinds || kinds.includes(one.private ? "private" : "public")))
    .map((one) => ({ value: one.id, text: one.name, picture: icon(one.private ? "lock" : "hash", 16) }));
}

// Where an element's choices come from; `ask` brings the app's own for external selects.
export function source(element, ask) {
  const kind = element.type.replace("multi_", "");
  if (kind === "external_select") {
    return async (text) => (text.length < (element.min_query_length ?? 3) ? [] : (await ask(text)).flatMap((one) => (one.options ? one.options.map((inner) => option(inner, bare(one.label))) : [option(one)])));
  }
  return async (text) => filter({ users_select: people, conversations_select: () => rooms(element.filter?.include), channels_select: () => rooms(["public"]) }[kind]?.() ?? choicesOf(element), text);
}

// The choices that a state or the app's first choice means.
export function held(element, state) {
  const one = (value) => (value === null || value === undefined || value === "" ? [] : [value]);
  const initial = (name) => state?.[`selected_${name}`] ?? element[`initial_${name}`];
  const kind = element.type.replace("multi_", "");
  if (kind === "static_select" || kind === "external_select") {
    const found = element.type.startsWith("multi_") ? initial("options") ?? [] : one(initial("option"));
    return found.map((each) => option(each));
  }
  const name = { users_select: "user", conversations_select: "conversation", channels_select: "channel" }[kind];
  const ids = element.type.startsWith("multi_") ? initial(`${name}s`) ?? [] : one(initial(name));
  return ids.map((id) => (name === "user" ? people().find((user) => user.value === id) : null) ?? { value: id, text: roomName(id) ?? id });
}

