// What passes between the app and the workspace, envelope by envelope, and faults to try.
import { h, keep, recall, remember, replace } from "./dom.js";
import { faults } from "./faults.js";
import { act } from "./feed.js";
import { icon } from "./icons.js";
import { format } from "./people.js";

const SHOW = { all: ["All", () => true], slack: ["From Slack", (row) => row.direction === "slack"], app: ["From the app", (row) => row.direction === "app"], refused: ["Refused", (row) => !row.ok] };
const tabs = [["traffic", "Traffic"], ["faults", "Faults"]];

export function inspector(root, state, redraw, close) {
  const tab = recall("inspector tab", "traffic");
  keep(root, [
    { key: "head", digest: tab, make: () => h("header", { class: "pane-head" },
      h("div", { class: "tabs", role: "tablist", "aria-label": "Inspector" }, tabs.map(([id, name]) => h("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-selected": String(tab === id), "aria-controls": "inspector-panel", "data-tour": id === "faults" ? "faults" : null,
        onclick: () => { remember("inspector tab", id); redraw(); } }, name))),
      h("button", { type: "button", class: "icon", "aria-label": "Close the inspector", onclick: close }, icon("close"))) },
    { key: tab, digest: "", make: () => h("div", { class: "inspector-body", role: "tabpanel", id: "inspector-panel", "aria-labelledby": `tab-${tab}` }) },
  ]);
  const body = root.querySelector(".inspector-body");
  if (tab === "faults") faults(body, state);
  else traffic(body, state, redraw);
}

function traffic(body, state, redraw) {
  const show = recall("traffic show", "all");
  const words = recall("traffic words", "").toLowerCase();
  const [, fits] = SHOW[show];
  const rows = state.traffic.filter((row) => fits(row) && row.what.toLowerCase().includes(words));
  const loose = state.refusals.filter((line) => !state.traffic.some((row) => row.what === line));
  keep(body, [
    { key: "filter", digest: show, make: () => filter(show, redraw) },
    { key: "loose", digest: loose.join("\n"), make: () => h("div", {}, show === "all" || show === "refused" ? loose.map((line) => h("div", { class: "refusal" }, icon("alert", 14), h("span", {}, h("strong", {}, "Refused: "), line))) : null) },
    { key: "rows", digest: "", make: () => h("div", { class: "traffic-rows", role: "log", "aria-label": "Traffic", "aria-live": "off", tabindex: "0" }) },
  ]);
  const list = body.querySelector(".traffic-rows");
  keep(list, rows.length ? [...rows].reverse().map((row) => ({ key: String(row.number), digest: "", make: () => line(row) })) : [{ key: "none", digest: "", make: () => h("p", { class: "muted" }, "Nothing yet.") }]);
}

function filter(show, redraw) {
  const box = h("input", { type: "search", placeholder: "Filter", "aria-label": "Filter the traffic", value: recall("traffic words", ""), oninput: () => { remember("traffic words", box.value); redraw(); } });
  return h("div", { class: "traffic-filter" }, box, h("div", { class: "segments", role: "group", "aria-label": "Show" }, Object.entries(SHOW).map(([id, [name]]) =>
    h("button", { type: "button", "aria-pressed": String(show === id), onclick: () => { remember("traffic show", id); redraw(); } }, name))));
}

// A refused call reads "method: {answer}"; the reasons are in the answer.
function reasons(what) {
  const found = what.match(/^([\w.]+): (\{.*\})$/s);
  if (!found) return null;
  try {
    const { error, needed, provided, response_metadata: more } = JSON.parse(found[2]);
    const lines = [...(more?.messages ?? [])];
    if (needed) lines.push(`needed: ${needed}`, `provided: ${provided ?? "nothing"}`);
    return { method: found[1], error, lines };
  } catch {
    return null;
  }
}

function line(row) {
  const why = row.ok ? null : reasons(row.what);
  const text = why ? why.method : row.what;
  const full = h("div", { class: "envelope", hidden: true });
  const head = h("button", { type: "button", class: "traffic-line", "aria-expanded": "false", disabled: !row.more, onclick: () => turn(head, full, row) },
    h("span", { class: "at" }, format(row.at * 1000, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false })),
    h("span", { class: `arrow ${row.direction}`, role: "img", "aria-label": row.direction === "app" ? "from the app" : "from Slack" }, row.direction === "app" ? "→" : "←"),
    h("span", { class: "what grow" }, text), why?.error ? h("span", { class: "code" }, why.error) : null);
  return h("div", { class: `traffic${row.ok ? "" : " bad"}` }, head, why?.lines.length ? h("ul", { class: "reasons" }, why.lines.map((each) => h("li", {}, each))) : null, full);
}

async function turn(head, full, row) {
  const next = head.getAttribute("aria-expanded") !== "true";
  head.setAttribute("aria-expanded", String(next));
  full.hidden = !next;
  if (!next || full.firstChild) return;
  const found = await act("traffic", { number: row.number });
  if (!found.ok) return;
  const part = (name, value) => (Object.keys(value ?? {}).length ? [h("h3", {}, name), h("pre", { tabindex: "0" }, JSON.stringify(unfold(value), null, 2))] : null);
  replace(full, part(row.direction === "app" ? "The app sent" : "Slack sent", found.detail), part(row.direction === "app" ? "Slack answered" : "The app answered", found.answer));
  if (!full.firstChild) replace(full, h("p", { class: "muted" }, "Nothing more was sent."));
}

// Blocks travel as JSON inside a text; here they are shown as what they are.
function unfold(value) {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => {
    if (typeof one !== "string" || !/^[[{]/.test(one)) return [key, one];
    try { return [key, JSON.parse(one)]; } catch { return [key, one]; }
  }));
}
