/** Coming back with a receipt: the answers, and writing again. */

import * as receipt from "../seal/receipt.js";
import { answersFor, boardDay, collectedDays, wholeDay } from "./answers.js";
import { pieces } from "./choices.js";
import { Composer } from "./composer.js";
import { dayNumber, dayOf, Numbering } from "./counter.js";
import { button, byId, make, onPress, painted, say, textArea } from "./dom.js";
import { deskOf, SAME_MATTER } from "./draft.js";
import { showProblem } from "./problem.js";
import { send } from "./sending.js";
import { go, status } from "./views.js";
import * as words from "./words.js";

/** @typedef {import("./agency.js").Agency} Agency */
/** @typedef {import("./draft.js").ReceiptKeys} ReceiptKeys */
/** @typedef {Awaited<ReturnType<typeof answersFor>>} Answers */

/** A board older than this is shown as old. */
const OLD_DAYS = 2;

export class ComeBack {
  /** @param {Agency} agency */
  constructor(agency) {
    this.agency = agency;
    this.composer = new Composer("follow-up-", "send-follow-up");
    this.input = textArea("receipt-input");
    /** @type {ReceiptKeys | null} */
    this.keys = null;
    /** @type {Answers} */
    this.answers = [];
    this.numbering = new Numbering();
    onPress("show-replies", () => this.#show());
    onPress("send-follow-up", () => this.#send());
    onPress("replies-done", () => this.#done());
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      byId("show-replies").click();
    });
  }

  /** Forget the receipt that was typed, but not what is shown. */
  forgetInput() {
    this.input.value = "";
    this.#complain("");
  }

  /** The console that a further message would go to; null while that is open. */
  get console() {
    return this.agency.consoleOf({ category: this.composer.category.value, desk: this.#desk() });
  }

  async #show() {
    const entropy = this.#read();
    if (!entropy) return;
    status(words.looking);
    await painted();
    const { sections, suite } = this.agency;
    this.keys = await receipt.keys(suite, entropy, this.agency.id);
    this.answers = await answersFor(suite, this.keys.reply, sections);
    const days = await collectedDays(suite, this.keys.acknowledgement, sections);
    this.numbering = new Numbering();
    this.forgetInput();
    const consoles = this.agency.keyring?.sections.map(({ section }) => section.console) ?? [];
    showBoardDay(wholeDay(sections, consoles));
    showCollected(days, this.answers.length > 0);
    showAnswers(this.answers, (choice, on) => this.composer.tick(choice, on));
    this.#prepareFollowUp();
    go("replies-view");
  }

  /** Read what was typed; a mistake is found here, before anything else happens. */
  #read() {
    try {
      const entropy = receipt.parse(this.input.value);
      this.#complain("");
      return entropy;
    } catch (error) {
      const { failure } = /** @type {{failure?: string}} */ (error);
      this.#complain(this.input.value.trim() ? (failure ?? "check") : "empty");
      return null;
    }
  }

  /** @param {string} failure */
  #complain(failure) {
    const problem = failure ? (words.receiptProblems[failure] ?? "") : "";
    say(byId("receipt-error"), problem);
    this.input.setAttribute("aria-invalid", String(problem !== ""));
    const mistakes = problem ? [{ words: problem, focus: () => this.input.focus() }] : [];
    showProblem("receipt-problem", words.problemTitle, mistakes);
  }

  #prepareFollowUp() {
    this.composer.clear();
    say(byId("follow-up-sent"), "");
    this.composer.askCategory(this.#desk() === null);
    byId("follow-up-to").textContent = this.#desk() ? words.toSameDesk : words.askAgain;
    this.agency.changed();
  }

  /** The desk of the newest answer, if this keyring has it. */
  #desk() {
    const desk = this.answers[this.answers.length - 1]?.desk;
    return desk && this.agency.keyring && deskOf(this.agency.keyring, desk) ? desk : null;
  }

  async #send() {
    const { agency, composer, keys } = this;
    if (!keys) return;
    const desk = this.#desk();
    // What is on its way must not be cleared from under it.
    button("replies-done").disabled = true;
    const sent = await send(composer, agency, async () => ({
      draft: {
        kind: "follow-up",
        category: desk ? SAME_MATTER : composer.category.value,
        desk,
        danger: composer.dangerValue,
        text: composer.text.value,
        counter: this.numbering.next(boardDay(agency.sections), this.answers.length),
        lang: document.documentElement.lang,
      },
      keys,
    }));
    button("replies-done").disabled = false;
    if (!sent) return;
    this.numbering.done();
    composer.clear();
    for (const box of byId("replies").querySelectorAll("input")) box.checked = false;
    go("replies-view");
    say(byId("follow-up-sent"), words.followUpSent);
  }

  #done() {
    this.keys = null;
    this.answers = [];
    this.composer.clear();
    for (const id of ["replies", "collected", "board-day"]) byId(id).replaceChildren();
    delete byId("collected").dataset.days;
    go("start");
  }
}

/** @param {string} day */
function showBoardDay(day) {
  const old = dayNumber(new Date().toISOString()) - dayNumber(day) > OLD_DAYS;
  const line = byId("board-day");
  if (dayNumber(day) === 0) {
    line.textContent = words.boardNone;
    return;
  }
  line.textContent = (old ? words.boardOld : words.boardOf)(words.dayInWords(day));
  line.className = old ? "care" : "hint";
}

/**
 * @param {string[]} days
 * @param {boolean} answered
 */
function showCollected(days, answered) {
  const place = byId("collected");
  place.dataset.days = String(days.length);
  const missing = answered ? words.notCollectedSince : words.notCollected;
  const lines = days.length > 0 ? [words.collected(days.map(words.dayInWords))] : missing;
  place.replaceChildren(...lines.map((line) => make("p", {}, line)));
}

/**
 * Not for the browser to translate: it would send the words to whoever translates for it.
 * @param {Answers} answers
 * @param {(choice: string, on: boolean) => void} tick what to do when a choice is ticked, or not any more
 */
function showAnswers(answers, tick) {
  const articles = answers.map(({ day, text: said }) =>
    make(
      "article",
      { class: "reply" },
      make("h2", {}, words.replyOf(words.dayInWords(dayOf(day)))),
      ...pieces(said).map(({ text, choices }) =>
        choices.length > 0
          ? choicesOf(choices, tick)
          : make("p", { class: "reply-text", dir: "auto", translate: "no" }, text),
      ),
    ),
  );
  byId("replies").replaceChildren(
    ...(articles.length > 0 ? articles : [make("p", {}, words.noReplies)]),
  );
}

/**
 * Boxes to tick. What is ticked goes into the words below, where it can be seen and changed.
 * @param {string[]} choices
 * @param {(choice: string, on: boolean) => void} tick
 */
function choicesOf(choices, tick) {
  const lines = choices.map((choice) => {
    const box = /** @type {HTMLInputElement} */ (make("input", { type: "checkbox" }));
    box.addEventListener("change", () => tick(choice, box.checked));
    const said = make("span", { translate: "no" }, choice);
    return make("li", { dir: "auto" }, make("label", {}, box, said));
  });
  const hint = make("p", { class: "hint" }, words.choicesHint);
  return make("div", {}, make("ul", { class: "choices" }, ...lines), hint);
}
