/** The fields of one message, in the view to tell something and again in the view of answers. */

import { DANGER } from "../seal/docket.js";
import { Attachments } from "./attachments.js";
import { Choice } from "./choice.js";
import { ticked } from "./choices.js";
import { button, byId, say, textArea } from "./dom.js";
import { bytesLeft, letters } from "./draft.js";
import { FileList } from "./files.js";
import { showProblem } from "./problem.js";
import { wouldLose } from "./unsent.js";
import * as words from "./words.js";

/** From here on the page says how much room is left. */
const NEAR_THE_END = 2000;

/** @typedef {import("../seal/docket.js").Danger} Danger */
/** @typedef {{field: string, focus: () => void, words: string}} Mistake */

export class Composer {
  /**
   * @param {string} prefix of the ids
   * @param {string} send the id of the button
   */
  constructor(prefix, send) {
    this.prefix = prefix;
    this.button = button(send);
    this.reason = byId(`${send}-reason`);
    this.text = textArea(`${prefix}text`);
    this.attachments = new Attachments();
    this.files = new FileList(prefix, this.attachments, () => this.#changed());
    /** Called when another category is chosen. */
    this.chosen = () => {};
    this.category = new Choice(byId(`${prefix}category`), () => this.chosen());
    this.danger = new Choice(byId(`${prefix}danger`), (value) =>
      say(byId(`${prefix}danger-call`), value === "yes" ? words.inDanger : ""),
    );
    this.asksCategory = true;
    this.isBusy = false;
    this.text.addEventListener("input", () => this.#changed());
  }

  /** What was chosen about danger. @returns {Danger} */
  get dangerValue() {
    const chosen = DANGER.find((word) => word === this.danger.value);
    return chosen ?? "unsure";
  }

  /**
   * Offer what a message can be about, and name the bodies to which nothing can be sent now.
   * @param {import("./choice.js").Option[]} categories
   * @param {string[]} missing
   */
  offer(categories, missing) {
    this.category.offer(categories);
    say(byId(`${this.prefix}category-missing`), words.missing(missing));
  }

  /**
   * Whether to ask what it is about.
   * @param {boolean} ask
   */
  askCategory(ask) {
    this.asksCategory = ask;
    byId(`${this.prefix}category-question`).hidden = !ask;
  }

  /**
   * Open or shut the button, with the reason in words.
   * @param {boolean} open
   * @param {string} reason
   */
  open(open, reason) {
    this.button.disabled = !open;
    say(this.reason, reason);
  }

  /**
   * While it is being sent, nothing can be changed.
   * @param {boolean} busy
   */
  busy(busy) {
    this.isBusy = busy;
    byId(`${this.prefix}fields`).inert = busy;
    this.button.disabled = busy;
  }

  /**
   * Look for what is missing, and say it.
   * @returns {boolean} whether it can be sent
   */
  check() {
    const mistakes = this.#mistakes();
    for (const field of ["category", "danger", "text"]) {
      const mistake = mistakes.find((found) => found.field === field);
      say(byId(`${this.prefix}${field}-error`), mistake?.words ?? "");
    }
    this.text.setAttribute("aria-invalid", String(mistakes.some(({ field }) => field === "text")));
    showProblem(`${this.prefix}problem`, words.problemTitle, mistakes);
    return mistakes.length === 0;
  }

  /**
   * Put a choice that was ticked into the words, or take it out.
   * @param {string} choice
   * @param {boolean} on
   */
  tick(choice, on) {
    this.text.value = ticked(this.text.value, choice, on);
    this.#changed();
  }

  /** Forget everything that was written, chosen and added. */
  clear() {
    this.text.value = "";
    this.category.choose("");
    this.danger.choose("");
    this.attachments.clear();
    this.files.show();
    showProblem(`${this.prefix}problem`, "", []);
    for (const field of ["category", "danger", "text"])
      say(byId(`${this.prefix}${field}-error`), "");
    this.text.removeAttribute("aria-invalid");
    this.#changed();
  }

  /** @returns {Mistake[]} */
  #mistakes() {
    /** @type {Mistake[]} */
    const found = [];
    const add = (
      /** @type {string} */ field,
      /** @type {{focus: () => void}} */ at,
      /** @type {string} */ say,
    ) => found.push({ field, focus: () => at.focus(), words: say });
    if (this.asksCategory && !this.category.value)
      add("category", this.category, words.chooseCategory);
    if (!this.danger.value) add("danger", this.danger, words.chooseDanger);
    const left = bytesLeft(this.text.value, this.attachments);
    if (!this.text.value.trim() && this.attachments.list.length === 0)
      add("text", this.text, words.writeSomething);
    if (left < 0) add("text", this.text, words.tooLong(letters(this.text.value, left)));
    return found;
  }

  #changed() {
    wouldLose(`${this.prefix}text`, this.text.value !== "" || this.attachments.list.length > 0);
    const left = bytesLeft(this.text.value, this.attachments);
    const count = letters(this.text.value, left);
    const room = left < 0 ? words.tooLong(count) : words.spaceLeft(count);
    say(byId(`${this.prefix}text-left`), left < NEAR_THE_END ? room : "");
  }
}
