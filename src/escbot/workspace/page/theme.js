// Light and dark: as the machine says, until somebody chooses.
import { h, keep } from "./dom.js";
import { did } from "./feed.js";
import { icon } from "./icons.js";

const machine = matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  try { return localStorage.getItem("theme"); } catch { return null; }
}

export function applyTheme() {
  const theme = chosen();
  if (theme) document.documentElement.dataset.theme = theme;
}

export function themeButton(root) {
  const dark = (chosen() ?? (machine.matches ? "dark" : "light")) === "dark";
  keep(root, [{ key: "theme", digest: String(dark), make: () => {
    const label = dark ? "Light theme" : "Dark theme";
    return h("button", { type: "button", class: "icon", title: label, "aria-label": label, "data-tour": "theme", "data-focus": "theme", onclick: () => {
      try { localStorage.setItem("theme", dark ? "light" : "dark"); } catch { /* it holds until the page is closed */ }
      document.documentElement.dataset.theme = dark ? "light" : "dark";
      did("theme");
      themeButton(root);
    } }, icon(dark ? "sun" : "moon"));
  } }]);
}

machine.addEventListener("change", () => {
  const root = document.getElementById("theme");
  if (root) themeButton(root);
});
