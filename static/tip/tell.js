/** Telling something: from the questions to the receipt. */

import * as receipt from "../seal/receipt.js";
import { Composer } from "./composer.js";
import { onPress } from "./dom.js";
import { showReceipt } from "./receipt-view.js";
import { send } from "./sending.js";

/** @typedef {import("./agency.js").Agency} Agency */

export class Tell {
  /** @param {Agency} agency */
  constructor(agency) {
    this.agency = agency;
    this.composer = new Composer("", "send");
    // Made before a word is written, so that it has nothing to do with what is written.
    this.entropy = receipt.generate();
    onPress("send", () => this.#send());
  }

  /** The console that what is chosen would go to; null while nothing is. */
  get console() {
    return this.agency.consoleOf({ category: this.composer.category.value, desk: null });
  }

  async #send() {
    const { agency, composer } = this;
    const sent = await send(composer, agency, async () => ({
      draft: {
        kind: "tip",
        category: composer.category.value,
        desk: null,
        danger: composer.dangerValue,
        text: composer.text.value,
        counter: 0,
        lang: document.documentElement.lang,
      },
      keys: await receipt.keys(agency.suite, this.entropy, agency.id),
    }));
    if (!sent) return;
    composer.clear();
    showReceipt(receipt.format(this.entropy));
    this.entropy = receipt.generate();
  }
}
