"""Paths and headers of the handover port, and of the public PUTs, in one place for both ends."""

from __future__ import annotations

import hashlib

LIST = "/list"
ENVELOPE = "/envelope/"
PARCEL = "/parcel/"
ACKNOWLEDGE = "/acknowledge"
KEYRING = "/keyring"
BOARD = "/board"

#: The public ports: an envelope or parcel is PUT under its own SHA-256 in lower-case hex.
PUT_ENVELOPE = "/e/"
PUT_PARCEL = "/p/"

WORK_HEADER = "Tipline-Work"
#: Effort (1 byte) and nonce (16 bytes) in hex. Effort 0, asked for when idle, has a nonce of zeros.
NO_WORK = "00" * 17

SECRET_SIZE = 32


def bearer(secret: bytes) -> str:
    """Return the Authorization header of the console that holds *secret* (32 bytes)."""
    return f"Bearer {secret.hex()}"


def secret_hash(secret: bytes) -> str:
    """Return what intake keeps of *secret*: its SHA-256 in lower-case hex."""
    return hashlib.sha256(secret).hexdigest()
