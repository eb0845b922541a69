/** Opening an envelope. "Not for me" is null; "for me and broken" is a FormatError that names how. */

import { equal } from "./bytes.js";
import * as docket from "./docket.js";
import { FormatError } from "./errors.js";
import * as layout from "./layout.js";
import * as padding from "./padding.js";
import * as schedule from "./schedule.js";
import * as stanza from "./stanza.js";
import { decrypt, KEY_SIZE, suiteOf } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Docket} from "./docket.js" */
/** @import {Body} from "./padding.js" */
/** @import {Stanza} from "./stanza.js" */
/** @import {PrivateKey, Suite} from "./suite.js" */

/**
 * Try each stanza with a desk's key; return K of the one that opens.
 *
 * Throws FormatError for a wrong envelope or a stanza that is ours and broken.
 * @param {Bytes} envelope
 * @param {PrivateKey} desk
 * @returns {Promise<Uint8Array | null>}
 */
export async function openStanza(envelope, desk) {
  const opened = await ownStanza(envelope, desk, stanza.WHOLE);
  if (opened === null) {
    return null;
  }
  const { header } = layout.split(envelope);
  await schedule.checkCommitment(await textKeyOf(envelope, opened.key), header);
  return opened.key;
}

/**
 * Try each stanza with a seat's key; return the share of the one that opens.
 *
 * Whether the share is right shows when k of them are combined. Throws FormatError as *openStanza* does.
 * @param {Bytes} envelope
 * @param {PrivateKey} seat
 * @returns {Promise<Stanza | null>}
 */
export function openShare(envelope, seat) {
  return ownStanza(envelope, seat, stanza.SHARE);
}

/**
 * @param {Bytes} envelope
 * @param {PrivateKey} privateKey
 * @param {number} kind
 * @returns {Promise<Stanza | null>}
 */
async function ownStanza(envelope, privateKey, kind) {
  const parts = layout.split(envelope);
  for (const sealed of parts.stanzas) {
    const opened = await stanza.open(privateKey, parts.headerBytes, sealed);
    if (opened === null) {
      continue;
    }
    if (opened.kind !== kind) {
      throw new FormatError("stanza", "a desk's stanza holds a whole key, a seat's a share");
    }
    return opened;
  }
  return null;
}

/**
 * Try both dockets with a console's sorting key.
 * @param {Bytes} envelope
 * @param {PrivateKey} sorting
 * @returns {Promise<Docket | null>}
 */
export async function openDocket(envelope, sorting) {
  const parts = layout.split(envelope);
  for (const sealed of parts.dockets) {
    const opened = await docket.open(sorting, parts.beforeDockets, sealed);
    if (opened !== null) {
      return opened;
    }
  }
  return null;
}

/**
 * Return K_text for an envelope's K: what a unit is given.
 * @param {Bytes} envelope
 * @param {Uint8Array} key
 */
export async function textKeyOf(envelope, key) {
  const { suite, salt } = layout.split(envelope).header;
  return schedule.textKey(suiteOf(suite), key, salt);
}

/**
 * Open the body with K_text. Throws FormatError "commitment", "body" or "padding".
 * @param {Bytes} envelope
 * @param {Uint8Array} textKey
 * @returns {Promise<Body>}
 */
export async function openBody(envelope, textKey) {
  const { header, body, beforeBody } = layout.split(envelope);
  await schedule.checkCommitment(textKey, header);
  const plaintext = await decrypt(
    await schedule.bodyKey(suiteOf(header.suite), textKey, header.salt),
    body,
    beforeBody,
  );
  if (plaintext === null) {
    throw new FormatError("body", "a stanza, the reply part or the body was changed");
  }
  return padding.unpad(plaintext);
}

/**
 * Return the tipster's reply key and follow-up key with K. Throws FormatError "commitment" or "reply".
 * @param {Bytes} envelope
 * @param {Uint8Array} key
 * @returns {Promise<{reply: Bytes, followUp: Bytes}>}
 */
export async function openReply(envelope, key) {
  const { header, headerBytes, reply } = layout.split(envelope);
  const suite = suiteOf(header.suite);
  await schedule.checkCommitment(await schedule.textKey(suite, key, header.salt), header);
  const opened = await decrypt(
    await schedule.replyPartKey(suite, key, header.salt),
    reply,
    headerBytes,
  );
  if (opened === null) {
    throw new FormatError("reply");
  }
  return { reply: opened.subarray(0, KEY_SIZE), followUp: opened.subarray(KEY_SIZE) };
}

/**
 * Tell whether the holder of *followUpKey* wrote *body*; what fails is shown as unverified.
 * @param {Suite} suite
 * @param {Body} body
 * @param {Uint8Array} followUpKey
 * @returns {Promise<boolean>}
 */
export async function isFrom(suite, body, followUpKey) {
  return equal(await suite.mac(followUpKey, "follow-up", body.authenticated), body.mac);
}
