"""Signatures of root and signer: Ed25519 (RFC 8032) and ML-DSA-65 (FIPS 204), and both must hold."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey

from tipline.errors import KeyringError

_ED25519_PUBLIC, _ED25519_SIGNATURE = 32, 64
PUBLIC_SIZE = _ED25519_PUBLIC + 1952
SIGNATURE_SIZE = _ED25519_SIGNATURE + 3309


@dataclass(frozen=True)
class Signed:
    """A *payload* with its *signature*, as they stand in a keyring or a board."""

    payload: bytes
    signature: bytes

    def pack(self) -> bytes:
        """Return length (4 bytes), payload, signature."""
        return len(self.payload).to_bytes(4, "big") + self.payload + self.signature


def to_be_signed(label: str, payload: bytes) -> bytes:
    """Return the bytes that are signed: a certificate's can never pass for a keyring's or a board's."""
    return f"tipline/1 sign {label}\n".encode() + payload


def verify(public: bytes, label: str, signed: Signed) -> None:
    """Check both signatures under *public* (1,984 bytes). Raises KeyringError("signature")."""
    message = to_be_signed(label, signed.payload)
    try:
        Ed25519PublicKey.from_public_bytes(public[:_ED25519_PUBLIC]).verify(
            signed.signature[:_ED25519_SIGNATURE], message
        )
        MLDSA65PublicKey.from_public_bytes(public[_ED25519_PUBLIC:]).verify(
            signed.signature[_ED25519_SIGNATURE:], message
        )
    except (InvalidSignature, ValueError):
        raise KeyringError("signature", label) from None


def fingerprint(public: bytes) -> bytes:
    """Return the SHA-256 of a public key of 1,984 bytes: it is built into the page and printed on posters."""
    return hashlib.sha256(public).digest()


def agency_id(root_public: bytes) -> bytes:
    """Return the agency's id: the first 8 bytes of its root's fingerprint."""
    return fingerprint(root_public)[:8]
