/**
 * The files of one message, and which of their parcels the site already has.
 *
 * A parcel is made anew for every try, from the file on disk; only its id is remembered. If the same piece seals
 * to another id, the file was changed meanwhile: it is refused, since one key must not seal two pieces.
 */

import { random, shuffled } from "../seal/bytes.js";
import { PARCELS_MAX } from "../seal/message.js";
import * as parcel from "../seal/parcel.js";

export const BYTES_MAX = 64 * 1024 * 1024;
export const FILES_MAX = 64;

/**
 * @typedef {object} Attachment
 * @property {File} file
 * @property {Uint8Array<ArrayBuffer>} key random, for this one file
 * @property {(Uint8Array<ArrayBuffer> | undefined)[]} ids of its parcels, as far as they were ever sealed
 * @property {Set<number>} stored indices of the parcels that the site has
 */

/** @typedef {{attachment: Attachment, index: number} | {attachment: null}} Part */

export class Attachments {
  constructor() {
    /** @type {Attachment[]} */
    this.list = [];
    /** Ids of stored parcels that belong to no file: dummies, and parcels of files that were removed.
     * @type {Uint8Array<ArrayBuffer>[]} */
    this.spares = [];
  }

  /**
   * Add files as long as they fit.
   * @param {Iterable<File>} files
   * @returns {"" | "files" | "bytes"} what there are too many of
   */
  add(files) {
    for (const file of files) {
      if (this.list.length >= FILES_MAX) return "files";
      if (this.bytes + file.size > BYTES_MAX) return "bytes";
      this.list.push({ file, key: random(32), ids: [], stored: new Set() });
    }
    return "";
  }

  /**
   * Remove one file. What the site has of it stays there as filler that nobody can open.
   * @param {Attachment} attachment
   */
  remove(attachment) {
    this.list = this.list.filter((other) => other !== attachment);
    for (const index of attachment.stored) {
      const id = attachment.ids[index];
      if (id) this.spares.push(id);
    }
  }

  /** Forget everything. */
  clear() {
    this.list = [];
    this.spares = [];
  }

  /** Bytes in all. */
  get bytes() {
    return this.list.reduce((sum, { file }) => sum + file.size, 0);
  }

  /** How many parcels the files take. */
  get parcels() {
    return this.list.reduce((sum, { file }) => sum + parcel.countFor(file.size), 0);
  }

  /**
   * How many dummies are listed in the message in the end. Never more than a message may list: spares of many
   * files that were sent and then removed stay unlisted, since a message with too many ids is refused when read.
   */
  get dummies() {
    const padded = parcel.paddedCount(this.parcels + this.spares.length);
    return Math.min(padded, PARCELS_MAX) - this.parcels;
  }

  /**
   * The parcels still to be sent, in random order: real ones, and dummies up to the rounded number.
   * @returns {Part[]}
   */
  parts() {
    /** @type {Part[]} */
    const parts = [];
    for (const attachment of this.list) {
      for (let index = 0; index < parcel.countFor(attachment.file.size); index++) {
        if (!attachment.stored.has(index)) parts.push({ attachment, index });
      }
    }
    for (let left = this.dummies - this.spares.length; left > 0; left--)
      parts.push({ attachment: null });
    return shuffled(parts);
  }

  /**
   * The files as the message lists them. Parcels that were never sealed count with zeros, to measure.
   */
  files() {
    return this.list.map((attachment, index) => ({
      name: safeName(index, attachment.file.name),
      type: safeType(attachment.file.type),
      size: attachment.file.size,
      key: attachment.key,
      parcels: Array.from(
        { length: parcel.countFor(attachment.file.size) },
        (_, at) => attachment.ids[at] ?? new Uint8Array(32),
      ),
    }));
  }
}

/**
 * The name a file is sent under: its number, and its ending if that is a plain one.
 * @param {number} index
 * @param {string} name
 */
export function safeName(index, name) {
  const ending = /\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1]?.toLowerCase();
  return `file-${index + 1}${ending ? `.${ending}` : ""}`;
}

/**
 * The type a file is sent under.
 * @param {string} type
 */
export function safeType(type) {
  return /^[a-z0-9.+-]{1,40}\/[a-z0-9.+-]{1,80}$/.test(type) ? type : "application/octet-stream";
}
