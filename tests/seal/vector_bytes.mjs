/** How vectors write bytes: tests/vectors/README.md. */

import { concat, fromBase64, toBase64, utf8 } from "../../static/seal/bytes.js";

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {Record<string, any>} Fields */

/**
 * Make the bytes that *value* describes.
 * @param {any} value
 * @param {Fields} [blobs]
 * @returns {Bytes}
 */
export function bytesOf(value, blobs = {}) {
  if (typeof value === "string") {
    return fromBase64(value, Math.floor((value.length * 3) / 4));
  }
  const form = Object.keys(value).sort().join();
  const make = FORMS[form];
  if (make === undefined) {
    throw new Error(`bytes written as ${form}`);
  }
  return make(value, (inner) => bytesOf(inner, blobs), blobs);
}

/** @type {Record<string, (value: Fields, inner: (value: any) => Bytes, blobs: Fields) => Bytes>} */
const FORMS = {
  utf8: ({ utf8: text }) => utf8(text),
  "repeat,size": ({ repeat, size }, inner) => {
    const unit = inner(repeat);
    const repeated = new Uint8Array(Math.ceil(size / unit.length) * unit.length);
    for (let at = 0; at < repeated.length; at += unit.length) {
      repeated.set(unit, at);
    }
    return repeated.slice(0, size);
  },
  join: ({ join }, inner) => concat(...join.map(inner)),
  blob: ({ blob }, inner, blobs) => inner(blobs[blob]),
  "edit,put": edited,
  "edit,put,size": edited,
};

/**
 * @param {Fields} value
 * @param {(value: any) => Bytes} inner
 * @returns {Bytes}
 */
function edited({ edit, put, size }, inner) {
  const before = inner(edit);
  const after = new Uint8Array(size ?? before.length);
  after.set(before.subarray(0, after.length));
  for (const [at, part] of put) {
    after.set(inner(part), at);
  }
  return after;
}

/**
 * Return *value* as the vectors write it: bytes in base64url, other values as they are.
 * @param {any} value
 * @returns {any}
 */
export function plain(value) {
  if (value instanceof Uint8Array) {
    return toBase64(value);
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
  }
  return value;
}
