/** The receipt, shown once. */

import { byId, make, onPress } from "./dom.js";
import { wouldLose } from "./unsent.js";
import { go } from "./views.js";

/** Make the buttons beside the receipt work. */
export function start() {
  onPress("print", () => window.print());
  onPress("receipt-done", () => {
    byId("receipt").replaceChildren();
    wouldLose("receipt", false);
    go("start");
  });
}

/**
 * Show a receipt in its groups of four.
 * @param {string} code
 */
export function showReceipt(code) {
  const groups = code.split("-").flatMap((group, at) => [at ? " " : "", make("span", {}, group)]);
  byId("receipt").replaceChildren(...groups);
  wouldLose("receipt", true);
  go("receipt-view");
}
