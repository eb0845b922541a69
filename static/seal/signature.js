/** Signatures of root and signer: Ed25519 (RFC 8032) and ML-DSA-65 (FIPS 204), and both must hold. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { ml_dsa65 } from "@noble/post-quantum/ml-dsa.js";
import { concat, utf8 } from "./bytes.js";
import { KeyringError } from "./errors.js";
import { sha256 } from "./suite.js";

/** @import {Bytes} from "./bytes.js" */

/**
 * A *payload* with its *signature*, as they stand in a keyring or a board.
 * @typedef {{payload: Bytes, signature: Bytes}} Signed
 */

const ED25519_PUBLIC = 32;
const ED25519_SIGNATURE = 64;
export const PUBLIC_SIZE = ED25519_PUBLIC + 1952;
export const SIGNATURE_SIZE = ED25519_SIGNATURE + 3309;

/**
 * Return the bytes that are signed: a certificate's can never pass for a keyring's or a board's.
 * @param {string} label
 * @param {Uint8Array} payload
 */
export function toBeSigned(label, payload) {
  return concat(utf8(`tipline/1 sign ${label}\n`), payload);
}

/**
 * Check both signatures under *publicKey* (1,984 bytes). Throws KeyringError("signature").
 * @param {Uint8Array} publicKey
 * @param {string} label
 * @param {Signed} signed
 */
export function verify(publicKey, label, signed) {
  const message = toBeSigned(label, signed.payload);
  if (!holds(publicKey, message, signed.signature)) {
    throw new KeyringError("signature", label);
  }
}

/**
 * @param {Uint8Array} publicKey
 * @param {Uint8Array} message
 * @param {Uint8Array} signature
 */
function holds(publicKey, message, signature) {
  const [edPublic, dsaPublic] = cutAt(publicKey, ED25519_PUBLIC);
  const [edSignature, dsaSignature] = cutAt(signature, ED25519_SIGNATURE);
  try {
    return (
      ed25519.verify(edSignature, message, edPublic, { zip215: false }) &&
      ml_dsa65.verify(dsaSignature, message, dsaPublic)
    );
  } catch {
    return false; // a key or signature that cannot be read
  }
}

/**
 * @param {Uint8Array} data
 * @param {number} at
 * @returns {[Uint8Array, Uint8Array]}
 */
function cutAt(data, at) {
  return [data.subarray(0, at), data.subarray(at)];
}

/**
 * Return the SHA-256 of a public key of 1,984 bytes: what is built into the page and printed on posters.
 * @param {Uint8Array} publicKey
 */
export function fingerprint(publicKey) {
  return sha256(publicKey);
}

/**
 * Return the agency's id: the first 8 bytes of its root's fingerprint.
 * @param {Uint8Array} rootPublic
 * @returns {Promise<Bytes>}
 */
export async function agencyId(rootPublic) {
  return (await fingerprint(rootPublic)).subarray(0, 8);
}
