"""Signing with Ed25519 (RFC 8032) and ML-DSA-65 (FIPS 204) together: breaking one of them gains nothing."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey

from tipline.errors import FormatError
from tipline.keyring.signature import Signed, to_be_signed

_HALF = 32
#: An Ed25519 seed, then an ML-DSA-65 seed.
SEED_SIZE = 2 * _HALF


class SigningKey:
    """A root's or signer's private key, made from a 64-byte *seed*; *public* is its 1,984-byte public key."""

    __slots__ = ("_ed25519", "_mldsa", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_SIZE:
            raise FormatError("signing key", f"{len(seed)} bytes, not {SEED_SIZE}")
        self._ed25519 = Ed25519PrivateKey.from_private_bytes(seed[:_HALF])
        self._mldsa = MLDSA65PrivateKey.from_seed_bytes(seed[_HALF:])
        self.seed = seed
        self.public = (
            self._ed25519.public_key().public_bytes_raw() + self._mldsa.public_key().public_bytes_raw()
        )

    @classmethod
    def generate(cls) -> SigningKey:
        """Return a fresh key from the system's random source."""
        return cls(secrets.token_bytes(SEED_SIZE))

    def sign(self, label: str, payload: bytes) -> Signed:
        """Sign *payload* for the one purpose that *label* names; check with keyring.signature.verify."""
        message = to_be_signed(label, payload)
        return Signed(payload, self._ed25519.sign(message) + self._mldsa.sign(message))
