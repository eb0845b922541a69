"""Where the chains end in the database, and the day heads that were made of it.

The collector makes a day's head with the first board of the day; every later board of that day repeats it.
It is written down in the transaction that numbers the board, so none is published whose opening is lost to a
crash. After a restore the openings of the days since the backup are gone, with the entries they stood for:
what was published of them opens to nothing any more.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, func, insert, select

from tipline import clock, tables
from tipline.audit import day_head
from tipline.audit.day_head import START, DayHead, Head
from tipline.audit.entry import hash_of


def end(connection: Connection, desk: bytes) -> Head:
    """Return where a desk's chain ends."""
    own = tables.audit.c
    row = connection.execute(
        select(own.seq, own.entry, own.signature).where(own.desk == desk).order_by(own.seq.desc()).limit(1)
    ).one_or_none()
    return Head(row.seq, hash_of(row.entry, row.signature)) if row else START


def ends(connection: Connection) -> Mapping[bytes, Head]:
    """Return where every chain ends that has begun, by desk."""
    own = tables.audit.c
    last = select(own.desk, func.max(own.seq).label("seq")).group_by(own.desk).subquery()
    query = select(own.desk, own.seq, own.entry, own.signature)
    rows = connection.execute(
        query.join(last, (own.desk == last.c.desk) & (own.seq == last.c.seq)).order_by(own.desk)
    )
    return {row.desk: Head(row.seq, hash_of(row.entry, row.signature)) for row in rows}


def for_board(connection: Connection, console: str, serial: int, day: date) -> bytes:
    """Return what a *console*'s board of a *day* publishes of the audit, made with the first one.

    *serial* is the board's. Inside the caller's writing transaction, which must commit before it is posted.
    """
    own, number = tables.audit_head, clock.day_number(day)
    opening = connection.scalar(select(own.c.opening).where(own.c.day == number))
    if opening is None:
        random = secrets.token_bytes(day_head.RANDOM_SIZE)
        opening = DayHead(console, serial, day, random, ends(connection)).encode()
        connection.execute(insert(own).values(day=number, opening=opening))
    return day_head.digest(opening)
