// Interactive elements outside of inputs: each choice is sent to the app at once.
import { busy, h } from "./dom.js";
import { local } from "./feed.js";
import { icon } from "./icons.js";
import { confirmed, menu } from "./menu.js";
import { bare, words } from "./mrkdwn.js";
import { fromLocal, toLocal } from "./people.js";
import { held, picker, source } from "./picker.js";

// `press(element, extra)` sends a click; `ask(element, text)` asks for options.
export function interactive(element, context) {
  if (!element) return null;
  const make = MAKE[element.type] ?? (/_select$/.test(element.type) ? select : null);
  return make ? make(element, context) : h("span", { class: "small" }, `[${element.type}]`);
}

async function send(target, element, context, extra) {
  if (!(await confirmed(element.confirm))) return false;
  await busy(target, () => context.press(element, extra));
  return true;
}

function button(element, context) {
  const style = element.style ? ` ${element.style}` : "";
  const made = h("button", { type: "button", class: `button${style}`, "aria-label": element.accessibility_label ?? null,
    onclick: () => {
      if (element.url && /^https?:\/\//.test(element.url)) open(element.url, "_blank", "noopener");
      send(made, element, context);
    } }, words(element.text));
  return made;
}

function select(element, context) {
  const many = element.type.startsWith("multi_");
  const label = element.placeholder ? bare(element.placeholder) : "Choose";
  const made = picker({ label, many, placeholder: label, compact: true, chosen: held(element, context.stateOf?.(element)),
    find: source(element, (text) => context.ask(element, text)), most: element.max_selected_items,
    change: (picked) => {
      const values = picked.map((one) => one.value);
      send(made.querySelector("input"), element, context, { chosen: many ? values : values[0] ?? null });
    } });
  return made;
}

function overflow(element, context) {
  const made = h("button", { type: "button", class: "button square", "aria-label": "More actions", "aria-haspopup": "menu", "aria-expanded": "false",
    onclick: () => menu(made, element.options.map((one) => ({ text: bare(one.text), about: one.description ? bare(one.description) : null, act: () => {
      if (one.url && /^https?:\/\//.test(one.url)) open(one.url, "_blank", "noopener");
      send(made, element, context, { chosen: one.value });
    } })), "More actions") }, icon("more"));
  return made;
}

function boxes(element, context) {
  const many = element.type === "checkboxes";
  const name = `choice-${element.action_id}-${Math.random()}`;
  const state = context.stateOf?.(element);
  const on = many ? (state?.selected_options ?? element.initial_options ?? []).map((one) => one.value) : [(state?.selected_option ?? element.initial_option)?.value];
  const made = h("fieldset", { class: "choices", onchange: () => {
    const values = [...made.querySelectorAll("input:checked")].map((one) => one.value);
    send(made, element, context, { chosen: many ? values : values[0] ?? null });
  } }, h("legend", { class: "visually-hidden" }, many ? "Options" : "Choice"), options(element, many, name, on));
  return made;
}

export function options(element, many, name, on) {
  return element.options.map((one) => h("label", {},
    h("input", { type: many ? "checkbox" : "radio", name, value: one.value, checked: on.includes(one.value) }),
    h("span", {}, words(one.text), one.description ? h("span", { class: "small" }, words(one.description)) : null)));
}

const FIELDS = { datepicker: ["date", "date"], timepicker: ["time", "time"], datetimepicker: ["datetime-local", "date_time"] };

function date(element, context) {
  const [type, name] = FIELDS[element.type];
  const start = context.stateOf?.(element)?.[`selected_${name}`] ?? element[`initial_${name}`] ?? "";
  const made = h("input", { type, class: "date", "aria-label": element.placeholder ? bare(element.placeholder) : "Choose a moment", value: type === "datetime-local" && start ? toLocal(start) : String(start),
    onchange: () => {
      const value = made.value && type === "datetime-local" ? fromLocal(made.value) : made.value || null;
      send(made, element, context, { chosen: value });
    } });
  return made;
}

function feedback(element, context) {
  const thumb = (side, sign) => {
    const made = h("button", { type: "button", class: "icon", "aria-label": element[side].accessibility_label ?? bare(element[side].text), title: bare(element[side].text),
      onclick: () => send(made, element, context, { chosen: side === "positive_button" ? "positive" : "negative" }) }, icon(sign));
    return made;
  };
  return h("span", { class: "feedback" }, thumb("positive_button", "up_thumb"), thumb("negative_button", "down_thumb"));
}

function iconButton(element, context) {
  if (element.visible_to_user_ids && !element.visible_to_user_ids.includes(context.as)) return null;
  const made = h("button", { type: "button", class: "icon", "aria-label": element.accessibility_label ?? bare(element.text), title: bare(element.text),
    onclick: () => send(made, element, context) }, icon(element.icon === "trash" ? "trash" : "dot"));
  return made;
}

function picture(element) {
  return image(element.image_url, element.alt_text, "small-image");
}

// Nothing is fetched from elsewhere: a picture of another address shows its description.
export function image(address, alt, kind = "") {
  const own = address?.startsWith("data:image/") ? address : local(address);
  if (own) return h("img", { class: kind, src: own, alt: alt ?? "", loading: "lazy" });
  return h("span", { class: `no-image ${kind}`, role: "img", "aria-label": alt ?? "Image", title: address }, icon("file", 16), " ", alt ?? "Image");
}

const MAKE = {
  button, overflow, checkboxes: boxes, radio_buttons: boxes, datepicker: date, timepicker: date, datetimepicker: date,
  feedback_buttons: feedback, icon_button: iconButton, image: picture, workflow_button: button,
};
