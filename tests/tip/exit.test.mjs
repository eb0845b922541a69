import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { ShiftCounter, start } from "../../static/tip/exit.js";

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

describe("leaving the page", () => {
  const names = /** @type {const} */ (["window", "document"]);
  const before = names.map((name) => Reflect.get(globalThis, name));
  afterEach(() => {
    for (const [at, name] of names.entries()) Reflect.set(globalThis, name, before[at]);
  });

  /** As much of a browser as the exit touches. */
  function pageOf() {
    const fields = [{ value: "words" }, { value: "a receipt" }];
    const exit = new EventTarget();
    const page = { fields, isEmpty: false, went: "", reloaded: 0, exit, window: new EventTarget() };
    const location = {
      replace: (/** @type {string} */ url) => {
        page.went = url;
      },
      reload: () => {
        page.reloaded += 1;
      },
    };
    const body = {
      dataset: { exitUrl: "https://example.org/" },
      replaceChildren: () => {
        page.isEmpty = true;
      },
    };
    Reflect.set(globalThis, "window", Object.assign(page.window, { location }));
    Reflect.set(
      globalThis,
      "document",
      Object.assign(new EventTarget(), {
        body,
        getElementById: () => exit,
        querySelectorAll: () => fields,
      }),
    );
    start();
    return page;
  }

  it("empties every field and the page, however it is left", () => {
    const page = pageOf();
    page.window.dispatchEvent(new Event("pagehide"));
    assert.deepEqual(page.fields, [{ value: "" }, { value: "" }]);
    assert.equal(page.isEmpty, true);
    assert.equal(page.went, "");
  });

  it("by the exit empties it first and leaves no entry in the history", () => {
    const page = pageOf();
    page.exit.dispatchEvent(new Event("click", { cancelable: true }));
    assert.deepEqual([page.isEmpty, page.went], [true, "https://example.org/"]);
    assert.deepEqual(page.fields, [{ value: "" }, { value: "" }]);
  });

  it("makes a page that the browser kept for its Back button load anew", () => {
    const page = pageOf();
    page.window.dispatchEvent(new Event("pageshow"));
    assert.equal(page.reloaded, 0);
    page.window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    assert.equal(page.reloaded, 1);
  });
});
