// Emoji by Slack's names. Those that a workspace shows all day are drawn here, so that they look the
// same everywhere, also where the machine has no emoji font; the rest are the machine's characters.
import { h, svg } from "./dom.js";

const Y = "#ffc83d";
const disc = (fill, edge) => [["circle", { cx: 10, cy: 10, r: 8, fill, stroke: edge ?? fill, "stroke-width": 1 }]];
const path = (d, fill, stroke) => ["path", { d, fill: fill ?? "none", stroke: stroke ?? "none", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round" }];
const dots = [["circle", { cx: 7.3, cy: 8.3, r: 1.1, fill: "#6b4a10" }], ["circle", { cx: 12.7, cy: 8.3, r: 1.1, fill: "#6b4a10" }]];

const DRAWN = {
  red_circle: disc("#e01e3c"), large_orange_circle: disc("#f2811d"), large_yellow_circle: disc("#f7c325"),
  large_blue_circle: disc("#2f7de1"), large_green_circle: disc("#2eb67d"), white_circle: disc("#f4f4f4", "#b9b9b9"), black_circle: disc("#333"),
  star: [path("M10 1.5 12.6 7l6 .8-4.4 4.2 1.1 6L10 15.1 4.7 18l1.1-6L1.4 7.8l6-.8Z", "#fcb827")],
  bell: [path("M10 2.5c3 0 5 2.3 5 5.3 0 3.7 1.5 4.9 2 6.2H3c.5-1.3 2-2.5 2-6.2 0-3 2-5.3 5-5.3Z", "#fcb827"), path("M8 15.5a2 2 0 0 0 4 0Z", "#d98e04")],
  warning: [path("M10 2.2 18.6 17.5H1.4Z", "#fcc02e"), path("M10 7.5v4.8M10 14.9v.1", null, "#3b2b00")],
  bulb: [path("M10 2a5.5 5.5 0 0 0-3 10c.6.5 1 1.2 1 2h4c0-.8.4-1.5 1-2a5.5 5.5 0 0 0-3-10Z", "#fdd23b"), path("M8.3 15.7h3.4M8.8 17.7h2.4", null, "#8a8a8a")],
  pencil: [path("M4 13 13 4l3 3-9 9-4 1Z", "#f6a623"), path("M13 4l1.3-1.3 3 3L16 7Z", "#e85b81"), path("M4 13l3 3-4 1Z", "#5a3d1e")],
  eyes: [path("M6 4c2.2 0 3.5 2.7 3.5 6S8.2 16 6 16s-3.5-2.7-3.5-6S3.8 4 6 4ZM14 4c2.2 0 3.5 2.7 3.5 6s-1.3 6-3.5 6-3.5-2.7-3.5-6S11.8 4 14 4Z", "#fff", "#a7a7a7"),
    ["circle", { cx: 5, cy: 11, r: 2, fill: "#3d2a20" }], ["circle", { cx: 13, cy: 11, r: 2, fill: "#3d2a20" }]],
  white_check_mark: [["rect", { x: 2, y: 2, width: 16, height: 16, rx: 3.5, fill: "#2ba663" }], path("m5.8 10.3 3 3 5.6-6.3", null, "#fff")],
  heavy_check_mark: [path("m3.5 11 4 4.5 9-11", null, "#1d1c1d")],
  x: [path("M4.5 4.5l11 11M15.5 4.5l-11 11", null, "#e01e3c")],
  fire: [path("M10 1.5c1 3 5.5 5 5.5 10A5.6 5.6 0 0 1 10 18a5.6 5.6 0 0 1-5.5-6c0-2 1-3.3 2-4.3.2 1.3.8 2 1.5 2.3C7.5 7 8.5 3.5 10 1.5Z", "#f4731f"), path("M10 10c.8 1.6 2.4 2.4 2.4 4.6A2.5 2.5 0 0 1 10 17a2.5 2.5 0 0 1-2.4-2.4C7.6 12.8 9.2 11.8 10 10Z", "#fdd23b")],
  heart: [path("M10 17.5C4 13 2 10.5 2 7.3A4.2 4.2 0 0 1 10 5.5a4.2 4.2 0 0 1 8 1.8c0 3.2-2 5.7-8 10.2Z", "#e0245e")],
  "+1": [path("M3 9h3v8H3ZM7 9.5 9.5 3c1.5 0 2.2 1 2.2 2.2V8h3.8c1.1 0 1.7.9 1.5 1.8l-1.4 5.7c-.2.9-1 1.5-1.9 1.5H7Z", Y)],
  "-1": [path("M3 3h3v8H3ZM7 10.5 9.5 17c1.5 0 2.2-1 2.2-2.2V12h3.8c1.1 0 1.7-.9 1.5-1.8L15.6 4.5c-.2-.9-1-1.5-1.9-1.5H7Z", Y)],
  tada: [path("M3 17.5 7.5 6.5l6 6Z", "#f7b731"), path("M11 5c0-1.5.5-2.5 1.5-3.2M14 8c1.5-1.5 3-1.5 4-1M15.5 11.5c1 0 1.8.3 2.5.9", null, "#2f7de1"), ["circle", { cx: 15.5, cy: 4, r: 1.2, fill: "#e0245e" }], ["circle", { cx: 8.5, cy: 2.8, r: 1.1, fill: "#2ba663" }]],
  smile: [...disc(Y), ...dots, path("M6 11.5c.8 2 2.3 3 4 3s3.2-1 4-3", null, "#6b4a10")],
  slightly_smiling_face: [...disc(Y), ...dots, path("M6.8 12.3c1 1.3 2 1.8 3.2 1.8s2.2-.5 3.2-1.8", null, "#6b4a10")],
  cry: [...disc(Y), ...dots, path("M7 14c1-1.2 2-1.6 3-1.6s2 .4 3 1.6", null, "#6b4a10"), ["circle", { cx: 6.3, cy: 12, r: 1.3, fill: "#4aa8f0" }]],
  alarm_clock: [["circle", { cx: 10, cy: 11, r: 6.5, fill: "#fff", stroke: "#d7263d", "stroke-width": 2 }], path("M10 7.5V11l2.5 1.5M3 5.5 5.5 3M17 5.5 14.5 3", null, "#7a1522")],
  coffee: [path("M3.5 7h10.5v5.5a4 4 0 0 1-4 4H7.5a4 4 0 0 1-4-4Z", "#8b5a2b"), path("M14 8.5h1.5a2 2 0 0 1 0 4.5H14M6.5 4.5V3M9 4.5V3M11.5 4.5V3", null, "#8b5a2b")],
  hourglass: [path("M5 2.5h10M5 17.5h10M6 2.5c0 4 4 5 4 7.5s-4 3.5-4 7.5h8c0-4-4-5-4-7.5s4-3.5 4-7.5Z", "#fdd23b", "#8a6d1a")],
  rotating_light: [path("M5 15V9.5a5 5 0 0 1 10 0V15Z", "#e01e3c"), ["rect", { x: 3, y: 15, width: 14, height: 3, rx: 1, fill: "#555" }], path("M10 1v1.5M3.5 3.5l1 1M16.5 3.5l-1 1", null, "#f4731f")],
  wave: [path("M6 9V5.5a1.2 1.2 0 0 1 2.4 0V9 4a1.2 1.2 0 0 1 2.4 0v5-4a1.2 1.2 0 0 1 2.4 0v5.5c.8-.9 2-1.3 2.6-.6-.9 2.6-2.2 7.1-6 7.1-3 0-3.8-3-3.8-5.5Z", Y)],
  rocket: [path("M10 2c3 2 4 5 4 8l-1.5 4h-5L6 10c0-3 1-6 4-8Z", "#dfe3e8", "#8b98a5"), path("M8 14.5h4l-2 4Z", "#f4731f"), ["circle", { cx: 10, cy: 8, r: 1.6, fill: "#2f7de1" }]],
  performing_arts: [path("M2.5 3.5h9v5.5a4.5 4.5 0 0 1-9 0Z", "#f2a93b"), path("M8.5 7.5h9V13a4.5 4.5 0 0 1-9 0Z", "#5aa9e6"), path("M4.8 6.3v.1M9 6.3v.1M5.3 9.3c.9 1.2 2.3 1.2 3.2 0M10.8 10.8v.1M15 10.8v.1M11.3 14.5c.9-1.2 2.4-1.2 3.3 0", null, "#3b2b12")],
  checkered_flag: [path("M4 2v16", null, "#6b6b6b"), ["rect", { x: 4.5, y: 3, width: 12, height: 8, fill: "#fff", stroke: "#333", "stroke-width": 0.8 }],
    ...[[4.5, 3], [10.5, 3], [7.5, 5.7], [13.5, 5.7], [4.5, 8.3], [10.5, 8.3]].map(([x, y]) => ["rect", { x, y, width: 3, height: 2.7, fill: "#222" }])],
  repeat: [["rect", { x: 1.5, y: 1.5, width: 17, height: 17, rx: 3.5, fill: "#2f7de1" }], path("M5 9.5V8.3c0-1 .8-1.8 1.8-1.8h7M11.8 4.3 14 6.5l-2.2 2.2M15 10.5v1.2c0 1-.8 1.8-1.8 1.8h-7M8.2 15.7 6 13.5l2.2-2.2", null, "#fff")],
  seedling: [path("M10 17.5V10.5", null, "#2b7a3d"), path("M10 10.5C9.8 6.5 7 4.5 2.5 4.5c0 4 2.8 6.2 7.5 6Z", "#3fae5a"), path("M10 9c.3-3.6 2.8-5.4 7-5.4 0 3.8-2.6 5.6-7 5.4Z", "#2b9348")],
  speech_balloon: [path("M3 4h14v9H9.5L6 16.5V13H3Z", "#e8eef4", "#8b98a5")],
};
const ALIASES = { thumbsup: "+1", thumbsdown: "-1", check: "white_check_mark", hourglass_flowing_sand: "hourglass", memo: "pencil", pencil2: "pencil" };
const CHARACTERS = { pray: "🙏", clap: "👏", question: "❓", exclamation: "❗", calendar: "📅", mag: "🔍", phone: "📞", email: "📧", bug: "🐛", link: "🔗", lock: "🔒", zzz: "💤", house: "🏠" };

export const QUICK = ["white_check_mark", "eyes", "+1"];
export const PICKER = Object.keys(DRAWN).filter((name) => !name.endsWith("_circle"));
export const NAMES = [...Object.keys(DRAWN), ...Object.keys(CHARACTERS)];

export function emoji(name) {
  const known = ALIASES[name] ?? name;
  if (Object.hasOwn(DRAWN, known)) {
    return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` },
      svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, DRAWN[known].map(([tag, attributes]) => svg(tag, attributes))));
  }
  return Object.hasOwn(CHARACTERS, known) ? CHARACTERS[known] : `:${name}:`;
}

export function withEmoji(text) {
  return text.split(/(:[a-z0-9_+-]+:)/).map((part) => (/^:[a-z0-9_+-]+:$/.test(part) ? emoji(part.slice(1, -1)) : part));
}
