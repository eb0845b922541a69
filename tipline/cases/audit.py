"""The audit: one hash chain a desk, each entry signed by the officer who acted.

An entry is JSON: v, desk, seq (from 1), prev (SHA-256 of the entry before it and its signature; zeros at
first), at (seconds), officer, action, object, detail. What was opened is named by number and hash, never by
its words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.exc import SQLAlchemyError

from tipline import clock, tables
from tipline.audit import heads
from tipline.audit.actions import (
    ACTIONS,
    APPROVED,
    FILE_OPENED,
    KEY_EXPORTED,
    OPENED,
    RECOVERED,
    RENEWED,
    REPLIED,
    ROUTED,
    SIGNED_IN,
    UNAPPROVED,
    WROTE,
)
from tipline.audit.day_head import START, Head
from tipline.audit.heads import end as head
from tipline.cases.member import Member
from tipline.errors import AuditError
from tipline.keyring import reader
from tipline.keyring.signature import to_be_signed
from tipline.seal.message import from_base64, to_base64

__all__ = [
    "APPROVED", "FILE_OPENED", "KEY_EXPORTED", "OPENED", "RECOVERED", "RENEWED", "REPLIED", "ROUTED",
    "SIGNED_IN", "UNAPPROVED", "WROTE",
    "Entry", "Head", "append", "head", "of_case", "verify",
]  # fmt: skip

LABEL = "audit"


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


def append(
    connection: Connection,
    member: Member,
    desk: bytes,
    what: tuple[str, dict[str, Any]],
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an entry inside the caller's writing transaction, which must commit before plaintext is released.

    *what* is one of actions.ACTIONS and its object ("case" by number). Raises AuditError when it cannot be
    written.
    """
    action, object_ = what
    if action not in ACTIONS:
        raise AuditError(f"{action} is nothing that the audit has a word for")
    try:
        last = heads.end(connection, desk)
        entry = reader.write_json(
            {
                "desk": to_base64(desk),
                "seq": last.seq + 1,
                "prev": to_base64(last.hash),
                "at": clock.seconds(),
                "officer": to_base64(member.id),
                "action": action,
                "object": object_,
                "detail": detail or {},
            }
        )
        connection.execute(
            insert(tables.audit).values(
                desk=desk,
                seq=last.seq + 1,
                entry=entry,
                signature=member.keys.audit.sign(to_be_signed(LABEL, entry)),
                case=object_.get("case"),
            )
        )
    except SQLAlchemyError as error:
        raise AuditError(f"the audit could not be written: {type(error).__name__}") from None


def verify(connection: Connection, desk: bytes, known: Head | None = None) -> Head:
    """Check a desk's whole chain; return its head.

    *known* is a head seen before: the chain must still contain it. Raises AuditError naming the first entry
    that was removed, changed, moved, cut off or signed by nobody known.
    """
    keys = _verify_keys(connection)
    end, found = START, known is None or known == START
    rows = select(tables.audit).where(tables.audit.c.desk == desk).order_by(tables.audit.c.seq)
    for row in connection.execute(rows):
        _check(row, end, keys)
        end = Head(row.seq, heads.hash_of(row.entry, row.signature))
        found = found or end == known
    if not found:
        raise AuditError(f"the chain no longer holds entry {known.seq if known else 0} as it was seen before")
    return end


def of_case(connection: Connection, desks: Iterable[bytes], number: int) -> list[Entry]:
    """Return what the chains of *desks* say about a case, oldest first."""
    names = {row.id: row.name for row in connection.execute(select(tables.officer))}
    keys = _verify_keys(connection)
    rows = connection.execute(
        select(tables.audit).where(tables.audit.c.case == number, tables.audit.c.desk.in_(list(desks)))
    )
    entries = [_read(row, keys, names) for row in rows]
    return sorted(entries, key=lambda entry: (entry.at, entry.desk, entry.seq))


def _check(row: Row[Any], before: Head, keys: dict[bytes, bytes]) -> None:
    where = f"entry {row.seq}"
    if row.seq != before.seq + 1:
        raise AuditError(f"entry {before.seq + 1} was removed")
    try:
        entry = _parse(row.entry)
    except (ValueError, TypeError, KeyError):
        raise AuditError(f"{where} is not an entry") from None
    if entry.officer not in keys:
        raise AuditError(f"{where} is by an unknown officer")
    if not _signed(row, keys[entry.officer]):
        raise AuditError(f"{where} was changed")
    if (entry.desk, entry.seq, entry.prev) != (row.desk, row.seq, before.hash):
        raise AuditError(f"{where} was moved, or one before it was changed")
    if entry.object.get("case") != row.case:
        raise AuditError(f"{where} is filed under another case")


def _parse(data: bytes) -> Entry:
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


def _read(row: Row[Any], keys: dict[bytes, bytes], names: dict[bytes, str]) -> Entry:
    try:
        entry = _parse(row.entry)
    except (ValueError, TypeError, KeyError):
        return Entry(row.desk, row.seq, b"", 0, b"", "unreadable", {}, {})
    holds = entry.officer in keys and _signed(row, keys[entry.officer])
    return Entry(**{**vars(entry), "officer_name": names.get(entry.officer, ""), "holds": holds})


def _signed(row: Row[Any], public: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(row.signature, to_be_signed(LABEL, row.entry))
    except (InvalidSignature, ValueError):
        return False
    return True


def _verify_keys(connection: Connection) -> dict[bytes, bytes]:
    return {row.id: row.verify for row in connection.execute(select(tables.officer))}
