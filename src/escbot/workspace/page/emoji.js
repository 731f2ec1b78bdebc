const KNOWN = {
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_blue_circle: "🔵",
  white_circle: "⚪", star: "⭐", bell: "🔔", warning: "⚠️", bulb: "💡", pencil: "✏️", eyes: "👀",
  white_check_mark: "✅", heavy_check_mark: "✔️", tada: "🎉", thumbsup: "👍", "+1": "👍",
  performing_arts: "🎭", speech_balloon: "💬", checkered_flag: "🏁", x: "❌", coffee: "☕",
  fire: "🔥", rocket: "🚀", wave: "👋", heart: "❤️", smile: "😄", pray: "🙏",
};

export const QUICK = ["eyes", "white_check_mark", "+1", "tada"];

export function emoji(name) {
  return KNOWN[name] ?? `:${name}:`;
}

export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => KNOWN[name] ?? whole);
}
