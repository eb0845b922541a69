/** What an observer of the page's pace could see of whom it seals to. What it seals is in the vectors. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../static/seal/bytes.js";
import { seal } from "../../static/seal/sealing.js";
import { HYBRID, Suite } from "../../static/seal/suite.js";

/** A suite that notes what it is asked to do. */
class Noting extends Suite {
  /** @param {string[]} done */
  constructor(done) {
    super(HYBRID.code, HYBRID.kem, HYBRID.hash);
    this.done = done;
  }

  /** @override */
  generate() {
    this.done.push("generate");
    return super.generate();
  }

  /**
   * @override
   * @param {[Uint8Array, Uint8Array, Uint8Array]} what
   */
  async seal(...what) {
    this.done.push("seal");
    return super.seal(...what);
  }
}

/**
 * What it takes to seal to so many keys, in order.
 * @param {number} k
 * @param {number} n
 */
async function work(k, n) {
  /** @type {string[]} */
  const done = [];
  const suite = new Noting(done);
  const publicKeys = Array.from({ length: n }, () => HYBRID.generate().public);
  const [acknowledgement, desk] = [random(32), random(16)];
  const keys = { reply: random(32), followUp: random(32), acknowledgement, thread: random(16) };
  const sortingKeys = [HYBRID.generate().public];
  const address = { suite, agency: random(8), epoch: 1, deskKeys: publicKeys, sortingKeys, k };
  await seal(address, { desk, danger: "no", acknowledgement }, keys, random(900));
  return done;
}

test("sealing takes the same steps for one desk and for any seats, so its time tells nothing", async () => {
  // A throw-away key costs some 60 ms where the browser has no JIT: the relay can time the page.
  const one = await work(1, 1);
  assert.equal(one.filter((step) => step === "generate").length, 7);
  for (const [k, n] of /** @type {const} */ ([
    [2, 3],
    [3, 5],
  ])) {
    assert.deepEqual(await work(k, n), one);
  }
});
