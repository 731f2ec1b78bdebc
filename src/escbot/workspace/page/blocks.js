// Block Kit as elements. Inputs of modals are in modal.js.
import { h, recall, remember } from "./dom.js";
import { chart } from "./chart.js";
import { image, interactive } from "./elements.js";
import { icon } from "./icons.js";
import { bare, words } from "./mrkdwn.js";
import { markdown, richText } from "./richtext.js";
import { dataTable, table } from "./table.js";

// `context` has press(element, extra), ask(element, text), key (where these blocks are), as.
export function blocks(list, context) {
  return (list ?? []).map((block, place) => {
    const inside = { ...context, key: `${context.key}/${block.block_id ?? place}`, press: (element, extra) => context.press(element, { block: block.block_id, ...extra }), ask: (element, text) => context.ask(element, text, block.block_id) };
    return Object.hasOwn(DRAW, block.type) ? DRAW[block.type](block, inside) : h("div", { class: "block small" }, `[${block.type}]`);
  });
}

function section(block, context) {
  const text = block.text ? h("div", { class: "section-text" }, words(block.text)) : null;
  return h("div", { class: "block section" },
    h("div", { class: "grow" }, text,
      block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, words(field)))) : null),
    block.accessory ? h("div", { class: "accessory" }, interactive(block.accessory, context)) : null);
}

function fold(key, first, title, body) {
  const now = recall(key, first);
  const id = `fold-${key.replace(/\W+/g, "-")}`;
  const inner = h("div", { class: "fold-body", id, hidden: !now }, body);
  const button = h("button", { type: "button", class: "fold", "aria-expanded": String(now), "aria-controls": id, onclick: () => {
    const next = button.getAttribute("aria-expanded") !== "true";
    remember(key, next);
    button.setAttribute("aria-expanded", String(next));
    inner.hidden = !next;
  } }, h("span", { class: "fold-sign", "aria-hidden": "true" }, icon("right", 16)), title);
  return [button, inner];
}

function container(block, context) {
  const title = [h("span", { class: "grow" }, block.icon ? image(block.icon.image_url, block.icon.alt_text, "tiny-image") : null,
    h("strong", {}, block.rich_text_title ? richText(block.rich_text_title) : words(block.title)), block.subtitle ? h("span", { class: "small" }, words(block.subtitle)) : null)];
  const body = blocks(block.child_blocks, context);
  return h("div", { class: `block container ${block.width ?? "standard"}${block.has_header_divider ? " divided" : ""}` },
    block.is_collapsible ? fold(`fold ${context.key}`, !block.default_collapsed, title, body) : [h("div", { class: "fold plain" }, title), h("div", { class: "fold-body" }, body)]);
}

function card(block, context) {
  return h("div", { class: "block card" },
    block.hero_image ? h("div", { class: "hero" }, image(block.hero_image.image_url, block.hero_image.alt_text)) : null,
    h("div", { class: "card-body" },
      h("div", { class: "card-title" }, block.icon ? image(block.icon.image_url, block.icon.alt_text, "tiny-image") : null,
        h("div", { class: "grow" }, block.title ? h("strong", {}, words(block.title)) : null, block.subtitle ? h("div", { class: "small" }, words(block.subtitle)) : null)),
      block.body ? h("div", {}, words(block.body)) : null,
      block.actions?.length ? h("div", { class: "actions" }, block.actions.map((element) => interactive(element, context))) : null));
}

const STATUS = { pending: ["circle", "To do"], in_progress: ["progress", "In progress"], complete: ["check", "Done"], error: ["alert", "Failed"] };

function task(block, context) {
  const [sign, name] = STATUS[block.status] ?? STATUS.pending;
  const head = [h("span", { class: `status ${block.status}`, role: "img", "aria-label": name, title: name }, icon(sign, 16)), h("span", { class: "grow" }, typeof block.title === "string" ? block.title : bare(block.title))];
  const body = [block.details ? richText(block.details) : null, block.output ? richText(block.output) : null,
    block.sources?.length ? h("div", { class: "small" }, block.sources.map((one) => h("a", { href: /^https?:/.test(one.url) ? one.url : null, rel: "noopener noreferrer", target: "_blank" }, one.text))) : null];
  return h("div", { class: "block task" }, body.some(Boolean) ? fold(`task ${context.key}`, false, head, body) : h("div", { class: "fold plain" }, head));
}

function plan(block, context) {
  return h("div", { class: "block plan" }, h("strong", {}, typeof block.title === "string" ? block.title : bare(block.title)),
    (block.tasks ?? []).map((one, place) => task(one, { ...context, key: `${context.key}/${place}` })));
}

const LEVELS = { default: "info", info: "info", warning: "alert", error: "alert", success: "check" };

function alert(block) {
  const level = Object.hasOwn(LEVELS, block.level ?? "") ? block.level : "default";
  return h("div", { class: `block alert ${level}`, role: level === "error" ? "alert" : "status" }, icon(LEVELS[level]), h("div", { class: "grow" }, words(block.text)));
}

const DRAW = {
  section,
  header: (block) => h("p", { class: "block header", role: "heading", "aria-level": "3" }, words(block.text)),
  context: (block) => h("div", { class: "block context" }, (block.elements ?? []).map((element) =>
    element.type === "image" ? image(element.image_url, element.alt_text, "tiny-image") : h("div", {}, words(element)))),
  divider: () => h("hr", { class: "block" }),
  actions: (block, context) => h("div", { class: "block actions" }, (block.elements ?? []).map((element) => interactive(element, context))),
  image: (block) => h("figure", { class: "block image" }, block.title ? h("figcaption", {}, words(block.title)) : null, image(block.image_url ?? block.slack_file?.url, block.alt_text)),
  rich_text: (block) => h("div", { class: "block" }, richText(block)),
  markdown: (block) => h("div", { class: "block markdown" }, markdown(block.text ?? "")),
  table,
  data_table: dataTable,
  data_visualization: chart,
  container,
  card,
  carousel: (block, context) => h("div", { class: "block carousel", tabindex: "0", role: "group", "aria-label": "Cards" }, (block.elements ?? []).map((one, place) => card(one, { ...context, key: `${context.key}/${place}` }))),
  alert,
  task_card: task,
  plan,
  context_actions: (block, context) => h("div", { class: "block context-actions" }, (block.elements ?? []).map((element) => interactive(element, context))),
  video: (block) => h("div", { class: "block" }, h("strong", {}, words(block.title)), h("div", { class: "small" }, block.alt_text)),
  file: (block) => h("div", { class: "block small" }, icon("file", 16), ` ${block.external_id ?? "file"}`),
};

