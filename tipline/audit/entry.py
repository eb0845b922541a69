"""PURE: one entry of a chain, as it is stored and as it reads.

An entry is JSON: v, desk, seq (from 1), prev (SHA-256 of the entry before it and its signature; zeros at
first), at (seconds), officer, action, object, detail. What was opened is named by number and hash, never by
its words.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tipline.errors import AuditError
from tipline.keyring import reader
from tipline.keyring.signature import to_be_signed
from tipline.seal.message import from_base64, to_base64

LABEL = "audit"


@dataclass(frozen=True)
class Stored:
    """An entry's row: *entry* is what the *signature* is of, the rest is the database's word."""

    seq: int
    entry: bytes
    signature: bytes
    case: int | None
    at: int

    @property
    def hash(self) -> bytes:
        """What the entry after this one carries."""
        return hash_of(self.entry, self.signature)


@dataclass(frozen=True)
class Entry:
    """One entry, read. *holds* tells whether the named officer's key signed exactly this."""

    desk: bytes
    seq: int
    prev: bytes
    at: int
    officer: bytes
    action: str
    object: dict[str, Any]
    detail: dict[str, Any]
    officer_name: str = ""
    holds: bool = False

    @property
    def case(self) -> int | None:
        """The case that it is about, if it is about one."""
        number = self.object.get("case")
        return number if isinstance(number, int) else None

    def encode(self) -> bytes:
        """Return the JSON that is signed."""
        return reader.write_json(
            {
                "desk": to_base64(self.desk),
                "seq": self.seq,
                "prev": to_base64(self.prev),
                "at": self.at,
                "officer": to_base64(self.officer),
                "action": self.action,
                "object": self.object,
                "detail": self.detail,
            }
        )


def hash_of(entry: bytes, signature: bytes) -> bytes:
    """Return what the entry after this one carries."""
    return hashlib.sha256(entry + signature).digest()


def parse(data: bytes) -> Entry:
    """Read an entry, unverified. Raises AuditError for what is none."""
    try:
        fields = json.loads(data)
        return Entry(
            desk=from_base64(fields["desk"], 16),
            seq=int(fields["seq"]),
            prev=from_base64(fields["prev"], 32),
            at=int(fields["at"]),
            officer=from_base64(fields["officer"], 16),
            action=str(fields["action"]),
            object=dict(fields["object"]),
            detail=dict(fields["detail"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        raise AuditError("this is no entry") from None


def is_signed(stored: Stored, public: bytes) -> bool:
    """Tell whether the Ed25519 key *public* (32 bytes) signed this entry."""
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(stored.signature, to_be_signed(LABEL, stored.entry))
    except (InvalidSignature, ValueError):
        return False
    return True
