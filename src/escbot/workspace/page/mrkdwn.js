// Slack's mrkdwn as elements: bold, italics, strike, code, quotes, links, mentions, dates.
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";

let people = new Map();

export function know(users) {
  people = new Map(users.map((user) => [user.id, user]));
}

export function nameOf(id) {
  return people.get(id)?.name ?? id;
}

function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function dateText(seconds, form, fallback) {
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return fallback;
  const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const day = at.toLocaleDateString([], { month: "short", day: "numeric" });
  const gap = Math.round((startOfDay(at) - startOfDay(new Date(clockNow()))) / 86400000);
  const pretty = { 0: "today", 1: "tomorrow", "-1": "yesterday" }[gap] ?? day;
  return form
    .replaceAll("{date_short_pretty}", pretty)
    .replaceAll("{date_short}", day)
    .replaceAll("{date}", at.toLocaleDateString())
    .replaceAll("{time}", time);
}

function startOfDay(at) {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

let clockNow = () => Date.now();
export function setClock(read) {
  clockNow = read;
}

function token(body) {
  if (body.startsWith("@")) {
    return h("span", { class: "mention" }, `@${nameOf(body.slice(1).split("|")[0])}`);
  }
  if (body.startsWith("#")) return h("span", { class: "mention" }, body);
  if (body.startsWith("!date^")) {
    const [spec, fallback] = body.split("|");
    const [, seconds, form] = spec.split("^");
    const at = new Date(Number(seconds) * 1000);
    return h("time", { datetime: at.toISOString(), title: at.toLocaleString() },
      dateText(seconds, form, fallback));
  }
  if (body.startsWith("!")) return h("span", { class: "mention loud" }, `@${body.slice(1)}`);
  const [address, label] = body.split("|");
  if (!/^https?:\/\//.test(address)) return `<${body}>`;
  return h("a", { href: unescape(address), rel: "noreferrer" }, unescape(label ?? address));
}

const INLINE = /<([^<>]+)>|`([^`\n]+)`|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<![\w_])_([^_\n]+)_(?![\w_])|(?<![\w~])~([^~\n]+)~(?![\w~])/g;

export function inline(text) {
  const found = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    found.push(plain(text.slice(last, match.index)));
    if (match[1] !== undefined) found.push(token(match[1]));
    else if (match[2] !== undefined) found.push(h("code", {}, unescape(match[2])));
    else if (match[3] !== undefined) found.push(h("strong", {}, inline(match[3])));
    else if (match[4] !== undefined) found.push(h("em", {}, inline(match[4])));
    else found.push(h("s", {}, inline(match[5])));
    last = match.index + match[0].length;
  }
  found.push(plain(text.slice(last)));
  return found;
}

function plain(text) {
  return withEmoji(unescape(text));
}

export function mrkdwn(text) {
  const parts = text.split("```");
  return parts.map((part, place) =>
    place % 2 ? h("pre", {}, unescape(part.replace(/^\n|\n$/g, ""))) : lines(part));
}

function lines(text) {
  const found = [];
  let quote = [];
  const flush = () => {
    if (quote.length) found.push(h("blockquote", {}, quote.map((line) => h("div", {}, inline(line)))));
    quote = [];
  };
  const rows = text.split("\n");
  rows.forEach((row, place) => {
    const quoted = row.match(/^(?:&gt;|>) ?(.*)$/);
    if (quoted) return quote.push(quoted[1]);
    flush();
    if (row || (place && place < rows.length - 1)) found.push(h("div", { class: "line" }, inline(row)));
  });
  flush();
  return found;
}
