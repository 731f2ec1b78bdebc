// What Slack sends for what was typed: its three entities, mentions of people and channels.
import { server } from "./feed.js";
import { everyone } from "./people.js";

export function encode(text) {
  let safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const escape = (name) => name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const swap = (mark, name, made) => {
    const literal = escape(name).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    safe = safe.replace(new RegExp(`(^|[^\\w])${mark}${literal}(?!\\w)`, "gi"), (whole, lead) => `${lead}${made}`);
  };
  for (const user of everyone().sort((one, other) => other.name.length - one.name.length)) swap("@", user.name, `<@${user.id}>`);
  for (const room of server.state.channels.filter((one) => !one.direct && !one.with)) swap("#", room.name, `<#${room.id}|${room.name}>`);
  return safe.replace(/(^|\s)@(here|channel|everyone)\b/g, "$1<!$2>");
}
