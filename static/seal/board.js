/** The board's bytes: one signed section a console, read and verified before use. */

import * as acknowledgement from "./acknowledgement.js";
import { cutInto, equal, fromBase64, utf8 } from "./bytes.js";
import * as certificate from "./certificate.js";
import { KeyringError } from "./errors.js";
import * as reader from "./reader.js";
import * as revocation from "./revocation.js";
import { verify } from "./signature.js";
import * as slot from "./slot.js";
import { sha256 } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Fields} from "./json.js" */

/**
 * What is signed: *previous* is the SHA-256 of the head before, *sha256* that of slots and tokens.
 *
 * *audit* is the hash of where the chains of the console's audit ended at the first board of its day.
 * @typedef {object} Head
 * @property {string} console
 * @property {number} serial
 * @property {string} day "YYYY-MM-DD"
 * @property {Uint8Array} previous
 * @property {number} slots
 * @property {number} tokens
 * @property {Uint8Array} sha256
 * @property {Uint8Array} audit
 */

/**
 * One console's slots (each 1,024 bytes) and tokens (each 16 bytes), under a verified head.
 * @typedef {object} BoardSection
 * @property {Head} head
 * @property {certificate.Certificate} certificate
 * @property {readonly Bytes[]} slots
 * @property {Tokens} tokens
 */

export const MAGIC = utf8("TIPB\x01");
export const LABEL = "board";
export const SLOTS_MAX = 8192;
export const TOKENS_MAX = 262_144;
const FIELDS = ["console", "serial", "day", "previous", "slots", "tokens", "sha256", "audit"];

/** The "collected" tokens as they stand in the board: there can be many, and a page looks for few. */
export class Tokens {
  /** @param {Bytes} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.size = bytes.length / acknowledgement.SIZE;
  }

  /** @returns {Generator<Bytes, void>} */
  *[Symbol.iterator]() {
    yield* cutInto(this.bytes, acknowledgement.SIZE);
  }

  /**
   * Tell whether *token* (16 bytes) is among them.
   * @param {Uint8Array} token
   * @returns {boolean}
   */
  has(token) {
    const size = acknowledgement.SIZE;
    for (let at = 0; at < this.bytes.length; at += size) {
      if (this.bytes[at] === token[0] && equal(this.bytes.subarray(at, at + size), token)) {
        return true;
      }
    }
    return false;
  }
}

/**
 * Read and check a board, with what a verified keyring says of root and *revocations*.
 *
 * Throws KeyringError "magic", "size", "signature", "fields", "agency", "revoked", "console", "hash" or
 * "sections".
 * @param {Bytes} data
 * @param {Uint8Array} rootPublic
 * @param {revocation.Revocations} revocations
 * @returns {Promise<BoardSection[]>}
 */
export async function verified(data, rootPublic, revocations) {
  const taking = new reader.Reader(data);
  if (!equal(taking.take(MAGIC.length), MAGIC)) {
    throw new KeyringError("magic");
  }
  const sections = [];
  for (let left = taking.takeByte(); left > 0; left -= 1) {
    sections.push(await sectionOf(taking, rootPublic, revocations));
  }
  taking.finish();
  if (new Set(sections.map(({ head }) => head.console)).size !== sections.length) {
    throw new KeyringError("sections", "one section a console: a second one would be an old one");
  }
  return sections;
}

/**
 * @param {reader.Reader} taking
 * @param {Uint8Array} rootPublic
 * @param {revocation.Revocations} revocations
 * @returns {Promise<BoardSection>}
 */
async function sectionOf(taking, rootPublic, revocations) {
  const vouching = await certificate.verified(rootPublic, taking.takeSigned());
  await revocation.check(revocations, vouching.signer);
  revocation.checkConsole(revocations, vouching.console);
  const signed = taking.takeSigned();
  verify(vouching.signer, LABEL, signed);
  const head = reader.readJson(signed.payload, FIELDS, headOf);
  if (head.console !== vouching.console) {
    const detail = `the signer of ${vouching.console} speaks for ${head.console}`;
    throw new KeyringError("console", detail);
  }
  const slotsSize = head.slots * slot.SIZE;
  const listed = taking.take(slotsSize + head.tokens * acknowledgement.SIZE);
  if (!equal(await sha256(listed), head.sha256)) {
    throw new KeyringError("hash", "slots or tokens were changed");
  }
  const slots = slot.cut(listed.subarray(0, slotsSize));
  return { head, certificate: vouching, slots, tokens: new Tokens(listed.subarray(slotsSize)) };
}

/**
 * @param {Fields} fields
 * @returns {Head}
 */
function headOf(fields) {
  const head = {
    console: reader.text(fields.console),
    serial: reader.number(fields.serial),
    day: reader.day(fields.day),
    previous: fromBase64(fields.previous, 32),
    slots: reader.number(fields.slots),
    tokens: reader.number(fields.tokens),
    sha256: fromBase64(fields.sha256, 32),
    audit: fromBase64(fields.audit, 32),
  };
  if (head.slots > SLOTS_MAX || head.tokens > TOKENS_MAX) {
    throw new RangeError("too many slots or tokens");
  }
  return head;
}
