"""The cipher suites: which HPKE (RFC 9180) and which hash an agency works with, and the sizes that follow.

An agency has one suite, chosen when it is made. What is derived is derived *by* a suite, so its hash is in
one place: here. Ids, fingerprints and what a signature covers are SHA-256 under both.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tipline.errors import FormatError
from tipline.seal import kem
from tipline.seal.kem import Kem

KEY_SIZE = 32
SEED_SIZE = kem.SEED_SIZE
MAC_SIZE = 32
TAG_SIZE = 16
# Every AES-GCM key here is derived for one message and used once, so the nonce may be constant.
_ZERO_NONCE = bytes(12)


@dataclass(frozen=True)
class Suite:
    """One cipher suite: its code in the header, its name in settings, its KEM and its hash."""

    code: int
    name: str
    kem: Kem = field(repr=False)
    hash: hashes.HashAlgorithm = field(repr=False)
    hpke: hpke.Suite = field(repr=False, compare=False)

    def __reduce__(self) -> tuple[Callable[[int], Suite], tuple[int]]:
        """There is one object of each suite: a copy, or what comes from another process, is that one."""
        return suite_of, (self.code,)

    @property
    def public_size(self) -> int:
        """The length of a public key in bytes."""
        return self.kem.public_size

    def generate(self) -> PrivateKey:
        """Return a fresh private key from the system's random source."""
        return self.private(secrets.token_bytes(SEED_SIZE))

    def private(self, seed: bytes) -> PrivateKey:
        """Return the private key of a 32-byte *seed*. Raises FormatError("private key")."""
        return PrivateKey(self, seed)

    def seal(self, public: bytes, info: bytes, plaintext: bytes) -> bytes:
        """HPKE base mode, single shot: enc || ciphertext || tag. Raises FormatError on a bad *public*."""
        if len(public) != self.public_size:
            raise FormatError("public key", f"{len(public)} bytes, not {self.public_size}")
        try:
            return self.hpke.encrypt(plaintext, self.kem.public(public), info)
        except ValueError as error:  # not on the curve, of low order, or no ML-KEM key
            raise FormatError("public key", str(error)) from None

    def sealed_size(self, plaintext_size: int) -> int:
        """Return the length of what *seal* makes of so many bytes."""
        return self.kem.enc_size + plaintext_size + TAG_SIZE

    def derive(
        self, secret: bytes, salt: bytes, label: str, size: int = KEY_SIZE, context: bytes = b""
    ) -> bytes:
        """HKDF (RFC 5869), extract and expand, with info = "tipline/1 " || *label* || *context*."""
        info = f"tipline/1 {label}".encode() + context
        return HKDF(self.hash, size, salt, info).derive(secret)

    def mac(self, key: bytes, label: str, message: bytes) -> bytes:
        """HMAC (RFC 2104) of "tipline/1 " || *label* || *message*: its first 32 bytes."""
        return hmac.digest(key, f"tipline/1 {label}".encode() + message, self.hash.name)[:MAC_SIZE]


class PrivateKey:
    """A 32-byte private *seed* made ready to open with: the expansion costs more than an opening."""

    __slots__ = ("_handle", "public", "seed", "suite")

    def __init__(self, suite: Suite, seed: bytes) -> None:
        self.suite = suite
        self.seed = seed
        self._handle, self.public = suite.kem.private(seed)

    def open(self, info: bytes, sealed: bytes) -> bytes | None:
        """Open what *Suite.seal* made. None when it was sealed to another key or with another *info*."""
        try:
            return self.suite.hpke.decrypt(sealed, self._handle, info)
        except InvalidTag:
            return None


def _suite(code: int, name: str, kem_: Kem, kdf: hpke.KDF, hash_: hashes.HashAlgorithm) -> Suite:
    return Suite(code, name, kem_, hash_, hpke.Suite(kem_.id, kdf, hpke.AEAD.AES_256_GCM))


#: The default: ML-KEM beside the curve that browsers and libraries have known best for years.
HYBRID = _suite(1, "MLKEM768-X25519", kem.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hashes.SHA256())
#: For agencies bound to approved algorithms. docs/suites.md says what that does and does not mean.
APPROVED = _suite(2, "MLKEM1024-P384", kem.MLKEM1024_P384, hpke.KDF.HKDF_SHA384, hashes.SHA384())
SUITES = {suite.code: suite for suite in (HYBRID, APPROVED)}
NAMES = tuple(suite.name for suite in SUITES.values())


def suite_of(code: int) -> Suite:
    """Return the suite with this header *code*. Raises FormatError("suite") for an unknown one."""
    try:
        return SUITES[code]
    except KeyError:
        raise FormatError("suite", f"suite {code} is not known") from None


def suite_named(name: str) -> Suite:
    """Return the suite with this *name*. Raises FormatError("suite") for an unknown one."""
    for suite in SUITES.values():
        if suite.name == name:
            return suite
    raise FormatError("suite", f"the suites are {' and '.join(NAMES)}")


def encrypt(key: bytes, plaintext: bytes, aad: bytes = b"", nonce: bytes = _ZERO_NONCE) -> bytes:
    """AES-256-GCM under a *key* that encrypts this one message (or one per *nonce*)."""
    return AESGCM(key).encrypt(nonce, plaintext, aad)


def decrypt(key: bytes, sealed: bytes, aad: bytes = b"", nonce: bytes = _ZERO_NONCE) -> bytes | None:
    """Undo *encrypt*; None when key, nonce, *aad* or a single bit differs."""
    try:
        return AESGCM(key).decrypt(nonce, sealed, aad)
    except InvalidTag:
        return None
