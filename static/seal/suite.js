/**
 * The cipher suites: which HPKE (RFC 9180) and which hash an agency works with, and the sizes that follow.
 *
 * An agency has one suite, chosen when it is made. What is derived is derived *by* a suite, so its hash is in
 * one place: here. Ids, fingerprints and what a signature covers are SHA-256 under both.
 */

import {
  AEAD_AES_256_GCM,
  CipherSuite,
  DecapError,
  KDF_HKDF_SHA256,
  KDF_HKDF_SHA384,
  OpenError,
} from "hpke";
import { concat, random, utf8 } from "./bytes.js";
import { FormatError } from "./errors.js";
import { kemOf, MLKEM768_X25519, MLKEM1024_P384, publicOf, SEED_SIZE } from "./kem.js";

/** @import {Bytes} from "./bytes.js" */
/** @import {Hybrid} from "./kem.js" */

export const KEY_SIZE = 32;
export const MAC_SIZE = 32;
export const TAG_SIZE = 16;
// Every AES-GCM key here is derived for one message and used once, so the nonce may be constant.
const ZERO_NONCE = new Uint8Array(12);
const NOTHING = new Uint8Array(0);

/** One cipher suite: its code in the header, its name in settings, its KEM and its hash. */
export class Suite {
  /**
   * @param {number} code
   * @param {Hybrid} kem
   * @param {"SHA-256" | "SHA-384"} hash
   */
  constructor(code, kem, hash) {
    this.code = code;
    this.kem = kem;
    this.hash = hash;
    this.name = kem.name;
    this.encSize = kem.encSize;
    this.publicSize = kem.publicSize;
    const kdf = hash === "SHA-256" ? KDF_HKDF_SHA256 : KDF_HKDF_SHA384;
    this.hpke = new CipherSuite(() => kemOf(kem), kdf, AEAD_AES_256_GCM);
  }

  /** Return a fresh private key from the system's random source. */
  generate() {
    return this.private(random(SEED_SIZE));
  }

  /**
   * Return the private key of a 32-byte *seed*. Throws FormatError("private key").
   * @param {Uint8Array} seed
   */
  private(seed) {
    return new PrivateKey(this, seed);
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
    const key = await this.hpke.DeserializePublicKey(publicKey);
    try {
      const { encapsulatedSecret, ciphertext } = await this.hpke.Seal(key, plaintext, { info });
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

  /**
   * HKDF (RFC 5869), extract and expand, with info = "tipline/1 " || *label* || *context*.
   * @param {Uint8Array} secret
   * @param {Uint8Array} salt
   * @param {string} label
   * @param {number} [size]
   * @param {Uint8Array} [context]
   * @returns {Promise<Bytes>}
   */
  async derive(secret, salt, label, size = KEY_SIZE, context = NOTHING) {
    const info = concat(utf8(`tipline/1 ${label}`), context);
    const key = await crypto.subtle.importKey("raw", own(secret), "HKDF", false, ["deriveBits"]);
    const algorithm = { name: "HKDF", hash: this.hash, salt: own(salt), info };
    return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, size * 8));
  }

  /**
   * HMAC (RFC 2104) of "tipline/1 " || *label* || *message*: its first 32 bytes.
   * @param {Uint8Array} key
   * @param {string} label
   * @param {Uint8Array} message
   * @returns {Promise<Bytes>}
   */
  async mac(key, label, message) {
    const algorithm = { name: "HMAC", hash: this.hash };
    const handle = await crypto.subtle.importKey("raw", own(key), algorithm, false, ["sign"]);
    const authenticated = concat(utf8(`tipline/1 ${label}`), message);
    const whole = await crypto.subtle.sign("HMAC", handle, authenticated);
    return new Uint8Array(whole).slice(0, MAC_SIZE);
  }
}

/** A 32-byte private *seed* made ready to open with. */
export class PrivateKey {
  /**
   * @param {Suite} suite
   * @param {Uint8Array} seed
   */
  constructor(suite, seed) {
    if (seed.length !== SEED_SIZE) {
      throw new FormatError("private key", `${seed.length} bytes, not ${SEED_SIZE}`);
    }
    this.suite = suite;
    this.seed = seed;
    /** The public key. */
    this.public = publicOf(suite.kem, seed);
  }

  /**
   * Open what *Suite.seal* made. Null when it was sealed to another key or with another *info*.
   * @param {Uint8Array} info
   * @param {Uint8Array} sealed
   * @returns {Promise<Bytes | null>}
   */
  async open(info, sealed) {
    const { hpke, encSize } = this.suite;
    const enc = sealed.slice(0, encSize);
    try {
      const key = await hpke.DeserializePrivateKey(this.seed);
      return own(await hpke.Open(key, enc, sealed.slice(encSize), { info }));
    } catch (error) {
      if (error instanceof OpenError || error instanceof DecapError) {
        return null;
      }
      throw error;
    }
  }
}

export const HYBRID = new Suite(1, MLKEM768_X25519, "SHA-256");
/** For agencies bound to approved algorithms. docs/suites.md says what that does and does not mean. */
export const APPROVED = new Suite(2, MLKEM1024_P384, "SHA-384");
/** @type {ReadonlyMap<number, Suite>} */
export const SUITES = new Map([HYBRID, APPROVED].map((suite) => [suite.code, suite]));

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
 * Return the suite with this *name*. Throws FormatError("suite") for an unknown one.
 * @param {string} name
 * @returns {Suite}
 */
export function suiteNamed(name) {
  const suite = [...SUITES.values()].find((one) => one.name === name);
  if (suite === undefined) {
    throw new FormatError("suite", `suite ${name} is not known`);
  }
  return suite;
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
