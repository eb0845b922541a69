/**
 * Parcels: a file cut into sealed pieces of 1 MiB, all of one length.
 *
 *     key   = HKDF(file key, no salt, "tipline/1 parcel")
 *     nonce = index (4 bytes) || count (4) || 1 for the last piece, else 0 (4)
 *
 * The file key is random and serves one file, so an index is never used twice under one key. Keyed from K, two
 * files of one tip would share key and nonce. A file is read piece by piece: it need not fit in memory.
 */

import { concat, isZero, random, u32, zeroFilled } from "./bytes.js";
import { FormatError } from "./errors.js";
import { decrypt, encrypt, TAG_SIZE } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Suite} from "./suite.js" */

export const PIECE = 1024 * 1024;
export const SIZE = PIECE + TAG_SIZE;

/**
 * Return how many parcels a file of *size* bytes takes; an empty file takes one.
 * @param {number} size
 */
export function countFor(size) {
  return Math.max(1, Math.ceil(size / PIECE));
}

/**
 * Return the number a tip's parcels are rounded up to: powers of two to 16, then multiples of 16.
 * @param {number} parcels
 */
export function paddedCount(parcels) {
  if (parcels > 16) {
    return Math.ceil(parcels / 16) * 16;
  }
  let count = Math.min(parcels, 1);
  while (count < parcels) {
    count *= 2;
  }
  return count;
}

/**
 * Seal piece *index* (from 0) of *count*; a short last piece is filled with zeros.
 * @param {Suite} suite
 * @param {Uint8Array} fileKey
 * @param {number} index
 * @param {number} count
 * @param {Uint8Array} piece at most 1 MiB
 * @returns {Promise<Bytes>}
 */
export async function seal(suite, fileKey, index, count, piece) {
  if (piece.length > PIECE || !(index >= 0 && index < count)) {
    throw new FormatError("parcel", `piece ${index} of ${count} with ${piece.length} bytes`);
  }
  const filled = piece.length === PIECE ? piece : zeroFilled(piece, PIECE);
  return encrypt(await keyOf(suite, fileKey), filled, undefined, nonce(index, count));
}

/**
 * Return a parcel that nobody can open, and nobody can tell from one that somebody can.
 * @returns {Bytes}
 */
export function dummy() {
  return random(SIZE);
}

/**
 * Open one parcel to its 1 MiB of plaintext.
 *
 * Throws FormatError "size", or "parcel" when it is another file's, out of place, or changed.
 * @param {Suite} suite
 * @param {Uint8Array} fileKey
 * @param {number} index
 * @param {number} count
 * @param {Uint8Array} sealed
 * @returns {Promise<Bytes>}
 */
export async function open(suite, fileKey, index, count, sealed) {
  if (sealed.length !== SIZE) {
    throw new FormatError("size", `${sealed.length} bytes, not ${SIZE}`);
  }
  const piece = await decrypt(await keyOf(suite, fileKey), sealed, undefined, nonce(index, count));
  if (piece === null) {
    throw new FormatError("parcel", `piece ${index} of ${count} does not belong here`);
  }
  return piece;
}

/**
 * Open the *parcels* of a file of *size* bytes in order, a piece of at most 1 MiB at a time.
 *
 * Throws FormatError "parcel" for too few or too many parcels, or filler that is not zero.
 * @param {Suite} suite
 * @param {Uint8Array} fileKey
 * @param {number} size
 * @param {Iterable<Uint8Array> | AsyncIterable<Uint8Array>} parcels
 * @returns {AsyncGenerator<Bytes, void>}
 */
export async function* openFile(suite, fileKey, size, parcels) {
  const count = countFor(size);
  let left = size;
  let seen = 0;
  for await (const sealed of parcels) {
    seen += 1;
    if (seen > count) {
      break;
    }
    const piece = await open(suite, fileKey, seen - 1, count, sealed);
    const length = Math.min(left, PIECE);
    if (!isZero(piece.subarray(length))) {
      throw new FormatError("parcel", "the filler is not zero");
    }
    left -= length;
    yield piece.subarray(0, length);
  }
  if (seen !== count) {
    throw new FormatError("parcel", `${count} parcels were promised`);
  }
}

/**
 * @param {Suite} suite
 * @param {Uint8Array} fileKey
 */
function keyOf(suite, fileKey) {
  return suite.derive(fileKey, new Uint8Array(0), "parcel");
}

/**
 * @param {number} index
 * @param {number} count
 */
function nonce(index, count) {
  return concat(u32(index), u32(count), u32(index === count - 1 ? 1 : 0));
}
