/**
 * The cipher suites: which HPKE (RFC 9180) an agency seals with, and the sizes that follow.
 *
 * A private key is always a 32-byte seed, expanded as the MLKEM768-X25519 KEM of draft-ietf-hpke-pq does
 * (SHAKE256 to 96 bytes: 64 for ML-KEM, 32 for X25519), so that Python and JavaScript read the same key.
 */

import { AEAD_AES_256_GCM, CipherSuite, DecapError, KDF_HKDF_SHA256, OpenError } from "hpke";
import { concat, random, utf8 } from "./bytes.js";
import { FormatError } from "./errors.js";
import { mlkem768X25519, publicOf } from "./kem.js";

/** @import {Bytes} from "./bytes.js" */

export const KEY_SIZE = 32;
export const SEED_SIZE = 32;
export const TAG_SIZE = 16;
// Every AES-GCM key here is derived for one message and used once, so the nonce may be constant.
const ZERO_NONCE = new Uint8Array(12);
const NOTHING = new Uint8Array(0);

export const HPKE = new CipherSuite(mlkem768X25519, KDF_HKDF_SHA256, AEAD_AES_256_GCM);

/** A 32-byte private *seed* made ready to open with. */
export class PrivateKey {
  /** @param {Uint8Array} seed */
  constructor(seed) {
    if (seed.length !== SEED_SIZE) {
      throw new FormatError("private key", `${seed.length} bytes, not ${SEED_SIZE}`);
    }
    this.seed = seed;
    /** The public key, 1,216 bytes. */
    this.public = publicOf(seed);
  }

  /** Return a fresh private key from the system's random source. */
  static generate() {
    return new PrivateKey(random(SEED_SIZE));
  }

  /**
   * Open what *Suite.seal* made. Null when it was sealed to another key or with another *info*.
   * @param {Uint8Array} info
   * @param {Uint8Array} sealed
   * @returns {Promise<Bytes | null>}
   */
  async open(info, sealed) {
    const enc = sealed.slice(0, HYBRID.encSize);
    try {
      const key = await HPKE.DeserializePrivateKey(this.seed);
      return own(await HPKE.Open(key, enc, sealed.slice(HYBRID.encSize), { info }));
    } catch (error) {
      if (error instanceof OpenError || error instanceof DecapError) {
        return null;
      }
      throw error;
    }
  }
}

/** One cipher suite: its code in the header and its sizes in bytes. */
export class Suite {
  /**
   * @param {number} code
   * @param {string} name
   * @param {number} encSize
   * @param {number} publicSize
   */
  constructor(code, name, encSize, publicSize) {
    this.code = code;
    this.name = name;
    this.encSize = encSize;
    this.publicSize = publicSize;
  }

  /**
   * HPKE base mode, single shot: enc || ciphertext || tag. Throws FormatError("public key") on a bad one.
   * @param {Uint8Array} publicKey
   * @param {Uint8Array} info
   * @param {Uint8Array} plaintext
   * @returns {Promise<Bytes>}
   */
  async seal(publicKey, info, plaintext) {
    if (publicKey.length !== this.publicSize) {
      throw new FormatError("public key", `${publicKey.length} bytes, not ${this.publicSize}`);
    }
    const key = await HPKE.DeserializePublicKey(publicKey);
    try {
      const { encapsulatedSecret, ciphertext } = await HPKE.Seal(key, plaintext, { info });
      return concat(encapsulatedSecret, ciphertext);
    } catch (error) {
      throw new FormatError("public key", String(error));
    }
  }

  /**
   * Return the length of what *seal* makes of so many bytes.
   * @param {number} plaintextSize
   */
  sealedSize(plaintextSize) {
    return this.encSize + plaintextSize + TAG_SIZE;
  }
}

export const HYBRID = new Suite(1, "MLKEM768-X25519", 1120, 1216);
/** @type {ReadonlyMap<number, Suite>} */
export const SUITES = new Map([[HYBRID.code, HYBRID]]);

/**
 * Return the suite with this header *code*. Throws FormatError("suite") for an unknown one.
 * @param {number} code
 * @returns {Suite}
 */
export function suiteOf(code) {
  const suite = SUITES.get(code);
  if (suite === undefined) {
    throw new FormatError("suite", `suite ${code} is not known`);
  }
  return suite;
}

/**
 * HKDF-SHA256 (RFC 5869), extract and expand, with info = "tipline/1 " || *label* || *context*.
 * @param {Uint8Array} secret
 * @param {Uint8Array} salt
 * @param {string} label
 * @param {number} [size]
 * @param {Uint8Array} [context]
 * @returns {Promise<Bytes>}
 */
export async function derive(secret, salt, label, size = KEY_SIZE, context = NOTHING) {
  const info = concat(utf8(`tipline/1 ${label}`), context);
  const key = await crypto.subtle.importKey("raw", own(secret), "HKDF", false, ["deriveBits"]);
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: own(salt), info };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, size * 8));
}

/**
 * HMAC-SHA256 (RFC 2104) of "tipline/1 " || *label* || *message*: 32 bytes.
 * @param {Uint8Array} key
 * @param {string} label
 * @param {Uint8Array} message
 * @returns {Promise<Bytes>}
 */
export async function mac(key, label, message) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const handle = await crypto.subtle.importKey("raw", own(key), algorithm, false, ["sign"]);
  const authenticated = concat(utf8(`tipline/1 ${label}`), message);
  return new Uint8Array(await crypto.subtle.sign("HMAC", handle, authenticated));
}

/**
 * SHA-256 (FIPS 180-4): 32 bytes.
 * @param {Uint8Array} data
 * @returns {Promise<Bytes>}
 */
export async function sha256(data) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", own(data)));
}

/**
 * AES-256-GCM under a *key* that encrypts this one message (or one per *nonce*).
 * @param {Uint8Array} key
 * @param {Uint8Array} plaintext
 * @param {Uint8Array} [aad]
 * @param {Uint8Array} [nonce]
 * @returns {Promise<Bytes>}
 */
export async function encrypt(key, plaintext, aad = NOTHING, nonce = ZERO_NONCE) {
  const handle = await crypto.subtle.importKey("raw", own(key), "AES-GCM", false, ["encrypt"]);
  return new Uint8Array(await crypto.subtle.encrypt(gcm(aad, nonce), handle, own(plaintext)));
}

/**
 * Undo *encrypt*; null when key, nonce, *aad* or a single bit differs.
 * @param {Uint8Array} key
 * @param {Uint8Array} sealed
 * @param {Uint8Array} [aad]
 * @param {Uint8Array} [nonce]
 * @returns {Promise<Bytes | null>}
 */
export async function decrypt(key, sealed, aad = NOTHING, nonce = ZERO_NONCE) {
  const handle = await crypto.subtle.importKey("raw", own(key), "AES-GCM", false, ["decrypt"]);
  try {
    return new Uint8Array(await crypto.subtle.decrypt(gcm(aad, nonce), handle, own(sealed)));
  } catch {
    return null;
  }
}

/**
 * @param {Uint8Array} aad
 * @param {Uint8Array} nonce
 */
function gcm(aad, nonce) {
  return { name: "AES-GCM", iv: own(nonce), additionalData: own(aad) };
}

/**
 * Tell the type checker what holds everywhere here: no bytes are shared between threads.
 * @param {Uint8Array} bytes
 * @returns {Bytes}
 */
function own(bytes) {
  return /** @type {Bytes} */ (bytes);
}
