/** The "collected" token: how a tipster learns that the agency stored a tip, and nobody learns who asked. */

import { u32 } from "./bytes.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Suite} from "./suite.js" */

export const SIZE = 16;
/** Tokens of so many days are on the board. */
export const DAYS = 14;

/**
 * Return the token for an envelope collected on *day* (days since 1970-01-01).
 * @param {Suite} suite
 * @param {Uint8Array} acknowledgementKey
 * @param {number} day
 * @returns {Promise<Bytes>}
 */
export async function token(suite, acknowledgementKey, day) {
  return (await suite.mac(acknowledgementKey, "collected", u32(day))).subarray(0, SIZE);
}
