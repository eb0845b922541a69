import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ShiftCounter } from "../../static/tip/exit.js";

/**
 * Press keys one after the other, 100 ms apart.
 * @param {string[]} keys
 */
function leftAfter(keys, counter = new ShiftCounter(), start = 1000) {
  let left = 3;
  keys.forEach((key, at) => {
    counter.press("keydown", key, start + at * 100);
    left = counter.press("keyup", key, start + at * 100 + 50);
  });
  return left;
}

describe("leaving with the keyboard", () => {
  it("takes three presses of Shift", () => {
    assert.equal(leftAfter(["Shift"]), 2);
    assert.equal(leftAfter(["Shift", "Shift"]), 1);
    assert.equal(leftAfter(["Shift", "Shift", "Shift"]), 0);
  });

  it("does not happen to somebody who types capital letters", () => {
    const counter = new ShiftCounter();
    let left = 3;
    for (let at = 0; at < 5; at++) {
      counter.press("keydown", "Shift", at * 100);
      counter.press("keydown", "A", at * 100 + 10);
      counter.press("keyup", "A", at * 100 + 20);
      left = counter.press("keyup", "Shift", at * 100 + 30);
    }
    assert.equal(left, 3);
  });

  it("starts again after another key, or a long time", () => {
    assert.equal(leftAfter(["Shift", "Shift", "a", "Shift"]), 2);
    const counter = new ShiftCounter();
    leftAfter(["Shift", "Shift"], counter);
    assert.equal(leftAfter(["Shift"], counter, 9000), 2);
  });

  it("is not set off by holding Shift down", () => {
    const counter = new ShiftCounter();
    for (let at = 0; at < 9; at++) counter.press("keydown", "Shift", at * 30);
    assert.equal(counter.press("keyup", "Shift", 300), 2);
  });
});
