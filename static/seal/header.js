/** The envelope's first 84 bytes: what everybody may see, and the commitment that binds the key. */

import { concat, equal, u32, utf8, viewOf } from "./bytes.js";
import { FormatError } from "./errors.js";
import { suiteOf } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */

/**
 * The clear part of an envelope: *epoch* is the greatest that the keyring named, in any section.
 * @typedef {object} Header
 * @property {number} suite
 * @property {number} epoch
 * @property {Uint8Array} agency 8 bytes, the id of its root
 * @property {Uint8Array} salt 32 bytes
 * @property {Uint8Array} commit 32 bytes
 */

export const MAGIC = utf8("TIPL");
export const VERSION = 1;
export const SIZE = 84;
export const AGENCY_SIZE = 8;
export const SALT_SIZE = 32;

/**
 * Return the 84 bytes: magic, version, suite, two zero bytes, epoch, agency id, salt, commitment.
 * @param {Header} header
 * @returns {Bytes}
 */
export function pack({ suite, epoch, agency, salt, commit }) {
  const codes = new Uint8Array([VERSION, suite, 0, 0]);
  return concat(MAGIC, codes, u32(epoch), agency, salt, commit);
}

/**
 * Read the header at the start of *envelope*. Throws FormatError naming the first wrong field.
 * @param {Uint8Array} envelope
 * @returns {Header}
 */
export function parse(envelope) {
  if (envelope.length < SIZE) {
    throw new FormatError("size", `${envelope.length} bytes are shorter than a header`);
  }
  const view = viewOf(envelope);
  if (!equal(envelope.subarray(0, 4), MAGIC)) {
    throw new FormatError("magic");
  }
  if (view.getUint8(4) !== VERSION) {
    throw new FormatError("version", `version ${view.getUint8(4)} is not ${VERSION}`);
  }
  const suite = suiteOf(view.getUint8(5)).code;
  if (view.getUint16(6) !== 0) {
    throw new FormatError("reserved", "the two bytes after the suite are not zero");
  }
  return {
    suite,
    epoch: view.getUint32(8),
    agency: envelope.subarray(12, 20),
    salt: envelope.subarray(20, 52),
    commit: envelope.subarray(52, SIZE),
  };
}
