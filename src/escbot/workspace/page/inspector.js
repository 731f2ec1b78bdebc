// What passes between the app and the workspace, and the clock.
import { h } from "./dom.js";
import { act } from "./feed.js";

export function clock(state, now) {
  const step = (text, body, label) => h("button", { type: "button", title: label, onclick: () => act("clock", body) }, text);
  const paused = state.clock.rate === 0;
  return h("div", { class: "clock", role: "group", "aria-label": "Simulated clock" },
    h("time", { id: "clock-now" }, now().toLocaleString([], { weekday: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" })),
    h("span", { class: "small rate" }, paused ? "paused" : `${state.clock.rate}×`),
    step("+15 m", { advance: 15 }, "Fifteen minutes later"),
    step("+1 h", { advance: 60 }, "One hour later"),
    step(paused ? "▶" : "❚❚", { speed: paused ? 60 : 0 }, paused ? "Let the clock run" : "Stop the clock"));
}

export function inspector(state) {
  return h("aside", { class: "inspector", "aria-label": "Traffic" },
    h("h2", {}, "Traffic"),
    state.refusals.map((line) => h("div", { class: "traffic bad" }, `refused: ${line}`)),
    [...state.traffic].reverse().map((row) => h("div", { class: `traffic${row.ok ? "" : " bad"}` },
      h("span", { class: `arrow ${row.direction}` }, row.direction === "app" ? "→" : "←"), " ", row.what)));
}
