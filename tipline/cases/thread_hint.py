"""Which case a thread is: noted when overseers open it, so that what the tipster sends later is joined to it.

What arrives for seats is a case by itself, since nobody knows what it says. The note is sealed to the desk's
key at rest: an overseer may know which arrivals belong together, and nobody who has the database alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from tipline import db, tables
from tipline.cases import disposition
from tipline.staff.member import Desk


def note(connection: Connection, desk: Desk, number: int, thread: bytes) -> None:
    """Note that a case of *desk* is a *thread* (16 bytes)."""
    own = tables.thread
    connection.execute(own.delete().where(own.c.case == number))
    sealed = desk.at_rest.suite.seal(desk.at_rest.public, _info(number, desk.id), thread)
    connection.execute(insert(own).values(case=number, key=desk.newest, sealed=sealed, joined=False))


def case_of(connection: Connection, desk: Desk, thread: bytes) -> int | None:
    """Return the case of *desk* that a *thread* is; None before one of it was opened."""
    own, case = tables.thread.c, tables.case.c
    query = select(tables.thread).join(tables.case, case.id == own.case)
    for row in connection.execute(
        query.where(case.desk == desk.id, own.joined.is_(False)).order_by(own.case)
    ):
        if _opened(desk, row) == thread:
            return int(row.case)
    return None


def join(connection: Connection, desk: Desk, thread: bytes, number: int) -> int:
    """Make a case just opened one with its *thread*'s, if there is one; return the number that it has now.

    Of two the older stays. What was opened first may be what the tipster wrote last.
    """
    known = case_of(connection, desk, thread)
    if known is None or known == number:
        note(connection, desk, number, thread)
        return number
    into, from_ = sorted((known, number))
    note(connection, desk, from_, thread)
    note(connection, desk, into, thread)
    own = tables.thread
    connection.execute(update(own).where(own.c.case == from_).values(joined=True))
    for table in (tables.envelope, tables.reply):
        connection.execute(update(table).where(table.c.case == from_).values(case=into))
    _merge(connection, into, from_)
    return into


def joined_to(connection: Connection, desk: Desk, number: int) -> int | None:
    """Return the case that the messages of *number* were joined to; None while they are its own."""
    own = tables.thread.c
    row = connection.execute(select(tables.thread).where(own.case == number)).one_or_none()
    thread = _opened(desk, row) if row and row.joined else None
    return case_of(connection, desk, thread) if thread else None


def rewrap(connection: Connection, desk: Desk, limit: int) -> int:
    """Seal up to *limit* of a desk's notes anew, from older keys at rest to its newest; return how many."""
    own, case, done = tables.thread, tables.case.c, 0
    mine = select(case.id).where(case.desk == desk.id)
    old = select(own).where(own.c.case.in_(mine), own.c.key > desk.newest)
    for row in db.in_pages(connection, old, own.c.case, limit):
        if done == limit:
            break
        thread = _opened(desk, row)
        if thread is not None:
            sealed = desk.at_rest.suite.seal(desk.at_rest.public, _info(row.case, desk.id), thread)
            this = update(own).where(own.c.case == row.case)
            connection.execute(this.values(key=desk.newest, sealed=sealed))
            done += 1
    return done


def _opened(desk: Desk, row: Row[*tuple[Any, ...]]) -> bytes | None:
    key = desk.stored(row.key)
    return key.open(_info(row.case, desk.id), row.sealed) if key else None


def _merge(connection: Connection, into: int, from_: int) -> None:
    """Keep the more urgent priority, and no label of the board is given out twice."""
    own = tables.case
    rows = connection.execute(select(own).where(own.c.id.in_([into, from_]))).all()
    status = next(row.status for row in rows if row.id == into)
    values = {
        "priority": min(row.priority for row in rows),
        "next_slot": max(row.next_slot for row in rows),
        "status": disposition.after(status, disposition.FOLLOW_UP),
    }
    connection.execute(update(own).where(own.c.id == into).values(values))


def _info(number: int, desk: bytes) -> bytes:
    return b"tipline/1 thread" + number.to_bytes(8, "big") + desk
