/** Revocations: the root's list of signers that speak for nobody any more, whatever their certificates say. */

import { equal, fromBase64, toHex } from "./bytes.js";
import { KeyringError } from "./errors.js";
import * as json from "./json.js";
import * as reader from "./reader.js";
import { agencyId, fingerprint, verify } from "./signature.js";

/** @import {Signed} from "./signature.js" */

/**
 * List number *serial* of an *agency*: the fingerprints of *revoked* signers, in hex.
 * @typedef {object} Revocations
 * @property {Uint8Array} agency 8 bytes
 * @property {number} serial
 * @property {ReadonlySet<string>} revoked
 */

export const LABEL = "revocations";
const FIELDS = ["agency", "serial", "revoked"];

/**
 * Throw KeyringError("revoked") when the public key *signer* is listed.
 * @param {Revocations} revocations
 * @param {Uint8Array} signer
 */
export async function check({ revoked }, signer) {
  if (revoked.has(toHex(await fingerprint(signer)))) {
    throw new KeyringError("revoked", "the root has revoked this signer");
  }
}

/**
 * Check the root's signature, then read. *floor* is the serial below which a list is refused.
 *
 * Throws KeyringError "signature", "fields", "agency" or "serial".
 * @param {Uint8Array} rootPublic
 * @param {Signed} signed
 * @param {number} [floor]
 * @returns {Promise<Revocations>}
 */
export async function verified(rootPublic, signed, floor = 0) {
  verify(rootPublic, LABEL, signed);
  const revocations = reader.readJson(signed.payload, FIELDS, revocationsOf);
  if (!equal(revocations.agency, await agencyId(rootPublic))) {
    throw new KeyringError("agency", "the list of revocations is another agency's");
  }
  if (revocations.serial < floor) {
    const detail = `list ${revocations.serial} of revocations is older than ${floor}`;
    throw new KeyringError("serial", detail);
  }
  return revocations;
}

/**
 * @param {json.Fields} fields
 * @returns {Revocations}
 */
function revocationsOf(fields) {
  return {
    agency: fromBase64(fields.agency, 8),
    serial: reader.number(fields.serial),
    revoked: new Set(json.list(fields.revoked).map((signer) => toHex(fromBase64(signer, 32)))),
  };
}
