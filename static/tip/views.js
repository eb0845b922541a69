/** The views: sections of one document. The address never changes, so the history has one entry. */

import { byId } from "./dom.js";

const VIEWS = ["start", "tell-view", "receipt-view", "come-back-view", "replies-view"];

/**
 * Show one view and put the focus on its heading, as a new page would.
 * @param {string} id
 */
export function go(id) {
  for (const view of VIEWS) byId(view).hidden = view !== id;
  status("");
  window.scrollTo(0, 0);
  const heading = byId(id).querySelector("h1");
  if (heading instanceof HTMLElement) heading.focus({ preventScroll: true });
}

/**
 * Say what is going on, at the end of the view and to screen readers.
 * @param {string} words
 */
export function status(words) {
  // Never hidden: a screen reader listens only to what was there before.
  byId("status").textContent = words;
}

/**
 * Show how far the sending is, from 0 to 1; null hides it.
 * @param {number | null} part
 */
export function progress(part) {
  const bar = /** @type {HTMLProgressElement} */ (byId("progress"));
  bar.hidden = part === null;
  bar.value = part ?? 0;
}
