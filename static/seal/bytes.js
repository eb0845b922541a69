/** Small helpers for bytes that Python has built in. */

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

// getRandomValues gives no more than this at once.
const RANDOM_MAX = 65536;

/**
 * Join *parts* into one.
 * @param {...Uint8Array} parts
 * @returns {Bytes}
 */
export function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * Return *data* with zeros after it, *size* bytes in all.
 * @param {Uint8Array} data at most *size* bytes
 * @param {number} size
 * @returns {Bytes}
 */
export function zeroFilled(data, size) {
  const filled = new Uint8Array(size);
  filled.set(data);
  return filled;
}

/**
 * Cut *data* into views of *size* bytes.
 * @param {Bytes} data
 * @param {number} size
 * @returns {Bytes[]}
 */
export function cutInto(data, size) {
  const count = Math.ceil(data.length / size);
  return Array.from({ length: count }, (_, at) => data.subarray(at * size, (at + 1) * size));
}

/**
 * Return *number* as four big-endian bytes.
 * @param {number} number
 * @returns {Bytes}
 */
export function u32(number) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

/**
 * Return a view for reading numbers of *data*.
 * @param {Uint8Array} data
 * @returns {DataView}
 */
export function viewOf(data) {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Tell whether *left* and *right* are the same bytes, in a time that depends on their length only.
 * @param {Uint8Array} left
 * @param {Uint8Array} right
 * @returns {boolean}
 */
export function equal(left, right) {
  if (left.length !== right.length) {
    return false;
  }
  let difference = 0;
  for (let at = 0; at < left.length; at += 1) {
    difference |= /** @type {number} */ (left[at]) ^ /** @type {number} */ (right[at]);
  }
  return difference === 0;
}

/**
 * Tell whether every byte is zero.
 * @param {Uint8Array} data
 * @returns {boolean}
 */
export function isZero(data) {
  return data.every((byte) => byte === 0);
}

/**
 * Return *text* in UTF-8; half a surrogate pair becomes U+FFFD.
 * @param {string} text
 * @returns {Bytes}
 */
export function utf8(text) {
  return new TextEncoder().encode(text);
}

/**
 * Read UTF-8. Throws TypeError unless *data* is exactly that, and keeps a byte order mark in the text.
 * @param {Uint8Array} data
 * @returns {string}
 */
export function fromUtf8(data) {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
}

/**
 * Return *data* in lower-case hex, as addresses have it.
 * @param {Uint8Array} data
 * @returns {string}
 */
export function toHex(data) {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Undo *toHex*. Throws RangeError for anything else.
 * @param {string} text
 * @returns {Bytes}
 */
export function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) {
    throw new RangeError("not hex");
  }
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/**
 * Return *data* in base64url without padding (RFC 4648, section 5).
 * @param {Uint8Array} data
 * @returns {string}
 */
export function toBase64(data) {
  const text = btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * Undo *toBase64*. Throws unless *text* is exactly *size* bytes, canonically written.
 * @param {unknown} text
 * @param {number} size
 * @returns {Bytes}
 */
export function fromBase64(text, size) {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text)) {
    throw new TypeError("not base64url");
  }
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const data = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  if (data.length !== size || toBase64(data) !== text) {
    throw new RangeError(`not ${size} bytes of base64url`);
  }
  return data;
}

/**
 * Return *size* bytes from the system's random source.
 * @param {number} size
 * @returns {Bytes}
 */
export function random(size) {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += RANDOM_MAX) {
    crypto.getRandomValues(bytes.subarray(at, at + RANDOM_MAX));
  }
  return bytes;
}

/**
 * Return a copy of *items* in random order, each order equally likely (Fisher and Yates).
 * @template T
 * @param {readonly T[]} items
 * @returns {T[]}
 */
export function shuffled(items) {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = randomBelow(at + 1);
    [order[at], order[other]] = [/** @type {T} */ (order[other]), /** @type {T} */ (order[at])];
  }
  return order;
}

/**
 * Return a random whole number from 0 to *limit* - 1, each equally likely.
 * @param {number} limit from 1 to 2^32
 * @returns {number}
 */
export function randomBelow(limit) {
  // What would favour the small numbers is drawn again.
  const fair = 2 ** 32 - (2 ** 32 % limit);
  const drawn = new Uint32Array(1);
  do {
    crypto.getRandomValues(drawn);
  } while (/** @type {number} */ (drawn[0]) >= fair);
  return /** @type {number} */ (drawn[0]) % limit;
}
