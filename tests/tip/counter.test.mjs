import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { counter, dayNumber, dayOf, Numbering } from "../../static/tip/counter.js";

const MOST = 2 ** 20 - 1;

describe("the counter of a thread", () => {
  it("grows with the day of the board, then the answers, then the messages of this visit", () => {
    const steps = [
      counter("2026-11-23", 0, 0, MOST),
      counter("2026-11-23", 0, 1, 0),
      counter("2026-11-23", 1, 0, 0),
      counter("2026-11-24", 0, 0, 0),
      counter("2026-11-24", 511, 255, MOST),
      counter("2026-11-25", 0, 0, 0),
    ];
    assert.deepEqual(
      [...steps].sort((one, other) => one - other),
      steps,
    );
    assert.equal(new Set(steps).size, steps.length);
  });

  it("stays a whole number that both languages hold, after the first message's zero", () => {
    assert.ok(Number.isSafeInteger(counter("2059-01-01", 10_000, 10_000, MOST)));
    assert.ok(counter("2026-11-23", 0, 0, 0) > 0);
  });

  it("keeps two visits of one day apart", () => {
    assert.notEqual(counter("2026-11-23", 0, 0), counter("2026-11-23", 0, 0));
  });

  it("is the same for every try of one message, so that one which arrived is not told twice", () => {
    const numbering = new Numbering();
    const first = numbering.next("2026-11-23", 1);
    assert.equal(numbering.next("2026-11-23", 1), first);
    numbering.done();
    assert.ok(numbering.next("2026-11-23", 1) > first);
  });

  it("counts days as the board does", () => {
    assert.equal(dayNumber("1970-01-02"), 1);
    assert.equal(dayOf(dayNumber("2026-11-23")), "2026-11-23");
  });
});
