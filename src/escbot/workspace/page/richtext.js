// rich_text blocks, and the standard Markdown of markdown blocks.
import { h } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { link, mention, moment } from "./mrkdwn.js";
import { roomName } from "./people.js";

export function richText(block) {
  return (block.elements ?? []).map(part);
}

function part(element) {
  switch (element.type) {
    case "rich_text_list": {
      const list = h(element.style === "ordered" ? "ol" : "ul", { class: `indent-${Math.min(element.indent ?? 0, 5)}` },
        (element.elements ?? []).map((item) => h("li", {}, run(item.elements))));
      if (element.style === "ordered" && element.offset) list.start = element.offset + 1;
      return list;
    }
    case "rich_text_quote":
      return h("blockquote", {}, run(element.elements));
    case "rich_text_preformatted":
      return h("pre", {}, run(element.elements));
    default:
      return h("div", { class: "line pre-line" }, run(element.elements));
  }
}

function run(elements) {
  return (elements ?? []).map((element) => styled(leaf(element), element.style));
}

function leaf(element) {
  switch (element.type) {
    case "link": return link(element.url, element.text ?? element.url);
    case "user": return mention(element.user_id);
    case "usergroup": return h("span", { class: "mention" }, "@group");
    case "channel": return h("span", { class: "mention" }, `#${roomName(element.channel_id) ?? element.channel_id}`);
    case "broadcast": return h("span", { class: "mention loud" }, `@${element.range}`);
    case "emoji": return emoji(element.name);
    case "date": return moment(element.timestamp, element.format ?? "{date} {time}", element.fallback);
    case "color": return h("code", {}, element.value);
    default: return element.text ?? "";
  }
}

function styled(node, style = {}) {
  let made = node;
  if (style.code) made = h("code", {}, made);
  if (style.bold) made = h("strong", {}, made);
  if (style.italic) made = h("em", {}, made);
  if (style.strike) made = h("s", {}, made);
  if (style.underline) made = h("u", {}, made);
  return made;
}

const SPANS = /`([^`]+)`|\*\*([^*]+)\*\*|__([^_]+)__|(?<!\w)\*([^*\s][^*]*)\*|(?<!\w)_([^_\s][^_]*)_(?!\w)|~~([^~]+)~~|\[([^\]]+)\]\(([^)\s]+)\)|<(https?:[^>\s]+)>/g;

function spans(text) {
  const found = [];
  let last = 0;
  for (const match of text.matchAll(SPANS)) {
    found.push(withEmoji(text.slice(last, match.index)));
    const [, code, bold, bold2, em, em2, strike, label, address, bare] = match;
    if (code !== undefined) found.push(h("code", {}, code));
    else if (bold !== undefined || bold2 !== undefined) found.push(h("strong", {}, spans(bold ?? bold2)));
    else if (em !== undefined || em2 !== undefined) found.push(h("em", {}, spans(em ?? em2)));
    else if (strike !== undefined) found.push(h("s", {}, spans(strike)));
    else found.push(link(address ?? bare, label ?? bare));
    last = match.index + match[0].length;
  }
  found.push(withEmoji(text.slice(last)));
  return found;
}

export function markdown(text) {
  return text.split(/^```[^\n]*$/m).map((piece, place) => (place % 2 ? h("pre", {}, piece.replace(/^\n|\n$/g, "")) : paragraphs(piece)));
}

const KINDS = [
  [/^(#{1,6}) +(.*)$/, "head"], [/^> ?(.*)$/, "quote"], [/^\s*[-*+] +\[([ xX])\] +(.*)$/, "task"],
  [/^\s*[-*+] +(.*)$/, "ul"], [/^\s*\d+[.)] +(.*)$/, "ol"], [/^\s*\|(.*)\|\s*$/, "row"], [/^\s*(?:---+|\*\*\*+)\s*$/, "rule"],
];

function paragraphs(text) {
  const groups = [];
  for (const line of text.split("\n")) {
    const [kind, match] = KINDS.map(([form, name]) => [name, line.match(form)]).find(([, found]) => found) ?? [line.trim() ? "text" : "gap", null];
    const near = groups.at(-1);
    if (near?.kind === kind && !["head", "rule"].includes(kind)) near.items.push(match ?? line);
    else groups.push({ kind, items: [match ?? line] });
  }
  return groups.map(group);
}

function group({ kind, items }) {
  switch (kind) {
    case "head": return h("p", { class: `md-head md-head-${items[0][1].length}` }, spans(items[0][2]));
    case "quote": return h("blockquote", {}, items.map((match) => h("div", { class: "line" }, spans(match[1]))));
    case "task": return h("ul", { class: "tasks" }, items.map((match) => h("li", {}, match[1] === " " ? "☐ " : "☑ ", spans(match[2]))));
    case "ul": return h("ul", {}, items.map((match) => h("li", {}, spans(match[1]))));
    case "ol": return h("ol", {}, items.map((match) => h("li", {}, spans(match[1]))));
    case "rule": return h("hr", {});
    case "row": return table(items);
    case "gap": return null;
    default: return h("div", { class: "paragraph" }, items.map((line) => h("div", { class: "line" }, spans(line))));
  }
}

function table(items) {
  const rows = items.map((match) => match[1].split("|").map((cell) => cell.trim())).filter((cells) => !cells.every((cell) => /^:?-+:?$/.test(cell)));
  const [head, ...body] = rows;
  return h("div", { class: "table-box" }, h("table", { class: "table" },
    h("thead", {}, h("tr", {}, head.map((cell) => h("th", { scope: "col" }, spans(cell))))),
    h("tbody", {}, body.map((row) => h("tr", {}, row.map((cell) => h("td", {}, spans(cell))))))));
}
