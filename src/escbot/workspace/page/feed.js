// The connection to the workspace: what one person sees comes in, what they do goes out.
import { toast } from "./dom.js";

export const server = { as: null, state: null, received: Date.now() };
let socket = null;
let show = () => {};
let heard = () => {};

export function onState(callback) {
  show = callback;
}

// `callback(name)` hears what the reader does, for the guided tour.
export function onDeed(callback) {
  heard = callback;
}

export function did(name) {
  heard(name);
}

export function connect(who) {
  if (server.as && who !== server.as) did("as");
  server.as = who;
  if (socket) {
    socket.onclose = null;
    socket.close();
  }
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/feed?as=${encodeURIComponent(who ?? "")}`);
  socket.onmessage = (event) => {
    take(JSON.parse(event.data));
    server.state = assembled();
    server.received = Date.now();
    server.as = server.state.as;
    Object.assign(document.documentElement.dataset, { connection: "open", as: server.as });
    show(server.state);
  };
  socket.onclose = () => {
    document.documentElement.dataset.connection = "lost";
    setTimeout(() => connect(server.as), 1000);
  };
}

// What was sent, by its path: what didn't change stays the very object that it was.
let tree = {};

function take({ fresh, parts, gone }) {
  if (fresh) tree = {};
  for (const [path, part] of Object.entries(parts)) {
    const [place, last] = at(path);
    place[last] = part;
  }
  for (const path of gone) {
    const [place, last] = at(path);
    delete place[last];
  }
}

function at(path) {
  const names = path.split("/");
  const last = names.pop();
  let place = tree;
  for (const name of names) place = place[name] ??= {};
  return [place, last];
}

function assembled() {
  const { order, messages = {}, channels = {}, traffic = {}, ...rest } = tree;
  const said = (id) => Object.values(messages[id] ?? {}).sort((one, other) => one.ts - other.ts);
  return {
    ...rest,
    channels: order.map((id) => ({ ...channels[id], messages: said(id) })),
    traffic: Object.values(traffic).sort((one, other) => one.number - other.number),
  };
}

export function now() {
  const { clock } = server.state;
  return clock.now * 1000 + (Date.now() - server.received) * clock.rate;
}

// The workspace's own address by the name under which the page was opened; null for any other's.
export function local(address) {
  const found = address && new URL(address, location.href);
  if (!found) return null;
  const own = found.origin === location.origin || found.origin === new URL(server.state.url).origin;
  return own ? `${location.origin}${found.pathname}${found.search}` : null;
}

// A refused request says why in a short notice; it never throws.
export async function act(verb, body = {}) {
  try {
    const answer = await fetch(`/control/${verb}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: server.as, ...body }),
    });
    const found = await answer.json();
    if (!found.ok && found.error) toast(String(found.error).replace(/^['"]|['"]$/g, ""));
    return found;
  } catch {
    toast("The workspace did not answer. Is it still running?");
    return { ok: false };
  }
}
