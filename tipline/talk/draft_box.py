"""A draft's outer layer: its officer's sealed bytes, sealed once more for the desk whose case it is.

    salt (32)  AES-256-GCM of what talk/drafts.py sealed

The key comes of the desk's private key at rest, and is renewed with it. So a copy of the database from before
a case was shredded opens no draft either, although an officer's own key never changes.
"""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, select, update

from tipline import tables
from tipline.seal.suite import PrivateKey, decrypt, encrypt
from tipline.staff.member import Desk

_SALT_SIZE = 32


def seal(desk: Desk, inner: bytes) -> bytes:
    """Seal a draft's bytes under the desk's newest key at rest."""
    salt = secrets.token_bytes(_SALT_SIZE)
    return salt + encrypt(_key(desk.at_rest, desk.id, salt), inner)


def open_(desk: Desk, row: Row[Any]) -> bytes | None:
    """Return what *seal* sealed of a draft's row; None where no key at rest of the desk opens it."""
    private = desk.stored(row.key)
    return _open(private, desk.id, row.sealed) if private else None


def rewrap(connection: Connection, desk: Desk, limit: int) -> int:
    """Seal up to *limit* of a desk's drafts anew, from older keys at rest to its newest; return how many.

    What no key opens is nobody's any more, and is deleted.
    """
    own = tables.draft
    old = select(own).where(own.c.desk == desk.id, own.c.key > desk.newest).limit(limit)
    rows = connection.execute(old).all()
    for row in rows:
        this, inner = and_(own.c.officer == row.officer, own.c.case == row.case), open_(desk, row)
        if inner is None:
            connection.execute(delete(own).where(this))
        else:
            anew = {"key": desk.newest, "sealed": seal(desk, inner)}
            connection.execute(update(own).where(this).values(anew))
    return len(rows)


def _open(private: PrivateKey, desk: bytes, sealed: bytes) -> bytes | None:
    return decrypt(_key(private, desk, sealed[:_SALT_SIZE]), sealed[_SALT_SIZE:])


def _key(private: PrivateKey, desk: bytes, salt: bytes) -> bytes:
    return private.suite.derive(private.seed, salt, "draft at rest", context=desk)
