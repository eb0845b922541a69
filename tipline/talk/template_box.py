"""A template's bytes: random salt (32) and the words, sealed to a desk's key at rest."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select, update

from tipline import db, tables
from tipline.staff.member import Desk


def info(id_: bytes, desk: bytes) -> bytes:
    """Return what a template's bytes are bound to."""
    return b"tipline/1 template" + id_ + desk


def plain(desk: Desk, row: Row[Any]) -> bytes | None:
    """Open a template's row; None where no key at rest of the desk does."""
    key = desk.stored(row.key)
    return key.open(info(row.id, desk.id), row.sealed) if key else None


def rewrap(connection: Connection, desk: Desk, limit: int) -> int:
    """Seal up to *limit* of a desk's templates anew, from older keys at rest to its newest; say how many."""
    own, done = tables.template, 0
    old = select(own).where(own.c.desk == desk.id, own.c.key > desk.newest)
    for row in db.in_pages(connection, old, own.c.id, limit):
        if done == limit:
            break
        words = plain(desk, row)
        if words is not None:
            sealed = desk.at_rest.suite.seal(desk.at_rest.public, info(row.id, desk.id), words)
            this = update(own).where(own.c.id == row.id)
            connection.execute(this.values(key=desk.newest, sealed=sealed))
            done += 1
    return done
