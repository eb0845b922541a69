/**
 * The two KEMs of draft-ietf-hpke-pq that an agency can choose, as `hpke` takes them. The arithmetic is all
 * @noble/post-quantum's; this file only names the parts. (@panva/hpke-noble does the same over an older
 * copy of @noble/post-quantum: the page would carry both, 46 KB gzip instead of 29.)
 */

import { ml_kem768_x25519, ml_kem1024_p384 } from "@noble/post-quantum/hybrid.js";
import { random } from "./bytes.js";

/** @import {KEM, Key} from "hpke" */

export const SEED_SIZE = 32;

/**
 * @typedef {object} Hybrid
 * @property {number} id in IANA's registry
 * @property {string} name
 * @property {number} encSize
 * @property {number} publicSize
 * @property {typeof ml_kem768_x25519} made what computes it
 */

/** @type {Hybrid} */
export const MLKEM768_X25519 = {
  id: 0x647a,
  name: "MLKEM768-X25519",
  encSize: 1120,
  publicSize: 1216,
  made: ml_kem768_x25519,
};

/** @type {Hybrid} */
export const MLKEM1024_P384 = {
  id: 0x0051,
  name: "MLKEM1024-P384",
  encSize: 1665,
  publicSize: 1665,
  made: ml_kem1024_p384,
};

/**
 * A key for `hpke`: the bytes of a public key, or a private key's seed.
 * @implements {Key}
 */
class KemKey {
  extractable = true;

  /**
   * @param {string} name of the KEM
   * @param {"public" | "private"} type
   * @param {Uint8Array} bytes
   */
  constructor(name, type, bytes) {
    this.algorithm = { name };
    this.type = type;
    this.bytes = bytes;
  }
}

/**
 * Return the public key of a 32-byte private seed.
 * @param {Hybrid} hybrid
 * @param {Uint8Array} seed
 * @returns {Uint8Array}
 */
export function publicOf(hybrid, seed) {
  return hybrid.made.keygen(seed).publicKey;
}

/**
 * Return the KEM in the form of `hpke`.
 * @param {Hybrid} hybrid
 * @returns {Readonly<KEM<KemKey>>}
 */
export function kemOf({ id, name, encSize, publicSize, made }) {
  return {
    id,
    type: "KEM",
    name,
    Nsecret: 32,
    Nenc: encSize,
    Npk: publicSize,
    Nsk: SEED_SIZE,
    DeriveKeyPair: async () => {
      throw new TypeError("a private key is a random seed and never derived");
    },
    GenerateKeyPair: async () => {
      const seed = random(SEED_SIZE);
      return {
        publicKey: new KemKey(name, "public", made.keygen(seed).publicKey),
        privateKey: new KemKey(name, "private", seed),
      };
    },
    SerializePublicKey: async (key) => key.bytes,
    DeserializePublicKey: async (bytes) => new KemKey(name, "public", bytes),
    SerializePrivateKey: async (key) => key.bytes,
    DeserializePrivateKey: async (seed) => new KemKey(name, "private", seed),
    Encap: async (key) => {
      const { cipherText, sharedSecret } = made.encapsulate(key.bytes);
      return { shared_secret: sharedSecret, enc: cipherText };
    },
    Decap: async (enc, key) => made.decapsulate(enc, key.bytes),
  };
}
