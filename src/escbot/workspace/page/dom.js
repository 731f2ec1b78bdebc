// Elements without innerHTML: text from outside can never become markup.

export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.setAttribute("class", value);
    else if (name in element && typeof value !== "string" && !(element instanceof SVGElement)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child.nodeType ? child : document.createTextNode(String(child)));
  }
}

export function replace(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

// The children of `parent` become `items` ({key, digest, make}); a child whose digest is the same
// stays the very element it was, with its focus, its selection and its scroll.
export function keep(parent, items) {
  const old = parent.kept ?? new Map();
  const now = new Map();
  const focus = focusIn(parent);
  items.forEach(({ key, digest, make, update }) => {
    const known = old.get(key);
    let node = known?.node;
    if (!known || known.digest !== digest) node = (known && update?.(known.node)) || make(known?.node);
    now.set(key, { digest, node });
  });
  for (const [key, { node }] of old) if (now.get(key)?.node !== node) node.remove();
  let place = parent.firstChild;
  for (const { node } of now.values()) {
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
  parent.kept = now;
  if (focus && !document.contains(focus.element)) refocus(parent, focus);
}

// A number for an object, the same as long as it is the same object: a cheap digest.
const numbers = new WeakMap();
let counted = 0;
export function same(object) {
  if (!numbers.has(object)) numbers.set(object, (counted += 1));
  return numbers.get(object);
}

const FOCUSABLE = "button,a[href],input,textarea,select,summary,[tabindex]";

function focusIn(parent) {
  const element = document.activeElement;
  if (!parent.contains(element) || element === parent) return null;
  const item = [...parent.children].find((child) => child.contains(element));
  return { element, label: nameFor(element), place: [...parent.children].indexOf(item), start: element.selectionStart, end: element.selectionEnd };
}

function nameFor(element) {
  return element.getAttribute("data-focus") ?? element.getAttribute("aria-label") ?? element.textContent;
}

function refocus(parent, focus) {
  const all = [...parent.querySelectorAll(FOCUSABLE)].filter((one) => nameFor(one) === focus.label);
  const near = all.find((one) => parent.children[focus.place]?.contains(one)) ?? all[0];
  near?.focus({ preventScroll: true });
  if (near && focus.start !== null && focus.start !== undefined && near.setSelectionRange) {
    try { near.setSelectionRange(focus.start, focus.end); } catch { /* this kind of field has no selection */ }
  }
}

// Does `work` for what was pressed, once at a time. A button isn't `disabled` meanwhile: that would
// take its focus away, and with it the keys of a dialog; a field gets its focus back.
export async function busy(target, work) {
  if (target.hasAttribute("aria-busy")) return;
  const focus = target.contains(document.activeElement) ? document.activeElement : null;
  const off = target instanceof HTMLButtonElement ? "aria-disabled" : "disabled";
  target.setAttribute(off, "true");
  target.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    target.removeAttribute(off);
    target.removeAttribute("aria-busy");
    if (document.activeElement === document.body) focus?.focus({ preventScroll: true });
  }
}

// What a person opened, sorted or turned to stays so when its message is drawn again.
const memory = new Map();
export function recall(key, first) {
  return memory.has(key) ? memory.get(key) : first;
}
export function remember(key, value) {
  memory.set(key, value);
}

export function say(text) {
  const live = document.getElementById("live");
  live.textContent = "";
  live.textContent = text;
}

let gone = 0;
export function toast(text) {
  const root = document.getElementById("toast");
  replace(root, h("div", { class: "toast" }, text));
  clearTimeout(gone);
  gone = setTimeout(() => replace(root), 5000);
}
