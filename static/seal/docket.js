/** A docket tells one console's collector, which holds no desk's key, where a tip goes and how urgent it is. */

import { concat, isZero, utf8 } from "./bytes.js";
import { FormatError } from "./errors.js";
import { sha256 } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {PrivateKey, Suite} from "./suite.js" */

/** @typedef {"no" | "yes" | "unsure"} Danger */

/**
 * *desk* is 16 bytes (NO_DESK for none), *acknowledgement* a 32-byte key.
 * @typedef {{desk: Uint8Array, danger: Danger, acknowledgement: Uint8Array}} Docket
 */

export const SIZE = 64;
export const DESK_SIZE = 16;
export const NO_DESK = new Uint8Array(DESK_SIZE);
const KIND = 1;

/**
 * Is anyone in danger now? The words of the message, in the order of their codes here.
 * @type {readonly Danger[]}
 */
export const DANGER = ["no", "yes", "unsure"];

/**
 * Return the 64 bytes that are sealed: kind, danger, zeros, desk, acknowledgement key.
 * @param {Docket} docket
 * @returns {Bytes}
 */
export function pack({ desk, danger, acknowledgement }) {
  const codes = new Uint8Array(16);
  codes.set([KIND, DANGER.indexOf(danger)]);
  return concat(codes, desk, acknowledgement);
}

/**
 * Read an opened docket. Throws FormatError("docket") for anything this version does not know.
 * @param {Bytes} plaintext
 * @returns {Docket}
 */
export function unpack(plaintext) {
  if (plaintext.length !== SIZE) {
    throw new FormatError("docket", `${plaintext.length} bytes, not ${SIZE}`);
  }
  const danger = DANGER[Number(plaintext[1])];
  if (plaintext[0] !== KIND || danger === undefined || !isZero(plaintext.subarray(2, 16))) {
    throw new FormatError("docket", `kind ${plaintext[0]}, danger ${plaintext[1]}`);
  }
  return { desk: plaintext.subarray(16, 32), danger, acknowledgement: plaintext.subarray(32) };
}

/**
 * Seal *docket* to a console's sorting key, bound to everything *before* the dockets.
 * @param {Suite} suite
 * @param {Uint8Array} publicKey
 * @param {Uint8Array} before
 * @param {Docket} docket
 * @returns {Promise<Bytes>}
 */
export async function seal(suite, publicKey, before, docket) {
  return suite.seal(publicKey, await info(before), pack(docket));
}

/**
 * Open one docket; null when it is for another console. Throws FormatError when ours and broken.
 * @param {PrivateKey} privateKey
 * @param {Uint8Array} before
 * @param {Uint8Array} sealed
 * @returns {Promise<Docket | null>}
 */
export async function open(privateKey, before, sealed) {
  const plaintext = await privateKey.open(await info(before), sealed);
  return plaintext === null ? null : unpack(plaintext);
}

/** @param {Uint8Array} before */
async function info(before) {
  return concat(utf8("tipline/1 docket"), await sha256(before));
}
