/** The message inside a body: what a tipster says, as JSON that is checked field by field. */

import { fromBase64, toBase64, utf8 } from "./bytes.js";
import { DANGER } from "./docket.js";
import { FormatError } from "./errors.js";
import * as json from "./json.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Danger} from "./docket.js" */

/** @typedef {"tip" | "follow-up"} Kind */
/** @typedef {"page" | "plain" | "tool" | "phone" | "walk-in" | "import"} Via */

/**
 * One attached file: *size* in bytes, its 32-byte *key*, the ids of its *parcels* in order.
 * @typedef {object} FileEntry
 * @property {string} name
 * @property {string} type
 * @property {number} size
 * @property {Uint8Array} key
 * @property {readonly Uint8Array[]} parcels
 */

/**
 * What is sealed. *thread* and *desk* are 16 bytes; desk, danger and acknowledgement repeat the docket.
 * @typedef {object} Message
 * @property {Kind} kind
 * @property {Via} via
 * @property {string} lang
 * @property {string} category
 * @property {Danger} danger
 * @property {Uint8Array} desk
 * @property {Uint8Array} acknowledgement
 * @property {Uint8Array} thread
 * @property {number} counter
 * @property {string} text
 * @property {readonly FileEntry[]} files
 * @property {readonly Uint8Array[]} dummies
 */

/**
 * *tip* opens a thread, *follow-up* continues one.
 * @type {readonly Kind[]}
 */
export const KINDS = ["tip", "follow-up"];
/**
 * Where it was sealed: in the page, on the server for the plain pages, with `tipline seal`, or at the console
 * by a call taker who typed what somebody said by telephone or in person, or out of an old system's file.
 * @type {readonly Via[]}
 */
export const VIA = ["page", "plain", "tool", "phone", "walk-in", "import"];
export const FILES_MAX = 64;
export const PARCELS_MAX = 256;

const FIELDS = [
  "kind",
  "via",
  "lang",
  "category",
  "danger",
  "desk",
  "acknowledgement",
  "thread",
  "counter",
  "text",
  "files",
  "dummies",
];
const FILE_FIELDS = ["name", "type", "size", "key", "parcels"];
/** What a category's code looks like, here and in a keyring. */
export const CODE = /^[a-z][a-z0-9-]{0,31}$/;
const LANG = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;

/**
 * Return the JSON bytes of *message*. Half surrogate pairs, which a form can hold, become U+FFFD.
 * @param {Message} message
 * @returns {Bytes}
 */
export function encode(message) {
  return utf8(
    JSON.stringify({
      v: 1,
      kind: message.kind,
      via: message.via,
      lang: message.lang,
      category: message.category,
      danger: message.danger,
      desk: toBase64(message.desk),
      acknowledgement: toBase64(message.acknowledgement),
      thread: toBase64(message.thread),
      counter: message.counter,
      text: whole(message.text),
      files: message.files.map(encodeFile),
      dummies: message.dummies.map(toBase64),
    }),
  );
}

/**
 * Read the JSON bytes of a message. Throws FormatError("message") unless every field is as described.
 * @param {Uint8Array} data
 * @returns {Message}
 */
export function decode(data) {
  try {
    return messageOf(json.readObject(data, FIELDS));
  } catch (error) {
    // The text of the error could quote the tip: name the kind of mistake only.
    throw new FormatError("message", error instanceof Error ? error.name : "");
  }
}

/** @param {FileEntry} file */
function encodeFile({ name, type, size, key, parcels }) {
  return {
    name: whole(name),
    type: whole(type),
    size,
    key: toBase64(key),
    parcels: parcels.map(toBase64),
  };
}

/** @param {string} text */
function whole(text) {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/**
 * @param {json.Fields} fields
 * @returns {Message}
 */
function messageOf(fields) {
  const files = json.list(fields.files, FILES_MAX).map(fileOf);
  const dummies = idsOf(fields.dummies);
  const parcels = files.reduce((sum, file) => sum + file.parcels.length, dummies.length);
  if (parcels > PARCELS_MAX) {
    throw new RangeError("too many parcels");
  }
  return {
    kind: oneOf(fields.kind, KINDS),
    via: oneOf(fields.via, VIA),
    lang: matching(fields.lang, LANG),
    category: matching(fields.category, CODE),
    danger: oneOf(fields.danger, DANGER),
    desk: fromBase64(fields.desk, 16),
    acknowledgement: fromBase64(fields.acknowledgement, 32),
    thread: fromBase64(fields.thread, 16),
    counter: json.number(fields.counter, 2 ** 53),
    text: json.text(fields.text),
    files,
    dummies,
  };
}

/**
 * @param {unknown} value
 * @returns {FileEntry}
 */
function fileOf(value) {
  const fields = json.exactly(value, FILE_FIELDS);
  return {
    name: json.text(fields.name),
    type: json.text(fields.type),
    size: json.number(fields.size, 2 ** 53),
    key: fromBase64(fields.key, 32),
    parcels: idsOf(fields.parcels),
  };
}

/** @param {unknown} value */
function idsOf(value) {
  return json.list(value, PARCELS_MAX).map((item) => fromBase64(item, 32));
}

/**
 * @template {string} T
 * @param {unknown} value
 * @param {readonly T[]} allowed
 * @returns {T}
 */
function oneOf(value, allowed) {
  const found = allowed.find((word) => word === value);
  if (found === undefined) {
    throw new RangeError("not one of the words");
  }
  return found;
}

/**
 * @param {unknown} value
 * @param {RegExp} pattern
 */
function matching(value, pattern) {
  const text = json.text(value);
  if (!pattern.test(text)) {
    throw new RangeError("not of the pattern");
  }
  return text;
}
