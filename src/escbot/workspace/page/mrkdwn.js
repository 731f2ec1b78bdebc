// Slack's mrkdwn as elements: bold, italics, strike, code, quotes, lists, links, mentions, dates.
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { dayName, format, nameOf, roomName, timeOf } from "./people.js";

export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export function words(object) {
  if (!object) return "";
  if (typeof object === "string") return withEmoji(object);
  return object.type === "mrkdwn" ? mrkdwn(object.text ?? "") : withEmoji(object.text ?? "");
}

// The same without marks, for labels and titles that hold text only.
export function bare(object) {
  const made = h("span", {}, words(object));
  return made.textContent;
}

export function moment(seconds, form, fallback = "") {
  const at = Number(seconds) * 1000;
  if (!Number.isFinite(at)) return fallback;
  const date = (options) => format(at, options);
  const long = { year: "numeric", month: "long", day: "numeric" };
  const short = { month: "short", day: "numeric" };
  const pretty = (options) => dayName(at) ?? date(options);
  const values = {
    date_num: date({ year: "numeric", month: "2-digit", day: "2-digit" }), date: date(long), date_short: date({ ...short, year: "numeric" }),
    date_long: date({ weekday: "long", ...long }), date_pretty: pretty(long), date_short_pretty: pretty(short),
    date_long_pretty: pretty({ weekday: "long", ...long }), time: timeOf(at), time_secs: date({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    ago: timeOf(at),
  };
  return h("time", { datetime: new Date(at).toISOString(), title: date({ dateStyle: "full", timeStyle: "long" }) },
    form.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole));
}

export function mention(id) {
  return h("span", { class: "mention", "data-user": id }, `@${nameOf(id)}`);
}

export function link(address, label) {
  if (!/^(https?:\/\/|mailto:)/.test(address)) return label ?? address;
  return h("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, label ?? address);
}

function token(body) {
  const [target, label] = body.split("|");
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${roomName(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("!date^")) {
    const [, seconds, form] = target.split("^");
    return moment(seconds, form ?? "{date} {time}", unescape(label ?? ""));
  }
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, unescape(label ?? "@group"));
  if (target.startsWith("!")) return h("span", { class: "mention loud" }, `@${target.slice(1)}`);
  if (!/^(https?:\/\/|mailto:)/.test(target)) return `<${unescape(body)}>`;
  return link(unescape(target), unescape(label ?? target));
}

const INLINE = /<([^<>\n]+)>|`([^`\n]+)`|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<![\w_])_([^_\n]+)_(?![\w_])|(?<![\w~])~([^~\n]+)~(?![\w~])/g;

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
  return text.split("```").map((part, place) =>
    place % 2 ? h("pre", {}, unescape(part.replace(/^\n|\n$/g, ""))) : lines(part));
}

function lines(text) {
  const found = [];
  let quote = [];
  const flush = () => {
    if (quote.length) found.push(h("blockquote", {}, quote.map((line) => h("div", { class: "line" }, inline(line)))));
    quote = [];
  };
  const rows = text.split("\n");
  rows.forEach((row, place) => {
    const quoted = row.match(/^(?:&gt;|>) ?(.*)$/);
    if (quoted) return quote.push(quoted[1]);
    flush();
    const item = row.match(/^\s*[•◦▪-] (.*)$/);
    if (item) found.push(h("div", { class: "line bullet" }, inline(item[1])));
    else if (row || (place && place < rows.length - 1)) found.push(h("div", { class: "line" }, inline(row)));
  });
  flush();
  return found;
}
