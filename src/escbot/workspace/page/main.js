// The page: draws what one person sees, whenever it changes.
import { blocks } from "./blocks.js";
import { composer } from "./composer.js";
import { h, replace } from "./dom.js";
import { act, connect, onState, server } from "./feed.js";
import { clock, inspector } from "./inspector.js";
import { message } from "./message.js";
import { modal } from "./modal.js";
import { know, setClock } from "./mrkdwn.js";
import { sidebar } from "./sidebar.js";

const app = document.getElementById("app");
const modalRoot = document.getElementById("modal-root");
const live = document.getElementById("live");
const ui = { place: null, thread: null, drawer: false, traffic: false, tour: true };
let received = Date.now();

function now() {
  const { clock: c } = server.state;
  return new Date(c.now * 1000 + (Date.now() - received) * c.rate);
}
setClock(() => now().getTime());

function go(id) {
  ui.place = id;
  ui.thread = null;
  ui.drawer = false;
  if (id === "home") act("home");
  else act("read", { channel: id });
  draw();
}

function openThread(channel, ts) {
  ui.place = channel;
  ui.thread = { channel, ts };
  ui.drawer = false;
  draw();
}

function follow(event) {
  const link = event.target.closest?.("a");
  const found = link && new URL(link.href).pathname.match(/^\/archives\/(\w+)\/p(\d+)(\d{6})$/);
  if (!found) return;
  event.preventDefault();
  openThread(found[1], `${found[2]}.${found[3]}`);
}
document.addEventListener("click", follow);

function keep(selector) {
  const box = app.querySelector(`${selector} .composer textarea`);
  return box && { selector, text: box.value, focus: document.activeElement === box };
}

function draw() {
  const state = server.state;
  if (!state) return;
  know(state.users);
  if (!ui.place) ui.place = state.channels[0]?.id ?? "home";
  const channel = state.channels.find((one) => one.id === ui.place);
  if (!channel && ui.place !== "home") ui.place = state.channels[0]?.id ?? "home";
  const drafts = [keep(".main"), keep(".thread")].filter(Boolean);
  const scrolls = [".main .scroll", ".thread .scroll"].map((selector) => {
    const box = app.querySelector(selector);
    return box && { selector, at: box.scrollTop, end: box.scrollHeight - box.scrollTop - box.clientHeight < 40, key: box.dataset.key };
  });
  replace(app,
    sidebar(state, ui, go),
    h("div", { class: "right" },
      top(state, channel),
      ui.tour ? tour() : null,
      h("div", { class: "panes" },
        ui.place === "home" ? home(state) : channel ? main(state, channel) : null,
        ui.thread ? thread(state) : null,
        ui.traffic ? inspector(state) : null)));
  restore(drafts, scrolls);
  if (channel?.unread && document.visibilityState === "visible") act("read", { channel: channel.id });
  modal(modalRoot, state.modal, state.users);
  document.title = `${channel ? channel.name : "Home"} · ${state.team}`;
}

function restore(drafts, scrolls) {
  for (const box of app.querySelectorAll(".scroll")) box.scrollTop = box.scrollHeight;
  for (const old of scrolls.filter(Boolean)) {
    const box = app.querySelector(old.selector);
    if (box && !old.end && box.dataset.key === old.key) box.scrollTop = old.at;
  }
  for (const draft of drafts) {
    const box = app.querySelector(`${draft.selector} .composer textarea`);
    if (!box) continue;
    box.value = draft.text;
    if (draft.focus && !modalRoot.querySelector("form")) box.focus();
  }
}

function top(state, channel) {
  const name = ui.place === "home" ? "escbot Home" : channel?.direct ? "escbot" : `# ${channel?.name ?? ""}`;
  return h("header", { class: "top" },
    h("button", { type: "button", class: "icon menu", "aria-label": "Channels", onclick: () => { ui.drawer = !ui.drawer; draw(); } }, "☰"),
    h("h2", {}, name),
    clock(state, now),
    h("button", { type: "button", class: "icon", "aria-pressed": String(ui.traffic), title: "Traffic between app and workspace",
      onclick: () => { ui.traffic = !ui.traffic; draw(); } }, "⇄"));
}

function tour() {
  return h("div", { class: "tour" },
    h("span", { class: "grow" }, "Try this next: type ", h("code", {}, "/escalate"),
      " and submit the form, then act as the specialist who was asked and press Acknowledge."),
    h("button", { type: "button", class: "icon", "aria-label": "Hide this hint", onclick: () => { ui.tour = false; draw(); } }, "✕"));
}

function main(state, channel) {
  const roots = channel.messages.filter((one) => !one.thread_ts || one.thread_ts === one.ts || (channel.direct && one.ephemeral));
  return h("main", { class: "main" },
    h("div", { class: "scroll", "data-key": channel.id },
      roots.length ? null : h("p", { class: "empty" }, "Nothing here yet."),
      roots.map((one) => message(one, channel, { state, openThread }))),
    composer(state, channel));
}

function thread(state) {
  const channel = state.channels.find((one) => one.id === ui.thread.channel);
  if (!channel) return null;
  const { ts } = ui.thread;
  const items = channel.messages.filter((one) => one.ts === ts || one.thread_ts === ts);
  return h("section", { class: "thread", "aria-label": "Thread" },
    h("header", { class: "top" }, h("h2", {}, "Thread"), h("span", { class: "muted grow" }, `# ${channel.name}`),
      h("button", { type: "button", class: "icon", "aria-label": "Close thread", onclick: () => { ui.thread = null; draw(); } }, "✕")),
    h("div", { class: "scroll", "data-key": ts }, items.map((one) => message(one, channel, { state, openThread, inThread: true }))),
    composer(state, channel, ts));
}

function home(state) {
  const view = state.home;
  return h("main", { class: "main home" }, h("div", { class: "scroll", "data-key": "home" },
    view ? blocks(view.blocks, (element) => act("click", { view: view.id, action: element.action_id }))
      : h("p", { class: "empty" }, "Opening…")));
}

onState((state) => {
  received = Date.now();
  const before = draw.count ?? 0;
  const all = state.channels.reduce((sum, one) => sum + one.messages.length, 0);
  if (before && all > before) live.textContent = "New message";
  draw.count = all;
  draw();
});

setInterval(() => {
  const box = document.getElementById("clock-now");
  if (box && server.state) box.textContent = now().toLocaleString([], { weekday: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
}, 500);

const wanted = location.pathname.match(/^\/archives\/(\w+)\/p(\d+)(\d{6})$/);
if (wanted) {
  ui.place = wanted[1];
  ui.thread = { channel: wanted[1], ts: `${wanted[2]}.${wanted[3]}` };
}
connect(new URLSearchParams(location.search).get("as"));
