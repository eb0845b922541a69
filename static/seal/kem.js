/**
 * The KEM MLKEM768-X25519 (0x647A) of draft-ietf-hpke-pq, as `hpke` takes one. The arithmetic is all
 * @noble/post-quantum's; this file only names the parts. (@panva/hpke-noble does the same over an older
 * copy of @noble/post-quantum: the page would carry both, 46 KB gzip instead of 29.)
 */

import { ml_kem768_x25519 } from "@noble/post-quantum/hybrid.js";
import { random } from "./bytes.js";

/** @import {KEM, Key, KeyPair} from "hpke" */

const NAME = "MLKEM768-X25519";
const SEED_SIZE = 32;

/**
 * A key for `hpke`: the bytes of a public key, or a private key's seed.
 * @implements {Key}
 */
class KemKey {
  algorithm = { name: NAME };
  extractable = true;

  /**
   * @param {"public" | "private"} type
   * @param {Uint8Array} bytes
   */
  constructor(type, bytes) {
    this.type = type;
    this.bytes = bytes;
  }
}

/**
 * Return the public key (1,216 bytes) of a 32-byte private seed.
 * @param {Uint8Array} seed
 * @returns {Uint8Array}
 */
export function publicOf(seed) {
  return ml_kem768_x25519.keygen(seed).publicKey;
}

/** @returns {Readonly<KEM<KemKey>>} */
export function mlkem768X25519() {
  return {
    id: 0x647a,
    type: "KEM",
    name: NAME,
    Nsecret: 32,
    Nenc: 1120,
    Npk: 1216,
    Nsk: SEED_SIZE,
    DeriveKeyPair: async () => {
      throw new TypeError("a private key is a random seed and never derived");
    },
    GenerateKeyPair: async () => pair(random(SEED_SIZE)),
    SerializePublicKey: async (key) => key.bytes,
    DeserializePublicKey: async (bytes) => new KemKey("public", bytes),
    SerializePrivateKey: async (key) => key.bytes,
    DeserializePrivateKey: async (seed) => new KemKey("private", seed),
    Encap: async (key) => {
      const { cipherText, sharedSecret } = ml_kem768_x25519.encapsulate(key.bytes);
      return { shared_secret: sharedSecret, enc: cipherText };
    },
    Decap: async (enc, key) => ml_kem768_x25519.decapsulate(enc, key.bytes),
  };
}

/**
 * @param {Uint8Array} seed
 * @returns {KeyPair<KemKey>}
 */
function pair(seed) {
  return {
    publicKey: new KemKey("public", publicOf(seed)),
    privateKey: new KemKey("private", seed),
  };
}
