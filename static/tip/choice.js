/**
 * One choice out of several, after the ARIA radio group pattern. Native radios need a name to belong together,
 * and a name is what a form would submit: this page has neither.
 */

import { make } from "./dom.js";

/** @typedef {{value: string, label: string, group?: string}} Option */

export class Choice {
  /**
   * @param {HTMLElement} group the element with role=radiogroup
   * @param {(value: string) => void} [changed]
   */
  constructor(group, changed = () => {}) {
    this.group = group;
    this.changed = changed;
    this.value = "";
    group.addEventListener("click", (event) => this.#pressed(event));
    group.addEventListener("keydown", (event) => this.#moved(event));
    this.choose("");
  }

  /**
   * Replace the options. What was chosen stays chosen if it is still there.
   * @param {Option[]} options
   */
  offer(options) {
    const shown = options.flatMap(({ value, label, group }, at) => {
      const heading = `${this.group.id}-group-${options.findIndex((one) => one.group === group)}`;
      const option = make(
        "button",
        {
          type: "button",
          class: "option",
          role: "radio",
          id: `${this.group.id}-${value}`,
          "data-value": value,
          "data-category": value,
          ...(group ? { "aria-describedby": heading } : {}),
        },
        label,
      );
      const begins = group && group !== options[at - 1]?.group;
      return begins
        ? [make("p", { class: "options-group", id: heading }, group), option]
        : [option];
    });
    this.group.replaceChildren(...shown);
    this.choose(options.some(({ value }) => value === this.value) ? this.value : "");
  }

  /**
   * Choose a value; "" chooses nothing.
   * @param {string} value
   */
  choose(value) {
    this.value = value;
    const options = this.#options();
    for (const option of options) {
      const chosen = value !== "" && option.dataset.value === value;
      option.setAttribute("aria-checked", String(chosen));
      option.tabIndex = chosen ? 0 : -1;
    }
    if (value === "" && options[0]) options[0].tabIndex = 0;
    this.changed(value);
  }

  /** Put the focus where the keyboard would. */
  focus() {
    this.#options()
      .find((option) => option.tabIndex === 0)
      ?.focus();
  }

  /** @returns {HTMLElement[]} */
  #options() {
    return Array.from(this.group.querySelectorAll("[role=radio]"));
  }

  /** @param {Event} event */
  #pressed(event) {
    const option = event.target instanceof Element ? event.target.closest("[role=radio]") : null;
    if (option instanceof HTMLElement) this.choose(option.dataset.value ?? "");
  }

  /** @param {KeyboardEvent} event */
  #moved(event) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const options = this.#options();
    const at = options.indexOf(/** @type {HTMLElement} */ (event.target));
    if (!step || at < 0) return;
    event.preventDefault();
    const next = options[(at + step + options.length) % options.length];
    this.choose(next?.dataset.value ?? "");
    next?.focus();
  }
}
