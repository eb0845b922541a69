/** The box that says what is wrong: at the top of a view, with the focus on it. */

import { byId, make } from "./dom.js";

/**
 * Say what is wrong, each with a button that leads there; nothing wrong hides the box.
 * @param {string} id
 * @param {string} title
 * @param {{words: string, focus: () => void}[]} mistakes
 */
export function showProblem(id, title, mistakes) {
  const items = mistakes.map(({ words, focus }) => {
    // A button, since a link to a part of the page would change the address.
    const link = make("button", { type: "button", class: "link" }, words);
    link.addEventListener("click", focus);
    return make("li", {}, link);
  });
  fill(id, title, mistakes.length > 0 ? [make("ul", {}, ...items)] : []);
}

/**
 * Say that something failed, with a button to try again.
 * @param {string} id
 * @param {string} title
 * @param {string} text
 * @param {string} again
 * @param {() => unknown} action
 */
export function showFailure(id, title, text, again, action) {
  const retry = make("button", { type: "button", class: "button second try-again" }, again);
  retry.addEventListener("click", action);
  fill(id, title, [make("p", {}, text), make("p", {}, retry)]);
}

/**
 * @param {string} id
 * @param {string} title
 * @param {Node[]} content
 */
function fill(id, title, content) {
  const box = byId(id);
  box.hidden = content.length === 0;
  box.replaceChildren(...(content.length > 0 ? [make("h2", {}, title), ...content] : []));
  if (content.length > 0) box.focus();
}
