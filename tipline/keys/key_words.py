"""An officer's public keys as a hash, and as six words that two people compare by voice before admitting."""

from __future__ import annotations

import hashlib

from mnemonic import Mnemonic

COUNT = 6
_ENGLISH = Mnemonic("english")


def digest(public: bytes, verify: bytes) -> bytes:
    """Return what a roster names an officer's keys by: SHA-256 of both public keys, 32 bytes."""
    return hashlib.sha256(public + verify).digest()


def spoken(public: bytes, verify: bytes) -> str:
    """Return an officer's key words: the first 66 bits of *digest*, in words of BIP-39.

    Whoever could put other keys in the officer's place would have to make some 2^66 of them to find the same
    words.
    """
    return " ".join(_ENGLISH.to_mnemonic(digest(public, verify)).split()[:COUNT])
