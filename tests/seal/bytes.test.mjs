/** What JavaScript needs helpers for, and Python has built in. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as bytes from "../../static/seal/bytes.js";
import * as message from "../../static/seal/message.js";
import * as section from "../../static/seal/section.js";

test("random bytes are given in any number, and differ", () => {
  for (const size of [0, 1, 65536, 65537, 1048592]) {
    assert.equal(bytes.random(size).length, size);
  }
  const drawn = bytes.random(3 * 65536);
  assert.ok(!bytes.isZero(drawn.subarray(-65536)));
  assert.notDeepEqual(drawn.subarray(0, 65536), drawn.subarray(65536, 131072));
});

test("every order comes up when things are shuffled", () => {
  const seen = new Set();
  for (let round = 0; round < 2000 && seen.size < 24; round += 1) {
    const order = bytes.shuffled([1, 2, 3, 4]);
    assert.deepEqual([...order].sort(), [1, 2, 3, 4]);
    seen.add(order.join());
  }
  assert.equal(seen.size, 24);
});

test("a draw that would favour small numbers is drawn again", (context) => {
  // 2^32 is 1 modulo 3: the one highest draw would make 0 likelier.
  const draws = [2 ** 32 - 1, 5];
  context.mock.method(crypto, "getRandomValues", (/** @type {Uint32Array} */ into) => {
    into[0] = Number(draws.shift());
    return into;
  });
  assert.equal(bytes.randomBelow(3), 2);
  assert.deepEqual(draws, []);
});

test("bytes are equal only when each of them is", () => {
  const left = new Uint8Array([1, 2, 3]);
  assert.ok(bytes.equal(left, new Uint8Array([1, 2, 3])));
  for (const right of [[1, 2], [1, 2, 3, 0], [0, 2, 3], [1, 2, 2], []]) {
    assert.ok(!bytes.equal(left, new Uint8Array(right)));
  }
});

test("hex goes there and back, and nothing else is read", () => {
  assert.equal(bytes.toHex(new Uint8Array([0, 10, 255])), "000aff");
  assert.deepEqual(bytes.fromHex("000aff"), new Uint8Array([0, 10, 255]));
  for (const text of ["0", "0g", "FF", " 00"]) {
    assert.throws(() => bytes.fromHex(text), RangeError);
  }
});

test("half a surrogate pair, which a form can hold, does not lose the tip", () => {
  const nothing = new Uint8Array(16);
  const file = { name: "\udc00.jpg", type: "", size: 1, key: new Uint8Array(32), parcels: [] };
  const encoded = message.encode({
    kind: "tip",
    via: "page",
    lang: "en",
    category: "drugs",
    danger: "no",
    desk: nothing,
    acknowledgement: new Uint8Array(32),
    thread: nothing,
    counter: 0,
    text: "cut \ud83d off, whole 🚒",
    files: [file],
    dummies: [],
  });
  const read = message.decode(encoded);
  assert.equal(read.text, "cut \ufffd off, whole 🚒");
  assert.equal(read.files[0]?.name, "\ufffd.jpg");
});

test("dates that fail are told, for the page to show", () => {
  const dates = { notBefore: "2026-02-01", notAfter: "2026-02-14" };
  const vouched = /** @type {any} */ ({ section: dates, certificate: dates });
  section.checkDates(vouched, "2026-02-14");
  assert.throws(() => section.checkDates(vouched, "2026-02-15"), { failure: "dates", ...dates });
});
