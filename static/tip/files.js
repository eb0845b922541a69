/** The list of added files: adding, showing, removing. */

import { safeName } from "./attachments.js";
import { byId, input, make, say } from "./dom.js";
import * as words from "./words.js";

/** @typedef {import("./attachments.js").Attachments} Attachments */
/** @typedef {import("./attachments.js").Attachment} Attachment */

export class FileList {
  /**
   * @param {string} prefix of the ids
   * @param {Attachments} attachments
   * @param {() => void} changed
   */
  constructor(prefix, attachments, changed) {
    this.prefix = prefix;
    this.attachments = attachments;
    this.changed = changed;
    this.input = input(`${prefix}files`);
    this.input.addEventListener("change", () => this.#added());
  }

  /** Show the list as it is. */
  show() {
    const items = this.attachments.list.map((attachment, index) => this.#item(attachment, index));
    byId(`${this.prefix}file-list`).replaceChildren(...items);
    this.#complain("");
  }

  #added() {
    const tooMuch = this.attachments.add(this.input.files ?? []);
    // Emptied, so that the same file can be added again after it was removed.
    this.input.value = "";
    this.show();
    if (tooMuch) this.#complain(tooMuch === "files" ? words.tooManyFiles : words.tooMuch);
    this.changed();
  }

  /** @param {string} problem */
  #complain(problem) {
    say(byId(`${this.prefix}files-error`), problem);
  }

  /**
   * @param {Attachment} attachment
   * @param {number} index
   */
  #item(attachment, index) {
    const { file } = attachment;
    const name = safeName(index, file.name);
    const remove = make(
      "button",
      { type: "button", class: "remove", "aria-label": words.removeFile(name) },
      words.remove,
    );
    remove.addEventListener("click", () => {
      this.attachments.remove(attachment);
      this.show();
      this.changed();
      this.input.focus();
    });
    const line = words.fileLine(name, file.name, words.size(file.size));
    return make("li", {}, make("span", { dir: "auto", translate: "no" }, line), remove);
  }
}
