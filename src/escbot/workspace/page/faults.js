// Faults on demand: the next call fails in a chosen way, and the bot must cope.
import { h, keep, toast } from "./dom.js";
import { act, did } from "./feed.js";

const METHODS = ["chat.postMessage", "chat.update", "chat.postEphemeral", "views.open", "views.update", "views.publish", "conversations.replies", "conversations.history", "conversations.open", "users.info"];
const CALLS = {
  drop: "Do it, but lose the answer", hang: "Keep the answer back", broken: "Do it, but say error",
  error: "Refuse with an error", limited: "Say: too fast (429)", status: "Answer HTTP 500", refuse: "Close the connection first", delay: "Do it late",
};
const ENVELOPES = { duplicate: "Send it twice", late: "Send it late", hold: "Send it after the next one", lose: "Lose the acknowledgement", cut: "Cut the socket in the middle" };
const NAMES = {
  drop: "answer lost", hang: "answer kept back", broken: "done, but an error said", error: "refused", limited: "rate limited", status: "HTTP error", refuse: "connection closed", delay: "late",
  duplicate: "sent twice", late: "sent late", hold: "held back", lose: "acknowledgement lost", cut: "socket cut",
};
const TIMED = ["limited", "delay", "hang", "late"];

export function faults(root, state) {
  keep(root, [
    { key: "form", digest: "", make: form },
    { key: "waiting", digest: JSON.stringify(state.faults), make: () => waiting(state.faults) },
  ]);
}

function row(label, control) {
  return h("div", { class: "fault-row" }, h("label", { for: control.id }, label), control);
}

function choices(id, names, onchange) {
  return h("select", { id, onchange }, Object.entries(names).map(([value, text]) => h("option", { value }, text)));
}

function field(id, value, more = {}) {
  return h("input", { type: "text", id, value, autocomplete: "off", ...more });
}

async function send(body) {
  did("fault");
  const answer = await act("fault", body);
  if (answer.ok) toast("Armed. The next one is hit.");
}

function form() {
  return h("div", {}, h("p", { class: "muted fault-form" }, "Break something on purpose and watch what the app does."), calls(), envelopes(), atOnce());
}

function calls() {
  const kind = choices("fault-kind", CALLS, show);
  const method = field("fault-method", "chat.postMessage", { list: "fault-methods" });
  const code = field("fault-code", "internal_error");
  const seconds = field("fault-seconds", "2", { type: "number", min: "0", max: "60", step: "0.5" });
  const times = field("fault-times", "1", { type: "number", min: "1", max: "100" });
  const codeRow = row("Error", code);
  const secondsRow = row("Seconds", seconds);
  function show() {
    codeRow.hidden = !["error", "broken"].includes(kind.value);
    secondsRow.hidden = !TIMED.includes(kind.value);
  }
  show();
  return h("form", { class: "fault-form", onsubmit: (event) => {
    event.preventDefault();
    send({ kind: kind.value, method: method.value.trim(), code: kind.value === "status" ? "500" : code.value.trim(), seconds: Number(seconds.value), times: Number(times.value) });
  } },
  h("h3", {}, "A call of the app"),
  row("What happens", kind), row("To the call", method), h("datalist", { id: "fault-methods" }, METHODS.map((name) => h("option", { value: name }))), codeRow, secondsRow, row("Times", times),
  h("div", { class: "actions" }, h("button", { type: "submit", class: "button danger", "data-tour": "fault" }, "Arm this fault")));
}

function envelopes() {
  const kind = choices("envelope-kind", ENVELOPES);
  return h("form", { class: "fault-form", onsubmit: (event) => {
    event.preventDefault();
    send({ kind: kind.value, seconds: 2 });
  } }, h("h3", {}, "The next envelope to the app"), row("What happens", kind), h("div", { class: "actions" }, h("button", { type: "submit", class: "button" }, "Arm for the envelope")));
}

function atOnce() {
  const kinds = field("fault-blocks", "", { placeholder: "data_table, card" });
  return h("form", { class: "fault-form", onsubmit: (event) => {
    event.preventDefault();
    did("fault");
    act("refuse", { blocks: kinds.value.split(/[\s,]+/).filter(Boolean) });
  } }, h("h3", {}, "At once"),
  row("Refuse blocks", kinds),
  h("div", { class: "actions" }, h("button", { type: "submit", class: "button" }, "Refuse these blocks"),
    h("button", { type: "button", class: "button", onclick: () => send({ kind: "refresh" }) }, "Refresh the sockets"),
    h("button", { type: "button", class: "button", onclick: () => send({ kind: "disconnect" }) }, "Close the sockets")));
}

function waiting(list) {
  return h("div", { class: "fault-list" }, h("h3", {}, "Waiting"),
    list.length ? [h("ul", {}, list.map((one) => h("li", {}, h("strong", {}, one.method), ` ${NAMES[one.kind] ?? one.kind}`, one.code && ["error", "broken", "status"].includes(one.kind) ? ` (${one.code})` : null, one.times > 1 ? ` × ${one.times}` : null))),
      h("button", { type: "button", class: "button", onclick: () => act("fault", { kind: "clear" }) }, "Take all back")]
      : h("p", { class: "muted" }, "No fault waits."));
}
