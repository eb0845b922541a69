"""An officer's keys: one to open with (HPKE) and one to sign the audit with (Ed25519), under a passphrase.

    head (29, keys/stretch.py)  AES-256-GCM of two 32-byte seeds

The AES key is stretched from the passphrase (Unicode NFC, UTF-8) as the head says; its salt is fresh at every
sealing, so the key encrypts once. The head is authenticated with the ciphertext.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tipline.errors import AccessError, FormatError
from tipline.keys import stretch
from tipline.keys.stretch import CHEAPEST, DEMO, HEAD_SIZE, STRONG, Profile
from tipline.seal.suite import SEED_SIZE, TAG_SIZE, PrivateKey, Suite, decrypt, encrypt

__all__ = [
    "CHEAPEST", "DEMO", "STRONG", "OfficerKeys", "Profile", "check_passphrase", "create", "reseal", "unlock",
]  # fmt: skip

PASSPHRASE_MIN = 12
_SIZE = HEAD_SIZE + 2 * SEED_SIZE + TAG_SIZE


@dataclass(frozen=True, repr=False)
class OfficerKeys:
    """An unlocked officer: *opening* opens what is sealed to the officer, *audit* signs what they did."""

    opening: PrivateKey
    audit: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The HPKE public key that desks' keys are sealed to."""
        return self.opening.public

    @property
    def verify(self) -> bytes:
        """The 32-byte Ed25519 public key that the audit is checked with."""
        return self.audit.public_key().public_bytes_raw()


def create(suite: Suite, passphrase: str, profile: Profile = STRONG) -> tuple[OfficerKeys, bytes]:
    """Make an officer's keys of the agency's *suite*; return them with their sealed bytes."""
    seeds = secrets.token_bytes(2 * SEED_SIZE)
    return _keys(suite, seeds), _seal(suite, seeds, passphrase, profile)


def unlock(sealed: bytes, passphrase: str) -> OfficerKeys:
    """Open what *create* sealed. Raises AccessError for a wrong passphrase, FormatError when it is broken."""
    return _keys(*_open(sealed, passphrase))


def reseal(sealed: bytes, old: str, new: str, profile: Profile = STRONG) -> bytes:
    """Seal the same keys under another passphrase. Raises AccessError when *old* is wrong."""
    return _seal(*_open(sealed, old), new, profile)


def check_passphrase(passphrase: str) -> str:
    """Return *passphrase* if it may protect an officer's keys. Raises AccessError when it is too short."""
    if stretch.length(passphrase) < PASSPHRASE_MIN:
        raise AccessError(f"a passphrase has at least {PASSPHRASE_MIN} characters")
    return passphrase


def _seal(suite: Suite, seeds: bytes, passphrase: str, profile: Profile) -> bytes:
    head = stretch.head(suite, secrets.token_bytes(stretch.SALT_SIZE), profile)
    return head + encrypt(stretch.key(head, passphrase), seeds, head)


def _open(sealed: bytes, passphrase: str) -> tuple[Suite, bytes]:
    if len(sealed) != _SIZE:
        raise FormatError("officer keys", f"{len(sealed)} bytes, not {_SIZE}")
    head, ciphertext = sealed[:HEAD_SIZE], sealed[HEAD_SIZE:]
    seeds = decrypt(stretch.key(head, passphrase), ciphertext, head)
    if seeds is None:
        raise AccessError("this passphrase does not open these keys")
    return stretch.suite_in(head), seeds


def _keys(suite: Suite, seeds: bytes) -> OfficerKeys:
    audit = Ed25519PrivateKey.from_private_bytes(seeds[SEED_SIZE:])
    return OfficerKeys(suite.private(seeds[:SEED_SIZE]), audit)
