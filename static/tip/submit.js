/** Sealing and sending one message: its parcels first, in random order, then the envelope. */

import { equal, toHex } from "../seal/bytes.js";
import * as parcel from "../seal/parcel.js";
import { envelopeId } from "../seal/rewrap.js";
import { seal } from "../seal/sealing.js";
import { destination, messageBytes } from "./draft.js";
import { NotSent, put } from "./put.js";

/** @typedef {import("./agency.js").Agency} Agency */
/** @typedef {import("../seal/suite.js").Suite} Suite */
/** @typedef {import("./attachments.js").Attachments} Attachments */
/** @typedef {import("./attachments.js").Part} Part */
/** @typedef {import("./draft.js").Draft} Draft */
/** @typedef {import("./draft.js").ReceiptKeys} ReceiptKeys */

/** A file that cannot be read any more, or was changed since a part of it was sealed. */
export class FileGone extends Error {
  /** @param {string} name */
  constructor(name) {
    super(name);
    this.file = name;
  }
}

/**
 * Send one message. Throws NotSent or FileGone; until it returns, nothing counts as sent.
 * @param {Draft} draft
 * @param {Attachments} attachments
 * @param {Agency} agency
 * @param {ReceiptKeys} keys
 * @param {(done: number, all: number) => void} progress in parcels
 */
export async function submit(draft, attachments, agency, keys, progress) {
  await sendParcels(agency.suite, attachments, progress);
  // Written over days: the keys may be gone, and the site need not notice.
  if (agency.old) await agency.load();
  try {
    await sendEnvelope(draft, attachments, agency, keys);
  } catch (error) {
    if (!(error instanceof NotSent) || error.failure !== "epoch") throw error;
    // The keys were changed while the person wrote. Both are fetched again, as at the start.
    await agency.load();
    await sendEnvelope(draft, attachments, agency, keys);
  }
}

/**
 * @param {Suite} suite
 * @param {Attachments} attachments
 * @param {(done: number, all: number) => void} progress
 */
async function sendParcels(suite, attachments, progress) {
  const parts = attachments.parts();
  for (const [done, part] of parts.entries()) {
    progress(done, parts.length);
    const sealed = part.attachment
      ? await sealPart(suite, part.attachment, part.index)
      : await parcel.dummy();
    const id = await envelopeId(sealed);
    if (part.attachment) remember(part.attachment, part.index, id);
    await put(`/p/${toHex(id)}`, sealed);
    if (part.attachment) part.attachment.stored.add(part.index);
    else attachments.spares.push(id);
  }
}

/**
 * @param {Suite} suite
 * @param {import("./attachments.js").Attachment} attachment
 * @param {number} index
 */
async function sealPart(suite, { file, key }, index) {
  const at = index * parcel.PIECE;
  const piece = file.slice(at, at + parcel.PIECE);
  const bytes = await piece.arrayBuffer().catch(() => null);
  if (bytes?.byteLength !== Math.min(parcel.PIECE, file.size - at)) throw new FileGone(file.name);
  return parcel.seal(suite, key, index, parcel.countFor(file.size), new Uint8Array(bytes));
}

/**
 * @param {import("./attachments.js").Attachment} attachment
 * @param {number} index
 * @param {Uint8Array<ArrayBuffer>} id
 */
function remember(attachment, index, id) {
  const before = attachment.ids[index];
  if (before && !equal(before, id)) throw new FileGone(attachment.file.name);
  attachment.ids[index] = id;
}

/**
 * @param {Draft} draft
 * @param {Attachments} attachments
 * @param {Agency} agency
 * @param {ReceiptKeys} keys
 */
async function sendEnvelope(draft, attachments, agency, keys) {
  if (!agency.keyring || !agency.ready) throw new NotSent("keys");
  const { section, desk } = destination(agency.keyring, draft);
  if (agency.datesOf(section.console)) throw new NotSent("keys");
  const envelope = await seal(
    {
      suite: agency.suite,
      agency: agency.keyring.agency,
      epoch: agency.keyring.epoch,
      deskKeys: desk.keys,
      sortingKeys: [section.sorting],
      k: desk.k,
    },
    { desk: desk.id, danger: draft.danger, acknowledgement: keys.acknowledgement },
    keys,
    messageBytes(draft, attachments, desk.id, keys),
  );
  await put(`/e/${toHex(await envelopeId(envelope))}`, envelope);
}
