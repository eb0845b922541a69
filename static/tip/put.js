/** Requests to our own site: the same for everybody, with nothing in them that tells one visitor from another. */

/** Effort byte and 16-byte nonce, in hex. Nothing is asked of anybody while the effort is zero. */
const NO_WORK = "0".repeat(34);
const ATTEMPTS = 4;
const PUT_MS = 10 * 60_000;
const GET_MS = 2 * 60_000;

/**
 * What was not sent, and why: "network", "full" (with the seconds to wait, if told), "epoch" or "refused".
 */
export class NotSent extends Error {
  /**
   * @param {"network" | "full" | "epoch" | "refused" | "keys"} failure
   * @param {number | null} [wait]
   */
  constructor(failure, wait = null) {
    super(failure);
    this.failure = failure;
    this.wait = wait;
  }
}

/**
 * Put sealed bytes to their address. The same bytes are tried again when the network fails; the site takes
 * a repetition as if it were the first.
 * @param {string} path
 * @param {Uint8Array<ArrayBuffer>} sealed
 * @param {(ms: number) => Promise<void>} [pause]
 * @returns {Promise<void>} when the site has answered that it is stored
 */
export async function put(path, sealed, pause = sleep) {
  for (let attempt = 1; ; attempt++) {
    const response = await answer(
      path,
      {
        method: "PUT",
        body: sealed,
        headers: { "Content-Type": "application/octet-stream", "Tipline-Work": NO_WORK },
      },
      PUT_MS,
      async (answered) => answered,
    );
    if (response?.status === 204) return;
    if (response && !isTrouble(response.status)) throw refusal(response);
    if (attempt === ATTEMPTS) throw new NotSent("network");
    await pause(1000 * 2 ** (attempt - 1));
  }
}

/**
 * Get bytes that are the same for everybody.
 * @param {string} path
 * @param {(ms: number) => Promise<void>} [pause]
 * @returns {Promise<Uint8Array<ArrayBuffer> | null>} null when they cannot be had
 */
export async function get(path, pause = sleep) {
  for (let attempt = 1; attempt <= 2; attempt++) {
    const body = await answer(path, { method: "GET" }, GET_MS, bodyOf);
    if (body) return body;
    if (attempt < 2) await pause(1500);
  }
  return null;
}

/** @param {Response} response */
async function bodyOf(response) {
  return response.status === 200 ? new Uint8Array(await response.arrayBuffer()) : null;
}

/**
 * One request, and what *read* makes of its answer, all of it within *ms*; null when there was no answer.
 * @template T
 * @param {string} path
 * @param {RequestInit} request
 * @param {number} ms
 * @param {(response: Response) => Promise<T>} read
 * @returns {Promise<T | null>}
 */
async function answer(path, request, ms, read) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ms);
  try {
    const response = await fetch(path, {
      ...request,
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      redirect: "error",
      signal: abort.signal,
    });
    return await read(response);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Trouble on the way, as opposed to an answer of the site: worth the same bytes again.
 * @param {number} code
 */
function isTrouble(code) {
  return code === 408 || (code >= 500 && code !== 503);
}

/** @param {Response} response */
function refusal(response) {
  if (response.status === 503 || response.status === 429)
    return new NotSent("full", retryAfter(response));
  return new NotSent(response.status === 409 ? "epoch" : "refused");
}

/** @param {Response} response */
function retryAfter(response) {
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/** @param {number} ms @returns {Promise<void>} */
function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
