// The open modal: a form with Slack's field types, errors at their fields, and a focus trap.
import { blocks, words } from "./blocks.js";
import { h, replace } from "./dom.js";
import { act } from "./feed.js";

let shown = "";
let before = null;

export function modal(root, view, users) {
  const key = view ? `${view.id}${view.hash}${JSON.stringify(view.errors)}${view.notice}` : "";
  if (key === shown) return;
  const kept = root.querySelector("form") ? read(root.querySelector("form")) : {};
  const same = view && root.dataset.view === view.id;
  const list = root.querySelector(".fields-list");
  const place = same && list ? { top: list.scrollTop, field: document.activeElement?.closest(".field")?.dataset.block } : null;
  shown = key;
  if (!view) {
    replace(root);
    root.dataset.view = "";
    before?.focus?.();
    before = null;
    return;
  }
  if (!before) before = document.activeElement;
  root.dataset.view = view.id;
  const close = () => act("close");
  const dispatch = (block) => {
    if (block.dispatch_action) act("dispatch", { view: view.id, block: block.block_id, values: read(form) });
  };
  const form = h("form", { class: "modal", role: "dialog", "aria-modal": "true", "aria-label": words(view.title), novalidate: true,
    onsubmit: (event) => {
      event.preventDefault();
      const send = form.querySelector(".submit");
      send.disabled = true;
      act("submit", { view: view.id, values: read(form) }).finally(() => { send.disabled = false; });
    },
    onkeydown: (event) => {
      if (event.key === "Escape") close();
      if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) form.requestSubmit();
      if (event.key === "Tab") trap(event, form);
    } },
  h("header", {}, h("h2", {}, words(view.title)),
    h("button", { type: "button", class: "icon", "aria-label": "Close", onclick: close }, "✕")),
  view.notice ? h("p", { class: "error" }, view.notice) : null,
  h("div", { class: "fields-list" }, view.blocks.map((block) =>
    block.type === "input" ? field(block, view, users, same ? kept[block.block_id] : undefined, dispatch)
      : blocks([block], (element) => act("click", { view: view.id, action: element.action_id })))),
  h("footer", {},
    h("button", { type: "button", class: "button", onclick: close }, words(view.close) || "Cancel"),
    view.submit ? h("button", { type: "submit", class: "button primary submit" }, words(view.submit)) : null));
  replace(root, h("div", { class: "veil" }, form));
  if (place) {
    form.querySelector(".fields-list").scrollTop = place.top;
    form.querySelector(`.field[data-block="${CSS.escape(place.field ?? "")}"]`)?.querySelector("input,textarea,select")?.focus();
    return;
  }
  (form.querySelector("[aria-invalid=true]") ?? form.querySelector("input,textarea,select"))?.focus();
}

function trap(event, form) {
  const all = [...form.querySelectorAll("button,input,textarea,select,a")].filter((one) => !one.disabled);
  const edge = event.shiftKey ? all[0] : all.at(-1);
  if (document.activeElement === edge) {
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0]).focus();
  }
}

function field(block, view, users, kept, dispatch) {
  const id = `field-${block.block_id}`;
  const error = view.errors?.[block.block_id];
  const state = view.values?.[block.block_id]?.[block.element.action_id] ?? {};
  const start = kept !== undefined ? kept : valueOf(state);
  const common = { id, name: block.block_id, "aria-invalid": error ? "true" : null, "aria-describedby": error ? `${id}-error` : null };
  const many = block.element.type === "checkboxes" || block.element.type === "radio_buttons";
  return h(many ? "fieldset" : "div", { class: "field", "data-block": block.block_id, "data-kind": block.element.type,
    onchange: (event) => { if (event.target.dataset.type !== "ahead") dispatch(block); } },
    h(many ? "legend" : "label", many ? {} : { for: id }, words(block.label),
      block.optional ? h("span", { class: "muted" }, " (optional)") : h("span", { class: "star", "aria-hidden": "true" }, " *")),
    control(block, common, start, users, view, dispatch),
    block.hint ? h("div", { class: "small" }, words(block.hint)) : null,
    error ? h("div", { class: "error", id: `${id}-error` }, error) : null);
}

function valueOf(state) {
  if (state.type === "external_select") return state.selected_option ?? "";
  if (state.selected_options) return state.selected_options.map((option) => option.value);
  if (state.selected_option) return state.selected_option.value;
  return state.value ?? state.selected_user ?? state.selected_date_time ?? state.selected_date ?? "";
}

// An external select: the app answers what is typed; picking one of its options is the choice.
function ahead(block, common, start, view, dispatch) {
  const hidden = h("input", { type: "hidden", class: "chosen", value: start?.value ?? start ?? "" });
  const list = h("ul", { class: "options", role: "listbox", hidden: true });
  let turn = 0;
  const box = h("input", { ...common, type: "text", role: "combobox", autocomplete: "off", "aria-expanded": "false", "data-type": "ahead",
    placeholder: block.element.placeholder ? words(block.element.placeholder) : "Type to search", value: start?.text ? words(start.text) : String(start ?? ""),
    onfocus: () => { if (!hidden.value) ask(); }, oninput: () => { hidden.value = ""; ask(); },
    onblur: () => setTimeout(() => { list.hidden = true; if (!hidden.value && list.dataset.last) pick(JSON.parse(list.dataset.last)); }, 150),
    onkeydown: (event) => {
      if (event.key === "Escape" && !list.hidden) { list.hidden = true; event.stopPropagation(); }
      if (event.key === "Enter" && !list.hidden) { event.preventDefault(); list.querySelector("li")?.dispatchEvent(new Event("mousedown")); }
    } });
  const pick = (option) => { hidden.value = option.value; box.value = words(option.text); list.hidden = true; delete list.dataset.last; dispatch(block); };
  const ask = async () => {
    const mine = ++turn;
    const answer = await act("suggest", { view: view.id, block: block.block_id, text: box.value });
    if (mine !== turn || document.activeElement !== box) return;
    const found = answer?.options ?? [];
    replace(list, found.map((one) => h("li", { role: "option", onmousedown: (event) => { event.preventDefault?.(); pick(one); } }, words(one.text))));
    list.hidden = !found.length;
    if (box.value && found.length) list.dataset.last = JSON.stringify(found.find((one) => words(one.text) === box.value) ?? found.at(-1));
  };
  return h("div", { class: "ahead" }, box, hidden, list);
}

function control(block, common, start, users, view, dispatch) {
  const element = block.element;
  switch (element.type) {
    case "external_select":
      return ahead(block, common, start, view, dispatch);
    case "static_select":
      return h("select", common, h("option", { value: "" }, "Choose an option"),
        element.options.map((one) => h("option", { value: one.value, selected: one.value === start }, words(one.text))));
    case "users_select":
      return h("select", common, h("option", { value: "" }, "Choose a person"),
        users.filter((user) => !user.bot).map((user) => h("option", { value: user.id, selected: user.id === start }, user.name)));
    case "checkboxes":
      return h("div", { class: "choices" }, element.options.map((one) => h("label", {},
        h("input", { type: "checkbox", value: one.value, checked: (start || []).includes(one.value) }), words(one.text))));
    case "datetimepicker":
      return h("input", { ...common, type: "datetime-local", value: start ? local(start) : "" });
    default:
      return element.multiline
        ? h("textarea", { ...common, rows: "3" }, start ?? "")
        : h("input", { ...common, type: "text", value: String(start ?? ""), autocomplete: "off" });
  }
}

function local(seconds) {
  const at = new Date(seconds * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

function read(form) {
  const found = {};
  for (const field of form.querySelectorAll(".field")) {
    const kind = field.dataset.kind;
    const one = field.querySelector("input,textarea,select");
    if (kind === "checkboxes") {
      found[field.dataset.block] = [...field.querySelectorAll("input:checked")].map((box) => box.value);
    } else if (kind === "datetimepicker") {
      found[field.dataset.block] = one.value ? Math.floor(new Date(one.value).getTime() / 1000) : null;
    } else if (kind === "external_select") {
      found[field.dataset.block] = field.querySelector(".chosen").value || null;
    } else {
      found[field.dataset.block] = one.value === "" ? null : one.value;
    }
  }
  return found;
}
