/**
 * The body's plaintext: always 16 KiB, whatever was written.
 *
 * length (2 bytes)  message (JSON)  zeros  follow-up MAC (32 bytes)
 */

import { isZero, viewOf, zeroFilled } from "./bytes.js";
import { FormatError } from "./errors.js";

/** @import {Bytes} from "./bytes.js" */

/**
 * An opened body: the *message* bytes, and the *mac* over all that stands before it (*authenticated*).
 * @typedef {{message: Bytes, authenticated: Bytes, mac: Bytes}} Body
 */

export const SIZE = 16384;
export const MAC_SIZE = 32;
export const MESSAGE_MAX = SIZE - 2 - MAC_SIZE;
const MAC_AT = SIZE - MAC_SIZE;

/**
 * Return the first 16,352 bytes of the body. Throws FormatError("too long") over 16,350 bytes.
 * @param {Uint8Array} message
 * @returns {Bytes}
 */
export function pad(message) {
  if (message.length > MESSAGE_MAX) {
    const detail = `the message has ${message.length} bytes, ${MESSAGE_MAX} fit`;
    throw new FormatError("too long", detail);
  }
  const padded = new Uint8Array(MAC_AT);
  viewOf(padded).setUint16(0, message.length);
  padded.set(message, 2);
  return padded;
}

/**
 * Undo *pad*. Throws FormatError("padding") when the length is too large or a filler is not zero.
 * @param {Bytes} plaintext
 * @returns {Body}
 */
export function unpad(plaintext) {
  const length = viewOf(zeroFilled(plaintext.subarray(0, 2), 2)).getUint16(0);
  const end = 2 + length;
  if (
    plaintext.length !== SIZE ||
    length > MESSAGE_MAX ||
    !isZero(plaintext.subarray(end, MAC_AT))
  ) {
    throw new FormatError("padding");
  }
  return {
    message: plaintext.subarray(2, end),
    authenticated: plaintext.subarray(0, MAC_AT),
    mac: plaintext.subarray(MAC_AT),
  };
}
