/**
 * The agency's keyring and board as this page got them. Both are always fetched together, by every visitor and
 * once: so the site cannot tell who came to read an answer.
 */

import * as board from "../seal/board.js";
import { fromHex } from "../seal/bytes.js";
import * as keyring from "../seal/keyring.js";
import * as section from "../seal/section.js";
import { painted } from "./dom.js";
import { destination } from "./draft.js";
import { get } from "./put.js";
import * as words from "./words.js";

/** @typedef {import("../seal/keyring.js").Keyring} Keyring */
/** @typedef {import("../seal/suite.js").Suite} Suite */
/** @typedef {{notBefore: string, notAfter: string, today: string}} Dates */
/** @typedef {"" | "waiting" | "network" | "trust"} State */

/** A page that is open for days seals with no keys older than these milliseconds. */
const FRESH_MS = 24 * 60 * 60 * 1000;

export class Agency {
  /**
   * @param {string} fingerprint of the root, in hex, as built into the page
   * @param {Record<string, number>} floors the serial, for each console, below which a section is refused
   * @param {number} revocationsFloor the serial below which a list of revocations is refused
   * @param {Suite} suite the agency's cipher suite, as built into the page
   * @param {() => void} changed
   */
  constructor(fingerprint, floors, revocationsFloor, suite, changed) {
    this.fingerprint = fromHex(fingerprint);
    this.floors = floors;
    this.revocationsFloor = revocationsFloor;
    this.suite = suite;
    this.changed = changed;
    /** @type {State} Empty when the keyring holds; its days are those of *datesOf*. */
    this.state = "waiting";
    /** @type {"" | "waiting" | "network" | "trust"} Empty when answers can be read. */
    this.boardState = "waiting";
    /** @type {Keyring | null} */
    this.keyring = null;
    /** @type {Awaited<ReturnType<typeof board.verified>>} */
    this.sections = [];
    this.datesAccepted = false;
    this.loaded = 0;
  }

  /** The agency's 8-byte id. There is none before its keyring is here. */
  get id() {
    if (!this.keyring) throw new Error("no keyring");
    return this.keyring.agency;
  }

  /** What a tip can be about, in the words of the agency; and, where several bodies read here, who reads it. */
  get categories() {
    const { sections = [], revocations } = this.keyring ?? {};
    const several = (revocations?.consoles.length ?? 0) > 1;
    return sections.flatMap(({ section }) => {
      const group = several ? words.readBy(this.keyring?.called(section.console) ?? "") : "";
      return section.categories.map(({ code, name }) => ({ value: code, label: name, group }));
    });
  }

  /** What people call the bodies that are to read here, and have no keys in this keyring. */
  get missing() {
    return (this.keyring?.missing ?? []).map(({ called }) => called);
  }

  /**
   * The console that a draft would go to; null while that is open.
   * @param {Pick<import("./draft.js").Draft, "category" | "desk">} draft
   */
  consoleOf(draft) {
    try {
      return this.keyring ? destination(this.keyring, draft).section.console : null;
    } catch {
      return null;
    }
  }

  /**
   * The days of what a tip would be sealed to, if they do not fit the date of this device: of the section of this
   * *console*; while none is chosen, of the first, if no section fits.
   * @param {string | null} console
   * @returns {Dates | null}
   */
  datesOf(console) {
    if (this.datesAccepted || this.state !== "" || !this.keyring) return null;
    const { sections } = this.keyring;
    const chosen = sections.filter((vouched) => vouched.section.console === console);
    const wrong = (chosen.length > 0 ? chosen : sections).map(wrongDates);
    return wrong.includes(null) ? null : (wrong[0] ?? null);
  }

  /** Whether something can be sealed now. */
  get ready() {
    return this.state === "" && this.keyring !== null;
  }

  /** Whether the keys were fetched so long ago that they are to be fetched again before they are used. */
  get old() {
    // A clock that was set back says nothing of how long it is, so that counts too.
    return Math.abs(Date.now() - this.loaded) > FRESH_MS;
  }

  /** Fetch both and check both. Never throws: *state* and *boardState* say how it went. */
  async load() {
    this.loaded = Date.now();
    this.state = "waiting";
    this.boardState = "waiting";
    this.changed();
    const boardBytes = get("/board");
    this.state = await this.#takeKeyring(await get("/keyring"));
    this.changed();
    await painted();
    this.boardState = await this.#takeBoard(await boardBytes);
    this.changed();
  }

  /** The person says that the date of the device is wrong. */
  acceptDates() {
    this.datesAccepted = true;
    this.changed();
  }

  /**
   * @param {Uint8Array<ArrayBuffer> | null} bytes
   * @returns {Promise<State>}
   */
  async #takeKeyring(bytes) {
    this.keyring = null;
    if (!bytes) return "network";
    try {
      const floors = /** @type {const} */ ([this.floors, this.revocationsFloor, this.suite]);
      this.keyring = await keyring.verified(bytes, this.fingerprint, ...floors);
    } catch {
      return "trust";
    }
    // What is fetched again, because the site said that keys were changed, must not be older than this.
    const serials = this.keyring.sections.map(({ section }) => [section.console, section.serial]);
    this.floors = { ...this.floors, ...Object.fromEntries(serials) };
    this.revocationsFloor = this.keyring.revocations.serial;
    return "";
  }

  /** @param {Uint8Array<ArrayBuffer> | null} bytes */
  async #takeBoard(bytes) {
    this.sections = [];
    if (!bytes || !this.keyring) return "network";
    try {
      const { rootPublic, revocations } = this.keyring;
      this.sections = await board.verified(bytes, rootPublic, revocations);
      return "";
    } catch {
      return "trust";
    }
  }
}

/**
 * @param {import("../seal/section.js").Vouched} vouched
 * @returns {Dates | null}
 */
function wrongDates(vouched) {
  const today = new Date().toISOString().slice(0, 10);
  try {
    section.checkDates(vouched, today);
    return null;
  } catch (error) {
    const { notBefore, notAfter } = /** @type {Dates} */ (/** @type {unknown} */ (error));
    return { notBefore, notAfter, today };
  }
}
