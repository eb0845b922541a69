import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { concat, fromBase64, random, toHex, utf8 } from "../../static/seal/bytes.js";
import { Keyring } from "../../static/seal/keyring.js";
import { fingerprint } from "../../static/seal/signature.js";
import { APPROVED, HYBRID } from "../../static/seal/suite.js";
import { Agency } from "../../static/tip/agency.js";

/** @typedef {import("../../static/seal/section.js").Vouched} Vouched */

/** @param {string} name @returns {(blob: string) => Uint8Array<ArrayBuffer>} */
function blobs(name) {
  const file = new URL(`../vectors/${name}.json`, import.meta.url);
  const { blobs: texts } = JSON.parse(readFileSync(file, "utf8"));
  return (blob) => fromBase64(texts[blob], Math.floor((texts[blob].length * 3) / 4));
}

const [key, answer] = [blobs("keyrings"), blobs("boards")];
const root = key("root");
const printed = toHex(await fingerprint(root));
/** One console, serial 5, valid in the first half of February 2026. */
const keyring = concat(
  ...[utf8("TIPK\x01"), root, key("revocations"), new Uint8Array([1])],
  ...[key("certificate agency"), key("section agency")],
);
const board = concat(
  ...[utf8("TIPB\x01"), new Uint8Array([1])],
  ...[answer("certificate"), answer("head"), answer("listed")],
);
const before = globalThis.fetch;
/** @type {Record<string, Uint8Array<ArrayBuffer>>} */
let served = {};
/** @type {string[]} */
let asked = [];

beforeEach(() => {
  [served, asked] = [{ "/keyring": keyring, "/board": board }, []];
  globalThis.fetch = async (path) => {
    asked.push(String(path));
    const bytes = served[String(path)];
    return bytes ? new Response(bytes.slice()) : new Response(null, { status: 404 });
  };
  globalThis.requestAnimationFrame = (painted) => {
    painted(0);
    return 0;
  };
});
afterEach(() => {
  globalThis.fetch = before;
  mock.timers.reset();
});

/** @param {string} day @param {Record<string, number>} [floors] @param {number} [revocations] */
async function loaded(day, floors = {}, revocations = 0) {
  mock.timers.enable({ apis: ["Date"], now: new Date(`${day}T12:00:00Z`) });
  const agency = new Agency(printed, floors, revocations, HYBRID, () => {});
  await agency.load();
  return agency;
}

describe("what the page has of its agency", () => {
  it("is used when it is signed and of today; both are fetched, once, by everybody", async () => {
    const agency = await loaded("2026-02-03");
    assert.deepEqual([agency.state, agency.boardState, agency.ready], ["", "", true]);
    assert.deepEqual(asked.sort(), ["/board", "/keyring"]);
  });

  it("is not used when a single bit is another", async () => {
    served["/keyring"] = keyring.slice();
    served["/keyring"][3000] = Number(served["/keyring"][3000]) ^ 1;
    const agency = await loaded("2026-02-03");
    assert.deepEqual([agency.state, agency.ready, agency.keyring], ["trust", false, null]);
    assert.deepEqual(agency.sections, []);
  });

  it("is not used under another root, even one that is said to be right", async () => {
    const agency = new Agency(toHex(random(32)), {}, 0, HYBRID, () => {});
    await agency.load();
    assert.deepEqual([agency.state, agency.ready], ["trust", false]);
  });

  it("is not used when it is of another suite than the page", async () => {
    mock.timers.enable({ apis: ["Date"], now: new Date("2026-02-03T12:00:00Z") });
    const agency = new Agency(printed, {}, 0, APPROVED, () => {});
    await agency.load();
    assert.deepEqual([agency.state, agency.ready, agency.keyring], ["trust", false, null]);
  });

  it("is asked about, and not used before the answer, when the dates do not fit", async () => {
    const agency = await loaded("2026-02-15");
    const dates = { notBefore: "2026-02-01", notAfter: "2026-02-14", today: "2026-02-15" };
    assert.deepEqual([agency.datesOf(null), agency.datesOf("agency")], [dates, dates]);
    agency.acceptDates();
    assert.deepEqual([agency.datesOf("agency"), agency.ready], [null, true]);
  });

  it("of one console is used when the other's section is over, and the other way round", async () => {
    const agency = await loaded("2026-02-03");
    const one = /** @type {Keyring} */ (agency.keyring);
    const [mine] = /** @type {[Vouched]} */ (one.sections);
    const theirs = { ...mine.section, console: "oversight", notAfter: "2026-02-02" };
    const over = { ...mine, section: theirs };
    for (const sections of [
      [mine, over],
      [over, mine],
    ]) {
      agency.keyring = new Keyring(one.rootPublic, one.agency, one.revocations, sections);
      assert.deepEqual([agency.datesOf(null), agency.datesOf("agency")], [null, null]);
      assert.equal(agency.datesOf("oversight")?.notAfter, "2026-02-02");
    }
  });

  it("names those who cannot be reached, and who reads what", async () => {
    const agency = await loaded("2026-02-03");
    assert.deepEqual([agency.missing, agency.categories[0]?.group], [[], ""]);
    const one = /** @type {Keyring} */ (agency.keyring);
    const consoles = ["agency", "oversight"].map((name) => ({
      name,
      called: `The ${name}`,
      categories: new Set([`${name}-matters`]),
    }));
    const listed = { ...one.revocations, consoles };
    agency.keyring = new Keyring(one.rootPublic, one.agency, listed, one.sections);
    assert.deepEqual(agency.missing, ["The oversight"]);
    assert.equal(agency.categories[0]?.group, "Read by: The agency");
  });

  it("has no answers when only the list of them was changed", async () => {
    served["/board"] = board.slice(0, -1);
    const agency = await loaded("2026-02-03");
    assert.deepEqual([agency.ready, agency.boardState, agency.sections], [true, "trust", []]);
  });

  it("is never older than what was built in, nor than what this visit has seen", async () => {
    assert.equal((await loaded("2026-02-03", { agency: 6 })).state, "trust");
    mock.timers.reset();
    const agency = await loaded("2026-02-03", { agency: 5, elsewhere: 9 });
    assert.equal(agency.state, "");
    agency.floors = { elsewhere: 9 };
    await agency.load();
    assert.deepEqual(agency.floors, { agency: 5, elsewhere: 9 });
  });

  it("has no list of revocations older than the one built in, or the one seen before", async () => {
    assert.equal((await loaded("2026-02-03", {}, 4)).state, "trust");
    mock.timers.reset();
    const agency = await loaded("2026-02-03", {}, 3);
    assert.equal(agency.state, "");
    agency.revocationsFloor = 0;
    await agency.load();
    assert.equal(agency.revocationsFloor, 3);
  });

  it("is old after a day, and when the clock was set back by one", async () => {
    const agency = await loaded("2026-02-03");
    assert.equal(agency.old, false);
    for (const [day, old] of /** @type {const} */ ([
      ["2026-02-04T11:59:00Z", false],
      ["2026-02-04T12:01:00Z", true],
      ["2026-02-01T12:00:00Z", true],
    ])) {
      mock.timers.setTime(new Date(day).getTime());
      assert.equal(agency.old, old, day);
    }
    await agency.load();
    assert.equal(agency.old, false);
  });

  it("is lost, not kept, when it cannot be had a second time", async () => {
    const agency = await loaded("2026-02-03");
    served["/keyring"] = new Uint8Array(0);
    await agency.load();
    assert.deepEqual([agency.state, agency.ready, agency.keyring], ["trust", false, null]);
  });
});
