// Tables: plain ones, and data tables that are sorted, filtered and turned page by page.
import { h, recall, remember, replace } from "./dom.js";
import { icon } from "./icons.js";
import { richText } from "./richtext.js";
import { withEmoji } from "./emoji.js";
import { interactive } from "./elements.js";

function cell(value, context) {
  if (!value) return "";
  if (value.type === "rich_text") return richText(value);
  if (value.type === "raw_number") return value.text ?? String(value.value);
  if (value.type === "raw_text") return withEmoji(value.text ?? "");
  return value.type && context ? interactive(value.type === "button" ? value : value.element ?? value, context) : String(value.text ?? "");
}

export function table(block) {
  const settings = block.column_settings ?? [];
  const style = (place) => `align-${settings[place]?.align ?? "left"}${settings[place]?.is_wrapped ? " wrapped" : ""}`;
  const [head, ...rows] = block.rows ?? [];
  return h("div", { class: "block table-box", tabindex: "0", role: "group", "aria-label": "Table" }, h("table", { class: "table" },
    h("thead", {}, h("tr", {}, (head ?? []).map((one, place) => h("th", { scope: "col", class: style(place) }, cell(one))))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((one, place) => h("td", { class: style(place) }, cell(one))))))));
}

function plain(value) {
  return h("span", {}, cell(value)).textContent;
}

function compare(one, other) {
  if (one?.type === "raw_number" && other?.type === "raw_number") return one.value - other.value;
  return plain(one).localeCompare(plain(other), undefined, { numeric: true });
}

export function dataTable(block, context) {
  const [head, ...rows] = block.rows ?? [];
  const size = block.page_size ?? 5;
  const key = `table ${context.key}`;
  const ui = recall(key, { sort: null, down: false, filter: "", page: 0 });
  const naming = block.row_header_column_index ?? 0;
  // A heading stands over its column: right, where that holds numbers.
  const number = (one) => one?.type === "raw_number";
  const side = (place) => (rows.some((row) => number(row[place])) && rows.every((row) => number(row[place]) || plain(row[place]) === "–") ? "align-right" : null);
  const body = h("tbody", {});
  const headings = h("tr", {});
  const foot = h("div", { class: "table-foot" });
  const filter = h("input", { type: "search", placeholder: "Filter", "aria-label": `Filter ${block.caption ?? "table"}`, value: ui.filter, oninput: () => change({ filter: filter.value, page: 0 }) });
  function change(update) {
    Object.assign(ui, update);
    remember(key, ui);
    draw();
  }
  function draw() {
    const wanted = ui.filter.trim().toLowerCase();
    const found = rows.filter((row) => !wanted || row.some((one) => plain(one).toLowerCase().includes(wanted)));
    if (ui.sort !== null) found.sort((one, other) => compare(one[ui.sort], other[ui.sort]) * (ui.down ? -1 : 1));
    const pages = Math.max(1, Math.ceil(found.length / size));
    ui.page = Math.min(ui.page, pages - 1);
    const focused = document.activeElement?.dataset?.focus;
    replace(headings, (head ?? []).map((one, place) => h("th", { scope: "col", class: side(place), "aria-sort": ui.sort === place ? (ui.down ? "descending" : "ascending") : null },
      h("button", { type: "button", class: "sort", "data-focus": `sort ${place}`, onclick: () => change(ui.sort === place ? { down: !ui.down } : { sort: place, down: false }) },
        cell(one), ui.sort === place ? icon(ui.down ? "chevron" : "up", 14) : null))));
    replace(body, found.slice(ui.page * size, (ui.page + 1) * size).map((row) => h("tr", {}, row.map((one, place) =>
      h(place === naming ? "th" : "td", { scope: place === naming ? "row" : null, class: number(one) ? "align-right" : side(place) }, cell(one, context))))));
    replace(foot, h("span", { class: "grow", role: "status" }, `${found.length === rows.length ? "" : `${found.length} of `}${rows.length} ${rows.length === 1 ? "row" : "rows"}`),
      pages > 1 ? [h("button", { type: "button", class: "icon", "data-focus": "page back", "aria-label": "Previous page", disabled: ui.page === 0, onclick: () => change({ page: ui.page - 1 }) }, icon("left", 16)),
        h("span", {}, `${ui.page + 1} of ${pages}`),
        h("button", { type: "button", class: "icon", "data-focus": "page on", "aria-label": "Next page", disabled: ui.page === pages - 1, onclick: () => change({ page: ui.page + 1 }) }, icon("right", 16))] : null);
    if (focused) [...headings.querySelectorAll("button"), ...foot.querySelectorAll("button")].find((one) => one.dataset.focus === focused && !one.disabled)?.focus();
  }
  draw();
  return h("div", { class: "block data-table" },
    h("div", { class: "table-head" }, h("strong", { class: "grow" }, block.caption ?? ""), rows.length > size ? filter : null),
    h("div", { class: "table-box", tabindex: "0", role: "group", "aria-label": block.caption ?? "Table" }, h("table", { class: "table" },
      h("caption", { class: "visually-hidden" }, block.caption ?? "Table"), h("thead", {}, headings), body)),
    foot);
}
