// Who is who, and moments in the zone of the person that one acts as, as Slack shows them.
import { h } from "./dom.js";
import { icon } from "./icons.js";

let people = new Map();
let rooms = new Map();
let zone;
let clock = () => Date.now();

export function know(state) {
  people = new Map(state.users.map((user) => [user.id, user]));
  rooms = new Map(state.channels.map((one) => [one.id, one]));
  zone = people.get(state.as)?.tz;
  try {
    formatter([], { timeZone: zone });
  } catch {
    zone = undefined;
  }
}

export function person(id) {
  return people.get(id);
}

export function everyone() {
  return [...people.values()];
}

export function nameOf(id) {
  return id === "USLACKBOT" ? "Slackbot" : people.get(id)?.name ?? id;
}

export function roomName(id) {
  return rooms.get(id)?.name;
}

export function setClock(read) {
  clock = read;
}

export function nowMillis() {
  return clock();
}

// A formatter is dear to make and cheap to use; there are few kinds of them.
const formatters = new Map();
function formatter(languages, form) {
  const key = JSON.stringify([languages, form]);
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat(languages, form));
  return formatters.get(key);
}

export function format(millis, form) {
  return formatter([], { timeZone: zone, ...form }).format(millis);
}

export function timeOf(millis) {
  return format(millis, { hour: "2-digit", minute: "2-digit" });
}

// Days since a fixed day in the reader's zone: equal for two moments of the same day.
export function dayNumber(millis) {
  const parts = formatter("en-CA", { timeZone: zone }).format(millis).split("-").map(Number);
  return Date.UTC(parts[0], parts[1] - 1, parts[2]) / 86400000;
}

export function dayName(millis) {
  const gap = dayNumber(millis) - dayNumber(clock());
  return { 0: "today", 1: "tomorrow", "-1": "yesterday" }[gap];
}

// What a datetime-local field holds, and back: seconds as the reader's own wall clock.
export function toLocal(seconds) {
  const wall = formatter("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(seconds * 1000);
  return wall.replace(" ", "T");
}

export function fromLocal(text) {
  const wanted = Date.parse(`${text}Z`);
  let at = wanted;
  for (let turn = 0; turn < 3; turn += 1) at += wanted - Date.parse(`${toLocal(at / 1000)}Z`);
  return Math.floor(at / 1000);
}

const COLOURS = ["#1264a3", "#2b7a55", "#7a3fc9", "#a8501b", "#a3195b", "#0b7285", "#5f3dc4", "#8a6100"];

export function avatar(id, size = "") {
  const bot = people.get(id)?.bot || id === "USLACKBOT";
  const hash = [...id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7);
  const made = h("span", { class: `avatar ${size}`, "aria-hidden": "true" }, bot ? icon("buoy", size ? 14 : 22) : nameOf(id).slice(0, 1).toUpperCase());
  made.style.background = bot ? "#4a154b" : COLOURS[Math.abs(hash) % COLOURS.length];
  return made;
}
