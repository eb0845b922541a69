/** What is being said, before it is sealed: where it goes, and whether it fits. */

import { equal } from "../seal/bytes.js";
import { encode } from "../seal/message.js";
import { MESSAGE_MAX } from "../seal/padding.js";

/** @typedef {import("./attachments.js").Attachments} Attachments */
/** @typedef {import("../seal/keyring.js").Keyring} Keyring */
/** @typedef {Awaited<ReturnType<typeof import("../seal/receipt.js").keys>>} ReceiptKeys */

/**
 * @typedef {object} Draft
 * @property {"tip" | "follow-up"} kind
 * @property {string} category a code of the keyring; "follow-up" when *desk* is given
 * @property {Uint8Array | null} desk the desk of the answer that was read, if it is one of the keyring
 * @property {"no" | "yes" | "unsure"} danger
 * @property {string} text
 * @property {number} counter
 * @property {string} lang of the page
 */

/** What a message to a desk that answered is about: the desk knows. */
export const SAME_MATTER = "follow-up";

/**
 * Where a draft goes.
 * @param {Keyring} keyring
 * @param {Pick<Draft, "category" | "desk">} draft
 */
export function destination(keyring, { category, desk }) {
  if (!desk) return keyring.find(category);
  return deskOf(keyring, desk) ?? keyring.find(category);
}

/**
 * The desk with this id, with its section; null if the keyring has none.
 * @param {Keyring} keyring
 * @param {Uint8Array} id
 */
export function deskOf(keyring, id) {
  for (const { section } of keyring.sections) {
    const desk = section.desks.find((candidate) => equal(candidate.id, id));
    if (desk) return { section, desk };
  }
  return null;
}

/**
 * The bytes of the message that is sealed.
 * @param {Draft} draft
 * @param {Attachments} attachments
 * @param {Uint8Array} desk
 * @param {Pick<ReceiptKeys, "acknowledgement" | "thread">} keys
 */
export function messageBytes(draft, attachments, desk, keys) {
  const dummies = Array.from(
    { length: attachments.dummies },
    (_, at) => attachments.spares[at] ?? new Uint8Array(32),
  );
  return encode({
    kind: draft.kind,
    via: "page",
    lang: draft.lang,
    category: draft.category,
    danger: draft.danger,
    desk,
    acknowledgement: keys.acknowledgement,
    thread: keys.thread,
    counter: draft.counter,
    text: draft.text,
    files: attachments.files(),
    dummies,
  });
}

/**
 * How many bytes are left beside *text* and the attachments; negative when it is too much.
 * @param {string} text
 * @param {Attachments} attachments
 */
export function bytesLeft(text, attachments) {
  const widest = /** @type {const} */ ({
    kind: "follow-up",
    category: "x".repeat(32),
    desk: null,
    danger: "unsure",
  });
  const draft = { ...widest, text, counter: Number.MAX_SAFE_INTEGER, lang: "en" };
  const keys = { acknowledgement: new Uint8Array(32), thread: new Uint8Array(16) };
  return MESSAGE_MAX - messageBytes(draft, attachments, new Uint8Array(16), keys).length;
}

/**
 * How many letters so many bytes are, in the script that *text* is written in.
 * @param {string} text
 * @param {number} bytes
 */
export function letters(text, bytes) {
  const each = text ? new TextEncoder().encode(text).length / text.length : 1;
  return Math.floor(Math.abs(bytes) / Math.max(1, each));
}
