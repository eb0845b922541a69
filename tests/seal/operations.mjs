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
import * as quorum from "../../static/seal/quorum.js";
import { Reader } from "../../static/seal/reader.js";
import * as receipt from "../../static/seal/receipt.js";
import * as revocation from "../../static/seal/revocation.js";
import * as rewrap from "../../static/seal/rewrap.js";
import * as schedule from "../../static/seal/schedule.js";
import * as sealing from "../../static/seal/sealing.js";
import * as section from "../../static/seal/section.js";
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
    takes: ["suite?", "seed"],
    run: (chosen, seed) => digest(chosen.private(seed).public),
  },
  "suite.derive": {
    takes: ["suite?", "secret", "salt", "label?", "size?", "context"],
    run: async (...given) => {
      const [chosen, secret, salt, label, size, context] = given;
      return { derived: await chosen.derive(secret, salt, label, size, context) };
    },
  },
  "suite.mac": {
    takes: ["suite?", "key", "label?", "message"],
    run: async (chosen, key, label, text) => ({ mac: await chosen.mac(key, label, text) }),
  },
  "suite.decrypt": {
    takes: ["key", "sealed", "aad"],
    run: async (key, sealed, aad) => digest(await suite.decrypt(key, sealed, aad)),
  },
  "suite.open": {
    takes: ["suite?", "seed", "info", "sealed"],
    run: async (chosen, seed, info, sealed) =>
      digest(await chosen.private(seed).open(info, sealed)),
  },
  "suite.seal": {
    takes: ["suite?", "public", "info", "plaintext"],
    run: async (chosen, publicKey, info, plaintext) => ({
      size: (await chosen.seal(publicKey, info, plaintext)).length,
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
    takes: ["suite?", "key", "salt"],
    run: async (chosen, key, salt) => {
      const text = await schedule.textKey(chosen, key, salt);
      return {
        text_key: text,
        commitment: await schedule.commitment(chosen, text, salt),
        body_key: await schedule.bodyKey(chosen, text, salt),
        reply_part_key: await schedule.replyPartKey(chosen, key, salt),
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
    takes: ["suite?", "envelope", "seed"],
    run: async (chosen, envelope, seed) => {
      const key = await opening.openStanza(envelope, chosen.private(seed));
      return key && { key };
    },
  },
  "opening.open_share": {
    takes: ["suite?", "envelope", "seed"],
    run: (chosen, envelope, seed) => opening.openShare(envelope, chosen.private(seed)),
  },
  "quorum.combine": {
    takes: ["envelope", "shares?"],
    run: (envelope, shares) =>
      quorum.combine(
        envelope,
        shares.map((/** @type {Fields} */ share) => ({ ...share, key: bytesOf(share.key) })),
      ),
  },
  "opening.open_docket": {
    takes: ["suite?", "envelope", "seed"],
    run: (chosen, envelope, seed) => opening.openDocket(envelope, chosen.private(seed)),
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
  "opening.read": { takes: ["suite?", "envelope", "seed"], run: read },
  "opening.is_from": {
    takes: ["suite?", "envelope", "text_key", "follow_up"],
    run: async (chosen, envelope, textKey, followUp) => ({
      from: await opening.isFrom(chosen, await opening.openBody(envelope, textKey), followUp),
    }),
  },
  "rewrap.envelope_id": {
    takes: ["envelope"],
    run: async (envelope) => ({ id: await rewrap.envelopeId(envelope) }),
  },
  "rewrap.unwrap": {
    takes: ["suite?", "seed", "envelope_id", "desk", "sealed"],
    run: (chosen, seed, id, desk, sealed) => rewrap.unwrap(chosen.private(seed), id, desk, sealed),
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
      "k?",
    ],
    run: async (...given) => ({ size: (await seal(...given)).length }),
  },
  "receipt.parse": { takes: ["code?"], run: (code) => ({ entropy: receipt.parse(code) }) },
  "receipt.format": { takes: ["entropy"], run: (entropy) => ({ code: receipt.format(entropy) }) },
  "receipt.keys": {
    takes: ["suite?", "entropy", "agency"],
    run: async (chosen, entropy, agency) => {
      const { followUp, ...keys } = await receipt.keys(chosen, entropy, agency);
      return { ...keys, follow_up: followUp };
    },
  },
  "parcel.count_for": { takes: ["size?"], run: (size) => ({ count: parcel.countFor(size) }) },
  "parcel.padded_count": {
    takes: ["parcels?"],
    run: (parcels) => ({ count: parcel.paddedCount(parcels) }),
  },
  "parcel.seal": {
    takes: ["suite?", "file_key", "index?", "count?", "piece"],
    run: async (chosen, key, index, count, piece) =>
      digest(await parcel.seal(chosen, key, index, count, piece)),
  },
  "parcel.open": {
    takes: ["suite?", "file_key", "index?", "count?", "sealed?"],
    run: async (chosen, key, index, count, sealed) =>
      digest(await parcel.open(chosen, key, index, count, await parcelFrom(sealed))),
  },
  "parcel.open_file": {
    takes: ["suite?", "file_key", "size?", "parcels?"],
    run: async (chosen, key, size, parcels) => {
      const pieces = [];
      for await (const piece of parcel.openFile(
        chosen,
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
    takes: ["suite?", "reply_key", "index?"],
    run: async (chosen, replyKey, index) => ({ label: await slot.label(chosen, replyKey, index) }),
  },
  "slot.seal": {
    takes: ["suite?", "reply_key", "first_index?", "text"],
    run: async (chosen, replyKey, firstIndex, text) => {
      const reply = {
        id: new Uint8Array(16),
        desk: new Uint8Array(16),
        day: 1,
        text: fromUtf8(text),
      };
      return { slots: (await slot.seal(chosen, replyKey, firstIndex, reply)).length };
    },
  },
  "slot.find": {
    takes: ["suite?", "reply_key", "slots"],
    run: async (chosen, replyKey, slots) => ({
      replies: await slot.find(chosen, replyKey, slot.cut(slots)),
    }),
  },
  "acknowledgement.token": {
    takes: ["suite?", "key", "day?"],
    run: async (chosen, key, day) => ({ token: await acknowledgement.token(chosen, key, day) }),
  },
  "keyring.verified": {
    takes: ["keyring", "fingerprint", "floors?", "revocations_floor?", "own_suite?"],
    run: async (data, fingerprint, floors, revocationsFloor, own) => {
      const known = /** @type {const} */ ([floors, revocationsFloor, own && suite.suiteOf(own)]);
      return shownKeyring(await keyring.verified(data, fingerprint, ...known));
    },
  },
  "keyring.check_dates": {
    takes: ["keyring", "fingerprint", "category?", "today?"],
    run: async (data, fingerprint, category, today) => {
      section.checkDates((await keyring.verified(data, fingerprint)).find(category).vouched, today);
      return {};
    },
  },
  "keyring.find": {
    takes: ["keyring", "fingerprint", "category?"],
    run: async (data, fingerprint, code) => {
      const found = (await keyring.verified(data, fingerprint)).find(code);
      return { console: found.section.console, name: found.category.name, desk: found.desk.id };
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

/** What a vector may leave out. @type {Fields} */
const DEFAULTS = { suite: 1, own_suite: null, k: 1 };

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
  const known = { ...given };
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if (names.includes(name)) known[name] ??= value;
  }
  assert.deepEqual(Object.keys(known).sort(), [...names].sort(), "arguments");
  const values = operation.takes.map((taken, at) => {
    const value = /** @type {Fields} */ (known)[String(names[at])];
    // Where no vector says otherwise it is the first suite.
    if (taken === "suite?") {
      return suite.suiteOf(value);
    }
    return taken.endsWith("?") ? value : bytesOf(value, blobs);
  });
  return plain(await operation.run(...values));
}

/**
 * Seal an envelope from arguments as they stand in a vector.
 * @param {...any} given
 */
export async function seal(...given) {
  const [chosen, agency, epoch, deskKeys, sortingKeys, what, entropy, text, k] = given;
  return sealing.seal(
    {
      suite: chosen,
      agency,
      epoch,
      deskKeys: deskKeys.map((/** @type {string} */ seed) => publicFrom(chosen, seed)),
      sortingKeys: sortingKeys.map((/** @type {string} */ seed) => publicFrom(chosen, seed)),
      k,
    },
    { ...what, desk: bytesOf(what.desk), acknowledgement: bytesOf(what.acknowledgement) },
    await receipt.keys(chosen, entropy, agency),
    text,
  );
}

/**
 * A desk's or sorting key is given as the seed of its private key.
 * @param {suite.Suite} chosen
 * @param {string} seed
 */
function publicFrom(chosen, seed) {
  return chosen.private(bytesOf(seed)).public;
}

/**
 * Open an envelope as its desk does: stanza, body, reply part, message.
 * @param {suite.Suite} chosen
 * @param {Bytes} envelope
 * @param {Bytes} seed
 */
async function read(chosen, envelope, seed) {
  const key = await opening.openStanza(envelope, chosen.private(seed));
  if (key === null) {
    return null;
  }
  const textKey = await opening.textKeyOf(envelope, key);
  const body = await opening.openBody(envelope, textKey);
  const { reply, followUp } = await opening.openReply(envelope, key);
  const from = await opening.isFrom(chosen, body, followUp);
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
  const { suite: code = 1, file_key: key, index, count, piece, ...more } = value;
  assert.deepEqual(more, {});
  return parcel.seal(suite.suiteOf(code), bytesOf(key), index, count, bytesOf(piece));
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
      section.desks.map(async ({ id, name, k, keys }) => {
        return { id, name, k, keys: await Promise.all(keys.map((key) => suite.sha256(key))) };
      }),
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
      consoles: verified.revocations.consoles.map((one) => ({
        ...one,
        categories: [...one.categories].sort(),
      })),
    },
    missing: verified.missing.map(({ name }) => name),
    epoch: verified.epoch,
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
    audit: head.audit,
    signer: await suite.sha256(certificate.signer),
    slots: await Promise.all(slots.map((each) => suite.sha256(each))),
    tokens: [...tokens].map(toHex).sort(),
  };
}

/** @param {Uint8Array} data */
function fromUtf8(data) {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
}
