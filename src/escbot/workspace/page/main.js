// The page: draws what one person sees, whenever it changes.
import { blocks } from "./blocks.js";
import { clock, tick } from "./clock.js";
import { composer } from "./composer.js";
import { h, keep, say } from "./dom.js";
import { act, connect, did, local, now, onDeed, onState, server } from "./feed.js";
import { icon } from "./icons.js";
import { inspector } from "./inspector.js";
import { modal } from "./modal.js";
import { bare } from "./mrkdwn.js";
import { avatar, know, nameOf, setClock } from "./people.js";
import { sidebar } from "./sidebar.js";
import { stream } from "./stream.js";
import { applyTheme, themeButton } from "./theme.js";
import { startTour, tourHeard, tourSteps } from "./tour.js";

const ui = { place: null, tab: "messages", thread: null, wanted: null, drawer: false, traffic: false, newFrom: null, as: null };
const seen = { count: 0, channel: null };
applyTheme();
setClock(now);
onDeed(tourHeard);

const regions = {
  top: h("header", { class: "topbar" }),
  clock: h("div", { class: "clock", role: "group", "aria-label": "Simulated clock" }),
  tools: h("div", { class: "tools" }),
  theme: h("span", { id: "theme" }),
  name: h("h1", { class: "visually-hidden" }),
  side: h("nav", { class: "sidebar", id: "sidebar", "aria-label": "Workspace" }),
  main: h("main", { class: "main" }),
  thread: h("section", { class: "thread", "aria-label": "Thread", hidden: true }),
  inspector: h("aside", { class: "inspector", "aria-label": "Inspector", hidden: true }),
};
const burger = h("button", { type: "button", class: "icon menu", "aria-label": "Menu", "aria-controls": "sidebar", "aria-expanded": "false", onclick: () => drawer(!ui.drawer) }, icon("menu"));
regions.top.append(regions.name, burger, regions.clock, regions.tools, regions.theme);

function shell() {
  const app = document.getElementById("app");
  if (regions.side.isConnected) return;
  app.replaceChildren(regions.top, h("div", { class: "below" }, regions.side, h("div", { class: "panes" }, regions.main, regions.thread, regions.inspector)));
}

function drawer(open) {
  ui.drawer = open;
  regions.side.classList.toggle("open", open);
  burger.setAttribute("aria-expanded", String(open));
  if (open) regions.side.querySelector("select,button")?.focus();
}

function go(id) {
  const channel = server.state.channels.find((one) => one.id === id);
  ui.wanted = channel ? null : id; // just made: it is drawn when the workspace has sent it
  if (channel) ui.place = id;
  ui.thread = null;
  ui.tab = "messages";
  drawer(false);
  arrive(channel);
  draw();
  if (channel) did(`open:${channel.name}`);
}

// The line above what is new stays until one leaves the channel.
function arrive(channel) {
  ui.newFrom = null;
  if (!channel?.unread) return;
  const others = roots(channel).filter((one) => one.user !== server.as && !one.ephemeral);
  ui.newFrom = others.at(-channel.unread)?.ts ?? others[0]?.ts ?? null;
}

function openThread(channel, ts) {
  ui.place = channel;
  ui.tab = "messages";
  ui.thread = ts;
  drawer(false);
  did("thread");
  draw();
  regions.thread.querySelector("textarea")?.focus({ preventScroll: true });
}

function closeThread() {
  const ts = ui.thread;
  ui.thread = null;
  draw();
  [...regions.main.querySelectorAll("article")].find((one) => one.dataset.ts === ts)?.focus();
}

function showHome() {
  ui.tab = "home";
  act("home");
  did("home");
  draw();
}

function roots(channel) {
  return channel.messages.filter((one) => !one.thread_ts || one.thread_ts === one.ts || one.subtype === "thread_broadcast" || (channel.direct && one.ephemeral));
}

function repliesOf(channel) {
  const found = new Map();
  for (const one of channel.messages) {
    if (!one.thread_ts || one.thread_ts === one.ts || one.ephemeral) continue;
    if (!found.has(one.thread_ts)) found.set(one.thread_ts, []);
    found.get(one.thread_ts).push(one);
  }
  return found;
}

function draw() {
  const state = server.state;
  if (!state) return;
  shell();
  know(state);
  if (ui.as !== state.as) Object.assign(ui, { as: state.as, thread: ui.as ? null : ui.thread, newFrom: null });
  if (ui.wanted && state.channels.some((one) => one.id === ui.wanted)) {
    ui.place = ui.wanted;
    ui.wanted = null;
  }
  let channel = state.channels.find((one) => one.id === ui.place);
  if (!channel) {
    channel = state.channels.find((one) => !one.direct && !one.with) ?? state.channels[0];
    ui.place = channel?.id ?? null;
    arrive(channel);
  }
  sidebar(regions.side, state, ui, go);
  regions.name.textContent = state.team;
  clock(regions.clock, state);
  tools(state);
  themeButton(regions.theme);
  if (channel) main(state, channel);
  thread(channel);
  regions.inspector.hidden = !ui.traffic;
  if (ui.traffic) inspector(regions.inspector, state, draw, () => toggleTraffic());
  if (channel?.unread && document.visibilityState === "visible" && ui.tab === "messages") act("read", { channel: channel.id });
  modal(document.getElementById("modal-root"), state.modal);
  document.title = `${channel ? title(channel) : "Workspace"} · ${state.team}`;
  announce(channel);
  tourSteps(state.tour);
}

function title(channel) {
  return channel.direct ? nameOf(server.state.bot) : channel.with ? nameOf(channel.with) : channel.name;
}

function announce(channel) {
  if (!channel) return;
  const list = channel.messages;
  if (seen.channel === channel.id && list.length > seen.count) {
    const last = list.at(-1);
    if (last.user !== server.as) say(`${nameOf(last.user)}: ${bare({ type: "mrkdwn", text: last.text || "new message" }).slice(0, 200)}`);
  }
  seen.channel = channel.id;
  seen.count = list.length;
}

function toggleTraffic() {
  ui.traffic = !ui.traffic;
  if (ui.traffic) did("traffic");
  draw();
}

function tools(state) {
  const bad = state.refusals.length;
  keep(regions.tools, [
    ...(state.tour?.length ? [{ key: "tour", digest: "", make: () => h("button", { type: "button", class: "icon", title: "Guided tour", "aria-label": "Guided tour", onclick: startTour }, icon("info")) }] : []),
    { key: "traffic", digest: JSON.stringify([ui.traffic, bad]), make: () => h("button", { type: "button", class: "icon", "data-tour": "traffic", "data-focus": "traffic", "aria-pressed": String(ui.traffic), title: "Traffic between app and workspace",
      "aria-label": bad ? `Traffic between app and workspace, ${bad} refused` : "Traffic between app and workspace", onclick: toggleTraffic }, icon("swap"), bad ? h("span", { class: "count", "aria-hidden": "true" }, bad) : null) },
  ]);
}

function main(state, channel) {
  const app = Boolean(channel.direct);
  const home = app && ui.tab === "home";
  keep(regions.main, [
    { key: "head", digest: JSON.stringify([channel.id, channel.members, title(channel), channel.topic, channel.bookmarks, channel.shared, app && ui.tab]), make: () => head(channel) },
    home ? { key: "home", digest: "", make: () => h("div", { class: "scroll home", role: "tabpanel", "aria-label": "Home", tabindex: "0" }) }
      : { key: `scroll ${state.as} ${channel.id}`, digest: "", make: () => h("div", { class: "scroll", role: "log", "aria-label": `Messages of ${title(channel)}`, "aria-live": "off", tabindex: "0" }) },
    ...(home ? [] : [{ key: `composer ${state.as} ${channel.id}`, digest: String(Boolean(channel.archived)), make: () => (channel.archived ? h("p", { class: "archived" }, "This channel is archived.") : composer(channel)) }]),
  ]);
  const box = regions.main.querySelector(".scroll");
  if (home) return drawHome(box, state.home);
  stay(box, () => stream(box, roots(channel), channel, { days: true, newFrom: ui.newFrom, replies: repliesOf(channel), openThread, as: state.as }));
}

// Scrolled to the end stays at the end; anywhere else stays where it is.
function stay(box, paint) {
  const end = !box.childElementCount || box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  paint();
  if (end) box.scrollTop = box.scrollHeight;
}

function head(channel) {
  const sign = channel.direct ? avatar(server.state.bot, "tiny") : channel.with ? avatar(channel.with, "tiny") : icon(channel.private ? "lock" : "hash");
  const tabs = [["home", "Home"], ["messages", "Messages"]];
  return h("div", { class: "channel-head" },
    h("h2", {}, h("span", { class: "sign", "aria-hidden": "true" }, sign), title(channel), channel.direct ? h("span", { class: "badge" }, "APP") : null),
    channel.direct ? h("div", { class: "tabs", role: "tablist", "aria-label": title(channel) }, tabs.map(([id, name]) =>
      h("button", { type: "button", role: "tab", "aria-selected": String(ui.tab === id), "data-tour": `tab:${name}`, onclick: () => { if (id === "home") showHome(); else { ui.tab = id; draw(); } } }, name)))
      : h("span", { class: "grow topic" }, channel.shared ? h("span", { class: "badge" }, "SHARED") : null, channel.topic ?? "",
        (channel.bookmarks ?? []).map((one) => [" ", /^https?:/.test(one.link ?? "") ? h("a", { href: one.link, rel: "noopener noreferrer", target: "_blank" }, one.title) : one.title])),
    channel.direct || channel.with ? null : h("span", { class: "members", title: `${channel.members} members` }, icon("people", 16), h("span", {}, channel.members), h("span", { class: "visually-hidden" }, " members")));
}

function drawHome(box, view) {
  if (!view) return keep(box, [{ key: "none", digest: "", make: () => h("p", { class: "empty" }, "Opening…") }]);
  const deed = {
    key: "home",
    as: server.as,
    press: (element, extra) => act("click", { view: server.state.home.id, action: element.action_id, value: element.value, ...extra }),
    ask: async (element, text, block) => (await act("suggest", { view: server.state.home.id, action: element.action_id, block, text })).options ?? [],
  };
  keep(box, view.blocks.map((block, place) => ({ key: block.block_id ?? `place ${place}`, digest: JSON.stringify(block), make: () => h("div", { class: "home-block" }, blocks([block], { ...deed, key: `home/${place}` })) })));
}

function thread(channel) {
  const open = Boolean(ui.thread && channel?.messages.some((one) => one.ts === ui.thread || one.thread_ts === ui.thread));
  regions.thread.hidden = !open;
  if (!open) return;
  const ts = ui.thread;
  keep(regions.thread, [
    { key: "head", digest: `${channel.id} ${title(channel)}`, make: () => h("header", { class: "pane-head" }, h("h2", {}, "Thread"), h("span", { class: "muted grow" }, channel.direct || channel.with ? title(channel) : `# ${title(channel)}`),
      h("button", { type: "button", class: "icon", "aria-label": "Close thread", onclick: closeThread }, icon("close"))) },
    { key: `scroll ${ts}`, digest: "", make: () => h("div", { class: "scroll", role: "log", "aria-label": "Replies", "aria-live": "off", tabindex: "0" }) },
    { key: `composer ${server.as} ${ts}`, digest: "", make: () => composer(channel, ts) },
  ]);
  const box = regions.thread.querySelector(".scroll");
  const items = channel.messages.filter((one) => one.ts === ts || one.thread_ts === ts);
  stay(box, () => stream(box, items, channel, { inThread: true, openThread, as: server.as }));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const found = link && local(link.href) && link.pathname.match(/^\/archives\/(\w+)\/p(\d+)(\d{6})$/);
  if (!found) return;
  event.preventDefault();
  const ts = `${found[2]}.${found[3]}`;
  const channel = server.state.channels.find((one) => one.id === found[1]);
  const target = channel?.messages.find((one) => one.ts === ts);
  if (target) openThread(channel.id, target.thread_ts ?? ts);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (ui.drawer) {
    drawer(false);
    burger.focus();
  } else if (ui.thread) {
    closeThread();
  }
});

regions.side.addEventListener("focusout", () => setTimeout(() => { if (ui.drawer && !regions.side.contains(document.activeElement) && document.activeElement !== burger && document.activeElement !== document.body) drawer(false); }));
onState(draw);
setInterval(() => { if (server.state) tick(); }, 500);

const wanted = location.pathname.match(/^\/archives\/(\w+)\/p(\d+)(\d{6})$/);
if (wanted) {
  ui.place = wanted[1];
  ui.thread = `${wanted[2]}.${wanted[3]}`;
}
connect(new URLSearchParams(location.search).get("as"));
