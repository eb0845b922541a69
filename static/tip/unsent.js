/** Asks before words are lost: while something is unsent, or a receipt is not yet written down. */

/** @type {Set<string>} */
const reasons = new Set();

/**
 * Remember, or no longer, that closing the page would lose something.
 * @param {string} what
 * @param {boolean} losing
 */
export function wouldLose(what, losing) {
  if (losing) reasons.add(what);
  else reasons.delete(what);
}

/** Forget all of it: whoever leaves fast must not be asked. */
export function forgetUnsent() {
  reasons.clear();
}

/** Have the browser ask (in its own words) before the page is closed or loaded again. */
export function start() {
  window.addEventListener("beforeunload", (event) => {
    if (reasons.size === 0) return;
    event.preventDefault();
    event.returnValue = true;
  });
}
