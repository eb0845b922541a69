/** Leaving at once: the page is cleared and its entry in the history replaced. */

import { byId, onPress } from "./dom.js";
import { forgetUnsent } from "./unsent.js";
import * as words from "./words.js";

const PRESSES = 3;
const WITHIN_MS = 5000;

/** Counts how often Shift was pressed alone: a capital letter must not leave the page. */
export class ShiftCounter {
  #count = 0;
  #alone = false;
  #last = 0;

  /**
   * @param {"keydown" | "keyup"} type
   * @param {string} key
   * @param {number} now in milliseconds
   * @returns {number} how many presses are still needed, or 0 to leave
   */
  press(type, key, now) {
    if (type === "keydown") {
      this.#alone = key === "Shift";
      if (!this.#alone) this.#count = 0;
    } else if (key === "Shift" && this.#alone) {
      this.#count = now - this.#last > WITHIN_MS ? 1 : this.#count + 1;
      this.#alone = false;
      this.#last = now;
    }
    return PRESSES - this.#count;
  }
}

/** Make the exit link and three presses of Shift leave. */
export function start() {
  onPress("exit", leave);
  byId("exit").addEventListener("click", (event) => event.preventDefault());
  const counter = new ShiftCounter();
  const listen = (/** @type {KeyboardEvent} */ event) => {
    const left = counter.press(
      event.type === "keyup" ? "keyup" : "keydown",
      event.key,
      event.timeStamp,
    );
    if (left <= 0) leave();
    else byId("exit-status").textContent = left < PRESSES ? words.shiftLeft(left) : "";
  };
  window.addEventListener("pagehide", wipe);
  window.addEventListener("pageshow", (event) => {
    // A browser that kept the page for its Back button kept it empty.
    if (event.persisted) window.location.reload();
  });
  document.addEventListener("keydown", listen);
  document.addEventListener("keyup", listen);
}

function leave() {
  const url = document.body.dataset.exitUrl ?? "about:blank";
  forgetUnsent();
  wipe();
  document.title = "";
  window.location.replace(url);
}

/** Take everything off the page. */
function wipe() {
  // Fields first: a browser may keep what a removed field held.
  for (const field of document.querySelectorAll("textarea, input")) {
    /** @type {HTMLInputElement} */ (field).value = "";
  }
  document.body.replaceChildren();
}
