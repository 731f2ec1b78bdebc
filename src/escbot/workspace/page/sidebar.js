// Channels, direct messages and the app, and whom one acts as.
import { h, keep, recall, remember } from "./dom.js";
import { act, connect } from "./feed.js";
import { icon } from "./icons.js";
import { avatar, nameOf } from "./people.js";

const SHOWN = 12; // people of a small workspace are all listed

export function sidebar(root, state, ui, go) {
  const rooms = state.channels.filter((one) => !one.direct && !one.with);
  const direct = state.channels.find((one) => one.direct);
  const talks = new Map(state.channels.filter((one) => one.with).map((one) => [one.with, one]));
  const others = state.users.filter((user) => !user.bot && !user.deleted && user.id !== state.as);
  const listed = others.length <= SHOWN ? others : others.filter((user) => talks.has(user.id));
  const entries = [
    ...section("Channels", rooms.map((one) => entry(one.id, one.name, one, icon(one.private ? "lock" : "hash", 16), () => go(one.id)))),
    ...section("Direct messages", listed.map((user) => {
      const talk = talks.get(user.id);
      return entry(talk?.id ?? user.id, user.name, talk, avatar(user.id, "tiny"), async () => go(talk?.id ?? (await act("direct", { user: user.id })).channel));
    })),
    ...section("Apps", direct ? [entry(direct.id, nameOf(state.bot), direct, avatar(state.bot, "tiny"), () => go(direct.id), "app")] : []),
  ];
  keep(root, [
    { key: "top", digest: JSON.stringify([state.team, state.as, state.users]), make: () => head(state) },
    ...entries,
  ]);

  function section(name, rows) {
    const open = recall(`section ${name}`, true);
    const heading = { key: name, digest: String(open), make: () => h("h2", {}, h("button", { type: "button", class: "section-name", "aria-expanded": String(open), onclick: () => { remember(`section ${name}`, !open); sidebar(root, state, ui, go); } }, icon(open ? "chevron" : "right", 14), name)) };
    return [heading, ...rows.filter((one) => open || one.unread)];
  }

  function entry(id, label, channel, sign, open, tour) {
    const unread = channel?.unread ?? 0;
    const mentions = channel?.mentions ?? 0;
    const here = ui.place === id;
    const draft = !here && Boolean(recall(`draft ${id}`, ""));
    return { key: id, unread, digest: JSON.stringify([label, Boolean(unread), mentions, here, draft]), make: () =>
      h("button", { type: "button", class: `entry${here ? " here" : ""}${unread ? " unread" : ""}`, "aria-current": here ? "page" : null, "data-tour": tour ?? `place:${label}`, "data-focus": `entry ${id}`, onclick: open },
        h("span", { class: "mark", "aria-hidden": "true" }, sign), h("span", { class: "grow" }, label, unread ? h("span", { class: "visually-hidden" }, ", unread") : null),
        draft ? h("span", { class: "draft", role: "img", "aria-label": "has a draft" }, "✎") : null,
        mentions ? h("span", { class: "count", "aria-label": `${mentions} for you` }, mentions) : null) };
  }
}

function head(state) {
  return h("div", { class: "side-head" },
    h("div", { class: "team" }, state.team, h("span", { class: "small" }, "local workspace")),
    h("label", { class: "act-as", "data-tour": "act-as" }, h("span", {}, "Act as"),
      h("span", { class: "act-row" }, avatar(state.as, "tiny"),
        h("select", { id: "act-as", "data-focus": "act-as", onchange: (event) => connect(event.target.value) },
          state.users.filter((user) => !user.bot).map((user) =>
            h("option", { value: user.id, selected: user.id === state.as }, user.title ? `${user.name} · ${user.title}` : user.name))))));
}
