"""What the collector writes to the agency's database, each function one durable transaction."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, Table, insert, select

from tipline import db, tables
from tipline.collector.sort import Sorted

_AT_ONCE = 500
_SERIALS_A_DAY = 10_000


def unknown(engine: Engine, table: Table, ids: Iterable[bytes]) -> set[bytes]:
    """Return those *ids* that are not stored in *table* (envelope or parcel) yet."""
    wanted = list(ids)
    with engine.connect() as connection:
        return set(wanted) - {
            row.id
            for at in range(0, len(wanted), _AT_ONCE)
            for row in connection.execute(
                select(table.c.id).where(table.c.id.in_(wanted[at : at + _AT_ONCE]))
            )
        }


def up_to(engine: Engine, table: Table, ids: Iterable[bytes], seq: int) -> set[bytes]:
    """Return those *ids* that are stored in *table* with a number of at most *seq*."""
    wanted = list(ids)
    with engine.connect() as connection:
        return {
            row.id
            for at in range(0, len(wanted), _AT_ONCE)
            for row in connection.execute(
                select(table.c.id).where(table.c.id.in_(wanted[at : at + _AT_ONCE]), table.c.seq <= seq)
            )
        }


def add_envelope(
    engine: Engine, envelope_id: bytes, envelope: bytes, days: tuple[int, int], what: Sorted
) -> None:
    """Store an envelope and its token together, once; *days* are those of arrival and of collection."""
    with db.writing(engine) as connection:
        put_envelope(connection, envelope_id, envelope, days, what)


def put_envelope(
    connection: Connection, envelope_id: bytes, envelope: bytes, days: tuple[int, int], what: Sorted
) -> None:
    """As *add_envelope*, inside the caller's writing transaction."""
    arrived, collected = days
    row = {
        "id": envelope_id,
        "bytes": envelope,
        "day": arrived,
        "desk": what.desk,
        "danger": what.danger,
        "acknowledgement_day": collected if what.token else None,
        "alarm": what.alarm,
        "broken": what.broken,
    }
    if _is_new(connection, tables.envelope, envelope_id):
        connection.execute(insert(tables.envelope).values(row))
        if what.token is not None:
            _add_token(connection, what.token, collected)


def add_parcel(engine: Engine, parcel_id: bytes, parcel: bytes, day: int) -> None:
    """Store a parcel that arrived on *day*, once."""
    with db.writing(engine) as connection:
        if _is_new(connection, tables.parcel, parcel_id):
            connection.execute(insert(tables.parcel).values(id=parcel_id, bytes=parcel, day=day))


def next_serial(last: str | None, day: int) -> int:
    """Return the serial after the *last* one, on a *day* since 1970-01-01.

    A day's serials begin above all of the day before. So an agency restored from a backup is not refused
    for as long as its relay remembers newer serials than it does, and gives none of them a second time.
    """
    return max(int(last or "0") + 1, day * _SERIALS_A_DAY)


def _is_new(connection: Connection, table: Table, row_id: bytes) -> bool:
    return connection.scalar(select(table.c.id).where(table.c.id == row_id)) is None


def _add_token(connection: Connection, token: bytes, day: int) -> None:
    # A tip and a later message of the same tipster on the same day have the same token.
    known = select(tables.token.c.token).where(tables.token.c.token == token)
    if connection.scalar(known) is None:
        connection.execute(insert(tables.token).values(token=token, day=day, dummy=False))
