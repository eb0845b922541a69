"""PURE: one head a day over all chains of a console, published as a hash that says nothing by itself.

The board carries the SHA-256 of what is here for everybody to keep. It is new every day, whatever happened,
by its 32 random bytes. Who is shown what is here can check that it is what was published, and where every
chain ended then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tipline.errors import AuditError, KeyringError
from tipline.keyring import reader
from tipline.seal.message import from_base64, to_base64

RANDOM_SIZE = 32
_LABEL = b"tipline/1 audit heads\n"
_FIELDS = {"console", "serial", "day", "random", "chains"}


@dataclass(frozen=True)
class Head:
    """Where a desk's chain ends: its last *seq* and the *hash* that the next entry will carry."""

    seq: int
    hash: bytes


#: Before the first entry.
START = Head(0, bytes(32))


@dataclass(frozen=True)
class DayHead:
    """Where the *chains* of a *console*, by desk, ended at the first board of a *day*; the board's *serial*.

    The serial gives day heads their order, whatever a clock said.
    """

    console: str
    serial: int
    day: date
    random: bytes
    chains: Mapping[bytes, Head]

    def encode(self) -> bytes:
        """Return the JSON that is hashed."""
        return reader.write_json(
            {
                "console": self.console,
                "serial": self.serial,
                "day": self.day.isoformat(),
                "random": to_base64(self.random),
                "chains": [
                    {"desk": to_base64(desk), "seq": head.seq, "hash": to_base64(head.hash)}
                    for desk, head in sorted(self.chains.items())
                ],
            }
        )


def digest(opening: bytes) -> bytes:
    """Return the 32 bytes that the board publishes of an encoded day head."""
    return hashlib.sha256(_LABEL + opening).digest()


def read(opening: bytes) -> DayHead:
    """Read an encoded day head. Raises AuditError for anything else."""
    try:
        return reader.read_json(opening, _FIELDS, _day_head)
    except KeyringError:
        raise AuditError("what is stored of a day head is none") from None


def _day_head(fields: dict[str, Any]) -> DayHead:
    return DayHead(
        console=reader.text(fields["console"]),
        serial=reader.number(fields["serial"]),
        day=reader.day(fields["day"]),
        random=from_base64(fields["random"], RANDOM_SIZE),
        chains=dict(_chain(one) for one in reader.items(fields["chains"])),
    )


def _chain(fields: Any) -> tuple[bytes, Head]:
    reader.exactly(fields, {"desk", "seq", "hash"})
    head = Head(reader.number(fields["seq"]), from_base64(fields["hash"], 32))
    return from_base64(fields["desk"], 16), head
