"""The bodies that cross the handover port, strictly read at either end."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tipline.errors import FormatError
from tipline.keyring.reader import Reader
from tipline.keyring.signature import Signed

ID_SIZE = 32
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Offer:
    """What a console has not acknowledged yet: ids (32 bytes) with the day number of their arrival."""

    envelopes: Mapping[bytes, int]
    parcels: Mapping[bytes, int]

    def encode(self) -> bytes:
        """Return the JSON bytes. The order is the mapping's: intake shuffles it."""
        return _dump({"envelopes": _days(self.envelopes), "parcels": _days(self.parcels)})


@dataclass(frozen=True)
class Stored:
    """What a console acknowledges: ids (32 bytes) that it has durably stored."""

    envelopes: Collection[bytes]
    parcels: Collection[bytes]

    def encode(self) -> bytes:
        """Return the JSON bytes."""
        return _dump({"envelopes": _hex(self.envelopes), "parcels": _hex(self.parcels)})


def read_offer(data: bytes) -> Offer:
    """Read the answer of GET /list. Raises FormatError("wire")."""
    fields = _load(data)
    try:
        return Offer(_read_days(fields["envelopes"]), _read_days(fields["parcels"]))
    except (ValueError, TypeError, AttributeError):
        raise FormatError("wire", "this is not a list of what waits") from None


def read_stored(data: bytes) -> Stored:
    """Read the body of POST /acknowledge. Raises FormatError("wire")."""
    fields = _load(data)
    try:
        return Stored(_read_ids(fields["envelopes"]), _read_ids(fields["parcels"]))
    except (ValueError, TypeError):
        raise FormatError("wire", "this is not an acknowledgement") from None


@dataclass(frozen=True)
class Posting:
    """What a console posts: the root's *revocations*, and its certificate with the *section* it signed.

    Without a section it is one that has no signer to make it with, and still has signers to revoke.
    """

    revocations: Signed
    section: tuple[Signed, Signed] | None = None

    def pack(self) -> bytes:
        """Return the body of PUT /keyring."""
        return b"".join(signed.pack() for signed in (self.revocations, *(self.section or ())))


def read_posting(data: bytes) -> Posting:
    """Undo *Posting.pack*, unverified. Raises KeyringError("size")."""
    taking = Reader(data)
    revocations = taking.take_signed()
    section = None if taking.is_empty else (taking.take_signed(), taking.take_signed())
    taking.finish()
    return Posting(revocations, section)


def to_id(text: object) -> bytes:
    """Return the 32 bytes of a lower-case hex id. Raises ValueError for any other spelling."""
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise ValueError
    return bytes.fromhex(text)


def _dump(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode()


def _load(data: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        raise FormatError("wire", "this is not JSON") from None
    if not isinstance(fields, dict) or set(fields) != {"envelopes", "parcels"}:
        raise FormatError("wire", "envelopes and parcels are expected")
    return fields


def _days(waiting: Mapping[bytes, int]) -> dict[str, int]:
    return {key.hex(): day for key, day in waiting.items()}


def _hex(ids: Collection[bytes]) -> list[str]:
    return [key.hex() for key in ids]


def _read_days(value: Any) -> dict[bytes, int]:
    return {to_id(key): _day(day) for key, day in value.items()}


def _read_ids(value: Any) -> frozenset[bytes]:
    if not isinstance(value, list):
        raise TypeError
    return frozenset(to_id(item) for item in value)


def _day(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**32:
        raise ValueError
    return value
