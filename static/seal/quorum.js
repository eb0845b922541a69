/**
 * k of n: an envelope's key K split into shares, so that any k give it back and fewer say nothing about it.
 *
 * Shamir's scheme over GF(256), byte for byte, as the library shamir-secret-sharing does it. A share is the value at
 * a point x from 1 to 255, which is drawn for every envelope. The commitment in the header is the judge of what
 * shares give: with more than k of them a false one is found.
 */

import * as shamir from "shamir-secret-sharing";
import { concat, equal } from "./bytes.js";
import { FormatError } from "./errors.js";
import * as layout from "./layout.js";
import * as schedule from "./schedule.js";
import { isQuorum, SHARE } from "./stanza.js";
import { KEY_SIZE, suiteOf } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Stanza} from "./stanza.js" */

/**
 * The envelope's *key*, and the places (from 0) of those among the shares given that are *bad*.
 * @typedef {{key: Uint8Array, bad: number[]}} Combined
 */

/**
 * Split K into *n* shares, any *k* of which give it back: 2 <= k <= n <= 5, else FormatError("quorum").
 * @param {Bytes} key
 * @param {number} k
 * @param {number} n
 * @returns {Promise<Stanza[]>}
 */
export async function split(key, k, n) {
  if (!isQuorum(k, n)) {
    throw new FormatError("quorum", `${k} of ${n}`);
  }
  return (await shamir.split(key, n, k)).map((share) => ({
    kind: SHARE,
    key: share.subarray(0, KEY_SIZE),
    x: Number(share[KEY_SIZE]),
    k,
    n,
  }));
}

/**
 * Return the key that k of these *shares* of *envelope* give, and which of the others are bad.
 *
 * Throws FormatError("shares") when no k of them give the key that the envelope is committed to: there are too
 * few, one of exactly k is false, or they are another envelope's.
 * @param {Bytes} envelope
 * @param {readonly Stanza[]} shares
 * @returns {Promise<Combined>}
 */
export async function combine(envelope, shares) {
  const { header } = layout.split(envelope);
  for (const chosen of candidates(shares)) {
    const key = await valueAtZero(chosen);
    const text = await schedule.textKey(suiteOf(header.suite), key, header.salt);
    if (await schedule.isCommitted(text, header)) {
      const good = await Promise.all(shares.map((share) => belongs(share, chosen, key)));
      return { key, bad: [...good.keys()].filter((at) => !good[at]) };
    }
  }
  throw new FormatError("shares", "no k of these shares give the key of this envelope");
}

/**
 * Yield every k of the shares that agree on k and n and stand at different points.
 * @param {readonly Stanza[]} shares
 * @returns {Generator<Stanza[], void>}
 */
function* candidates(shares) {
  const quorums = new Set(shares.map(({ k, n }) => k * 256 + n));
  for (const quorum of [...quorums].sort((left, right) => left - right)) {
    const [k, n] = [quorum >> 8, quorum % 256];
    const alike = shares.filter((share) => share.k === k && share.n === n);
    for (const chosen of isQuorum(k, n) ? combinations(alike, k) : []) {
      if (new Set(chosen.map((share) => share.x)).size === k) {
        yield chosen;
      }
    }
  }
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {number} size
 * @returns {Generator<T[], void>}
 */
function* combinations(items, size) {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [at, item] of items.entries()) {
    for (const others of combinations(items.slice(at + 1), size - 1)) {
      yield [item, ...others];
    }
  }
}

/** @param {readonly Stanza[]} shares */
function valueAtZero(shares) {
  return shamir.combine(shares.map(({ key, x }) => concat(key, new Uint8Array([x]))));
}

/**
 * Tell whether *share* lies on the curve of the *chosen*: in the place of one of them it gives K too.
 * @param {Stanza} share
 * @param {readonly Stanza[]} chosen
 * @param {Uint8Array} key
 */
async function belongs(share, chosen, key) {
  const is = (/** @type {Stanza} */ other) => other.x === share.x && equal(other.key, share.key);
  if (chosen.some((other) => is(other) && other.k === share.k && other.n === share.n)) {
    return true;
  }
  for (const one of candidates([share, ...chosen.slice(1)])) {
    return equal(await valueAtZero(one), key);
  }
  return false;
}
