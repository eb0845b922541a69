/** A certificate: the root's word that a signer speaks for one console, for named desks and for 90 days. */

import { equal, fromBase64, toHex } from "./bytes.js";
import { KeyringError } from "./errors.js";
import * as json from "./json.js";
import * as reader from "./reader.js";
import { agencyId, PUBLIC_SIZE, verify } from "./signature.js";

/** @import {Signed} from "./signature.js" */

/**
 * *signer* is a public key of 1,984 bytes; *desks* are the ids it may name keys for, in hex.
 * @typedef {object} Certificate
 * @property {Uint8Array} agency 8 bytes
 * @property {string} console
 * @property {number} serial
 * @property {Uint8Array} signer
 * @property {ReadonlySet<string>} desks
 * @property {string} notBefore "YYYY-MM-DD"
 * @property {string} notAfter "YYYY-MM-DD"
 */

export const LABEL = "signer";
const FIELDS = ["agency", "console", "serial", "signer", "desks", "not_before", "not_after"];

/**
 * Check the root's signature, then read. Throws KeyringError "signature", "fields" or "agency".
 * @param {Uint8Array} rootPublic
 * @param {Signed} signed
 * @returns {Promise<Certificate>}
 */
export async function verified(rootPublic, signed) {
  verify(rootPublic, LABEL, signed);
  const certificate = reader.readJson(signed.payload, FIELDS, certificateOf);
  if (!equal(certificate.agency, await agencyId(rootPublic))) {
    throw new KeyringError("agency", "the certificate is another agency's");
  }
  return certificate;
}

/**
 * @param {json.Fields} fields
 * @returns {Certificate}
 */
function certificateOf(fields) {
  return {
    agency: fromBase64(fields.agency, 8),
    console: reader.text(fields.console),
    serial: reader.number(fields.serial),
    signer: fromBase64(fields.signer, PUBLIC_SIZE),
    desks: new Set(json.list(fields.desks).map((desk) => toHex(fromBase64(desk, 16)))),
    notBefore: reader.day(fields.not_before),
    notAfter: reader.day(fields.not_after),
  };
}
