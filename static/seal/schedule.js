/**
 * The key schedule: from the envelope's one random key K to the keys of its parts.
 *
 *     K --+-- K_text --+-- commitment (in the header)
 *         |            +-- body key
 *         +-- reply key of the envelope's reply part
 *
 * K_text can be handed on by itself: who has it reads text and files, and learns nothing of the conversation.
 */

import { equal } from "./bytes.js";
import { FormatError } from "./errors.js";
import { suiteOf } from "./suite.js";

/** @import {Header} from "./header.js" */
/** @import {Suite} from "./suite.js" */

/**
 * Return K_text of K and the header's salt.
 * @param {Suite} suite
 * @param {Uint8Array} key
 * @param {Uint8Array} salt
 */
export function textKey(suite, key, salt) {
  return suite.derive(key, salt, "text");
}

/**
 * Return the 32 bytes in the header that fix which K_text opens the body.
 * @param {Suite} suite
 * @param {Uint8Array} text
 * @param {Uint8Array} salt
 */
export function commitment(suite, text, salt) {
  return suite.derive(text, salt, "commit");
}

/**
 * Return the AES key of the body.
 * @param {Suite} suite
 * @param {Uint8Array} text
 * @param {Uint8Array} salt
 */
export function bodyKey(suite, text, salt) {
  return suite.derive(text, salt, "body");
}

/**
 * Return the AES key of the reply part, which only K gives and K_text does not.
 * @param {Suite} suite
 * @param {Uint8Array} key
 * @param {Uint8Array} salt
 */
export function replyPartKey(suite, key, salt) {
  return suite.derive(key, salt, "reply");
}

/**
 * Refuse a K_text that the header does not commit to, before anything is opened with it.
 *
 * AES-GCM alone would let one ciphertext open under two keys to two texts. Throws FormatError("commitment").
 * @param {Uint8Array} text
 * @param {Header} header
 */
export async function checkCommitment(text, header) {
  if (!(await isCommitted(text, header))) {
    throw new FormatError("commitment", "this envelope was made to show two readers two texts");
  }
}

/**
 * Tell, in constant time, whether *text* is the K_text that the header commits to.
 * @param {Uint8Array} text
 * @param {Header} header
 */
export async function isCommitted(text, header) {
  return equal(await commitment(suiteOf(header.suite), text, header.salt), header.commit);
}
