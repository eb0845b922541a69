/**
 * The receipt code: 128 random bits that a tipster writes down, and the keys that follow from them.
 *
 * Twenty-six Crockford base32 characters (128 bits and two zero bits) and two check characters, in seven
 * groups of four. The check is the value of the 26 characters modulo 1021, a prime: every single wrong
 * character and every swap of neighbours is found before any traffic.
 */

import { fromHex, random, toHex } from "./bytes.js";
import { ReceiptError } from "./errors.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Suite} from "./suite.js" */

/**
 * What one receipt gives: three 32-byte keys, and the 16-byte name of the *thread*.
 * @typedef {object} ReceiptKeys
 * @property {Bytes} reply
 * @property {Bytes} followUp
 * @property {Bytes} acknowledgement
 * @property {Bytes} thread
 */

export const SIZE = 16;
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DATA = 26;
const CHECK = 2;
const PRIME = 1021n;
/** @type {Readonly<Record<string, string>>} */
const READ_AS = { O: "0", I: "1", L: "1" };
// Blanks, every hyphen and dash, and the marks that right-to-left text brings along when pasted.
const IGNORED = new Set(
  " \t\r\n-\u00a0\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212._" +
    "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069",
);

/** Return the 16 random bytes of a new receipt. */
export function generate() {
  return random(SIZE);
}

/**
 * Write 16 bytes as a code: seven groups of four characters joined by hyphens.
 * @param {Uint8Array} entropy
 * @returns {string}
 */
export function format(entropy) {
  const value = BigInt(`0x${toHex(entropy)}`) << 2n;
  const code = digits(value, DATA) + digits(value % PRIME, CHECK);
  return code.replace(/(.{4})(?=.)/g, "$1-");
}

/**
 * Read a code in any case and spacing, O as 0, I and L as 1.
 *
 * Throws ReceiptError "length", "character" (with the 1-based place as *detail*) or "check".
 * @param {string} text
 * @returns {Bytes}
 */
export function parse(text) {
  const kept = [...text].filter((character) => !IGNORED.has(character)).join("");
  const code = [...kept.toUpperCase()].map((character) => READ_AS[character] ?? character);
  const wrong = code.findIndex((character) => !ALPHABET.includes(character));
  if (wrong !== -1) {
    throw new ReceiptError("character", String(wrong + 1));
  }
  if (code.length !== DATA + CHECK) {
    throw new ReceiptError("length", `${code.length} characters, not ${DATA + CHECK}`);
  }
  const value = numberOf(code.slice(0, DATA));
  if (value % PRIME !== numberOf(code.slice(DATA)) || value & 3n) {
    throw new ReceiptError("check");
  }
  return fromHex((value >> 2n).toString(16).padStart(2 * SIZE, "0"));
}

/**
 * Derive the keys of a receipt at one agency (its 8-byte id).
 * @param {Suite} suite
 * @param {Uint8Array} entropy
 * @param {Uint8Array} agency
 * @returns {Promise<ReceiptKeys>}
 */
export async function keys(suite, entropy, agency) {
  return {
    reply: await suite.derive(entropy, agency, "receipt reply"),
    followUp: await suite.derive(entropy, agency, "receipt follow-up"),
    acknowledgement: await suite.derive(entropy, agency, "receipt acknowledgement"),
    thread: await suite.derive(entropy, agency, "receipt thread", 16),
  };
}

/**
 * @param {bigint} value
 * @param {number} count
 */
function digits(value, count) {
  let text = "";
  for (let place = count - 1; place >= 0; place -= 1) {
    text += ALPHABET[Number((value >> BigInt(5 * place)) & 31n)];
  }
  return text;
}

/** @param {readonly string[]} code */
function numberOf(code) {
  return code.reduce((value, digit) => (value << 5n) | BigInt(ALPHABET.indexOf(digit)), 0n);
}
