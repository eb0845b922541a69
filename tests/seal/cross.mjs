/**
 * The JavaScript half of test_cross.py: reads one JSON request a line, answers one a line.
 *
 * {"do": operation, "with": arguments} -> {"gives": result} or {"failure": word}
 */

import { createInterface } from "node:readline";
import { FormatError } from "../../static/seal/errors.js";
import { operate, seal } from "./operations.mjs";
import { bytesOf, plain } from "./vector_bytes.mjs";

/** @param {{do: string, with: Record<string, any>}} request */
async function answer({ do: operation, with: given }) {
  try {
    return { gives: operation === "seal" ? await sealed(given) : await operate(operation, given) };
  } catch (error) {
    if (error instanceof FormatError) {
      return { failure: error.failure };
    }
    throw error;
  }
}

/** @param {Record<string, any>} given */
async function sealed(given) {
  const { suite, agency, epoch, desk_keys, sorting_keys, docket, receipt, message } = given;
  const who = [suite, bytesOf(agency), epoch, desk_keys, sorting_keys];
  return plain({ envelope: await seal(...who, docket, bytesOf(receipt), bytesOf(message)) });
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
