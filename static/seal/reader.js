/** Reading the frames of a keyring or board, and the fields of their JSON, strictly and in order. */

import { viewOf } from "./bytes.js";
import { FormatError, KeyringError } from "./errors.js";
import * as json from "./json.js";
import { SIGNATURE_SIZE } from "./signature.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Signed} from "./signature.js" */

/** Takes bytes from the front of *data*. Throws KeyringError("size") when they do not suffice. */
export class Reader {
  #at = 0;
  #data;

  /** @param {Bytes} data */
  constructor(data) {
    this.#data = data;
  }

  /**
   * Return the next *size* bytes.
   * @param {number} size
   * @returns {Bytes}
   */
  take(size) {
    const taken = this.#data.subarray(this.#at, this.#at + size);
    if (taken.length !== size) {
      throw new KeyringError("size", "it ends too early");
    }
    this.#at += size;
    return taken;
  }

  /** Return the next byte as a number. */
  takeByte() {
    return viewOf(this.take(1)).getUint8(0);
  }

  /**
   * Return the next payload with its signature.
   * @returns {Signed}
   */
  takeSigned() {
    const length = viewOf(this.take(4)).getUint32(0);
    return { payload: this.take(length), signature: this.take(SIGNATURE_SIZE) };
  }

  /** Check that nothing is left. */
  finish() {
    if (this.#at !== this.#data.length) {
      throw new KeyringError("size", "there is something after its end");
    }
  }
}

/**
 * Read a signed JSON object with exactly these *fields* (and "v": 1). Throws KeyringError("fields").
 * @template T
 * @param {Uint8Array} payload
 * @param {readonly string[]} fields
 * @param {(fields: json.Fields) => T} make
 * @returns {T}
 */
export function readJson(payload, fields, make) {
  try {
    return make(json.readObject(payload, fields));
  } catch (error) {
    if (error instanceof FormatError) {
      throw error;
    }
    throw new KeyringError("fields", error instanceof Error ? error.name : "");
  }
}

/**
 * Return *value* if it is a non-empty text of at most 200 characters.
 * @param {unknown} value
 * @returns {string}
 */
export function text(value) {
  const read = json.text(value);
  if (read === "" || [...read].length > 200) {
    throw new RangeError("empty or too long");
  }
  return read;
}

/**
 * Return *value* if it is a whole number from 0 to 2^32 - 1.
 * @param {unknown} value
 * @returns {number}
 */
export function number(value) {
  return json.number(value, 2 ** 32);
}

/**
 * Return the date of "YYYY-MM-DD", as it stands: such dates compare as texts.
 * @param {unknown} value
 * @returns {string}
 */
export function day(value) {
  const written = text(value);
  const date = new Date(`${written}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written) || written < "0001" || Number.isNaN(date.getTime())) {
    throw new RangeError("not a date");
  }
  // February 30 would be read as March 2.
  if (date.toISOString().slice(0, 10) !== written) {
    throw new RangeError("no such day");
  }
  return written;
}

/**
 * Tell whether one of *texts* is there twice.
 * @param {readonly string[]} texts
 */
export function hasTwice(texts) {
  return new Set(texts).size !== texts.length;
}
