import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { token } from "../../static/seal/acknowledgement.js";
import { Tokens } from "../../static/seal/board.js";
import { concat, random } from "../../static/seal/bytes.js";
import * as slot from "../../static/seal/slot.js";
import { HYBRID } from "../../static/seal/suite.js";
import { answersFor, boardDay, collectedDays, wholeDay } from "../../static/tip/answers.js";
import { dayNumber } from "../../static/tip/counter.js";

const key = random(32);
const desk = random(16);

/**
 * @param {string} day
 * @param {Uint8Array<ArrayBuffer>[]} slots
 * @param {Uint8Array[]} tokens
 */
const sectionOf = (day, slots = [], tokens = []) =>
  /** @type {any} */ ({ head: { day }, slots, tokens: new Tokens(concat(...tokens)) });

/** @param {string} day @param {string} text */
const answer = (day, text) => ({ id: random(16), desk, day: dayNumber(day), text });

describe("the answers on a board", () => {
  it("are found in every section, oldest first", async () => {
    const late = await slot.seal(HYBRID, key, 0, answer("2026-11-22", "second"));
    const early = await slot.seal(HYBRID, key, 1, answer("2026-11-20", "first"));
    const sections = [
      sectionOf("2026-11-23", [slot.dummy(), ...late]),
      sectionOf("2026-11-23", [...early, slot.dummy()]),
    ];
    const found = await answersFor(HYBRID, key, sections);
    assert.deepEqual(
      found.map(({ text }) => text),
      ["first", "second"],
    );
    assert.deepEqual(await answersFor(HYBRID, random(32), sections), []);
  });
});

describe("the days of collection", () => {
  it("are counted back from the board's day, whatever the device's clock says", async () => {
    const days = ["2031-03-01", "2031-03-09"];
    const tokens = await Promise.all(days.map((day) => token(HYBRID, key, dayNumber(day))));
    const sections = [sectionOf("2031-03-10", [], [random(16), ...tokens])];
    assert.deepEqual(await collectedDays(HYBRID, key, sections), days);
    assert.deepEqual(await collectedDays(HYBRID, random(32), sections), []);
  });

  it("reach fourteen days back, also when the tokens are published a day late", async () => {
    const oldest = await token(HYBRID, key, dayNumber("2026-11-09") - 1);
    const found = await collectedDays(HYBRID, key, [sectionOf("2026-11-23", [], [oldest])]);
    assert.deepEqual(found, ["2026-11-08"]);
  });
});

describe("the day of which a board speaks", () => {
  const of = (/** @type {string} */ console, /** @type {string} */ day) =>
    /** @type {any} */ ({ head: { console, day }, slots: [], tokens: new Tokens(concat()) });

  it("is that of the section held back, not that of the fresh one beside it", () => {
    const sections = [of("agency", "2026-11-23"), of("oversight", "2026-10-01")];
    assert.equal(wholeDay(sections, ["agency", "oversight"]), "2026-10-01");
    assert.equal(wholeDay(sections, ["agency"]), "2026-11-23");
  });

  it("is day 0 when a console of the keyring has no section", () => {
    assert.equal(wholeDay([of("agency", "2026-11-23")], ["agency", "oversight"]), "1970-01-01");
    assert.equal(wholeDay([], []), "1970-01-01");
  });
});

describe("the day of a board", () => {
  it("is the newest of its sections, and day 0 while there are none", () => {
    assert.equal(boardDay([sectionOf("2026-11-22"), sectionOf("2026-11-23")]), "2026-11-23");
    assert.equal(boardDay([]), "1970-01-01");
  });
});
