/** Sealing an envelope: what the page does in the browser, and `tipline seal` at a desk. */

import { concat, random, shuffled } from "./bytes.js";
import * as docket from "./docket.js";
import { FormatError } from "./errors.js";
import * as header from "./header.js";
import * as layout from "./layout.js";
import * as padding from "./padding.js";
import * as schedule from "./schedule.js";
import * as stanza from "./stanza.js";
import { encrypt, KEY_SIZE } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Docket} from "./docket.js" */
/** @import {ReceiptKeys} from "./receipt.js" */
/** @import {Suite} from "./suite.js" */

/**
 * Whom an envelope is for: desk keys (1 to 5), and the sorting key of each console concerned.
 * @typedef {object} Address
 * @property {Suite} suite *suiteOf* the code in the section
 * @property {Uint8Array} agency 8 bytes
 * @property {number} epoch
 * @property {readonly Uint8Array[]} deskKeys
 * @property {readonly Uint8Array[]} sortingKeys
 */

/**
 * Seal the JSON *message* into one envelope.
 *
 * K and the salt are fresh at every call, so a second try after a failed send must call again: sealing
 * another text under the same K would show both. Throws FormatError for a message over 16,350 bytes.
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

  const stanzas = await fill(suite, address.deskKeys, layout.STANZAS, (publicKey, real) =>
    stanza.seal(suite, publicKey, head, {
      kind: stanza.WHOLE,
      key: real ? key : random(KEY_SIZE),
    }),
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
 * Fill up to *places* with seals to throw-away keys, and shuffle: nobody can count the recipients.
 * @param {Suite} suite
 * @param {readonly Uint8Array[]} publicKeys
 * @param {number} places
 * @param {(publicKey: Uint8Array, real: boolean) => Promise<Bytes>} sealTo
 * @returns {Promise<Bytes[]>}
 */
async function fill(suite, publicKeys, places, sealTo) {
  if (publicKeys.length > places) {
    throw new FormatError("recipients", `${publicKeys.length} do not fit in ${places} places`);
  }
  const sealed = [];
  for (let place = 0; place < places; place += 1) {
    const real = publicKeys[place];
    sealed.push(await sealTo(real ?? suite.generate().public, real !== undefined));
  }
  return shuffled(sealed);
}

/** @returns {Docket} */
function decoyDocket() {
  return { desk: docket.NO_DESK, danger: "no", acknowledgement: random(KEY_SIZE) };
}
