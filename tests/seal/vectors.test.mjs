/** Every vector of tests/vectors/, in JavaScript. Python's half is test_vectors.py. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { FormatError } from "../../static/seal/errors.js";
import { operate } from "./operations.mjs";

/** @typedef {Record<string, any>} Fields */

const FOLDER = new URL("../vectors/", import.meta.url);
/** @type {string[]} */
const FAILURES = read("failures.json").failures;
const FILES = readdirSync(FOLDER).filter(
  (name) => name.endsWith(".json") && name !== "failures.json",
);

/**
 * @param {string} name
 * @returns {Fields}
 */
function read(name) {
  return JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));
}

/**
 * @param {Fields} vector
 * @returns {"gives" | "none" | "failure"}
 */
function outcomeOf({ name, do: operation, with: given, ...rest }) {
  assert.equal(typeof name, "string");
  assert.equal(typeof operation, "string");
  assert.equal(typeof given, "object");
  const [outcome, ...more] = Object.keys(rest);
  assert.deepEqual(more, [], "one outcome, and no other field");
  if (outcome === "none") {
    assert.equal(rest.none, true);
  } else if (outcome === "failure") {
    assert.ok(FAILURES.includes(rest.failure), `failure ${rest.failure} is not in failures.json`);
  } else {
    assert.equal(outcome, "gives");
  }
  return /** @type {"gives" | "none" | "failure"} */ (outcome);
}

/**
 * @param {Fields} vector
 * @param {Fields} blobs
 */
async function check(vector, blobs) {
  const outcome = outcomeOf(vector);
  const running = operate(vector.do, vector.with, blobs);
  if (outcome === "failure") {
    await assert.rejects(running, (error) => {
      assert.ok(error instanceof FormatError, String(error));
      assert.equal(error.failure, vector.failure);
      return true;
    });
    return;
  }
  assert.deepEqual(await running, outcome === "none" ? null : vector.gives);
}

for (const file of FILES) {
  const { about, blobs, vectors, ...rest } = read(file);
  test(`${file} has no other field`, () => {
    assert.equal(typeof about, "string");
    assert.deepEqual(rest, {});
    assert.ok(vectors.length > 0);
    const names = vectors.map((/** @type {Fields} */ vector) => vector.name);
    assert.equal(new Set(names).size, names.length, "a name twice");
  });
  for (const vector of vectors) {
    test(`${file}: ${vector.name}`, () => check(vector, blobs));
  }
}

test("every failure is shown by a vector", () => {
  const shown = FILES.flatMap((file) =>
    read(file).vectors.map((/** @type {Fields} */ vector) => vector.failure),
  );
  assert.deepEqual(new Set(shown.filter(Boolean)), new Set(FAILURES));
});
