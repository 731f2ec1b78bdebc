// A list of messages with days, the line above what is new, and joined messages of one author.
import { h, keep, same } from "./dom.js";
import { now } from "./feed.js";
import { message } from "./message.js";
import { dayName, dayNumber, format } from "./people.js";

const JOINED = 300; // seconds between messages of one author that are shown as one

export function stream(box, items, channel, context) {
  const today = dayNumber(now());
  const rows = [];
  let before = null;
  for (const item of items) {
    const at = Number(item.ts) * 1000;
    const day = dayNumber(at);
    if (context.days && (!before || dayNumber(Number(before.ts) * 1000) !== day)) rows.push({ key: `day ${day}`, digest: String(day - today), make: () => divider(at) });
    const fresh = context.newFrom === item.ts;
    if (fresh) rows.push({ key: "new", digest: item.ts, make: () => h("div", { class: "new-line", role: "separator", "aria-label": "New messages" }, h("span", {}, "New")) });
    const replies = context.replies?.get(item.ts) ?? [];
    const compact = Boolean(before) && !fresh && before.user === item.user && !item.ephemeral && !before.ephemeral && !context.replies?.get(before.ts)?.length
      && dayNumber(Number(before.ts) * 1000) === day && Number(item.ts) - Number(before.ts) < JOINED && !item.blocks?.length && !item.attachments?.length;
    const digest = JSON.stringify([same(item), compact, replies.map((one) => [one.ts, one.user]), today, channel.id, context.as, channel.pins?.includes(item.ts)]);
    rows.push({ key: item.ts, digest, make: () => message(item, channel, { ...context, compact, replies }) });
    if (context.inThread && item === items[0] && items.length > 1) {
      const count = items.length - 1;
      rows.push({ key: "count", digest: String(count), make: () => h("div", { class: "reply-line" }, h("span", {}, `${count} ${count === 1 ? "reply" : "replies"}`)) });
    }
    before = item;
  }
  if (!items.length) rows.push({ key: "empty", digest: channel.id, make: () => empty(channel) });
  keep(box, rows);
}

function divider(at) {
  const name = dayName(at);
  const text = name ? name[0].toUpperCase() + name.slice(1) : format(at, { weekday: "long", month: "long", day: "numeric" });
  return h("div", { class: "day-line", role: "separator", "aria-label": text }, h("span", {}, text));
}

function empty(channel) {
  return h("div", { class: "empty" }, h("strong", {}, channel.direct || channel.with ? "This is the very beginning." : `# ${channel.name}`),
    h("p", {}, channel.direct || channel.with ? "What you write to each other stands here." : `This is the very beginning of the ${channel.name} channel.`));
}
