"""The board's bytes: one signed section a console, read and verified before use."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tipline.errors import KeyringError
from tipline.keyring import certificate, reader
from tipline.keyring.reader import Reader
from tipline.keyring.revocation import Revocations
from tipline.keyring.signature import Signed, verify
from tipline.seal import acknowledgement, slot
from tipline.seal.message import from_base64, to_base64

MAGIC = b"TIPB\x01"
LABEL = "board"
SLOTS_MAX = 8192
TOKENS_MAX = 262_144
_FIELDS = {"console", "serial", "day", "previous", "slots", "tokens", "sha256", "audit"}


@dataclass(frozen=True)
class Head:
    """What is signed: *previous* is the SHA-256 of the head before, *sha256* that of slots and tokens.

    *audit* is the hash of where the chains of the console's audit ended at the first board of its day.
    """

    console: str
    serial: int
    day: date
    previous: bytes
    slots: int
    tokens: int
    sha256: bytes
    audit: bytes

    def encode(self) -> bytes:
        """Return the JSON bytes that the signer signs."""
        return reader.write_json(
            {
                "console": self.console,
                "serial": self.serial,
                "day": self.day.isoformat(),
                "previous": to_base64(self.previous),
                "slots": self.slots,
                "tokens": self.tokens,
                "sha256": to_base64(self.sha256),
                "audit": to_base64(self.audit),
            }
        )


@dataclass(frozen=True)
class BoardSection:
    """One console's slots (each 1,024 bytes) and tokens (each 16 bytes), under a verified head."""

    head: Head
    certificate: certificate.Certificate
    slots: tuple[bytes, ...]
    tokens: frozenset[bytes]


def pack_section(vouching: Signed, head: Signed, slots: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """Put one section together: certificate, head, slots, tokens."""
    return vouching.pack() + head.pack() + b"".join(slots) + b"".join(tokens)


def pack(sections: Sequence[bytes]) -> bytes:
    """Put the sections together into the board's bytes."""
    return MAGIC + bytes([len(sections)]) + b"".join(sections)


def verified(data: bytes, root_public: bytes, revocations: Revocations) -> tuple[BoardSection, ...]:
    """Read a board, with what a verified keyring says of root and *revocations*.

    Raises KeyringError "magic", "size", "signature", "fields", "agency", "revoked", "console", "hash" or
    "sections".
    """
    taking = Reader(data)
    if taking.take(len(MAGIC)) != MAGIC:
        raise KeyringError("magic")
    sections = tuple(_section(taking, root_public, revocations) for _ in range(taking.take(1)[0]))
    taking.finish()
    if len({section.head.console for section in sections}) != len(sections):
        raise KeyringError("sections", "one section a console: a second one would be an old one")
    return sections


def verified_section(data: bytes, root_public: bytes, revocations: Revocations) -> BoardSection:
    """Read and check one section alone, as the collector posts it."""
    taking = Reader(data)
    section = _section(taking, root_public, revocations)
    taking.finish()
    return section


def digest(slots: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """Return the SHA-256 that the head carries."""
    return hashlib.sha256(b"".join(slots) + b"".join(tokens)).digest()


def _section(taking: Reader, root_public: bytes, revocations: Revocations) -> BoardSection:
    vouching = certificate.verified(root_public, taking.take_signed())
    revocations.check(vouching.signer)
    revocations.check_console(vouching.console)
    signed = taking.take_signed()
    verify(vouching.signer, LABEL, signed)
    head = reader.read_json(signed.payload, _FIELDS, _head)
    if head.console != vouching.console:
        raise KeyringError("console", f"the signer of {vouching.console} speaks for {head.console}")
    slots = slot.cut(taking.take(head.slots * slot.SIZE))
    tokens = [taking.take(acknowledgement.SIZE) for _ in range(head.tokens)]
    if not hmac.compare_digest(digest(slots, tokens), head.sha256):
        raise KeyringError("hash", "slots or tokens were changed")
    return BoardSection(head, vouching, tuple(slots), frozenset(tokens))


def _head(fields: dict[str, Any]) -> Head:
    head = Head(
        console=reader.text(fields["console"]),
        serial=reader.number(fields["serial"]),
        day=reader.day(fields["day"]),
        previous=from_base64(fields["previous"], 32),
        slots=reader.number(fields["slots"]),
        tokens=reader.number(fields["tokens"]),
        sha256=from_base64(fields["sha256"], 32),
        audit=from_base64(fields["audit"], 32),
    )
    if head.slots > SLOTS_MAX or head.tokens > TOKENS_MAX:
        raise ValueError
    return head
