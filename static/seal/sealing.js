/** Sealing an envelope: what the page does in the browser, and `tipline seal` at a desk. */

import { concat, random, shuffled } from "./bytes.js";
import * as docket from "./docket.js";
import { FormatError } from "./errors.js";
import * as header from "./header.js";
import * as layout from "./layout.js";
import * as padding from "./padding.js";
import { split } from "./quorum.js";
import * as schedule from "./schedule.js";
import * as stanza from "./stanza.js";
import { encrypt, KEY_SIZE } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Docket} from "./docket.js" */
/** @import {ReceiptKeys} from "./receipt.js" */
/** @import {Stanza} from "./stanza.js" */
/** @import {Suite} from "./suite.js" */

/**
 * Whom an envelope is for: desk keys (1 to 5), and the sorting key of each console concerned.
 *
 * With *k* over 1 the desk keys are the seats of one desk, and any k of them open the envelope together.
 * @typedef {object} Address
 * @property {Suite} suite *suiteOf* the code in the section
 * @property {Uint8Array} agency 8 bytes
 * @property {number} epoch of the keyring, whatever epoch these keys are of
 * @property {readonly Uint8Array[]} deskKeys
 * @property {readonly Uint8Array[]} sortingKeys
 * @property {number} k
 */

/**
 * Seal the JSON *message* into one envelope.
 *
 * K and the salt are fresh at every call, so a second try after a failed send must call again: sealing
 * another text under the same K would show both. Throws FormatError "too long" for a message over 16,350
 * bytes, "recipients" for too many keys and "quorum" for a k that these desk keys cannot have.
 * @param {Address} address
 * @param {Docket} what
 * @param {ReceiptKeys} keys
 * @param {Uint8Array} message
 * @returns {Promise<Bytes>}
 */
export async function seal(address, what, keys, message) {
  const { suite } = address;
  const padded = padding.pad(message);
  const [key, salt] = [random(KEY_SIZE), random(header.SALT_SIZE)];
  const textKey = await schedule.textKey(suite, key, salt);
  const commit = await schedule.commitment(suite, textKey, salt);
  const { agency, epoch } = address;
  const head = header.pack({ suite: suite.code, epoch, agency, salt, commit });

  const keyed = await keyedFor(address, key);
  const stanzas = await fill(suite, address.deskKeys, layout.STANZAS, (publicKey, real, place) =>
    stanza.seal(suite, publicKey, head, real ? /** @type {Stanza} */ (keyed[place]) : decoy()),
  );
  const replyPartKey = await schedule.replyPartKey(suite, key, salt);
  const reply = await encrypt(replyPartKey, concat(keys.reply, keys.followUp), head);
  const beforeBody = concat(head, ...stanzas, reply);

  const plaintext = concat(padded, await suite.mac(keys.followUp, "follow-up", padded));
  const body = await encrypt(await schedule.bodyKey(suite, textKey, salt), plaintext, beforeBody);
  const beforeDockets = concat(beforeBody, body);

  const dockets = await fill(suite, address.sortingKeys, layout.DOCKETS, (publicKey, real) =>
    docket.seal(suite, publicKey, beforeDockets, real ? what : decoyDocket()),
  );
  return concat(beforeDockets, ...dockets);
}

/**
 * Return what each desk key is given: all of K, or a share of it.
 * @param {Address} address
 * @param {Bytes} key
 * @returns {Promise<Stanza[]>}
 */
async function keyedFor({ k, deskKeys }, key) {
  return k === 1
    ? deskKeys.map(() => stanza.holding(stanza.WHOLE, key))
    : split(key, k, deskKeys.length);
}

/**
 * Fill up to *places* with seals to throw-away keys, and shuffle: nobody can count the recipients.
 * @param {Suite} suite
 * @param {readonly Uint8Array[]} publicKeys
 * @param {number} places
 * @param {(publicKey: Uint8Array, real: boolean, place: number) => Promise<Bytes>} sealTo
 * @returns {Promise<Bytes[]>}
 */
async function fill(suite, publicKeys, places, sealTo) {
  if (publicKeys.length > places) {
    throw new FormatError("recipients", `${publicKeys.length} do not fit in ${places} places`);
  }
  const sealed = [];
  for (let place = 0; place < places; place += 1) {
    const real = publicKeys[place];
    // Made for a real one's place too: the time that it takes would tell how many are real.
    const throwaway = suite.generate().public;
    sealed.push(await sealTo(real ?? throwaway, real !== undefined, place));
  }
  return shuffled(sealed);
}

/** @returns {Stanza} */
function decoy() {
  return stanza.holding(stanza.WHOLE, random(KEY_SIZE));
}

/** @returns {Docket} */
function decoyDocket() {
  return { desk: docket.NO_DESK, danger: "no", acknowledgement: random(KEY_SIZE) };
}
