import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { toHex } from "../../static/seal/bytes.js";
import * as message from "../../static/seal/message.js";
import { openBody, openShare, openStanza, textKeyOf } from "../../static/seal/opening.js";
import { openFile } from "../../static/seal/parcel.js";
import { combine } from "../../static/seal/quorum.js";
import * as receipt from "../../static/seal/receipt.js";
import { HYBRID } from "../../static/seal/suite.js";
import { Attachments } from "../../static/tip/attachments.js";
import { NotSent } from "../../static/tip/put.js";
import { FileGone, submit } from "../../static/tip/submit.js";

const MIB = 1024 * 1024;
const before = globalThis.fetch;
/** What the site has, by path, in the order it came. @type {Map<string, Uint8Array<ArrayBuffer>>} */
let stored = new Map();
/** @type {string[]} */
let asked = [];
/** What the site answers to one path. @type {(path: string, at: number) => number} */
let answer = () => 204;

beforeEach(() => {
  stored = new Map();
  asked = [];
  answer = () => 204;
  globalThis.fetch = async (path, request) => {
    const status = answer(String(path), asked.push(String(path)));
    const body = /** @type {Uint8Array<ArrayBuffer>} */ (request?.body);
    if (status === 204) stored.set(String(path), body.slice());
    return new Response(null, { status });
  };
});
afterEach(() => {
  globalThis.fetch = before;
});

const triage = HYBRID.generate();
const deskId = new Uint8Array(16).fill(9);
const agencyId = new Uint8Array(8).fill(1);

/**
 * An agency with one desk, and the epoch that its keyring names.
 * @param {number} epoch
 * @param {Uint8Array[]} [keys]
 * @param {number} [k]
 */
function keyringOf(epoch, keys = [triage.public], k = 1) {
  const desk = { id: deskId, name: "Triage", k, keys };
  const sorting = HYBRID.generate().public;
  const section = { suite: HYBRID.code, epoch, sorting, desks: [desk] };
  return { agency: agencyId, epoch, sections: [{ section }], find: () => ({ section, desk }) };
}

function agencyOf() {
  const agency = {
    keyring: keyringOf(1),
    suite: HYBRID,
    ready: true,
    loads: 0,
    /** @type {() => object | null} */
    datesOf: () => null,
    load: async () => {
      agency.loads += 1;
      agency.keyring = keyringOf(2);
    },
  };
  return /** @type {typeof agency & import("../../static/tip/agency.js").Agency} */ (
    /** @type {unknown} */ (agency)
  );
}

/** @type {import("../../static/tip/draft.js").Draft} */
const draft = {
  kind: "tip",
  category: "drugs",
  desk: null,
  danger: "yes",
  text: "words",
  counter: 0,
  lang: "en",
};

/** @param {number} size */
function attached(size) {
  const bytes = Uint8Array.from({ length: size }, (_, at) => at * 7 + (at >> 8));
  const attachments = new Attachments();
  attachments.add([new File([bytes], "photo.jpg", { type: "image/jpeg" })]);
  return { attachments, bytes };
}

/** @param {Attachments} attachments @param {ReturnType<typeof agencyOf>} [agency] */
async function sendIt(attachments, agency = agencyOf()) {
  const keys = await receipt.keys(HYBRID, receipt.generate(), agencyId);
  await submit(draft, attachments, agency, keys, () => {});
}

/** Open the envelope that came last, as the desk would. */
async function opened() {
  const envelope = [...stored].filter(([path]) => path.startsWith("/e/")).pop()?.[1];
  assert.ok(envelope);
  const key = await openStanza(envelope, triage);
  assert.ok(key);
  const body = await openBody(envelope, await textKeyOf(envelope, key));
  return message.decode(body.message);
}

describe("sending", () => {
  it("puts the parcels first, rounded up, and the envelope last; the desk opens all of it", async () => {
    const { attachments, bytes } = attached(2.5 * MIB);
    await sendIt(attachments);
    assert.equal(asked.length, 5);
    assert.ok(asked.slice(0, 4).every((path) => path.startsWith("/p/")));
    assert.match(asked[4] ?? "", /^\/e\/[0-9a-f]{64}$/);
    const { text, danger, files, dummies } = await opened();
    assert.deepEqual({ text, danger }, { text: "words", danger: "yes" });
    const [file] = files;
    assert.ok(file);
    const parcels = file.parcels.map((id) => stored.get(`/p/${toHex(id)}`) ?? new Uint8Array());
    const pieces = [];
    for await (const piece of openFile(HYBRID, file.key, file.size, parcels)) pieces.push(piece);
    assert.deepEqual(Buffer.concat(pieces), Buffer.from(bytes));
    assert.deepEqual(
      dummies.map((id) => stored.has(`/p/${toHex(id)}`)),
      [true],
    );
  });

  it("sends no envelope when a parcel was refused, and no parcel twice when tried again", async () => {
    const { attachments } = attached(2.5 * MIB);
    answer = (_, at) => (at === 3 ? 503 : 204);
    await assert.rejects(sendIt(attachments), NotSent);
    assert.ok(asked.every((path) => path.startsWith("/p/")));
    answer = () => 204;
    await sendIt(attachments);
    assert.equal(asked.length, 3 + 3);
    assert.equal(stored.size, 5);
    const { files, dummies } = await opened();
    const listed = [...(files[0]?.parcels ?? []), ...dummies].map((id) => `/p/${toHex(id)}`);
    assert.deepEqual(
      new Set(listed),
      new Set([...stored.keys()].filter((path) => path[1] === "p")),
    );
  });

  it("seals anew every time: two tries share no byte of key", async () => {
    answer = (path) => (path.startsWith("/e/") ? 400 : 204);
    const attachments = new Attachments();
    await assert.rejects(sendIt(attachments), NotSent);
    await assert.rejects(sendIt(attachments), NotSent);
    assert.equal(new Set(asked).size, 2);
  });

  it("fetches new keys when the epoch has passed, and seals to them", async () => {
    const agency = agencyOf();
    answer = (_, at) => (at === 1 ? 409 : 204);
    await sendIt(new Attachments(), agency);
    assert.equal(agency.loads, 1);
    const [envelope] = [...stored.values()];
    assert.equal(envelope && new DataView(envelope.buffer).getUint32(8), 2);
  });

  it("bears the greatest epoch of all consoles, whatever its desk's is", async () => {
    const agency = agencyOf();
    agency.keyring.epoch = 9;
    await sendIt(new Attachments(), agency);
    const [envelope] = [...stored.values()];
    assert.equal(envelope && new DataView(envelope.buffer).getUint32(8), 9);
    assert.ok(await opened());
  });

  it("fetches the keys again first when the page was open for days", async () => {
    const agency = agencyOf();
    Object.assign(agency, { old: true });
    await sendIt(new Attachments(), agency);
    assert.deepEqual([agency.loads, asked.length], [1, 1]);
    const [envelope] = [...stored.values()];
    assert.equal(envelope && new DataView(envelope.buffer).getUint32(8), 2);
  });

  it("splits the key of a tip to a desk that opens only together", async () => {
    const seats = [HYBRID.generate(), HYBRID.generate(), HYBRID.generate()];
    const publics = seats.map((seat) => seat.public);
    const agency = Object.assign(agencyOf(), { keyring: keyringOf(1, publics, 2) });
    await sendIt(new Attachments(), agency);
    const [envelope = new Uint8Array()] = [...stored.values()];
    const shares = await Promise.all(seats.map((seat) => openShare(envelope, seat)));
    const { key, bad } = await combine(
      envelope,
      shares.slice(1).filter((share) => share !== null),
    );
    assert.deepEqual(bad, []);
    const body = await openBody(envelope, await textKeyOf(envelope, key));
    assert.equal(message.decode(body.message).text, "words");
  });

  it("sends nothing without keys that hold, or with keys that are not of today", async () => {
    for (const changes of [{ ready: false }, { datesOf: () => ({ notAfter: "2026-02-14" }) }]) {
      const agency = Object.assign(agencyOf(), changes);
      await assert.rejects(sendIt(new Attachments(), agency), NotSent);
      assert.deepEqual(asked, []);
    }
  });

  it("refuses a file that was changed since a part of it was sealed", async () => {
    const { attachments } = attached(10);
    answer = () => 400;
    await assert.rejects(sendIt(attachments), NotSent);
    const [attachment] = attachments.list;
    assert.ok(attachment);
    attachment.file = new File([new Uint8Array(10)], "photo.jpg");
    answer = () => 204;
    await assert.rejects(sendIt(attachments), FileGone);
    assert.equal(stored.size, 0);
  });

  it("refuses a file that cannot be read to its end", async () => {
    const { attachments } = attached(10);
    const [attachment] = attachments.list;
    assert.ok(attachment);
    Object.defineProperty(attachment.file, "size", { value: 11 });
    await assert.rejects(sendIt(attachments), FileGone);
    assert.deepEqual(asked, []);
  });
});
