/** What a person sees while a message is sent, and when it was not. */

import { showFailure } from "./problem.js";
import { NotSent } from "./put.js";
import { FileGone, submit } from "./submit.js";
import { progress, status } from "./views.js";
import * as words from "./words.js";

/** @typedef {import("./composer.js").Composer} Composer */
/** @typedef {import("./agency.js").Agency} Agency */
/** @typedef {import("./draft.js").Draft} Draft */

/**
 * Send what a composer holds.
 * @param {Composer} composer
 * @param {Agency} agency
 * @param {() => Promise<{draft: Draft, keys: import("./draft.js").ReceiptKeys}>} prepare
 * @returns {Promise<boolean>} whether the site has it; if not, that was said, and nothing written is lost
 */
export async function send(composer, agency, prepare) {
  if (!agency.ready || composer.button.disabled || !composer.check()) return false;
  composer.busy(true);
  document.body.dataset.sending = "";
  status(words.locking);
  try {
    const { draft, keys } = await prepare();
    await submit(draft, composer.attachments, agency, keys, (done, all) => {
      status(words.sendingFiles(done + 1, all));
      progress(done / all);
    });
    finish(composer, agency);
    return true;
  } catch (error) {
    finish(composer, agency);
    const again = async () => {
      if (!agency.ready) await agency.load();
      composer.button.click();
    };
    showFailure(`${composer.prefix}problem`, words.notSent, reason(error), words.tryAgain, again);
    return false;
  }
}

/**
 * @param {Composer} composer
 * @param {Agency} agency
 */
function finish(composer, agency) {
  composer.busy(false);
  agency.changed();
  delete document.body.dataset.sending;
  status("");
  progress(null);
}

/** @param {unknown} error */
function reason(error) {
  if (error instanceof FileGone) return words.fileGone(error.file);
  if (!(error instanceof NotSent)) return words.failures.page;
  if (error.failure === "full") return words.full(error.wait);
  return words.failures[error.failure === "epoch" ? "keys" : error.failure];
}
