// Block Kit of messages and homes as elements. Inputs of modals are in modal.js.
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

export function words(object) {
  if (!object) return "";
  return object.type === "mrkdwn" ? mrkdwn(object.text) : withEmoji(object.text ?? "");
}

export function blocks(list, press) {
  return (list ?? []).map((block) => DRAW[block.type]?.(block, press) ?? unknown(block));
}

function unknown(block) {
  return h("div", { class: "block small" }, `[${block.type}]`);
}

function button(element, press) {
  const style = element.style ? ` ${element.style}` : "";
  return h("button", { type: "button", class: `button${style}`, onclick: (event) => {
    event.currentTarget.disabled = true;
    const again = event.currentTarget;
    press(element).finally(() => { again.disabled = false; });
  } }, words(element.text));
}

const DRAW = {
  section: (block, press) => h("div", { class: "block section" },
    h("div", { class: "grow" },
      block.text ? h("div", {}, words(block.text)) : null,
      block.fields ? h("div", { class: "fields" },
        block.fields.map((field) => h("div", {}, words(field)))) : null),
    block.accessory?.type === "button" ? button(block.accessory, press) : null),
  header: (block) => h("h3", { class: "block header" }, words(block.text)),
  context: (block) => h("div", { class: "block small" },
    block.elements.map((element) => h("div", {}, words(element)))),
  divider: () => h("hr", { class: "block" }),
  actions: (block, press) => h("div", { class: "block actions" },
    block.elements.map((element) => element.type === "button" ? button(element, press) : null)),
  image: (block) => h("img", { class: "block", src: block.image_url, alt: block.alt_text }),
  markdown: (block) => h("div", { class: "block" }, mrkdwn(block.text)),
};
