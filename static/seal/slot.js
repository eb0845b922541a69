/**
 * Slots of the board: 1 KiB each, a reply in one or more of them, found by label and opened by receipt.
 *
 *     label (16)  r (24, random)  AES-GCM of: reply id (16) part (1) of (1) desk (16) day (4) length (2) text
 *
 * The key is fresh for every slot through r: a fixed key per index would be used twice after a crash or restore.
 */

import { concat, cutInto, random, toHex, u32, utf8, viewOf, zeroFilled } from "./bytes.js";
import { FormatError } from "./errors.js";
import { decrypt, encrypt, KEY_SIZE, TAG_SIZE } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Suite} from "./suite.js" */

/**
 * An answer: *desk* (16 bytes) is who to write back to, *day* counts days since 1970-01-01.
 * @typedef {{id: Uint8Array, desk: Uint8Array, day: number, text: string}} Reply
 */

/**
 * @typedef {object} Part
 * @property {Uint8Array} id
 * @property {number} part
 * @property {number} of
 * @property {Uint8Array} desk
 * @property {number} day
 * @property {Uint8Array} text
 */

/** @typedef {Map<number, {index: number, part: Part}>} Parts a reply's parts, by their number */

export const SIZE = 1024;
export const LABEL_SIZE = 16;
/** A receipt can be answered in this many slots; the page looks for so many labels. */
export const LABELS = 256;
export const PARTS_MAX = 16;
const SALT_SIZE = 24;
const HEAD_SIZE = 40;
const SEALED_AT = LABEL_SIZE + SALT_SIZE;
const PLAIN = SIZE - SEALED_AT - TAG_SIZE;
export const TEXT_MAX = PLAIN - HEAD_SIZE;

/**
 * Return the label of slot *index* of a receipt: nobody without its reply key can link two of them.
 * @param {Suite} suite
 * @param {Uint8Array} replyKey
 * @param {number} index
 * @returns {Promise<Bytes>}
 */
export async function label(suite, replyKey, index) {
  return (await suite.mac(replyKey, "label", u32(index))).subarray(0, LABEL_SIZE);
}

/**
 * Seal *reply* into slots, labelled from *firstIndex* on.
 *
 * Throws FormatError "too long" over 16 slots, "slots" when the receipt has none left.
 * @param {Suite} suite
 * @param {Uint8Array} replyKey
 * @param {number} firstIndex
 * @param {Reply} reply
 * @returns {Promise<Bytes[]>}
 */
export async function seal(suite, replyKey, firstIndex, { id, desk, day, text }) {
  const encoded = utf8(text);
  const pieces = encoded.length ? cutInto(encoded, TEXT_MAX) : [encoded];
  if (pieces.length > PARTS_MAX) {
    const detail = `a reply holds ${PARTS_MAX * TEXT_MAX} bytes, this has ${encoded.length}`;
    throw new FormatError("too long", detail);
  }
  if (firstIndex + pieces.length > LABELS) {
    throw new FormatError("slots", `a receipt can be answered in ${LABELS} slots`);
  }
  const parts = pieces.map((piece, part) => ({
    id,
    part,
    of: pieces.length,
    desk,
    day,
    text: piece,
  }));
  return Promise.all(parts.map((part) => sealPart(suite, replyKey, firstIndex + part.part, part)));
}

/**
 * Return a slot that nobody can open, and nobody can tell from one that somebody can.
 * @returns {Bytes}
 */
export function dummy() {
  return random(SIZE);
}

/**
 * Cut the board's bytes into slots. Throws FormatError("size").
 * @param {Bytes} slots
 * @returns {Bytes[]}
 */
export function cut(slots) {
  if (slots.length % SIZE) {
    throw new FormatError("size", `${slots.length} bytes are not whole slots`);
  }
  return cutInto(slots, SIZE);
}

/**
 * Return the replies to one receipt among all *slots*, oldest first; an incomplete one is left out.
 * @param {Suite} suite
 * @param {Uint8Array} replyKey
 * @param {Iterable<Bytes>} slots
 * @returns {Promise<Reply[]>}
 */
export async function find(suite, replyKey, slots) {
  const indices = await labels(suite, replyKey);
  /** @type {Map<string, Parts>} */
  const replies = new Map();
  for (const sealed of slots) {
    const index = indices.get(toHex(sealed.subarray(0, LABEL_SIZE)));
    const part = index === undefined ? null : await openPart(suite, replyKey, index, sealed);
    if (index !== undefined && part !== null) {
      const id = toHex(part.id);
      replies.set(id, (replies.get(id) ?? new Map()).set(part.part, { index, part }));
    }
  }
  return [...replies.values()]
    .sort((left, right) => firstIndex(left) - firstIndex(right))
    .flatMap(joined);
}

/**
 * @param {Suite} suite
 * @param {Uint8Array} replyKey
 * @returns {Promise<Map<string, number>>}
 */
async function labels(suite, replyKey) {
  const indices = Array.from({ length: LABELS }, (_, index) => index);
  return new Map(
    await Promise.all(
      indices.map(
        async (index) => /** @type {const} */ ([toHex(await label(suite, replyKey, index)), index]),
      ),
    ),
  );
}

/** @param {Parts} parts */
function firstIndex(parts) {
  return Math.min(...Array.from(parts.values(), ({ index }) => index));
}

/**
 * @param {Parts} parts
 * @returns {Reply[]} the one reply, or nothing while a part is missing
 */
function joined(parts) {
  const inOrder = [...parts.values()]
    .map(({ part }) => part)
    .sort((left, right) => left.part - right.part);
  const [first] = parts.values();
  if (first === undefined || !isComplete(inOrder, first.part.of)) {
    return [];
  }
  const { id, desk, day } = first.part;
  const text = concat(...inOrder.map((part) => part.text));
  return [{ id, desk, day, text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(text) }];
}

/**
 * @param {readonly Part[]} inOrder
 * @param {number} of
 */
function isComplete(inOrder, of) {
  return inOrder.length === of && inOrder.every((part, at) => part.part === at);
}

/**
 * @param {Suite} suite
 * @param {Uint8Array} replyKey
 * @param {number} index
 * @param {Part} part
 * @returns {Promise<Bytes>}
 */
async function sealPart(suite, replyKey, index, { id, part, of, desk, day, text }) {
  const length = new Uint8Array([text.length >> 8, text.length & 255]);
  const plaintext = concat(id, new Uint8Array([part, of]), desk, u32(day), length, text);
  const salt = random(SALT_SIZE);
  const sealed = await encrypt(
    await keyOf(suite, replyKey, index, salt),
    zeroFilled(plaintext, PLAIN),
  );
  return concat(await label(suite, replyKey, index), salt, sealed);
}

/**
 * Null for a slot that bears our label and does not open: a tampered board must not hide the others.
 * @param {Suite} suite
 * @param {Uint8Array} replyKey
 * @param {number} index
 * @param {Bytes} sealed
 * @returns {Promise<Part | null>}
 */
async function openPart(suite, replyKey, index, sealed) {
  const salt = sealed.subarray(LABEL_SIZE, SEALED_AT);
  const plaintext = await decrypt(
    await keyOf(suite, replyKey, index, salt),
    sealed.subarray(SEALED_AT),
  );
  return plaintext === null ? null : unpack(plaintext);
}

/**
 * @param {Bytes} plaintext
 * @returns {Part | null}
 */
function unpack(plaintext) {
  const view = viewOf(plaintext);
  const [part, of, length] = [view.getUint8(16), view.getUint8(17), view.getUint16(38)];
  if (part >= of || of > PARTS_MAX || length > TEXT_MAX) {
    return null;
  }
  return {
    id: plaintext.subarray(0, 16),
    part,
    of,
    desk: plaintext.subarray(18, 34),
    day: view.getUint32(34),
    text: plaintext.subarray(HEAD_SIZE, HEAD_SIZE + length),
  };
}

/**
 * @param {Suite} suite
 * @param {Uint8Array} replyKey
 * @param {number} index
 * @param {Uint8Array} salt
 */
function keyOf(suite, replyKey, index, salt) {
  return suite.derive(replyKey, salt, "slot", KEY_SIZE, u32(index));
}
