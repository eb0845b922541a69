"""What a shift leaves to the next one: notes of a desk for itself, sealed to its key at rest.

Each member reads one once the audit has it. They are kept for a month: a note is no record of a case. Whoever
can write to the database can seal words to a desk's public key, so a note counts with its officer's entry.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from tipline import clock, db, tables
from tipline.audit import actions, heads
from tipline.cases import audit
from tipline.cases.work import Work
from tipline.errors import AccessError, FormatError
from tipline.staff import handover_box
from tipline.staff.member import Desk

KEPT_SECONDS = 30 * 24 * 3600

_own, _read = tables.handover.c, tables.handover_read.c


@dataclass(frozen=True)
class Note:
    """A note that is there: who wrote it when, and whether this officer has *read* it."""

    id: bytes
    desk: bytes
    officer: bytes
    officer_name: str
    at: int
    read: bool


def write(own: Work, desk: bytes, text: str) -> None:
    """Leave a note at a desk of the officer's, and delete what is older than a month.

    Raises AccessError for another desk, FormatError for no text or too long a one.
    """
    data = text.strip().encode()
    if not 0 < len(data) <= handover_box.TEXT_MAX:
        raise FormatError("size", f"a note has 1 to {handover_box.TEXT_MAX} bytes")
    id_, now = secrets.token_bytes(16), clock.seconds()
    with db.writing(own.engine) as connection:
        # The desk's key may have made way for a new one while somebody wrote.
        own.member.refresh(connection)
        at = _desk(own, desk)
        row = {"id": id_, "desk": desk, "officer": own.member.id, "at": now, "key": at.newest}
        salted = secrets.token_bytes(handover_box.SALT_SIZE) + data
        said = {"hash": hashlib.sha256(salted).hexdigest()}
        audit.append(connection, own.member, desk, (actions.HANDED_OVER, {"handover": id_.hex()}), said)
        row |= {"seq": heads.end(connection, desk).seq, "sealed": handover_box.seal(at, id_, salted)}
        connection.execute(insert(tables.handover).values(row))
        old = select(_own.id).where(_own.desk == desk, _own.at < now - KEPT_SECONDS)
        connection.execute(delete(tables.handover_read).where(_read.handover.in_(old)))
        connection.execute(delete(tables.handover).where(_own.id.in_(old)))


def notes(connection: Connection, own: Work, desk: bytes | None = None) -> list[Note]:
    """Return the notes at one of the officer's desks, or at all of them, newest first."""
    desks = [desk] if desk is not None else list(own.member.desks)
    mine = select(_read.handover).where(_read.officer == own.member.id)
    query = (
        select(_own.id, _own.desk, _own.officer, tables.officer.c.name, _own.at, _own.id.in_(mine))
        .join(tables.officer, tables.officer.c.id == _own.officer)
        .where(_own.desk.in_(desks))
        .order_by(_own.at.desc(), _own.id)
    )
    return [Note(*row) for row in connection.execute(query)]


def read(own: Work, desk: bytes, note: bytes) -> str:
    """Return what a note says, once the audit has it that this officer reads it.

    Raises AccessError where it is not there or not this officer's, FormatError for what does not open, or
    the officer whom it names did not sign for.
    """
    at = _desk(own, desk)
    with db.writing(own.engine) as connection:
        query = select(tables.handover).where(_own.id == note, _own.desk == desk)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise AccessError("there is no such note")
        audit.append(connection, own.member, desk, (actions.READ_HANDOVER, {"handover": note.hex()}))
        mine = (_read.handover == note, _read.officer == own.member.id)
        if connection.scalar(select(_read.at).where(*mine)) is None:
            read_ = {"handover": note, "officer": own.member.id, "at": clock.seconds()}
            connection.execute(insert(tables.handover_read).values(read_))
        entry = _entry(connection, row)
    salted = handover_box.open_(at, row)
    if salted is None or entry is None or entry.detail.get("hash") != hashlib.sha256(salted).hexdigest():
        raise FormatError("sealed", "no key of the desk opens this note, or nobody signed for it")
    return salted[handover_box.SALT_SIZE :].decode()


def _entry(connection: Connection, row: Row[*tuple[Any, ...]]) -> audit.Entry | None:
    """Return the entry by which the officer whom a note names signed for it."""
    own, signers = tables.audit.c, audit.signers_of(connection, row.desk)
    stored = audit.stored(connection, own.desk == row.desk, own.seq == row.seq)
    wanted = (actions.HANDED_OVER, row.officer, row.id.hex())
    found = [audit.read(row.desk, one, signers) for _, one in stored]
    said = (one for one in found if one.holds)
    return next(
        (one for one in said if (one.action, one.officer, one.object.get("handover")) == wanted), None
    )


def _desk(own: Work, desk: bytes) -> Desk:
    at = own.member.desks.get(desk)
    if at is None or at.seat_of is not None:
        raise AccessError("there is no such desk")
    return at
