/**
 * The counter that orders the messages of one thread, though this device keeps nothing and its clock is not
 * asked: the day of the board (which the agency signed), how many answers were there, how many messages this
 * visit has sent, and 20 random bits. Two messages of different visits on one day, with no answer between them,
 * are in no certain order: the random bits keep them apart and nothing more.
 */

const MESSAGES = 2 ** 8;
const ANSWERS = 2 ** 9;
const RANDOM = 2 ** 20;

/**
 * @param {string} boardDay "YYYY-MM-DD", the newest of the board
 * @param {number} answers
 * @param {number} sent messages sent in this visit
 * @param {number} [random] below 2^20
 * @returns {number} below 2^53, more than zero
 */
export function counter(boardDay, answers, sent, random = drawn()) {
  const place = dayNumber(boardDay) * ANSWERS + Math.min(answers, ANSWERS - 1);
  return (place * MESSAGES + Math.min(sent, MESSAGES - 1)) * RANDOM + random;
}

/** Numbers one visit's messages. A message keeps its number until it is sent: two tries are one message. */
export class Numbering {
  sent = 0;
  /** @type {number | null} */
  #kept = null;

  /**
   * The counter of the message that is being sent.
   * @param {string} boardDay
   * @param {number} answers
   */
  next(boardDay, answers) {
    this.#kept ??= counter(boardDay, answers, this.sent);
    return this.#kept;
  }

  /** That message is sent. */
  done() {
    this.sent += 1;
    this.#kept = null;
  }
}

/**
 * Whole days since 1970-01-01.
 * @param {string} day "YYYY-MM-DD"
 */
export function dayNumber(day) {
  return Math.floor(Date.parse(day) / 86_400_000);
}

/**
 * The day with this number.
 * @param {number} number
 * @returns {string} "YYYY-MM-DD"
 */
export function dayOf(number) {
  return new Date(number * 86_400_000).toISOString().slice(0, 10);
}

function drawn() {
  return /** @type {number} */ (crypto.getRandomValues(new Uint32Array(1))[0]) % RANDOM;
}
