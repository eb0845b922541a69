/** A stanza gives one desk the envelope's key. It names no recipient: a desk tries each of them. */

import { concat, isZero, utf8 } from "./bytes.js";
import { FormatError } from "./errors.js";
import { sha256 } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {PrivateKey, Suite} from "./suite.js" */

/**
 * What a stanza holds: its *kind* and the 32-byte *key*. Kind 2 (a share, x k n) is reserved.
 * @typedef {{kind: number, key: Uint8Array}} Stanza
 */

export const SIZE = 36;
/** The key K of the envelope: text, conversation and follow-ups. */
export const WHOLE = 1;
/** K_text alone: the text and the files, nothing of the conversation. Only made by re-wrapping. */
export const TEXT = 3;

/**
 * Return the 36 bytes that are sealed: kind, x, k, n, key or share.
 * @param {Stanza} stanza
 * @returns {Bytes}
 */
export function pack({ kind, key }) {
  return concat(new Uint8Array([kind, 0, 0, 0]), key);
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
  const kind = Number(plaintext[0]);
  if ((kind !== WHOLE && kind !== TEXT) || !isZero(plaintext.subarray(1, 4))) {
    throw new FormatError("stanza", `kind ${kind} is not known`);
  }
  return { kind, key: plaintext.subarray(4) };
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
