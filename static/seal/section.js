/** A section: what one console publishes in the keyring, signed by its signer, valid for 14 days. */

import { fromBase64, toHex } from "./bytes.js";
import * as certificate from "./certificate.js";
import { KeyringError } from "./errors.js";
import * as json from "./json.js";
import { CODE } from "./message.js";
import * as reader from "./reader.js";
import * as revocation from "./revocation.js";
import { verify } from "./signature.js";
import { isQuorum } from "./stanza.js";
import { suiteOf } from "./suite.js";

/** @import {Signed} from "./signature.js" */

/**
 * A desk that tips can be sealed to: 16-byte *id*, *name*, public *keys* of this epoch.
 *
 * An ordinary desk has one. Where *k* is over 1 they are the keys of its seats, up to five, and any k of them
 * open a tip together.
 * @typedef {{id: Uint8Array, name: string, k: number, keys: readonly Uint8Array[]}} Desk
 */

/**
 * What a tip can be about: its *code*, its *name* in English, and the id of the *desk* it goes to.
 * @typedef {{code: string, name: string, desk: Uint8Array}} Category
 */

/**
 * One console's section. *epoch* is the week number of the keys; *work* the effort asked for a PUT.
 * @typedef {object} Section
 * @property {string} console
 * @property {number} serial
 * @property {string} notBefore "YYYY-MM-DD"
 * @property {string} notAfter "YYYY-MM-DD"
 * @property {number} suite the code; *suiteOf* gives the Suite
 * @property {number} epoch
 * @property {Uint8Array} sorting public key of the console's collector
 * @property {readonly Desk[]} desks
 * @property {readonly Category[]} categories
 * @property {number} work
 */

/**
 * A *section* and the *certificate* of the signer that vouches for it.
 * @typedef {{section: Section, certificate: certificate.Certificate}} Vouched
 */

export const LABEL = "keyring";
const FIELDS = [
  "console",
  "serial",
  "not_before",
  "not_after",
  "suite",
  "epoch",
  "sorting",
  "desks",
  "categories",
  "work",
];

/**
 * Throw KeyringError("dates") unless *today* lies within both. A wrong clock looks the same: ask.
 * @param {Vouched} vouched
 * @param {string} today "YYYY-MM-DD"
 */
export function checkDates(vouched, today) {
  for (const { notBefore, notAfter } of [vouched.section, vouched.certificate]) {
    if (today < notBefore || today > notAfter) {
      const detail = `valid from ${notBefore} to ${notAfter}, today is ${today}`;
      throw new KeyringError("dates", detail, { notBefore, notAfter });
    }
  }
}

/**
 * Check root, signer and section, in this order.
 *
 * Throws KeyringError "signature", "fields", "agency", "revoked", "console" (one that the list does not name, or
 * a signer speaking for another), "desks" (a desk its certificate does not name), "categories" (one that is
 * another console's own) or FormatError "suite".
 * @param {Uint8Array} rootPublic
 * @param {revocation.Revocations} revocations
 * @param {{certificate: Signed, section: Signed}} signed
 * @returns {Promise<Vouched>}
 */
export async function verified(rootPublic, revocations, signed) {
  const vouching = await certificate.verified(rootPublic, signed.certificate);
  await revocation.check(revocations, vouching.signer);
  revocation.checkConsole(revocations, vouching.console);
  verify(vouching.signer, LABEL, signed.section);
  const section = reader.readJson(signed.section.payload, FIELDS, sectionOf);
  if (section.console !== vouching.console) {
    const detail = `the signer of ${vouching.console} speaks for ${section.console}`;
    throw new KeyringError("console", detail);
  }
  const desks = new Set(section.desks.map((desk) => toHex(desk.id)));
  const isVouchedFor = [...desks].every((id) => vouching.desks.has(id));
  if (!isVouchedFor || !section.categories.every((item) => desks.has(toHex(item.desk)))) {
    throw new KeyringError("desks", "the signer names a desk that its certificate does not");
  }
  const codes = section.categories.map(({ code }) => code);
  revocation.checkCategories(revocations, section.console, codes);
  return { section, certificate: vouching };
}

/**
 * @param {json.Fields} fields
 * @returns {Section}
 */
function sectionOf(fields) {
  const suite = suiteOf(reader.number(fields.suite));
  return {
    console: reader.text(fields.console),
    serial: reader.number(fields.serial),
    notBefore: reader.day(fields.not_before),
    notAfter: reader.day(fields.not_after),
    suite: suite.code,
    epoch: reader.number(fields.epoch),
    sorting: fromBase64(fields.sorting, suite.publicSize),
    desks: json.list(fields.desks).map((item) => deskOf(item, suite.publicSize)),
    categories: json.list(fields.categories).map(categoryOf),
    work: reader.number(fields.work),
  };
}

/**
 * @param {unknown} item
 * @param {number} keySize
 * @returns {Desk}
 */
function deskOf(item, keySize) {
  const fields = json.exactly(item, ["id", "name", "k", "keys"]);
  const k = reader.number(fields.k);
  const keys = json.list(fields.keys).map((key) => fromBase64(key, keySize));
  const isOrdinary = k === 1 && keys.length === 1;
  // The same key twice would give one seat two shares.
  if (!(isOrdinary || isQuorum(k, keys.length)) || new Set(keys.map(toHex)).size !== keys.length) {
    throw new RangeError("not k of n different keys");
  }
  return { id: fromBase64(fields.id, 16), name: reader.text(fields.name), k, keys };
}

/**
 * @param {unknown} item
 * @returns {Category}
 */
function categoryOf(item) {
  const fields = json.exactly(item, ["code", "name", "desk"]);
  const code = reader.text(fields.code);
  // A message with a code of another form would be refused when it is opened, and so be lost.
  if (!CODE.test(code)) {
    throw new RangeError("not a category's code");
  }
  return {
    code,
    name: reader.text(fields.name),
    desk: fromBase64(fields.desk, 16),
  };
}
