"""The rack's two tables, and how a rack file is made.

Every row is as long as every other and none is ever added or removed, so SQLite overwrites pages in place:
the file keeps its size, and where something lies says nothing about when it came.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    create_engine,
    insert,
    select,
    text,
)

from tipline.errors import SettingsError
from tipline.intake.sizes import PARCEL_SIZE, envelope_size
from tipline.seal.suite import HYBRID, Suite

ID_SIZE = 32
DAY_SIZE = 4

metadata = MetaData()

#: Told how many bytes of how many are written.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Shelf:
    """One of the two tables, and the *size* in bytes of what stands in it."""

    table: Table
    size: int


def _table(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("place", Integer, primary_key=True),
        Column("id", LargeBinary(ID_SIZE), nullable=False),
        Column("day", LargeBinary(DAY_SIZE), nullable=False),
        Column("bytes", LargeBinary, nullable=False),
    )


_ENVELOPES = _table("envelope")
PARCELS = Shelf(_table("parcel"), PARCEL_SIZE)


def envelopes(suite: Suite) -> Shelf:
    """Return the shelf for envelopes of an agency's *suite*."""
    return Shelf(_ENVELOPES, envelope_size(suite))


def create(
    path: Path,
    envelope_places: int,
    parcel_places: int,
    progress: Progress | None = None,
    suite: Suite = HYBRID,
) -> None:
    """Make a rack file of random bytes. It appears under *path* only when it is whole and on disk.

    *progress* is told bytes written and bytes in all. Envelopes are those of *suite*.
    """
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    places = ((envelopes(suite), envelope_places), (PARCELS, parcel_places))
    total = sum(shelf.size * count for shelf, count in places)
    engine = _unsafe_engine(unfinished)
    written = 0
    with engine.connect() as connection:
        metadata.create_all(connection)
        connection.commit()
        for shelf, count in places:
            for rows in _batches(shelf, count):
                connection.execute(insert(shelf.table), rows)
                connection.commit()
                written += len(rows) * shelf.size
                if progress is not None:
                    progress(written, total)
    engine.dispose()
    _sync(unfinished)
    unfinished.rename(path)
    _sync(path.parent)


def random_row(shelf: Shelf) -> dict[str, bytes]:
    """Return what stands in a free place: random bytes in every column, of the lengths of a taken one."""
    return {
        "id": secrets.token_bytes(ID_SIZE),
        "day": secrets.token_bytes(DAY_SIZE),
        "bytes": secrets.token_bytes(shelf.size),
    }


def found(connection: Connection, shelf: Shelf) -> Iterator[tuple[int, bytes, int | None]]:
    """Yield (place, id, day number) of each place; the day is None when it is free.

    Nothing marks a place as taken but that its id is the SHA-256 of its bytes.
    """
    table = shelf.table
    for place in connection.execute(select(table.c.place)).scalars().all():
        row = connection.execute(select(table.c.id, table.c.day, table.c.bytes).where(table.c.place == place))
        key, day, data = row.one()
        if len(data) != shelf.size:
            raise SettingsError(f"{table.name}: the rack was made for another size, so it is not used")
        here = hashlib.sha256(data).digest() == key
        yield place, key, int.from_bytes(day, "big") if here else None


def _batches(shelf: Shelf, count: int) -> Iterator[list[dict[str, object]]]:
    step = max(1, (8 << 20) // shelf.size)
    for first in range(1, count + 1, step):
        yield [{"place": at, **random_row(shelf)} for at in range(first, min(first + step, count + 1))]


def _unsafe_engine(path: Path) -> Engine:
    """An engine for a file that is thrown away when making it is interrupted: no journal, no syncing."""
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
    with engine.connect() as connection:
        connection.execute(text("PRAGMA journal_mode=OFF"))
        connection.execute(text("PRAGMA synchronous=OFF"))
    return engine


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
