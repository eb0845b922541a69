"""A note for the next shift, sealed to its desk's key at rest. All are of one size."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select, update

from tipline import db, tables
from tipline.staff.member import Desk

#: Bytes of a note in UTF-8.
TEXT_MAX = 8192
#: Random bytes before the text, so that a hash of both says nothing of it.
SALT_SIZE = 32
_LENGTH = 2

_own = tables.handover.c


def seal(desk: Desk, note: bytes, text: bytes) -> bytes:
    """Seal the salted *text* of a *note* (16 bytes, its id) to a desk's newest key at rest."""
    padded = len(text).to_bytes(_LENGTH, "big") + text.ljust(SALT_SIZE + TEXT_MAX, b"\0")
    return desk.at_rest.suite.seal(desk.at_rest.public, _info(note, desk.id), padded)


def open_(desk: Desk, row: Row[*tuple[Any, ...]]) -> bytes | None:
    """Open a row of the table handover; None when no key of the desk's does."""
    key = desk.stored(row.key)
    opened = key.open(_info(row.id, desk.id), row.sealed) if key else None
    return opened and opened[_LENGTH : _LENGTH + int.from_bytes(opened[:_LENGTH], "big")]


def rewrap(connection: Connection, desk: Desk, limit: int) -> int:
    """Seal up to *limit* notes anew, from older keys at rest of the desk to its newest; return how many."""
    done = 0
    old = select(tables.handover).where(_own.desk == desk.id, _own.key > desk.newest)
    for row in db.in_pages(connection, old, _own.id, limit):
        if done == limit:
            break
        text = open_(desk, row)
        if text is not None:
            this = update(tables.handover).where(_own.id == row.id)
            connection.execute(this.values(key=desk.newest, sealed=seal(desk, row.id, text)))
            done += 1
    return done


def _info(note: bytes, desk: bytes) -> bytes:
    return b"tipline/1 handover" + note + desk
