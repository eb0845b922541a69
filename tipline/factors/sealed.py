"""An officer's second factor at rest, sealed under a key that only the officer's passphrase unlocks.

    salt (32)  AES-256-GCM of what the factor is checked with

The key is derived anew at every sealing, for one officer and one factor. So who can only write in the
database reads no secret, adds no factor of his own, and gives nobody another one's.
"""

from __future__ import annotations

import secrets

from tipline.keys.officer import OfficerKeys
from tipline.seal.suite import decrypt, encrypt

SALT_SIZE = 32
LABEL = "factor"


def seal(keys: OfficerKeys, officer: bytes, factor: bytes, data: bytes) -> bytes:
    """Seal *data* of the factor with this 16-byte id to its own officer, whose *keys* are unlocked."""
    salt = secrets.token_bytes(SALT_SIZE)
    return salt + encrypt(_key(keys, salt, officer + factor), data)


def open_(keys: OfficerKeys, officer: bytes, factor: bytes, sealed: bytes) -> bytes | None:
    """Open what *seal* made; None when this officer never sealed it under this id."""
    salt, ciphertext = sealed[:SALT_SIZE], sealed[SALT_SIZE:]
    return decrypt(_key(keys, salt, officer + factor), ciphertext)


def _key(keys: OfficerKeys, salt: bytes, context: bytes) -> bytes:
    return keys.opening.suite.derive(keys.opening.seed, salt, LABEL, context=context)
