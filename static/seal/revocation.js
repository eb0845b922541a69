/**
 * Revocations: the root's list of signers that speak for nobody any more, whatever their certificates say.
 *
 * It also names the consoles that there are. So a relay that leaves one's section out is found out, and no other
 * console can offer a category that is that one's own.
 */

import { equal, fromBase64, toHex } from "./bytes.js";
import { KeyringError } from "./errors.js";
import * as json from "./json.js";
import * as reader from "./reader.js";
import { agencyId, fingerprint, verify } from "./signature.js";

/** @import {Signed} from "./signature.js" */

/**
 * A console by its *name* in the keyring and what people know it by. *categories* are the codes that it alone
 * may publish.
 * @typedef {{name: string, called: string, categories: ReadonlySet<string>}} Console
 */

/**
 * List number *serial* of an *agency*: the fingerprints of *revoked* signers, in hex, and its *consoles*. A list
 * without consoles says nothing about them; one with consoles names all that there are.
 * @typedef {object} Revocations
 * @property {Uint8Array} agency 8 bytes
 * @property {number} serial
 * @property {ReadonlySet<string>} revoked
 * @property {readonly Console[]} consoles
 */

export const LABEL = "revocations";
const FIELDS = ["agency", "serial", "revoked", "consoles"];

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
 * Throw KeyringError("console") when the list names the consoles, and *name* is none of them.
 * @param {Revocations} revocations
 * @param {string} name
 */
export function checkConsole({ consoles }, name) {
  if (consoles.length > 0 && !consoles.some((one) => one.name === name)) {
    throw new KeyringError("console", `the root's list names no console ${name}`);
  }
}

/**
 * Throw KeyringError("categories") when console *name* publishes a code that is another one's own.
 * @param {Revocations} revocations
 * @param {string} name
 * @param {readonly string[]} codes
 */
export function checkCategories({ consoles }, name, codes) {
  for (const code of codes) {
    const owner = consoles.find((one) => one.categories.has(code));
    if (owner && owner.name !== name) {
      throw new KeyringError("categories", `${code} is the category of ${owner.name} alone`);
    }
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
    consoles: consolesOf(json.list(fields.consoles)),
  };
}

/**
 * @param {readonly unknown[]} listed
 * @returns {Console[]}
 */
function consolesOf(listed) {
  const consoles = listed.map(consoleOf);
  const codes = consoles.flatMap(({ categories }) => [...categories]);
  if (reader.hasTwice(consoles.map(({ name }) => name)) || reader.hasTwice(codes)) {
    throw new RangeError("two consoles are one");
  }
  return consoles;
}

/**
 * @param {unknown} item
 * @returns {Console}
 */
function consoleOf(item) {
  const fields = json.exactly(item, ["console", "called", "categories"]);
  return {
    name: reader.text(fields.console),
    called: reader.text(fields.called),
    categories: new Set(json.list(fields.categories).map(reader.text)),
  };
}
