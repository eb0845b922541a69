"""The cipher suites: which HPKE (RFC 9180) an agency seals with, and the sizes that follow.

A private key is always a 32-byte seed, expanded as the MLKEM768-X25519 KEM of draft-ietf-hpke-pq does
(SHAKE256 to 96 bytes: 64 for ML-KEM, 32 for X25519), so that Python and JavaScript read the same key.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tipline.errors import FormatError

KEY_SIZE = 32
SEED_SIZE = 32
TAG_SIZE = 16
_MLKEM768_PUBLIC = 1184
# Every AES-GCM key here is derived for one message and used once, so the nonce may be constant.
_ZERO_NONCE = bytes(12)


class PrivateKey:
    """A 32-byte private *seed* made ready to open with: the expansion costs more than an opening."""

    __slots__ = ("_handle", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        mlkem, x25519 = _expand(seed)
        self.seed = seed
        self.public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        self._handle = hpke.MLKEM768X25519PrivateKey(mlkem, x25519)

    @classmethod
    def generate(cls) -> PrivateKey:
        """Return a fresh private key from the system's random source."""
        return cls(secrets.token_bytes(SEED_SIZE))

    def open(self, info: bytes, sealed: bytes) -> bytes | None:
        """Open what *Suite.seal* made. None when it was sealed to another key or with another *info*."""
        try:
            return _HPKE.decrypt(sealed, self._handle, info)
        except InvalidTag:
            return None


@dataclass(frozen=True)
class Suite:
    """One cipher suite: its code in the header and its sizes in bytes."""

    code: int
    name: str
    enc_size: int
    public_size: int

    def seal(self, public: bytes, info: bytes, plaintext: bytes) -> bytes:
        """HPKE base mode, single shot: enc || ciphertext || tag. Raises FormatError on a bad *public*."""
        try:
            return _HPKE.encrypt(plaintext, _public(public), info)
        except ValueError as error:  # an X25519 key of low order
            raise FormatError("public key", str(error)) from None

    def sealed_size(self, plaintext_size: int) -> int:
        """Return the length of what *seal* makes of so many bytes."""
        return self.enc_size + plaintext_size + TAG_SIZE


HYBRID = Suite(code=1, name="MLKEM768-X25519", enc_size=1120, public_size=1216)
SUITES = {HYBRID.code: HYBRID}

_HPKE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def suite_of(code: int) -> Suite:
    """Return the suite with this header *code*. Raises FormatError("suite") for an unknown one."""
    try:
        return SUITES[code]
    except KeyError:
        raise FormatError("suite", f"suite {code} is not known") from None


def derive(secret: bytes, salt: bytes, label: str, size: int = KEY_SIZE, context: bytes = b"") -> bytes:
    """HKDF-SHA256 (RFC 5869), extract and expand, with info = "tipline/1 " || *label* || *context*."""
    info = f"tipline/1 {label}".encode() + context
    return HKDF(hashes.SHA256(), size, salt, info).derive(secret)


def mac(key: bytes, label: str, message: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104) of "tipline/1 " || *label* || *message*: 32 bytes."""
    return hmac.digest(key, f"tipline/1 {label}".encode() + message, hashlib.sha256)


def encrypt(key: bytes, plaintext: bytes, aad: bytes = b"", nonce: bytes = _ZERO_NONCE) -> bytes:
    """AES-256-GCM under a *key* that encrypts this one message (or one per *nonce*)."""
    return AESGCM(key).encrypt(nonce, plaintext, aad)


def decrypt(key: bytes, sealed: bytes, aad: bytes = b"", nonce: bytes = _ZERO_NONCE) -> bytes | None:
    """Undo *encrypt*; None when key, nonce, *aad* or a single bit differs."""
    try:
        return AESGCM(key).decrypt(nonce, sealed, aad)
    except InvalidTag:
        return None


def _expand(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(seed) != SEED_SIZE:
        raise FormatError("private key", f"{len(seed)} bytes, not {SEED_SIZE}")
    keys = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(keys[:64]), X25519PrivateKey.from_private_bytes(keys[64:])


def _public(public: bytes) -> hpke.MLKEM768X25519PublicKey:
    if len(public) != HYBRID.public_size:
        raise FormatError("public key", f"{len(public)} bytes, not {HYBRID.public_size}")
    try:
        return hpke.MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:_MLKEM768_PUBLIC]),
            X25519PublicKey.from_public_bytes(public[_MLKEM768_PUBLIC:]),
        )
    except ValueError as error:
        raise FormatError("public key", str(error)) from None
