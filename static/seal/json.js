/** Reading JSON as strictly as Python's half does. All functions here throw unless things are as described. */

import { fromUtf8 } from "./bytes.js";

/** @typedef {Record<string, unknown>} Fields */

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/gs;

/**
 * Read a JSON object in UTF-8 that has exactly these fields, and "v": 1.
 *
 * Neither the format nor the keyring knows fractions, exponents, true, false or null, and JSON.parse would not
 * tell 1.0 from 1: outside of its strings there may be nothing but whole numbers and the signs of the syntax.
 * @param {Uint8Array} data
 * @param {readonly string[]} names
 * @returns {Fields}
 */
export function readObject(data, names) {
  const text = fromUtf8(data);
  if (/[^\s[\]{}:,0-9-]/.test(text.replace(STRING, ""))) {
    throw new RangeError("not a whole number");
  }
  const fields = exactly(JSON.parse(text), ["v", ...names]);
  if (fields.v !== 1) {
    throw new RangeError("another version");
  }
  return fields;
}

/**
 * Return *value* if it is an object with exactly these fields.
 * @param {unknown} value
 * @param {readonly string[]} names
 * @returns {Fields}
 */
export function exactly(value, names) {
  const fields = object(value);
  if (Object.keys(fields).sort().join() !== [...names].sort().join()) {
    throw new RangeError("other fields");
  }
  return fields;
}

/**
 * Return *value* if it is an object.
 * @param {unknown} value
 * @returns {Fields}
 */
export function object(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError("not an object");
  }
  return /** @type {Fields} */ (value);
}

/**
 * Return *value* if it is a list of at most *most* items.
 * @param {unknown} value
 * @param {number} [most]
 * @returns {unknown[]}
 */
export function list(value, most = Number.POSITIVE_INFINITY) {
  if (!Array.isArray(value) || value.length > most) {
    throw new TypeError("not a list, or too long");
  }
  return value;
}

/**
 * Return *value* if it is a text without half surrogate pairs.
 * @param {unknown} value
 * @returns {string}
 */
export function text(value) {
  if (typeof value !== "string" || /\p{Surrogate}/u.test(value)) {
    throw new TypeError("not a text");
  }
  return value;
}

/**
 * Return *value* if it is a whole number from 0 to *limit* - 1.
 * @param {unknown} value
 * @param {number} limit
 * @returns {number}
 */
export function number(value, limit) {
  if (!Number.isInteger(value) || !(Number(value) >= 0 && Number(value) < limit)) {
    throw new RangeError("not a number in range");
  }
  return Number(value) + 0; // -0 becomes 0
}
