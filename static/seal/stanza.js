/** A stanza gives one desk the envelope's key, or one seat its share. It names no recipient: each is tried. */

import { concat, utf8 } from "./bytes.js";
import { FormatError } from "./errors.js";
import { sha256 } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {PrivateKey, Suite} from "./suite.js" */

/**
 * What a stanza holds: its *kind* and the 32-byte *key*, or the share at *x* of *k* of *n*.
 * @typedef {{kind: number, key: Uint8Array, x: number, k: number, n: number}} Stanza
 */

export const SIZE = 36;
/** The key K of the envelope: text, conversation and follow-ups. */
export const WHOLE = 1;
/** One of n shares of K, any k of which give it: for one seat of a desk that opens only together. */
export const SHARE = 2;
/** K_text alone: the text and the files, nothing of the conversation. Only made by re-wrapping. */
export const TEXT = 3;
/** As many seats as an envelope has places. */
export const SEATS_MAX = 5;

/**
 * Return the 36 bytes that are sealed: kind, x, k, n, key or share.
 * @param {Stanza} stanza
 * @returns {Bytes}
 */
export function pack({ kind, key, x, k, n }) {
  return concat(new Uint8Array([kind, x, k, n]), key);
}

/**
 * Read an opened stanza. Throws FormatError("stanza") for a kind this version does not know.
 * @param {Bytes} plaintext
 * @returns {Stanza}
 */
export function unpack(plaintext) {
  if (plaintext.length !== SIZE) {
    throw new FormatError("stanza", `${plaintext.length} bytes, not ${SIZE}`);
  }
  const [kind, x, k, n] = /** @type {[number, number, number, number]} */ (
    Array.from(plaintext.subarray(0, 4))
  );
  const isKnown =
    kind === SHARE ? isQuorum(k, n) && x > 0 : [WHOLE, TEXT].includes(kind) && !(x || k || n);
  if (!isKnown) {
    throw new FormatError("stanza", `kind ${kind}, x ${x}, k ${k}, n ${n} is not known`);
  }
  return { kind, key: plaintext.subarray(4), x, k, n };
}

/**
 * Return a stanza of *kind* WHOLE or TEXT with its 32-byte *key*.
 * @param {number} kind
 * @param {Uint8Array} key
 * @returns {Stanza}
 */
export function holding(kind, key) {
  return { kind, key, x: 0, k: 0, n: 0 };
}

/**
 * Tell whether a key can be split so: 2 <= *k* <= *n* <= 5.
 * @param {number} k
 * @param {number} n
 */
export function isQuorum(k, n) {
  return 2 <= k && k <= n && n <= SEATS_MAX;
}

/**
 * Seal *stanza* to the desk key *publicKey*, bound to the 84 bytes of the header.
 * @param {Suite} suite
 * @param {Uint8Array} publicKey
 * @param {Uint8Array} headerBytes
 * @param {Stanza} stanza
 * @returns {Promise<Bytes>}
 */
export async function seal(suite, publicKey, headerBytes, stanza) {
  return suite.seal(publicKey, await info(headerBytes), pack(stanza));
}

/**
 * Open one stanza; null when it is for another key. Throws FormatError when it is ours and broken.
 * @param {PrivateKey} privateKey
 * @param {Uint8Array} headerBytes
 * @param {Uint8Array} sealed
 * @returns {Promise<Stanza | null>}
 */
export async function open(privateKey, headerBytes, sealed) {
  const plaintext = await privateKey.open(await info(headerBytes), sealed);
  return plaintext === null ? null : unpack(plaintext);
}

/** @param {Uint8Array} headerBytes */
async function info(headerBytes) {
  return concat(utf8("tipline/1 stanza"), await sha256(headerBytes));
}
