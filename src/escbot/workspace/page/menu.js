// Menus that open beside what was pressed, and questions that must be answered first.
import { h } from "./dom.js";
import { words } from "./mrkdwn.js";

let open = null;

export function closeMenu(refocus = false) {
  if (!open) return;
  const { box, anchor } = open;
  open = null;
  box.remove();
  anchor.setAttribute("aria-expanded", "false");
  if (refocus) anchor.focus();
}

// items: {text, about, danger, act} or null for a line
export function menu(anchor, items, label) {
  if (open?.anchor === anchor) return closeMenu();
  closeMenu();
  const box = h("div", { class: "menu-box", role: "menu", "aria-label": label, tabindex: "-1", onkeydown: (event) => walk(event, box) },
    items.map((item) => (item === null ? h("div", { class: "menu-line", role: "separator" })
      : h("button", { type: "button", role: "menuitem", tabindex: "-1", class: item.danger ? "danger" : null, "aria-label": item.label, onclick: () => {
        closeMenu(true);
        item.act();
      } }, item.icon ?? null, h("span", { class: "grow" }, item.text, item.about ? h("span", { class: "small" }, item.about) : null)))));
  (anchor.closest("dialog") ?? document.body).append(box);
  place(box, anchor);
  anchor.setAttribute("aria-expanded", "true");
  open = { box, anchor };
  box.querySelector("button")?.focus();
}

export function place(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = at.bottom + 4 + height < innerHeight || at.top < height;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, below ? Math.min(at.bottom + 4, innerHeight - height - 8) : at.top - height - 4)}px`;
}

function walk(event, box) {
  const all = [...box.querySelectorAll("button")];
  const at = all.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    all.at(next % all.length)?.focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    if (event.key === "Escape") event.preventDefault();
    event.stopPropagation();
    closeMenu(event.key === "Escape");
  }
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.box.contains(event.target) && !open.anchor.contains(event.target)) closeMenu();
});
addEventListener("resize", () => closeMenu());

// A confirmation object's question; tells whether it was confirmed.
export function confirmed(question) {
  if (!question) return Promise.resolve(true);
  return new Promise((resolve) => {
    const before = document.activeElement;
    const end = (yes) => {
      box.close();
      box.remove();
      before?.focus?.();
      resolve(yes);
    };
    const box = h("dialog", { class: "modal confirm", "aria-labelledby": "confirm-title", oncancel: (event) => { event.preventDefault(); end(false); } },
      h("header", {}, h("h2", { id: "confirm-title" }, words(question.title))),
      h("div", { class: "fields-list" }, words(question.text)),
      h("footer", {},
        h("button", { type: "button", class: "button", onclick: () => end(false) }, words(question.deny) || "Cancel"),
        h("button", { type: "button", class: `button ${question.style === "danger" ? "danger" : "primary"}`, onclick: () => end(true) }, words(question.confirm) || "OK")));
    document.body.append(box);
    box.showModal();
    box.querySelector("footer button").focus();
  });
}
