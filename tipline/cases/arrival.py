"""What arrived is tried with a desk's keys, re-wrapped to its at-rest key and filed. Nothing is shown.

A desk tries every envelope, whatever the docket said: a relay could have re-sealed the docket. And with every
epoch's key: the number that an envelope bears is only where to begin. What a key may open that this officer
has not been given yet stays untried for the desk; what came after it is filed nevertheless. Keys are tried
outside the write lock; under it, what other sessions filed meanwhile is taken in first, so nothing doubles.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select

from tipline import db, tables
from tipline.audit import actions
from tipline.cases import audit, filing, index
from tipline.cases.filing import Tried
from tipline.errors import FormatError
from tipline.keys import epoch
from tipline.keys.rows import SEAT
from tipline.seal import header, opening, stanza
from tipline.search.known import Index
from tipline.staff.member import Desk, Member

#: Small, since the collector waits while a batch is filed.
_BATCH = 100
#: More untried envelopes than this are more than a moment's work.
_MANY = 500


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
    known.write_new(engine, member)


def file_now(connection: Connection, member: Member, known: Index, envelope: bytes, desk: Desk) -> int:
    """File one envelope that was just stored for a *desk*, in the caller's transaction; return its case.

    The desk tries it again with what arrived about then, and finds that it is filed.
    """
    what = tables.envelope
    row = connection.execute(select(what).where(what.c.id == envelope)).one()
    known.read_new(connection, member)
    filing.file(connection, known, desk, [_try(desk, row, frozenset())])
    return int(connection.execute(select(what.c.case).where(what.c.id == envelope)).scalar_one())


def is_behind(connection: Connection, member: Member, known: Index) -> bool:
    """Tell whether bringing a session up to date takes long enough to say so: seconds, and not a moment."""
    newest = connection.scalar(select(func.max(tables.envelope.c.seq))) or 0
    receiving = [desk for desk in member.desks.values() if desk.receives]
    untried = (newest - max(_tried(connection, desk.id), known.looked(desk)) for desk in receiving)
    return any(count > _MANY for count in untried) or known.is_behind(connection, member)


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
            rows, missing = _untried(connection, known, desk), _missing(connection, desk)
        if not rows:
            return filed
        tried = [_try(desk, row, missing) for row in rows]
        with db.writing(engine) as connection:
            known.read_new(connection, member)
            opened = filing.file(connection, known, desk, sorted(tried, key=lambda one: one.order))
            for number in opened:
                audit.append(connection, member, desk.id, (actions.FOLLOWED_UP, {"case": number}))
            _remember(connection, known, desk, tried)
        known.look(desk, rows[-1].seq)
        filed = True


def _untried(connection: Connection, known: Index, desk: Desk) -> list[Row[Any]]:
    """Return the next rows that neither the desk nor, with the keys of now, this session has tried."""
    at, what = max(_tried(connection, desk.id), known.looked(desk)), tables.envelope
    query = select(what).where(what.c.seq > at).order_by(what.c.seq).limit(_BATCH)
    return list(connection.execute(query).all())


def _missing(connection: Connection, desk: Desk) -> frozenset[int]:
    """Return the epochs in which the desk has a key that this officer has not been given yet."""
    own = tables.desk_key.c
    return frozenset(connection.scalars(select(own.epoch).where(own.desk == desk.id))) - desk.keys.keys()


def _tried(connection: Connection, desk: bytes) -> int:
    own = tables.tried.c
    return connection.scalar(select(own.seq).where(own.desk == desk)) or 0


def _epoch(row: Row[Any]) -> int:
    """Return the epoch that an envelope bears; 0 for what is no envelope."""
    try:
        return header.parse(row.bytes).epoch
    except FormatError:
        return 0


def _remember(connection: Connection, known: Index, desk: Desk, tried: Sequence[Tried]) -> None:
    """Note how far the desk is: up to the first envelope that a key may open which somebody else has."""
    at = _tried(connection, desk.id)
    if at < known.looked(desk):
        return  # one before these waits already
    done = [one.row.seq for one in itertools.takewhile(lambda one: not one.waits, tried)]
    if done and done[-1] > at:
        _write_tried(connection, desk.id, done[-1])


def _write_tried(connection: Connection, desk: bytes, seq: int) -> None:
    own = tables.tried
    connection.execute(own.delete().where(own.c.desk == desk))
    connection.execute(insert(own).values(desk=desk, seq=seq))


def _try(desk: Desk, row: Row[Any], missing: frozenset[int]) -> Tried:
    # What another desk could not open or read may still be whole for this one.
    if row.broken and row.broken not in filing.BROKEN_FOR_A_DESK:
        return Tried(row)
    if desk.kind == SEAT:
        return _try_seat(desk, row, missing)
    key = None
    try:
        key = _open(desk, row)
        if key is None:
            return _not_opened(row, missing, ours=row.desk == desk.id)
        body, said = index.read(row.bytes, stanza.Stanza(stanza.WHOLE, key))
    except FormatError as error:
        sealed = filing.keep(desk, row, stanza.Stanza(stanza.WHOLE, key)) if key else None
        return Tried(row, key, broken=error.failure, sealed=sealed)
    return Tried(row, key, body, said, sealed=filing.keep(desk, row, stanza.Stanza(stanza.WHOLE, key)))


def _open(desk: Desk, row: Row[Any]) -> bytes | None:
    """Return K with the first of the desk's keys that opens a stanza. Raises FormatError: ours and broken."""
    opened = (opening.open_stanza(row.bytes, key) for key in epoch.to_try(desk.keys, _epoch(row)))
    return next((key for key in opened if key is not None), None)


def _try_seat(seat: Desk, row: Row[Any], missing: frozenset[int]) -> Tried:
    """Find a seat's share. Whether it is right, and what is said, shows when overseers open it together."""
    opened = (opening.open_share(row.bytes, key) for key in epoch.to_try(seat.keys, _epoch(row)))
    try:
        share = next((share for share in opened if share is not None), None)
    except FormatError as error:
        return Tried(row, broken=error.failure)
    if share is None:
        # The docket names the desk that the seat is at.
        return _not_opened(row, missing, ours=row.desk == seat.seat_of)
    return Tried(row, sealed=filing.keep(seat, row, share))


def _not_opened(row: Row[Any], missing: frozenset[int], *, ours: bool) -> Tried:
    """None of the keys that this officer has opens it: one of those *missing* may, or nobody here can."""
    waits = epoch.may_open(missing, _epoch(row))
    return Tried(row, broken=filing.NO_KEY if ours and not waits else None, waits=waits)
