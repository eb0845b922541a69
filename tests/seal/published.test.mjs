/**
 * The suite against vectors of others: RFC 9180, and the HPKE-PQ draft for the KEM.
 *
 * Nobody publishes a vector for exactly this suite (KEM 0x647a with HKDF-SHA256 and AES-256-GCM), so two are used
 * that share its parts. Here all of it can be checked: encapsulation with the published randomness, shared secret,
 * contexts with AAD, exports. The parts that are not in the suite (SHAKE256, ChaCha20-Poly1305, DHKEM) come from
 * @panva/hpke-noble and hpke; that package's own KEM 0x647a, over an older @noble/post-quantum, is a second opinion.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ml_kem768_x25519 } from "@noble/post-quantum/hybrid.js";
import { AEAD_ChaCha20Poly1305, KDF_SHAKE256, KEM_MLKEM768_X25519 } from "@panva/hpke-noble";
import {
  AEAD_AES_256_GCM,
  CipherSuite,
  KDF_HKDF_SHA256,
  KEM_DHKEM_X25519_HKDF_SHA256,
  OpenError,
} from "hpke";
import { concat, fromHex, toHex, utf8 } from "../../static/seal/bytes.js";
import { kemOf, MLKEM768_X25519 } from "../../static/seal/kem.js";
import { HYBRID } from "../../static/seal/suite.js";

/** @typedef {Record<string, any>} Vector */

/**
 * @param {string} name
 * @returns {Vector}
 */
function load(name) {
  return JSON.parse(readFileSync(new URL(`../vectors/published/${name}`, import.meta.url), "utf8"));
}

const DRAFT = load("hpke-pq.json");
const RFC = load("rfc9180.json");

/**
 * Open every message and export of a vector.
 * @param {CipherSuite<any>} suite
 * @param {Vector} vector
 * @param {Vector[]} encryptions
 */
async function checkRecipient(suite, vector, encryptions) {
  assert.deepEqual(
    [suite.KEM.id, suite.KDF.id, suite.AEAD.id],
    [vector.kem_id, vector.kdf_id, vector.aead_id],
  );
  const key = await suite.DeserializePrivateKey(fromHex(vector.skRm), true);
  const options = { info: fromHex(vector.info) };
  const context = await suite.SetupRecipient(key, fromHex(vector.enc), options);
  for (const { aad, ct, pt } of encryptions) {
    assert.equal(toHex(await context.Open(fromHex(ct), fromHex(aad))), pt ?? vector.pt);
  }
  for (const { exporter_context, L, exported_value } of vector.exports) {
    assert.equal(toHex(await context.Export(fromHex(exporter_context), L)), exported_value);
  }
  const other = await suite.SetupRecipient(key, fromHex(vector.enc), { info: utf8("other") });
  const [{ aad, ct }] = /** @type {[Vector]} */ (encryptions);
  await assert.rejects(other.Open(fromHex(ct), fromHex(aad)), OpenError);
}

test("a seed gives the published public key", () => {
  assert.equal(toHex(HYBRID.private(fromHex(DRAFT.skRm)).public), DRAFT.pkRm);
});

test("encapsulation with the published randomness gives enc and shared secret", () => {
  const sealed = ml_kem768_x25519.encapsulate(fromHex(DRAFT.pkRm), fromHex(DRAFT.ikmE));
  assert.equal(toHex(sealed.cipherText), DRAFT.enc);
  assert.equal(toHex(sealed.sharedSecret), DRAFT.shared_secret);
});

test("decapsulation gives the published shared secret", async () => {
  const kem = kemOf(MLKEM768_X25519);
  const key = await kem.DeserializePrivateKey(fromHex(DRAFT.skRm), true);
  const secret = await kem.Decap(fromHex(DRAFT.enc), key, undefined);
  assert.equal(toHex(secret), DRAFT.shared_secret);
});

test("the draft's messages and exports, with this KEM", async () => {
  const suite = new CipherSuite(() => kemOf(MLKEM768_X25519), KDF_SHAKE256, AEAD_ChaCha20Poly1305);
  await checkRecipient(suite, DRAFT, DRAFT.encryptions);
});

test("RFC 9180's message and exports, with this KDF and AEAD", async () => {
  const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
  await checkRecipient(suite, RFC, [RFC]);
});

test("the suite's ids are the published ones", () => {
  assert.deepEqual(
    [HYBRID.hpke.KEM.id, HYBRID.hpke.KDF.id, HYBRID.hpke.AEAD.id],
    [0x647a, 0x0001, 0x0002],
  );
});

test("another implementation of the KEM opens what this one seals, and the other way round", async () => {
  const suite = new CipherSuite(KEM_MLKEM768_X25519, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
  const ours = HYBRID.generate();
  const info = utf8("info");
  const sealed = await HYBRID.seal(ours.public, info, utf8("words"));
  const key = await suite.DeserializePrivateKey(ours.seed, true);
  const [enc, ciphertext] = [sealed.slice(0, HYBRID.encSize), sealed.slice(HYBRID.encSize)];
  assert.deepEqual(await suite.Open(key, enc, ciphertext, { info }), utf8("words"));
  const publicKey = await suite.DeserializePublicKey(ours.public);
  const back = await suite.Seal(publicKey, utf8("back"), { info });
  const joined = concat(back.encapsulatedSecret, back.ciphertext);
  assert.deepEqual(await ours.open(info, joined), utf8("back"));
});
