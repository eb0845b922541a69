/**
 * Routing is re-wrapping: an envelope's key sealed to one more desk. The envelope itself never changes.
 *
 * info = "tipline/1 rewrap" || SHA-256(envelope) || desk id (16)
 */

import { concat, utf8 } from "./bytes.js";
import { pack, unpack } from "./stanza.js";
import { sha256 } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Stanza} from "./stanza.js" */
/** @import {PrivateKey, Suite} from "./suite.js" */

/**
 * Seal *what* (K for the desk's own at-rest key, K_text for a unit) to *desk*'s key *publicKey*.
 * @param {Suite} suite
 * @param {Uint8Array} publicKey
 * @param {Uint8Array} id of the envelope, 32 bytes
 * @param {Uint8Array} desk 16 bytes
 * @param {Stanza} what
 * @returns {Promise<Bytes>}
 */
export function rewrap(suite, publicKey, id, desk, what) {
  return suite.seal(publicKey, info(id, desk), pack(what));
}

/**
 * Open what *rewrap* made; null when it is for another desk or another envelope.
 * @param {PrivateKey} privateKey
 * @param {Uint8Array} id of the envelope, 32 bytes
 * @param {Uint8Array} desk 16 bytes
 * @param {Uint8Array} sealed
 * @returns {Promise<Stanza | null>}
 */
export async function unwrap(privateKey, id, desk, sealed) {
  const plaintext = await privateKey.open(info(id, desk), sealed);
  return plaintext === null ? null : unpack(plaintext);
}

/**
 * Return the id of an envelope (or parcel): the SHA-256 of its bytes, which is also its address.
 * @param {Uint8Array} envelope
 */
export function envelopeId(envelope) {
  return sha256(envelope);
}

/**
 * @param {Uint8Array} id
 * @param {Uint8Array} desk
 */
function info(id, desk) {
  return concat(utf8("tipline/1 rewrap"), id, desk);
}
