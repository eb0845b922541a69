/** What the board has for one receipt. */

import { DAYS, token } from "../seal/acknowledgement.js";
import { find } from "../seal/slot.js";
import { dayNumber, dayOf } from "./counter.js";

/** @typedef {import("./agency.js").Agency["sections"]} Sections */
/** @typedef {import("../seal/suite.js").Suite} Suite */

/**
 * The answers to a receipt, oldest first.
 * @param {Suite} suite
 * @param {Uint8Array} replyKey
 * @param {Sections} sections
 */
export async function answersFor(suite, replyKey, sections) {
  const found = [];
  for (const { slots } of sections) found.push(...(await find(suite, replyKey, slots)));
  return found.sort((one, other) => one.day - other.day);
}

/**
 * The days on which messages of a receipt were collected, as far as the board still says so.
 * Counted back from the day of the board: the clock of the device is not asked.
 * @param {Suite} suite
 * @param {Uint8Array} acknowledgementKey
 * @param {Sections} sections
 * @returns {Promise<string[]>} "YYYY-MM-DD", oldest first
 */
export async function collectedDays(suite, acknowledgementKey, sections) {
  /** @type {Set<string>} */
  const days = new Set();
  for (const { head, tokens } of sections) {
    for (let back = DAYS + 1; back >= 0; back--) {
      const day = dayNumber(head.day) - back;
      if (tokens.has(await token(suite, acknowledgementKey, day))) days.add(dayOf(day));
    }
  }
  return [...days].sort();
}

/**
 * The day of which a board speaks for all *consoles*: that of its oldest section, and day 0 if one has none.
 * A site could serve one console's section anew and hold back the other's.
 * @param {Sections} sections
 * @param {readonly string[]} consoles
 */
export function wholeDay(sections, consoles) {
  const days = consoles.map(
    (console) => sections.find(({ head }) => head.console === console)?.head.day ?? "1970-01-01",
  );
  return days.sort()[0] ?? "1970-01-01";
}

/**
 * The newest day of a board; day 0 for a board without sections.
 * @param {Sections} sections
 */
export function boardDay(sections) {
  return sections.reduce(
    (newest, { head }) => (head.day > newest ? head.day : newest),
    "1970-01-01",
  );
}
