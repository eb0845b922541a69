/** What the vectors can do, in JavaScript: each operation with the names of its arguments. */

import assert from "node:assert/strict";
import * as acknowledgement from "../../static/seal/acknowledgement.js";
import * as board from "../../static/seal/board.js";
import { concat, fromBase64, toHex } from "../../static/seal/bytes.js";
import * as docket from "../../static/seal/docket.js";
import * as header from "../../static/seal/header.js";
import * as keyring from "../../static/seal/keyring.js";
import * as message from "../../static/seal/message.js";
import * as opening from "../../static/seal/opening.js";
import * as padding from "../../static/seal/padding.js";
import * as parcel from "../../static/seal/parcel.js";
import { Reader } from "../../static/seal/reader.js";
import * as receipt from "../../static/seal/receipt.js";
import * as revocation from "../../static/seal/revocation.js";
import * as rewrap from "../../static/seal/rewrap.js";
import * as schedule from "../../static/seal/schedule.js";
import * as sealing from "../../static/seal/sealing.js";
import * as slot from "../../static/seal/slot.js";
import * as stanza from "../../static/seal/stanza.js";
import * as suite from "../../static/seal/suite.js";
import { bytesOf, plain } from "./vector_bytes.mjs";

/** @typedef {import("./vector_bytes.mjs").Bytes} Bytes */
/** @typedef {Record<string, any>} Fields */

/**
 * Operations by name. An argument that ends in "?" is not bytes but taken as it is.
 * @type {Record<string, {takes: string[], run: (...given: any[]) => any}>}
 */
const OPERATIONS = {
  "suite.public": {
    takes: ["seed"],
    run: (seed) => digest(new suite.PrivateKey(seed).public),
  },
  "suite.derive": {
    takes: ["secret", "salt", "label?", "size?", "context"],
    run: async (...given) => {
      const [secret, salt, label, size, context] = given;
      return { derived: await suite.derive(secret, salt, label, size, context) };
    },
  },
  "suite.mac": {
    takes: ["key", "label?", "message"],
    run: async (key, label, text) => ({ mac: await suite.mac(key, label, text) }),
  },
  "suite.decrypt": {
    takes: ["key", "sealed", "aad"],
    run: async (key, sealed, aad) => digest(await suite.decrypt(key, sealed, aad)),
  },
  "suite.open": {
    takes: ["seed", "info", "sealed"],
    run: async (seed, info, sealed) => digest(await new suite.PrivateKey(seed).open(info, sealed)),
  },
  "suite.seal": {
    takes: ["public", "info", "plaintext"],
    run: async (publicKey, info, plaintext) => ({
      size: (await suite.HYBRID.seal(publicKey, info, plaintext)).length,
    }),
  },
  "header.parse": {
    takes: ["header"],
    run: (bytes) => {
      const head = header.parse(bytes);
      assert.deepEqual(header.pack(head), bytes.slice(0, header.SIZE));
      return head;
    },
  },
  "schedule.keys": {
    takes: ["key", "salt"],
    run: async (key, salt) => {
      const text = await schedule.textKey(key, salt);
      return {
        text_key: text,
        commitment: await schedule.commitment(text, salt),
        body_key: await schedule.bodyKey(text, salt),
        reply_part_key: await schedule.replyPartKey(key, salt),
      };
    },
  },
  "padding.pad": { takes: ["message"], run: (text) => digest(padding.pad(text)) },
  "padding.unpad": {
    takes: ["plaintext"],
    run: async (plaintext) => {
      const body = padding.unpad(plaintext);
      return { ...(await digest(body.message)), mac: body.mac };
    },
  },
  "message.decode": { takes: ["json"], run: (json) => message.decode(json) },
  "message.encode": {
    takes: ["message?"],
    run: (fields) => ({ json: new TextDecoder().decode(message.encode(messageFrom(fields))) }),
  },
  "stanza.unpack": {
    takes: ["plaintext"],
    run: (plaintext) => {
      const opened = stanza.unpack(plaintext);
      assert.deepEqual(stanza.pack(opened), plaintext);
      return opened;
    },
  },
  "docket.unpack": {
    takes: ["plaintext"],
    run: (plaintext) => {
      const opened = docket.unpack(plaintext);
      assert.deepEqual(docket.pack(opened), plaintext);
      return opened;
    },
  },
  "opening.open_stanza": {
    takes: ["envelope", "seed"],
    run: async (envelope, seed) => {
      const key = await opening.openStanza(envelope, new suite.PrivateKey(seed));
      return key && { key };
    },
  },
  "opening.open_docket": {
    takes: ["envelope", "seed"],
    run: (envelope, seed) => opening.openDocket(envelope, new suite.PrivateKey(seed)),
  },
  "opening.open_body": {
    takes: ["envelope", "text_key"],
    run: async (envelope, textKey) => digest((await opening.openBody(envelope, textKey)).message),
  },
  "opening.open_reply": {
    takes: ["envelope", "key"],
    run: async (envelope, key) => {
      const { reply, followUp } = await opening.openReply(envelope, key);
      return { reply, follow_up: followUp };
    },
  },
  "opening.read": { takes: ["envelope", "seed"], run: read },
  "opening.is_from": {
    takes: ["envelope", "text_key", "follow_up"],
    run: async (envelope, textKey, followUp) => ({
      from: await opening.isFrom(await opening.openBody(envelope, textKey), followUp),
    }),
  },
  "rewrap.envelope_id": {
    takes: ["envelope"],
    run: async (envelope) => ({ id: await rewrap.envelopeId(envelope) }),
  },
  "rewrap.unwrap": {
    takes: ["seed", "envelope_id", "desk", "sealed"],
    run: (seed, id, desk, sealed) => rewrap.unwrap(new suite.PrivateKey(seed), id, desk, sealed),
  },
  "sealing.seal": {
    takes: [
      "suite?",
      "agency",
      "epoch?",
      "desk_keys?",
      "sorting_keys?",
      "docket?",
      "receipt",
      "message",
    ],
    run: async (...given) => ({ size: (await seal(...given)).length }),
  },
  "receipt.parse": { takes: ["code?"], run: (code) => ({ entropy: receipt.parse(code) }) },
  "receipt.format": { takes: ["entropy"], run: (entropy) => ({ code: receipt.format(entropy) }) },
  "receipt.keys": {
    takes: ["entropy", "agency"],
    run: async (entropy, agency) => {
      const { followUp, ...keys } = await receipt.keys(entropy, agency);
      return { ...keys, follow_up: followUp };
    },
  },
  "parcel.count_for": { takes: ["size?"], run: (size) => ({ count: parcel.countFor(size) }) },
  "parcel.padded_count": {
    takes: ["parcels?"],
    run: (parcels) => ({ count: parcel.paddedCount(parcels) }),
  },
  "parcel.seal": {
    takes: ["file_key", "index?", "count?", "piece"],
    run: async (key, index, count, piece) => digest(await parcel.seal(key, index, count, piece)),
  },
  "parcel.open": {
    takes: ["file_key", "index?", "count?", "sealed?"],
    run: async (key, index, count, sealed) =>
      digest(await parcel.open(key, index, count, await parcelFrom(sealed))),
  },
  "parcel.open_file": {
    takes: ["file_key", "size?", "parcels?"],
    run: async (key, size, parcels) => {
      const pieces = [];
      for await (const piece of parcel.openFile(
        key,
        size,
        await Promise.all(parcels.map(parcelFrom)),
      )) {
        pieces.push(piece);
      }
      return digest(concat(...pieces));
    },
  },
  "slot.label": {
    takes: ["reply_key", "index?"],
    run: async (replyKey, index) => ({ label: await slot.label(replyKey, index) }),
  },
  "slot.seal": {
    takes: ["reply_key", "first_index?", "text"],
    run: async (replyKey, firstIndex, text) => {
      const reply = {
        id: new Uint8Array(16),
        desk: new Uint8Array(16),
        day: 1,
        text: fromUtf8(text),
      };
      return { slots: (await slot.seal(replyKey, firstIndex, reply)).length };
    },
  },
  "slot.find": {
    takes: ["reply_key", "slots"],
    run: async (replyKey, slots) => ({ replies: await slot.find(replyKey, slot.cut(slots)) }),
  },
  "acknowledgement.token": {
    takes: ["key", "day?"],
    run: async (key, day) => ({ token: await acknowledgement.token(key, day) }),
  },
  "keyring.verified": {
    takes: ["keyring", "fingerprint", "floors?", "revocations_floor?"],
    run: async (data, fingerprint, floors, revocationsFloor) =>
      shownKeyring(await keyring.verified(data, fingerprint, floors, revocationsFloor)),
  },
  "keyring.check_dates": {
    takes: ["keyring", "fingerprint", "today?"],
    run: async (data, fingerprint, today) => {
      keyring.checkDates(await keyring.verified(data, fingerprint), today);
      return {};
    },
  },
  "keyring.find": {
    takes: ["keyring", "fingerprint", "category?"],
    run: async (data, fingerprint, code) => {
      const { section, category, desk } = (await keyring.verified(data, fingerprint)).find(code);
      return { console: section.console, name: category.name, desk: desk.id };
    },
  },
  "board.verified": {
    takes: ["board", "root", "revocations"],
    run: async (data, root, signed) => {
      const revocations = await revocation.verified(root, new Reader(signed).takeSigned());
      const sections = await board.verified(data, root, revocations);
      return { sections: await Promise.all(sections.map(shownBoard)) };
    },
  },
};

/**
 * Run one operation as a vector asks for it; null means "not for me".
 * @param {string} name
 * @param {Fields} given
 * @param {Fields} [blobs]
 */
export async function operate(name, given, blobs = {}) {
  const operation = OPERATIONS[name];
  if (operation === undefined) {
    throw new Error(`operation ${name}`);
  }
  const names = operation.takes.map((taken) => taken.replace("?", ""));
  assert.deepEqual(Object.keys(given).sort(), [...names].sort(), "arguments");
  const values = operation.takes.map((taken, at) => {
    const value = given[String(names[at])];
    return taken.endsWith("?") ? value : bytesOf(value, blobs);
  });
  return plain(await operation.run(...values));
}

/**
 * Seal an envelope from arguments as they stand in a vector.
 * @param {...any} given
 */
export async function seal(...given) {
  const [code, agency, epoch, deskKeys, sortingKeys, what, entropy, text] = given;
  return sealing.seal(
    {
      suite: suite.suiteOf(code),
      agency,
      epoch,
      deskKeys: deskKeys.map(publicFrom),
      sortingKeys: sortingKeys.map(publicFrom),
    },
    { ...what, desk: bytesOf(what.desk), acknowledgement: bytesOf(what.acknowledgement) },
    await receipt.keys(entropy, agency),
    text,
  );
}

/**
 * A desk's or sorting key is given as the seed of its private key.
 * @param {string} seed
 */
function publicFrom(seed) {
  return new suite.PrivateKey(bytesOf(seed)).public;
}

/**
 * Open an envelope as its desk does: stanza, body, reply part, message.
 * @param {Bytes} envelope
 * @param {Bytes} seed
 */
async function read(envelope, seed) {
  const key = await opening.openStanza(envelope, new suite.PrivateKey(seed));
  if (key === null) {
    return null;
  }
  const textKey = await opening.textKeyOf(envelope, key);
  const body = await opening.openBody(envelope, textKey);
  const { reply, followUp } = await opening.openReply(envelope, key);
  const from = await opening.isFrom(body, followUp);
  const said = message.decode(body.message);
  return { key, text_key: textKey, reply, follow_up: followUp, from, message: said };
}

/** @param {Uint8Array | null} data */
async function digest(data) {
  return data && { size: data.length, sha256: await suite.sha256(data) };
}

/** @param {Fields} value a parcel: bytes, or what it was sealed from */
async function parcelFrom(value) {
  if (!Object.hasOwn(value, "file_key")) {
    return bytesOf(value);
  }
  const { file_key: key, index, count, piece, ...more } = value;
  assert.deepEqual(more, {});
  return parcel.seal(bytesOf(key), index, count, bytesOf(piece));
}

/**
 * @param {Fields} fields
 * @returns {any}
 */
function messageFrom(fields) {
  return {
    ...fields,
    desk: fromBase64(fields.desk, 16),
    acknowledgement: fromBase64(fields.acknowledgement, 32),
    thread: fromBase64(fields.thread, 16),
    files: fields.files.map((/** @type {Fields} */ file) => ({
      ...file,
      key: fromBase64(file.key, 32),
      parcels: file.parcels.map((/** @type {string} */ id) => fromBase64(id, 32)),
    })),
    dummies: fields.dummies.map((/** @type {string} */ id) => fromBase64(id, 32)),
  };
}

/** @param {keyring.Keyring} verified */
async function shownKeyring(verified) {
  const sections = verified.sections.map(async ({ section, certificate }) => ({
    console: section.console,
    serial: section.serial,
    not_before: section.notBefore,
    not_after: section.notAfter,
    suite: section.suite,
    epoch: section.epoch,
    sorting: (await suite.sha256(section.sorting)).slice(),
    desks: await Promise.all(
      section.desks.map(async ({ id, name, key }) => ({ id, name, key: await suite.sha256(key) })),
    ),
    categories: section.categories,
    work: section.work,
    certificate: {
      agency: certificate.agency,
      console: certificate.console,
      serial: certificate.serial,
      signer: await suite.sha256(certificate.signer),
      desks: [...certificate.desks].sort(),
      not_before: certificate.notBefore,
      not_after: certificate.notAfter,
    },
  }));
  return {
    agency: verified.agency,
    revocations: {
      agency: verified.revocations.agency,
      serial: verified.revocations.serial,
      revoked: [...verified.revocations.revoked].sort(),
    },
    epochs: [...verified.epochs].sort((left, right) => left - right),
    sections: await Promise.all(sections),
  };
}

/** @param {board.BoardSection} section */
async function shownBoard({ head, certificate, slots, tokens }) {
  return {
    console: head.console,
    serial: head.serial,
    day: head.day,
    previous: head.previous,
    signer: await suite.sha256(certificate.signer),
    slots: await Promise.all(slots.map((each) => suite.sha256(each))),
    tokens: [...tokens].map(toHex).sort(),
  };
}

/** @param {Uint8Array} data */
function fromUtf8(data) {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
}
