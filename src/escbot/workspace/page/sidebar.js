// Channels, direct messages and the app, and whom one acts as.
import { h } from "./dom.js";
import { connect } from "./feed.js";

export function sidebar(state, ui, go) {
  const channels = state.channels.filter((one) => !one.direct);
  const direct = state.channels.find((one) => one.direct);
  const entry = (id, label, unread, mark) => h("button", { type: "button", class: `entry${ui.place === id ? " here" : ""}${unread ? " unread" : ""}`,
    "aria-current": ui.place === id ? "page" : null, onclick: () => go(id) },
  h("span", { class: "mark", "aria-hidden": "true" }, mark), h("span", { class: "grow" }, label),
  unread ? h("span", { class: "count", "aria-label": `${unread} unread` }, unread) : null);
  return h("nav", { class: `sidebar${ui.drawer ? " open" : ""}`, "aria-label": "Workspace" },
    h("h1", {}, state.team, h("span", { class: "small" }, " local workspace")),
    h("label", { class: "act-as" }, "Act as",
      h("select", { id: "act-as", onchange: (event) => { ui.thread = null; connect(event.target.value); } },
        state.users.filter((user) => !user.bot).map((user) =>
          h("option", { value: user.id, selected: user.id === state.as }, user.title ? `${user.name} · ${user.title}` : user.name)))),
    h("h2", {}, "Channels"),
    channels.map((one) => entry(one.id, one.name, one.unread, one.private ? "🔒" : "#")),
    h("h2", {}, "Apps"),
    direct ? entry(direct.id, "escbot", direct.unread, "🛟") : null,
    entry("home", "escbot Home", 0, "🏠"));
}
