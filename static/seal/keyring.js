/** The keyring: root's public key, revocations and one signed section a console, as intake serves it. */

import { equal, toHex, utf8 } from "./bytes.js";
import { KeyringError } from "./errors.js";
import { hasTwice, Reader } from "./reader.js";
import * as revocation from "./revocation.js";
import * as section from "./section.js";
import { fingerprint, PUBLIC_SIZE } from "./signature.js";
import { suiteOf } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Revocations} from "./revocation.js" */
/** @import {Category, Desk, Section, Vouched} from "./section.js" */
/** @import {Suite} from "./suite.js" */

export const MAGIC = utf8("TIPK\x01");
/** An envelope has two dockets, so two consoles can share a relay. */
export const CONSOLES_MAX = 2;

/** A keyring whose signatures hold. The caller checks the dates of what it uses, with *section.checkDates*. */
export class Keyring {
  /**
   * @param {Bytes} rootPublic
   * @param {Bytes} agency its 8-byte id
   * @param {Revocations} revocations
   * @param {readonly Vouched[]} sections
   */
  constructor(rootPublic, agency, revocations, sections) {
    this.rootPublic = rootPublic;
    this.agency = agency;
    this.revocations = revocations;
    this.sections = sections;
    /**
     * The epochs that an envelope may bear now.
     * @type {ReadonlySet<number>}
     */
    this.epochs = new Set(sections.map((vouched) => vouched.section.epoch));
  }

  /** What an envelope bears: the greatest epoch of all sections, which says nothing of its desk. */
  get epoch() {
    return Math.max(...this.epochs);
  }

  /** The suite of the agency, and so of every section. */
  get suite() {
    return suiteOf(/** @type {Vouched} */ (this.sections[0]).section.suite);
  }

  /** The consoles that the root's list names and that have no section here. */
  get missing() {
    const here = new Set(this.sections.map(({ section }) => section.console));
    return this.revocations.consoles.filter(({ name }) => !here.has(name));
  }

  /**
   * Return what people know a console by; empty where the root's list does not say.
   * @param {string} name
   */
  called(name) {
    return this.revocations.consoles.find((one) => one.name === name)?.called ?? "";
  }

  /**
   * Return where a category code goes. Throws KeyringError("category").
   * @param {string} code
   * @returns {{vouched: Vouched, section: Section, category: Category, desk: Desk}}
   */
  find(code) {
    for (const vouched of this.sections) {
      const { section } = vouched;
      const category = section.categories.find((item) => item.code === code);
      const desk = category && section.desks.find((item) => equal(item.id, category.desk));
      if (category && desk) {
        return { vouched, section, category, desk };
      }
    }
    throw new KeyringError("category", `${code} is not in this keyring`);
  }
}

/**
 * Read and check a keyring against the 32-byte *rootFingerprint*.
 *
 * *floors* gives, for each console, the serial below which its section is refused, *revocationsFloor* the one
 * for the list of revocations; *suite* is the only one that is not refused. Throws KeyringError "magic", "root",
 * "size", "suite", "sections", "serial", or what *revocation.verified* and *section.verified* throw.
 * @param {Bytes} data
 * @param {Uint8Array} rootFingerprint
 * @param {Readonly<Record<string, number>>} [floors]
 * @param {number} [revocationsFloor]
 * @param {Suite | null} [suite]
 * @returns {Promise<Keyring>}
 */
export async function verified(
  data,
  rootFingerprint,
  floors = {},
  revocationsFloor = 0,
  suite = null,
) {
  const reader = new Reader(data);
  if (!equal(reader.take(MAGIC.length), MAGIC)) {
    throw new KeyringError("magic");
  }
  const rootPublic = reader.take(PUBLIC_SIZE);
  const printed = await fingerprint(rootPublic);
  if (!equal(printed, rootFingerprint)) {
    throw new KeyringError("root", "this is another agency's root");
  }
  const revocations = await revocation.verified(rootPublic, reader.takeSigned(), revocationsFloor);
  const sections = [];
  for (let left = reader.takeByte(); left > 0; left -= 1) {
    const signed = { certificate: reader.takeSigned(), section: reader.takeSigned() };
    sections.push(await section.verified(rootPublic, revocations, signed));
  }
  reader.finish();
  check(sections, new Map(Object.entries(floors)), suite);
  return new Keyring(rootPublic, printed.subarray(0, 8), revocations, sections);
}

/**
 * @param {readonly Vouched[]} sections
 * @param {ReadonlyMap<string, number>} floors
 * @param {Suite | null} suite
 */
function check(sections, floors, suite) {
  const consoles = sections.map((vouched) => vouched.section.console);
  const codes = sections.flatMap((vouched) => vouched.section.categories.map((item) => item.code));
  if (consoles.length < 1 || consoles.length > CONSOLES_MAX || hasTwice(consoles)) {
    throw new KeyringError("sections", "one section a console, and at most two consoles");
  }
  const codesOfSuites = new Set(sections.map((vouched) => vouched.section.suite));
  if (codesOfSuites.size > 1 || (suite && !codesOfSuites.has(suite.code))) {
    throw new KeyringError("suite", "an agency has one suite, and this is another");
  }
  if (hasTwice(codes)) {
    throw new KeyringError("sections", "two consoles name the same category");
  }
  // What a tipster writes later goes to a desk by its id alone.
  if (hasTwice(sections.flatMap(({ section }) => section.desks.map(({ id }) => toHex(id))))) {
    throw new KeyringError("sections", "two consoles name the same desk");
  }
  for (const { section } of sections) {
    if (section.serial < (floors.get(section.console) ?? 0)) {
      throw new KeyringError("serial", `serial ${section.serial} is older than the page`);
    }
  }
}
