// The simulated clock: time as the reader has it, pause, speed, and jumps.
import { h, keep, say, toast } from "./dom.js";
import { act, did, now } from "./feed.js";
import { icon } from "./icons.js";
import { format, timeOf } from "./people.js";

const SPEEDS = [1, 10, 60, 600, 3600];
let last = 60;

const day = h("span", { class: "clock-day" });
const hour = h("span", {});

export function clock(root, state) {
  const { rate, deadlines } = state.clock;
  if (rate) last = rate;
  keep(root, [
    { key: "now", digest: "", make: () => h("time", { id: "clock-now", title: "Simulated time" }, day, " ", hour) },
    { key: "run", digest: String(rate === 0), make: () => button(rate === 0 ? "play" : "pause", rate === 0 ? "Let the clock run" : "Stop the clock", () => act("clock", { speed: rate === 0 ? last : 0 })) },
    { key: "speed", digest: String(rate), make: () => speed(rate) },
    { key: "15", digest: "", make: () => button(null, "Fifteen minutes later", () => act("clock", { advance: 15 }), "+15 m", "quarter") },
    { key: "60", digest: "", make: () => button(null, "One hour later", () => act("clock", { advance: 60 }), "+1 h", "hour") },
    ...(deadlines ? [{ key: "jump", digest: "", make: () => jumper() }] : []),
  ]);
  tick();
}

export function tick() {
  day.textContent = format(now(), { weekday: "short", day: "numeric", month: "short" });
  hour.textContent = format(now(), { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

function button(sign, label, press, shown = null, kind = "") {
  return h("button", { type: "button", class: kind, title: label, "aria-label": label, onclick: press }, sign ? icon(sign, 16) : shown);
}

function speed(rate) {
  const known = SPEEDS.includes(rate) || rate === 0 ? SPEEDS : [...SPEEDS, rate].sort((one, other) => one - other);
  return h("select", { "aria-label": "Speed of the clock", title: "Speed of the clock", "data-focus": "speed", onchange: (event) => act("clock", { speed: Number(event.target.value) }) },
    rate === 0 ? h("option", { value: "0", selected: true }, "paused") : null,
    known.map((one) => h("option", { value: String(one), selected: one === rate }, `${one}×`)));
}

function jumper() {
  const made = button("jump", "Jump to the next deadline", async () => {
    did("jump");
    const answer = await act("deadline");
    if (!answer.ok) return;
    const said = answer.moved ? `It is now ${timeOf(answer.now * 1000)}.` : "No deadline is armed.";
    toast(said);
    say(said);
  });
  made.dataset.tour = "jump";
  return made;
}
