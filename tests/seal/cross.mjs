/**
 * The JavaScript half of test_cross.py: reads one JSON request a line, answers one a line.
 *
 * {"do": operation, "with": arguments} -> {"gives": result} or {"failure": word}
 */

import { createInterface } from "node:readline";
import { FormatError } from "../../static/seal/errors.js";
import { rewrap } from "../../static/seal/rewrap.js";
import * as slot from "../../static/seal/slot.js";
import { suiteOf } from "../../static/seal/suite.js";
import { operate, seal } from "./operations.mjs";
import { bytesOf, plain } from "./vector_bytes.mjs";

/** @param {{do: string, with: Record<string, any>}} request */
async function answer({ do: operation, with: given }) {
  try {
    const make = MAKING[operation];
    return { gives: make ? plain(await make(given)) : await operate(operation, given) };
  } catch (error) {
    if (error instanceof FormatError) {
      return { failure: error.failure };
    }
    throw error;
  }
}

/**
 * What is random, and so not among the operations of the vectors.
 * @type {Record<string, (given: Record<string, any>) => Promise<any>>}
 */
const MAKING = {
  seal: async ({ suite, agency, epoch, k = 1, desk_keys, sorting_keys, ...more }) => {
    const who = [suiteOf(suite), bytesOf(agency), epoch, desk_keys, sorting_keys];
    const { docket, receipt, message } = more;
    return { envelope: await seal(...who, docket, bytesOf(receipt), bytesOf(message), k) };
  },
  rewrap: async ({ suite = 1, seed, envelope_id, desk, kind, key, x = 0, k = 0, n = 0 }) => {
    const publicKey = suiteOf(suite).private(bytesOf(seed)).public;
    const what = { kind, key: bytesOf(key), x, k, n };
    return {
      sealed: await rewrap(suiteOf(suite), publicKey, bytesOf(envelope_id), bytesOf(desk), what),
    };
  },
  slots: async ({ suite = 1, reply_key, first_index, id, desk, day, text }) => {
    const reply = { id: bytesOf(id), desk: bytesOf(desk), day, text };
    return { slots: await slot.seal(suiteOf(suite), bytesOf(reply_key), first_index, reply) };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
