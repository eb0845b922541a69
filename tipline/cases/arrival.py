"""What arrived is tried with a desk's keys, re-wrapped to its at-rest key and filed. Nothing is shown.

A desk tries every envelope, whatever the docket said: a relay could have re-sealed the docket. Keys are tried
outside the write lock; under it, what other sessions filed meanwhile is taken in first, so nothing doubles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from tipline import db, tables
from tipline.cases import filing, index
from tipline.cases.filing import Tried
from tipline.cases.index import Index
from tipline.cases.member import Desk, Member
from tipline.errors import FormatError
from tipline.keys.rows import SEAT
from tipline.seal import header, opening, stanza

#: Small, since the collector waits while a batch is filed.
_BATCH = 100


def refresh(engine: Engine, member: Member, known: Index) -> None:
    """Bring a session up to date: keys, what arrived, what others filed or routed here."""
    with engine.connect() as connection:
        member.refresh(connection)
        known.read_new(connection, member)
    filed = [
        desk for desk in member.desks.values() if desk.receives and _file_all(engine, member, known, desk)
    ]
    if filed:
        with engine.connect() as connection:
            known.read_new(connection, member)


def troubles(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return what arrived and cannot be read (id, day, broken), newest first, at most 100."""
    what = tables.envelope.c
    query = select(what.id, what.day, what.broken).where(what.broken.is_not(None), what.case.is_(None))
    return connection.execute(query.order_by(what.seq.desc()).limit(100)).all()


def _file_all(engine: Engine, member: Member, known: Index, desk: Desk) -> bool:
    """File everything that this desk has not tried; tell whether there was anything."""
    filed = False
    while True:
        with engine.connect() as connection:
            rows = _untried(connection, desk)
        if not rows:
            return filed
        tried = sorted((_try(desk, row) for row in rows), key=lambda one: one.order)
        with db.writing(engine) as connection:
            known.read_new(connection, member)
            filing.file(connection, known, desk, tried)
            _remember(connection, desk.id, rows[-1].seq)
        filed = True


def _untried(connection: Connection, desk: Desk) -> list[Row[Any]]:
    """Return the next rows, up to the first of an epoch whose key this officer has not been given yet."""
    at = connection.scalar(select(tables.tried.c.seq).where(tables.tried.c.desk == desk.id)) or 0
    what, own = tables.envelope, tables.desk_key
    rows = connection.execute(select(what).where(what.c.seq > at).order_by(what.c.seq).limit(_BATCH)).all()
    epochs = connection.scalars(select(own.c.epoch).where(own.c.desk == desk.id))
    missing = set(epochs) - desk.keys.keys()
    waits = (place for place, row in enumerate(rows) if _epoch(row) in missing)
    return list(rows[: next(waits, len(rows))])


def _epoch(row: Row[Any]) -> int | None:
    try:
        return header.parse(row.bytes).epoch
    except FormatError:
        return None


def _remember(connection: Connection, desk: bytes, seq: int) -> None:
    own = tables.tried
    at = connection.scalar(select(own.c.seq).where(own.c.desk == desk))
    if at is None:
        connection.execute(insert(own).values(desk=desk, seq=seq))
    elif seq > at:
        connection.execute(update(own).where(own.c.desk == desk).values(seq=seq))


def _try(desk: Desk, row: Row[Any]) -> Tried:
    # What another desk could not open or read may still be whole for this one.
    if row.broken and row.broken not in filing.BROKEN_FOR_A_DESK:
        return Tried(row)
    if desk.kind == SEAT:
        return _try_seat(desk, row)
    key, private = None, desk.keys.get(_epoch(row) or 0)
    try:
        key = opening.open_stanza(row.bytes, private) if private else None
        if key is None:
            return Tried(row, broken=filing.NO_KEY if row.desk == desk.id else None)
        body, said = index.read(row.bytes, stanza.Stanza(stanza.WHOLE, key))
    except FormatError as error:
        sealed = filing.keep(desk, row, stanza.Stanza(stanza.WHOLE, key)) if key else None
        return Tried(row, key, broken=error.failure, sealed=sealed)
    return Tried(row, key, body, said, sealed=filing.keep(desk, row, stanza.Stanza(stanza.WHOLE, key)))


def _try_seat(seat: Desk, row: Row[Any]) -> Tried:
    """Find a seat's share. Whether it is right, and what is said, shows when overseers open it together."""
    private = seat.keys.get(_epoch(row) or 0)
    try:
        share = opening.open_share(row.bytes, private) if private else None
    except FormatError as error:
        return Tried(row, broken=error.failure)
    if share is None:
        # The docket names the desk that the seat is at.
        return Tried(row, broken=filing.NO_KEY if row.desk == seat.seat_of else None)
    return Tried(row, sealed=filing.keep(seat, row, share))
