"""An officer's keys: one to open with (HPKE) and one to sign the audit with (Ed25519), under a passphrase.

    version (1)  salt (16)  memory in KiB (4)  iterations (4)  lanes (4)  AES-256-GCM of two 32-byte seeds

The AES key is Argon2id (RFC 9106) of the passphrase (Unicode NFC, UTF-8); the salt is fresh at every sealing,
so the key encrypts once. All before the ciphertext is authenticated with it.
"""

from __future__ import annotations

import secrets
import struct
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from tipline.errors import AccessError, FormatError
from tipline.seal.suite import KEY_SIZE, SEED_SIZE, TAG_SIZE, PrivateKey, decrypt, encrypt

PASSPHRASE_MIN = 12
_VERSION = 1
_HEAD = struct.Struct(">B16sIII")
_SIZE = _HEAD.size + 2 * SEED_SIZE + TAG_SIZE
# A row of a stolen and altered database must not make the console take all its memory.
_MEMORY_MAX, _ITERATIONS_MAX, _LANES_MAX = 4 * 1024 * 1024, 64, 64


@dataclass(frozen=True)
class Profile:
    """The cost of one guess at a passphrase: *memory* in KiB, *iterations*, *lanes* (threads)."""

    memory: int
    iterations: int
    lanes: int


#: 256 MiB: about 0.8 s on a small machine.
STRONG = Profile(memory=256 * 1024, iterations=3, lanes=4)
#: 64 MiB, the second recommended option of RFC 9106: about 0.15 s. For the demo and small machines.
DEMO = Profile(memory=64 * 1024, iterations=3, lanes=4)
#: Only for testing!
CHEAPEST = Profile(memory=8, iterations=1, lanes=1)


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


def create(passphrase: str, profile: Profile = STRONG) -> tuple[OfficerKeys, bytes]:
    """Make an officer's keys; return them with their sealed bytes."""
    seeds = secrets.token_bytes(2 * SEED_SIZE)
    return _keys(seeds), _seal(seeds, passphrase, profile)


def unlock(sealed: bytes, passphrase: str) -> OfficerKeys:
    """Open what *create* sealed. Raises AccessError for a wrong passphrase, FormatError when it is broken."""
    return _keys(_open(sealed, passphrase))


def reseal(sealed: bytes, old: str, new: str, profile: Profile = STRONG) -> bytes:
    """Seal the same keys under another passphrase. Raises AccessError when *old* is wrong."""
    return _seal(_open(sealed, old), new, profile)


def check_passphrase(passphrase: str) -> str:
    """Return *passphrase* if it may protect an officer's keys. Raises AccessError when it is too short."""
    if len(_normal(passphrase).strip()) < PASSPHRASE_MIN:
        raise AccessError(f"a passphrase has at least {PASSPHRASE_MIN} characters")
    return passphrase


def _seal(seeds: bytes, passphrase: str, profile: Profile) -> bytes:
    salt = secrets.token_bytes(16)
    head = _HEAD.pack(_VERSION, salt, profile.memory, profile.iterations, profile.lanes)
    return head + encrypt(_stretch(passphrase, salt, profile), seeds, head)


def _open(sealed: bytes, passphrase: str) -> bytes:
    salt, profile = _read_head(sealed)
    head, ciphertext = sealed[: _HEAD.size], sealed[_HEAD.size :]
    seeds = decrypt(_stretch(passphrase, salt, profile), ciphertext, head)
    if seeds is None:
        raise AccessError("this passphrase does not open these keys")
    return seeds


def _read_head(sealed: bytes) -> tuple[bytes, Profile]:
    if len(sealed) != _SIZE:
        raise FormatError("officer keys", f"{len(sealed)} bytes, not {_SIZE}")
    version, salt, memory, iterations, lanes = _HEAD.unpack(sealed[: _HEAD.size])
    if version != _VERSION:
        raise FormatError("officer keys", f"version {version} is not {_VERSION}")
    if not (
        1 <= lanes <= _LANES_MAX and 8 * lanes <= memory <= _MEMORY_MAX and 1 <= iterations <= _ITERATIONS_MAX
    ):
        raise FormatError("officer keys", "the parameters of Argon2id are out of bounds")
    return salt, Profile(memory, iterations, lanes)


def _stretch(passphrase: str, salt: bytes, profile: Profile) -> bytes:
    return Argon2id(
        salt=salt,
        length=KEY_SIZE,
        iterations=profile.iterations,
        lanes=profile.lanes,
        memory_cost=profile.memory,
    ).derive(_normal(passphrase).encode())


def _normal(passphrase: str) -> str:
    # RFC 8265, OpaqueString: one keyboard sends e + accent, another the single letter.
    return unicodedata.normalize("NFC", passphrase)


def _keys(seeds: bytes) -> OfficerKeys:
    return OfficerKeys(PrivateKey(seeds[:SEED_SIZE]), Ed25519PrivateKey.from_private_bytes(seeds[SEED_SIZE:]))
