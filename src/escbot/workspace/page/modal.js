// The open modal: Slack's fields, errors where they belong, and live updates that leave what is typed alone.
import { blocks } from "./blocks.js";
import { busy, h, keep, replace } from "./dom.js";
import { options } from "./elements.js";
import { act, did, server } from "./feed.js";
import { icon } from "./icons.js";
import { bare, words } from "./mrkdwn.js";
import { fromLocal, toLocal } from "./people.js";
import { held, picker, source } from "./picker.js";

let shown = null; // {id, box, list, errors, mended: fields that were changed since their error, turn: how often there were errors}
let before = null;

export function modal(root, view) {
  if (!view) return close(root);
  if (shown?.id !== view.id) open(root, view);
  shown.view = view;
  replace(shown.title, words(view.title));
  shown.box.setAttribute("aria-label", bare(view.title));
  const buttons = JSON.stringify([view.submit, view.close]);
  if (shown.buttons !== buttons) footer(view);
  shown.buttons = buttons;
  shown.notice.hidden = !view.notice;
  shown.notice.textContent = view.notice ?? "";
  const errors = JSON.stringify(view.errors ?? {});
  if (errors !== shown.errors) shown.mended.clear();
  keep(shown.list, view.blocks.map((block, place) => item(block, block.block_id ?? `place ${place}`, view)));
  if (errors !== shown.errors && errors !== "{}") shown.list.querySelector("[aria-invalid=true]")?.focus();
  shown.errors = errors;
  // What had the focus is gone: the keys stay in the dialog.
  if (document.activeElement === document.body) shown.box.focus({ preventScroll: true });
}

function open(root, view) {
  if (!shown) before = document.activeElement;
  shown?.box.remove();
  const list = h("div", { class: "fields-list" });
  const title = h("h2", {});
  const foot = h("footer", {});
  const notice = h("p", { class: "error notice", role: "alert", hidden: true });
  const leave = (every) => act("close", { every });
  const form = h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(); } },
    h("header", {}, title, h("button", { type: "button", class: "icon", "aria-label": "Close", onclick: () => leave(true) }, icon("close"))), notice, list, foot);
  const box = h("dialog", { class: "modal", tabindex: "-1", onkeydown: (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      leave(false);
    }
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) form.requestSubmit();
  }, oncancel: (event) => { event.preventDefault(); leave(false); } }, form);
  shown = { id: view.id, view, root, box, list, title, foot, notice, errors: "{}", buttons: "", mended: new Set(), turn: 0 };
  root.append(box);
  box.showModal();
  queueMicrotask(() => (list.querySelector("input,textarea,select,button") ?? foot.querySelector("button"))?.focus());
}

function close(root) {
  if (!shown) return;
  shown.box.close();
  root.replaceChildren();
  shown = null;
  if (before?.isConnected) before.focus();
  before = null;
}

function footer(view) {
  replace(shown.foot,
    h("button", { type: "button", class: "button", onclick: () => act("close") }, words(view.close) || "Cancel"),
    view.submit ? h("button", { type: "submit", class: "button primary submit", "data-tour": "submit" }, words(view.submit)) : null);
}

async function submit() {
  const send = shown.foot.querySelector(".submit");
  if (!send) return;
  const { id } = shown;
  await busy(send, async () => {
    const answer = await act("submit", { view: id, values: read() });
    if (answer.ok && !Object.keys(answer.errors ?? {}).length) did("submit");
    else if (answer.ok && shown?.id === id) refused(answer.errors);
  });
}

// Shows what was refused, though it is what was refused before.
function refused(errors) {
  shown.turn += 1;
  shown.errors = "{}";
  modal(shown.root, { ...shown.view, errors });
}

function read() {
  const found = {};
  for (const field of shown.list.querySelectorAll(".field")) found[field.dataset.block] = field.read();
  return found;
}

function item(block, key, view) {
  if (block.type === "input") {
    const error = view.errors?.[block.block_id] ?? "";
    const said = shown.mended.has(block.block_id) ? "" : error;
    return { key, digest: JSON.stringify([block, error, error && shown.turn]), make: (old) => field(block, view, said, old?.read ? { value: old.read(), choices: old.choices?.() } : null) };
  }
  const context = {
    key: `${view.id}/${key}`,
    as: server.as,
    press: (element, extra) => {
      did(`click:${element.text ? bare(element.text) : element.type}`);
      return act("click", { view: shown.view.id, action: element.action_id, value: element.value, values: read(), ...extra });
    },
    ask: async (element, text, from) => (await act("suggest", { view: shown.view.id, action: element.action_id, block: from, text })).options ?? [],
    stateOf: (element) => shown.view.values?.[block.block_id ?? ""]?.[element.action_id],
  };
  return { key, digest: JSON.stringify(block), make: () => h("div", { class: "modal-block" }, blocks([block], context)) };
}

function field(block, view, error, old) {
  const { element } = block;
  const id = `field-${view.id}-${block.block_id}`;
  const state = view.values?.[block.block_id]?.[element.action_id] ?? {};
  const many = element.type === "checkboxes" || element.type === "radio_buttons";
  const dispatch = () => {
    if (block.dispatch_action) act("dispatch", { view: shown.view.id, block: block.block_id, values: read() });
  };
  const hint = block.hint ? `${id}-hint` : null;
  const mend = () => {
    shown.mended.add(block.block_id);
    made.querySelector(".error")?.remove();
    for (const one of made.querySelectorAll("[aria-invalid]")) {
      one.removeAttribute("aria-invalid");
      if (hint) one.setAttribute("aria-describedby", hint);
      else one.removeAttribute("aria-describedby");
    }
  };
  const changed = () => { mend(); dispatch(); };
  const described = [error ? `${id}-error` : null, hint].filter(Boolean).join(" ") || null;
  const make = control(element, { id, label: bare(block.label), error, described, state, old, mend, dispatch, changed, block });
  const made = h(many ? "fieldset" : "div", { class: "field", "data-block": block.block_id },
    h(many ? "legend" : "label", many ? {} : { for: id }, words(block.label), block.optional ? h("span", { class: "muted" }, " (optional)") : null),
    make.node,
    error ? h("div", { class: "error", id: `${id}-error` }, icon("alert", 14), " ", error) : null,
    block.hint ? h("div", { class: "small", id: hint }, words(block.hint)) : null);
  made.read = make.read;
  made.choices = make.choices;
  return made;
}

function control(element, context) {
  if (/_select$/.test(element.type)) return select(element, context);
  if (element.type === "checkboxes" || element.type === "radio_buttons") return boxes(element, context);
  if (/picker$/.test(element.type)) return moment(element, context);
  return text(element, context);
}

function common({ id, error, described }) {
  return { id, "aria-invalid": error ? "true" : null, "aria-describedby": described };
}

function select(element, context) {
  const many = element.type.startsWith("multi_");
  const ask = async (typed) => (await act("suggest", { view: shown.view.id, block: context.block.block_id, text: typed })).options ?? [];
  const node = picker({ id: context.id, label: context.label, many, placeholder: element.placeholder ? bare(element.placeholder) : many ? "Choose" : "Choose an option", most: element.max_selected_items,
    find: source(element, ask), chosen: context.old?.choices ?? held(element, context.state), change: context.changed, invalid: Boolean(context.error), described: context.described });
  return { node, choices: () => node.choices(), read: () => {
    const values = node.choices().map((one) => one.value);
    return many ? values : values[0] ?? null;
  } };
}

function boxes(element, context) {
  const many = element.type === "checkboxes";
  const now = many ? (context.state.selected_options ?? element.initial_options ?? []).map((one) => one.value) : [(context.state.selected_option ?? element.initial_option)?.value];
  const on = context.old ? [context.old.value].flat() : now;
  const node = h("div", { class: "choices", onchange: context.changed }, options(element, many, context.id, on));
  if (context.error) node.querySelector("input")?.setAttribute("aria-invalid", "true");
  return { node, read: () => {
    const values = [...node.querySelectorAll("input:checked")].map((one) => one.value);
    return many ? values : values[0] ?? null;
  } };
}

const MOMENTS = { datepicker: ["date", "date"], timepicker: ["time", "time"], datetimepicker: ["datetime-local", "date_time"] };

function moment(element, context) {
  const [type, name] = MOMENTS[element.type];
  const start = context.old ? context.old.value : context.state[`selected_${name}`] ?? element[`initial_${name}`];
  const local = type === "datetime-local";
  const node = h("input", { ...common(context), type, value: start ? (local ? toLocal(start) : String(start)) : "", onchange: context.changed });
  return { node, read: () => (node.value ? (local ? fromLocal(node.value) : node.value) : null) };
}

const KINDS = { number_input: "text", email_text_input: "email", url_text_input: "url" };

function text(element, context) {
  const start = context.old ? context.old.value : context.state.value ?? element.initial_value;
  const typing = element.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered");
  const attributes = { ...common(context), placeholder: element.placeholder ? bare(element.placeholder) : null, oninput: () => { count(); context.mend(); if (typing) context.dispatch(); },
    onkeydown: (event) => { if (event.key === "Enter" && !element.multiline && context.block.dispatch_action && !typing) { event.preventDefault(); context.dispatch(); } } };
  const node = element.multiline ? h("textarea", { ...attributes, rows: "3" }) : h("input", { ...attributes, type: KINDS[element.type] ?? "text", inputmode: element.type === "number_input" ? "decimal" : null, autocomplete: "off" });
  node.value = start ?? "";
  const left = h("span", { class: "left small", "aria-hidden": "true" });
  function count() {
    const rest = element.max_length ? element.max_length - node.value.length : null;
    left.textContent = rest !== null && rest < 100 ? String(rest) : "";
    left.classList.toggle("over", rest !== null && rest < 0);
  }
  count();
  return { node: h("div", { class: "text-field" }, node, left), read: () => (node.value === "" ? null : node.value) };
}
