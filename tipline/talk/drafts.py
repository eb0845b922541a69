"""Drafts: a reply that is not sent yet, kept while it is typed. One a case, and its officer's alone.

    salt (32)  AES-256-GCM of: length (4) text zeros, to a multiple of 1 KiB

The key is derived anew at every sealing from the officer's own seed, for one officer and one case. So who can
only write in the database reads no draft, and puts no words into an officer's mouth. Around it is a layer of
the desk's (talk/draft_box.py), which ends with the desk's key.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, delete, insert, select

from tipline import clock, db, tables
from tipline.cases.work import Work
from tipline.errors import FormatError
from tipline.seal.suite import PrivateKey, decrypt, encrypt
from tipline.staff.member import Member
from tipline.talk import draft_box

#: Bytes of UTF-8 that a draft holds: more than a reply, so that one that is too long can be shortened later.
TEXT_MAX = 32 * 1024
SALT_SIZE = 32
_BLOCK, _LENGTH = 1024, 4


def keep(own: Work, number: int, text: str) -> bool:
    """Keep the officer's draft for a case in place of the one before; an empty one deletes it.

    Tells whether there is one now. Raises AccessError without the case, FormatError "too long" or "text".
    """
    desk = own.access(number).desk
    sealed = draft_box.seal(desk, _seal(own.member, number, text)) if text else None
    with db.writing(own.engine) as connection:
        forget(connection, own.member.id, number)
        if sealed is not None:
            row = {"officer": own.member.id, "case": number, "at": clock.seconds()}
            row |= {"desk": desk.id, "key": desk.newest, "sealed": sealed}
            connection.execute(insert(tables.draft).values(row))
    return sealed is not None


def kept(connection: Connection, member: Member, number: int) -> str:
    """Return the officer's own draft for a case; empty where there is none, or none that they sealed."""
    own = tables.draft
    row = connection.execute(
        select(own).where(own.c.officer == member.id, own.c.case == number)
    ).one_or_none()
    desk = member.desks.get(row.desk) if row else None
    sealed = draft_box.open_(desk, row) if row and desk else None
    return _open(member.keys.opening, member.id, number, sealed) if sealed else ""


def forget(connection: Connection, officer: bytes, number: int) -> None:
    """Delete an officer's draft for a case, inside the caller's transaction."""
    own = tables.draft
    connection.execute(delete(own).where(own.c.officer == officer, own.c.case == number))


def _seal(member: Member, number: int, text: str) -> bytes:
    try:
        words = text.encode()
    except UnicodeEncodeError:
        raise FormatError("text", "a lone surrogate is not text") from None
    if len(words) > TEXT_MAX:
        raise FormatError("too long", f"a draft holds {TEXT_MAX} bytes, this has {len(words)}")
    size = -(-(_LENGTH + len(words)) // _BLOCK) * _BLOCK
    salt, padded = secrets.token_bytes(SALT_SIZE), len(words).to_bytes(_LENGTH, "big") + words
    return salt + encrypt(_key(member.keys.opening, member.id, number, salt), padded.ljust(size, b"\0"))


def _open(opening: PrivateKey, officer: bytes, number: int, sealed: bytes) -> str:
    padded = decrypt(_key(opening, officer, number, sealed[:SALT_SIZE]), sealed[SALT_SIZE:])
    if padded is None:
        return ""
    length = int.from_bytes(padded[:_LENGTH], "big")
    return padded[_LENGTH : _LENGTH + length].decode(errors="replace")


def _key(opening: PrivateKey, officer: bytes, number: int, salt: bytes) -> bytes:
    return opening.suite.derive(opening.seed, salt, "draft", context=officer + number.to_bytes(8, "big"))
