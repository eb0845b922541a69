import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { get, NotSent, put } from "../../static/tip/put.js";

/** @type {{path: string, request: RequestInit}[]} */
let asked = [];
/** @type {(() => Response)[]} */
let answers = [];
const before = globalThis.fetch;
const bytes = new Uint8Array([1, 2, 3]);
const noPause = async () => {};
const answer =
  (/** @type {number} */ status, headers = {}) =>
  () =>
    new Response(null, { status, headers });
const broken = () => {
  throw new TypeError("network");
};

beforeEach(() => {
  asked = [];
  globalThis.fetch = async (path, request) => {
    asked.push({ path: String(path), request: request ?? {} });
    return /** @type {() => Response} */ (answers.shift())();
  };
});
afterEach(() => {
  globalThis.fetch = before;
});

/** @param {string} failure @param {number | null} wait */
const isNotSent =
  (failure, wait = null) =>
  (/** @type {unknown} */ error) =>
    error instanceof NotSent && error.failure === failure && error.wait === wait;

describe("put", () => {
  it("counts 204 as sent, and nothing else", async () => {
    for (const status of [200, 201, 202, 206, 304]) {
      answers = [answer(status)];
      await assert.rejects(put("/e/aa", bytes, noPause), isNotSent("refused"));
    }
    answers = [answer(204)];
    await put("/e/aa", bytes, noPause);
  });

  it("sends nothing that tells one visitor from another", async () => {
    answers = [answer(204)];
    await put("/e/aa", bytes, noPause);
    const { signal, ...request } = asked[0]?.request ?? {};
    assert.ok(signal);
    assert.deepEqual(request, {
      method: "PUT",
      body: bytes,
      headers: { "Content-Type": "application/octet-stream", "Tipline-Work": "0".repeat(34) },
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      redirect: "error",
    });
  });

  it("tries the same bytes again when there is no answer", async () => {
    answers = [broken, answer(502), answer(408), answer(204)];
    await put("/e/aa", bytes, noPause);
    assert.equal(asked.length, 4);
    assert.ok(asked.every(({ path, request }) => path === "/e/aa" && request.body === bytes));
  });

  it("gives up after four tries", async () => {
    answers = [broken, broken, broken, broken, answer(204)];
    await assert.rejects(put("/e/aa", bytes, noPause), isNotSent("network"));
    assert.equal(asked.length, 4);
  });

  it("says how long a full or busy site asks to wait, and does not ask again by itself", async () => {
    for (const status of [429, 503]) {
      answers = [answer(status, { "Retry-After": "120" })];
      await assert.rejects(put("/e/aa", bytes, noPause), isNotSent("full", 120));
    }
    answers = [answer(503, { "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT" })];
    await assert.rejects(put("/e/aa", bytes, noPause), isNotSent("full"));
    assert.equal(asked.length, 3);
  });

  it("tells an epoch that has passed from other refusals", async () => {
    answers = [answer(409), answer(400)];
    await assert.rejects(put("/e/aa", bytes, noPause), isNotSent("epoch"));
    await assert.rejects(put("/e/aa", bytes, noPause), isNotSent("refused"));
  });
});

describe("get", () => {
  it("gives the bytes, or null after a second try", async () => {
    answers = [broken, () => new Response(bytes)];
    assert.deepEqual(await get("/board", noPause), bytes);
    answers = [answer(503), answer(404)];
    assert.equal(await get("/board", noPause), null);
  });

  it("does not wait for ever for an answer that has begun and does not end", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      globalThis.fetch = async (_, request) => {
        const body = new ReadableStream({
          start: (stream) =>
            request?.signal?.addEventListener("abort", () => stream.error(new Error("aborted"))),
        });
        setImmediate(() => mock.timers.tick(600_000));
        return new Response(body);
      };
      assert.equal(await get("/board", noPause), null);
    } finally {
      mock.timers.reset();
    }
  });
});
