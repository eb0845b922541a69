/** Where each part of an envelope lies. All offsets follow from the suite in the header. */

import { cutInto } from "./bytes.js";
import * as docket from "./docket.js";
import { FormatError } from "./errors.js";
import * as header from "./header.js";
import * as padding from "./padding.js";
import * as stanza from "./stanza.js";
import { suiteOf, TAG_SIZE } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Suite} from "./suite.js" */

/**
 * An envelope cut into its parts; *beforeBody* and *beforeDockets* are what those two are bound to.
 * @typedef {object} Parts
 * @property {header.Header} header
 * @property {Bytes} headerBytes
 * @property {Bytes[]} stanzas
 * @property {Bytes} reply
 * @property {Bytes} body
 * @property {Bytes[]} dockets
 * @property {Bytes} beforeBody
 * @property {Bytes} beforeDockets
 */

export const STANZAS = stanza.SEATS_MAX;
export const DOCKETS = 2;
export const REPLY_SIZE = 64 + TAG_SIZE;
export const BODY_SIZE = padding.SIZE + TAG_SIZE;

/**
 * Return the one length that every envelope of *suite* has: 24,824 bytes for the hybrid.
 * @param {Suite} suite
 */
export function envelopeSize(suite) {
  return (
    header.SIZE +
    STANZAS * suite.sealedSize(stanza.SIZE) +
    REPLY_SIZE +
    BODY_SIZE +
    DOCKETS * suite.sealedSize(docket.SIZE)
  );
}

/**
 * Cut *envelope* into its parts. Throws FormatError for a wrong header or length.
 * @param {Bytes} envelope
 * @returns {Parts}
 */
export function split(envelope) {
  const head = header.parse(envelope);
  const suite = suiteOf(head.suite);
  if (envelope.length !== envelopeSize(suite)) {
    throw new FormatError("size", `${envelope.length} bytes, not ${envelopeSize(suite)}`);
  }
  const stanzaSize = suite.sealedSize(stanza.SIZE);
  const replyAt = header.SIZE + STANZAS * stanzaSize;
  const bodyAt = replyAt + REPLY_SIZE;
  const docketsAt = bodyAt + BODY_SIZE;
  return {
    header: head,
    headerBytes: envelope.subarray(0, header.SIZE),
    stanzas: cutInto(envelope.subarray(header.SIZE, replyAt), stanzaSize),
    reply: envelope.subarray(replyAt, bodyAt),
    body: envelope.subarray(bodyAt, docketsAt),
    dockets: cutInto(envelope.subarray(docketsAt), suite.sealedSize(docket.SIZE)),
    beforeBody: envelope.subarray(0, bodyAt),
    beforeDockets: envelope.subarray(0, docketsAt),
  };
}
