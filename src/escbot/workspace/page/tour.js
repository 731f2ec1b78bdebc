// The guided tour: points at the next thing to try. Its steps come from whoever started the workspace.
import { h, replace } from "./dom.js";
import { icon } from "./icons.js";

const root = document.getElementById("tour"); // it moves into a dialog, and comes back when that ends
let steps = [];
let at = Number(read("tour step") ?? 0);
let off = read("tour off") === "yes";

function read(key) {
  try { return sessionStorage.getItem(key); } catch { return null; }
}

function write(key, value) {
  try { sessionStorage.setItem(key, value); } catch { /* a page without storage begins again */ }
}

export function tourSteps(list) {
  steps = list ?? [];
  point();
}

export function tourHeard(deed) {
  if (!off && steps[at]?.done === deed) go(at + 1);
}

export function startTour() {
  off = false;
  write("tour off", "no");
  go(at < steps.length ? at : 0);
}


function go(next) {
  at = next;
  write("tour step", String(at));
  point();
}

function end() {
  off = true;
  write("tour off", "yes");
  point();
}

function visible(element) {
  if (!element || element.disabled) return false;
  const box = element.getBoundingClientRect();
  const open = document.querySelector("dialog[open]") ?? document.querySelector(".sidebar.open");
  return box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth && getComputedStyle(element).visibility !== "hidden" && (!open || open.contains(element));
}

function target(place) {
  if (place.startsWith("button:")) {
    const text = place.slice(7);
    return [...document.querySelectorAll("main button, .thread button, dialog button")].filter((one) => one.textContent.trim() === text && visible(one)).at(-1);
  }
  const all = place === "replies" ? [...document.querySelectorAll("main .replies")] : [...document.querySelectorAll("[data-tour]")].filter((one) => one.dataset.tour === place);
  return all.filter(visible).at(-1);
}

// Draws the ring and the bubble where the target is now; cheap enough to be called often.
export function point() {
  const step = steps[at];
  if (off || !step) {
    replace(root);
    root.shown = null;
    return;
  }
  const found = step.point.map(target).find(Boolean);
  root.hidden = !found && Boolean(document.querySelector("dialog[open], .sidebar.open"));
  const home = found?.closest("dialog") ?? document.body;
  if (root.parentElement !== home) home.append(root);
  if (root.shown !== at) {
    root.shown = at;
    replace(root, h("div", { class: "tour-ring", "aria-hidden": "true" }),
      h("aside", { class: "tour-bubble", "aria-label": "Guided tour" },
        h("p", { role: "status" }, step.text),
        h("div", { class: "tour-foot" }, h("span", { class: "small grow" }, `${at + 1} of ${steps.length}`),
          h("button", { type: "button", class: "link", onclick: () => go(at + 1) }, at + 1 < steps.length ? "Skip" : "Done"),
          h("button", { type: "button", class: "icon", "aria-label": "End the tour", onclick: end }, icon("close", 16)))));
  }
  settle(root.querySelector(".tour-ring"), root.querySelector(".tour-bubble"), found);
}

function settle(ring, bubble, found) {
  ring.hidden = !found;
  if (!found) {
    Object.assign(bubble.style, { left: "16px", top: "auto", bottom: "16px" });
    return;
  }
  const box = found.getBoundingClientRect();
  Object.assign(ring.style, { left: `${box.left - 4}px`, top: `${box.top - 4}px`, width: `${box.width + 8}px`, height: `${box.height + 8}px` });
  const { offsetWidth: width, offsetHeight: height } = bubble;
  const below = box.bottom + 14 + height < innerHeight;
  const above = box.top - 14 - height > 0;
  const beside = box.right + 14 + width < innerWidth;
  const edge = box.width > 300 ? box.right - width : box.left;
  const left = Math.max(10, Math.min(edge, innerWidth - width - 10));
  let spot = { left, top: Math.max(10, Math.min(box.top, innerHeight - height - 10)) };
  if (beside && box.width < 300) spot = { left: box.right + 14, top: Math.max(10, Math.min(box.top + box.height / 2 - height / 2, innerHeight - height - 10)) };
  else if (above && box.top > innerHeight / 2) spot = { left, top: box.top - 14 - height };
  else if (below) spot = { left, top: box.bottom + 14 };
  else if (above) spot = { left, top: box.top - 14 - height };
  Object.assign(bubble.style, { left: `${spot.left}px`, top: `${spot.top}px`, bottom: "auto" });
}

addEventListener("resize", () => point());
document.addEventListener("scroll", () => point(), true);
setInterval(() => point(), 700);
